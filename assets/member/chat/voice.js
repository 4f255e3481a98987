// Hold to talk; where a page may not use the microphone (no https), a recording made by the phone instead.
import { toast } from "../../shared/toasts.js";
import { make } from "./render.js";

const SHORTEST_MS = 700;
const LONGEST_MS = 60000;
const CANCEL_PX = 80;
const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

function lasts(file) {
  return new Promise((done) => {
    const sound = new Audio(URL.createObjectURL(file));
    sound.onloadedmetadata = () => done(Number.isFinite(sound.duration) ? sound.duration * 1000 : SHORTEST_MS);
    sound.onerror = () => done(SHORTEST_MS);
  });
}

export class Voice {
  // recorded(blob, milliseconds) gets what was said.
  constructor(hold, { words, recorded }) {
    Object.assign(this, { hold, words, recorded });
    if (navigator.mediaDevices?.getUserMedia && window.MediaRecorder) this.listen();
    else this.ask();
  }

  ask() {
    const input = make("input");
    Object.assign(input, { type: "file", accept: "audio/*", capture: "user" });
    input.onchange = async () => {
      const [file] = input.files;
      if (file) this.recorded(file, await lasts(file));
      input.value = "";
    };
    this.hold.textContent = this.words.recordFile;
    this.hold.onclick = () => input.click();
  }

  listen() {
    this.hold.addEventListener("pointerdown", (event) => {
      this.hold.setPointerCapture(event.pointerId);
      this.begin(event.clientY);
    });
    this.hold.addEventListener("pointermove", (event) => this.veil?.classList.toggle("is-cancelling", this.from - event.clientY > CANCEL_PX));
    for (const name of ["pointerup", "pointercancel"]) this.hold.addEventListener(name, () => this.end());
    this.hold.addEventListener("contextmenu", (event) => event.preventDefault());
    // With a keyboard: press to begin, press again to send.
    this.hold.addEventListener("keydown", (event) => {
      if (event.repeat || (event.key !== "Enter" && event.key !== " ")) return;
      event.preventDefault();
      if (this.isHeld) this.end();
      else this.begin(0);
    });
  }

  async begin(from) {
    this.from = from;
    this.isHeld = true;
    this.veil = make("div", "m-recording", make("div", "m-recording-wave", make("i"), make("i"), make("i"), make("i"), make("i")), this.words.release);
    this.hold.classList.add("is-recording");
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const type = KINDS.find((one) => MediaRecorder.isTypeSupported(one));
      this.recorder = new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: 24000 });
      const chunks = [];
      this.recorder.ondataavailable = (event) => chunks.push(event.data);
      this.recorder.onstop = () => this.ended(new Blob(chunks, { type }), stream);
      this.began = performance.now();
      this.recorder.start();
      document.body.append(this.veil);
      this.limit = window.setTimeout(() => this.end(), LONGEST_MS);
      if (!this.isHeld) this.end(); // let go while the browser asked for the microphone
    } catch {
      this.hold.classList.remove("is-recording");
      toast(this.words.noMicrophone, "bad");
      this.ask();
    }
  }

  end() {
    this.isHeld = false;
    window.clearTimeout(this.limit);
    if (this.recorder?.state === "recording") this.recorder.stop();
  }

  ended(blob, stream) {
    const lasted = Math.min(LONGEST_MS, performance.now() - this.began);
    const isCancelled = this.veil.classList.contains("is-cancelling");
    for (const track of stream.getTracks()) track.stop();
    this.veil.remove();
    this.hold.classList.remove("is-recording");
    if (isCancelled) return;
    if (lasted < SHORTEST_MS) toast(this.words.tooShort);
    else this.recorded(blob, lasted);
  }
}
