"""Lists in a text."""

import pytest

from footnote.text.sentences import sentences
from functions.answer.matching.lists import find_lists


def lists(text: str) -> list[tuple[list[str], bool, bool]]:
    """The sentences of each list, and whether it is introduced and numbered."""
    spans = list(sentences(text))
    texts = [text[start:end] for start, end in spans]
    found = find_lists(text, spans)
    return [(texts[one.first : one.stop], one.introduced, one.numbered) for one in found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("No list. None at all.", []),
        ("It has:\n\n- a lamp\n- a bell\n\nIt is red.", [(["- a lamp", "- a bell"], True, False)]),
        (
            "First:\n\n- a lamp\n\nThen:\n\n- a bell",
            [(["- a lamp"], True, False), (["- a bell"], True, False)],
        ),
        (
            "Do this.\n\n1. Go in. Wait.\n\nIt takes long.\n\n2. Go out.\n\nIt is done.",
            [(["1. Go in.", "Wait.", "It takes long.", "2. Go out."], False, True)],
        ),
        ("1. Go.\n\nIt is done.\n\n1. Sit.", [(["1. Go."], False, True), (["1. Sit."], False, True)]),
        ("So:\n\nStep 1: Go in.\nStep 2: Sit.", [(["Step 1: Go in.", "Step 2: Sit."], True, True)]),
        (
            "Schritt 1: Geh.\nÉtape 2: Va.\nPasso 3: Vai.\nStap 4: Ga.\nKrok 5: Iść.",
            [
                (
                    ["Schritt 1: Geh.", "Étape 2: Va.", "Passo 3: Vai.", "Stap 4: Ga.", "Krok 5: Iść."],
                    False,
                    True,
                )
            ],
        ),
        ("- a bell\n\nIt has:", [(["- a bell"], False, False)]),
        ("- a bell\n\nIt is red.\n\n2. Go.", [(["- a bell"], False, False), (["2. Go."], False, True)]),
        ("**The items are:**\n\n* one", [(["* one"], True, False)]),
    ],
)
def test_a_list_ends_where_neither_an_item_nor_the_next_number_follows(
    text: str, found: list[tuple[list[str], bool, bool]]
) -> None:
    assert lists(text) == found
