"use strict";
/* Counts, ranks and dots on a ballot inform; the server decides. */

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
on("change", ({ target }) => countMarks(target.closest("[data-approve-max]")));
const countAll = () => document.querySelectorAll("[data-approve-max]").forEach(countMarks);
on("htmx:after:swap", countAll);
countAll(); // what was typed before signing in again is back by now
