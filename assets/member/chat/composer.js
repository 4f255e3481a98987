// Where one writes: text with mentions and a reply, pictures, film, and voice held down.
import { ask } from "./ask.js";
import { hue, initials, make } from "./render.js";
import { Voice } from "./voice.js";

const TALLEST_PX = 128;

export class Composer {
  constructor(form, { chat, urls, words, mayCallAll }) {
    Object.assign(this, { form, chat, urls, words, mayCallAll });
    for (const name of ["text", "send", "more", "tray", "hold", "mentions", "replying"]) this[name] = form.querySelector(`[data-${name}]`);
    this.called = new Map();
    this.draftName = `q-draft-${chat.me}-${chat.group}`;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.say();
    });
    this.text.addEventListener("input", () => this.typed());
    this.text.addEventListener("focus", () => this.openTray(false));
    this.text.addEventListener("keydown", (event) => this.pressed(event));
    this.send.addEventListener("pointerdown", (event) => event.preventDefault()); // the keyboard stays open
    this.more.onclick = () => this.openTray(this.tray.hidden);
    this.replying.querySelector("button").onclick = () => this.reply(null);
    form.querySelector("[data-at]").onclick = () => {
      this.openTray(false);
      this.put("@");
    };
    for (const input of form.querySelectorAll("input[type=file]")) input.onchange = () => this.attach(input);
    const turn = form.querySelector("[data-voice-switch]");
    turn.onclick = () => this.talk(turn, this.hold.hidden);
    this.voice = new Voice(this.hold, { words, recorded: (blob, lasted) => chat.uploads.add("voice", blob, lasted) });
    this.text.value = window.localStorage.getItem(this.draftName) ?? "";
    this.typed();
  }

  pressed(event) {
    if (event.key === "Escape") this.mentions.hidden = true;
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    if (!this.mentions.hidden) this.mentions.querySelector("button").click();
    else if (window.matchMedia("(pointer: fine)").matches) this.say();
    else return;
    event.preventDefault();
  }

  talk(button, isVoice) {
    this.hold.hidden = !isVoice;
    this.text.hidden = isVoice;
    button.setAttribute("aria-pressed", String(isVoice));
    this.openTray(false);
    if (!isVoice) this.text.focus();
  }

  openTray(isOpen) {
    this.tray.hidden = !isOpen;
    this.more.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) this.text.blur();
  }

  put(words) {
    this.text.setRangeText(words, this.text.selectionStart, this.text.selectionEnd, "end");
    this.text.focus();
    this.typed();
  }

  typed() {
    const { value } = this.text;
    const hasText = value.trim() !== "";
    this.send.hidden = !hasText;
    this.more.hidden = hasText;
    if (value) window.localStorage.setItem(this.draftName, value);
    else window.localStorage.removeItem(this.draftName);
    this.grow();
    const open = value.slice(0, this.text.selectionStart).match(/@([^\s@]*)$/);
    if (open && document.activeElement === this.text) this.pick(open[1]);
    else this.mentions.hidden = true;
  }

  // Browsers without `field-sizing` grow by hand.
  grow() {
    if (CSS.supports("field-sizing", "content")) return;
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(TALLEST_PX, this.text.scrollHeight)}px`;
  }

  async pick(typed) {
    this.people ??= ask(this.urls.people).then((told) => told.people);
    const people = await this.people.catch(() => {
      this.people = undefined;
      return [];
    });
    const all = this.mayCallAll ? [{ id: 0, name: this.words.all }] : [];
    const found = [...all, ...people].filter((one) => one.name.includes(typed) && one.id !== this.chat.me).slice(0, 30);
    this.mentions.hidden = !found.length;
    this.mentions.replaceChildren(...found.map((one) => this.choice(one)));
  }

  choice(one) {
    const seat = this.chat.staff[one.id];
    const button = make("button", "", make("span", `m-face q-hue-${hue(one.name)}`, initials(one.name)), one.name, seat ? make("small", "", seat) : null);
    button.type = "button";
    button.onclick = () => this.call(one);
    return make("li", "", button);
  }

  call(person) {
    const end = this.text.selectionStart;
    const begin = this.text.value.slice(0, end).lastIndexOf("@");
    this.text.setRangeText("", begin, end, "end");
    this.called.set(person.name, person.id);
    this.put(`@${person.name} `);
  }

  reply(message, line = "") {
    this.replyTo = message;
    this.replying.hidden = !message;
    if (!message) return;
    this.replying.querySelector("span").textContent = `${this.words.reply} ${message.name}：${line}`;
    this.text.focus();
  }

  say() {
    const text = this.text.value.trim();
    if (!text) return;
    const called = [...this.called].filter(([name]) => text.includes(`@${name}`)).map(([, id]) => id);
    this.chat.say({
      kind: "text",
      text,
      replyTo: this.replyTo?.seq ?? null,
      quoted: this.replyTo ? { seq: this.replyTo.seq, name: this.replyTo.name, line: { kind: this.replyTo.kind, text: this.replyTo.body.text ?? "" } } : null,
      mentions: called.filter((id) => id > 0),
      forAll: called.includes(0),
    });
    this.text.value = "";
    this.called.clear();
    this.reply(null);
    this.typed();
  }

  async attach(input) {
    const files = [...input.files];
    input.value = "";
    this.openTray(false);
    for (const file of files) await this.chat.uploads.add(input.dataset.kind, file);
    this.chat.toBottom();
  }
}
