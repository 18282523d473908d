// Tells the service once that somebody really sees the form. A mail program that fetches the page runs no script, and a
// page that is loaded in advance is not visible; the form works without this.
const tell = () => {
  if (document.visibilityState !== "visible") return;
  document.removeEventListener("visibilitychange", tell);
  navigator.sendBeacon(`${location.pathname}/opened`);
};
document.addEventListener("visibilitychange", tell);
tell();
