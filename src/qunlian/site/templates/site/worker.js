{% autoescape off %}// Keeps the shell of the member pages (styles, scripts, icons, one offline page) and nothing that anybody wrote.
const shell = {{ shell }};
const statics = {{ static }};
const offline = {{ offline }};
const name = `shell-${shell.join("|").length}-${shell.join("|").split("").reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 7)}`;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(name).then((cache) => cache.addAll([...shell, offline])).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((kept) => Promise.all(kept.filter((one) => one.startsWith("shell-") && one !== name).map((one) => caches.delete(one))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith(statics)) {
    event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
  } else if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match(offline)));
  }
});
{% endautoescape %}
