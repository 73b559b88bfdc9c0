// Signing out takes the visits app's data with it. What was not sent yet is shown first.
const STORE = "fangpin-phone";

function asked(request) {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = request.onblocked = () => failed(request.error);
  });
}

async function hasStore() {
  const all = (await indexedDB.databases?.()) ?? [];
  return all.some((each) => each.name === STORE);
}

async function kept() {
  const base = await asked(indexedDB.open(STORE));
  try {
    const read = (name, how) => asked(how(base.transaction(name).objectStore(name)));
    const queue = await read("queue", (store) => store.getAll());
    const phone = await read("meta", (store) => store.get("phone"));
    return { waiting: queue.filter((each) => each.waiting).length, phone };
  } finally {
    base.close();
  }
}

async function leave(form) {
  try {
    if (await hasStore()) {
      const { waiting, phone } = await kept();
      if (waiting) {
        location.href = "/phone/#/queue";
        return;
      }
      const body = new FormData(form);
      await fetch("/phone/leave", { method: "POST", body, headers: { "X-Fangpin-Phone": phone?.phone ?? "" } });
      await asked(indexedDB.deleteDatabase(STORE));
    }
  } catch {
    // leaving is never held up by a store that does not open
  }
  form.submit();
}

export function prepareLeaving() {
  if (!globalThis.indexedDB) return;
  for (const form of document.querySelectorAll("[data-sign-out]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      leave(form);
    });
  }
}
