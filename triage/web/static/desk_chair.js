// The chair: sees by itself that the client has opened the link; copies the message; prints the slip. All works without.
const EVERY = 3000; // ms
const FOR = 15 * 60 * 1000; // ms: then nobody sits there any more

const opened = document.getElementById("opened");
const began = Date.now();

async function look() {
  if (opened.querySelector(".done") || Date.now() - began > FOR) return;
  try {
    const answer = document.hidden ? null : await fetch(opened.dataset.from, { redirect: "error" });
    if (answer?.ok) {
      const text = await answer.text();
      if (text !== opened.innerHTML) opened.innerHTML = text;
    }
  } catch {
    // no network, or signed out: the page itself says so when it is loaded again
  }
  setTimeout(look, EVERY);
}
if (opened) setTimeout(look, EVERY);

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.done;
  });
}

const print = document.querySelector("[data-print]");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
