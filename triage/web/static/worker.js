// Keeps the last form of each link, so that it opens without a network, and sends what waits when the browser says that
// there is one again. Nothing but that form, its tables and the files of all pages is kept: no answer, no own data.
import { cacheOf, sendWaiting } from "./outbox.js";

const PATIENCE_MS = 5_000; // then the form that was kept is shown, where there is one
const FORM = /^\/c\/[^/.]+$/;
const KEPT_AT = "X-Kept-At";
const ANY = { ignoreVary: true }; // one content, however it was packed for the way

/** Begins the worker of one version of the files. */
export function begin(version, files) {
  const current = `files ${version}`;
  addEventListener("install", (event) => event.waitUntil(keepFiles(current, files)));
  addEventListener("activate", (event) => event.waitUntil(takeOffice(current)));
  addEventListener("fetch", (event) => answer(event, current));
  addEventListener("message", (event) => event.data?.keep && event.waitUntil(keepAll(event.data)));
  addEventListener("sync", (event) => event.tag === "reports" && event.waitUntil(sendAll()));
}

async function keepFiles(current, files) {
  await (await caches.open(current)).addAll(files);
  await skipWaiting();
}

async function takeOffice(current) {
  for (const name of await caches.keys()) if (name.startsWith("files ") && name !== current) await caches.delete(name);
  await clients.claim();
}

function answer(event, current) {
  const { request } = event;
  const { origin, pathname, search } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate" && FORM.test(pathname) && !search) event.respondWith(showForm(event, pathname));
  else if (pathname.startsWith("/static/web/")) event.respondWith(showFile(request, pathname, current));
  else if (/^\/(t|look)\//.test(pathname)) event.respondWith(showKept(request));
}

/** Network first; the kept form where that takes too long, fails, or the service is in trouble. */
async function showForm(event, link) {
  const fresh = fetch(event.request);
  event.waitUntil(fresh.then((response) => keepForm(link, response.clone())).catch(() => {}));
  const kept = await (await caches.open(cacheOf(link))).match(link);
  if (!kept) return fresh;
  const tooLong = new Promise((resolve) => { setTimeout(resolve, PATIENCE_MS, null); });
  const first = await Promise.race([fresh.catch(() => null), tooLong]);
  return first && first.status < 500 ? first : marked(kept);
}

/** A kept form says so, since the day and the opening hours on it may be past. */
async function marked(kept) {
  const html = await kept.text();
  return new Response(html.replace("<html ", `<html data-kept-at="${kept.headers.get(KEPT_AT)}" `), { headers: kept.headers });
}

/** Keeps a form; a link that is gone, or that shows no form any more, is forgotten. */
async function keepForm(link, response) {
  if ([404, 410].includes(response.status)) return caches.delete(cacheOf(link));
  if (!response.ok || response.redirected) return false;
  const html = await response.text();
  if (!html.includes('id="report"')) return caches.delete(cacheOf(link)); // held: there is no form for this phone
  const headers = new Headers(response.headers);
  for (const name of ["Content-Encoding", "Content-Length", "Vary"]) headers.delete(name);
  headers.set(KEPT_AT, new Date().toISOString());
  return (await caches.open(cacheOf(link))).put(link, new Response(html, { headers }));
}

/** Keeps a form that was loaded before there was a worker, and what belongs to it; what no longer does is dropped. */
async function keepAll({ keep: link, isKept, also }) {
  const cache = await caches.open(cacheOf(link));
  if (!isKept || !(await cache.match(link))) await keepForm(link, await fetch(link));
  if (!(await cache.match(link))) return caches.delete(cacheOf(link));
  const wanted = [link, ...also].map((address) => new URL(address, location).href);
  for (const { url } of await cache.keys()) if (!wanted.includes(url)) await cache.delete(url);
  for (const url of wanted) if (!(await cache.match(url, ANY))) await cache.add(url).catch(() => {}); // the form goes without
}

/** A page that was kept under another version finds the files of this one, by their names. */
async function showFile(request, pathname, current) {
  const cache = await caches.open(current);
  const name = pathname.split("/").at(-1);
  const found = (await cache.match(request, ANY)) ?? (await fetch(request).catch(() => null));
  return found ?? (await cache.match((await cache.keys()).find(({ url }) => url.endsWith(`/${name}`)) ?? "", ANY)) ?? Response.error();
}

const showKept = async (request) => (await caches.match(request, ANY)) ?? fetch(request);

/** The browser asks for this again, later, as long as it fails. */
async function sendAll() {
  const outcomes = await sendWaiting({ early: true }); // the browser has pauses of its own
  if (outcomes.some(({ state }) => state === "unreached" || state === "later")) throw new Error("some reports wait");
}
