// One chat: messages by seq, older ones as one scrolls up, own ones shown before the server has them.
import { toast } from "../../shared/toasts.js";
import { ask } from "./ask.js";
import { Composer } from "./composer.js";
import { Live } from "./live.js";
import { Outbox } from "./outbox.js";
import { icon, make, Renderer } from "./render.js";

const PAGE = 30;
const NEAR_BOTTOM = 120;
const LONG_PRESS_MS = 450;
const RECALL_MS = 120000;
const PAUSE_MS = 5 * 60000;

export class Chat {
  constructor(root, start) {
    Object.assign(this, start);
    this.root = root;
    this.log = root.querySelector("[data-log]");
    this.known = new Map();
    this.changes = new Set();
    this.firstUnread = start.read + 1;
    const act = { view: (url) => this.view(url), play: (button, url) => this.play(button, url), answer: (message, option) => this.answer(message, option), jump: (seq) => this.jump(seq), mayAnswer: start.maySpeak };
    this.renderer = new Renderer({ me: start.me, urls: start.urls, words: start.words, answers: start.answers, act });
  }

  begin() {
    this.outbox = new Outbox({ name: `q-outbox-${this.me}-${this.group}`, url: this.urls.post, changed: () => this.draw() });
    for (const line of this.lines) this.known.set(line.seq, line);
    this.isAtTop = this.lines.length < PAGE;
    const form = this.root.querySelector("[data-composer]");
    if (form) this.composer = new Composer(form, { chat: this, urls: this.urls, words: this.words, mayCallAll: this.mayCallAll });
    this.draw();
    this.toBottom();
    this.log.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.listenToPresses();
    const viewer = document.querySelector("[data-viewer]");
    viewer.onclick = () => viewer.close();
    this.live = new Live({ ticketUrl: this.urls.ticket, watched: this.maySpeak ? [] : [this.group], hear: (line) => this.hear([line]), poll: () => this.poll(), since: () => ({ [this.group]: this.change }) });
    this.live.connect();
    document.addEventListener("visibilitychange", () => this.markSeen());
    for (const name of ["online", "offline"]) window.addEventListener(name, () => this.online());
    this.online();
    this.markSeen();
    this.outbox.flush();
  }

  online() {
    this.root.querySelector("[data-offline]").hidden = navigator.onLine;
  }

  async poll() {
    const { lines, hasMore } = await ask(`${this.urls.changes}?after=${this.change}`);
    this.hear(lines);
    if (hasMore) await this.poll();
  }

  // Changes have no gaps: `change` moves on only over numbers that all came.
  hear(lines) {
    const isNear = this.isNearBottom();
    let newest = 0;
    for (const line of lines) {
      if (line.group !== this.group) continue;
      if (line.change > this.change) this.changes.add(line.change);
      while (this.changes.delete(this.change + 1)) this.change += 1;
      const before = this.known.get(line.seq);
      if (before && before.change >= line.change) continue;
      this.known.set(line.seq, line);
      if (!before) newest = Math.max(newest, line.seq);
    }
    if (!lines.length) return;
    this.draw();
    if (isNear) this.toBottom();
    else if (newest) this.offerJump();
    this.markSeen();
  }

  say(message) {
    this.outbox.add(message);
    this.toBottom();
  }

  draw() {
    const seqs = [...this.known.keys()].sort((a, b) => a - b);
    for (const item of this.outbox.items) if (item.state === "sent" && this.known.has(item.seq)) this.outbox.items = this.outbox.items.filter((one) => one !== item);
    const rows = [];
    let last = 0;
    for (const seq of seqs) {
      const line = this.known.get(seq);
      const at = Date.parse(line.at);
      if (at - last > PAUSE_MS) rows.push([`t${seq}`, String(at), () => make("div", "m-time", this.clock(at))]);
      last = at;
      if (seq === this.firstUnread && seq !== seqs[0] && line.sender !== this.me) rows.push(["new", "", () => make("div", "m-new-line", this.words.newMessages)]);
      const answer = this.renderer.answers[line.broadcast];
      rows.push([`m${seq}`, `${line.change}/${answer?.option ?? ""}`, () => this.renderer.line(line)]);
    }
    for (const item of this.outbox.items) rows.push([`o${item.key}`, `${item.state}${navigator.onLine}`, () => this.own(item)]);
    this.place(rows);
    window.localStorage.setItem(this.outbox.name, JSON.stringify(this.outbox.items));
  }

  // Puts rows into the log; what has not changed stays the element it was.
  place(rows) {
    const here = new Map([...this.log.children].filter((one) => one.dataset.id).map((one) => [one.dataset.id, one]));
    let after = null;
    for (const [id, version, build] of rows) {
      let element = here.get(id);
      if (!element || element.dataset.version !== version) {
        const fresh = build();
        fresh.dataset.id = id;
        fresh.dataset.version = version;
        element?.replaceWith(fresh);
        element = fresh;
      }
      here.delete(id);
      if (after ? after.nextElementSibling !== element : this.log.firstElementChild !== element) after ? after.after(element) : this.log.prepend(element);
      after = element;
    }
    for (const gone of here.values()) gone.remove();
  }

  own(item) {
    const body = { text: item.text, media: item.media, width: item.width, height: item.height, duration_ms: item.duration };
    const line = { group: this.group, kind: item.kind, body, sender: this.me, name: "", mentions: item.mentions, for_all: item.forAll, quoted: null };
    const element = this.renderer.line(line);
    element.classList.add(item.state === "failed" ? "is-failed" : "is-unsent");
    const text = item.state === "failed" ? item.why || this.words.failed : navigator.onLine ? this.words.sending : this.words.waiting;
    const note = make(item.state === "failed" ? "button" : "div", "m-msg-note", text);
    if (item.state === "failed") {
      note.type = "button";
      note.onclick = () => this.outbox.retry(item.key);
    }
    if (item.state !== "sent") element.querySelector(".m-msg-body").append(note);
    return element;
  }

  clock(at) {
    const moment = new Date(at);
    const time = moment.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    const days = Math.floor((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86400000);
    if (days === 0) return `${this.words.today} ${time}`;
    if (days === 1) return `${this.words.yesterday} ${time}`;
    return `${moment.toLocaleDateString(document.documentElement.lang, { month: "long", day: "numeric" })} ${time}`;
  }

  isNearBottom() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_BOTTOM;
  }

  toBottom() {
    this.log.scrollTop = this.log.scrollHeight;
    this.log.querySelector(".m-jump")?.remove();
  }

  offerJump() {
    if (this.log.querySelector(".m-jump")) return;
    const button = make("button", "m-jump", icon("arrow-down"), this.words.newMessages);
    button.type = "button";
    button.onclick = () => this.toBottom();
    this.log.append(button);
  }

  async scrolled() {
    if (this.isNearBottom()) {
      this.log.querySelector(".m-jump")?.remove();
      this.markSeen();
    }
    if (this.log.scrollTop > 200 || this.isAtTop || this.isLoading) return;
    await this.older();
  }

  async older() {
    this.isLoading = true;
    try {
      const first = Math.min(...this.known.keys());
      const { lines, answers } = await ask(`${this.urls.messages}?before=${first}`);
      this.isAtTop = lines.length < PAGE;
      Object.assign(this.renderer.answers, answers);
      const from = this.log.scrollHeight - this.log.scrollTop;
      for (const line of lines) this.known.set(line.seq, line);
      this.draw();
      this.log.scrollTop = this.log.scrollHeight - from;
    } catch {
      // scrolling again tries again
    } finally {
      this.isLoading = false;
    }
  }

  async jump(seq) {
    while (!this.known.has(seq) && !this.isAtTop) {
      const before = this.known.size;
      await this.older();
      if (this.known.size === before) break;
    }
    this.log.querySelector(`[data-id="m${seq}"]`)?.scrollIntoView({ block: "center" });
  }

  markSeen() {
    if (!this.maySpeak) return;
    const last = Math.max(0, ...this.known.keys());
    const read = !document.hidden && this.isNearBottom() ? last : this.read;
    if (last <= (this.delivered ?? 0) && read <= this.read) return;
    window.clearTimeout(this.seenTimer);
    this.seenTimer = window.setTimeout(async () => {
      const marks = await ask(this.urls.seen, { delivered: last, read }).catch(() => null);
      if (marks) Object.assign(this, marks);
    }, 250);
  }

  async answer(message, option) {
    const url = this.urls.answer.replace(/0$/, message.broadcast);
    try {
      this.renderer.answers[message.broadcast] = await ask(url, { option });
      this.draw();
    } catch (trouble) {
      toast(trouble.message, "bad");
    }
  }

  listenToPresses() {
    let timer = 0;
    const press = (event) => {
      const row = event.target.closest(".m-msg[data-id^=m]");
      if (!row) return;
      timer = window.setTimeout(() => this.menu(this.known.get(Number(row.dataset.id.slice(1)))), LONG_PRESS_MS);
    };
    this.log.addEventListener("pointerdown", press);
    for (const name of ["pointerup", "pointercancel", "pointermove", "scroll"]) this.log.addEventListener(name, () => window.clearTimeout(timer), { passive: true });
    this.log.addEventListener("contextmenu", (event) => {
      const row = event.target.closest(".m-msg[data-id^=m]");
      if (!row) return;
      event.preventDefault();
      this.menu(this.known.get(Number(row.dataset.id.slice(1))));
    });
  }

  menu(message) {
    const sheet = document.querySelector("[data-sheet]");
    if (!message || message.recalled || sheet.open) return;
    const text = message.body.text ?? "";
    const choices = [];
    if (this.composer) choices.push([this.words.reply, () => this.composer.reply(message, text)]);
    if (text) choices.push([this.words.copy, () => navigator.clipboard?.writeText(text)]);
    if (message.sender === this.me && Date.now() - Date.parse(message.at) < RECALL_MS) choices.push([this.words.recall, () => this.recall(message)]);
    choices.push([this.words.cancel, () => undefined]);
    sheet.replaceChildren(
      ...choices.map(([label, run]) => {
        const button = make("button", "", label);
        button.type = "button";
        button.onclick = () => {
          sheet.close();
          run();
        };
        return button;
      }),
    );
    sheet.showModal();
  }

  async recall(message) {
    try {
      const { change } = await ask(this.urls.recall.replace(/0$/, message.seq), {});
      this.hear([{ ...message, body: {}, recalled: true, change }]);
    } catch (trouble) {
      toast(trouble.message, "bad");
    }
  }

  view(url) {
    const viewer = document.querySelector("[data-viewer]");
    viewer.querySelector("img").src = url;
    viewer.showModal();
  }

  play(button, url) {
    this.sound?.pause();
    document.querySelector(".m-voice.is-playing")?.classList.remove("is-playing");
    this.sound = new Audio(url);
    button.classList.add("is-playing");
    this.sound.onended = () => button.classList.remove("is-playing");
    this.sound.play().catch(() => button.classList.remove("is-playing"));
  }
}
