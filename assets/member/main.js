// The member pages' script: htmx, forms, toasts, and the worker that keeps the shell for slow lines.
import "weui/dist/style/weui.css";
import "./member.css";
import "../shared/htmx.js";
import "../shared/dialogs.js";
import "../shared/forms.js";
import "../shared/toasts.js";
import "./quantity.js";

const worker = document.documentElement.dataset.worker;
if (worker && "serviceWorker" in navigator) {
  window.addEventListener("load", () => navigator.serviceWorker.register(worker).catch(() => undefined));
}
