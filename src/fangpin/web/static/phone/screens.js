// What is shown once the store is open: what there is to do, one thing, what was sent, the phone.
import * as clock from "./clock.js";
import { el, icon } from "./dom.js";
import { formOf, inWords } from "./forms.js";
import { openKey } from "./lock.js";
import * as store from "./store.js";
import { locale, pick, say } from "./words.js";

const SOON_DAYS = 7;

/** A moment of the server's clock in words. */
export const moment = (text) =>
  new Date(text).toLocaleString(locale, { timeZone: "Asia/Shanghai", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });

const householdOf = (day, id) => day.households.find((each) => each.id === id) ?? null;
const nameOf = (household) => household?.head || household?.number || "";

export function entryTitle(day, task, household) {
  const who = nameOf(household) || task.place || "";
  return { zh: `${who} · ${task.title.zh}`, en: `${who} · ${task.title.en}` };
}

function group(task) {
  if (task.kind === "visit") return "visits";
  const today = clock.today();
  if (task.due_on && task.due_on < today) return "late";
  const soon = new Date(`${today}T00:00:00Z`);
  soon.setUTCDate(soon.getUTCDate() + SOON_DAYS);
  if (task.due_on === today) return "today";
  return "soon";
}

// -- what there is to do ---------------------------------------------------------------------------

function card(day, task, entry) {
  const household = householdOf(day, task.household);
  const late = group(task) === "late";
  const due = task.due_on ? say(task.provisional ? "due_provisional" : "due", { text: task.due_on }) : "";
  return el(
    "li",
    {},
    el(
      "a",
      { class: `card-link${late ? " is-late" : ""}`, href: `#/task/${task.key}`, "data-task": task.key },
      el(
        "span",
        { class: "card-top" },
        el("strong", {}, nameOf(household) || task.place || ""),
        entry
          ? el("span", { class: `chip entry-${entry.state}` }, stateWords(entry))
          : due && el("span", { class: `chip${late ? " sev-alert" : ""}` }, due),
      ),
      el("span", { class: "card-what" }, pick(task.title)),
      el("span", { class: "quiet small" }, [household?.place ?? task.place, household?.group].filter(Boolean).join(" · ")),
      task.sentences.length ? el("span", { class: "small card-why" }, pick(task.sentences[0])) : null,
    ),
  );
}

export function tasks({ day, entries }) {
  const box = el("div", {});
  const find = el("input", { type: "search", class: "form-control", placeholder: say("search"), "aria-label": say("search") });
  const list = el("div", {});
  const about = (task) => {
    const household = householdOf(day, task.household);
    const members = (household?.members ?? []).map((member) => member.name);
    return [household?.number, household?.place, household?.group, task.place, ...members].join(" ");
  };
  function show() {
    const wanted = find.value.trim();
    const found = day.tasks.filter((task) => !wanted || about(task).includes(wanted));
    list.replaceChildren();
    for (const name of ["late", "today", "soon", "visits"]) {
      const some = found.filter((task) => group(task) === name);
      if (!some.length) continue;
      list.append(
        el("h2", { class: "list-head" }, say(name), el("span", { class: "quiet num" }, ` ${some.length}`)),
        el("ul", { class: "cards" }, some.map((task) => card(day, task, entries.find((entry) => entry.task === task.key && entry.state !== "taken")))),
      );
    }
    if (!found.length) list.append(el("p", { class: "nothing" }, say("nothing_to_do")));
  }
  find.addEventListener("input", show);
  show();
  box.append(
    day.tasks.length > 6 ? find : "",
    day.left_out ? el("p", { class: "note" }, say("left_out", { n: day.left_out })) : "",
    day.unread ? el("p", { class: "note" }, el("a", { href: "/messages/" }, say("unread", { n: day.unread }))) : "",
    list,
  );
  return box;
}

// -- one thing to do -------------------------------------------------------------------------------

function householdBox(household) {
  if (!household) return null;
  const facts = [
    household.monitoring && pick(household.monitoring),
    household.last_visit && say("last_visit", { text: household.last_visit }),
  ].filter(Boolean);
  return el(
    "section",
    { class: "panel" },
    el("p", { class: "quiet" }, [household.place, household.group].filter(Boolean).join(" · "), el("br"), el("span", { class: "num" }, household.number)),
    facts.length ? el("p", {}, facts.map((fact) => el("span", { class: "chip" }, fact))) : null,
    el(
      "details",
      {},
      el("summary", {}, say("members", { n: household.members.length || household.size })),
      el(
        "ul",
        { class: "members" },
        household.members.map((member) =>
          el("li", {}, member.name, " ", el("span", { class: "quiet" }, [member.relation && pick(member.relation), member.age !== null && say("years", { n: member.age })].filter(Boolean).join(" · "))),
        ),
      ),
    ),
  );
}

/** One task with its form. `saved(entry)` is called when it has been put into the queue. */
export function task({ day, entries }, key, saved) {
  const entry = entries.find((each) => each.task === key && each.state !== "taken");
  const found = day.tasks.find((each) => each.key === key) ?? visitOf(day, key);
  if (!found) return el("p", { class: "nothing" }, say("not_found"));
  const household = householdOf(day, found.household);
  const form = day.forms.find((each) => each.id === found.form);
  if (!form) return el("p", { class: "nothing" }, say("not_found"));
  return filledIn({
    heading: nameOf(household) || found.place || "",
    what: pick(found.title),
    above: [
      householdBox(household),
      found.kind !== "visit" && found.sentences.length
        ? el("section", { class: "panel" }, el("h2", {}, say("why")), el("ul", { class: "why" }, found.sentences.map((each) => el("li", {}, pick(each)))))
        : null,
      found.kind !== "visit" && household
        ? el("a", { class: "btn plain", href: `#/task/add:${household.id}` }, icon("plus"), say("add_visit"))
        : null,
    ],
    form,
    entry,
    members: household?.members ?? [],
    fresh: () => ({
      client_id: crypto.randomUUID(),
      kind: found.kind,
      about: found.about,
      task: key,
      form: form.id,
      members: (household?.members ?? []).map(({ id, name }) => ({ id, name })),
      title: entryTitle(day, found, household),
    }),
    entries,
    saved,
  });
}

function visitOf(day, key) {
  const household = key.startsWith("add:") ? householdOf(day, Number(key.slice(4))) : null;
  if (!household) return null;
  return {
    key,
    kind: "visit",
    title: { zh: "登记走访", en: "Record a visit" },
    household: household.id,
    place: household.place,
    form: "visit",
    about: { household: household.id },
    sentences: [],
  };
}

function filledIn({ heading, what, above, form, entry, members, fresh, entries, saved }) {
  const { element, read } = formOf(form, entry?.values, entry?.pictures, members);
  const save = el(
    "button",
    {
      type: "button",
      class: "btn btn-primary big wide",
      onclick: async () => {
        const given = read();
        if (!given) return;
        save.disabled = true;
        const at = entry?.at ?? Math.max(0, ...entries.map((each) => each.at)) + 1;
        // Refused for good under its id: corrected, it is another entry.
        const renew = entry?.state === "refused";
        const kept = {
          ...(entry ?? fresh()),
          ...given,
          ...(renew ? { client_id: crypto.randomUUID(), attempted: false } : {}),
          at,
          state: "waiting",
          said: null,
          other: null,
          claimed_at: clock.claim(),
        };
        await store.keepEntry(openKey(), kept);
        if (renew) await store.dropEntry(entry.client_id);
        saved(kept);
      },
    },
    icon("check"),
    say("save"),
  );
  return el(
    "div",
    {},
    el("h1", {}, heading),
    el("p", { class: "quiet" }, what),
    entry?.said ? el("p", { class: "note note-alert" }, pick(entry.said)) : null,
    above,
    el("section", { class: "panel" }, element),
    el("div", { class: "save-bar" }, save),
  );
}

// -- what was entered ------------------------------------------------------------------------------

export function stateWords(entry) {
  return say(`state_${entry.state}`, { n: entry.number ?? "" });
}

export function queue({ entries }) {
  if (!entries.length) return el("p", { class: "nothing" }, say("no_entries"));
  return el(
    "ul",
    { class: "cards" },
    [...entries].reverse().map((entry) =>
      el(
        "li",
        {},
        el(
          "a",
          { class: "card-link", href: `#/entry/${entry.client_id}`, "data-entry": entry.client_id },
          el("span", { class: "card-top" }, el("strong", {}, pick(entry.title)), el("span", { class: `chip entry-${entry.state}` }, stateWords(entry))),
          entry.said ? el("span", { class: "small" }, pick(entry.said)) : null,
        ),
      ),
    ),
  );
}

function facts(form, values, pictures) {
  const count = Object.values(pictures ?? {}).flat().length;
  return el(
    "dl",
    { class: "facts" },
    inWords(form, values).flatMap(([label, answer]) => [el("dt", {}, label), el("dd", {}, answer)]),
    count ? [el("dt", {}, icon("camera")), el("dd", {}, String(count))] : [],
  );
}

/** One entry. `act`: { resend(entry), discard(entry), edit(entry) }. */
export function entry({ day, entries }, clientId, act) {
  const found = entries.find((each) => each.client_id === clientId);
  if (!found) return el("p", { class: "nothing" }, say("not_found"));
  const form = day.forms.find((each) => each.id === found.form);
  const button = (words, action, kind = "") => el("button", { type: "button", class: `btn big wide ${kind}`, onclick: action }, words);
  const buttons = [];
  if (found.state === "waiting" || found.state === "refused") {
    const words = say(found.state === "waiting" ? "edit" : "correct_it");
    buttons.push(button(words, () => act.edit(found), "btn-primary"));
  }
  if (found.state === "conflict") {
    if (found.kind === "visit") buttons.push(button(say("as_new"), () => act.resend(found), "btn-primary"));
    buttons.push(button(say("keep_theirs"), () => act.discard(found)));
  } else if (found.state !== "taken") {
    buttons.push(button(say("discard"), () => act.discard(found), "danger"));
  }
  return el(
    "div",
    {},
    el("h1", {}, pick(found.title)),
    el("p", {}, el("span", { class: `chip entry-${found.state}` }, stateWords(found))),
    found.said ? el("p", { class: "note note-alert" }, pick(found.said)) : null,
    found.values
      ? el("section", { class: "panel" }, found.other ? el("h2", {}, say("on_phone")) : null, facts(form, found.values, found.pictures))
      : null,
    found.other
      ? el("section", { class: "panel" }, el("h2", {}, say("at_server")), facts(form, found.other.values ?? found.other, found.other.pictures))
      : null,
    el("div", { class: "stack" }, buttons),
  );
}

/** Fill in an entry again, though its task may be gone. */
export function again({ day, entries }, clientId, saved) {
  const found = entries.find((each) => each.client_id === clientId);
  const form = found && day.forms.find((each) => each.id === found.form);
  if (!form) return el("p", { class: "nothing" }, say("not_found"));
  return filledIn({
    heading: pick(found.title),
    what: "",
    above: [],
    form,
    entry: found,
    members: found.members ?? [],
    entries,
    saved,
  });
}

// -- the phone -------------------------------------------------------------------------------------

export function phone({ day, lease }, act) {
  const until = new Date(lease.began + lease.seconds * 1000 + (lease.offset ?? 0)).toISOString();
  const link = (href, name, words) => el("a", { class: "btn big wide", href }, icon(name), words);
  const button = (name, words, action, kind = "") => el("button", { type: "button", class: `btn big wide ${kind}`, onclick: action }, icon(name), words);
  return el(
    "div",
    {},
    el(
      "section",
      { class: "panel" },
      el("dl", { class: "facts" }, [
        el("dt", {}, say("user")),
        el("dd", {}, day?.name ?? ""),
        el("dt", {}, icon("refresh")),
        el("dd", {}, day ? say("synced", { text: moment(day.now) }) : say("never_synced")),
        el("dt", {}, icon("lock")),
        el("dd", {}, say("opens_until", { text: moment(until) })),
      ]),
      el("p", { class: "quiet small" }, say("privacy")),
    ),
    el(
      "div",
      { class: "stack" },
      button("lock", say("lock"), act.lock),
      link("/phone/devices/", "device-mobile", say("devices")),
      link("/", "device-desktop", say("desktop")),
      button("logout", say("leave"), act.leave, "danger"),
    ),
  );
}
