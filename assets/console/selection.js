// Rows ticked for a bulk action: the bar shows how many; the boxes belong to its form.
const boxes = (table) => [...document.querySelectorAll(`[data-select="${table}"]`)];

function show(table) {
  const all = boxes(table);
  const ticked = all.filter((box) => box.checked);
  const bar = document.querySelector(`[data-bulk="${table}"]`);
  const head = document.querySelector(`[data-select-all="${table}"]`);
  if (bar) {
    bar.hidden = ticked.length === 0;
    bar.querySelector("[data-bulk-count]").textContent = ticked.length;
  }
  if (head) {
    head.checked = all.length > 0 && ticked.length === all.length;
    head.indeterminate = ticked.length > 0 && !head.checked;
  }
}

document.addEventListener("change", (event) => {
  const { selectAll, select } = event.target.dataset;
  if (selectAll) boxes(selectAll).forEach((box) => (box.checked = event.target.checked));
  if (selectAll ?? select) show(selectAll ?? select);
});

document.addEventListener("click", (event) => {
  const table = event.target.closest("[data-bulk-clear]")?.closest("[data-bulk]").dataset.bulk;
  if (!table) return;
  boxes(table).forEach((box) => (box.checked = false));
  show(table);
});
