// The search over pages, emails, subscribers, segments, tags, links and definitions. Nothing is loaded before it is opened, and the list
// of subscribers not before two characters are typed.
"use strict";

{
  const KINDS = [["pages", "Pages", 5], ["emails", "Emails", 6], ["people", "Subscribers", 8], ["groups", "Segments and tags", 5], ["links", "Links", 6], ["definitions", "What the numbers mean", 5]];
  const ENOUGH = 2; // characters, before everybody is loaded
  const root = document.querySelector(".top").dataset.root, button = document.querySelector(".find");
  button.hidden = false;
  button.addEventListener("click", open);

  let box, input, results, says; // made when first opened
  let index = null, people = null, failed = false, active = null;

  function open() {
    box ?? make();
    box.showModal();
    input.focus();
    input.select();
    if (!index) loadJson(`${root}data/search.json`).then(prepare).then(entries => { index = entries; }).then(refresh, fail);
    failed = false;
    refresh();
  }

  function make() {
    input = el("input", {
      type: "text", role: "combobox", "aria-label": "Search pages, emails, subscribers and links", "aria-controls": "found", "aria-expanded": "false", "aria-autocomplete": "list",
      placeholder: "Search pages, emails, subscribers, links", autocomplete: "off", spellcheck: "false", enterkeyhint: "go",
    });
    results = el("div", { id: "found", role: "listbox", "aria-label": "Found" });
    says = el("p", { role: "status" });
    box = dialog("search", "Search", input, results, says);
    input.addEventListener("input", refresh);
    input.addEventListener("keydown", press);
    results.addEventListener("click", event => event.target.closest("a") && box.close());
  }

  function fail() {
    failed = true;
    refresh();
  }

  /** Every text is lowered once, here. The space before it lets words of pages be found by how they begin. */
  function prepare(data) {
    const entries = {};
    for (const [kind] of KINDS) entries[kind] = (data[kind] ?? []).map(entry => {
      const label = entry.label.toLowerCase();
      return { ...entry, lowered: label, text: ` ${label} ${entry.detail} ${entry.words ?? ""}`.toLowerCase() };
    });
    return entries;
  }

  function refresh() {
    const query = input.value.trim().toLowerCase(), words = query.split(/\s+/).filter(Boolean);
    const wantsPeople = query.length >= ENOUGH;
    if (wantsPeople && !people && !failed) loadPeople(`${root}data/subscribers.json`, root).then(loaded => { people = loaded; }).then(refresh, fail);
    const groups = KINDS.map(([kind, title, most]) => [title, kind === "people" ? wantsPeople && people ? persons(words, most) : [] : entries(kind, query, words, most)]).filter(([, found]) => found.length);
    const kept = active?.getAttribute("href");
    let number = 0;
    results.replaceChildren(...groups.map(([title, found]) => el("div", { role: "group", "aria-label": title }, el("p", { "aria-hidden": "true" }, title), ...found.map(each => option(each, number++)))));
    const all = options();
    input.setAttribute("aria-expanded", String(all.length > 0));
    choose(query ? all.find(each => each.getAttribute("href") === kept) ?? all[0] : null);
    const waiting = !index || wantsPeople && !people;
    says.textContent = failed ? "Not everything could be searched: reload this page, or sign in again." : waiting ? "Loading …" : all.length ? `${all.length} found` : "Nothing fits these words.";
    says.classList.toggle("vh", !failed && !waiting && all.length > 0);
  }

  /** Those whose name begins with what was typed, then those whose name has it, then the others. */
  function entries(kind, query, words, most) {
    if (!index || !query && kind !== "pages") return [];
    const before = kind === "pages" || kind === "definitions" ? " " : "";
    const found = index[kind].filter(({ text }) => words.every(word => text.includes(before + word)));
    const rank = ({ lowered }) => lowered.startsWith(query) ? 0 : lowered.includes(query) ? 1 : 2;
    return found.map(each => [rank(each), each]).sort((a, b) => a[0] - b[0]).slice(0, query ? most : found.length).map(([, each]) => each);
  }

  /** Those with names and addresses that begin so, then the others; each best first, as the list is. The table shows all. */
  function persons(words, most) {
    const { haystack, person } = people, found = new Set();
    for (const before of [" ", ""]) for (let i = 0; i < haystack.length && found.size <= most; i++) if (words.every(word => haystack[i].includes(before + word))) found.add(i);
    const shown = [...found].slice(0, most).map(person);
    if (found.size > most) shown.push({ label: "All subscribers who fit", detail: "", href: `subscribers.html?who=all&q=${encodeURIComponent(input.value.trim())}` });
    return shown;
  }

  /** Addresses are pages of ours, or of the web; with anything else one lands on the page of links. */
  function option({ label, detail, href }, number) {
    const away = /^https?:\/\//i.test(href), ours = /^[\w/-]+\.html(?:[?#]|$)/.test(href);
    const link = el("a", { role: "option", id: `found-${number}`, tabindex: "-1", "aria-selected": "false", href: away ? href : root + (ours ? href : "links.html") }, el("span", { dir: "auto" }, label), " ", el("small", { dir: "auto" }, detail));
    if (away) link.rel = "noopener noreferrer";
    return link;
  }

  const options = () => [...results.querySelectorAll("[role=option]")];

  function choose(link) {
    active?.setAttribute("aria-selected", "false");
    active = link ?? null;
    if (!active) return input.removeAttribute("aria-activedescendant");
    active.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", active.id);
    active.scrollIntoView({ block: "nearest" });
  }

  function press(event) {
    const all = options(), place = all.indexOf(active);
    if (event.isComposing || !all.length) return;
    if (event.key === "ArrowDown") choose(all[(place + 1) % all.length]);
    else if (event.key === "ArrowUp") choose(all[place < 1 ? all.length - 1 : place - 1]);
    else if (event.key === "Enter") active?.click();
    else return;
    event.preventDefault();
  }
}
