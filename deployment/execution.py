"""Carries a plan out: looks before each step, does what is missing, stops where something fails."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from deployment.gcloud import Answer, Gcloud
from deployment.steps import Step, acting, filled, spelt
from shared.errors import StepFailed

TRIES, PAUSE_SECONDS = 7, 10.0  # a new account or service is known everywhere after a minute


@dataclass
class Execution:
    """`secrets` gives the value of a variable, and is asked only where it is needed."""

    gcloud: Gcloud
    say: Callable[[str], None]
    secrets: Callable[[str], str]
    pause: Callable[[float], None]
    known: dict[str, str] = field(default_factory=dict)
    done: int = 0

    def carry_out(self, steps: Sequence[Step]) -> int:
        """Returns how many steps had to be done. Raises StepFailed with what gcloud said; carry the plan out again
        and it goes on from there."""
        for number, step in enumerate(steps, 1):
            place = f"{number:>2}/{len(steps)}"
            if step.is_long:
                self.say(f"{place} {step.purpose} ...")
            self.say(f"{place} {step.purpose}: {self._carry_out(step)}.")
        return self.done

    def _carry_out(self, step: Step) -> str:
        is_there = self._look(step) if step.check else step.removes
        if is_there != step.removes:
            return "not there" if step.removes else "there already"
        if not step.act:
            raise self._failed(step, spelt(step.check), Answer(1, message="gcloud answered nothing"))
        self._act(step)
        if step.captures and not step.removes and not self._look(step):
            raise self._failed(
                step, spelt(step.check), Answer(1, message="it was made, but is not to be seen yet")
            )
        self.done += 1
        return "removed" if step.removes else "done"

    def _look(self, step: Step) -> bool:
        answer = self._patiently(lambda: self.gcloud.call(filled(step.check, self.known)), looking=True)
        if answer.is_absent and step.act:
            return False
        if answer.code != 0:
            raise self._failed(step, spelt(step.check), answer)
        if step.captures and answer.output.strip():
            self.known[step.captures] = answer.output.split()[0]
        return step.is_told_by(answer.output, self.known)

    def _act(self, step: Step) -> None:
        feed = None
        if step.feed:
            feed = self.secrets(step.feed.variable) if step.feed.variable else step.feed.text
        command = filled(step.act, self.known)
        answer = self._patiently(lambda: self.gcloud.call(command, feed, is_long=step.is_long))
        if answer.code != 0:
            raise self._failed(step, acting(step), answer)

    def _patiently(self, attempt: Callable[[], Answer], *, looking: bool = False) -> Answer:
        """Waits for what was made a moment ago to be known everywhere; not for what was never made."""
        answer = attempt()
        for _ in range(TRIES - 1):
            if not answer.is_settling or (looking and answer.is_absent):
                break
            self.pause(PAUSE_SECONDS)
            answer = attempt()
        return answer

    def _failed(self, step: Step, command: str, answer: Answer) -> StepFailed:
        told = answer.message or "gcloud says why above"
        values = "".join(f"{name}={value}; " for name, value in self._used(command).items())
        return StepFailed(
            f"{step.purpose}: {told}",
            values + command,
            hint=f"To try this step alone: {values}{command}\n  Then run the same command again: it goes on from here.",
        )

    def _used(self, command: str) -> Mapping[str, str]:
        return {name: value for name, value in self.known.items() if f"${{{name}}}" in command}
