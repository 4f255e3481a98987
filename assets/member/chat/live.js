// Live updates with a ticket; polls while the live process is away. Knows how far each group was heard.
import { ask } from "./ask.js";

const POLL_MS = 4000;
const LONGEST_WAIT_MS = 30000;

export class Live {
  // hear(frame) gets a message; poll() is asked for changes while there is no connection.
  constructor({ ticketUrl, watched, hear, poll, since }) {
    Object.assign(this, { ticketUrl, watched, hear, poll, since });
    this.failures = 0;
    window.addEventListener("online", () => this.connect());
    document.addEventListener("visibilitychange", () => document.hidden || this.connect());
    window.setInterval(() => this.isOpen || document.hidden || this.poll().catch(() => undefined), POLL_MS);
  }

  get isOpen() {
    return this.isHeard === true;
  }

  async connect() {
    if (this.isConnecting || (this.socket && this.socket.readyState <= WebSocket.OPEN)) return;
    this.isConnecting = true;
    try {
      const query = this.watched.map((group) => `watch=${group}`).join("&");
      const { ticket, port } = await ask(`${this.ticketUrl}?${query}`);
      const scheme = window.location.protocol === "https:" ? "wss" : "ws";
      const socket = new WebSocket(`${scheme}://${window.location.hostname}:${port}/`);
      this.socket = socket;
      socket.onopen = () => socket.send(JSON.stringify({ ticket, since: this.since() }));
      socket.onmessage = (event) => this.told(JSON.parse(event.data));
      socket.onclose = () => this.again();
    } catch {
      this.again();
    }
    this.isConnecting = false;
  }

  told(frame) {
    if (frame.type === "hello") {
      this.isHeard = true;
      this.failures = 0;
      this.poll().catch(() => undefined); // whatever fell between the page and the connection
    } else if (frame.type === "gap") {
      this.poll().catch(() => undefined);
    } else {
      this.hear(frame);
    }
  }

  again() {
    this.isHeard = false;
    this.failures += 1;
    const wait = Math.min(LONGEST_WAIT_MS, 500 * 2 ** Math.min(this.failures, 6)) * (0.5 + Math.random());
    window.setTimeout(() => document.hidden || this.connect(), wait);
  }
}
