import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.answer.matching.sentence import Sentence


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1,000 users", "1000 users"),
        ("5.50 euros", "5.5 euros"),
        ("four fumbles", "4 fumbles"),
        ("the fifth round", "the 5th round"),
    ],
)
def test_a_number_is_the_same_however_it_is_written(one: str, other: str) -> None:
    assert Sentence.parse(one).numbers == Sentence.parse(other).numbers != set()


def test_terms_are_stems_of_all_but_stop_words() -> None:
    assert Sentence.parse("The teams were leading").terms == Sentence.parse("a team leads").terms


def test_each_ideograph_is_a_term_and_neighbours_are_bigrams() -> None:
    sentence = Sentence.parse("北京有2000万人口。")
    assert sentence.sequence == ("北", "京", "有", "2000", "万", "人", "口")
    assert ("人", "口") in sentence.bigrams & Sentence.parse("人口是多少？").bigrams


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wann fa\u0308hrt das Schiff?", "Wann fährt das Schiff?"),
        ("Donau\u00addampf\u00adschiff", "Donaudampfschiff"),
        ("İstanbul", "istanbul"),
        ("A\ufeffB", "AB"),
    ],
)
def test_invisible_characters_do_not_change_terms(one: str, other: str) -> None:
    assert Sentence.parse(one).terms == Sentence.parse(other).terms != set()


def test_a_word_goes_on_over_its_marks() -> None:
    assert Sentence.parse("हिन्दी किताब").sequence == ("हिन्दी", "किताब")


def test_a_name_is_a_word_with_a_capital_that_opens_no_sentence() -> None:
    assert Sentence.parse("Yesterday Kawann led. MiniLM saw everyone.").names == {"kawann", "minilm"}


def test_the_scope_of_a_negation_ends_with_the_clause() -> None:
    sentence = Sentence.parse("It does not run on Windows, but on Linux.")
    assert sentence.negative
    assert "window" in sentence.negated
    assert "linux" not in sentence.negated


@pytest.mark.parametrize("text", ["It isn't ready", "It isn’t ready", "It cannot start", "no port"])
def test_negations_come_in_many_forms(text: str) -> None:
    assert Sentence.parse(text).negative


@settings(deadline=None)
@given(st.text())
def test_any_text_can_be_parsed(text: str) -> None:
    sentence = Sentence.parse(text)
    assert sentence.numbers | sentence.names | sentence.negated <= sentence.terms


def test_sentences_are_cached_the_long_ones_only_for_a_while() -> None:
    short, *long = ["Port 9200 is open.", *(f"Port {number} is open. " * 100 for number in range(100))]
    first, second = Sentence.parse(short), Sentence.parse(long[0])
    assert Sentence.parse(long[0]) is second
    for text in long:
        Sentence.parse(text)
    assert Sentence.parse(short) is first
    assert Sentence.parse(long[0]) is not second


def test_a_contraction_is_no_term() -> None:
    assert (
        Sentence.parse("I'm told we've lost what they’d found; you'll say we're left.").terms
        == Sentence.parse("told lost found say left").terms
    )
