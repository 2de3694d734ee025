"""Numbers in Chinese and Japanese words."""

import pytest

from functions.answer.checking.support import SupportChecker
from functions.answer.matching.corpus import Corpus
from functions.answer.matching.ideographs import with_digits
from functions.answer.matching.sentence import Sentence
from tests.unit.functions.answer.samples import passage


@pytest.mark.parametrize(
    ("words", "digits"),
    [
        ("三十天内", "30天内"),
        ("二十四个月", "24个月"),
        ("十五元", "15元"),
        ("两年", "2年"),
        ("二百零五人", "205人"),
        ("三万二千円", "32000円"),
        ("一亿零五百人", "100000500人"),
        ("二〇二四年", "2024年"),
        ("百分之三十", "30%"),
        ("十一月", "11月"),
    ],
)
def test_a_number_that_counts_something_has_digits(words: str, digits: str) -> None:
    assert with_digits(words) == digits


@pytest.mark.parametrize(
    "words", ["一起", "一天", "十分重要", "第二年", "千万不要", "统一", "多万人", "3万人"]
)
def test_a_word_that_only_looks_like_a_number_stays(words: str) -> None:
    assert with_digits(words) == words


@pytest.mark.parametrize(
    ("statement", "supported"),
    [
        ("客户须在30天内通知我们。", True),
        ("客户须在40天内通知我们。", False),
        ("客户须在四十天内通知我们。", False),
        ("保修期为24个月。", True),
        ("保修期为十二个月。", False),
    ],
)
def test_a_number_is_checked_in_words_and_in_digits(statement: str, supported: bool) -> None:
    corpus = Corpus([passage("客户须在三十天内通知我们。保修期为二十四个月。")])
    checker = SupportChecker(corpus, Sentence.parse("保修？"))
    [best] = checker.best_quotes(Sentence.parse(statement), corpus.sources)
    assert best.supported is supported
