// One chat: messages by seq, older ones as one scrolls up, own ones shown before the server has them.
import { toast } from "../../shared/toasts.js";
import { ask } from "./ask.js";
import { Composer } from "./composer.js";
import { Live } from "./live.js";
import { Outbox } from "./outbox.js";
import { Presses } from "./presses.js";
import { icon, make, Renderer } from "./render.js";
import { Uploads } from "./uploads.js";

const PAGE = 30;
const LEAP = 300;
const NEAR_BOTTOM = 120;
const RECALL_MS = 120000;
const PAUSE_MS = 5 * 60000;
const LINES = { image: "picture", video: "video", voice: "voice", card: "card" };

export class Chat {
  constructor(root, start) {
    Object.assign(this, start);
    this.root = root;
    this.log = root.querySelector("[data-log]");
    this.known = new Map();
    this.changes = new Set();
    this.atStart = new Set(start.lines.map((line) => line.seq));
    this.firstUnread = start.last > start.read ? start.read + 1 : 0; // what comes while one looks is no news
    const act = { view: (url) => this.view(url), play: (button, url) => this.play(button, url), answer: (message, option) => this.answer(message, option), jump: (seq) => this.jump(seq), mayAnswer: start.maySpeak };
    this.renderer = new Renderer({ me: start.me, urls: start.urls, words: start.words, answers: start.answers, staff: start.staff, act });
  }

  begin() {
    this.outbox = new Outbox({ name: `q-outbox-${this.me}-${this.group}`, url: this.urls.post, changed: () => this.draw() });
    this.uploads = new Uploads({ url: this.urls.upload, changed: () => this.draw(), sent: (item, told) => this.uploaded(item, told) });
    for (const line of this.lines) this.known.set(line.seq, line);
    this.isAtTop = this.lines.length < PAGE;
    const form = this.root.querySelector("[data-composer]");
    if (form) this.composer = new Composer(form, { chat: this, urls: this.urls, words: this.words, mayCallAll: this.mayCallAll });
    this.draw();
    this.toBottom();
    this.log.addEventListener("scroll", () => this.scrolled(), { passive: true });
    new Presses(this.log, { sheet: document.querySelector("[data-sheet]"), words: this.words, message: (seq) => this.known.get(seq), choices: (message) => this.choices(message) });
    this.offerUnread();
    this.stayAtBottom();
    const viewer = document.querySelector("[data-viewer]");
    viewer.onclick = () => viewer.close();
    this.live = new Live({ ticketUrl: this.urls.ticket, watched: this.maySpeak ? [] : [this.group], hear: (line) => this.hear([line]), poll: () => this.poll(), since: () => ({ [this.group]: this.change }) });
    this.live.connect();
    document.addEventListener("visibilitychange", () => this.markSeen());
    for (const name of ["online", "offline"]) window.addEventListener(name, () => this.online());
    this.online();
    this.markSeen();
    this.outbox.flush();
    this.leap();
    window.addEventListener("hashchange", () => this.leap());
  }

  // An address with #m123 leads to that message.
  leap() {
    const seq = Number(window.location.hash.match(/^#m(\d+)$/)?.[1] ?? 0);
    if (seq) this.jump(seq);
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

  uploaded({ kind, preview, width, height, duration }, { token }) {
    this.renderer.previews.set(token, preview);
    this.say({ kind, media: token, width, height, duration });
  }

  // The server's copy of one's own message may come before the answer to sending it: one of them is shown.
  isHeard(item) {
    if (item.state !== "sending") return false;
    const own = [...this.known.values()].slice(-8).filter((line) => line.sender === this.me && Date.parse(line.at) > Date.parse(item.at) - 60000);
    return own.some((line) => line.kind === item.kind && (item.media ? line.body.media === item.media : line.body.text === item.text) && !this.atStart.has(line.seq));
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
    for (const item of this.outbox.items) if (!this.isHeard(item)) rows.push([`o${item.key}`, `${item.state}${navigator.onLine}`, () => this.own(item, this.outbox)]);
    for (const item of this.uploads?.items ?? []) rows.push([`u${item.key}`, `${item.state}${item.percent}${item.why}`, () => this.own(item, this.uploads)]);
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

  get ownName() {
    return [...this.known.values()].find((line) => line.sender === this.me)?.name ?? this.words.me;
  }

  own(item, where) {
    const body = { text: item.text, media: item.media, width: item.width, height: item.height, duration_ms: item.duration };
    const line = { group: this.group, kind: item.kind, body, sender: this.me, name: this.ownName, mentions: item.mentions ?? [], for_all: item.forAll, quoted: item.quoted ?? null, preview: item.preview };
    const element = this.renderer.line(line);
    element.classList.add(item.state === "failed" ? "is-failed" : "is-unsent");
    const note = make(item.state === "failed" ? "button" : "div", "m-msg-note", this.progress(item));
    if (item.state === "failed") {
      note.type = "button";
      note.onclick = () => where.retry(item.key);
    }
    if (item.state !== "sent") element.querySelector(".m-msg-body").append(note);
    return element;
  }

  progress(item) {
    if (item.state === "failed") return item.why ? `${item.why} ${this.words.again}` : this.words.failed;
    if (!navigator.onLine) return this.words.waiting;
    return item.percent ? this.words.upload.replace("{n}", item.percent) : this.words.sending;
  }

  clock(at) {
    const moment = new Date(at);
    const time = moment.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    const days = Math.floor((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86400000);
    if (days === 0) return time;
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

  // Coming to many new messages one starts at the newest, and may go up to the first.
  offerUnread() {
    const count = this.last - this.read;
    const first = this.log.querySelector('[data-id="new"]');
    if (count < 1 || (first && first.offsetTop >= this.log.scrollTop)) return;
    const button = make("button", "m-jump m-jump-up", icon("arrow-up"), this.words.unreadAbove.replace("{n}", count));
    button.type = "button";
    button.onclick = () => {
      button.remove();
      this.jump(this.firstUnread);
    };
    this.root.append(button);
  }

  // A keyboard that opens, a tray, a picture that comes: whoever was at the bottom stays there.
  stayAtBottom() {
    let height = this.log.clientHeight;
    new ResizeObserver(() => {
      const before = this.log.scrollHeight - this.log.scrollTop - height;
      height = this.log.clientHeight;
      if (before < NEAR_BOTTOM) this.toBottom();
    }).observe(this.log);
    this.log.addEventListener("load", () => this.isNearBottom() && this.toBottom(), { capture: true });
  }

  offerJump() {
    if (this.log.querySelector(".m-jump")) return;
    const button = make("button", "m-jump", icon("arrow-down"), this.words.newBelow);
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

  async older(take = PAGE) {
    this.isLoading = true;
    try {
      const first = Math.min(...this.known.keys());
      const { lines, answers } = await ask(`${this.urls.messages}?before=${first}&take=${take}`);
      this.isAtTop = lines.length < take;
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
      await this.older(LEAP);
      if (this.known.size === before) break;
    }
    const found = this.log.querySelector(`[data-id="m${seq}"]`);
    found?.scrollIntoView({ block: "center" });
    found?.classList.add("is-found");
    window.setTimeout(() => found?.classList.remove("is-found"), 1600);
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

  choices(message) {
    const text = message.body.text ?? "";
    const mine = message.sender === this.me && Date.now() - Date.parse(message.at) < RECALL_MS;
    return [
      ...(this.composer ? [[this.words.reply, () => this.composer.reply(message, text || this.words[LINES[message.kind]] || "")]] : []),
      ...(text ? [[this.words.copy, null]] : []),
      ...(mine ? [[this.words.recall, () => this.recall(message)]] : []),
      [this.words.cancel, () => undefined],
    ];
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
