// Keyboard: `/` search, `g` and a letter to go somewhere (links with data-go), `?` help, `j`/`k` rows.
let waiting = false;

const isTyping = (target) => target.matches("input, textarea, select, [contenteditable]");

function search() {
  const inputs = [...document.querySelectorAll("[data-search]")].filter((input) => input.offsetParent);
  const input = inputs.find((one) => one.closest("main")) ?? inputs[0];
  input?.focus();
  input?.select();
  return Boolean(input);
}

function go(letter) {
  const link = document.querySelector(`[data-go="${CSS.escape(letter)}"] a, a[data-go="${CSS.escape(letter)}"]`);
  if (link) location.assign(link.href);
}

function step(by) {
  const links = [...document.querySelectorAll("main .q-table tbody tr a:first-of-type")];
  const at = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  links[Math.min(links.length - 1, Math.max(0, at + by))]?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  if (waiting) {
    waiting = false;
    go(event.key);
    return;
  }
  if (event.key === "/" && search()) event.preventDefault();
  if (event.key === "?") document.getElementById("shortcuts")?.showModal();
  if (event.key === "j") step(1);
  if (event.key === "k") step(-1);
  if (event.key === "g") {
    waiting = true;
    window.setTimeout(() => (waiting = false), 1200);
  }
});
