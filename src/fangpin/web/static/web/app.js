// Small conveniences; every page works without them except dropping files and live progress.
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
  for (const menu of document.querySelectorAll("details.account[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.account[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A filter that is not set does not belong into the address.
document.addEventListener("htmx:configRequest", (event) => {
  if (!event.detail.elt.matches("form.filters")) return;
  const parameters = event.detail.parameters;
  for (const name of Object.keys(parameters)) {
    if (parameters[name] === "" || (name === "state" && parameters[name] === "open")) {
      delete parameters[name];
    }
  }
});

// The current page scrolls into view in a menu that is wider than the screen.
for (const current of document.querySelectorAll(".menu [aria-current], .tabs [aria-current]")) {
  const list = current.closest("ul, nav");
  list.scrollLeft = current.offsetLeft - list.clientWidth / 2 + current.offsetWidth / 2;
}

prepareReview();
prepareUpload(document.querySelector("form[data-upload]"));
prepareWhatIf();
