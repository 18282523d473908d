// Answers stay on this phone from tick to tick: after a reload, a call, an empty battery they are there again. They
// belong to one link and one form, and are no longer offered after a day, since the questions are about the last 24 hours.
import { draftOf, dropDraft, newKey, saveDraft } from "./outbox.js";

const OFFERED_MS = 24 * 3_600_000;
const OWN_FIELDS = ["key"]; // of this very form, not of the answers
const WRITTEN_MS = 150;

/** The form's draft is kept under its link; a correction of an earlier report apart from a new one. */
export const draftId = (form) => `${location.pathname} ${form.elements.amends?.defaultValue ?? ""}`;

/** What is answered in a form, as it is sent; `submitter`: the button that was pressed. */
export function fieldsOf(form, submitter) {
  const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  if (submitter?.name) fields.push([submitter.name, submitter.value]);
  return fields;
}

/** Keeps every answer from now on. A form that is sent, or on its way, is kept no more. */
export function keepAnswers(form) {
  let timer;
  const keep = () => {
    clearTimeout(timer);
    timer = undefined;
    if (!form.dataset.sent && form.isConnected) saveDraft(draftNow(form)).catch(() => {}); // no room: the form still works
  };
  form.addEventListener("change", keep);
  form.addEventListener("input", (event) => { if (event.target.type !== "radio") timer ??= setTimeout(keep, WRITTEN_MS); });
  // A phone may kill the page any time after it is out of sight.
  addEventListener("pagehide", () => timer && keep());
  document.addEventListener("visibilitychange", () => timer && keep());
}

/** Keeps what is answered at once. */
export const keepNow = (form) => saveDraft(draftNow(form));

const draftNow = (form) => ({
  id: draftId(form), link: location.pathname, key: form.elements.key.value, after: form.dataset.after ?? null,
  fields: fieldsOf(form).filter(([name]) => !OWN_FIELDS.includes(name)), at: Date.now(),
});

/** Gives a form its own key and what was answered before; returns when that was, null where nothing was taken up. */
export async function takeUp(form, hasBegun) {
  form.elements.key.value = newKey(); // a page that was kept for days must not send two reports under one key
  const draft = await draftOf(draftId(form));
  if (!draft || hasBegun()) return null;
  if (Date.now() - draft.at > OFFERED_MS) {
    await dropDraft(draft.id);
    return null;
  }
  form.elements.key.value = draft.key; // the same answers in two tabs are one report
  if (draft.after) form.dataset.after = draft.after;
  fill(form, draft.fields);
  return new Date(draft.at);
}

function fill(form, fields) {
  const texts = new Map(fields), chosen = new Set(fields.map((field) => JSON.stringify(field)));
  for (const field of form.elements) {
    if (!field.name || OWN_FIELDS.includes(field.name)) continue;
    if (["checkbox", "radio"].includes(field.type)) {
      field.checked = chosen.has(JSON.stringify([field.name, field.value]));
      if (field.checked) for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    } else if (!["submit", "button", "fieldset"].includes(field.type) && texts.has(field.name)) {
      field.value = texts.get(field.name);
      if (field.value && field.type !== "hidden") field.closest("details")?.setAttribute("open", "");
    }
  }
  form.dispatchEvent(new Event("change")); // steps.js looks again
}
