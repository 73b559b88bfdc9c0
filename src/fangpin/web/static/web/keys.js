// Keyboard for the daily paths: / search, g + letter opens a page, ? help, j and k through a list.
const dialog = document.getElementById("keys");
const OFF = "fangpin_keys=off";
let waiting = 0;

/** Single letters can be switched off: they disturb whoever speaks instead of typing. */
function keysAreOff() {
  return document.cookie.split("; ").includes(OFF);
}

/** Whether the reader is writing, so that letters belong to the field. */
function writing(target) {
  return target.closest("input, select, textarea, [contenteditable]") !== null;
}

function showHelp() {
  if (!dialog || dialog.open) return;
  for (const line of dialog.querySelectorAll("[data-keys-for]")) {
    line.hidden = document.querySelector(line.dataset.keysFor) === null;
  }
  dialog.showModal();
}

function toLine(step) {
  const links = [...document.querySelectorAll(".list-table tbody tr:not(.more)")]
    .map((row) => row.querySelector("a[href]"))
    .filter(Boolean);
  if (!links.length) return;
  const at = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  const next = links[Math.min(links.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
  next.focus();
  next.closest("tr").scrollIntoView({ block: "nearest" });
}

/** Up and down lead from the search box through what was found, and back into the box. */
function throughFound(event) {
  const box = event.target.closest(".search-box");
  if (!box || event.isComposing || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  const stops = [box.querySelector("input[type=search]"), ...box.querySelectorAll(".search-hits a")];
  const next = stops[stops.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

export function prepareKeys() {
  document.addEventListener("keydown", throughFound);
  for (const button of document.querySelectorAll("[data-keys-open]")) {
    button.hidden = false;
    button.addEventListener("click", showHelp);
  }
  const choice = dialog?.querySelector("[data-keys-on]");
  if (choice) {
    choice.checked = !keysAreOff();
    choice.addEventListener("change", () => {
      document.cookie = choice.checked
        ? "fangpin_keys=on; path=/; max-age=0; samesite=lax"
        : `${OFF}; path=/; max-age=31536000; samesite=lax`;
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.defaultPrevented || writing(event.target)) return;
    if (keysAreOff() || document.querySelector("dialog[open]")) return;
    const review = document.querySelector("[data-review]") !== null; // has keys of its own
    const after = waiting && Date.now() - waiting < 1500;
    waiting = 0;
    if (after) {
      const link = document.querySelector(`.menu a[data-key="${CSS.escape(event.key)}"]`);
      if (link) {
        event.preventDefault();
        link.click();
      }
      return;
    }
    if (event.key === "g") {
      waiting = Date.now();
    } else if (event.key === "?" && !review) {
      event.preventDefault();
      showHelp();
    } else if (event.key === "/") {
      const field =
        document.querySelector(".top-search input:not([type=hidden])") ||
        document.querySelector(".filters input:not([type=hidden]):not([type=radio])");
      if (field) {
        event.preventDefault();
        field.focus();
        field.select?.();
      }
    } else if ((event.key === "j" || event.key === "k") && !review) {
      toLine(event.key === "j" ? 1 : -1);
    }
  });
}
