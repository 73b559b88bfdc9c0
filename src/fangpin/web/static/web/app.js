// Small conveniences; every page works without them except dropping files and live progress.
import { prepareBell } from "./bell.js";
import { prepareDrafts } from "./drafts.js";
import { prepareSignatures } from "./drawing.js";
import { prepareForms } from "./forms.js";
import { prepareKeys } from "./keys.js";
import { prepareLeaving } from "./leaving.js";
import { prepareLists } from "./lists.js";
import { prepareReview } from "./review.js";
import { prepareUpload } from "./upload.js";
import { prepareWhatIf } from "./what_if.js";

const root = document.documentElement;

for (const button of document.querySelectorAll("[data-theme-toggle]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const next = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
    root.setAttribute("data-bs-theme", next);
    document.cookie = `fangpin_theme=${next}; path=/; max-age=31536000; samesite=lax`;
  });
}

// One open menu at a time; a click elsewhere or Escape closes it.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.account[open], details.pop[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.account[open], details.pop[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// The menu of narrow windows opens over the page; Escape or a click beside it closes it.
const navButton = document.querySelector("[data-nav-toggle]");
function openMenu(open) {
  root.classList.toggle("nav-open", open);
  navButton?.setAttribute("aria-expanded", String(open));
}
navButton?.addEventListener("click", () => openMenu(!root.classList.contains("nav-open")));
document.addEventListener("click", (event) => {
  if (!event.target.closest(".menu, [data-nav-toggle]")) openMenu(false);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !root.classList.contains("nav-open")) return;
  openMenu(false);
  navButton?.focus();
});

// The current page scrolls into view among tabs that are wider than the screen.
for (const current of document.querySelectorAll(".tabs [aria-current]")) {
  const list = current.closest("nav");
  list.scrollLeft = current.offsetLeft - list.clientWidth / 2 + current.offsetWidth / 2;
}

prepareBell(document.querySelector("[data-bell]"));
prepareDrafts();
prepareForms();
prepareKeys();
prepareLeaving();
prepareLists();
prepareReview();
prepareSignatures();
prepareUpload(document.querySelector("form[data-upload]"));
prepareWhatIf();
