// Keys that act from anywhere on a page, unless somebody is typing. The pages' letters come from the navigation: each
// page has the first letter of its name that no page before it has.
"use strict";

{
  const GOING = 1500; // ms in which the letter must follow the g
  const FIELDS = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";
  const pages = new Map();
  for (const link of document.querySelectorAll(".top .main a, footer a[href$='definitions.html']")) {
    const letter = [...link.textContent.toLowerCase()].find(each => /[a-z]/.test(each) && !pages.has(each));
    if (letter) pages.set(letter, link);
  }
  const button = document.querySelector("button.keys");
  button.hidden = false;
  button.addEventListener("click", help);

  let box, going = -Infinity; // when the g was pressed
  let on = true;
  try {
    on = localStorage.getItem("keys") !== "off";
  } catch {
    // storage may be forbidden; then they are on
  }

  const actions = {
    "/": () => document.querySelector(".find").click(),
    "?": help,
    t: () => document.querySelector(".theme").click(),
    g: () => { going = performance.now(); },
  };

  document.addEventListener("keydown", event => {
    if (!on || event.defaultPrevented || event.repeat || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    // a field of a dialog that was just closed may have the focus for one more moment
    if (event.target.closest?.(FIELDS)?.getClientRects().length || document.querySelector("dialog[open]")) return;
    if (event.key === "Shift") return;
    const wentOn = performance.now() - going < GOING;
    going = -Infinity;
    const act = wentOn ? pages.get(event.key) && (() => pages.get(event.key).click()) : Object.hasOwn(actions, event.key) && actions[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  function help() {
    box ?? make();
    box.showModal();
  }

  function make() {
    const row = (what, ...keys) => el("div", {}, el("dt", {}, ...keys.flatMap((key, i) => i ? [" ", el("kbd", {}, key)] : [el("kbd", {}, key)])), el("dd", {}, what));
    const choice = el("input", { type: "checkbox" });
    choice.checked = on;
    choice.addEventListener("change", () => {
      on = choice.checked;
      try {
        localStorage.setItem("keys", on ? "on" : "off");
      } catch {
        // forgotten with the page, then
      }
    });
    box = dialog("shortcuts", "Keyboard shortcuts",
      el("h2", {}, "Keyboard shortcuts"),
      el("dl", {}, row("search", "/"), row("light or dark", "t"), row("these shortcuts", "?"), row("close, or show a whole chart again", "Esc")),
      el("h3", {}, "Go to"),
      el("dl", {}, ...[...pages].map(([letter, link]) => row(link.textContent, "g", letter))),
      el("h3", {}, "On a chart"),
      el("dl", {}, row("from point to point", "←", "→"), row("first or last point", "Home", "End"), row("zoom in or out; or drag over a part", "+", "-")),
      el("label", {}, choice, " Single keys are shortcuts"));
  }
}
