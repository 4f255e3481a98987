// htmx under a strict content security policy: no eval, no style element of its own.
import htmx from "htmx.org/dist/htmx.esm.js";

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0; // a page may hold personal data: nothing of it into local storage
htmx.config.scrollIntoViewOnBoost = false;
// A refusal's answer (409, 422 …) is a page part with its message: show it.
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "4(09|22)", swap: true, error: false },
  { code: "[45]..", swap: false, error: true },
];
window.htmx = htmx;
export default htmx;
