import pytest

from footnote.contracts import RetrieveResponse
from functions.answer.generators.prompt import REFUSAL
from functions.answer.retrieval.answerability import EMPTY_INDEX, answerability, refusal
from tests.unit.functions.answer.samples import passage, two

PANTHERS = "How many points did the Panthers defense give up?"


def found(coverage: float, cosine: float | None, index: str = "i") -> RetrieveResponse:
    hits = [hit.model_copy(update={"cosine": cosine}) for hit in two()]
    return RetrieveResponse(hits=hits, index=index, coverage=coverage, took_ms=1)


def refused(answer: RetrieveResponse, question: str = PANTHERS, threshold: float = 0.5) -> str | None:
    return refusal(answer, answerability(answer, question), threshold)


@pytest.mark.parametrize("cosine", [0.7, None])
def test_a_question_that_the_passages_match_is_answerable(cosine: float | None) -> None:
    assert refused(found(0.9, cosine)) is None


@pytest.mark.parametrize("cosine", [0.1, None])
def test_a_question_that_the_passages_do_not_match_is_refused(cosine: float | None) -> None:
    assert refused(found(0.1, cosine), "Where is the moon garden?") == REFUSAL


def test_more_coverage_and_a_nearer_vector_raise_the_probability() -> None:
    held = [answerability(found(*given), PANTHERS) for given in ((0.6, 0.5), (0.5, 0.5), (0.5, 0.4))]
    assert held == sorted(held, reverse=True)
    assert answerability(found(0.6, None), PANTHERS) > answerability(found(0.5, None), PANTHERS)


def test_the_nearest_passage_counts() -> None:
    near = found(0.5, 0.7)
    one_of_two = near.model_copy(update={"hits": [near.hits[0], *found(0.5, 0.1).hits[1:]]})
    assert (
        answerability(one_of_two, PANTHERS)
        == answerability(near, PANTHERS)
        > answerability(found(0.5, 0.1), PANTHERS)
    )


@pytest.mark.parametrize("cosine", [0.5, None])
def test_a_sentence_with_the_bigrams_of_the_question_raises_the_probability(
    cosine: float | None,
) -> None:
    spoken, scattered = "Which Panthers defense gave up 308?", "Which Panthers gave up fumbles in Java?"
    assert answerability(found(0.5, cosine), spoken) > answerability(found(0.5, cosine), scattered)


def test_the_threshold_decides() -> None:
    unsure = found(0.5, 0.4)
    assert refused(unsure, threshold=0.01) is None
    assert refused(unsure, threshold=0.999) == REFUSAL
    assert refused(unsure, threshold=answerability(unsure, PANTHERS)) is None


def test_an_empty_index_has_a_refusal_of_its_own() -> None:
    assert refused(RetrieveResponse(hits=[], index="", coverage=0, took_ms=0)) == EMPTY_INDEX


def test_without_passages_the_question_is_refused_at_any_threshold() -> None:
    nothing = RetrieveResponse(hits=[], index="i", coverage=0, took_ms=0)
    assert refused(nothing, threshold=0) == REFUSAL
    assert answerability(nothing, PANTHERS) == 0


@pytest.mark.parametrize("cosine", [0.1, None])
def test_a_question_that_names_a_part_is_answerable_if_a_passage_has_that_part(
    cosine: float | None,
) -> None:
    held = passage("2.1 Goods are delivered in May.\n\n2.2 Late delivery costs 0.5% a week.")
    hits = [held.model_copy(update={"cosine": cosine})]
    response = RetrieveResponse(hits=hits, index="i", coverage=0.2, took_ms=1)
    assert refused(response, "What does clause 2.2 say?") is None
    assert refused(response, "What does clause 2.3 say?") == REFUSAL
    assert refused(response, "What does clause 2.2 say about the moon garden?") == REFUSAL
