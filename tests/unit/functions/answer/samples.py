"""Sample passages, and a reply of a chat model about them."""

from __future__ import annotations

from footnote.contracts import Passage

SUPER_BOWL = (
    "The Panthers defense gave up just 308 points, ranking sixth in the league. "
    "Kawann Short led the team in sacks with 11. He also forced three fumbles."
)
REPLY = "Elasticsearch listens on port 9200 [2].\nIt needs Java 17 [2]."
"""A possible reply of a chat model to the passages of `two`."""
PORTS = (
    "Elasticsearch listens on port 9200. It needs Java 17 and does not run on Windows 95. "
    "More is at https://docs.example/ports for those who want it."
)


def passage(text: str, title: str = "Notes", start: int = 100, score: float = 1.0) -> Passage:
    return Passage(
        document=f"{title}-id",
        uri=f"file:///bucket/{title}",
        version="00000001.aa",
        title=title,
        start=start,
        end=start + len(text),
        text=text,
        score=score,
    )


def two() -> list[Passage]:
    return [passage(SUPER_BOWL, "Super Bowl 50"), passage(PORTS, "Ports", start=7)]
