// The emergency card over the whole screen, and what the phone may say of a report that is not sent yet. The words come
// from the page (templates of _emergency.html), in the patient's language; what is urgent is worked out by judge.js.
// The card comes up as soon as a form with an emergency in it is sent, whether there is a network or not. It says that
// the clinic has been told only once the service has answered: queue.js then fires "answered", and "waiting" where the
// report has to wait.
import { judgeForm, tablesOf } from "./judge.js";

const ALARMS = ["emergency", "urgent", "same_day"];
const PATIENCE_MS = 5_000; // without an answer for so long it is said that nobody knows yet

/**
 * Show the card at once. Returns `tell(state)`, which says how the sending stands ("sending", "no": not sent yet), and
 * `close()`; pressing "tell more" closes it too.
 */
export function showEmergency() {
  document.querySelector("dialog.card-over")?.remove();
  const dialog = document.querySelector("#emergency-card").content.firstElementChild.cloneNode(true);
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector("h2").focus();
  const tell = (state) => {
    for (const line of dialog.querySelectorAll("[data-sent]")) line.hidden = line.dataset.sent !== state;
  };
  const close = () => dialog.close();
  dialog.addEventListener("close", () => dialog.remove());
  dialog.querySelector("[data-go-on]").addEventListener("click", () => {
    close();
    document.querySelector('#waiting [data-do="more"]')?.click();
  });
  return { tell, close };
}

/** Return what to show of an unsent report: the card that matches, and below `same_day` never that all is well. */
export function phoneAnswer(judged, hasNote) {
  const kind = ALARMS.includes(judged.urgency) || judged.urgency === "" ? judged.urgency : "calm";
  const answer = document.querySelector("#phone-answer").content.firstElementChild.cloneNode(true);
  for (const part of answer.querySelectorAll("[data-urgency]")) {
    if (part.dataset.urgency === kind) answer.classList.add(part.dataset.look);
    else part.remove();
  }
  const isCall = kind === "emergency";
  const isWanted = { emergency: isCall, clinic: !isCall, worse: !isCall, note: hasNote };
  for (const part of answer.querySelectorAll("[data-for]")) if (!isWanted[part.dataset.for]) part.remove();
  return answer;
}

let card = null;
let timer;

tablesOf(document.querySelector("#report")?.dataset.tables); // now: when they are needed there may be no network

const raise = () => {
  card = showEmergency();
  clearTimeout(timer);
  timer = setTimeout(() => card?.tell("no"), PATIENCE_MS);
};
const isOver = () => !document.querySelector("dialog.card-over");

// Capture: before queue.js takes the form over; steps.js, which stands before, may have said that nothing is sent.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.id !== "report" || event.defaultPrevented || form.dataset.sent) return;
  if (form.querySelector("[data-emergency]:checked")) return raise();
  const judged = await judgeForm(form, new Date(), event.submitter); // what is one only now: early, or together
  if (judged.urgency === "emergency" && form.isConnected) raise();
}, true);
document.addEventListener("waiting", () => card?.tell("no"));
document.addEventListener("answered", () => {
  clearTimeout(timer);
  if (!card || isOver()) return;
  card.close();
  document.querySelector("main h1")?.focus({ preventScroll: true }); // the same card, with what the clinic knows
});
