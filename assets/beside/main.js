// The page beside a chat: WeCom's script tells which chat is open, and puts a text into it. Without WeCom nothing
// of this runs: the group is chosen by hand, texts are copied.
import * as ww from "@wecom/jssdk";

const page = document.getElementById("beside");
const apis = ["getContext", "getCurExternalChat", "getCurExternalContact", "sendChatMessage"];

async function sign(address) {
  const answer = await fetch(`${page.dataset.sign}?${new URLSearchParams({ address })}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`not signed: ${answer.status}`);
  return answer.json();
}

async function begin() {
  const first = await sign(location.href.split("#")[0]);
  ww.register({
    corpId: first.company,
    agentId: first.app,
    jsApiList: apis,
    getAgentConfigSignature: async (url) => {
      const { timestamp, nonce, signature } = await sign(url);
      return { timestamp, nonceStr: nonce, signature };
    },
  });
  for (const button of document.querySelectorAll("[data-send]")) button.hidden = false;
  if ("told" in page.dataset || new URLSearchParams(location.search).has("q")) return;
  const chat = await openChat();
  if (chat) location.replace(`${page.dataset.here}?${new URLSearchParams(chat)}`);
}

async function openChat() {
  try {
    return { chat: (await ww.getCurExternalChat()).chatId };
  } catch {
    try {
      return { contact: (await ww.getCurExternalContact()).userId };
    } catch {
      return null; // opened elsewhere than beside a chat with customers
    }
  }
}

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-send]");
  if (!button) return;
  const content = document.querySelector(button.dataset.send).value;
  try {
    await ww.sendChatMessage({ msgtype: "text", enterChat: false, text: { content } });
  } catch (trouble) {
    if (!/cancel/.test(trouble.errMsg ?? "")) button.lastElementChild.textContent = button.dataset.failed;
  }
});

if (page && /wxwork/i.test(navigator.userAgent)) begin().catch(() => {});
