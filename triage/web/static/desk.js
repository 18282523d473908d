// Keeps the worklist up to date without loading the page anew, says so where it cannot, and moves by keys. Without this
// script the page shows what was true when it was loaded.
const PAUSE_MS = 10_000, AGES_MS = 30_000;
const title = document.title;
const fresh = document.getElementById("fresh");
let lanes = document.getElementById("lanes");
let tag = null, timer, isAsking = false, heardAt = new Date();

const clock = (at) => new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" }).format(at);
const say = (words) => { if (fresh.textContent !== words) fresh.textContent = words; };

/** What somebody is in the middle of is not taken from under their hands: an open form, and where the focus is. */
const isBusy = (row) => row.contains(document.activeElement) && document.activeElement !== row
  || row.querySelector(".asks:not([hidden]) form") !== null;

function markCount() {
  const waiting = Number(lanes.dataset.waiting);
  document.title = waiting ? `(${waiting}) ${title}` : title;
  const icon = document.querySelector('link[rel="icon"]');
  icon.dataset.plain ??= icon.href;
  icon.href = waiting ? `/desk/mark-${Math.min(waiting, 10)}.svg` : icon.dataset.plain;
}

/** Puts new lists in place; a row that shows the same as before, or that somebody works in, stays the one it is. */
function replace(page) {
  const next = page.getElementById("lanes");
  if (!next) return null;
  const rows = new Map([...lanes.querySelectorAll("[data-alert]")].map((row) => [row.dataset.alert, row]));
  const focused = document.activeElement;
  let added = 0;
  for (const row of next.querySelectorAll("[data-alert]")) {
    const old = rows.get(row.dataset.alert);
    if (!old) added += 1;
    else if (old.dataset.seen === row.dataset.seen || isBusy(old)) row.replaceWith(old);
  }
  for (const lane of next.querySelectorAll(".lane")) {
    const old = lanes.querySelector(`[data-lane="${lane.dataset.lane}"]`);
    if (old) lane.open = old.open;
  }
  lanes.replaceWith(next);
  lanes = next;
  if (focused?.isConnected && focused !== document.activeElement) focused.focus({ preventScroll: true });
  for (const [lane, count] of Object.entries(JSON.parse(lanes.dataset.counts)))
    document.querySelector(`[data-count="${lane}"]`).textContent = count;
  markCount();
  return added;
}

async function ask() {
  clearTimeout(timer);
  if (document.hidden || isAsking) return;
  isAsking = true;
  try {
    const response = await fetch(`/desk/rows${location.search}`, {
      credentials: "same-origin", redirect: "manual", headers: tag ? { "If-None-Match": tag } : {},
    });
    if (response.status === 200) {
      const added = replace(new DOMParser().parseFromString(await response.text(), "text/html"));
      if (added === null) throw new Error("this is no list");
      tag = response.headers.get("ETag");
      if (added) say(`${added} new, ${clock(new Date())}`);
    } else if (response.status !== 304) throw new Error(`status ${response.status}`);
    heardAt = new Date();
    if (fresh.classList.contains("late")) say(`Up to date again, ${clock(heardAt)}`);
    fresh.classList.remove("late");
  } catch {
    fresh.classList.add("late");
    say(`Not up to date since ${clock(heardAt)}: the service does not answer, or you were signed out. Load the page again.`);
  } finally {
    isAsking = false;
    timer = setTimeout(ask, PAUSE_MS);
  }
}

/** The words of an age, as the server says them (web/times.py age_words). */
function age(at) {
  const minutes = Math.floor(Math.abs(Date.now() - at) / 60_000), hours = Math.floor(minutes / 60);
  if (minutes < 120) return minutes < 1 ? "less than a minute" : `${minutes} minute${minutes === 1 ? "" : "s"}`;
  return hours < 48 ? `${hours} hours` : `${Math.floor(hours / 24)} days`;
}

function sayAges() {
  for (const time of document.querySelectorAll("time[data-age]"))
    time.textContent = time.dataset.age.replace("{age}", age(Date.parse(time.dateTime)));
}

const rowsShown = () => [...lanes.querySelectorAll("[data-alert]")].filter((row) => row.checkVisibility());
const rowHere = () => document.activeElement?.closest("[data-alert]");

function step(by) {
  const rows = rowsShown(), here = rows.indexOf(rowHere());
  const next = rows[here < 0 ? (by > 0 ? 0 : rows.length - 1) : here + by];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
}

const press = (selector) => rowHere()?.querySelector(selector)?.click();
const KEYS = {
  j: () => step(1), k: () => step(-1), ArrowDown: () => step(1), ArrowUp: () => step(-1),
  Enter: () => press("h3 a"), t: () => press('form[action$="/take"] button'),
  c: () => press('a[href*="/close?"]'), r: () => press('a[href*="/reply?"]'),
  "/": () => { document.querySelector(".sieve").open = true; document.getElementById("search").focus(); },
  "?": () => { const keys = document.querySelector(".keys"); keys.open = true; keys.scrollIntoView(); },
};

document.addEventListener("keydown", (event) => {
  const target = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (target.matches("input, textarea, select, [contenteditable]")) return;
  const isOnControl = target.matches("a, button, summary");
  if (isOnControl && (event.key === "Enter" || event.key.startsWith("Arrow"))) return;
  if (event.key.startsWith("Arrow") && !rowHere()) return; // else the page could not be scrolled
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
// What was answered stays where it is for as long as it can be taken back.
document.addEventListener("desk:answered", () => { clearTimeout(timer); timer = setTimeout(ask, PAUSE_MS); });
setInterval(sayAges, AGES_MS);
markCount();
timer = setTimeout(ask, PAUSE_MS);
