// Tables: names of columns for the cards of a phone, and which columns this reader wants to see.
import { onContent, within } from "../shared/ready.js";

const isWide = matchMedia("(width >= 1560px)");
const key = (table) => `columns:${location.pathname}:${table}`;

function hiddenColumns(id, heads) {
  try {
    const kept = JSON.parse(localStorage.getItem(key(id)));
    if (Array.isArray(kept)) return new Set(kept);
  } catch {
    // a private window without storage: the page's own choice
  }
  const isOff = (head) => "off" in head.dataset || ("wide" in head.dataset && !isWide.matches);
  return new Set(heads.filter(isOff).map((head) => head.dataset.column));
}

function dress(holder) {
  const heads = [...holder.querySelectorAll("thead th")];
  const hidden = hiddenColumns(holder.dataset.table ?? "", heads);
  heads.forEach((head) => (head.hidden = hidden.has(head.dataset.column)));
  for (const row of holder.querySelectorAll("tbody tr")) {
    [...row.cells].forEach((cell, place) => {
      const head = heads[place];
      if (!head || cell.colSpan > 1) return;
      cell.dataset.label = head.dataset.column ?? "";
      cell.hidden = head.hidden;
      for (const side of ["q-end", "q-center"]) if (head.classList.contains(side)) cell.classList.add(side);
    });
  }
}

function fill(menu) {
  const holder = document.querySelector(`[data-table="${menu.dataset.columns}"]`);
  const list = menu.querySelector(".q-menu-list");
  if (!holder || !list) return;
  list.replaceChildren(
    ...[...holder.querySelectorAll("thead th[data-column]")].map((head) => {
      const label = document.createElement("label");
      const box = document.createElement("input");
      Object.assign(box, { type: "checkbox", className: "form-check-input", checked: !head.hidden });
      box.addEventListener("change", () => choose(holder, head.dataset.column, box.checked));
      label.className = "q-menu-item";
      label.append(box, head.dataset.column);
      return label;
    }),
  );
}

function choose(holder, column, isShown) {
  const heads = [...holder.querySelectorAll("thead th")];
  const hidden = hiddenColumns(holder.dataset.table, heads);
  isShown ? hidden.delete(column) : hidden.add(column);
  try {
    localStorage.setItem(key(holder.dataset.table), JSON.stringify([...hidden]));
  } catch {
    return;
  }
  dress(holder);
}

onContent((root) => {
  within(root, ".q-table-scroll").forEach(dress);
  const holder = root.closest?.(".q-table-scroll");
  if (holder) dress(holder);
});
document.addEventListener("toggle", (event) => event.target.matches("[data-columns][open]") && fill(event.target), true);
