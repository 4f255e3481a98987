// A button that copies a text; without a script the text itself can be marked and copied.
import { onContent, within } from "../shared/ready.js";

onContent((root) => {
  for (const button of within(root, "[data-copy]")) button.hidden = false;
});

async function copy(field) {
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    field.select();
    document.execCommand("copy"); // pages without https have no clipboard
  }
}

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy]");
  if (!button) return;
  await copy(document.querySelector(button.dataset.copy));
  button.lastElementChild.textContent = button.dataset.copied;
});
