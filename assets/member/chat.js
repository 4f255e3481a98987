// A chat on a phone: what is said, what one says, live or polled. Parts in chat/.
import { start as startChats } from "./chat/list.js";
import { Chat } from "./chat/room.js";

const root = document.querySelector("[data-chat]");
if (root) new Chat(root, JSON.parse(document.getElementById("chat-start").textContent)).begin();
const chats = document.querySelector("[data-chats]");
if (chats) startChats(chats);
