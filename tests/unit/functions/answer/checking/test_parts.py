"""Statements about numbered parts."""

import pytest

from functions.answer.checking.support import SupportChecker
from functions.answer.matching.corpus import Corpus
from functions.answer.matching.sentence import Sentence
from tests.unit.functions.answer.samples import passage


@pytest.mark.parametrize(
    ("statement", "supported"),
    [
        ("Under Article 12, the controller must erase the data.", True),
        ("Under Article 13, the controller must erase the data.", False),
        ("The controller must erase 12 data.", False),
        ("Section 14 fines a violation of Article 12.", True),
        ("Section 15 fines a violation of Article 12.", False),
    ],
)
def test_a_statement_may_name_the_part_in_which_its_quote_stands(
    statement: str, supported: bool
) -> None:
    text = (
        "Article 12\nRight to erasure\n\nA controller shall erase the data.\n\n"
        "Section 14\nFines\n\nA violation of Article 12 is fined.\n\nArticle 13\nOther"
    )
    corpus = Corpus([passage(text)])
    checker = SupportChecker(corpus, Sentence.parse("What is known?"))
    [best] = checker.best_quotes(Sentence.parse(statement), corpus.sources)
    assert best.supported is supported
