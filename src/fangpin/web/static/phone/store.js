// What the phone keeps. Whatever tells about a person is closed with AES-GCM, bound to its place;
// in clear are random ids, counters and the lease.
import { deleteDB, openDB } from "../vendor/idb.js";

export const NAME = "fangpin-phone";
let opened;

async function db() {
  opened ??= openDB(NAME, 1, {
    upgrade(fresh) {
      fresh.createObjectStore("meta");
      fresh.createObjectStore("day");
      fresh.createObjectStore("queue", { keyPath: "client_id" });
      fresh.createObjectStore("pictures", { keyPath: "id" });
    },
    blocking(_, __, event) {
      event.target.close();
      opened = undefined;
    },
  });
  return opened;
}

const place = (text) => new TextEncoder().encode(text);

async function close(key, where, content) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv, additionalData: place(where) },
    key,
    content,
  );
  return { iv, data };
}

async function open(key, where, { iv, data }) {
  return crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: place(where) }, key, data);
}

const written = (value) => new TextEncoder().encode(JSON.stringify(value));
const read = (data) => JSON.parse(new TextDecoder().decode(data));

// -- in clear: which phone, whose, until when ------------------------------------------------------

export async function phone() {
  return (await (await db()).get("meta", "phone")) ?? null;
}

export async function keepPhone(value) {
  await (await db()).put("meta", value, "phone");
}

// -- closed ---------------------------------------------------------------------------------------

export async function keepDay(key, day) {
  await (await db()).put("day", await close(key, "day", written(day)), "day");
}

export async function day(key) {
  const row = await (await db()).get("day", "day");
  return row ? read(await open(key, "day", row)) : null;
}

/** Put an entry into the queue, or its new state. `at` orders the queue, by no clock. */
export async function keepEntry(key, entry) {
  const row = await close(key, `queue:${entry.client_id}`, written(entry));
  const waiting = entry.state === "waiting" ? 1 : 0;
  await (await db()).put("queue", { client_id: entry.client_id, at: entry.at, waiting, ...row });
}

export async function entries(key) {
  const rows = await (await db()).getAll("queue");
  rows.sort((one, other) => one.at - other.at);
  return Promise.all(rows.map(async (row) => read(await open(key, `queue:${row.client_id}`, row))));
}

export async function dropEntry(clientId) {
  await (await db()).delete("queue", clientId);
}

/** How many entries wait, without opening any. */
export async function waiting() {
  const rows = await (await db()).getAll("queue");
  return rows.filter((row) => row.waiting).length;
}

export async function keepPicture(key, id, data) {
  await (await db()).put("pictures", { id, ...(await close(key, `picture:${id}`, data)) });
}

export async function picture(key, id) {
  const row = await (await db()).get("pictures", id);
  return row ? new Uint8Array(await open(key, `picture:${id}`, row)) : null;
}

export async function dropPictures(ids) {
  const base = await db();
  for (const id of ids) await base.delete("pictures", id);
}

/** Pictures that no entry names any more: a form that was left without saving. */
export async function dropStray(named) {
  const base = await db();
  for (const id of await base.getAllKeys("pictures")) {
    if (!named.has(id)) await base.delete("pictures", id);
  }
}

/** Everything goes. */
export async function wipe() {
  (await opened)?.close();
  opened = undefined;
  await deleteDB(NAME);
}
