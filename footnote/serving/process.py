"""What a process has one of."""

from __future__ import annotations

import os
from functools import cache

from footnote.settings import Settings


@cache
def settings() -> Settings:
    """The settings of this process."""
    return Settings.from_environ(os.environ)
