"""Kills a writer, for real, at any line of the code under test.

A helper process, which has one thread and so may fork, runs the scenario in a child that sends itself SIGKILL
as soon as it reaches the n-th line of the watched files. The test looks at what the child left behind.
"""

import importlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

REPOSITORY = Path(__file__).parents[2]


@contextmanager
def killer(scenario: str, *watched: str) -> Iterator[Callable[[int, Path], bool]]:
    """Yields `killed(step, root)`: false once the scenario has fewer lines than that, and so ran to its end.

    `scenario` is "module:function", called with the root; `watched` are ends of file names.
    """
    command = [sys.executable, "-m", "tests.shared.killing", scenario, *watched]
    with subprocess.Popen(
        command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as helper:
        assert helper.stdin
        assert helper.stdout
        asked, told = helper.stdin, helper.stdout

        def killed(step: int, root: Path) -> bool:
            print(step, root, file=asked, flush=True)
            answer = told.readline().strip()
            assert answer in ("killed", "finished"), f"the scenario failed: {answer}"
            return answer == "killed"

        yield killed
        asked.close()


def _die_at(step: int, watched: tuple[str, ...]) -> None:
    seen = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal seen
        if not frame.f_code.co_filename.endswith(watched):
            return None
        if event == "line":
            seen += 1
            if seen == step:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)


def _serve(scenario: str, watched: tuple[str, ...]) -> None:
    module, _, function = scenario.partition(":")
    run = getattr(importlib.import_module(module), function)
    for line in sys.stdin:
        step, root = line.rstrip("\n").split(" ", 1)
        child = os.fork()
        if child == 0:
            _die_at(int(step), watched)
            run(Path(root))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        answers = {0: "finished", -signal.SIGKILL: "killed"}
        print(answers.get(code, f"exit code {code}"), flush=True)


if __name__ == "__main__":
    _serve(sys.argv[1], tuple(sys.argv[2:]))
