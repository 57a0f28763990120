// Everybody on the list, for the table of subscribers and for the search: columnar shards, loaded once.
"use strict";

async function loadJson(url) {
  const answer = await fetch(url);
  // an expired login answers with a page of its own
  if (!answer.ok || !/json/.test(answer.headers.get("content-type") ?? "")) throw new Error(url);
  return answer.json();
}

const lists = new Map();

/** The list at `url`, its shards below `root`; a list that could not be loaded may be asked for again. */
function loadPeople(url, root = "") {
  if (!lists.has(url)) {
    const loading = joinPeople(url, root);
    loading.catch(() => lists.delete(url));
    lists.set(url, loading);
  }
  return lists.get(url);
}

async function joinPeople(url, root) {
  const list = await loadJson(url);
  const parts = await Promise.all(list.shards.map(shard => loadJson(root + shard)));
  const columns = { id: [], email: [], name: [] };
  for (const key of Object.keys(parts[0] ?? {})) columns[key] = parts.flatMap(part => part[key]);
  // lowered here, once, and not with every key that is pressed; words begin after a space
  const haystack = columns.email.map((email, i) => ` ${columns.name[i]} ${email}`.toLowerCase());

  // an id travels as the 16 bytes of its UUID in base64
  const uuid = i => Array.from(atob(columns.id[i].replaceAll("-", "+").replaceAll("_", "/")), c => c.charCodeAt(0).toString(16).padStart(2, "0")).join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  function person(i) {
    const name = columns.name[i].trim(), email = columns.email[i], cut = email.lastIndexOf("@"), id = uuid(i);
    return {
      label: name || (cut > 0 ? email.slice(0, cut) : email) || "Unknown person",
      detail: name ? email : cut > 0 ? email.slice(cut) : email ? "" : id.slice(0, 8),
      href: i < list.pages ? `subscribers/${id}.html` : `subscriber.html#${id}`,
    };
  }
  return { list, columns, haystack, person };
}
