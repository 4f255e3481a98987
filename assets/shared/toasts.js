// Short messages: a <template>-free list in the page; the server sends more by `HX-Trigger: {"toast": {"text": …, "tone": …}}`.
const list = document.getElementById("toasts");

function leave(toast, seconds) {
  window.setTimeout(() => toast.remove(), seconds * 1000);
}

export function toast(text, tone = "info") {
  if (!list) return;
  const item = document.createElement("div");
  item.className = `q-toast q-tone-${tone}`;
  item.textContent = text;
  list.append(item);
  leave(item, tone === "bad" ? 12 : 6);
}

for (const item of list?.querySelectorAll(".q-toast:not(.q-tone-bad)") ?? []) leave(item, 8);
document.addEventListener("toast", (event) => toast(event.detail.text ?? event.detail.value, event.detail.tone));
document.addEventListener("htmx:sendError", () => toast(list?.dataset.offline ?? "", "bad"));
document.addEventListener("htmx:responseError", () => toast(list?.dataset.failed ?? "", "bad"));
document.addEventListener("click", (event) => event.target.closest("[data-toast-close]")?.closest(".q-toast").remove());
