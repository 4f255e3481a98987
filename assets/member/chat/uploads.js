// Files on their way up: shown at once from this phone. A line that breaks is tried again, under the same key, so that
// nothing comes twice; what failed for good may be tried again by hand while the page is open.
import { Refused, token } from "./ask.js";
import { Outbox } from "./outbox.js";

const LONG_SIDE = 1920;
const SMALL_ENOUGH = 600 * 1024;
const STALLED_MS = 45000;
const TRIES = 9;
const LONGEST_PAUSE_MS = 30000;

// A camera's picture in the size the server keeps anyway: a tenth of the traffic.
async function smaller(file) {
  if (file.size < SMALL_ENOUGH || file.type === "image/gif") return file;
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONG_SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(bitmap.width * scale), height: Math.round(bitmap.height * scale) });
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    return blob && blob.size < file.size ? blob : file;
  } catch {
    return file; // a kind this browser cannot read; the server says what it thinks of it
  }
}

function measure(preview) {
  return new Promise((done) => {
    const picture = new Image();
    picture.onload = () => done({ width: picture.naturalWidth, height: picture.naturalHeight });
    picture.onerror = () => done({});
    picture.src = preview;
  });
}

function put(url, form, progress) {
  return new Promise((done, refuse) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("X-CSRFToken", token());
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    let watch = 0;
    const moved = () => {
      window.clearTimeout(watch);
      watch = window.setTimeout(() => request.abort(), STALLED_MS);
    };
    request.upload.onprogress = (event) => {
      moved();
      if (event.lengthComputable) progress(Math.round((event.loaded / event.total) * 100));
    };
    request.onload = () => (request.status < 300 ? done(request.response) : refuse(new Refused(request.status, request.response ?? {})));
    request.onerror = request.onabort = () => refuse(new TypeError("offline"));
    request.onloadend = () => window.clearTimeout(watch);
    moved();
    request.send(form);
  });
}

// Waits longer each time, or until the phone is on the line again.
function pause(tries) {
  return new Promise((done) => {
    const timer = window.setTimeout(done, Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** tries));
    window.addEventListener("online", () => {
      window.clearTimeout(timer);
      done();
    }, { once: true });
  });
}

export class Uploads {
  // changed() draws; sent(item, told) gets what the server made of it.
  constructor({ url, changed, sent }) {
    Object.assign(this, { url, changed, sent });
    this.items = [];
    this.turn = Promise.resolve();
    window.addEventListener("online", () => this.items.filter((one) => one.state === "failed" && !one.why).forEach((one) => this.retry(one.key)));
  }

  async add(kind, file, duration) {
    const blob = kind === "image" ? await smaller(file) : file;
    const preview = URL.createObjectURL(blob);
    const size = kind === "image" ? await measure(preview) : {};
    const item = { key: Outbox.key(), kind, blob, preview, duration, ...size, state: "sending", percent: 0 };
    this.items.push(item);
    this.enqueue(item);
  }

  retry(key) {
    const item = this.items.find((one) => one.key === key);
    if (!item) return;
    Object.assign(item, { state: "sending", why: "", percent: 0 });
    this.enqueue(item);
  }

  // One after the other, so that they arrive in the order they were chosen in.
  enqueue(item) {
    this.turn = this.turn.then(() => this.send(item));
    this.changed();
  }

  async send(item) {
    for (let tries = 0; item.state === "sending"; tries += 1) {
      if (tries) await pause(tries - 1);
      await this.attempt(item, tries + 1 === TRIES);
    }
  }

  async attempt(item, isLast) {
    const form = new FormData();
    form.append("file", item.blob, item.kind);
    form.append("key", item.key);
    form.append("kind", item.kind);
    if (item.duration) form.append("duration", String(Math.round(item.duration)));
    try {
      const told = await put(this.url, form, (percent) => {
        if (percent - item.percent < 10) return;
        item.percent = percent;
        this.changed();
      });
      item.state = "sent";
      this.items = this.items.filter((one) => one !== item);
      this.sent(item, told);
    } catch (trouble) {
      const isFinal = trouble instanceof Refused && trouble.isFinal;
      if (isFinal || isLast) item.state = "failed";
      item.why = isFinal ? trouble.message : "";
      item.percent = 0;
      this.changed();
    }
  }
}
