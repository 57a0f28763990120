"""How a person is called in a list, and where their page is."""

from dataclasses import dataclass, field

from report_builder.scoring import STAGES, Stage
from report_builder.wording import UNKNOWN

NAMELESS = "Unknown person"


@dataclass(frozen=True)
class Name:
    main: str
    detail: str


@dataclass(frozen=True)
class Directory:
    """People with a page of their own, by UUID; everybody else is shown by subscriber.html."""

    with_page: frozenset[str] = field(default_factory=frozenset)

    def href(self, uuid: str) -> str:
        return f"subscribers/{uuid}.html" if uuid in self.with_page else f"subscriber.html#{uuid}"


def name_of(name: str | None, email: str | None, uuid: str) -> Name:
    """The name with the address beside it; without a name the address is split so that its front stays readable."""
    called, address = (name or "").strip(), (email or "").strip()
    if called:
        return Name(called, address)
    if "@" in address:
        front, _, host = address.rpartition("@")
        return Name(front, f"@{host}") if front else Name(address, "")
    return Name(address or NAMELESS, "" if address else uuid[:8])


def status_word(status: str) -> str:
    return status.replace("_", " ")


def stage_word(stage: Stage) -> str:
    return STAGES[stage][0]


def stars_text(stars: int | None) -> str:
    """Five signs, filled or not."""
    return UNKNOWN if stars is None else "★" * stars + "☆" * (5 - stars)
