// What waits on this phone: answers that are not finished ("drafts"), and reports of which the service has not yet said
// that it has them ("reports"). The page (queue.js) and the worker (worker.js) share this. Everything is kept apart by
// link, so that two patients may use one phone; what the service has confirmed is wiped, but for its id ("receipts").

const ATTEMPT_MS = 30_000;
const OPENING_MS = 3_000; // some browsers never answer: then the form is sent as any form, and nothing is kept
const FIRST_PAUSE_MS = 2_000, LONGEST_PAUSE_MS = 300_000;
const RECEIPT_HOURS = 24, UNSEEN_RECEIPT_HOURS = 14 * 24;
const LATER = [409, 425, 429]; // somebody else is at it, or too many: the same again is right

/** The name of the cache with a link's last form. */
export const cacheOf = (link) => `link ${link}`;
const channel = "BroadcastChannel" in self ? new BroadcastChannel("reports") : null;

/** Calls `hear` with what became of each report that another page, or the worker, has sent. */
export const listen = (hear) => channel?.addEventListener("message", (event) => hear(event.data));

let opened;
function open() {
  opened ??= new Promise((resolve, reject) => {
    setTimeout(reject, OPENING_MS, new Error("the storage of this browser does not answer"));
    const request = indexedDB.open("aftercare", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("drafts", { keyPath: "id" });
      request.result.createObjectStore("reports", { keyPath: "key" });
      request.result.createObjectStore("receipts", { keyPath: "key" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  opened.catch(() => { opened = undefined; });
  return opened;
}

const asked = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/** Does `work` in one transaction over all stores; resolves with what it returned once that is on the disk. */
async function change(work) {
  const database = await open();
  const transaction = database.transaction(["drafts", "reports", "receipts"], "readwrite", { durability: "strict" });
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
  const store = (name) => transaction.objectStore(name);
  const [found] = await Promise.all([work(store("drafts"), store("reports"), store("receipts")), done]);
  return found;
}

const all = async (name) => asked((await open()).transaction(name).objectStore(name).getAll());
const one = async (name, key) => asked((await open()).transaction(name).objectStore(name).get(key));

/** A key that nobody else has; where the page is not served safely, randomUUID is missing. */
export const newKey = () =>
  self.crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16)).join("-");

export const draftOf = (id) => one("drafts", id);
export const saveDraft = (draft) => change((drafts) => { drafts.put(draft); });
export const dropDraft = (id) => change((drafts) => { drafts.delete(id); });
export const reportOf = (key) => one("reports", key);
export const removeReport = (key) => change((_, reports) => { reports.delete(key); });

/** Every report that waits, the oldest first. */
export const waiting = async () => (await all("reports")).sort((one, other) => (one.made_at < other.made_at ? -1 : 1));

/** Keeps a report before anything is sent, and drops its draft in the same breath; returns the key that it now has. */
export const keepReport = (report, draftId) => change(async (drafts, reports) => {
  const same = await asked(reports.get(report.key));
  if (same && JSON.stringify(same.fields) !== JSON.stringify(report.fields)) report.key = newKey(); // typed on in another tab
  else if (same) report.made_at = same.made_at;
  reports.put(report);
  if (draftId) drafts.delete(draftId);
  return report.key;
});

/** Notes what the phone itself makes of a report; gone already: nothing is to be noted. */
export const noteJudged = (key, judged) => change(async (_, reports) => {
  const report = await asked(reports.get(key));
  if (report) reports.put({ ...report, judged });
});

/** Returns what was sent for a link while nobody was looking, and takes it as seen. */
export const takeUnseen = (link) => change(async (_, __, receipts) => {
  const unseen = (await asked(receipts.getAll())).filter((receipt) => receipt.link === link && !receipt.is_seen);
  for (const receipt of unseen) receipts.put({ ...receipt, headline: "", is_seen: true });
  return unseen;
});

const pauseAfter = (tries) => Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries) * (0.75 + Math.random() / 2);

/**
 * Sends what waits, the oldest first, and returns what became of each; `early`: also what is still in its pause;
 * `refused`: also what was refused before. Where nothing can be reached the rest is not tried.
 */
export async function sendWaiting({ early = false, refused = false } = {}) {
  const outcomes = [];
  for (const report of await waiting()) {
    if ((report.refused && !refused) || (report.pause_until > Date.now() && !early)) continue;
    const outcome = await sendReport(report.key);
    outcomes.push(outcome);
    if (outcome.state === "unreached") break;
  }
  return outcomes;
}

/**
 * Sends one report. `state`: received (with the `id` and the answer as `html`), empty (with the form as `html`),
 * refused (with the `status`), later, unreached; busy: somebody else is sending it and will tell; gone: it is sent.
 */
export async function sendReport(key) {
  const send = async (lock) => (lock ? attempt(key) : { state: "busy", key });
  const outcome = await (navigator.locks ? navigator.locks.request(`report ${key}`, { ifAvailable: true }, send) : send(true));
  if (!["busy", "gone"].includes(outcome.state)) channel?.postMessage(outcome);
  return outcome;
}

async function attempt(key) {
  const { after, link, made_at } = (await reportOf(key)) ?? {};
  if (after && (await reportOf(after))) {
    const { state } = await sendReport(after);
    // Without a network neither goes; with the first one's id still to come this would be a report of its own.
    if (["unreached", "busy"].includes(state)) return { key, link, made_at, state };
  }
  const report = await ready(key);
  if (!report) return { state: "gone", key };
  const told = { key, link: report.link, made_at: report.made_at };
  if (report.not_before > Date.now()) return { ...told, state: "later" };
  let response, html;
  try {
    response = await post(report);
    html = await response.text();
  } catch {
    return settle(report, { ...told, state: "unreached" });
  }
  // A page that only looks like success, of a hotel's network say, is no receipt.
  const id = response.headers.get("X-Receipt"), { status } = response;
  if (response.ok && id) return settle(report, { ...told, state: "received", id, html });
  // A form that lacks something is shown again, at once; what has waited has no page any more that would show it.
  if (status === 422 && !report.tries) return settle(report, { ...told, state: "empty", html });
  if (status >= 400 && status < 500 && !LATER.includes(status)) return settle(report, { ...told, state: "refused", status });
  return settle(report, { ...told, state: "later" }, Number(response.headers.get("Retry-After")));
}

/** Returns a report as it is to be sent: one that goes on after another names that one's id, from its first attempt on. */
const ready = (key) => change(async (_, reports, receipts) => {
  const report = await asked(reports.get(key));
  if (!report?.after) return report;
  const former = await asked(receipts.get(report.after));
  if (former) report.fields = [...report.fields.filter(([name]) => name !== "amends"), ["amends", former.id]];
  delete report.after;
  reports.put(report);
  return report;
});

function post(report) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), ATTEMPT_MS);
  const body = new URLSearchParams(report.fields);
  body.append("device_at", report.made_at);
  body.append("device_zone", report.zone);
  body.append("device_now", new Date().toISOString());
  body.append("device_urgency", report.judged?.urgency ?? "");
  body.append("device_digest", report.judged?.digest ?? "");
  const headers = { "X-Requested-With": "report", "Idempotency-Key": report.key };
  const how = { method: "POST", body, headers, cache: "no-store", redirect: "manual", signal: stop.signal };
  return fetch(report.link, how).finally(() => clearTimeout(timer));
}

async function settle(report, outcome, retryAfter = 0) {
  await change(async (_, reports, receipts) => {
    if (outcome.state === "received" || outcome.state === "empty") reports.delete(report.key);
    else {
      const stored = await asked(reports.get(report.key)); // judged meanwhile, maybe
      const tries = report.tries ?? 0, now = Date.now();
      const not_before = retryAfter > 0 ? now + retryAfter * 1000 : 0; // what the service asks for, at any rate
      const pause_until = Math.max(not_before, now + pauseAfter(tries));
      reports.put({ ...report, ...stored, tries: tries + 1, refused: outcome.status, not_before, pause_until });
    }
    if (outcome.state === "received") receipts.put(receiptOf(outcome));
    for (const old of await asked(receipts.getAll())) if (isOld(old)) receipts.delete(old.key);
  });
  if ([404, 410].includes(outcome.status)) await caches?.delete(cacheOf(report.link));
  return outcome;
}

/** What stays of a report: its id, and the first line of the answer until it has been seen. */
function receiptOf({ key, id, link, made_at, html }) {
  const headline = (/<h1[^>]*>(.*?)<\/h1>/s.exec(html)?.[1] ?? "").replace(/<[^>]*>/g, "").trim();
  return { key, id, link, made_at, headline, is_seen: false, at: Date.now() };
}

const isOld = ({ at, is_seen }) => Date.now() - at > (is_seen ? RECEIPT_HOURS : UNSEEN_RECEIPT_HOURS) * 3_600_000;

/** Forgets a link's form and unfinished answers, "all": every link's; reports that wait are still sent. */
export async function forgetLink(link) {
  const is_meant = (other) => link === "all" || other === link;
  for (const draft of await all("drafts")) if (is_meant(draft.link)) await dropDraft(draft.id);
  const names = self.caches ? await caches.keys() : [];
  for (const name of names) if (name.startsWith("link ") && is_meant(name.slice(5))) await caches.delete(name);
}
