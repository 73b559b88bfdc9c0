// Fields are checked as they are left; the server says in words what is wrong.
const RELATED = ["id_number", "birth_date", "sex", "relation", "id_kind"];

async function check(form, field) {
  const box = field.closest("[data-field]");
  const said = box?.querySelector("[data-problem]");
  if (!said || field.type === "checkbox") return;
  const name = box.dataset.field;
  const subject = name === "relation" ? "membership" : form.dataset.subject;
  const data = new FormData();
  data.set("field", `${subject}.${name}`);
  data.set("value", field.value);
  for (const other of RELATED) {
    const input = form.elements[other];
    if (input && "value" in input) data.set(other, input.value);
  }
  data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  let answer;
  try {
    const response = await fetch(form.dataset.check, { method: "POST", body: data });
    if (!response.ok) return;
    answer = await response.json();
  } catch {
    return; // without a connection the server checks when the form is sent
  }
  said.textContent = answer.problem || answer.doubts[name] || "";
  said.classList.toggle("is-doubt", !answer.problem && Boolean(answer.doubts[name]));
  box.classList.toggle("is-refused", Boolean(answer.problem));
  field.setAttribute("aria-invalid", String(Boolean(answer.problem)));
  for (const [other, text] of Object.entries(answer.doubts)) {
    const place = form.querySelector(`[data-field="${CSS.escape(other)}"] [data-problem]`);
    if (place && !place.textContent) {
      place.textContent = text;
      place.classList.add("is-doubt");
    }
  }
}

/** One masked value in clear, for a reason. */
function prepareUnmask() {
  const dialog = document.getElementById("unmask");
  if (!dialog) return;
  const form = dialog.querySelector("form[data-unmask-form]");
  const refusal = dialog.querySelector("[data-unmask-refusal]");
  let asked = null;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-unmask]");
    if (!button) return;
    asked = button;
    form.reset();
    refusal.textContent = "";
    dialog.querySelector("[data-unmask-label]").textContent = button.dataset.label;
    dialog.showModal();
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const data = new FormData(form);
    for (const name of ["subject", "row", "field"]) data.set(name, asked.dataset[name]);
    let response;
    try {
      response = await fetch(form.action, { method: "POST", body: data });
    } catch {
      refusal.textContent = refusal.dataset.lost;
      return;
    }
    const fragment = new DOMParser().parseFromString(await response.text(), "text/html").body;
    if (!response.ok) {
      refusal.textContent = response.status === 404 ? refusal.dataset.absent : fragment.textContent.trim();
      return;
    }
    const clear = document.createElement("span");
    clear.className = "is-clear num";
    clear.textContent = fragment.textContent.trim();
    const place = asked.parentElement;
    place.replaceChildren(clear);
    clear.tabIndex = -1;
    dialog.close();
    clear.focus();
  });
}

export function prepareForms() {
  prepareUnmask();
  const form = document.querySelector("form[data-check]");
  form?.addEventListener("change", (event) => check(form, event.target));
}
