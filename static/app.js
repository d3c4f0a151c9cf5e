"use strict";
/* What HTML cannot do by itself. Every page works without this file; here it only becomes quicker and kinder. */

const PAUSE_BEFORE_SAVING = 1200; // milliseconds without a keystroke
const LARGEST_LAST_SAVE = 50_000; // bytes: browsers let no more than 64 kB outlive a page
const say = (text) => document.getElementById("flash")?.replaceChildren(flash(text));
const on = (name, listener) => document.addEventListener(name, listener);
const words = (text) => text.trim().split(/\s+/).filter(Boolean).length;

function flash(text) {
  const box = document.createElement("div");
  const sentence = document.createElement("p");
  box.className = "flash wait";
  sentence.textContent = text;
  box.append(sentence);
  return box;
}

/* Drafts save themselves: after a pause, on leaving a field, on leaving the page. */
const waiting = new Map();

function saveSoon(form) {
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => saveNow(form), PAUSE_BEFORE_SAVING));
}

function saveNow(form) {
  clearTimeout(waiting.get(form));
  if (waiting.delete(form) && form.isConnected) htmx.trigger(form, "autosave");
}

on("input", ({ target }) => target.form?.matches("[data-autosave]") && saveSoon(target.form));
on("focusout", ({ target }) => target.form && saveNow(target.form));
on("submit", ({ target }) => {
  clearTimeout(waiting.get(target));
  waiting.delete(target);
});
on("visibilitychange", () => document.hidden && [...waiting.keys()].forEach(saveNow));
on("htmx:config:request", ({ detail: { ctx } }) => {
  if (ctx.sourceEvent?.type !== "autosave") return;
  ctx.request.body.set("form_key", [...crypto.getRandomValues(new Uint32Array(4))].join("-")); // each save counts, the form's own key stays
  ctx.request.keepalive = String(new URLSearchParams(ctx.request.body)).length < LARGEST_LAST_SAVE;
});

/* Counters inform; the server decides. */
function countWords(field) {
  const counter = field.id && document.querySelector(`[data-words-of="${CSS.escape(field.id)}"]`);
  if (!counter) return;
  counter.textContent = counter.dataset.text.replace("{words}", words(field.value));
  counter.classList.toggle("over", words(field.value) > Number(field.dataset.words));
}

const numbersOf = (ballot) => [...ballot.querySelectorAll("input[type=number]")];
const amount = (field) => Math.max(0, Number(field.value) || 0);

function countMarks(ballot) {
  const counter = ballot?.querySelector(".counter[data-left]");
  if (!counter) return;
  const numbers = numbersOf(ballot).map(amount);
  const marks = "dots" in ballot.dataset ? numbers.reduce((sum, dots) => sum + dots, 0) : numbers.filter(Boolean).length;
  const left = Number(ballot.dataset.approveMax) - marks - ballot.querySelectorAll("input[type=checkbox]:checked").length;
  const pattern = left < 0 ? counter.dataset.over : counter.dataset.left;
  counter.textContent = pattern.replace("{left}", left).replace("{over}", -left);
  counter.classList.toggle("over", left < 0);
}

/* A tap on an option gives it the next number; another takes the number away, and those behind move up. */
function rank(field, ballot) {
  const others = numbersOf(ballot).filter((other) => other !== field && amount(other));
  others.sort((one, other) => amount(one) - amount(other)).forEach((other, place) => (other.value = place + 1));
  field.value = amount(field) ? "" : others.length + 1;
  countMarks(ballot);
}

function step(field, by, ballot) {
  field.value = Math.min(Math.max(0, amount(field) + by), Number(field.max)) || "";
  countMarks(ballot);
}

on("click", (event) => {
  const ballot = event.target.closest("[data-ranks], [data-dots]");
  const field = event.target.closest(".option")?.querySelector("input[type=number]");
  if (!ballot || !field || event.target === field || event.target.closest("a")) return;
  const by = event.target.dataset.step;
  if (by) step(field, Number(by), ballot);
  if (!("ranks" in ballot.dataset)) return;
  event.preventDefault();
  rank(field, ballot);
});
on("input", ({ target }) => target.type === "number" && countMarks(target.closest("[data-approve-max]")));

function checkSize(field) {
  const isTooLarge = [...field.files].some((file) => file.size > Number(field.dataset.maxBytes));
  field.setCustomValidity(isTooLarge ? field.dataset.tooLarge : "");
  if (isTooLarge) say(field.dataset.tooLarge);
}

on("input", ({ target }) => target.dataset.words && countWords(target));
on("change", ({ target }) => {
  countMarks(target.closest("[data-approve-max]"));
  if (target.dataset.maxBytes) checkSize(target);
});

/* On the reviewer's desk the digits choose the level of the criterion that was last touched. */
let criterion = null;

function chooseLevel(digit) {
  const desk = document.querySelector(".desk");
  const levels = criterion?.isConnected ? criterion : desk?.querySelector("[data-criterion]");
  const level = levels?.querySelectorAll("input[type=radio]")[digit - 1];
  level?.focus();
  level?.click();
}

on("focusin", ({ target }) => (criterion = target.closest("[data-criterion]") ?? criterion));
on("keydown", (event) => {
  const isTyping = event.target.matches("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || !/^[1-9]$/.test(event.key)) return;
  if (event.target.closest(".desk") || document.querySelector(".desk")) chooseLevel(Number(event.key));
});

/* After a swap: to what is wrong first, else to where the page says; a form that is done is emptied. */
on("htmx:after:swap", ({ detail: { ctx } }) => {
  const root = ctx.target?.isConnected ? ctx.target : document.getElementById(ctx.target?.id);
  const isGood = ctx.response?.status === 200;
  if (isGood) ctx.request?.form?.matches("[data-clear]") && ctx.request.form.reset();
  const place = root?.querySelector(isGood ? "[data-focus]" : "[data-focus], [aria-invalid=true]");
  place?.focus();
  root?.querySelectorAll("[data-approve-max]").forEach(countMarks);
});
on("click", ({ target }) => {
  document.querySelectorAll("details.account[open]").forEach((menu) => menu.contains(target) || (menu.open = false));
});

/* An answer that is not swapped in still says its sentence. */
on("htmx:response:error", ({ detail: { ctx } }) => {
  if (ctx.response.status === 422 || ctx.hx.redirect) return;
  const answer = new DOMParser().parseFromString(ctx.text, "text/html");
  const token = answer.querySelector("[name=csrf_token]")?.value;
  if (token) document.querySelectorAll("[name=csrf_token]").forEach((field) => (field.value = token));
  const sentence = ["h1", ".lead"].map((place) => answer.querySelector(place)?.textContent.trim()).filter(Boolean);
  say(sentence.join(". ") || document.body.dataset.lost);
});
on("htmx:error", ({ detail }) => detail.ctx && say(document.body.dataset.lost));

/* What was typed before the session ran out comes back after signing in: in this tab, for the same person, once. */
const KEPT = "typed:";
const isKept = (field) => field.name && !["password", "file", "hidden", "submit", "button"].includes(field.type);
const place = (form) => KEPT + location.pathname + " " + form.getAttribute("action");

function keep(form) {
  const typed = [...form.elements].filter(isKept).map(({ name, type, value, checked }) => ({ name, type, value, checked }));
  sessionStorage.setItem(place(form), JSON.stringify({ reader: document.body.dataset.reader, typed }));
}

function putBack(form) {
  const kept = JSON.parse(sessionStorage.getItem(place(form)) ?? "null");
  if (!kept || !document.body.dataset.reader) return;
  sessionStorage.removeItem(place(form));
  if (kept.reader !== document.body.dataset.reader) return;
  const fields = [...form.elements].filter(isKept);
  for (const old of kept.typed) {
    const isChoice = ["radio", "checkbox"].includes(old.type);
    const field = isChoice ? fields.find((one) => one.name === old.name && one.value === old.value) : fields.find((one) => one.name === old.name);
    if (!field) continue;
    isChoice ? (field.checked = old.checked) : (field.value = old.value);
    for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
  }
  say(document.body.dataset.restored);
}

on("htmx:before:response", ({ detail: { ctx } }) => {
  const { headers } = ctx.response;
  const isSignedOut = headers.get("X-Signed-Out") === "1" || /sign-in/.test(headers.get("HX-Redirect") ?? "");
  if (isSignedOut && ctx.request.form) keep(ctx.request.form);
});
[...document.forms].forEach(putBack);
document.querySelector(".problems")?.focus();
