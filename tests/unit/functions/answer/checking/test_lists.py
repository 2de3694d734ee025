"""Statements about lists, and lists of statements."""

import pytest

from functions.answer.checking.citations import CitationChecker
from functions.answer.checking.support import SupportChecker
from functions.answer.matching.corpus import Corpus
from functions.answer.matching.sentence import Sentence
from tests.unit.functions.answer.samples import passage

CLAIMS = """\
You can claim meals and rooms, and trains in second class.

You cannot claim:

- alcohol

- fines

- gifts

- upgrades to first class

To claim costs, fill in form T4.
"""


@pytest.mark.parametrize(
    ("statement", "supported"),
    [
        ("You cannot claim upgrades to first class.", True),
        ("You can claim upgrades to first class.", False),
        ("Alcohol, fines, gifts and upgrades to first class cannot be claimed.", True),
        ("Fines and gifts can be claimed.", False),
        ("No, you cannot claim alcohol.", True),
    ],
)
def test_an_item_of_a_passage_says_what_its_introduction_says_of_it(
    statement: str, supported: bool
) -> None:
    corpus = Corpus([passage(CLAIMS)])
    checker = SupportChecker(corpus, Sentence.parse("What is known?"))
    [best] = checker.best_quotes(Sentence.parse(statement), corpus.sources)
    assert best.supported is supported


@pytest.mark.parametrize(
    ("statement", "supported"),
    [
        ("You cannot smoke below the upper deck.", True),
        ("Do not smoke below the upper deck.", True),
        ("You can smoke below the upper deck.", False),
    ],
)
@pytest.mark.parametrize("introduction", ["You cannot:", "Do not:", "**Never:**"])
def test_an_introduction_without_words_of_its_own_negates_the_whole_item(
    introduction: str, statement: str, supported: bool
) -> None:
    rules = passage(f"{introduction}\n\n- bring dogs\n- smoke below the upper deck")
    checker = SupportChecker(Corpus([rules]), Sentence.parse("What is known?"))
    [best] = checker.best_quotes(Sentence.parse(statement), checker.corpus.sources)
    assert best.supported is supported


@pytest.mark.parametrize(
    ("said", "supported"),
    [
        ("These are excluded:\n- alcohol [1]\n- fines [1]\n- beer [1]", [True, True, False]),
        ("You can claim:\n- meals [1]\n- alcohol\n\n- fines", [True, False, False]),
        ("You cannot claim:\n1. alcohol [1]\n2. meals [1]", [True, False]),
        ("You cannot claim:\n- alcohol.\n\nMeals can be claimed.", [True, True]),
    ],
)
def test_an_item_of_an_answer_is_read_after_its_introduction(said: str, supported: list[bool]) -> None:
    text = "You can claim meals.\n\nYou cannot claim:\n\n- alcohol\n\n- fines\n"
    for pieces in ([said], list(said)):
        footnotes = CitationChecker([passage(text)], "Which spending does the firm leave to its staff?")
        _ = [*(event for piece in pieces for event in footnotes.feed(piece)), *footnotes.close()]
        assert [statement.supported for statement in footnotes.statements] == supported


@pytest.mark.parametrize("label", ["1. ", "2) ", "- "])
def test_a_step_is_supported_under_another_number_and_introduction(label: str) -> None:
    steps = passage("To reset the lantern:\n\n1. Switch it off\n2. Hold the button\n")
    footnotes = CitationChecker([steps], "How is the lantern reset?")
    said = f"Proceed through several stages as described:\n{label}Hold the button [1]"
    _ = [*footnotes.feed(said), *footnotes.close()]
    assert footnotes.grounded
