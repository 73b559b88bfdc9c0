// To and from the server. What was entered goes up first, exactly once by its own id; then what
// there is to do comes down and takes the place of everything that was here.
import { noteServer } from "./clock.js";
import { begin, openKey } from "./lock.js";
import * as store from "./store.js";

const PIECE = 512 * 1024;
const AT_ONCE = 5;
const TOGETHER = 3 * 1024 * 1024; // pictures that go along with their entries
const KEPT_DONE = 50;
const PATIENCE = 60_000;
const RENEW_AFTER = 10 * 60_000;

/** The server wants this phone wiped. */
export class MustWipe extends Error {}
/** Nobody is signed in. */
export class SignedOut extends Error {}
/** The server told in words why not. */
export class Told extends Error {
  constructor(said) {
    super("told");
    this.said = said;
  }
}

let csrf = "";
let token = "";

async function ask(address, { method = "GET", body, type } = {}) {
  const headers = { "X-Fangpin-Phone": token, "X-Requested-With": "fetch" };
  if (method === "POST") headers["X-CSRFToken"] = csrf;
  if (type) headers["Content-Type"] = type;
  const answer = await fetch(address, {
    method,
    headers,
    body,
    cache: "no-store",
    redirect: "manual",
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (answer.type === "opaqueredirect" || answer.status === 403) throw new SignedOut();
  if (answer.status === 410) throw new MustWipe();
  if (answer.status === 422 || answer.status === 429) throw new Told((await answer.json()).said);
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
  return answer.json();
}

const post = (address, value) =>
  ask(address, { method: "POST", body: JSON.stringify(value ?? {}), type: "application/json" });

/** Who is signed in, and how it stands with this phone. Raises MustWipe. */
export async function hello() {
  token = (await store.phone())?.phone ?? "";
  const answer = await ask("/phone/hello");
  csrf = answer.csrf;
  noteServer(answer.now);
  if (answer.phone === "wipe") throw new MustWipe();
  return answer;
}

/** The key from the server, and with it a new lease. The user's code is set already. */
export async function fetchKey() {
  const given = await post("/phone/key");
  const offset = noteServer(given.now);
  await begin(given, offset);
  token = given.phone;
}

export async function leave() {
  await post("/phone/leave");
}

export const formToken = () => csrf;

// -- up -------------------------------------------------------------------------------------------

async function sendPicture(key, id) {
  const data = await store.picture(key, id);
  if (!data) return;
  let here = 0;
  for (let turn = 0; here < data.length && turn < 50; turn += 1) {
    const body = data.slice(here, here + PIECE);
    const answer = await ask(`/phone/pictures/${id}?at=${here}&of=${data.length}`, {
      method: "POST",
      body,
      type: "application/octet-stream",
    });
    here = answer.here;
  }
}

const idsOf = (entry) => Object.values(entry.pictures ?? {}).flat();

/** Small pictures go along with their entries the first time; after a failure everything comes in
 * pieces, so that a bad network has to carry nothing twice. */
async function together(key, some) {
  const found = new Map();
  let size = 0;
  for (const entry of some) {
    for (const id of idsOf(entry)) {
      const data = await store.picture(key, id);
      size += data?.length ?? 0;
      if (!data || entry.attempted || data.length > PIECE || size > TOGETHER) return null;
      found.set(id, data);
    }
  }
  return found;
}

async function sendSome(key, some) {
  const along = await together(key, some);
  for (const entry of some) {
    // Noted before it leaves: from now on the server may have it, whatever is heard of it.
    await store.keepEntry(key, Object.assign(entry, { attempted: true }));
    if (!along) for (const id of idsOf(entry)) await sendPicture(key, id);
  }
  const entries = some.map(({ client_id, kind, about, values, pictures, claimed_at }) => ({
    client_id,
    kind,
    about,
    values,
    pictures,
    claimed_at,
  }));
  let answered;
  if (along?.size) {
    const body = new FormData();
    body.append("entries", JSON.stringify({ entries }));
    for (const [id, data] of along) body.append(id, new Blob([data], { type: "image/jpeg" }), "p.jpg");
    answered = await ask("/phone/send", { method: "POST", body });
  } else {
    answered = await post("/phone/send", { entries });
  }
  const { answers } = answered;
  for (const answer of answers) {
    const entry = some.find((each) => each.client_id === answer.client_id);
    if (!entry) continue;
    if (answer.state === "taken" || answer.state === "already") {
      await store.dropPictures(idsOf(entry));
      const { client_id, at, title, task, kind } = entry;
      const done = { client_id, at, title, task, kind, state: "taken", number: answer.number };
      await store.keepEntry(key, done);
    } else if (answer.state !== "incomplete") {
      const { state, said, other } = answer;
      await store.keepEntry(key, { ...entry, state, said, other });
    }
  }
}

/** What cannot be sent because of itself (a picture that is none) does not hold up the others. */
async function sendAll(key) {
  const queued = (await store.entries(key)).filter((entry) => entry.state === "waiting");
  for (let from = 0; from < queued.length; from += AT_ONCE) {
    const some = queued.slice(from, from + AT_ONCE);
    try {
      await sendSome(key, some);
    } catch (error) {
      if (!(error instanceof Told)) throw error;
      for (const entry of some) {
        try {
          await sendSome(key, [entry]);
        } catch (alone) {
          if (!(alone instanceof Told)) throw alone;
          await store.keepEntry(key, { ...entry, state: "refused", said: alone.said });
        }
      }
    }
  }
}

// -- both ways ------------------------------------------------------------------------------------

let running;

/** Send, then fetch. One at a time. Raises MustWipe, SignedOut, Told, or an error of the network. */
export function sync() {
  running ??= both().finally(() => (running = undefined));
  return running;
}

async function both() {
  const who = await hello();
  const phone = await store.phone();
  if (who.user === null || who.user !== phone?.user) throw new SignedOut();
  const key = openKey();
  if (!key) return;
  await sendAll(key);
  if (Date.now() - phone.began > RENEW_AFTER) await fetchKey();
  const day = await ask("/phone/day");
  noteServer(day.now);
  await store.keepDay(openKey(), day);
  await tidy(openKey());
}

/** Older entries that arrived are forgotten, and pictures that nothing names. */
async function tidy(key) {
  const all = await store.entries(key);
  const done = all.filter((entry) => entry.state === "taken");
  for (const entry of done.slice(0, -KEPT_DONE)) await store.dropEntry(entry.client_id);
  await store.dropStray(new Set(all.flatMap(idsOf)));
}
