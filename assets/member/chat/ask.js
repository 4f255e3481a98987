// Requests to our own pages: JSON in and out, with the token of the form's cookie.
export function token() {
  return document.cookie.match(/(?:^|; )qunlian_csrf=([^;]+)/)?.[1] ?? JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
}

export class Refused extends Error {
  constructor(status, told) {
    super(told.text ?? told.code ?? String(status));
    this.status = status;
    this.code = told.code ?? "";
  }
  // A refusal that trying again cannot change.
  get isFinal() {
    return this.status >= 400 && this.status < 500 && this.status !== 429 && this.status !== 408;
  }
}

export async function ask(url, body) {
  const options = { headers: { Accept: "application/json" }, credentials: "same-origin" };
  if (body !== undefined) {
    options.method = "POST";
    options.headers["X-CSRFToken"] = token();
    options.body = body instanceof FormData ? body : JSON.stringify(body);
    if (!(body instanceof FormData)) options.headers["Content-Type"] = "application/json";
  }
  const answer = await fetch(url, options);
  const told = await answer.json().catch(() => ({}));
  if (answer.status === 401) window.location.reload();
  if (!answer.ok) throw new Refused(answer.status, told);
  return told;
}
