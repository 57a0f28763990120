// Every page reads, prints and links without this file. It adds the theme button, how fresh the report is, and what other
// scripts share.
"use strict";

/** Scripts write numbers and dates as the pages do. */
const locale = document.documentElement.dataset.locale, decimalSign = document.documentElement.dataset.decimal;
const figures = new Intl.NumberFormat(locale, { numberingSystem: "latn", useGrouping: "always" });

/** Writes days, given in milliseconds. */
function dayWriter(timeZone) {
  const isEnglish = locale === "en"; // ours: day, month, year
  const format = new Intl.DateTimeFormat(isEnglish ? "en-GB" : locale, { timeZone, calendar: "gregory", numberingSystem: "latn", day: "numeric", month: "short", year: "numeric" });
  return ms => isEnglish ? format.format(ms).replace("Sept", "Sep") : format.format(ms);
}

/** What a page has written as a number; NaN for words. */
function readNumber(text) {
  const bare = text.trim().replace(/^[%\s\u200e\u200f\u061c]+/, "").replace("−", "-");
  return parseFloat(bare.replace(/(?<=\d)\D(?=\d)/g, sign => sign === decimalSign ? "." : ""));
}

/** An HTML element with attributes and children; strings become text, never markup. */
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** The same for SVG. */
function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

const themeButton = document.querySelector(".theme");
if (themeButton) {
  const root = document.documentElement;
  themeButton.hidden = false;
  themeButton.addEventListener("click", () => {
    const now = root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
    try {
      localStorage.setItem("theme", root.dataset.theme);
    } catch {
      // forgotten with the page, then
    }
  });
}

// where the navigation is one line that scrolls, this page's entry must not be out of sight
const entry = document.querySelector(".top .main [aria-current]");
if (entry) {
  const row = entry.closest("ul"), at = entry.getBoundingClientRect(), area = row.getBoundingClientRect();
  row.scrollLeft += at.left + at.width / 2 - area.left - area.width / 2;
}

const freshness = document.querySelector("[data-status]");
if (freshness && location.protocol.startsWith("http")) tellFreshness(freshness);

/** How old the data is depends on when a page is read, and the last run on no page at all: data/status.json tells both. */
async function tellFreshness(place) {
  const answer = await fetch(place.dataset.status).catch(() => null);
  const status = answer?.ok ? await answer.json().catch(() => null) : null;
  if (status?.synced_at) place.append("last synced ", el("time", { datetime: status.synced_at }, ago(status.synced_at)), " · ");
  if (status?.alerts?.length) {
    tellAlerts(status);
    setInterval(tellAlerts, 6e4, status); // a page may lie open for days
  }
  const note = document.querySelector('[data-slot="last-run"]'), problems = document.querySelector('[data-slot="problems"]'), run = status?.last_run;
  if (!run || !note) return;
  note.textContent = `last run: ${[run.outcome, run.started_at && ago(run.started_at)].filter(Boolean).join(", ")}`;
  problems.hidden = !run.problems.length;
  problems.append(...run.problems.map(text => el("li", { dir: "auto" }, text)));
}

/** What is wrong as of now, for an alert with a time holds from then on. The status page says all, the overview that there
 * is something, and every other page only that what it shows has grown old. */
function tellAlerts(status) {
  const { root, here } = document.querySelector(".top").dataset, page = document.getElementById("main");
  const holding = status.alerts.filter(alert => !alert.from || Date.parse(alert.from) <= Date.now());
  const slot = document.querySelector('[data-slot="alerts"]');
  if (slot) {
    slot.hidden = !holding.length;
    slot.replaceChildren(...holding.map(alert => el("article", { class: "notice alert" },
      el("h2", {}, alert.title), el("p", { dir: "auto" }, alert.text), el("p", {}, ...withCode(alert.fix)))));
    return;
  }
  page.querySelector(":scope > .alert")?.remove();
  const told = here === "overview" ? holding : holding.filter(alert => alert.kind === "no_sync");
  if (!told.length) return;
  const link = el("a", { href: `${root}status.html#alerts` }, "What to do");
  page.prepend(el("p", { class: "notice alert" }, el("strong", {}, told.map(alert => `${alert.title}.`).join(" ")), " ", link));
}

/** Text with what stands between backticks as code. */
function withCode(text) {
  return text.split("`").map((part, number) => number % 2 ? el("code", {}, part) : part);
}

/** "5 min ago" in the largest fitting unit, as the pages say it. */
function ago(iso) {
  const minutes = Math.max(0, Math.floor((Date.now() - Date.parse(iso)) / 6e4));
  const [size, unit] = [[1440, "d"], [60, "h"]].find(([size]) => minutes >= size) ?? [1, "min"];
  return minutes ? `${Math.floor(minutes / size)} ${unit} ago` : "just now";
}

for (const table of document.querySelectorAll(".heat")) {
  const hours = [...table.tHead.rows[0].cells].map(cell => cell.textContent.trim());
  table.addEventListener("pointerover", event => {
    const cell = event.target.closest("tbody td");
    if (cell && !cell.title) cell.title = `${cell.parentElement.cells[0].textContent} ${hours[cell.cellIndex]}:00: ${cell.textContent} ${table.dataset.what}`;
  });
}

/** A dialog with a heading and a button that closes it, as does a press outside; the browser gives the focus back. */
function dialog(name, title, ...content) {
  const close = el("button", { type: "button", class: "close", "aria-label": "Close" }, "×");
  const box = el("dialog", { class: name, "aria-label": title }, el("div", {}, close, ...content));
  close.addEventListener("click", () => box.close());
  box.addEventListener("click", event => {
    if (event.target === box) box.close();
  });
  document.body.append(box);
  return box;
}
