// Keeps the page for dead spots. It holds files of the page alone: what phones ask the laptop never passes through it.
const shell = 'carnet-door-1';

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

// The page names the files that it is made of.
self.addEventListener('message', (event) => {
  event.waitUntil(caches.open(shell).then((kept) => kept.addAll(event.data)));
});

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (
    event.request.method !== 'GET' ||
    url.origin !== self.location.origin ||
    url.pathname.startsWith('/api/')
  )
    return;
  event.respondWith(answer(event.request));
});

async function answer(request) {
  const kept = await caches.open(shell);
  try {
    const fresh = await fetch(request);
    if (fresh.ok) await kept.put(request, fresh.clone());
    return fresh;
  } catch {
    return (await kept.match(request)) ?? Response.error();
  }
}
