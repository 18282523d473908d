// Answers at the desk without loading the page anew: a form opens beside its alert, an answer takes the place of the
// row, and for some seconds a bar takes it back. Without this script all of it works, as pages.
const place = document.getElementById("told");
let counting = 0;

// What is said stays until something else is said; the seconds are counted on the button only, read out by nobody.
const tell = (bar) => {
  clearInterval(counting);
  place.replaceChildren(bar);
  count();
};
const say = (words) => {
  const bar = document.createElement("div");
  bar.className = "done stale";
  bar.append(Object.assign(document.createElement("p"), { textContent: words }));
  tell(bar);
};
const count = () => {
  const form = place.querySelector("form[data-seconds]");
  if (!form) return;
  const ends = Date.now() + Number(form.dataset.seconds) * 1000;
  const shown = form.querySelector(".count");
  const show = () => {
    const left = Math.ceil((ends - Date.now()) / 1000);
    shown.textContent = Math.max(left, 0);
    if (left > 0) return;
    clearInterval(counting);
    if (form.contains(document.activeElement)) focusOn(document.querySelector(`[data-alert="${alertOf(form)}"]`));
    form.remove();
  };
  show();
  counting = setInterval(show, 250);
};

const alertOf = (form) => new URL(form.action).pathname.split("/")[3];
const focusOn = (target) => {
  if (!target) return;
  if (!target.hasAttribute("tabindex")) target.tabIndex = -1;
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "nearest" });
};
const parsed = (html) => new DOMParser().parseFromString(html, "text/html");
const fetched = (address, how = {}) =>
  fetch(address, { credentials: "same-origin", ...how, headers: { "X-Part": "answer" } });

// Where the session has ended the answer is the door: go there as the page would.
const isPart = (response, page) =>
  !response.redirected && page.querySelector("[data-row], .asked") !== null && page.querySelector("header.bar") === null;

const replaceRow = (id, page) => {
  const fresh = page.querySelector("[data-row] > *");
  const old = document.querySelector(`[data-alert="${id}"]`);
  const part = document.querySelector(`[data-answers="${id}"]`);
  const [target, next] = old?.matches(".row-of") ? [old, fresh] : [part, fresh.querySelector("[data-answers]")];
  if (target && next) target.replaceWith(next);
  focusOn(document.querySelector(`[data-alert="${id}"]`) ?? next);
  document.dispatchEvent(new CustomEvent("desk:answered", { detail: { id } }));
};

const send = async (form, submitter) => {
  const said = new URLSearchParams(new FormData(form));
  if (submitter?.name) said.append(submitter.name, submitter.value);
  if (form.dataset.busy) return;
  form.dataset.busy = "1";
  submitter?.setAttribute("aria-disabled", "true");
  let response, page;
  try {
    response = await fetched(form.action, { method: "POST", body: said });
    page = parsed(await response.text());
  } catch {
    say("The network failed: nothing is known to be stored. Press it again; it is not done twice.");
    return;
  } finally {
    delete form.dataset.busy;
    submitter?.removeAttribute("aria-disabled");
  }
  if (response.status === 422 && page.querySelector(".asked")) return ask(form, page);
  if (isPart(response, page)) {
    const id = alertOf(form);
    const bar = page.querySelector("[data-told]");
    if (bar) tell(bar);
    return replaceRow(id, page);
  }
  const why = page.querySelector("main p")?.textContent;
  say(why ? `Nothing was stored. ${why}` : "Nothing was stored. Load the page again.");
};

const ask = (beside, page) => {
  const form = page.querySelector(".asked");
  const own = beside.closest(".asked");
  const room = beside.closest(".answers")?.querySelector(".asks");
  if (own) own.replaceWith(form);
  else if (room) room.replaceChildren(form);
  if (room) room.hidden = false;
  beside.closest("details.further")?.removeAttribute("open");
  ready(form);
  (form.querySelector("[aria-invalid]") ?? form).focus();
  form.scrollIntoView({ block: "nearest" });
};

// A text to begin with goes into the message with one tap, where nothing that was typed is lost by it.
const use = (link) => {
  const { text } = link.closest("form").elements;
  const quotes = [...link.closest("form").querySelectorAll("[data-template]")];
  const chosen = link.closest("details").querySelector("[data-template]").textContent;
  const isOurs = quotes.some((one) => one.textContent === text.value.trim());
  text.value = text.value.trim() && !isOurs ? `${text.value}\n${chosen}` : chosen;
  text.focus();
};

// "None of these" and what came of it exclude each other.
const ready = (root) => {
  const nothing = root.querySelector('[name="seriousness"][value="nothing"]');
  nothing?.form.addEventListener("change", ({ target }) => {
    if (target.name !== "seriousness" || !target.checked) return;
    for (const one of nothing.form.querySelectorAll('[name="seriousness"]'))
      if (one !== target && (one === nothing || target === nothing)) one.checked = false;
  });
};

// A form on a page of its own is sent as pages are: it leads back to where its alert is.
const isBesideAlert = (form) =>
  form.closest(".answers") !== null ||
  (form.closest("#told") !== null && document.querySelector(`[data-answers="${alertOf(form)}"]`) !== null);

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-answer]") || !isBesideAlert(event.target)) return;
  event.preventDefault();
  send(event.target, event.submitter);
});
document.addEventListener("click", async (event) => {
  const text = event.target.closest("a[data-use]");
  if (text) {
    event.preventDefault();
    use(text);
    return;
  }
  const link = event.target.closest("a[data-ask]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  try {
    const response = await fetched(link.href);
    const page = parsed(await response.text());
    if (isPart(response, page)) ask(link, page);
    else location.assign(link.href);
  } catch {
    say("The network failed: the form could not be loaded. Nothing was changed.");
  }
});
ready(document);
count();
