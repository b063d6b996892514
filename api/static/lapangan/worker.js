// Keeps the screen's own files, so that it opens without signal. It never keeps anything about people.
// The service writes VERSION and FILES above this line: another content of any file makes another cache.

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(VERSION);
      await cache.addAll(FILES.map((file) => new Request(file, { credentials: "omit" })));
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      const old = (await caches.keys()).filter((name) => name !== VERSION);
      await Promise.all(old.map((name) => caches.delete(name)));
      await self.clients.claim();
    })(),
  );
});

self.addEventListener("fetch", (event) => {
  const { pathname, search, origin } = new URL(event.request.url);
  const file = pathname === SHELL ? SHELL : pathname + search;
  if (event.request.method !== "GET" || origin !== location.origin || !FILES.includes(file)) return;
  event.respondWith((async () => (await caches.match(file, { cacheName: VERSION })) ?? fetch(event.request))());
});
