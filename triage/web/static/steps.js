// Shows the form one step at a time, without a reload. Without this script the same form stands whole on the page.
// Nothing is sent by going on: only a press of a button that says so sends. Back, the browser's own too, goes one step
// back, and every answer stays, since all steps are one form. queue.js and judge.js need nothing from here.
const form = document.querySelector("#report");
const steps = ["today", "danger", "symptoms", "more"].map((name) => form.querySelector(`#step-${name}`));
const [today, danger] = steps;
const progress = form.querySelector(".progress");
const error = document.querySelector("#error");
const chosen = (what) => form.querySelector(`${what}:checked`);
const none = form.querySelector('[name="none"]');
let now = today;

// Whoever says "all fine" is done after the danger signs, unless something is still there.
const isFine = () => chosen('[name="today"][value="fine"]') && !chosen('[name^="gone."][value="no"]') && !chosen('[name="sign"]');

const path = () => (isFine() ? [today, danger] : steps);

const refresh = () => {
  const sign = Boolean(chosen('[name="sign"]'));
  if (sign) none.checked = false;
  const fine = !sign && isFine();
  for (const button of form.querySelectorAll("[data-when]")) {
    const when = button.dataset.when;
    button.hidden = !(when === "steps" || (when === "sign" ? sign : when === "fine" ? fine : !sign && !fine));
  }
  progress.textContent = progress.dataset.words
    .replace("{step}", path().indexOf(now) + 1).replace("{count}", path().length);
  // What is still there has its question open.
  for (const still of form.querySelectorAll('[name^="gone."][value="no"]:checked')) {
    form.querySelector(`[data-symptom="${still.name.slice(5)}"]`).open = true;
  }
};

const show = (step, hasMoved = true) => {
  now = step;
  for (const one of steps) one.classList.toggle("now", one === step);
  document.documentElement.classList.toggle("at-start", step === today);
  refresh();
  if (!hasMoved) return;
  scrollTo(0, 0);
  (step.querySelector("h2[tabindex]") ?? document.querySelector("h1")).focus({ preventScroll: true });
};

const goOn = () => {
  // Danger goes first: it is sent as it stands, and the rest can be told afterwards, when the clinic knows of it.
  if (now === danger && chosen("[data-emergency]:not([checked])")) return form.requestSubmit(form.querySelector('[value="danger"]'));
  const next = path()[path().indexOf(now) + 1];
  if (!next) return;
  history.pushState({ step: next.id }, "");
  show(next);
};

form.addEventListener("change", refresh);
form.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const when = button.dataset.when;
  if (when === "none" || when === "fine") none.checked = true;
  if (button.classList.contains("next")) goOn();
  if (button.classList.contains("back")) history.back();
});
// The Enter key in a field sends nothing while there is a step to come. Capture: before queue.js takes what is sent.
document.addEventListener("submit", (event) => {
  if (event.target !== form || event.submitter?.value !== "enter" || now === steps.at(-1)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (now !== danger || chosen('[name="sign"]')) goOn();
}, true);
addEventListener("popstate", (event) => show(steps.find((step) => step.id === event.state?.step) ?? today));
for (const link of error?.querySelectorAll("a") ?? []) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const step = form.querySelector(link.hash);
    history.pushState({ step: step.id }, "");
    show(step);
  });
}

document.querySelector("h1").tabIndex = -1;
document.documentElement.classList.add("steps");
for (const hidden of form.querySelectorAll(".progress, .next:not([data-when]), .back")) hidden.hidden = false;
// A page that was loaded anew without its answers begins at the beginning.
const kept = chosen('[name="today"]') && steps.find((step) => step.id === history.state?.step);
show(kept || today, false);
