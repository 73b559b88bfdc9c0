// Runs before the first paint: light or dark as the reader chose, else as the system prefers.
(function () {
  var root = document.documentElement;
  var chosen = root.dataset.themeChoice;
  var dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.setAttribute("data-bs-theme", dark ? "dark" : "light");
  root.classList.add("has-script");
})();
