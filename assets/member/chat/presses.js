// A message held down (or right-clicked) opens what one can do with it.
import { toast } from "../../shared/toasts.js";
import { make } from "./render.js";

const LONG_PRESS_MS = 450;
const STILL_PX = 10;

function copy(text, words) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text).then(() => toast(words.copied));
  const area = make("textarea", "visually-hidden"); // pages without https have no clipboard
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
  return toast(words.copied);
}

export class Presses {
  // choices(message) → [[label, run]…]; a null run copies the text.
  constructor(log, { sheet, words, message, choices }) {
    Object.assign(this, { sheet, words, message, choices });
    log.addEventListener("pointerdown", (event) => this.begin(event));
    log.addEventListener("pointermove", (event) => Math.hypot(event.clientX - this.x, event.clientY - this.y) > STILL_PX && this.stop());
    for (const name of ["pointerup", "pointercancel", "scroll"]) log.addEventListener(name, () => this.stop(), { passive: true });
    // Letting go after a long press is no tap on the picture or link below the finger.
    log.addEventListener("click", (event) => {
      if (Date.now() - (this.openedAt ?? 0) > 800) return;
      event.preventDefault();
      event.stopPropagation();
    }, { capture: true });
    log.addEventListener("contextmenu", (event) => {
      const row = this.row(event);
      if (!row) return;
      event.preventDefault();
      this.open(row);
    });
  }

  row(event) {
    return event.target.closest(".m-msg[data-id^=m]");
  }

  begin(event) {
    const row = this.row(event);
    if (!row || event.button !== 0) return;
    Object.assign(this, { x: event.clientX, y: event.clientY });
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.open(row), LONG_PRESS_MS);
  }

  stop() {
    window.clearTimeout(this.timer);
  }

  open(row) {
    const message = this.message(Number(row.dataset.id.slice(1)));
    if (!message || message.recalled || this.sheet.open) return;
    this.openedAt = Date.now();
    const buttons = this.choices(message).map(([label, run]) => {
      const button = make("button", "", label);
      button.type = "button";
      button.onclick = () => {
        this.sheet.close();
        if (run) run();
        else copy(message.body.text, this.words);
      };
      return button;
    });
    this.sheet.replaceChildren(...buttons);
    this.sheet.showModal();
  }
}
