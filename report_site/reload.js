// Only `rapport serve` adds this to a page: it comes again when the report is built again.
"use strict";

{
  const EVERY = 2000;
  let seen = null;

  const look = async () => {
    if (document.visibilityState === "visible") {
      const answer = await fetch("/live/version", { cache: "no-store" }).catch(() => null);
      const version = answer?.ok ? await answer.text() : seen;
      if (seen !== null && version !== seen) {
        location.reload();
        return;
      }
      seen = version;
    }
    setTimeout(look, EVERY);
  };
  look();
}
