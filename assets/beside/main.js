// The page beside a chat: WeCom's script tells which chat is open, and puts a text, picture or file into it. Without
// WeCom nothing of this runs: the group is chosen by hand, texts are copied, pictures saved.
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
  for (const button of document.querySelectorAll("[data-send], [data-send-file]")) button.hidden = false;
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

// WeCom's client takes a file by the name that its server gave it, so that the file goes there first.
async function lent(address) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const answer = await fetch(address, { method: "POST", headers: { Accept: "application/json", "X-CSRFToken": token } });
  if (!answer.ok) throw new Error(`not lent: ${answer.status}`);
  const { kind, key } = await answer.json();
  return { msgtype: kind, [kind]: { mediaid: key } };
}

async function message({ send, sendFile }) {
  return sendFile ? lent(sendFile) : { msgtype: "text", text: { content: document.querySelector(send).value } };
}

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-send], [data-send-file]");
  if (!button || button.disabled) return;
  button.disabled = true;
  try {
    await ww.sendChatMessage({ enterChat: false, ...(await message(button.dataset)) });
  } catch (trouble) {
    if (!/cancel/.test(trouble.errMsg ?? "")) button.lastElementChild.textContent = button.dataset.failed;
  } finally {
    button.disabled = false;
  }
});

if (page && /wxwork/i.test(navigator.userAgent)) begin().catch(() => {});
