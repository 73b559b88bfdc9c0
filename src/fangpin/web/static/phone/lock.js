// The key of the store. It comes from the server at a sync, and stays on the phone only behind the
// user's code, with salt from the server and bound to the end of the lease. The open key cannot be
// taken out of the browser and lives no longer than the page.
import { leaseStands } from "./clock.js";
import * as store from "./store.js";

const ROUNDS = 600_000;
export const TRIES = 5;
const LEAST = 6;

const bytes = (text) => Uint8Array.from(atob(text), (each) => each.charCodeAt(0));

let code; // the user's code, as a key that only derives
let key; // the open key

export const openKey = () => key;

/** What is wrong with a code that somebody wants: a key of words, or "". */
export function fault(pin) {
  if (pin.length < LEAST) return "pin_short";
  const steps = new Set([...pin].slice(1).map((each, at) => each.charCodeAt(0) - pin.charCodeAt(at)));
  if (steps.size === 1 && [0, 1, -1].includes([...steps][0])) return "pin_plain";
  return "";
}

export async function useCode(pin) {
  const raw = new TextEncoder().encode(pin.normalize("NFKC"));
  code = await crypto.subtle.importKey("raw", raw, "PBKDF2", false, ["deriveKey"]);
}

async function wrapping(salt) {
  return crypto.subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS },
    code,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}

const bound = (lease) =>
  new TextEncoder().encode(`${lease.phone}:${lease.user}:${lease.began}:${lease.seconds}`);

const usable = (raw) =>
  crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);

/** The server gave the key: keep it behind the code until the lease ends. */
export async function begin(given, offset) {
  const raw = bytes(given.secret);
  const lease = {
    phone: given.phone,
    user: given.user,
    began: Date.now(),
    seen: Date.now(),
    seconds: given.lease,
    offset,
    wrong: 0,
    salt: bytes(given.salt),
    iv: crypto.getRandomValues(new Uint8Array(12)),
  };
  lease.wrapped = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv: lease.iv, additionalData: bound(lease) },
    await wrapping(lease.salt),
    raw,
  );
  key = await usable(raw);
  raw.fill(0);
  await store.keepPhone(lease);
}

/** How it stands with the store: "none", "holds", "expired", "set_back", "used_up". What has run
 * out is forgotten here and now; the closed entries stay. */
export async function stands() {
  const lease = await store.phone();
  if (!lease) return "none";
  if (!lease.wrapped) return lease.wrong >= TRIES ? "used_up" : "expired";
  const found = leaseStands(lease);
  if (found === "expired") await forgetKey();
  return found;
}

/** Try a code: 0 when it opens, else how many tries are left. */
export async function tryCode(pin) {
  const lease = await store.phone();
  await useCode(pin);
  try {
    const raw = new Uint8Array(
      await crypto.subtle.decrypt(
        { name: "AES-GCM", iv: lease.iv, additionalData: bound(lease) },
        await wrapping(lease.salt),
        lease.wrapped,
      ),
    );
    key = await usable(raw);
    raw.fill(0);
    await store.keepPhone({ ...lease, wrong: 0, seen: Math.max(lease.seen, Date.now()) });
    return 0;
  } catch {
    code = undefined;
    const wrong = lease.wrong + 1;
    await store.keepPhone({ ...lease, wrong });
    if (wrong >= TRIES) await forgetKey();
    return TRIES - wrong || -1;
  }
}

/** The wrapped key goes; the next sync brings it again. */
export async function forgetKey() {
  const lease = await store.phone();
  if (lease) await store.keepPhone({ ...lease, wrapped: null, salt: null, iv: null });
  lock();
}

export function lock() {
  key = undefined;
  code = undefined;
}

/** The clock only goes forward. */
export async function seen() {
  const lease = await store.phone();
  if (lease) await store.keepPhone({ ...lease, seen: Math.max(lease.seen, Date.now()) });
}
