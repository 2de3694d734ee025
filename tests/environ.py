"""The environment of a process of Footnote."""

from __future__ import annotations

import os

from footnote.settings import PREFIX


def environ_with(**settings: object) -> dict[str, str]:
    """This process's environment, with these of Footnote's settings in place of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return {**kept, **{PREFIX + name.upper(): str(value) for name, value in settings.items()}}
