// The phone's clock is a claim. Days on forms come from the server's clock of the last sync, moved
// on by what the phone's clock has counted since; a clock that was set back opens nothing.
const TOLERANCE = 5 * 60 * 1000;
let offset = 0;

/** The server said what time it is. Returns how far the phone is behind, in ms. */
export function noteServer(now) {
  offset = Date.parse(now) - Date.now();
  return offset;
}

export function useOffset(kept) {
  offset = kept ?? 0;
}

export function now() {
  return new Date(Date.now() + offset);
}

/** Today in China, as 2021-06-01. */
export function today() {
  return new Intl.DateTimeFormat("en-CA", {
    timeZone: "Asia/Shanghai",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).format(now());
}

/** What the phone's own clock says, with its zone: kept as a claim. */
export function claim() {
  return new Date().toISOString();
}

/** Whether a lease still holds by the phone's clock: "holds", "expired" or "set_back". */
export function leaseStands(lease) {
  const here = Date.now();
  if (here < Math.max(lease.began, lease.seen) - TOLERANCE) return "set_back";
  return here > lease.began + lease.seconds * 1000 ? "expired" : "holds";
}
