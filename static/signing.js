"use strict";
/* A field for a finger: strokes become a path of whole numbers, which the form sends. */

const LONGEST = 6000; // characters that the server keeps
const NEAR = 2; // units of the field: a point as near as that to the last one adds nothing
const form = document.querySelector("[data-signing]");
const pad = form?.querySelector("[data-pad]");
const line = form?.querySelector("[data-stroke]");
let drawn = "";
let last = null;

function pointOf(event) {
  const box = pad.getBoundingClientRect();
  const { width, height } = pad.viewBox.baseVal;
  const within = (value, most) => Math.min(Math.max(Math.round(value), 0), most);
  return [within(((event.clientX - box.left) * width) / box.width, width), within(((event.clientY - box.top) * height) / box.height, height)];
}

function draw(verb, point) {
  const step = `${verb}${point[0]} ${point[1]}`;
  if (drawn.length + step.length > LONGEST) return;
  drawn += step;
  last = point;
  line.setAttribute("d", drawn);
  form.elements.signature.value = drawn;
}

function wipe() {
  drawn = "";
  last = null;
  line.removeAttribute("d");
  form.elements.signature.value = "";
}

if (form) {
  pad.style.touchAction = "none"; // the finger draws, and does not scroll
  pad.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    pad.setPointerCapture(event.pointerId);
    draw("M", pointOf(event));
  });
  pad.addEventListener("pointermove", (event) => {
    if (!last || !pad.hasPointerCapture(event.pointerId)) return;
    const point = pointOf(event);
    if (Math.hypot(point[0] - last[0], point[1] - last[1]) >= NEAR) draw("L", point);
  });
  form.querySelector("[data-wipe]").addEventListener("click", wipe);
}
