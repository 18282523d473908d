// At the width of a desk nothing is folded: one scrolls. On a telephone the parts stay folded until they are asked for.
const desk = matchMedia("(min-width: 60rem)");

function unfold() {
  if (desk.matches) for (const part of document.querySelectorAll(".fold")) part.open = true;
}

function showAsked() {
  const part = document.getElementById(location.hash.slice(1))?.closest(".fold");
  if (part) part.open = true;
}

/** After an answer (desk_answers.js) what the case says of its alert, its messages and its log is as it is now. */
async function renew() {
  const response = await fetch(location.pathname + location.search, { credentials: "same-origin" }).catch(() => null);
  if (!response?.ok || response.redirected) return; // what stands there was true a moment ago
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const held = document.activeElement?.closest("[data-alert]")?.dataset.alert;
  const part = (of, id) => of.getElementById(id)?.closest(id === "reason" ? "section" : `#${id}`);
  for (const id of ["reason", "contact", "outcomes", "log"]) {
    const fresh = part(page, id);
    if (fresh) part(document, id)?.replaceWith(fresh);
  }
  unfold();
  if (held) document.querySelector(`[data-alert="${held}"]`)?.focus({ preventScroll: true });
}

document.addEventListener("desk:answered", renew);
desk.addEventListener("change", unfold);
addEventListener("hashchange", showAsked);
unfold();
showAsked();
