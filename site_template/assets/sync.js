// The status page's "Sync now": only where the report is served by something that can start one, and only for an owner.
"use strict";

{
  const LOOK_AGAIN = 3000;
  const button = document.querySelector("button.sync"), note = document.querySelector('[data-slot="sync"]');
  const root = document.querySelector(".top").dataset.root;

  /** The JSON that is there, or null. */
  const ask = async (path, options) => {
    const answer = await fetch(root + path, { cache: "no-store", ...options }).catch(() => null);
    return (await answer?.json().catch(() => null)) ?? null;
  };

  const tell = text => {
    note.textContent = text;
    note.hidden = false;
  };

  /** Until none is under way, and then how the last one ended. A page that is hidden asks nothing. */
  const watch = async () => {
    button.disabled = true;
    for (;;) {
      const state = document.visibilityState === "visible" ? await ask("api/sync/state") : { under_way: true };
      if (state && !state.under_way) {
        button.disabled = false;
        tell(ending(state));
        return;
      }
      await new Promise(resume => setTimeout(resume, LOOK_AGAIN));
    }
  };

  const ending = ({ problem, last_run: run }) => {
    if (problem) return `The sync did not end well: ${problem}`;
    if (run?.outcome === "done") return "The sync ended well. The report shows what is new once it is built again.";
    return `The sync ended: ${run?.outcome ?? "nobody knows how"}.`;
  };

  button.addEventListener("click", async () => {
    button.disabled = true;
    const answer = await ask("api/sync/events", { method: "POST", headers: { "X-Rapport": "1" } });
    tell(answer?.message ?? "The sync could not be started: there is no answer.");
    button.disabled = false;
    if (answer?.started || (await ask("api/sync/state"))?.under_way) watch();
  });

  const begin = async () => {
    if ((await ask("whoami"))?.role !== "owner") return;
    button.hidden = false;
    if ((await ask("api/sync/state"))?.under_way) {
      tell("A sync is under way.");
      watch();
    }
  };
  if (location.protocol.startsWith("http")) begin();
}
