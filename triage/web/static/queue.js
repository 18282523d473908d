// Sends the form without leaving the page, and never loses what it says: a report lies on this phone first and is wiped
// once the service has it. Until then it is tried again: when there is a network, when the page is looked at, when it is
// opened the next time, and by the browser itself where it can. Without this script the form is sent as any form.
import { phoneAnswer } from "./card.js";
import { judgeForm } from "./judge.js";
import * as outbox from "./outbox.js";
import { draftId, fieldsOf, keepAnswers, keepNow, takeUp } from "./drafts.js";

const JUDGING_MS = 500; // longer than that nothing waits for it
const LEAST_PAUSE_MS = 1_000;
const EARLY = { early: true }, ALL = { early: true, refused: true };
const link = location.pathname;
const parts = document.querySelector("#offline").content;
const title = document.title;
let form = document.querySelector("#report");
let awaited = null; // the key of the report whose answer this page is to show
let timer, isSending = false, isAnswered = false;

const word = (name, values = {}) => Object.entries(values).reduce(
  (text, [place, value]) => text.replace(`{${place}}`, value), parts.querySelector(`[data-word="${name}"]`).textContent);

function moment(at) {
  const isToday = new Date(at).toDateString() === new Date().toDateString();
  const how = isToday ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" };
  return new Intl.DateTimeFormat(document.documentElement.lang, how).format(new Date(at));
}

/** Says lines in the place that screen readers follow, with buttons to go with them; `adds`: beside what stands there. */
function say(lines, buttons = {}, adds = false) {
  let status = document.querySelector("#status");
  if (!status) {
    status = Object.assign(document.createElement("div"), { id: "status", role: "status" });
    document.querySelector("main").prepend(status);
  }
  status.classList.remove("sr");
  const made = [lines].flat().map((line) => Object.assign(document.createElement("p"), { textContent: line }));
  for (const [name, act] of Object.entries(buttons)) {
    made.push(Object.assign(document.createElement("button"), { type: "button", className: "second", textContent: word(name) }));
    made.at(-1).addEventListener("click", act);
  }
  status.replaceChildren(...(adds ? status.childNodes : []), ...made);
}

/** Takes a form over: its answers are kept as they are given, and its button sends it from here. */
async function takeOver() {
  form.before(document.querySelector("#status")); // what is said stays in sight when the form is not
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sendReport(event.submitter);
  });
  const isShownAgain = Boolean(document.querySelector("#error"));
  let hasBegun = false; // to answer, while the storage was opened: that counts, and not what was answered before
  form.addEventListener("input", () => { hasBegun = true; }, { once: true });
  const since = isShownAgain ? null : await takeUp(form, () => hasBegun).catch(() => null);
  keepAnswers(form);
  if (hasBegun && !form.dataset.sent) keepNow(form).catch(() => {});
  if (since) say(word("answers_kept", { when: moment(since) }), { start_afresh: startAfresh });
}

async function startAfresh() {
  form.dataset.sent = "yes"; // nothing more of it is kept
  await outbox.dropDraft(draftId(form));
  location.reload();
}

/** Keeps the report on this phone, sends it, and shows what came of it. A second press while it is on its way is none. */
export async function sendReport(submitter) {
  if (form.dataset.sent) return;
  form.dataset.sent = "yes";
  const made = new Date();
  const report = {
    key: form.elements.key.value, link, made_at: made.toISOString(), fields: fieldsOf(form, submitter),
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone ?? "", after: form.dataset.after ?? null,
  };
  say(word("sending"));
  try {
    awaited = await outbox.keepReport(report, draftId(form));
  } catch {
    return sendPlainly(submitter); // this browser keeps nothing for us
  }
  const judged = await judge(made, submitter);
  if (judged) await outbox.noteJudged(awaited, judged);
  await show(await outbox.sendReport(awaited), judged);
  send();
}

function sendPlainly(submitter) {
  const pressed = Object.assign(document.createElement("input"), { type: "hidden", name: submitter?.name ?? "send", value: submitter?.value ?? "" });
  form.append(pressed);
  HTMLFormElement.prototype.submit.call(form);
}

/** Returns what this phone makes of the form by itself; null where it cannot, or not in time. */
async function judge(made, submitter) {
  if (!form.dataset.tables) return null;
  const tooLong = new Promise((resolve) => { setTimeout(resolve, JUDGING_MS, null); });
  const judging = judgeForm(form, made, submitter).catch(() => null);
  return Promise.race([judging, tooLong]);
}

/** Shows what became of the report that this page has sent. */
async function show(outcome, judged = null) {
  if (outcome.state === "received") return showAnswer(outcome);
  if (outcome.state === "empty") return showFormAgain(outcome.html);
  if (outcome.state === "refused") return showWaiting(judged, true, word("not_taken", { when: moment(outcome.made_at) }));
  if (outcome.state !== "busy") return showWaiting(judged);
}

/** Puts an answer in the place of the page, as if it had been loaded. */
async function showAnswer({ key, html }) {
  awaited = null;
  if (!isAnswered) addEventListener("popstate", () => location.replace(link)); // back: a new form, not a sent one
  isAnswered = true;
  await outbox.takeUnseen(link);
  const page = replaceMain(html);
  const heading = document.querySelector("main h1");
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  for (const { src } of page.querySelectorAll("script[type=module][src]")) import(src);
  document.dispatchEvent(new CustomEvent("answered", { detail: { key } }));
}

/** Shows the form as the service sent it back, whole and with what is missing: steps.js has gone with the old one. */
async function showFormAgain(html) {
  awaited = null;
  replaceMain(html);
  form = document.querySelector("#report");
  await takeOver();
  document.querySelector("#error")?.focus();
}

function replaceMain(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  document.querySelector("main").replaceWith(document.adoptNode(page.querySelector("main")));
  document.documentElement.className = "";
  document.title = page.title;
  scrollTo(0, 0);
  return page;
}

/** Says that the report is not sent yet, whom to call, and what this phone makes of it, where that cannot wait. */
function showWaiting(judged, isRefused = false, text = word("not_sent_title")) {
  const shown = document.querySelector("#waiting");
  const card = shown ?? parts.querySelector("#waiting").cloneNode(true);
  const hasNote = Boolean(form.elements.note?.value.trim());
  if (judged || !shown) card.querySelector("[data-answer]").replaceChildren(phoneAnswer(judged ?? { urgency: "" }, hasNote));
  card.querySelector("[data-waits]").hidden = isRefused;
  document.title = `${word("not_sent_title")} – ${title}`;
  say(text);
  document.querySelector("#status").classList.toggle("sr", !isRefused); // the eye has it from the card's heading
  document.dispatchEvent(new CustomEvent("waiting"));
  if (shown) return;
  card.querySelector('[data-do="again"]').addEventListener("click", () => send(ALL));
  card.querySelector('[data-do="more"]').addEventListener("click", tellMore);
  document.querySelector("#status").after(card);
  document.documentElement.classList.add("waits");
  card.focus({ preventScroll: true });
  scrollTo(0, 0);
}

/** Goes back to the form while its first part waits: what is added is a report of its own that corrects the first. */
async function tellMore() {
  document.querySelector("#waiting").remove();
  document.documentElement.classList.remove("waits");
  form.dataset.after = awaited;
  delete form.dataset.sent;
  form.elements.key.value = outbox.newKey();
  awaited = null;
  await keepNow(form);
  say(word("not_sent_title"));
}

/** Sends everything that waits on this phone, whoever it is from, and tells of this link's; `how`: see sendWaiting. */
async function send(how) {
  if (isSending) return;
  isSending = true;
  clearTimeout(timer);
  try {
    for (const outcome of await outbox.sendWaiting(how)) await hear(outcome);
    await tellWhatWaits();
  } catch {} // this browser keeps nothing for us, so nothing waits
  isSending = false;
}

/** Takes notice of what became of a report, here, in another tab or in the worker. */
async function hear(outcome) {
  if (outcome.link !== link) return;
  if (outcome.key === awaited) return show(outcome);
  if (outcome.state !== "received") return;
  const isBusy = awaited || isAnswered || (await outbox.draftOf(draftId(form)));
  if (isBusy) await tellOfAnswers(outcome);
  else await showAnswer(outcome);
}

/** Tells the first line of answers that nobody has seen; `outcome`: the whole of the last one is at hand. */
async function tellOfAnswers(outcome = null) {
  for (const { key, made_at, headline } of await outbox.takeUnseen(link)) {
    const text = new DOMParser().parseFromString(headline, "text/html").body.textContent;
    const whole = key === outcome?.key ? { read_answer: () => showAnswer(outcome) } : {};
    say([word("sent_meanwhile", { when: moment(made_at) }), text], whole, true);
  }
}

async function tellWhatWaits() {
  const waiting = await outbox.waiting();
  const next = waiting.filter((report) => !report.refused);
  const soonest = Math.min(...next.map((report) => report.pause_until ?? 0)) - Date.now();
  if (next.length) timer = setTimeout(send, Math.max(soonest, LEAST_PAUSE_MS));
  if (next.length) (await navigator.serviceWorker?.getRegistration())?.sync?.register("reports").catch(() => {});
  const own = waiting.find((report) => report.link === link), refused = waiting.find((report) => report.refused);
  if (awaited) {
    if (!waiting.some((report) => report.key === awaited)) location.reload(); // sent by one that could not tell
    return;
  }
  const remove = (report) => async () => { await outbox.removeReport(report.key); location.reload(); };
  if (own?.refused) say(word("not_taken", { when: moment(own.made_at) }), { remove_here: remove(own) });
  else if (own) say(word("still_waits", { when: moment(own.made_at) }), { try_again: () => send(ALL) });
  else if (refused) say(word("other_not_taken"), { remove_here: remove(refused) });
  if (own) document.title = `${word("not_sent_title")} – ${title}`;
}

/** Lets the worker keep this page for when there is no network; after the page, so that it delays nothing. */
async function employWorker() {
  const isKept = Boolean(navigator.serviceWorker.controller) && !location.search; // then it has gone through the worker already
  await navigator.serviceWorker.register("/c/sw.js", { scope: "/c/", type: "module", updateViaCache: "none" });
  const { active } = await navigator.serviceWorker.ready;
  const looks = [...document.querySelectorAll('link[href^="/look/"], img[src^="/look/"]')].map((one) => one.href ?? one.src);
  active.postMessage({ keep: link, isKept, also: [form.dataset.tables, ...looks].filter(Boolean) });
}

async function begin() {
  const keptAt = document.documentElement.dataset.keptAt;
  await takeOver();
  if (keptAt) say(word("kept_page", { when: moment(keptAt) }));
  await tellOfAnswers().catch(() => {});
  await send(ALL);
  addEventListener("online", () => send(EARLY));
  addEventListener("focus", () => send(EARLY));
  addEventListener("pageshow", (event) => event.persisted && send(EARLY));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && send(EARLY));
  outbox.listen(hear);
  if ("serviceWorker" in navigator) employWorker().catch(() => {}); // private windows have none; the form works
}
begin();
