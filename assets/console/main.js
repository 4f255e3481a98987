// The console's script: htmx and a few small modules. Pages work without it; it makes them quick.
import "@tabler/core/dist/css/tabler.css";
import "./console.css";
import "../shared/htmx.js";
import "./columns.js";
import "./copy.js";
import "./print.js";
import "./selection.js";
import "./shortcuts.js";
import "../shared/dialogs.js";
import "../shared/forms.js";
import "../shared/toasts.js";
