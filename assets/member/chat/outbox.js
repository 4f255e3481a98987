// What was written and not yet accepted: kept on this phone until the server has it, sent in order, each once.
import { ask, Refused } from "./ask.js";

export class Outbox {
  constructor({ name, url, changed }) {
    Object.assign(this, { name, url, changed });
    this.items = JSON.parse(window.localStorage.getItem(name) ?? "[]");
    this.failures = 0;
    window.addEventListener("online", () => this.flush());
  }

  static key() {
    return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  add(message) {
    const item = { ...message, key: Outbox.key(), at: new Date().toISOString(), state: "sending" };
    this.items.push(item);
    this.keep();
    this.flush();
    return item;
  }

  retry(key) {
    const item = this.items.find((one) => one.key === key);
    if (item) item.state = "sending";
    this.keep();
    this.flush();
  }

  drop(key) {
    this.items = this.items.filter((one) => one.key !== key);
    this.keep();
  }

  keep() {
    window.localStorage.setItem(this.name, JSON.stringify(this.items));
    this.changed();
  }

  async flush() {
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      for (let item = this.next(); item; item = this.next()) await this.send(item);
    } catch {
      this.failures += 1;
      window.setTimeout(() => this.flush(), Math.min(30000, 1000 * 2 ** Math.min(this.failures, 5)));
    } finally {
      this.isBusy = false;
      this.changed();
    }
  }

  next() {
    return this.items.find((one) => one.state === "sending");
  }

  async send(item) {
    try {
      const { seq } = await ask(this.url, item);
      this.failures = 0;
      item.state = "sent";
      item.seq = seq;
      this.keep();
    } catch (trouble) {
      if (!(trouble instanceof Refused && trouble.isFinal)) throw trouble;
      item.state = "failed";
      item.why = trouble.message;
      this.keep();
    }
  }
}
