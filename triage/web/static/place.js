// The phone's time zone may suggest where the patient is, and decides nothing: the patient answers.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
const isIn = (one) => one.dataset.zones.split(" ").includes(zone);

// Beside the emergency number: say so where the phone's clock is another country's.
const beside = document.querySelector("span[data-zones]");
if (beside?.dataset.zones && zone.includes("/") && !zone.startsWith("Etc/")) beside.hidden = isIn(beside);

const suggestion = document.getElementById("suggestion");
const options = [...document.querySelectorAll("option[data-zones]")];
const here = options.find(isIn);
if (suggestion && here && !here.selected) {
  const text = suggestion.querySelector("[data-text]");
  text.textContent = text.dataset.text.replace("{country}", here.textContent);
  suggestion.querySelector("button").value = here.value;
  suggestion.hidden = false;
}
