"""Attacks by way of documents: how many of each kind reach the reader when the model obeys them all."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path

from bench.report import Measure, publish
from tests.attacks import ATTACKS
from tests.victim import Victim


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        victim = Victim(Path(folder), stack)
        tried = [
            (attack, victim.suffer(attack, streams=way)) for attack in ATTACKS for way in (False, True)
        ]
    for attack, harm in tried:
        if harm:
            print(f"{attack.kind}, {attack.name}: {harm}")
    measures = []
    for kind in dict.fromkeys(attack.kind for attack in ATTACKS):
        harms = [bool(harm) for attack, harm in tried if attack.kind == kind]
        measures.append(Measure(f"{kind}: got through", sum(harms), f"of {len(harms)}", target=0))
    publish("attacks", measures)


if __name__ == "__main__":
    main()
