// Forms from data. What is asked stands in the packs and comes with the day.
import { today } from "./clock.js";
import { el } from "./dom.js";
import { photosFor } from "./photos.js";
import { signatureFor } from "./signature.js";
import { pick, say } from "./words.js";

let serial = 0;

const KINDS = { text: line, long_text: area, money: number, integer: number, number, date: day };

function line(field, id, kept) {
  const input = el("input", { type: "text", class: "form-control", id, maxlength: String(field.longest) });
  input.value = kept ?? "";
  return [input, () => input.value.trim() || null];
}

function area(field, id, kept) {
  const input = el("textarea", { class: "form-control", id, rows: "3", maxlength: String(field.longest) });
  input.value = kept ?? "";
  return [input, () => input.value.trim() || null];
}

function number(field, id, kept) {
  const mode = field.type === "integer" ? "numeric" : "decimal";
  const input = el("input", { type: "text", inputmode: mode, class: "form-control", id, maxlength: "20" });
  input.value = kept ?? "";
  const unit = field.unit || (field.type === "money" ? "元" : "");
  const box = unit ? el("div", { class: "with-unit" }, input, el("span", {}, unit)) : input;
  return [box, () => input.value.trim() || null];
}

function day(field, id, kept) {
  const input = el("input", { type: "date", class: "form-control", id, max: today() });
  input.value = kept ?? (field.required ? today() : "");
  return [input, () => input.value || null];
}

const MANY = 9;

function one(field, id, kept) {
  const options =
    field.type === "boolean"
      ? [
          { code: true, words: say("yes") },
          { code: false, words: say("no") },
        ]
      : field.options.map((each) => ({ code: each.code, words: pick(each.label) }));
  if (options.length > MANY) {
    const select = el(
      "select",
      { class: "form-select", id },
      el("option", { value: "" }, say("choose")),
      options.map((each) => el("option", { value: each.code }, each.words)),
    );
    select.value = kept ?? "";
    return [select, () => select.value || null];
  }
  const name = `choice-${(serial += 1)}`;
  const inputs = options.map((each) => {
    const input = el("input", { type: "radio", name, value: String(each.code) });
    input.checked = kept === each.code;
    return [input, each];
  });
  const box = el(
    "div",
    { class: "choices", role: "radiogroup", "aria-labelledby": `${id}-label` },
    inputs.map(([input, each]) => el("label", { class: "choice" }, input, el("span", {}, each.words))),
  );
  return [box, () => inputs.find(([input]) => input.checked)?.[1].code ?? null];
}

function several(field, id, kept) {
  const inputs = field.options.map((each) => {
    const input = el("input", { type: "checkbox", value: each.code });
    input.checked = (kept ?? []).includes(each.code);
    return [input, each];
  });
  const box = el(
    "div",
    { class: "choices", role: "group", "aria-labelledby": `${id}-label` },
    inputs.map(([input, each]) => el("label", { class: "choice" }, input, el("span", {}, pick(each.label)))),
  );
  const read = () => {
    const found = inputs.filter(([input]) => input.checked).map(([, each]) => each.code);
    return found.length ? found : null;
  };
  return [box, read];
}

function widget(field, id, kept) {
  if (field.type === "signature") return signatureFor(id, kept);
  if (field.type === "choices") return several(field, id, kept);
  if (field.type === "choice" || field.type === "boolean") return one(field, id, kept);
  if (field.type === "household_field" && field.options.length) return one(field, id, kept);
  return (KINDS[field.type] ?? line)(field, id, kept);
}

const LABELLED = new Set(["signature", "choice", "choices", "boolean"]);

function asked(field, kept, subject) {
  const id = `f${(serial += 1)}`;
  const [control, read] = widget(field, id, kept);
  const words = [
    pick(field.label),
    subject && `（${subject}）`,
    el("span", { class: "quiet small" }, ` ${say(field.required ? "required" : "optional")}`),
  ];
  const label = LABELLED.has(field.type)
    ? el("p", { class: "label", id: `${id}-label` }, ...words)
    : el("label", { class: "label", for: id }, ...words);
  const help = field.help ? el("p", { class: "quiet small" }, pick(field.help)) : null;
  const problem = el("p", { class: "problem", role: "alert", hidden: true });
  const box = el("div", { class: "field", "data-field": field.id }, label, help, control, problem);
  return { box, read, problem };
}

function fault(field, value) {
  const text = pick(field.label);
  if (value === null) return field.required ? say("missing", { text }) : "";
  if (["money", "integer", "number"].includes(field.type)) {
    const pattern = field.type === "integer" ? /^-?\d+$/ : field.type === "money" ? /^-?\d+(\.\d{1,2})?$/ : /^-?\d+(\.\d+)?$/;
    if (!pattern.test(value)) return say("bad_number", { text });
    if (field.least !== null && Number(value) < fraction(field.least)) return say("too_low", { text, n: field.least });
    if (field.most !== null && Number(value) > fraction(field.most)) return say("too_high", { text, n: field.most });
  }
  if (field.type === "date" && value > today()) return say("bad_day", { text });
  return "";
}

function fraction(written) {
  const [over, under = "1"] = written.split("/");
  return Number(over) / Number(under);
}

/** A form on the screen. `values`, `pictures`: what was entered before. Returns the element, and
 * `read()`: { values, pictures } or null when something is missing, which is then shown. */
export function formOf(form, values = {}, pictures = {}, members = []) {
  const parts = form.fields.map((field) => {
    if (field.about !== "each_member") return { field, rows: [[null, asked(field, values[field.id])]] };
    const rows = members.map((member) => [
      String(member.id),
      asked(field, values[field.id]?.[member.id], member.name),
    ]);
    return { field, rows };
  });
  const attached = form.attach.map((rule) => [rule, ...photosFor(rule, pictures[rule.id] ?? [])]);

  function current() {
    const found = {};
    for (const { field, rows } of parts) {
      if (rows.length && rows[0][0] === null) found[field.id] = rows[0][1].read();
    }
    return found;
  }
  function shown(field, found) {
    return !field.only_if || field.only_if[1].includes(found[field.only_if[0]]);
  }
  function refresh() {
    const found = current();
    for (const { field, rows } of parts) {
      for (const [, row] of rows) row.box.hidden = !shown(field, found);
    }
    for (const [rule, box] of attached) box.hidden = !shown(rule, found);
  }
  const attachProblem = el("p", { class: "problem", role: "alert", hidden: true });
  const element = el(
    "form",
    { class: "form", novalidate: true, onchange: refresh, onsubmit: (event) => event.preventDefault() },
    parts.flatMap(({ rows }) => rows.map(([, row]) => row.box)),
    attached.map(([, box]) => box),
    attachProblem,
  );
  refresh();

  function read() {
    const found = current();
    const given = {};
    let first = null;
    for (const { field, rows } of parts) {
      for (const [member, row] of rows) {
        const value = shown(field, found) ? row.read() : null;
        const wrong = shown(field, found) ? fault(field, value) : "";
        row.problem.textContent = wrong;
        row.problem.hidden = !wrong;
        if (wrong) first ??= row.box;
        if (value === null) continue;
        if (member === null) given[field.id] = value;
        else (given[field.id] ??= {})[member] = value;
      }
    }
    const chosen = {};
    attachProblem.hidden = true;
    for (const [rule, box, ids] of attached) {
      if (!shown(rule, found)) continue;
      if (ids().length) chosen[rule.id] = [...ids()];
      if (ids().length < rule.least) {
        attachProblem.textContent = say("too_few_photos", { text: pick(rule.label), n: rule.least });
        attachProblem.hidden = false;
        first ??= box;
      }
    }
    if (first) {
      first.scrollIntoView({ block: "center" });
      first.querySelector("input, textarea, select, canvas")?.focus({ preventScroll: true });
      return null;
    }
    return { values: given, pictures: chosen };
  }
  return { element, read };
}

/** What was entered, in words, for lists and for comparing: [[label, answer] …]. */
export function inWords(form, values = {}) {
  if (!form) return Object.entries(values).map(([key, value]) => [key, plain(value)]);
  return form.fields
    .filter((field) => values[field.id] !== undefined && values[field.id] !== null)
    .map((field) => [pick(field.label), answer(field, values[field.id])]);
}

const plain = (value) => (typeof value === "object" ? JSON.stringify(value) : String(value));

function answer(field, value) {
  if (field.type === "signature") return "✓";
  if (field.type === "boolean") return say(value ? "yes" : "no");
  if (field.about === "each_member") return Object.values(value).map((each) => answer({ ...field, about: "" }, each)).join(" · ");
  const words = Object.fromEntries(field.options.map((each) => [each.code, pick(each.label)]));
  return [value].flat().map((each) => words[each] ?? plain(each)).join(" · ");
}
