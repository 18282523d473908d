// At the width of a desk nothing is folded: one scrolls. On a telephone the parts stay folded until they are asked for.
const desk = matchMedia("(min-width: 60rem)");

function unfold() {
  if (desk.matches) for (const part of document.querySelectorAll(".fold")) part.open = true;
}

function showAsked() {
  const part = document.getElementById(location.hash.slice(1))?.closest(".fold");
  if (part) part.open = true;
}

desk.addEventListener("change", unfold);
addEventListener("hashchange", showAsked);
unfold();
showAsked();
