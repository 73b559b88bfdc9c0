// A signature, drawn with a finger.
import { el, icon } from "./dom.js";
import { say } from "./words.js";

const WIDTH = 640;
const HEIGHT = 240;

/** [element, () => data address of a PNG or null]. `kept`: one drawn before. */
export function signatureFor(id, kept) {
  const canvas = el("canvas", { class: "signature", id, tabindex: "0", role: "img" });
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  canvas.setAttribute("aria-label", say("sign_here"));
  const pen = canvas.getContext("2d");
  let drawnOn = false;
  let changed = false;
  let down = null;

  function blank() {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, WIDTH, HEIGHT);
    pen.strokeStyle = "#10202e";
    pen.lineWidth = 5;
    pen.lineCap = pen.lineJoin = "round";
  }
  function at(event) {
    const box = canvas.getBoundingClientRect();
    return [
      ((event.clientX - box.left) * WIDTH) / box.width,
      ((event.clientY - box.top) * HEIGHT) / box.height,
    ];
  }
  canvas.addEventListener("pointerdown", (event) => {
    if (kept && !changed) blank();
    canvas.setPointerCapture(event.pointerId);
    down = at(event);
    changed = drawnOn = true;
    pen.beginPath();
    pen.moveTo(...down);
    pen.lineTo(...down);
    pen.stroke();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!down) return;
    pen.lineTo(...at(event));
    pen.stroke();
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (down = null));
  blank();
  if (kept) {
    drawnOn = true;
    const image = new Image();
    image.onload = () => changed || pen.drawImage(image, 0, 0);
    image.src = kept;
  }
  const clear = el(
    "button",
    {
      type: "button",
      class: "btn small-btn",
      onclick: () => {
        blank();
        changed = true;
        drawnOn = false;
      },
    },
    icon("arrow-back-up"),
    say("sign_clear"),
  );
  const read = () => (drawnOn ? (changed ? canvas.toDataURL("image/png") : kept) : null);
  return [el("div", { class: "signing" }, canvas, el("p", { class: "quiet small" }, say("sign_here"), " ", clear)), read];
}
