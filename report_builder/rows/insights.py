"""Rows of queries/insights."""

from typing import NamedTuple


class FanCount(NamedTuple):
    step: int  # the checkpoint at which the stretch ends; 0 is now
    fans: int
    quiet: int
