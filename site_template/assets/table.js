// Two upgrades for tables the server has drawn: sorting in place (data-sortable), and searching, filtering, sorting
// and paging over columnar shards (data-list). Without this file both are still tables.
"use strict";

const PAGE = 50, DAY = 864e5, writeDay = dayWriter("UTC");

for (const table of document.querySelectorAll("table[data-sortable]")) makeSortable(table);
for (const table of document.querySelectorAll("table[data-list]")) browse(table).catch(() => {
  table.after(el("p", { class: "takeaway", role: "status" }, "The full list could not be loaded: reload this page, or sign in again. Below are the first rows."));
});

/** Puts a button into a heading. Where a metric's link stands, the button takes its place and keeps its explanation. */
function headButton(heading, onClick) {
  const link = heading.querySelector(".metric a"), label = link ?? heading, button = el("button", { type: "button" }, ...label.childNodes);
  if (link) {
    button.setAttribute("aria-describedby", link.getAttribute("aria-describedby"));
    link.replaceWith(button);
  } else heading.append(button);
  button.addEventListener("click", onClick);
}

function makeSortable(table) {
  const headings = [...table.tHead.rows[0].cells], body = table.tBodies[0];
  headings.forEach((heading, column) => headButton(heading, () => {
    const asText = heading.dataset.kind === "text";
    const down = heading.hasAttribute("aria-sort") ? heading.getAttribute("aria-sort") === "ascending" : !asText;
    const key = row => {
      const cell = row.cells[column];
      return asText ? cell.textContent.trim() : cell.dataset.value === undefined ? readNumber(cell.textContent) : Number(cell.dataset.value);
    };
    const rows = [...body.rows].map(row => ({ row, key: key(row) }));
    rows.sort((a, b) => (asText ? a.key.localeCompare(b.key) : a.key - b.key) * (down ? -1 : 1));
    body.replaceChildren(...rows.map(({ row }) => row));
    for (const other of headings) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
  }));
}

async function browse(table) {
  const { list, columns, haystack, person } = await loadPeople(table.dataset.list);
  const count = list.count, words = { stage: list.stage, status: list.status, source: list.source };
  const sortName = columns.email.map((email, i) => (columns.name[i] || email).toLowerCase());
  const tagNames = list.combinations.map(numbers => numbers.map(n => list.tags[n]));
  const segmentNames = list.memberships.map(numbers => numbers.map(n => list.segments[n]));
  const tagText = tagNames.map(tags => tags.join(", ").toLowerCase());

  // a segment, stage or status says by itself who is meant, those included who left; without one they are asked for
  const isListed = i => columns.active[i] === 1, onList = columns.active.filter(Boolean).length;
  const isOpen = () => state.who === "all" || !state.who && (state.segment || state.stage || state.status || !onList);
  const groups = { all: [count, "people"], "": [onList, "people on the list"], left: [count - onList, "people not on the list"] };

  const tools = document.querySelector(".tools"), pager = document.querySelector(".pager");
  const headings = [...table.tHead.rows[0].cells];
  const fields = [...tools.elements].filter(field => field.name);
  const initial = { sort: "score", order: "down", page: 1 };
  const state = { ...initial };
  for (const field of fields) state[field.name] = initial[field.name] = "";
  for (const [name, value] of new URLSearchParams(location.search)) if (name in state) state[name] = name === "page" ? Math.max(1, parseInt(value, 10) || 1) : value;
  if (!headings.some(heading => heading.dataset.key === state.sort)) state.sort = initial.sort;
  if (!Object.hasOwn(groups, state.who)) state.who = "";
  for (const field of fields) field.value = state[field.name];

  const day = number => number < 0 ? "" : writeDay(number * DAY);
  const isoDay = number => number < 0 ? "" : new Date(number * DAY).toISOString().slice(0, 10);
  const sortKey = {
    name: i => sortName[i],
    tags: i => tagText[columns.tags[i]],
    stage: i => words.stage[columns.stage[i]],
    status: i => words.status[columns.status[i]],
    source: i => words.source[columns.source[i]],
  };

  const orders = {};
  /** Row numbers in ascending order of a column; ties stay in the order of rank. */
  function order(key) {
    return orders[key] ??= (() => {
      const values = sortKey[key] ? Array.from({ length: count }, (_, i) => sortKey[key](i)) : columns[key];
      const rows = Uint32Array.from({ length: count }, (_, i) => i);
      return typeof values[0] === "number" ? rows.sort((a, b) => values[a] - values[b] || b - a) : rows.sort((a, b) => values[a] < values[b] ? -1 : values[a] > values[b] ? 1 : b - a);
    })();
  }

  function matches() {
    const tests = [];
    for (const name of Object.keys(words)) if (state[name]) {
      const wanted = words[name].indexOf(state[name]);
      tests.push(i => columns[name][i] === wanted);
    }
    if (!isOpen()) tests.push(state.who === "left" ? i => !isListed(i) : isListed);
    for (const [wanted, names, column] of [[state.tag, tagNames, columns.tags], [state.segment, segmentNames, columns.segments]]) if (wanted) {
      const has = names.map(all => all.includes(wanted));
      tests.push(i => has[column[i]]);
    }
    for (const word of state.q.toLowerCase().split(/\s+/).filter(Boolean)) tests.push(i => haystack[i].includes(word));
    const rows = order(state.sort), found = [];
    for (let j = 0; j < count; j++) {
      const i = rows[state.order === "down" ? count - 1 - j : j];
      if (tests.every(test => test(i))) found.push(i);
    }
    return found;
  }

  const cells = {
    person(cell, i) {
      const { label, detail, href } = person(i);
      cell.append(el("a", { href, dir: "auto" }, label), " ", el("small", { dir: "auto" }, detail));
    },
    bar(cell, i) {
      if (columns.score[i] < 0) return cell.append(el("span", { class: "unknown" }, columns.score[i] < -1 ? "can't be known" : "–"));
      const bar = svg("svg", { class: "bar s1", "aria-hidden": "true" }, svg("rect", { width: `${columns.score[i]}%`, height: "100%" }));
      cell.append(el("div", {}, bar, el("span", {}, figures.format(columns.score[i]))));
    },
    number: (cell, i, key) => cell.append(columns[key][i] < 0 ? "–" : figures.format(columns[key][i])),
    tags: (cell, i) => cell.append(...tagNames[columns.tags[i]].map(tag => el("span", { class: "chip", dir: "auto" }, tag))),
    word: (cell, i, key) => cell.append(words[key][columns[key][i]]),
    date: (cell, i, key) => cell.append(day(columns[key][i])),
  };

  let found = [];
  function show(remember = true) {
    found = matches();
    const pages = Math.max(1, Math.ceil(found.length / PAGE));
    state.page = Math.min(state.page, pages);
    table.tBodies[0].replaceChildren(...found.slice((state.page - 1) * PAGE, state.page * PAGE).map(i => {
      const row = el("tr");
      for (const heading of headings) {
        const { key, kind } = heading.dataset;
        const cell = kind === "person" ? el("th", { scope: "row" }) : el("td", { class: heading.className + (kind === "tags" ? " tags" : "") });
        cells[kind](cell, i, key);
        row.append(cell);
      }
      return row;
    }));
    for (const heading of headings) {
      if (heading.dataset.key === state.sort) heading.setAttribute("aria-sort", state.order === "down" ? "descending" : "ascending");
      else heading.removeAttribute("aria-sort");
    }
    const [all, whom] = groups[isOpen() ? "all" : state.who];
    pager.querySelector("[role=status]").textContent = found.length ? `${found.length < all ? `${figures.format(found.length)} of ` : ""}${figures.format(all)} ${whom} · page ${figures.format(state.page)} of ${figures.format(pages)}` : "Nobody fits this search. Clear a filter to see more.";
    pager.querySelector("[data-go='-1']").disabled = state.page <= 1;
    pager.querySelector("[data-go='1']").disabled = state.page >= pages;
    if (!remember) return;
    const chosen = Object.entries(state).filter(([name, value]) => value !== initial[name]);
    history.replaceState(null, "", chosen.length ? `?${new URLSearchParams(chosen)}` : location.pathname);
  }

  for (const heading of headings) headButton(heading, () => {
    const { key, kind } = heading.dataset;
    const up = kind === "person" || kind === "word" || kind === "tags";
    state.order = state.sort === key ? (state.order === "down" ? "up" : "down") : up ? "up" : "down";
    state.sort = key;
    state.page = 1;
    show();
  });
  let waiting;
  const refine = () => {
    for (const field of fields) state[field.name] = field.value;
    state.page = 1;
    show();
  };
  tools.addEventListener("input", event => {
    clearTimeout(waiting);
    if (event.target.type === "search") waiting = setTimeout(refine, 80);
    else refine();
  });
  tools.addEventListener("submit", event => {
    event.preventDefault();
    clearTimeout(waiting);
    refine();
  });
  pager.addEventListener("click", event => {
    const step = Number(event.target.dataset.go);
    if (!step) return;
    state.page += step;
    show();
    table.scrollIntoView({ block: "start" });
  });
  pager.querySelector(".export").addEventListener("click", () => {
    // a cell that begins like a formula would be run by a spreadsheet
    const cell = text => {
      const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
      return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
    };
    const known = number => number < 0 ? "" : number;
    const lines = found.map(i => [
      cell(columns.email[i]), cell(columns.name[i]), cell(words.status[columns.status[i]]), cell(words.source[columns.source[i]]),
      cell(tagNames[columns.tags[i]].join(", ")), isoDay(columns.joined[i]), known(columns.score[i]), columns.stars[i] || "", words.stage[columns.stage[i]], columns.received[i],
      known(columns.opened[i]), known(columns.clicked[i]), isoDay(columns.seen[i]),
    ].join(","));
    const text = ["email,name,status,source,tags,joined,score,stars,stage,received,opened,clicked,last_active", ...lines].join("\r\n");
    const url = URL.createObjectURL(new Blob(["\ufeff", text, "\r\n"], { type: "text/csv" }));
    el("a", { href: url, download: "subscribers-selection.csv" }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  });

  tools.hidden = pager.hidden = false;
  show(false);
}
