// Forms: no empty parameters in an address, one click sends once, letters left, a file's name, sliders that say their value, focus on the error.
import { onContent, within } from "./ready.js";

document.addEventListener("htmx:configRequest", (event) => {
  if (!event.target.matches("[data-clean]")) return;
  for (const [name, value] of [...event.detail.formData.entries()]) {
    if (value === "") event.detail.formData.delete(name);
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented) return;
  if (form.matches("[data-clean]")) {
    for (const input of form.querySelectorAll("input, select")) if (!input.value) input.disabled = true;
    return;
  }
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
  (event.submitter ?? form).classList.add("is-busy");
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const busy of document.querySelectorAll(".is-busy")) busy.classList.remove("is-busy");
});

document.addEventListener("keydown", (event) => event.key === "Enter" && event.target.matches("[data-finds]") && event.preventDefault());

document.addEventListener("click", (event) => {
  const box = document.querySelector(event.target.closest("[data-clear]")?.dataset.clear ?? ":not(*)");
  if (!box) return;
  for (const input of box.querySelectorAll("input")) input.value = "";
  for (const shown of box.querySelectorAll(":scope > :not(input)")) shown.remove();
});

// What is chosen elsewhere sets a field: a mode its usual price, a dot of a curve its own.
function set(form, name, value) {
  const field = form?.elements[name];
  if (!field || value === undefined) return;
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
document.addEventListener("change", ({ target }) => target.dataset.sets && set(target.form, target.dataset.sets, target.dataset.to));
document.addEventListener("q:set", ({ detail }) => {
  for (const [name, value] of Object.entries(detail)) set(document.querySelector(`form:has([name="${name}"])`), name, value);
});
document.addEventListener("input", ({ target }) => {
  if (target.matches("[data-slides]")) target.closest(".q-field").querySelector("output").value = target.value;
});

function count(area) {
  const note = area.nextElementSibling?.matches(".q-left") ? area.nextElementSibling : document.createElement("span");
  note.className = "q-left";
  note.textContent = `${[...area.value].length} / ${area.maxLength}`;
  if (!note.isConnected) area.after(note);
}

document.addEventListener("input", (event) => event.target.matches("[data-counted]") && count(event.target));

document.addEventListener("change", (event) => {
  const drop = event.target.closest("[data-drop]");
  const file = drop && event.target.files?.[0];
  if (file) {
    drop.querySelector("[data-drop-name]").textContent = file.name;
    drop.classList.add("has-file");
  }
});

for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const drop = event.target.closest?.("[data-drop]");
    if (!drop) return;
    event.preventDefault();
    drop.classList.toggle("is-over", kind === "dragover");
    if (kind !== "drop") return;
    const input = drop.querySelector("input");
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

onContent((root) => {
  within(root, "[data-counted]").forEach(count);
  root.querySelector("[aria-invalid=true]")?.focus();
});
