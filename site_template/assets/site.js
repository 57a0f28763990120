// Every page reads, prints and links without this file. It adds the theme button, a cursor to charts, and how fresh the
// report is.
"use strict";

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

const freshness = document.querySelector("[data-status]");
if (freshness && location.protocol.startsWith("http")) tellFreshness(freshness);

/** How old the data is depends on when a page is read, and the last run on no page at all: data/status.json tells both. */
async function tellFreshness(place) {
  const answer = await fetch(place.dataset.status).catch(() => null);
  const status = answer?.ok ? await answer.json().catch(() => null) : null;
  if (status?.synced_at) tellAge(place, status.synced_at);
  const note = document.querySelector('[data-slot="last-run"]'), problems = document.querySelector('[data-slot="problems"]'), run = status?.last_run;
  if (!run || !note) return;
  note.textContent = `last run: ${[run.outcome, run.started_at && ago(run.started_at)].filter(Boolean).join(", ")}`;
  problems.hidden = !run.problems.length;
  problems.append(...run.problems.map(text => el("li", { dir: "auto" }, text)));
}

function tellAge(place, synced) {
  place.append("last synced ", el("time", { datetime: synced }, ago(synced)), " · ");
  const days = Math.floor((Date.now() - Date.parse(synced)) / 864e5);
  if (days < 2) return;
  const words = ` The last sync that ended well was ${days} days ago. To bring the report up to date, run `;
  document.getElementById("main").prepend(el("p", { class: "notice" }, el("strong", {}, "Note."), words, el("code", {}, "rapport sync")));
}

/** "5 min ago" in the largest fitting unit, as the pages say it. */
function ago(iso) {
  const minutes = Math.max(0, Math.floor((Date.now() - Date.parse(iso)) / 6e4));
  const [size, unit] = [[1440, "d"], [60, "h"]].find(([size]) => minutes >= size) ?? [1, "min"];
  return minutes ? `${Math.floor(minutes / size)} ${unit} ago` : "just now";
}

for (const figure of document.querySelectorAll("[data-chart]")) addCursor(figure);

/** A cursor that follows pointer and arrow keys. What it says is read from the chart's own table. */
function addCursor(figure) {
  const plot = figure.querySelector(".plot"), frame = figure.querySelector(".frame");
  const positions = figure.dataset.at.split(" ").map(Number), top = Number(figure.dataset.top);
  const table = figure.querySelector(".twin table"), rows = [...table.tBodies[0].rows];
  const heads = [...table.tHead.rows[0].cells].map(cell => cell.textContent);
  const numeric = [...rows[0].cells].map((cell, i) => cell.classList.contains("n") ? i : 0).filter(Boolean);
  const keys = [...figure.querySelectorAll(".key:not(.mark)")].map(key => key.classList[1]);
  const line = svg("line", { class: "cursor", y2: "100%", visibility: "hidden" });
  const points = numeric.map((_, i) => svg("circle", { class: `point ${keys[i]}`, r: 3.5, visibility: "hidden" }));
  frame.append(line, ...points);
  const tip = el("div", { class: "tip", role: "status" });
  tip.hidden = true;
  figure.append(tip);
  plot.setAttribute("tabindex", "0");
  let at = null;

  const value = cell => {
    const number = parseFloat(cell.textContent.replaceAll(",", ""));
    return Number.isNaN(number) ? null : number;
  };
  const nearest = x => positions.reduce((best, p, i) => Math.abs(p - x) < Math.abs(positions[best] - x) ? i : best, 0);

  function show(index) {
    at = index;
    const visible = index === null ? "hidden" : "visible";
    line.setAttribute("visibility", visible);
    for (const point of points) point.setAttribute("visibility", visible);
    tip.hidden = index === null;
    if (index === null) return;
    const x = `${positions[index]}%`, cells = rows[index].cells;
    line.setAttribute("x1", x);
    line.setAttribute("x2", x);
    const list = el("dl");
    numeric.forEach((column, i) => {
      const number = value(cells[column]);
      points[i].setAttribute("cx", x);
      if (number === null) points[i].setAttribute("visibility", "hidden");
      else points[i].setAttribute("cy", `${100 - number / top * 100}%`);
      list.append(el("dt", { class: `key ${keys[i]}` }, heads[column]), el("dd", {}, cells[column].textContent));
    });
    const [label, ...marks] = [...cells[0].childNodes].map(node => node.textContent.trim()).filter(Boolean);
    tip.replaceChildren(el("b", { dir: "auto" }, label), ...marks.map(mark => el("span", { dir: "auto" }, mark)), list);
    const area = plot.getBoundingClientRect(), left = positions[index] / 100 * area.width;
    const beside = left > area.width / 2 ? left - tip.offsetWidth - 12 : left + 12;
    tip.style.left = `${Math.max(0, Math.min(beside, area.width - tip.offsetWidth))}px`;
    tip.style.top = `${plot.getBoundingClientRect().top - figure.getBoundingClientRect().top + 4}px`;
  }

  plot.addEventListener("pointermove", event => {
    const area = plot.getBoundingClientRect();
    show(nearest((event.clientX - area.left) / area.width * 100));
  });
  plot.addEventListener("pointerleave", () => show(null));
  plot.addEventListener("blur", () => show(null));
  plot.addEventListener("keydown", event => {
    const last = positions.length - 1;
    const next = {
      ArrowRight: () => Math.min(last, (at ?? -1) + 1),
      ArrowLeft: () => Math.max(0, (at ?? last + 1) - 1),
      Home: () => 0,
      End: () => last,
      Escape: () => null,
    }[event.key];
    if (!next) return;
    show(next());
    event.preventDefault();
  });
}

for (const table of document.querySelectorAll(".heat")) {
  const hours = [...table.tHead.rows[0].cells].map(cell => cell.textContent.trim());
  table.addEventListener("pointerover", event => {
    const cell = event.target.closest("tbody td");
    if (cell && !cell.title) cell.title = `${cell.parentElement.cells[0].textContent} ${hours[cell.cellIndex]}:00: ${cell.textContent} ${table.dataset.what}`;
  });
}
