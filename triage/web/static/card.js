// The emergency card over the whole screen, and what the phone may say of a report that is not sent yet. The words come
// from the page (templates of _emergency.html), in the patient's language; what is urgent is worked out by judge.js.

const ALARMS = ["emergency", "urgent", "same_day"];

/**
 * Show the card at once, before anything is sent. Returns `tell(state)`, which says how the sending stands ("sending",
 * "no": not sent yet, "yes": the clinic has been told), and `goneOn`, a promise that holds when the patient goes on.
 */
export function showEmergency() {
  document.querySelector("dialog.card-over")?.remove();
  const dialog = document.getElementById("emergency-card").content.firstElementChild.cloneNode(true);
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector("h2").focus();
  const tell = (state) => {
    for (const line of dialog.querySelectorAll("[data-sent]")) line.hidden = line.dataset.sent !== state;
  };
  const goneOn = new Promise((go) => {
    dialog.addEventListener("close", () => { dialog.remove(); go(); });
    dialog.querySelector("[data-go-on]").addEventListener("click", () => dialog.close());
  });
  return { tell, goneOn };
}

/** Return what to show of an unsent report: the card that matches, and below `same_day` never that all is well. */
export function phoneAnswer(judged, hasNote) {
  const kind = ALARMS.includes(judged.urgency) || judged.urgency === "" ? judged.urgency : "calm";
  const parts = document.getElementById("phone-answer").content;
  const answer = parts.querySelector(`[data-urgency="${kind}"]`).firstElementChild.cloneNode(true);
  answer.querySelector("[data-note]").hidden = !hasNote;
  return answer;
}
