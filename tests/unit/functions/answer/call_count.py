"""The cost of a function as the number of calls that it makes, which no slow machine changes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType


def count_calls(action: Callable[..., object], *given: object) -> int:
    count = 0

    def note(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        action(*given)
    finally:
        sys.setprofile(before)
    return count
