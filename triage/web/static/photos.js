// Photos before they leave the phone: shown, taken again or deleted, made small, redrawn (a canvas keeps the picture and
// nothing else: no place, no time), sent with progress in words, and tried again while there is no network.
// Without this script each form sends its file as it is, and the server does the same.
const LONGEST_SIDE = 1600, QUALITY = 0.85, MOST_BYTES = 12 * 1024 * 1024;
const FIRST_WAIT = 2000, LONGEST_WAIT = 60000; // milliseconds between tries
const words = document.getElementById("photo-words")?.dataset;
const unsent = new Set();

const makeSmall = async (file, canvas) => {
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST_SIDE / Math.max(image.width, image.height));
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  const brush = canvas.getContext("2d");
  brush.fillStyle = "#fff"; // what is transparent becomes white, as on the server
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  if (!blob) throw new Error("the canvas gave no picture");
  return blob;
};

// One try; resolves with what the server says, null where it was not reached or asks for patience.
const send = (form, blob, tell) => new Promise((done) => {
  const body = new FormData();
  for (const name of ["report", "pose"]) body.append(name, form.elements[name].value);
  body.append("photo", blob, "photo");
  const request = new XMLHttpRequest(); // fetch tells nothing of the progress of an upload
  request.open("POST", form.action);
  request.setRequestHeader("X-Requested-With", "photo");
  request.upload.onprogress = (at) => at.lengthComputable && tell(Math.round((100 * at.loaded) / at.total));
  request.onerror = request.onabort = request.ontimeout = () => done(null);
  request.onload = () => {
    try {
      const answer = JSON.parse(request.responseText);
      done(answer.again ? null : answer);
    } catch {
      done(request.status >= 500 ? null : { kept: false, said: "" });
    }
  };
  request.send(body);
});

const waitFor = (milliseconds) => new Promise((done) => {
  const go = () => { clearTimeout(timer); removeEventListener("online", go); done(); };
  const timer = setTimeout(go, milliseconds);
  addEventListener("online", go);
});

const attend = (form) => {
  const canvas = form.querySelector("canvas"), tools = form.querySelector(".photo-tools");
  const said = form.querySelector(".photo-said"), button = form.querySelector("button[type=submit]");
  const picks = [...form.querySelectorAll(".pick")], choices = form.querySelector(".picks");
  let blob = null, chosen = 0, lastUsed = null;

  const sayError = (text) => {
    form.querySelector(".error")?.remove();
    if (!text) return;
    const line = document.createElement("p");
    line.className = "error";
    line.setAttribute("role", "alert");
    line.textContent = text;
    said.before(line);
  };
  const clear = () => {
    blob = null;
    chosen += 1;
    for (const pick of picks) pick.querySelector("input").value = "";
    canvas.hidden = tools.hidden = button.hidden = true;
    choices.hidden = button.disabled = false;
    unsent.delete(form);
  };
  const choose = async (input) => {
    const file = input.files[0], mine = ++chosen;
    if (!file) return;
    lastUsed = input;
    sayError("");
    said.textContent = words.drawing;
    let small = null;
    try {
      small = await makeSmall(file, canvas);
    } catch {
      small = null; // this browser cannot draw it: the server may, or says in words why not
    }
    if (mine !== chosen) return; // deleted or replaced meanwhile
    said.textContent = "";
    if (!small && file.size > MOST_BYTES) { clear(); sayError(words.large); return; }
    blob = small ?? file;
    canvas.hidden = !small;
    tools.hidden = button.hidden = false;
    choices.hidden = true;
    button.focus();
  };
  const post = async () => {
    const mine = chosen;
    button.disabled = tools.hidden = true;
    unsent.add(form);
    let answer = null;
    for (let wait = FIRST_WAIT; !answer; wait = Math.min(2 * wait, LONGEST_WAIT)) {
      said.textContent = words.sending.replace("{percent}", "0");
      answer = await send(form, blob, (percent) => { said.textContent = words.sending.replace("{percent}", percent); });
      if (mine !== chosen) return;
      if (!answer) {
        said.textContent = words.waiting;
        tools.hidden = false; // it may still be deleted
        await waitFor(wait);
        if (mine !== chosen) return;
        tools.hidden = true;
      }
    }
    clear();
    said.textContent = answer.kept ? answer.said : "";
    sayError(answer.kept ? "" : answer.said);
  };

  for (const pick of picks) pick.querySelector("input").addEventListener("change", (event) => choose(event.target));
  tools.querySelector("[data-do=again]").addEventListener("click", () => {
    const input = lastUsed;
    clear();
    said.textContent = "";
    input?.click();
    input?.focus();
  });
  tools.querySelector("[data-do=drop]").addEventListener("click", () => {
    clear();
    said.textContent = words.gone;
    picks.at(-1).querySelector("input").focus();
  });
  button.hidden = true;
  form.addEventListener("submit", (event) => {
    if (!blob) return;
    event.preventDefault();
    post();
  });
};

if (words) {
  document.querySelector("main").classList.add("scripted"); // choosing shows the photo: no names of files are needed
  for (const form of document.querySelectorAll("form.pose")) attend(form);
  addEventListener("beforeunload", (event) => { if (unsent.size) event.preventDefault(); });
}
