// Run for the page and again for every part htmx puts into it.
export function onContent(run) {
  run(document);
  document.addEventListener("htmx:load", (event) => run(event.detail.elt));
}

// The elements of a part that match, the part itself included.
export function within(root, selector) {
  const inside = [...root.querySelectorAll(selector)];
  return root.matches?.(selector) ? [root, ...inside] : inside;
}
