// Tells the service once that somebody really sees the page, and which of a practitioner's replies stand on it. A mail
// program that fetches the page runs no script, and a page that is loaded in advance is not visible; all works without.
const tell = () => {
  if (document.visibilityState !== "visible") return;
  document.removeEventListener("visibilitychange", tell);
  const replies = [...document.querySelectorAll("[data-reply]")].map((one) => ["reply", one.dataset.reply]);
  navigator.sendBeacon(`${location.pathname}/opened`, new URLSearchParams(replies));
};
document.addEventListener("visibilitychange", tell);
tell();
