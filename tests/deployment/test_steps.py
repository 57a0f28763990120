"""Steps as data, as shell, and carried out."""

import subprocess
from collections.abc import Callable

import pytest

from deployment.execution import TRIES, Execution
from deployment.gcloud import Gcloud
from deployment.steps import Feed, Step, as_shell, filled, spelt
from shared.errors import StepFailed
from tests.deployment.conftest import ROOT, Console

ODD_WORDS = [
    "",
    "a b",
    "it's",
    '"quoted"',
    "$HOME",
    "`date`",
    "new\nline",
    "*",
    "a;b",
    "ünï",
    "--x=${NUMBER}'s",
]


@pytest.mark.parametrize("word", ODD_WORDS)
def test_any_word_survives_a_shell(word: str) -> None:
    line = spelt(("printf", "[%s]", word))
    ran = subprocess.run(["sh", "-c", f"NUMBER=12; {line}"], capture_output=True, text=True, check=True)
    assert ran.stdout == f"[{filled((word,), {'NUMBER': '12'})[0]}]"


@pytest.mark.parametrize(
    ("step", "acts"),
    [
        (Step("", ("true",), ("echo", "acted")), False),
        (Step("", ("false",), ("echo", "acted")), True),
        (Step("", ("true",), ("echo", "acted"), removes=True), True),
        (Step("", ("false",), ("echo", "acted"), removes=True), False),
        (Step("", ("echo", "a"), ("echo", "acted"), anything=True), False),
        (Step("", ("true",), ("echo", "acted"), anything=True), True),
        (Step("", ("printf", "a\nb\n"), ("echo", "acted"), lines=("b",)), False),
        (Step("", ("printf", "a\nbb\n"), ("echo", "acted"), lines=("b",)), True),
        (Step("", ("printf", "a\nb\nc\n"), ("echo", "acted"), lines=("c", "a")), False),
        (Step("", ("printf", "a\nb\n"), ("echo", "acted"), lines=("c", "a")), True),
        (
            Step("", ("printf", "t a\nz\n"), ("echo", "acted"), lines=("a",), other_than="t a", removes=True),
            False,
        ),
        (
            Step(
                "", ("printf", "t a\nu a\n"), ("echo", "acted"), lines=("a",), other_than="t a", removes=True
            ),
            True,
        ),
        (Step("", ("printf", " a\n"), ("echo", "acted"), lines=("a",), other_than="t a", removes=True), True),
        (Step("", (), ("echo", "acted")), True),
        (Step("", ("echo", "x"), ("echo", "acted"), captures="X"), False),
        (Step("", ("true",), ("echo", "acted"), captures="X"), True),
        (Step("", ("echo", "x"), ("echo", "acted"), captures="X", removes=True), True),
        (Step("", ("true",), ("echo", "acted"), captures="X", removes=True), False),
    ],
)
def test_a_step_acts_as_shell_exactly_where_it_should(step: Step, acts: bool) -> None:
    ran = subprocess.run(["sh", "-eu", "-c", as_shell([step])], capture_output=True, text=True, check=True)
    assert ("acted" in ran.stdout) is acts


OTHERS = Step("", ("gcloud",), ("true",), lines=("r m",), other_than="t-2 r m", removes=True)


@pytest.mark.parametrize(
    ("printed", "is_there"),
    [("t-2 r m\nr other\n", False), ("t-2 r m\nt-1 r m\n", True), (" r m\n", True), ("", False)],
)
def test_another_line_that_ends_the_same_is_told_from_the_one_that_is_wanted(
    printed: str, is_there: bool
) -> None:
    assert OTHERS.is_told_by(printed, {}) is is_there


def test_what_a_command_reads_comes_from_a_variable_or_from_the_script() -> None:
    script = as_shell(
        [
            Step("A secret", (), ("cat",), feed=Feed(variable="KEY")),
            Step("A text", (), ("cat",), feed=Feed(text='it\'s "100 %"\n')),
        ]
    )
    ran = subprocess.run(
        ["sh", "-eu", "-c", script], env={"KEY": "a $ecret %s"}, capture_output=True, text=True, check=True
    )
    assert ran.stdout == 'a $ecret %sit\'s "100 %"\n'


@pytest.fixture
def execution(console: Console) -> Callable[[list[float]], Execution]:
    def make(paused: list[float]) -> Execution:
        gcloud = Gcloud.find(ROOT, console.environ)
        return Execution(gcloud, lambda told: None, lambda variable: "", paused.append)

    return make


GRANT = Step(
    "Let it",
    ("gcloud", "projects", "get-iam-policy", "p", "--flatten=bindings[].members"),
    ("gcloud", "projects", "add-iam-policy-binding", "p", "--member=serviceAccount:new@x", "--role=r"),
    lines=("r serviceAccount:new@x",),
)
UNKNOWN_YET = "ERROR: INVALID_ARGUMENT: Service account new@x does not exist."


def test_an_account_that_is_not_known_everywhere_yet_is_waited_for(
    console: Console, execution: Callable[[list[float]], Execution]
) -> None:
    console.fail("add-iam-policy-binding", message=UNKNOWN_YET, times=2)
    paused: list[float] = []
    assert execution(paused).carry_out([GRANT]) == 1
    assert len(paused) == 2


def test_but_not_for_ever(console: Console, execution: Callable[[list[float]], Execution]) -> None:
    console.fail("add-iam-policy-binding", message=UNKNOWN_YET, times=99)
    paused: list[float] = []
    with pytest.raises(StepFailed, match="does not exist") as failed:
        execution(paused).carry_out([GRANT])
    assert len(paused) == TRIES - 1
    assert failed.value.command == spelt(GRANT.act)


def test_a_failed_command_comes_with_the_values_it_needs(
    console: Console, execution: Callable[[list[float]], Execution]
) -> None:
    console.fail("logging metrics create", message="ERROR: no", times=1)
    number = Step("Find", ("gcloud", "projects", "describe", "p"), captures="PROJECT_NUMBER")
    failing = Step("Try", (), ("gcloud", "logging", "metrics", "create", "service-${PROJECT_NUMBER}"))
    with pytest.raises(StepFailed) as failed:
        execution([]).carry_out([number, failing])
    line = 'PROJECT_NUMBER=123456789012; gcloud logging metrics create service-"${PROJECT_NUMBER}"'
    assert failed.value.command == line
    assert line in failed.value.hint


def test_a_project_that_does_not_exist_is_an_error(
    console: Console, execution: Callable[[list[float]], Execution]
) -> None:
    console.fail("projects describe", message="ERROR: NOT_FOUND: project p was not found")
    with pytest.raises(StepFailed, match="Find: ERROR: NOT_FOUND"):
        execution([]).carry_out(
            [Step("Find", ("gcloud", "projects", "describe", "p"), captures="PROJECT_NUMBER")]
        )


def test_what_was_made_but_is_not_to_be_seen_yet_is_an_error(
    console: Console, execution: Callable[[list[float]], Execution]
) -> None:
    channels = ("gcloud", "beta", "monitoring", "channels")
    look = (*channels, "list", '--filter=displayName="another"')
    with pytest.raises(StepFailed, match="not to be seen yet"):
        execution([]).carry_out(
            [Step("Make", look, (*channels, "create", "--display-name=one"), captures="C")]
        )
