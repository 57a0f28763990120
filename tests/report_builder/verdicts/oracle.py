"""The rules once more, in plain Python and as slow as they are simple: what the queries must agree with.

Nothing of the product is used here; the limits are written out, so a changed one has to be changed twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.report_builder.verdicts.facts import (
    is_image_proxy,
    is_nameless,
    is_robot,
    link_of,
    network_class,
    same_reading,
    within,
)
from tests.report_builder.verdicts.relations import Happening, Judged, Scene

SECOND, MINUTE, HOUR = 1000, 60_000, 3_600_000
OF_VERDICT = {
    "human": {"open", "click", "proxy_on_demand", "confirmed"},
    "proxy": {"apple_relay", "prefetch", "nameless_open"},
    "scanner": {"robot_agent", "burst", "coverage", "instant", "crowd"},
}
CAN_BE_CONFIRMED = {"hasty", "erased", "data_centre", "nameless_click", "undated_proxy"}


def judge_plainly(scene: Scene) -> Judged:
    judge = Oracle(scene)
    first = {act.id: judge.opinion(act) for act in scene.acts}
    signs = [act for act in scene.acts if act.kind == "clicked" and first[act.id][0] == "human"]
    signs += [each for each in scene.happenings if each.kind == "replied"]
    return {
        act.id: ("human", "confirmed")
        if first[act.id][0] == "unknown"
        and first[act.id][1] in CAN_BE_CONFIRMED
        and any(confirms(sign, act) for sign in signs)
        else first[act.id]
        for act in scene.acts
    }


def confirms(sign: Happening, act: Happening) -> bool:
    if not same_reading(sign, act) or sign.at <= act.at:
        return False
    if sign.kind == "replied":
        return True
    here = act.address is not None and sign.address == act.address
    return sign.at <= act.at + HOUR and (act.kind == "opened" or here)


class Oracle:
    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.clicks = [act for act in scene.acts if act.kind == "clicked"]
        self.rules: dict[int, str | None] = {}

    def opinion(self, act: Happening) -> tuple[str, str]:
        reason = self.reason_of_click(act) if act.kind == "clicked" else self.reason_of_open(act)
        if reason == "beside_machine":
            return ("scanner" if act.kind == "opened" else "unknown", reason)
        return next((v for v, reasons in OF_VERDICT.items() if reason in reasons), "unknown"), reason

    def reason_of_click(self, act: Happening) -> str:
        machine = self.machine_rule(act)
        wait = self.wait(act)
        if machine:
            return machine
        if self.hints(act) >= 2:
            return "crowd_perhaps"
        if self.in_window(act, SECOND, lambda links: len(links) >= 2):
            return "pair"
        if self.is_beside_machine(act):
            return "beside_machine"
        if wait is not None and wait <= 10 * SECOND:
            return "hasty"
        if network_class(act) == "none" and is_nameless(act):
            return "erased"
        if network_class(act) == "cloud" or is_image_proxy(act):
            return "data_centre"
        return "nameless_click" if is_nameless(act) else "click"

    def reason_of_open(self, act: Happening) -> str:
        wait = self.wait(act)
        if is_robot(act):
            return "robot_agent"
        if network_class(act) == "apple_relay":
            return "apple_relay"
        if is_image_proxy(act):
            if wait is None:
                return "undated_proxy"
            return "prefetch" if wait <= 10 * SECOND else "proxy_on_demand"
        if self.is_beside_machine(act):
            return "beside_machine"
        if wait is not None and wait <= 10 * SECOND:
            return "instant"
        if is_nameless(act):
            return "erased" if network_class(act) == "none" else "nameless_open"
        return "data_centre" if network_class(act) == "cloud" else "open"

    def wait(self, act: Happening) -> int | None:
        waits = [
            act.at - each.at
            for each in self.scene.happenings
            if each.kind == "delivered" and same_reading(each, act) and each.at <= act.at + 2 * SECOND
        ]
        after = [wait for wait in waits if wait >= 0]
        return min(after) if after else max(waits, default=None)

    def machine_rule(self, act: Happening) -> str | None:
        if act.id not in self.rules:
            self.rules[act.id] = self._machine_rule(act)
        return self.rules[act.id]

    def _machine_rule(self, act: Happening) -> str | None:
        if is_robot(act):
            return "robot_agent"
        if self.in_window(act, SECOND, lambda links: len(links) >= 3):
            return "burst"
        if self.in_window(act, 10 * SECOND, lambda links: len(links) >= 5):
            return "burst"
        if self.is_coverage(act):
            return "coverage"
        wait = self.wait(act)
        if wait is not None and wait <= 2 * SECOND:
            return "instant"
        return "crowd" if self.hints(act) >= 3 else None

    def in_window(self, act: Happening, span: int, is_rush: Callable[[set[str | None]], bool]) -> bool:
        """Whether some window of this length that begins with a click and holds this one is a rush."""
        if link_of(act) is None:
            return False
        mine = [each for each in self.clicks if same_reading(each, act) and link_of(each) is not None]
        return any(
            first.at <= act.at <= first.at + span
            and is_rush({link_of(each) for each in within(mine, first.at, span)})
            for first in mine
        )

    def is_coverage(self, act: Happening) -> bool:
        known = {link_of(e) for e in self.clicks if e.email == act.email and e.reader is not None} - {None}

        def covers(links: set[str | None], least: int) -> bool:
            return len(links) >= least and "an ending" in links and 100 * len(links) >= 80 * len(known)

        return covers({link_of(each) for each in self.sweep(act)}, 4) or self.in_window(
            act, SECOND, lambda links: covers(links, 2)
        )

    def sweep(self, act: Happening) -> list[Happening]:
        """The clicks around this one, from the same address, with no pause of more than 15 seconds."""
        if link_of(act) is None:
            return []
        here = [e for e in self.clicks if same_reading(e, act) and e.address == act.address and link_of(e)]
        swept, times = [act], [act.at]
        while more := [
            e for e in here if e not in swept and any(abs(e.at - t) <= 15 * SECOND for t in times)
        ]:
            swept += more
            times += [each.at for each in more]
        return swept if same_reading(act, act) else []

    def is_beside_machine(self, act: Happening) -> bool:
        return act.address is not None and any(
            same_reading(each, act)
            and each.address == act.address
            and abs(each.at - act.at) <= MINUTE
            and self.machine_rule(each) is not None
            for each in self.clicks
        )

    def hints(self, act: Happening) -> int:
        """How many of the four signs of a shared filter; 0 when no crowd was there within the hour."""
        place = self.place(act)
        if place is None:
            return 0
        here = [each for each in self.clicks if self.place(each) == place]
        arrivals = sorted(
            (min(e.at for e in here if e.reader == r), r) for r in {e.reader or 0 for e in here}
        )
        times = [at for at, _ in arrivals]
        mine = next(number for number, (_, reader) in enumerate(arrivals) if reader == act.reader)
        spans = [
            times[last] - times[last - 4] for last in range(mine, min(mine + 5, len(times))) if last >= 4
        ]
        if not spans or min(spans) > HOUR or act.at > times[mine] + MINUTE:
            return 0
        domains = {self.scene.domains[r] for _, r in arrivals if r in self.scene.domains}
        return sum(
            (
                network_class(act) == "cloud",
                len(domains) > 1,
                len({each.agent for each in here}) == 1,
                min(spans) <= 5 * MINUTE,
            )
        )

    def place(self, act: Happening) -> tuple[object, ...] | None:
        shared = network_class(act) in ("cloud", "other")
        if not shared or None in (act.email, act.reader, act.address, act.network):
            return None
        return act.email, act.network, None if network_class(act) == "cloud" else act.address


def differences(judged: Judged, expected: Judged, acts: Sequence[Happening]) -> list[str]:
    return [
        f"{act}: queries say {judged[act.id]}, oracle {expected[act.id]}"
        for act in acts
        if judged[act.id] != expected[act.id]
    ]
