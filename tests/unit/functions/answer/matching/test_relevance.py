import pytest

from functions.answer.matching.corpus import Corpus
from functions.answer.matching.relevance import Relevance
from functions.answer.matching.sentence import Sentence
from tests.unit.functions.answer.samples import two


@pytest.mark.parametrize(
    ("question", "match"),
    [("Which Panthers defense gave up 308 points?", 0.9), ("Where is the moon garden?", 0)],
)
def test_the_best_sentence_says_how_well_the_passages_match(question: str, match: float) -> None:
    relevance = Relevance(Corpus(two()), Sentence.parse(question))
    assert relevance.best_match == pytest.approx(match, abs=0.2)
