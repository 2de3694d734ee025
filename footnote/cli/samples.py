"""What a function counts, as its /metrics tells it."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_client.samples import Sample

TIMEOUT = 5


def samples(url: str, name: str) -> list[Sample]:
    """The samples of that name of the function at `url`; none where it cannot be asked."""
    import requests
    from prometheus_client.parser import text_string_to_metric_families

    try:
        answer = requests.get(f"{url}/metrics", timeout=TIMEOUT)
        families = list(text_string_to_metric_families(answer.text if answer.ok else ""))
    except (requests.RequestException, ValueError):
        return []
    found = chain.from_iterable(family.samples for family in families)
    return [sample for sample in found if sample.name == name]
