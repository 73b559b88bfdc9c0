// Drawing with a finger or a mouse: signatures.

/** Let people draw on `canvas`. `kept`: data address of a picture drawn before, or null.
 *  Returns {read, clear, whenChanged}: read() is the data address of a PNG, null while blank. */
export function drawOn(canvas, kept = null) {
  const pen = canvas.getContext("2d");
  const { width, height } = canvas;
  let drawn = false;
  let changed = false;
  let down = null;
  let listener = () => {};

  function blank() {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, width, height);
    pen.strokeStyle = "#10202e";
    pen.lineWidth = 5;
    pen.lineCap = pen.lineJoin = "round";
  }
  function at(event) {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * width) / box.width, ((event.clientY - box.top) * height) / box.height];
  }
  canvas.addEventListener("pointerdown", (event) => {
    if (kept && !changed) blank();
    canvas.setPointerCapture(event.pointerId);
    down = at(event);
    changed = drawn = true;
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
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => {
      if (down) listener();
      down = null;
    });
  }
  blank();
  if (kept) {
    drawn = true;
    const image = new Image();
    image.onload = () => changed || pen.drawImage(image, 0, 0);
    image.src = kept;
  }
  return {
    read: () => (drawn ? (changed ? canvas.toDataURL("image/png") : kept) : null),
    clear() {
      blank();
      changed = true;
      drawn = false;
      listener();
    },
    whenChanged(told) {
      listener = told;
    },
  };
}

/** Every signature of a form: a canvas, a button that clears it, a hidden field that is sent. */
export function prepareSignatures() {
  for (const box of document.querySelectorAll("[data-signature]")) {
    const field = box.querySelector("input[type=hidden]");
    const drawing = drawOn(box.querySelector("canvas"), field.value || null);
    drawing.whenChanged(() => (field.value = drawing.read() || ""));
    box.querySelector("button").addEventListener("click", drawing.clear);
    box.hidden = false;
  }
}
