import pytest

from functions.answer.generators.extractive.ranking import Ranking
from tests.unit.functions.answer.samples import passage


def test_an_answer_is_chosen_where_no_space_parts_the_words() -> None:
    text = "故宫在北京的中心。北京有两千多万人口。上海在海边。长江很长。"
    [first, *_] = sorted(Ranking("北京有多少人口？", [passage(text)]), key=lambda one: -one.score)
    assert first.text == "北京有两千多万人口。"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Is damage by water covered?", "Damage by water is not covered."),
        ("Are the lens and the housing covered?", "The lens and the housing are covered."),
        ("电池在保修范围内吗？", "电池不在保修范围内。"),
    ],
)
def test_a_question_for_yes_or_no_is_answered_in_its_own_words(question: str, answer: str) -> None:
    text = (
        "# Is damage by water covered\n\nThe lens and the housing are covered. "
        "Damage by water is not covered.\n\n保修期为两年。电池不在保修范围内。"
    )
    first = max(Ranking(question, [passage(text)]), key=lambda one: one.score)
    assert first.text == answer


def test_a_sentence_that_goes_on_about_the_one_before_answers() -> None:
    text = "The mill of Tolm burned down. Tolm has a fair. It was built anew in 1702. Barley grew there."
    before = (
        "The mill of Tolm burned down. It was built anew in 1702. Tolm has a fair. Barley grew there."
    )
    question = "When was the mill of Tolm rebuilt?"
    scores = [
        next(one.score for one in Ranking(question, [passage(given)]) if "1702" in one.text)
        for given in (before, text)
    ]
    assert scores[0] > scores[1]


def test_a_word_in_another_form_counts_in_part() -> None:
    question = "Who wanted to naturalise?"
    naturalised, none = "The act brought naturalisation.", "The act brought taxes."
    scores = [one.score for one in Ranking(question, [passage(f"{naturalised} {none}")])]
    assert scores[0] > scores[1]


def test_a_whole_sentence_answers_rather_than_a_fragment_with_the_same_words() -> None:
    text = "Port of the server 9200\n\nThe port of the server is 9200."
    first = max(Ranking("Which port has the server?", [passage(text)]), key=lambda one: one.score)
    assert first.text == "The port of the server is 9200."


def test_the_start_of_a_passage_is_no_reply_to_the_question_at_its_end() -> None:
    text = "No.\n\nLanterns are sold in May. Can I return a lantern?"
    first = max(Ranking("Can I return a lantern?", [passage(text)]), key=lambda one: one.score)
    assert first.text == "Lanterns are sold in May."
