// Keeps the empty app, so that it opens without a network. Nobody's data go through here.
// VERSION and KEPT stand above; the server writes them.
const CACHE = `fangpin-phone-${VERSION}`;
const PATIENCE = 3000;

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(CACHE);
      await Promise.all(
        KEPT.map(async (address) => {
          const answer = await fetch(address, { cache: "reload" });
          if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
          await cache.put(address, answer);
        }),
      );
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith("fangpin-phone-") && name !== CACHE) await caches.delete(name);
      }
      await self.clients.claim();
    })(),
  );
});

/** The page from the network when that answers soon, else the one kept here. */
async function page(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    if (answer.ok && !answer.redirected) {
      await cache.put("/phone/", answer.clone());
      return answer;
    }
  } catch {
    // no network, or a very slow one
  }
  return (await cache.match("/phone/")) ?? Response.error();
}

async function file(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(new URL(request.url).pathname)) ?? fetch(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (address.pathname === "/phone/") event.respondWith(page(request));
  else if (KEPT.includes(address.pathname)) event.respondWith(file(request));
});
