"use strict";
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
