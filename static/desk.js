"use strict";
/* The reviewer's desk by keyboard: digits choose a level, letters go from place to place. Nothing here is needed to score. */

const KEYS_OFF = "desk-keys-off";
const TYPED_IN = "textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])";
const all = (selector) => [...document.querySelectorAll(selector)];
const stops = () => all("[data-criterion], [data-stop]");
const written = new WeakSet(); // feedback in which a caret has been put: phrases go there, and else to the end
let here = null;

function stand(stop) {
  here?.classList.remove("here");
  here = stop;
  here?.classList.add("here");
}

const current = () => (here?.isConnected ? here : stops()[0]);
const levels = (stop) => [...(stop?.querySelectorAll("input[type=radio]") ?? [])];

function goTo(stop) {
  if (!stop) return;
  stand(stop);
  const target = levels(stop).find((level) => level.checked) ?? levels(stop)[0] ?? stop.querySelector(".sure > summary");
  target?.focus({ preventScroll: true });
  stop.scrollIntoView({ block: "start" });
}

function goBy(steps) {
  const places = stops();
  const now = places.indexOf(here);
  goTo(now < 0 ? places[0] : places[Math.min(Math.max(now + steps, 0), places.length - 1)]);
}

function chooseLevel(digit) {
  const stop = current()?.matches("[data-criterion]") ? current() : null;
  const level = levels(stop)[digit - 1];
  level?.focus();
  level?.click();
}

function write() {
  const text = current()?.querySelector("textarea");
  text?.focus();
  if (text && !written.has(text)) text.setSelectionRange(text.value.length, text.value.length);
}

function openPhrases() {
  const phrases = current()?.querySelector(".phrases:not([hidden])");
  if (!phrases) return;
  phrases.open = true;
  phrases.querySelector("[data-insert]")?.focus();
}

function insert(button) {
  const text = button.closest("[data-criterion]")?.querySelector("textarea");
  if (!text) return;
  const end = written.has(text) ? text.selectionEnd : text.value.length;
  const start = written.has(text) ? text.selectionStart : end;
  text.focus();
  text.setSelectionRange(start, end);
  const space = /\S$/.test(text.value.slice(0, start)) ? " " : "";
  const phrase = space + button.closest("li").querySelector("span").textContent;
  if (document.execCommand("insertText", false, phrase)) return; // so that it can be taken back with Ctrl + Z
  text.setRangeText(phrase, start, end, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

const actions = {
  j: () => goBy(1),
  k: () => goBy(-1),
  f: write,
  p: openPhrases,
  e: () => document.getElementById("evidence")?.focus(),
  "?": () => document.getElementById("desk-keys")?.showModal(),
};

function digitOf({ key, code, shiftKey }) {
  if (/^[1-9]$/.test(key)) return Number(key);
  return shiftKey ? 0 : Number(/^Digit([1-9])$/.exec(code)?.[1] ?? 0); // where digits need the shift key
}

function whileTyping(event) {
  const stop = event.target.closest("[data-criterion], [data-stop]");
  if (!stop || event.altKey || event.shiftKey || event.metaKey) return null;
  if (event.key === "Escape" && !event.ctrlKey) return () => goTo(stop);
  return event.key === "Enter" && event.ctrlKey ? () => goBy(1) : null;
}

function meant(event) {
  if (event.target.matches(TYPED_IN)) return whileTyping(event);
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const digit = digitOf(event);
  return digit && stops().length ? () => chooseLevel(digit) : (Object.hasOwn(actions, event.key) ? actions[event.key] : null);
}

on("keydown", (event) => {
  const isElsewhere = !document.querySelector(".desk") || document.querySelector("dialog[open]");
  if (isElsewhere || event.isComposing || event.defaultPrevented || localStorage.getItem(KEYS_OFF)) return;
  const action = meant(event);
  if (!action) return;
  event.preventDefault();
  action();
});
on("focusin", ({ target }) => {
  const stop = target.closest("[data-criterion], [data-stop]");
  if (stop) stand(stop);
  if (target.matches("textarea")) written.add(target);
});

/* Only the part that is selected becomes a phrase. */
on("htmx:config:request", ({ detail: { ctx } }) => {
  if (!ctx.sourceElement?.matches("[data-keep]")) return;
  const { value, selectionStart, selectionEnd } = ctx.request.form.querySelector("textarea");
  ctx.request.body.set("phrase", value.slice(selectionStart, selectionEnd));
});

/* Pictures grow where they are. */
function enlarge(link) {
  const frame = document.getElementById("larger-picture");
  const picture = frame.querySelector("img");
  picture.classList.remove("whole");
  picture.src = link.href;
  picture.alt = link.querySelector("img").alt;
  frame.showModal();
}

/* By thumb: each half of the desk is where one left it. */
const left = new Map();

function jump(link) {
  const other = link.hash === "#rubric" ? "#evidence" : "#rubric";
  left.set(other, scrollY);
  const target = document.querySelector(link.hash);
  target.focus({ preventScroll: true });
  left.has(link.hash) ? scrollTo(0, left.get(link.hash)) : target.scrollIntoView();
}

on("click", (event) => {
  const { target } = event;
  const link = target.closest("a[data-larger], .jump a");
  if (target.matches("[data-insert]")) insert(target);
  if (target.closest("[data-keys]")) document.getElementById("desk-keys").showModal();
  if (target.matches("[data-close]")) target.closest("dialog").close();
  if (target.matches(".larger img")) target.classList.toggle("whole");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  link.matches("[data-larger]") ? enlarge(link) : jump(link);
});

const isUsed = document.getElementById("desk-keys-on");
if (isUsed) {
  isUsed.checked = !localStorage.getItem(KEYS_OFF);
  isUsed.addEventListener("change", () => (isUsed.checked ? localStorage.removeItem(KEYS_OFF) : localStorage.setItem(KEYS_OFF, "1")));
}
