"use strict";
/* What HTML cannot do by itself. Every page works without this file; here it only becomes quicker and kinder. */

const PAUSE_BEFORE_SAVING = 1200; // milliseconds without a keystroke
const LONGEST_PAUSE = 30_000; // milliseconds between two tries
const LARGEST_LAST_SAVE = 50_000; // bytes: browsers let no more than 64 kB outlive a page
const isPassing = (status) => status === 429 || status >= 500; // a server that is busy, or restarts
const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
const say = (text) => document.getElementById("flash")?.replaceChildren(flash(text));
const on = (name, listener) => document.addEventListener(name, listener);
const words = (text) => text.trim().split(/\s+/).filter(Boolean).length;

function flash(text) {
  const box = make("div", { className: "flash wait" });
  box.append(make("p", { textContent: text }));
  return box;
}

/* Drafts save themselves: after a pause, on leaving a field, on leaving the page. What does not get through is sent again. */
const waiting = new Map(); // forms with something to save, and the timer of each
const unsent = new Map(); // forms whose last save did not get through, with its body and the pause before the next try

function saveSoon(form, pause = PAUSE_BEFORE_SAVING) {
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => saveNow(form), pause));
}

function saveNow(form) {
  clearTimeout(waiting.get(form));
  if (waiting.delete(form) && form.isConnected) htmx.trigger(form, "autosave");
  if (!form.isConnected) unsent.delete(form);
}

function tryAgain({ form, body }) {
  const pause = Math.min(LONGEST_PAUSE, 2 * (unsent.get(form)?.pause ?? 1000));
  unsent.set(form, { body: unsent.get(form)?.body ?? body, pause });
  saveSoon(form, pause);
  const place = form.querySelector(".saved");
  const note = make("span", { className: "over", textContent: document.body.dataset.unsent });
  if (place?.firstChild?.textContent !== note.textContent) place?.replaceChildren(note, ...place.querySelectorAll(":scope > :not(span)"));
}

const isDraft = ({ request }) => request.form?.matches("[data-autosave]");
const isSave = (ctx) => isDraft(ctx) && !ctx.sourceElement.matches("button");
const sizeOf = (body) => String(new URLSearchParams(body)).length;
const saveAll = () => [...waiting.keys()].forEach(saveNow);
on("input", ({ target }) => target.form?.matches("[data-autosave]") && saveSoon(target.form));
on("focusout", ({ target }) => target.form && saveNow(target.form));
on("submit", ({ target }) => {
  clearTimeout(waiting.get(target));
  [waiting, unsent].forEach((forms) => forms.delete(target));
});
on("visibilitychange", saveAll);
addEventListener("online", saveAll);
addEventListener("beforeunload", (event) => {
  const isTooLarge = [...waiting.keys()].some((form) => sizeOf(new FormData(form)) >= LARGEST_LAST_SAVE);
  if (unsent.size || isTooLarge) event.preventDefault();
});
on("htmx:config:request", ({ detail: { ctx } }) => {
  if (!isDraft(ctx)) return;
  ctx.request.body.set("form_key", [...crypto.getRandomValues(new Uint32Array(4))].join("-")); // each save counts, the form's own key stays
});
on("htmx:before:request", ({ detail: { ctx } }) => {
  if (!isSave(ctx)) return;
  const { form, body } = ctx.request;
  ctx.request.body = unsent.get(form)?.body ?? body; // the same key as before: if only the answer was lost, it counts once
  if (!unsent.has(form)) for (const [name, value] of new FormData(form)) if (name !== "form_key") body.set(name, value); // it may have queued
  ctx.request.keepalive = sizeOf(ctx.request.body) < LARGEST_LAST_SAVE;
});
on("htmx:after:request", ({ detail: { ctx } }) => {
  if (isSave(ctx) && !isPassing(ctx.response.status) && unsent.delete(ctx.request.form)) saveSoon(ctx.request.form);
});

/* Counters inform; the server decides. */
function countWords(field) {
  const counter = field.id && document.querySelector(`[data-words-of="${CSS.escape(field.id)}"]`);
  if (!counter) return;
  counter.textContent = counter.dataset.text.replace("{words}", words(field.value));
  counter.classList.toggle("over", words(field.value) > Number(field.dataset.words));
}

on("input", ({ target }) => target.dataset.words && countWords(target));

function checkSize(field) {
  const isTooLarge = [...field.files].some((file) => file.size > Number(field.dataset.maxBytes));
  field.setCustomValidity(isTooLarge ? field.dataset.tooLarge : "");
  if (isTooLarge) say(field.dataset.tooLarge);
}

on("change", ({ target }) => target.dataset.maxBytes && checkSize(target));

/* After a swap: to what is wrong first, else to where the page says; a form that is done is emptied. */
on("htmx:after:swap", ({ detail: { ctx } }) => {
  const root = ctx.target?.isConnected ? ctx.target : document.getElementById(ctx.target?.id);
  const isGood = ctx.response?.status === 200;
  if (isGood) ctx.request?.form?.matches("[data-clear]") && ctx.request.form.reset();
  const place = root?.querySelector(isGood ? "[data-focus]" : "[data-focus], [aria-invalid=true]");
  place?.focus();
});
on("click", ({ target }) => {
  document.querySelectorAll("details.account[open]").forEach((menu) => menu.contains(target) || (menu.open = false));
});

/* An answer that is not swapped in still says its sentence. */
on("htmx:response:error", ({ detail: { ctx } }) => {
  if (ctx.response.status === 422 || ctx.hx.redirect) return;
  if (isSave(ctx) && isPassing(ctx.response.status)) return tryAgain(ctx.request);
  const answer = new DOMParser().parseFromString(ctx.text, "text/html");
  const token = answer.querySelector("[name=csrf_token]")?.value;
  const isStale = token && [...document.querySelectorAll("[name=csrf_token]")].some((field) => field.value !== token);
  if (token) document.querySelectorAll("[name=csrf_token]").forEach((field) => (field.value = token));
  if (isSave(ctx) && isStale) return saveSoon(ctx.request.form); // whoever signed in elsewhere has another token now
  const sentence = ["h1", ".lead"].map((place) => answer.querySelector(place)?.textContent.trim()).filter(Boolean);
  say(sentence.join(". ") || document.body.dataset.lost);
});
on("htmx:error", ({ detail: { ctx } }) => {
  if (ctx && isSave(ctx) && ctx.text === undefined) tryAgain(ctx.request);
  else if (ctx) say(document.body.dataset.lost);
});

/* What was typed before the session ran out comes back after signing in: in this tab, for the same person, once. */
const KEPT = "typed:";
const SEEN = ["revision", "seen", "over"]; // what a draft was typed over: with it, newer text is shown and not overwritten
const isTyped = (field) => field.name && !["password", "file", "hidden", "submit", "button"].includes(field.type);
const isKept = (field) => isTyped(field) || (field.form.matches("[data-autosave]") && SEEN.includes(field.name));
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
