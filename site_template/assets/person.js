// Shows anybody: subscriber.html#<uuid> reads the one shard this person is in and fills the page's template.
"use strict";

const place = document.getElementById("person"), zone = place.dataset.zone;
const introduction = [...place.childNodes];
const VERBS = {
  "subscriber.delivered": "received", "subscriber.opened": "opened", "subscriber.clicked": "clicked", "subscriber.bounced": "bounced",
  "subscriber.rejected": "was rejected", "subscriber.complained": "complained", "subscriber.unsubscribed": "unsubscribed", "subscriber.replied": "replied",
};
const FACTS = {
  referrer_url: "Came from", utm_source: "Campaign source", utm_campaign: "Campaign", country: "Country", upgraded_ms: "Upgraded", churned_ms: "Stopped paying",
  left_ms: "Left", unsubscription_reason: "Reason for leaving", undeliverability_reason: "Reason of failure", deleted_ms: "Deleted",
};
const HIDDEN = -2; // seen through proxies and filters only
const SHOWN = 250, MARKS = 60, MINUTE = 6e4, QUARTER = 9e5, DAY = 864e5;
const hourFormat = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" });
const day = dayWriter(zone), date = dayWriter("UTC");
const moment = ms => `${day(ms)}, ${hourFormat.format(ms)}`;
const tenths = new Intl.NumberFormat(locale, { numberingSystem: "latn", minimumFractionDigits: 1, maximumFractionDigits: 1 });
const known = n => n === HIDDEN ? "can't be known" : n < 0 ? "–" : figures.format(n); // -1: could not be measured
const many = (n, one) => `${figures.format(n)} ${one}${n === 1 ? "" : "s"}`;

addEventListener("hashchange", open);
open();

async function open() {
  const uuid = decodeURIComponent(location.hash.slice(1)).toLowerCase();
  if (!uuid) return place.replaceChildren(...introduction);
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid)) return say("That is not the name of a subscriber.");
  try {
    const [shard, names] = await Promise.all([load(`data/people/${shardOf(uuid)}.json`), load("data/people/names.json")]);
    const person = shard && find(uuid, shard);
    if (person) fill(person, shard, names);
    else say("There is no such subscriber in this report.");
  } catch {
    say("This person could not be loaded: reload the page, or sign in again.");
  }
}

async function load(url) {
  const answer = await fetch(url);
  if (answer.status === 404) return null;
  if (!answer.ok || !/json/.test(answer.headers.get("content-type") ?? "")) throw new Error(url);
  return answer.json();
}

/** Which of the shards a person is in: the last byte of the UUID, shifted right the more the fewer people there are. */
function shardOf(uuid) {
  return (parseInt(uuid.slice(-2), 16) >> place.dataset.shift).toString(16).padStart(2, "0");
}

function say(text) {
  place.replaceChildren(...introduction);
  place.querySelector(".answer").textContent = text;
}

/** One person's row of the shard's columns; ids are the last nine bytes of a UUID in base64. */
function find(uuid, { people, more, status, source, stage, tags }) {
  const bytes = uuid.replaceAll("-", "").slice(-18).match(/../g).map(hex => parseInt(hex, 16));
  const packed = btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
  const at = people.id.indexOf(packed);
  if (at < 0) return null;
  const row = Object.fromEntries(Object.entries(people).map(([name, column]) => [name, column[at]]));
  return { ...row, status: status[row.status], source: source[row.source], stage: stage[row.stage], tags: row.tags.map(n => tags[n]), ...more[at] };
}

function fill(person, shard, names) {
  const page = document.getElementById("person-template").content.cloneNode(true);
  const slot = name => page.querySelector(`[data-slot="${name}"]`);
  const { score, received, measurable, hidden, clicks_measurable: clickable, opened, clicked } = person;
  const events = [];
  for (let i = person.first; i < person.first + person.events; i++) {
    const { type, email, link, minute } = shard.events;
    const about = names.emails[email[i]];
    const [name, reason] = shard.types[type[i]];
    events.push({ type: name, reason, email: email[i], about, url: names.links[link[i]], at: (minute[i] + (about ? about[2] : 0)) * MINUTE });
  }
  const acts = events.filter(e => !e.reason && ["subscriber.opened", "subscriber.clicked", "subscriber.replied"].includes(e.type));
  const last = acts.length ? acts[0].at : null;
  const title = person.name || person.email || "Unknown person";
  document.title = document.title.replace(/^.*?(?= · )/, () => title);
  slot("title").textContent = title;
  const address = person.email ? (person.name ? person.email : "") : "no address known";
  slot("address").textContent = address && `${address} · `;
  slot("status").textContent = person.status;
  slot("tags").append(...person.tags.map(tag => el("span", { class: "chip", dir: "auto" }, tag)));
  slot("answer").textContent = answer(score, received, opened, clicked, last);
  const tiles = [...slot("figures").children];
  for (const [value, note] of [
    [known(score), [stars(person.stars), score < 0 && "not ranked"].filter(Boolean).join(" · ")],
    [person.stage, person.since < 0 ? "" : `since ${day(person.since * QUARTER)}`],
    [known(opened), `of ${figures.format(measurable)} measurable${hidden ? `, ${figures.format(hidden)} hidden` : ""}`],
    [known(clicked), `of ${figures.format(clickable)} tracked`], [last ? day(last) : "–", last ? "" : hidden ? "not known" : "never"],
  ]) {
    const [, big, change] = tiles.shift().children;
    big.className = value.length > 9 ? "mid" : "big";
    big.textContent = value;
    change.textContent = note;
  }
  const why = scoreSays(score, person.scored);
  if (why) slot("score").textContent = why;
  else slot("score-part").remove();
  slot("marks").append(...marks(events));
  slot("timeline-note").textContent = events.length > SHOWN ? `the latest ${SHOWN} of ${figures.format(events.length)}` : many(events.length, "event");
  slot("timeline").append(...events.slice(0, SHOWN).map(timelineRow));
  if (!events.length) slot("timeline").append(el("tr", {}, el("td", { colspan: 3, class: "nothing" }, "Nothing has happened in the last two years.")));
  const earlier = person.earlier ?? [];
  if (!earlier.length) slot("earlier-part").remove();
  else slot("earlier").append(...earlier.map(([minute, email, opens, clicks]) => el("tr", {}, el("td", {}, day(minute * MINUTE)), el("td", {}, `${many(opens, "open")}, ${many(clicks, "click")}`), emailCell(names.emails[email]))));
  for (const [label, value] of facts(person, names.grid)) slot("about").append(el("dt", {}, label), el("dd", { dir: "auto" }, value));
  place.replaceChildren(page);
}

function answer(score, received, opened, clicked, last) {
  if (!received && opened <= 0 && clicked <= 0) return "This person has received no email yet.";
  const start = `Received ${many(received, "email")}`;
  if (score === HIDDEN) return `${start}; whether they were read can't be known, because a proxy or filter in front of the mailbox fetches them.`;
  if (opened < 0 && clicked < 0) return `${start}; whether they were read cannot be said, because opens and clicks were not tracked.`;
  const did = [opened < 0 ? "" : `opened ${figures.format(opened)}`, clicked < 0 ? "" : `clicked in ${figures.format(clicked)}`];
  return `${start}, ${did.filter(Boolean).join(" and ")}${last ? `; last active on ${day(last)}.` : ": never seen active."}`;
}

const stars = number => number ? `${"★".repeat(number)}${"☆".repeat(5 - number)}` : "";

function scoreSays(score, scored) {
  const unknown = scored[4], emails = scored.slice(0, 4).reduce((a, b) => a + b);
  if (!emails) return "";
  const did = ["replied to", "clicked in", "opened", "left unread"].map((what, i) => scored[i] && `${figures.format(scored[i])} ${what}`).filter(Boolean).join(", ");
  const which = `${many(emails, "email")} of the last 52 weeks that could be measured: ${did}`;
  const more = unknown ? ` ${figures.format(unknown)} more can't be known, and count as the list's average.` : "";
  return score < 0 ? `No score yet: there ${emails === 1 ? "is" : "are"} ${which}; a score takes 3.` : `Made of ${which}.${more} Recent ones count more.`;
}

function marks(events) {
  const did = new Map();
  for (const { type, reason, email, about } of events) if (about) did.set(email, { about, types: (did.get(email)?.types ?? new Set()).add(reason ? "machine" : type) });
  return [...did.values()].sort((a, b) => a.about[2] - b.about[2]).slice(-MARKS).map(({ about, types }) => {
    const [subject, href, , tracked] = about;
    const [kind, symbol] = types.has("subscriber.clicked") ? ["clicked", "◆"] : types.has("subscriber.opened") || types.has("subscriber.replied") ? ["opened", "●"] : tracked === 1 && types.has("subscriber.delivered") && !types.has("machine") ? ["ignored", "○"] : ["unknown", "·"];
    const text = `${subject}: ${kind}`;
    return el("li", { class: kind }, el("a", { href, title: text }, el("span", { "aria-hidden": "true" }, symbol), el("span", { class: "vh" }, text)));
  });
}

function timelineRow({ type, reason, about, url, at }) {
  const verb = VERBS[type] ?? type, kind = reason ? "machine" : verb === "opened" || verb === "clicked" ? verb : "other", cell = emailCell(about);
  if (url) {
    const short = url.replace(/^https?:\/\//, "").replace(/\/$/, "");
    cell.append(" ", el("small", {}, /^https?:\/\//.test(url) ? el("a", { href: url, rel: "noopener noreferrer" }, el("bdi", {}, short)) : el("bdi", {}, short)));
  }
  return el("tr", {}, el("td", {}, el("time", { datetime: new Date(at).toISOString() }, moment(at))), el("td", { class: kind }, verb, ...(reason ? [" ", el("small", {}, reason)] : [])), cell);
}

function emailCell(about) {
  return el("td", { class: "wide" }, ...(about ? [el("a", { href: about[1] }, el("bdi", {}, about[0]))] : []));
}

function* facts(person, grid) {
  if (person.habit) {
    const [recency, frequency, engaged, emails, depth] = person.habit;
    yield ["Habit", `${grid[recency][frequency - 1]}: did something with ${engaged} of the last ${emails} emails${depth === null ? "" : `, at a depth of ${tenths.format(depth)} out of 10`}`];
  }
  if (person.longest > 1) yield ["Streak", `${many(person.streak, "email")} in a row; ${figures.format(person.longest)} at best`];
  if (person.favourites) {
    const [hour, times, of, host, emails] = person.favourites, clock = h => `${String(h % 24).padStart(2, "0")}:00`;
    yield ["Active at", `${clock(hour)} to ${clock(hour + 1)}, ${figures.format(times)} times of ${figures.format(of)}`];
    if (host) yield ["Clicks most", `${host}, in ${many(emails, "email")}`];
  }
  if (person.joined >= 0) yield ["Joined", date(person.joined * DAY)];
  if (person.source) yield ["Source", person.source];
  for (const [name, label] of Object.entries(FACTS)) if (person.facts?.[name] != null) yield [label, name.endsWith("_ms") ? day(person.facts[name]) : String(person.facts[name])];
  for (const [address, , until] of person.addresses ?? []) yield ["Address", address + (until === null ? "" : ` until ${day(until)}`)];
  for (const [status, at] of person.changes ?? []) yield ["Status", `${status.replaceAll("_", " ")} on ${day(at * QUARTER)}`];
}
