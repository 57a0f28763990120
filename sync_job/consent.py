"""People who ask not to be tracked, by a tag or a metadata key: their events are unlinked, and stay so.

Subscriber, address and details become null, and go where no other event uses them; id, type, email and time stay, so
totals hold. Whoever allows it again is linked from then on, never back: what was unlinked cannot be linked again by
reading the feed once more.
"""

from sync_job.session import Session
from sync_job.statements import statement
from sync_job.unlinking import unlink

ALWAYS = 2**63 - 1  # asked, and has not taken it back


def apply_consent(session: Session) -> None:
    """Run it after people and before events; it reads what the lists said of them last."""
    store, now_ms = session.store, session.now_ms()
    people = store.database.execute(
        statement("find_consent"), {"key": session.plan.no_tracking, "path": _path(session.plan.no_tracking)}
    ).fetchall()
    asked = [key for key, until_ms, is_asking in people if is_asking and until_ms != ALWAYS]
    allowed = [key for key, until_ms, is_asking in people if not is_asking and until_ms == ALWAYS]
    if not asked and not allowed:
        store.events.mind_consent()  # of people who came back after retention forgot them
        return
    with store.transaction():
        store.database.executemany(statement("set_untracked"), [(ALWAYS, key) for key in asked])
        store.database.executemany(statement("set_untracked"), [(now_ms, key) for key in allowed])
        unlinked = unlink(store.database, "unlink_events", {"always": ALWAYS})
        store.dimensions.forget_traces()
    session.counts.subscribers_untracked += len(asked)
    session.counts.events_unlinked += unlinked
    store.events.mind_consent()


def _path(key: str) -> str:
    """The JSON path of a metadata key, whatever characters it has."""
    quoted = key.replace('"', "")
    return f'$."{quoted}"'
