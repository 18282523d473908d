// On a page that says whose link this phone is to forget (data-forget: the link, or "all"): its kept form and its
// unfinished answers go. Reports that wait are still sent, since somebody meant to tell them.
import { forgetLink } from "./outbox.js";

forgetLink(document.querySelector("[data-forget]").dataset.forget);
