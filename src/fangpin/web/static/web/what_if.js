// The form of the what-if page: find a figure, see which were changed, put one or all back.
// The page works without it; everything is bound to the document because the form is replaced.

function fields(form) {
  return form.querySelectorAll("[data-base]");
}

function mark(input) {
  const field = input.closest(".figure-field");
  field.classList.toggle("is-changed", input.value.trim() !== "" && input.value !== input.dataset.base);
}

function markAll(form) {
  let changed = 0;
  for (const input of fields(form)) {
    mark(input);
    if (input.closest(".figure-field").classList.contains("is-changed")) changed += 1;
  }
  for (const button of document.querySelectorAll("[data-reset-all]")) button.hidden = changed === 0;
}

function tell(form) {
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

function find(text) {
  const wanted = text.trim().toLowerCase();
  for (const group of document.querySelectorAll(".figure-group")) {
    let shown = 0;
    for (const field of group.querySelectorAll(".figure-field")) {
      field.hidden = wanted !== "" && !field.dataset.words.toLowerCase().includes(wanted);
      if (!field.hidden) shown += 1;
    }
    group.hidden = shown === 0;
    if (wanted !== "" && shown > 0) group.open = true;
  }
  const none = document.querySelector("[data-none-found]");
  if (none) none.hidden = document.querySelector(".figure-group:not([hidden])") !== null;
}

export function prepareWhatIf() {
  const form = document.querySelector("form.figures");
  if (!form) return;
  // A phone gets a short list at a time.
  if (matchMedia("(max-width: 720px)").matches) form.querySelector("[data-size]").value = "10";
  // On a narrow screen the long form would hide the result: only what was touched stays open.
  if (matchMedia("(max-width: 960px)").matches) {
    for (const group of form.querySelectorAll(".figure-group:not(.is-touched)")) group.open = false;
  }
  markAll(form);
}

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-find-figure]")) find(event.target.value);
  const form = event.target.closest("form.figures");
  if (form) markAll(form);
});

// The button that chooses a file tells which one it is.
document.addEventListener("change", (event) => {
  const name = event.target.closest("form")?.querySelector("[data-chosen-name]");
  if (name && event.target.type === "file") name.textContent = event.target.files[0]?.name ?? "";
});

document.addEventListener("click", (event) => {
  const one = event.target.closest("[data-reset]");
  const all = event.target.closest("[data-reset-all]");
  if (!one && !all) return;
  const form = document.querySelector("form.figures");
  const inputs = one ? one.closest(".figure-field").querySelectorAll("[data-base]") : fields(form);
  for (const input of inputs) input.value = input.dataset.base;
  markAll(form);
  tell(form);
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "content") prepareWhatIf();
});

// An answer that never comes must not leave the skeleton breathing.
for (const name of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(name, (event) => {
    const result = document.querySelector("#result");
    const form = document.querySelector("form.figures");
    if (!result || !form || event.detail.target !== result) return;
    const note = document.createElement("p");
    note.className = "note note-alert";
    note.setAttribute("role", "alert");
    note.textContent = form.dataset.failed;
    result.replaceChildren(note);
  });
}
