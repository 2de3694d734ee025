"""How many dead letters are kept, and where."""

from __future__ import annotations

from dataclasses import dataclass

from footnote.cli.samples import samples
from footnote.events.deadletters import DeadLetters
from footnote.settings import Settings

NAME = "footnote_dead_letters"


@dataclass(frozen=True, slots=True)
class Letters:
    count: int | None
    """None where whoever keeps them does not tell."""
    url: str = ""
    """Of whoever keeps them, if they are not in the state folder."""


NONE = Letters(0)


def letters(settings: Settings) -> Letters:
    """On a cluster they are on a volume that no job sees, and who keeps them is asked."""
    url = settings.dead_letters_url.rstrip("/")
    if not url:
        return Letters(len(list(DeadLetters.from_settings(settings))))
    found = samples(url, NAME)
    return Letters(int(found[0].value) if found else None, url)
