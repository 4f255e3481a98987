// The list of chats: fetched anew when something is said in one of them.
import { Live } from "./live.js";

export function start(list) {
  let timer = 0;
  const refresh = async () => {
    const answer = await fetch(window.location.href, { credentials: "same-origin" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("chats");
    if (fresh) list.replaceChildren(...fresh.children);
  };
  const soon = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => refresh().catch(() => undefined), 300);
  };
  let polls = 0;
  const live = new Live({
    ticketUrl: list.dataset.ticket,
    watched: [],
    hear: soon,
    poll: async () => (polls++ % 4 === 3 ? soon() : undefined),
    since: () => ({}),
  });
  live.connect();
  window.addEventListener("pageshow", (event) => event.persisted && soon());
}
