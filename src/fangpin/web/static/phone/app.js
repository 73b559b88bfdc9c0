// The app: which screen is shown, when to lock, when to synchronise.
import { useOffset } from "./clock.js";
import { el, icon } from "./dom.js";
import * as lock from "./lock.js";
import * as screens from "./screens.js";
import * as store from "./store.js";
import * as sync from "./sync.js";
import { pick, say } from "./words.js";

const IDLE = 10 * 60_000;
const RETRY = 60_000;
const root = document.getElementById("app");
const state = { day: null, entries: [], lease: null, note: "", signIn: false, busy: false };
let touched = Date.now();

// -- frame -----------------------------------------------------------------------------------------

function frame(...content) {
  root.replaceChildren(...content);
  window.scrollTo(0, 0);
}

function waitingCount() {
  return state.entries.filter((entry) => entry.state === "waiting").length;
}

function bar() {
  const waiting = waitingCount();
  const said = state.busy
    ? say("syncing")
    : state.note || (waiting ? say("unsent", { n: waiting }) : state.day ? say("synced", { text: screens.moment(state.day.now) }) : say("never_synced"));
  return el(
    "header",
    { class: "phone-top" },
    location.hash.startsWith("#/task/") || location.hash.startsWith("#/entry/") || location.hash.startsWith("#/again/")
      ? el("button", { type: "button", class: "tool", "aria-label": say("back"), onclick: () => history.back() }, icon("arrow-left"))
      : el("img", { src: "/static/web/mark.svg", alt: "", width: "28", height: "28" }),
    el("p", { class: "phone-state", role: "status" }, navigator.onLine ? null : el("span", { class: "chip is-offline" }, icon("wifi-off"), say("offline")), " ", el("span", { "data-sync-note": "" }, said)),
    el("button", { type: "button", class: "tool", "aria-label": say("sync"), "data-sync": "", disabled: state.busy, onclick: () => synchronise() }, icon("refresh")),
  );
}

function nav() {
  const waiting = waitingCount();
  const item = (path, name, words) =>
    el("a", { href: `#/${path}`, "aria-current": (location.hash || "#/tasks") === `#/${path}` ? "page" : null }, icon(name), el("span", {}, words));
  return el(
    "nav",
    { class: "phone-nav" },
    item("tasks", "clipboard-list", say("tasks")),
    item("queue", "send", waiting ? `${say("queue")} ${waiting}` : say("queue")),
    item("phone", "device-mobile", say("phone")),
  );
}

function show() {
  if (!lock.openKey()) return;
  const [, name, ...rest] = (location.hash || "#/tasks").split("/");
  const key = rest.join("/");
  const day = state.day ?? { tasks: [], households: [], forms: [], left_out: 0 };
  const on = { ...state, day };
  const pages = {
    task: () => screens.task(on, key, saved),
    again: () => screens.again(on, key, saved),
    entry: () => screens.entry(on, key, { edit, resend, discard }),
    queue: () => screens.queue(on),
    phone: () => screens.phone(state, { lock: lockNow, leave }),
  };
  const page = pages[name]?.() ?? screens.tasks(on);
  const banner = state.signIn
    ? el("p", { class: "note" }, say("sign_in_to_send"), " ", el("a", { class: "btn btn-primary", href: "/sign-in/?next=/phone/" }, say("sign_in")))
    : null;
  frame(bar(), el("main", { class: "phone-main", tabindex: "-1" }, banner, page), nav());
}

/** Only the line at the top changes: nobody loses what is half entered. */
function refreshBar() {
  document.querySelector(".phone-top")?.replaceWith(bar());
  document.querySelector(".phone-nav")?.replaceWith(nav());
}

const filling = () => /^#\/(task|again)\//.test(location.hash);

// -- entries ---------------------------------------------------------------------------------------

async function reload() {
  const key = lock.openKey();
  if (!key) return;
  [state.day, state.entries, state.lease] = await Promise.all([store.day(key), store.entries(key), store.phone()]);
}

async function saved() {
  await reload();
  state.note = say("saved");
  location.hash = "#/tasks";
  show();
  synchronise();
}

function edit(entry) {
  location.hash = `#/again/${entry.client_id}`;
}

async function resend(entry) {
  const fresh = { ...entry, client_id: crypto.randomUUID(), state: "waiting", said: null, other: null, attempted: false };
  if (entry.pictures) fresh.pictures = await copies(entry.pictures);
  await store.keepEntry(lock.openKey(), fresh);
  await store.dropEntry(entry.client_id);
  await reload();
  location.hash = "#/queue";
  synchronise();
}

/** Pictures of an entry that goes out under a new id get new ids as well. */
async function copies(pictures) {
  const key = lock.openKey();
  const copied = {};
  for (const [role, ids] of Object.entries(pictures)) {
    copied[role] = [];
    for (const id of ids) {
      const data = await store.picture(key, id);
      if (!data) continue;
      const fresh = crypto.randomUUID();
      await store.keepPicture(key, fresh, data);
      copied[role].push(fresh);
    }
  }
  return copied;
}

async function discard(entry) {
  if (!confirm(say("discard_sure"))) return;
  await store.dropPictures(Object.values(entry.pictures ?? {}).flat());
  await store.dropEntry(entry.client_id);
  await reload();
  location.hash = "#/queue";
  show();
}

// -- synchronising ---------------------------------------------------------------------------------

async function synchronise() {
  if (!lock.openKey() || state.busy) return;
  state.busy = true;
  state.note = "";
  refreshBar();
  try {
    await sync.sync();
    state.signIn = false;
  } catch (error) {
    if (error instanceof sync.MustWipe) return wiped();
    if (error instanceof sync.SignedOut) state.signIn = true;
    else if (error instanceof sync.Told) state.note = pick(error.said);
    else state.note = navigator.onLine ? say("sync_failed") : "";
  } finally {
    state.busy = false;
  }
  await reload();
  if (filling()) refreshBar();
  else show();
}

// -- opening ---------------------------------------------------------------------------------------

function plain(...content) {
  frame(el("main", { class: "phone-lock" }, el("img", { src: "/static/web/mark.svg", alt: "", width: "56", height: "56" }), el("h1", {}, say("title")), ...content));
}

async function opened() {
  await reload();
  useOffset(state.lease?.offset);
  show();
  synchronise();
}

function codeForm({ again, action }) {
  const problem = el("p", { class: "problem", role: "alert", hidden: true });
  const input = (id) => el("input", { id, type: "password", class: "form-control code", maxlength: "64" });
  const labelled = (field, words) => el("div", { class: "field" }, el("label", { class: "label", for: field.id }, words), field);
  const first = input("pin");
  const second = again ? input("pin-again") : null;
  const button = el("button", { class: "btn btn-primary big wide" }, icon("lock"), say("unlock"));
  const form = el(
    "form",
    {
      class: "form",
      onsubmit: async (event) => {
        event.preventDefault();
        const pin = first.value;
        const wrong = again ? lock.fault(pin) || (pin !== second.value ? "pin_differs" : "") : "";
        problem.textContent = wrong ? say(wrong) : "";
        problem.hidden = !wrong;
        if (wrong) return;
        button.disabled = true;
        const said = await action(pin);
        button.disabled = false;
        if (said) {
          problem.textContent = said;
          problem.hidden = false;
          first.value = "";
          first.focus();
        }
      },
    },
    labelled(first, say(again ? "pin_new" : "pin")),
    again ? labelled(second, say("pin_again")) : null,
    problem,
    button,
    again ? el("p", { class: "quiet small" }, say("pin_help")) : null,
  );
  return form;
}

async function askCode() {
  plain(
    codeForm({
      again: false,
      action: async (pin) => {
        const left = await lock.tryCode(pin);
        if (left === 0) {
          await opened();
          return "";
        }
        if (left < 0) {
          await begin("used_up");
          return "";
        }
        return say("pin_wrong", { n: left });
      },
    }),
    el("p", {}, el("button", { type: "button", class: "btn plain", onclick: () => begin("none") }, say("pin_forgotten"))),
  );
}

const WHY = { none: "first_time", expired: "expired", set_back: "set_back", used_up: "pin_used_up" };

/** A key is needed from the server. */
async function begin(why) {
  const lease = await store.phone();
  const hours = Math.round((lease?.seconds ?? 0) / 3600);
  const told = why === "none" && lease ? null : el("p", { class: "note" }, say(WHY[why], { n: hours }));
  const retry = el("button", { type: "button", class: "btn big wide", onclick: () => begin(why) }, icon("refresh"), say("try_again"));
  let who;
  try {
    who = await sync.hello();
  } catch (error) {
    if (error instanceof sync.MustWipe) return wiped();
    return plain(told, el("p", { class: "quiet" }, icon("wifi-off"), " ", say("offline")), retry);
  }
  if (who.user === null) {
    return plain(told, el("a", { class: "btn btn-primary big wide", href: "/sign-in/?next=/phone/" }, say("sign_in")));
  }
  if (lease && lease.user !== who.user) return otherUser();
  if (!who.allowed) return plain(el("p", { class: "note" }, say("not_allowed")), el("a", { class: "btn big wide", href: "/" }, say("desktop")));
  plain(
    why === "none" ? null : told,
    codeForm({
      again: true,
      action: async (pin) => {
        try {
          await lock.useCode(pin);
          await sync.fetchKey();
        } catch (error) {
          if (error instanceof sync.MustWipe) await wiped();
          return error instanceof sync.Told ? pick(error.said) : say("sync_failed");
        }
        await opened();
        return "";
      },
    }),
  );
}

async function otherUser() {
  const n = await store.waiting();
  plain(
    el("p", { class: "note note-alert" }, say("other_user", { n })),
    el(
      "button",
      {
        type: "button",
        class: "btn big wide danger",
        onclick: async () => {
          await store.wipe();
          location.reload();
        },
      },
      say("wipe_and_go_on"),
    ),
  );
}

async function wiped() {
  lock.lock();
  Object.assign(state, { day: null, entries: [], lease: null, note: "", busy: false });
  await store.wipe();
  plain(
    el("p", { class: "note", "data-wiped": "" }, say("wiped")),
    el("a", { class: "btn big wide", href: "/sign-in/?next=/phone/" }, say("sign_in")),
  );
}

function lockNow() {
  lock.lock();
  Object.assign(state, { day: null, entries: [] });
  askCode();
}

async function leave() {
  const n = waitingCount();
  if (n && !confirm(`${say("leave_sure", { n })}\n${say("leave_anyway")}?`)) return;
  try {
    await sync.hello();
    await sync.leave();
  } catch {
    // without a network the phone wipes itself all the same; the key there runs out by itself
  }
  const token = sync.formToken();
  await wiped();
  if (!token || !navigator.onLine) return;
  const form = el("form", { method: "post", action: "/sign-out/" }, el("input", { type: "hidden", name: "csrfmiddlewaretoken", value: token }));
  document.body.append(form);
  form.submit();
}

// -- life ------------------------------------------------------------------------------------------

function idle() {
  if (lock.openKey() && Date.now() - touched > IDLE && !filling()) lockNow();
}

async function boot() {
  if (!globalThis.crypto?.subtle || !navigator.serviceWorker || !globalThis.indexedDB) {
    return plain(el("p", { class: "note note-alert" }, say("insecure")));
  }
  navigator.serviceWorker.register("/phone/worker.js", { scope: "/phone/" });
  navigator.storage?.persist?.();
  const stands = await lock.stands();
  if (stands === "holds") return askCode();
  return begin(stands);
}

for (const sign of ["pointerdown", "keydown"]) addEventListener(sign, () => (touched = Date.now()));
addEventListener("hashchange", show);
addEventListener("online", () => synchronise());
addEventListener("offline", () => lock.openKey() && refreshBar());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") idle();
  else lock.seen();
});
setInterval(() => {
  idle();
  if (lock.openKey() && navigator.onLine && waitingCount()) synchronise();
}, RETRY);
boot();
