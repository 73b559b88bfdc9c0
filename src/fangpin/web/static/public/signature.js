// A drawn signature, where a script runs; the form is complete without it.
for (const box of document.querySelectorAll("[data-signature]")) {
  const pad = box.querySelector("canvas"), kept = box.querySelector("input");
  box.hidden = false;
  const size = () => { pad.width = pad.clientWidth; pad.height = pad.clientHeight; };
  size();
  const pen = pad.getContext("2d");
  let down = false;
  const at = (event) => { const edge = pad.getBoundingClientRect(); return [event.clientX - edge.left, event.clientY - edge.top]; };
  pad.addEventListener("pointerdown", (event) => { down = true; pen.lineWidth = 2.5; pen.lineCap = "round"; pen.beginPath(); pen.moveTo(...at(event)); event.preventDefault(); });
  pad.addEventListener("pointermove", (event) => { if (down) { pen.lineTo(...at(event)); pen.stroke(); } });
  const up = () => { if (down) { down = false; kept.value = pad.toDataURL("image/png"); } };
  pad.addEventListener("pointerup", up);
  pad.addEventListener("pointerleave", up);
  box.querySelector("[data-clear]").addEventListener("click", () => { size(); kept.value = ""; });
}
