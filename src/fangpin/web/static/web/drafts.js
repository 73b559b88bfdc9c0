// Unsaved edits stay in the browser, closed with a key that only the signed-in page has.
// Cleared when saved, when thrown away and at sign-out; forgotten after a week.
const PREFIX = "fangpin-draft:";
const WEEK = 7 * 24 * 3600 * 1000;

const bytes = (text) => Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
const text = (array) => btoa(String.fromCharCode(...new Uint8Array(array)));

async function keyOf(form) {
  return crypto.subtle.importKey("raw", bytes(form.dataset.draftKey), "AES-GCM", false, [
    "encrypt",
    "decrypt",
  ]);
}

/** What the form holds now; file inputs, tokens and versions are not part of it. */
function valuesOf(form) {
  const values = {};
  for (const field of form.elements) {
    if (!field.name || field.type === "hidden" || field.type === "submit" || field.type === "file") continue;
    if (field.type === "checkbox" || field.type === "radio") {
      (values[field.name] ??= []).push([field.value, field.checked]);
    } else {
      values[field.name] = field.value;
    }
  }
  return values;
}

function putBack(form, values) {
  for (const field of form.elements) {
    if (!field.name || !(field.name in values) || field.type === "hidden") continue;
    const kept = values[field.name];
    if (Array.isArray(kept)) {
      const own = kept.find(([value]) => value === field.value);
      if (own) field.checked = own[1];
    } else {
      field.value = kept;
    }
  }
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

function forget(form) {
  localStorage.removeItem(PREFIX + form.dataset.draft);
}

function clearAll(test = () => true) {
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith(PREFIX) && test(name)) localStorage.removeItem(name);
  }
}

function expired(name) {
  try {
    return Date.now() - JSON.parse(localStorage.getItem(name)).at > WEEK;
  } catch {
    return true;
  }
}

async function prepare(form) {
  const name = PREFIX + form.dataset.draft;
  const started = JSON.stringify(valuesOf(form));
  let last = started;
  let sending = false;
  let waiting = 0;
  const note = form.querySelector("[data-draft-note]");

  async function keep() {
    const now = JSON.stringify(valuesOf(form));
    if (now === last || sending) return;
    last = now;
    if (now === started) return forget(form);
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const closed = await crypto.subtle.encrypt(
      { name: "AES-GCM", iv },
      await keyOf(form),
      new TextEncoder().encode(now),
    );
    if (!sending) {
      localStorage.setItem(name, JSON.stringify({ at: Date.now(), iv: text(iv), closed: text(closed) }));
    }
  }
  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(keep, 400);
  }

  const kept = localStorage.getItem(name);
  if (kept && !form.dataset.draftFresh) {
    try {
      const { iv, closed, at } = JSON.parse(kept);
      const open = await crypto.subtle.decrypt(
        { name: "AES-GCM", iv: bytes(iv) },
        await keyOf(form),
        bytes(closed),
      );
      const values = JSON.parse(new TextDecoder().decode(open));
      if (JSON.stringify(values) !== started && note) {
        putBack(form, values);
        last = JSON.stringify(valuesOf(form));
        note.querySelector("time").textContent = new Date(at).toLocaleString(document.documentElement.lang);
        note.hidden = false;
        note.querySelector("button").addEventListener("click", () => {
          sending = true;
          clearTimeout(waiting);
          forget(form);
          location.reload();
        });
      }
    } catch {
      localStorage.removeItem(name); // another user's, or an older key
    }
  }
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  addEventListener("pagehide", keep);
  // The draft goes once the server has answered on another page; a failed send keeps it.
  form.addEventListener("submit", () => {
    sending = true;
    sessionStorage.setItem("fangpin-sent", form.dataset.draft);
    setTimeout(() => (sending = false), 3000);
  });
}

export function prepareDrafts() {
  for (const leave of document.querySelectorAll("[data-sign-out]")) {
    leave.addEventListener("submit", () => clearAll());
  }
  if (!globalThis.crypto?.subtle) return; // plain http in a network: nothing is kept
  clearAll(expired);
  const form = document.querySelector("form[data-draft]");
  const sent = sessionStorage.getItem("fangpin-sent");
  if (sent) {
    sessionStorage.removeItem("fangpin-sent");
    // Saved: the answer was a page without that form.
    if (form?.dataset.draft !== sent && !document.querySelector("[data-not-saved]")) {
      localStorage.removeItem(PREFIX + sent);
    }
  }
  if (form) prepare(form);
}
