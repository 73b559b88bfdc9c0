// Dropping files: shows what was chosen, sends it with a progress bar, then follows the job.

export function prepareUpload(form) {
  if (!form) return;
  const drop = form.querySelector("[data-drop]");
  const input = form.querySelector("input[type=file]");
  const list = form.querySelector("[data-chosen]");
  const bar = form.querySelector("[data-sent]");
  const word = form.querySelector("[data-sending]");
  const problems = form.querySelector("[data-problems]");
  let files = [];

  function size(bytes) {
    return bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
  }

  function show() {
    list.replaceChildren();
    files.forEach((file, at) => {
      const item = document.createElement("li");
      const name = document.createElement("span");
      name.textContent = file.name;
      const bytes = document.createElement("span");
      bytes.className = "quiet num";
      bytes.textContent = size(file.size);
      const remove = document.createElement("button");
      remove.type = "button";
      remove.className = "btn btn-sm btn-ghost-secondary";
      remove.textContent = list.dataset.remove;
      remove.setAttribute("aria-label", `${list.dataset.remove} ${file.name}`);
      remove.addEventListener("click", () => {
        files = files.filter((_, index) => index !== at);
        show();
      });
      item.append(name, bytes, remove);
      list.append(item);
    });
  }

  function add(more) {
    for (const file of more) {
      files = files.filter((known) => known.name !== file.name);
      files.push(file);
    }
    show();
  }

  function complain(texts) {
    problems.textContent = texts.join("\n");
    problems.hidden = texts.length === 0;
  }

  input.addEventListener("change", () => {
    add(input.files);
    input.value = "";
  });
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("is-over");
    });
  }
  for (const name of ["dragleave", "drop"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.remove("is-over");
    });
  }
  drop.addEventListener("drop", (event) => add(event.dataTransfer.files));

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    complain([]);
    const data = new FormData(form);
    data.delete("files");
    for (const file of files) data.append("files", file, file.name);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    bar.hidden = false;
    word.textContent = word.dataset.sending;
    form.querySelector(".upload-go button").disabled = true;
    request.upload.addEventListener("progress", (step) => {
      if (step.lengthComputable) bar.value = (100 * step.loaded) / step.total;
    });
    request.addEventListener("loadend", () => {
      const answer = request.response;
      if (request.status === 200 && answer && answer.job) {
        location.assign(answer.job);
        return;
      }
      bar.hidden = true;
      word.textContent = "";
      form.querySelector(".upload-go button").disabled = false;
      if (answer && answer.problems) {
        complain(answer.problems.map((text, at) => `${text} — ${answer.remedies[at]}`));
      } else {
        complain([`HTTP ${request.status}`]);
      }
    });
    request.send(data);
  });
}
