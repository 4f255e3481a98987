// Where one writes: text with mentions and a reply, pictures, film, and voice held down.
import { toast } from "../../shared/toasts.js";
import { ask } from "./ask.js";
import { hue, initials, make } from "./render.js";

const SHORTEST_MS = 700;
const LONGEST_MS = 60000;

export class Composer {
  constructor(form, { chat, urls, words, mayCallAll }) {
    Object.assign(this, { form, chat, urls, words, mayCallAll });
    for (const name of ["text", "send", "more", "tray", "hold", "mentions", "replying"]) this[name] = form.querySelector(`[data-${name}]`);
    this.called = new Map();
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.say();
    });
    this.text.addEventListener("input", () => this.typed());
    this.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing && window.matchMedia("(pointer: fine)").matches) {
        event.preventDefault();
        this.say();
      }
    });
    this.more.onclick = () => this.openTray(this.tray.hidden);
    this.replying.querySelector("button").onclick = () => this.reply(null);
    form.querySelector("[data-at]").onclick = () => {
      this.text.value += "@";
      this.openTray(false);
      this.typed();
    };
    for (const input of form.querySelectorAll("input[type=file]")) input.onchange = () => this.attach(input);
    this.voice(form.querySelector("[data-voice-switch]"));
  }

  openTray(isOpen) {
    this.tray.hidden = !isOpen;
    this.more.setAttribute("aria-expanded", String(isOpen));
  }

  typed() {
    const hasText = this.text.value.trim() !== "";
    this.send.hidden = !hasText;
    this.more.hidden = hasText;
    const open = this.text.value.slice(0, this.text.selectionStart).match(/@([^\s@]*)$/);
    if (open) this.pick(open[1]);
    else this.mentions.hidden = true;
  }

  async pick(typed) {
    this.people ??= ask(this.urls.people).then((told) => told.people);
    const people = await this.people.catch(() => []);
    const all = this.mayCallAll ? [{ id: 0, name: this.words.all }] : [];
    const found = [...all, ...people].filter((one) => one.name.includes(typed) && one.id !== this.chat.me).slice(0, 30);
    this.mentions.hidden = !found.length;
    this.mentions.replaceChildren(
      ...found.map((one) => {
        const button = make("button", "", make("span", `m-face q-hue-${hue(one.name)}`, initials(one.name)), one.name);
        button.type = "button";
        button.onclick = () => this.call(one);
        return make("li", "", button);
      }),
    );
  }

  call(person) {
    this.text.value = `${this.text.value.replace(/@[^\s@]*$/, "")}@${person.name} `;
    this.called.set(person.name, person.id);
    this.mentions.hidden = true;
    this.text.focus();
    this.typed();
  }

  reply(message, line = "") {
    this.replyTo = message;
    this.replying.hidden = !message;
    if (message) {
      this.replying.querySelector("span").textContent = `${this.words.reply} ${message.name}：${line}`;
      this.text.focus();
    }
  }

  say() {
    const text = this.text.value.trim();
    if (!text) return;
    const called = [...this.called].filter(([name]) => text.includes(`@${name}`)).map(([, id]) => id);
    this.chat.say({
      kind: "text",
      text,
      replyTo: this.replyTo?.seq ?? null,
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
    for (const file of files) await this.upload(file, input.dataset.kind);
  }

  async upload(file, kind, duration) {
    const form = new FormData();
    form.append("file", file, `${kind}`);
    form.append("kind", kind);
    if (duration) form.append("duration", String(Math.round(duration)));
    this.form.classList.add("is-busy");
    try {
      const { token, width, height } = await ask(this.urls.upload, form);
      this.chat.say({ kind, media: token, width, height, duration });
    } catch (trouble) {
      toast(trouble.message, "bad");
    } finally {
      this.form.classList.remove("is-busy");
    }
  }

  voice(button) {
    button.onclick = () => {
      const isVoice = this.hold.hidden;
      this.hold.hidden = !isVoice;
      this.text.hidden = isVoice;
      button.setAttribute("aria-pressed", String(isVoice));
    };
    this.hold.addEventListener("pointerdown", (event) => {
      this.hold.setPointerCapture(event.pointerId);
      this.record(event.clientY);
    });
    this.hold.addEventListener("pointermove", (event) => this.veil?.classList.toggle("is-cancelling", this.from - event.clientY > 80));
    for (const name of ["pointerup", "pointercancel"]) this.hold.addEventListener(name, () => this.endRecord());
    this.hold.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  async record(from) {
    this.from = from;
    this.isHeld = true;
    this.veil = make("div", "m-recording", this.words.release);
    this.hold.classList.add("is-recording");
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const type = ["audio/webm;codecs=opus", "audio/mp4"].find((one) => MediaRecorder.isTypeSupported(one));
      this.recorder = new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: 24000 });
      const chunks = [];
      this.recorder.ondataavailable = (event) => chunks.push(event.data);
      this.recorder.onstop = () => this.recorded(new Blob(chunks, { type }), stream);
      this.began = performance.now();
      this.recorder.start();
      document.body.append(this.veil);
      window.setTimeout(() => this.endRecord(), LONGEST_MS);
      if (!this.isHeld) this.endRecord();
    } catch {
      this.hold.classList.remove("is-recording");
      toast(this.words.noMicrophone, "bad");
    }
  }

  endRecord() {
    this.isHeld = false;
    if (this.recorder?.state === "recording") this.recorder.stop();
  }

  recorded(blob, stream) {
    const lasted = Math.min(LONGEST_MS, performance.now() - this.began);
    const isCancelled = this.veil.classList.contains("is-cancelling");
    for (const track of stream.getTracks()) track.stop();
    this.veil.remove();
    this.hold.classList.remove("is-recording");
    if (isCancelled) return;
    if (lasted < SHORTEST_MS) toast(this.words.tooShort);
    else this.upload(blob, "voice", lasted);
  }
}
