// Lists: the drawer of filters in narrow windows, what failed, addresses without empty filters.

/** A filter that is not set does not belong into the address. */
function tidyAddress(event) {
  if (!event.detail.elt.matches("form.filters")) return;
  const parameters = event.detail.parameters;
  const form = event.detail.elt;
  const boxes = [...form.elements].filter((each) => each.name === "columns");
  // Columns stand in the address once somebody chose some, as one word.
  const touched = boxes.some((box) => box.checked !== box.defaultChecked);
  const asked = new URLSearchParams(location.search).has("columns");
  for (const name of Object.keys(parameters)) {
    if (parameters[name] === "" || (name === "state" && parameters[name] === "open")) {
      delete parameters[name];
    }
  }
  delete parameters.columns;
  if (boxes.length && (touched || asked)) {
    parameters.columns = boxes.filter((box) => box.checked).map((box) => box.value).join(",");
  }
}

/** The list could not be fetched: say so beside what still stands there. */
function tell(event, failed) {
  const list = event.detail.elt?.closest?.(".list-page") ?? document.querySelector(".list-page");
  const note = list?.querySelector("[data-list-error]");
  if (note) note.hidden = !failed;
}

function openDrawer(page, open) {
  page.classList.toggle("drawer-open", open);
  document.documentElement.classList.toggle("drawer-is-open", open);
  const button = page.querySelector("[data-drawer]");
  button?.setAttribute("aria-expanded", String(open));
  if (open) page.querySelector(".fields select, .fields input")?.focus();
  else button?.focus();
}

export function prepareLists() {
  document.addEventListener("htmx:configRequest", tidyAddress);
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => tell(event, true));
  }
  document.addEventListener("htmx:beforeRequest", (event) => tell(event, false));
  // What was open stays open when the list beneath it is put in place.
  let drawer = false;
  let panel = "";
  document.addEventListener("htmx:beforeSwap", (event) => {
    const page = event.detail.target?.closest?.(".list-page");
    drawer = page?.classList.contains("drawer-open") ?? false;
    panel = page?.querySelector("details.pop[id][open]")?.id ?? "";
  });
  document.addEventListener("htmx:afterSettle", () => {
    const page = document.querySelector(".list-page");
    if (page && drawer) page.classList.add("drawer-open");
    const open = panel && document.getElementById(panel);
    if (open) open.open = true;
    drawer = false;
    panel = "";
  });
  document.addEventListener("click", (event) => {
    const page = event.target.closest(".list-page");
    if (page && event.target.closest("[data-drawer]")) {
      openDrawer(page, !page.classList.contains("drawer-open"));
    } else if (page && event.target.closest("[data-drawer-done]")) {
      openDrawer(page, false);
    } else if (page && event.target.closest("[data-list-retry]")) {
      page.querySelector("form.filters").requestSubmit();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const page = document.querySelector(".list-page.drawer-open");
    if (page) openDrawer(page, false);
  });
}
