// Pictures: made smaller on the phone, drawn anew, so that nothing of what the camera wrote beside
// them (where, when, which device) leaves it.
import { el, icon } from "./dom.js";
import { openKey } from "./lock.js";
import * as store from "./store.js";
import { pick, say } from "./words.js";

const EDGE = 1600;
const QUALITY = 0.8;
const THUMB = 96;

function drawn(image, edge) {
  const scale = Math.min(1, edge / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}

async function smaller(file) {
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  const canvas = drawn(image, EDGE);
  image.close();
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  return new Uint8Array(await blob.arrayBuffer());
}

async function thumbnail(data) {
  const image = await createImageBitmap(new Blob([data], { type: "image/jpeg" }));
  const canvas = drawn(image, THUMB);
  image.close();
  return canvas;
}

/** The pictures of one attachment rule. `ids`: those chosen before. Returns [element, () => ids]. */
export function photosFor(rule, ids) {
  const chosen = [...ids];
  const list = el("ul", { class: "thumbs" });
  const problem = el("p", { class: "problem", role: "alert", hidden: true });
  const input = el("input", {
    type: "file",
    accept: "image/*",
    multiple: true,
    class: "visually-hidden",
    id: `attach-${rule.id}`,
    onchange: async () => {
      problem.hidden = true;
      for (const file of input.files) {
        if (chosen.length >= rule.most) break;
        try {
          const id = crypto.randomUUID();
          await store.keepPicture(openKey(), id, await smaller(file));
          chosen.push(id);
        } catch {
          problem.textContent = say("photo_bad");
          problem.hidden = false;
        }
      }
      input.value = "";
      await show();
    },
  });
  const button = el("label", { class: "btn big", for: input.id }, icon("camera"), say("take_photo"));

  async function show() {
    list.replaceChildren();
    for (const [at, id] of chosen.entries()) {
      const data = await store.picture(openKey(), id);
      if (!data) continue;
      const image = await thumbnail(data);
      image.setAttribute("role", "img");
      image.setAttribute("aria-label", say("photo_of", { n: at + 1 }));
      const drop = el(
        "button",
        {
          type: "button",
          class: "thumb-drop",
          "aria-label": `${say("remove")} ${say("photo_of", { n: at + 1 })}`,
          onclick: () => {
            chosen.splice(chosen.indexOf(id), 1);
            show();
          },
        },
        icon("x"),
      );
      list.append(el("li", {}, image, drop));
    }
    button.hidden = chosen.length >= rule.most;
  }
  show();
  const label = el(
    "p",
    { class: "label" },
    pick(rule.label),
    el("span", { class: "quiet small" }, ` ${count(rule)}`),
  );
  return [el("div", { class: "field", "data-attach": rule.id }, label, list, input, button, problem), () => chosen];
}

const count = (rule) => (rule.least ? `${rule.least}–${rule.most}` : `0–${rule.most}`);
