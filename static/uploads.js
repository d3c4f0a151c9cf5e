"use strict";
/* Several files at once, each with its own request and its own progress: one that fails takes no other with it. Without this file
   the form sends them all together. */
(() => {
  const SIGNED_OUT = "X-Signed-Out";
  const lines = []; // one for each file that was chosen: { file, list, place, key, url, state }
  let isSending = false;

  const key = () => [...crypto.getRandomValues(new Uint32Array(4))].join("-");
  const token = () => document.querySelector("[name=csrf_token]").value;
  const undone = (list) => lines.filter((line) => line.list === list && line.state === "lost");

  function add(form, file) {
    const list = document.getElementById(form.dataset.uploads);
    const place = list.querySelector("template").content.firstElementChild.cloneNode(true);
    const line = { file, list, place, key: key(), url: form.action, state: "waiting" };
    place.querySelector("b").textContent = file.name;
    place.querySelector("progress").setAttribute("aria-label", file.name);
    list.querySelector("ul").append(place);
    lines.push(line);
    const isTooLarge = file.size > Number(list.dataset.largest);
    isTooLarge ? show(line, "refused", list.dataset.tooLarge) : show(line, "waiting");
  }

  function show(line, state, words = line.list.dataset[state]) {
    line.state = state;
    const text = line.place.querySelector(".state");
    text.textContent = words;
    text.classList.toggle("over", ["lost", "refused"].includes(state));
    line.place.querySelector("progress").hidden = !["waiting", "sending", "cleaning"].includes(state);
    drawList(line.list);
  }

  function drawList(list) {
    const own = lines.filter((line) => line.list === list);
    const isBusy = own.some((line) => ["waiting", "sending", "cleaning"].includes(line.state));
    list.hidden = own.length === 0;
    list.querySelector("[data-go-on]").parentElement.hidden = isBusy || undone(list).length === 0;
    list.querySelector("[data-dismiss]").parentElement.hidden = isBusy;
  }

  function sendNext() {
    const line = lines.find((one) => one.state === "waiting");
    if (isSending || !line) return;
    isSending = true;
    send(line);
  }

  function send(line) {
    const request = new XMLHttpRequest();
    const body = new FormData();
    const bar = line.place.querySelector("progress");
    body.set("csrf_token", token());
    body.set("form_key", line.key); // kept for the next try: if only the answer was lost, the file is attached once
    body.set("file", line.file);
    show(line, "sending");
    request.upload.onprogress = ({ loaded, total }) => (bar.value = loaded / total);
    request.upload.onload = () => {
      bar.removeAttribute("value");
      show(line, "cleaning");
    };
    request.onloadend = () => ended(line, request);
    request.open("POST", line.url);
    request.setRequestHeader("HX-Request", "true");
    request.send(body);
  }

  function ended(line, request) {
    const answer = new DOMParser().parseFromString(request.responseText, "text/html");
    const isSignedOut = request.getResponseHeader(SIGNED_OUT) === "1" || /sign-in/.test(request.getResponseHeader("HX-Redirect") ?? "");
    if (isSignedOut) show(line, "lost", line.list.dataset.signedOut);
    else if (request.status === 200 || request.status === 204) show(line, "attached");
    else if (request.status === 422) show(line, "refused", sentence(answer));
    else if (isFinal(request.status)) show(line, "refused", headline(answer) || line.list.dataset.tooLarge);
    else lost(line, answer);
    isSending = false;
    if (line.state === "attached") htmx.trigger(document.getElementById(line.list.dataset.section), "uploaded");
    isSignedOut ? giveUp() : sendNext();
  }

  const isFinal = (status) => status >= 401 && status < 500 && ![408, 429].includes(status);
  const headline = (answer) => ["h1", ".lead"].map((place) => answer.querySelector(place)?.textContent.trim()).filter(Boolean).join(". ");

  function sentence(answer) {
    const said = answer.querySelector("[data-uploads] .error") ?? answer.querySelector(".problems li, .flash");
    return [...(said?.childNodes ?? [])].filter((node) => !node.classList?.contains("unseen")).map((node) => node.textContent).join("").trim();
  }

  function lost(line, answer) {
    const fresh = answer.querySelector("[name=csrf_token]")?.value;
    if (fresh) document.querySelectorAll("[name=csrf_token]").forEach((field) => (field.value = fresh));
    const isWorthATry = fresh && !line.hasFreshToken; // whoever signed in again elsewhere has another token now
    line.hasFreshToken = Boolean(fresh);
    show(line, isWorthATry ? "waiting" : "lost");
  }

  function giveUp() {
    lines.filter((line) => line.state === "waiting").forEach((line) => show(line, "lost", line.list.dataset.signedOut));
  }

  /* What is chosen is sent at once, so the button is only for whoever has no scripts. */
  const hideButtons = () => document.querySelectorAll("[data-unscripted]").forEach((place) => (place.hidden = true));
  hideButtons();
  document.addEventListener("htmx:after:swap", hideButtons);
  document.addEventListener("change", ({ target }) => {
    const form = target.form;
    if (target.type !== "file" || !form?.dataset.uploads) return;
    [...target.files].forEach((file) => add(form, file));
    target.value = "";
    sendNext();
  });
  document.addEventListener("click", ({ target }) => {
    const list = target.closest("[data-section]");
    if (!list) return;
    if ("goOn" in target.dataset) undone(list).forEach((line) => show(line, "waiting"));
    if ("dismiss" in target.dataset) {
      lines.filter((line) => line.list === list).forEach((line) => line.place.remove());
      lines.splice(0, lines.length, ...lines.filter((line) => line.list !== list));
      drawList(list);
    }
    sendNext();
  });
  addEventListener("beforeunload", (event) => lines.some((line) => line.state !== "attached" && line.state !== "refused") && event.preventDefault());
})();
