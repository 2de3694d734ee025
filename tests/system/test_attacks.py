"""Documents that attack, asked about over HTTP with a model that obeys them; see tests/attacks.py."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.attacks import ATTACKS, Attack, harm
from tests.victim import Victim


@pytest.fixture(scope="module")
def victim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victim]:
    with ExitStack() as stack:
        yield Victim(tmp_path_factory.mktemp("victim"), stack)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_that_nobody_stops_is_noticed(attack: Attack) -> None:
    prompt = f'<passage number="1">{attack.text}</passage><question>{attack.question}</question>'
    statements = [{"supported": True, "start": 0, "end": len(attack.reply)}]
    answer = {"answer": attack.reply, "citations": [], "grounded": True, "statements": statements}
    assert harm(attack, prompt, answer)


@pytest.mark.parametrize("streams", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: f"{attack.kind}: {attack.name}")
def test_nothing_of_an_attack_reaches_the_reader(victim: Victim, attack: Attack, streams: bool) -> None:
    assert victim.suffer(attack, streams=streams) == ""
