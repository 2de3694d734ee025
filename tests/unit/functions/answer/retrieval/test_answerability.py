import pytest

from footnote.contracts import RetrieveResponse
from functions.answer.generators.prompt import REFUSAL
from functions.answer.retrieval.answerability import EMPTY_INDEX, answerability, refusal
from tests.unit.functions.answer.samples import two

PANTHERS = "How many points did the Panthers defense give up?"


def found(coverage: float, cosine: float | None, index: str = "i") -> RetrieveResponse:
    hits = [hit.model_copy(update={"cosine": cosine}) for hit in two()]
    return RetrieveResponse(hits=hits, index=index, coverage=coverage, took_ms=1)


def refused(answer: RetrieveResponse, question: str = PANTHERS, threshold: float = 0.5) -> str | None:
    return refusal(answer, answerability(answer, question), threshold)


@pytest.mark.parametrize("cosine", [0.7, None])
def test_passages_that_speak_of_the_question_are_answered_from(cosine: float | None) -> None:
    assert refused(found(0.9, cosine)) is None


@pytest.mark.parametrize("cosine", [0.1, None])
def test_those_that_do_not_are_not(cosine: float | None) -> None:
    assert refused(found(0.1, cosine), "Where is the moon garden?") == REFUSAL


def test_more_coverage_and_a_nearer_vector_are_more_evidence() -> None:
    held = [answerability(found(*given), PANTHERS) for given in ((0.6, 0.5), (0.5, 0.5), (0.5, 0.4))]
    assert held == sorted(held, reverse=True)
    assert answerability(found(0.6, None), PANTHERS) > answerability(found(0.5, None), PANTHERS)


def test_the_nearest_passage_says_how_near_the_passages_are() -> None:
    near = found(0.5, 0.7)
    one_of_two = near.model_copy(update={"hits": [near.hits[0], *found(0.5, 0.1).hits[1:]]})
    assert (
        answerability(one_of_two, PANTHERS)
        == answerability(near, PANTHERS)
        > answerability(found(0.5, 0.1), PANTHERS)
    )


@pytest.mark.parametrize("cosine", [0.5, None])
def test_a_sentence_that_speaks_as_the_question_does_is_more_evidence(cosine: float | None) -> None:
    spoken, scattered = "Which Panthers defense gave up 308?", "Which Panthers gave up fumbles in Java?"
    assert answerability(found(0.5, cosine), spoken) > answerability(found(0.5, cosine), scattered)


def test_the_threshold_decides() -> None:
    unsure = found(0.5, 0.4)
    assert refused(unsure, threshold=0.01) is None
    assert refused(unsure, threshold=0.999) == REFUSAL


def test_without_any_document_the_reader_is_told_what_to_do() -> None:
    assert refused(RetrieveResponse(hits=[], index="", coverage=0, took_ms=0)) == EMPTY_INDEX


def test_nothing_found_is_no_answer_however_low_the_threshold() -> None:
    nothing = RetrieveResponse(hits=[], index="i", coverage=0, took_ms=0)
    assert refused(nothing, threshold=0) == REFUSAL
