"use strict";
/* The hand-out desk: what is certain when the network is weak, which things are given now, and the next person at once. */

const SERVER_FAULT = 500;

/* No answer to a Give: it may have been given or not. The form keeps its key, so that pressing again gives nothing twice. */
function tellUnsure(form) {
  const told = form.querySelector("[data-told]") ?? document.createElement("p");
  told.className = "error";
  told.dataset.told = "";
  told.setAttribute("role", "alert");
  told.textContent = form.dataset.unsure;
  form.prepend(told);
  say(form.dataset.unsure);
}

const formOf = (detail) => detail.ctx?.sourceElement?.closest?.("form[data-give]");

document.addEventListener("htmx:error", ({ detail }) => {
  const form = formOf(detail);
  if (form) tellUnsure(form);
});
document.addEventListener("htmx:response:error", ({ detail }) => {
  const form = formOf(detail);
  if (form && detail.ctx.response.status >= SERVER_FAULT) tellUnsure(form);
});

/* The button says what is left out. */
function nameButton(form) {
  const button = form.querySelector("[data-tick-button]");
  if (!button) return;
  const boxes = [...form.querySelectorAll("[name=given]")];
  const left = boxes.filter((box) => !box.checked).map((box) => box.dataset.title);
  button.textContent = left.length ? button.dataset.without.replace("{titles}", left.join(", ")) : button.dataset.all;
  button.disabled = left.length === boxes.length;
}

document.addEventListener("change", ({ target }) => target.name === "given" && nameButton(target.form));
const nameButtons = () => document.querySelectorAll("form[data-give]").forEach(nameButton);
nameButtons();

/* Once everything is handed over, the field is empty and waits for the next name. The swap may make another form of the one
   that was sent, so it is noted before. */
const gives = new WeakSet();

document.addEventListener("htmx:config:request", ({ detail }) => formOf(detail) && gives.add(detail.ctx));
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  nameButtons();
  const field = document.getElementById("search-q");
  const wasGiven = ctx.response?.status === 200 && gives.has(ctx);
  if (!field || !wasGiven || !document.querySelector("[data-card][data-done]")) return;
  field.value = "";
  field.focus({ preventScroll: true });
});
