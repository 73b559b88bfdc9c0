// A signature, drawn with a finger.
import { drawOn } from "../web/drawing.js";
import { el, icon } from "./dom.js";
import { say } from "./words.js";

/** [element, () => data address of a PNG or null]. `kept`: one drawn before. */
export function signatureFor(id, kept) {
  const canvas = el("canvas", { class: "signature", id, tabindex: "0", role: "img" });
  canvas.width = 640;
  canvas.height = 240;
  canvas.setAttribute("aria-label", say("sign_here"));
  const drawing = drawOn(canvas, kept);
  const clear = el(
    "button",
    { type: "button", class: "btn small-btn", onclick: drawing.clear },
    icon("arrow-back-up"),
    say("sign_clear"),
  );
  const hint = el("p", { class: "quiet small" }, say("sign_here"), " ", clear);
  return [el("div", { class: "signing" }, canvas, hint), drawing.read];
}
