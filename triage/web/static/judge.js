// What the phone works out by itself while there is no network: how urgent this one report is, by the tables of the
// protocol (GET /t/<digest>.json, docs/phone.md). It knows no earlier report, no illness and reads no note, so it may
// raise an alarm and never call anything usual. The server judges again and tells of a difference: the arithmetic here
// is that of triage/rules/assessment.py, and tests/web/browser/test_judge.py compares the two.

const FORMAT = 1;
const HOUR = 3_600_000;
const HOTTEST = 45, COLDEST = 30, SURELY_FAHRENHEIT = 86;
const MEASURED = /^(\d{2,3}(?:[.,]\d{1,3})?)\s*(?:°|degrees?)?\s*([CFcf]?)[\p{L}\p{N}_]*$/u;
const ZEROS = [0x0660, 0x06f0, 0x0966, 0xff10]; // digits of other scripts, ten in a row each

/** Return the urgency of a report as a number, 0 to 4. `hours`: since the latest session, never negative. */
export function judge(tables, report, hours) {
  let worst = 0;
  const facts = new Set();
  const find = (urgency) => { worst = Math.max(worst, urgency); };
  for (const [symptom, severity] of Object.entries(report.symptoms ?? {})) {
    const table = tables.symptoms[symptom];
    if (!table || !severity) continue;
    const said = report.course?.[symptom] ?? "unknown";
    const course = tables.courses.includes(said) ? said : "worse";
    const row = table.rows[table.from.filter((hour) => hour <= Math.floor(hours)).length - 1];
    find(Number(row[(severity - 1) * tables.courses.length + tables.courses.indexOf(course)]));
    for (const [least, fact] of table.at_least ?? []) if (severity >= least) facts.add(fact);
    for (const fact of table.course?.[course] ?? []) facts.add(fact);
  }
  const signs = namedSigns(tables, report);
  for (const sign of signs) find(urgencyOf(tables, sign, hours));
  for (const fact of factsSaid(tables, report, signs)) facts.add(fact);
  for (const [urgency, from, until, ways] of tables.combinations)
    if (holds(from, until, hours) && ways.some((way) => way.every((fact) => facts.has(fact)))) find(urgency);
  for (const result of report.result ?? []) {
    const [urgency, from, until] = tables.results[result] ?? [0, 0, null];
    if (holds(from, until, hours)) find(urgency);
  }
  if (report.wants_call) find(tables.wants_call);
  return worst;
}

/** Return those of some signs that are an emergency by themselves at this hour. */
export function emergencySigns(tables, signs, hours) {
  const emergency = tables.urgencies.indexOf("emergency");
  return namedSigns(tables, { signs }).filter((sign) => urgencyOf(tables, sign, hours) === emergency);
}

/**
 * Judge what is ticked in the form. `urgency`: its name, "" where the phone cannot tell; `signs`: those that are an
 * emergency by themselves; `digest`: of the tables, "" where nothing could be compared. `at`: the moment that is
 * sent as device_at, since the server counts from that one; `submitter`: the button that sends the form.
 */
export async function judgeForm(form, at = new Date(), submitter = null) {
  const report = readForm(form, submitter); // first: what is ticked now counts, not what is once the tables have come
  const tables = await tablesOf(form.dataset.tables);
  const hours = Math.max(0, (at - Date.parse(form.dataset.procedureAt)) / HOUR);
  if (!tables || Number.isNaN(hours)) return signsAlone(form, report, tables);
  const signs = emergencySigns(tables, report.signs, hours);
  const urgency = tables.urgencies[judge(tables, report, hours)];
  const isLost = report.isUnread && tables.urgencies.indexOf(urgency) < tables.urgencies.indexOf("same_day");
  return { urgency: isLost ? "" : urgency, signs, digest: tables.digest }; // what cannot be read may be a fever
}

/** Return what the form says, as triage/web/form.py and the rules read it; the note is left out. */
export function readForm(form, submitter = null) {
  const typed = new FormData(form);
  const report = { symptoms: {}, course: {}, where: {} };
  for (const [name, value] of typed) {
    const [kind, symptom] = [name.slice(0, name.indexOf(".")), name.slice(name.indexOf(".") + 1)];
    if (kind === "severity" && /^[0-4]$/.test(value)) report.symptoms[symptom] = Number(value);
    if (kind === "course") report.course[symptom] = value;
    if (kind === "where") (report.where[symptom] ??= []).push(value);
  }
  report.signs = typed.getAll("sign");
  report.result = typed.getAll("result");
  report.treatment = typed.getAll("treatment");
  report.exposed = typed.getAll("exposed");
  const isWorried = typed.get("today") === "worried" && submitter?.value !== "enter";
  report.wants_call = typed.get("wants_call") === "yes" || (isWorried && !saysMore(typed));
  Object.assign(report, readTemperature((typed.get("temperature") ?? "").trim(), typed.get("unit") ?? "C"));
  return report;
}

// Who is worried, and tells of nothing that a rule could judge, is called.
function saysMore(typed) {
  const told = [...typed].filter(([, value]) => value.trim()).map(([name]) => name);
  return told.some((name) => name.startsWith("severity.") || ["sign", "result", "temperature"].includes(name));
}

/**
 * Return degrees Celsius as people write them, 38,1 or 39.9 °C or 103 F. `celsius` null: nothing was typed, or it cannot
 * be read; `isUnread`: it cannot be read, or 38 F must have meant 38 C.
 */
export function readTemperature(text, unit) {
  const found = MEASURED.exec(inLatinDigits(text));
  if (!found) return { celsius: null, isUnread: text !== "" };
  const value = Number(found[1].replace(",", "."));
  const meant = value >= SURELY_FAHRENHEIT ? "F" : found[2].toUpperCase() || unit;
  const celsius = meant === "F" ? Number((((value - 32) * 5) / 9).toFixed(2)) : value;
  if (isPossible(celsius)) return { celsius, isUnread: false };
  return { celsius: isPossible(value) ? value : null, isUnread: true };
}

const isPossible = (degrees) => degrees >= COLDEST && degrees <= HOTTEST;

function inLatinDigits(text) {
  return text.replace(/\p{Nd}/gu, (digit) => {
    const zero = ZEROS.find((first) => digit.codePointAt(0) - first >= 0 && digit.codePointAt(0) - first < 10);
    return zero === undefined ? digit : String(digit.codePointAt(0) - zero);
  });
}

function namedSigns(tables, report) {
  const signs = new Set((report.signs ?? []).filter((sign) => sign in tables.signs));
  for (const [least, sign] of tables.temperatures) if (report.celsius >= least) signs.add(sign);
  for (const sign of [...signs]) for (const implied of tables.implied[sign] ?? []) signs.add(implied);
  return [...signs];
}

function urgencyOf(tables, sign, hours) {
  const [urgency, early, until] = tables.signs[sign];
  return until !== undefined && hours < until ? early : urgency;
}

function holds(from, until, hours) {
  return from <= hours && (until === null || hours < until);
}

function factsSaid(tables, report, signs) {
  const known = tables.facts;
  const found = [
    ...signs.map((sign) => known.signs[sign]),
    ...(report.treatment ?? []).map((word) => known.treatment[word]),
    ...(report.exposed ?? []).map((word) => known.exposed[word]),
    ...Object.entries(report.where ?? {}).flatMap(([symptom, zones]) =>
      zones.map((zone) => known.where[symptom]?.[zone])),
    ...known.temperatures.filter(([least]) => report.celsius >= least).map(([, fact]) => fact),
  ];
  return found.filter((fact) => fact !== undefined);
}

// No session, or no tables: never loaded, or the clinic has none. Then what stands under "call first" is an emergency.
function signsAlone(form, report, tables) {
  const first = [...form.querySelectorAll(".first-call input[name=sign]:checked")].map((box) => box.value);
  const signs = tables ? emergencySigns(tables, report.signs, Infinity) : first;
  return { urgency: signs.length ? "emergency" : "", signs, digest: "" };
}

const loaded = new Map();

/** Load the tables while there is a network; null: there are none. Later the same ones come from memory. */
export async function tablesOf(address) {
  if (!address) return null;
  if (!loaded.has(address)) {
    const tables = (await fetched(address, "default")) ?? (await fetched(address, "reload"));
    if (!tables) return null;
    loaded.set(address, tables);
  }
  return loaded.get(address);
}

async function fetched(address, cache) {
  try {
    const answer = await fetch(address, { cache });
    const tables = answer.ok ? await answer.json() : null;
    return tables?.format === FORMAT ? tables : null; // an older or newer program kept it: ask anew
  } catch {
    return null;
  }
}
