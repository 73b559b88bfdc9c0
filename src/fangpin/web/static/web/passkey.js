// Passkeys: the browser makes or uses one, the answer goes to the server in an ordinary form.

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

function opened(options) {
  const key = options.publicKey;
  key.challenge = bytes(key.challenge);
  if (key.user) key.user.id = bytes(key.user.id);
  for (const list of [key.excludeCredentials, key.allowCredentials]) {
    for (const each of list || []) each.id = bytes(each.id);
  }
  return { publicKey: key };
}

function written(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

async function options(form) {
  if (form.dataset.passkey === "get") {
    return JSON.parse(form.querySelector("#passkey-options").textContent);
  }
  const answer = await fetch(form.dataset.optionsUrl, {
    method: "POST",
    headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
  });
  const told = await answer.json();
  if (told.ask) window.location.assign(told.ask);
  return told;
}

for (const form of document.querySelectorAll("[data-passkey]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const failed = form.querySelector("[data-passkey-failed]");
    failed.hidden = true;
    try {
      const asked = opened(await options(form));
      const credential =
        form.dataset.passkey === "get"
          ? await navigator.credentials.get(asked)
          : await navigator.credentials.create(asked);
      form.elements.passkey.value = written(credential);
      form.submit();
    } catch {
      failed.hidden = false;
    }
  });
}
