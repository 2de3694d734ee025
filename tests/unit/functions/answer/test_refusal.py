import pytest

from footnote.contracts import RetrieveResponse
from functions.answer.generators.prompt import REFUSAL
from functions.answer.refusal import EMPTY_INDEX, evidence, refusal
from tests.unit.functions.answer.samples import two


def found(coverage: float, cosine: float | None, index: str = "i") -> RetrieveResponse:
    hits = [hit.model_copy(update={"cosine": cosine}) for hit in two()]
    return RetrieveResponse(hits=hits, index=index, coverage=coverage, took_ms=1)


@pytest.mark.parametrize("cosine", [0.7, None])
def test_passages_that_speak_of_the_question_are_answered_from(cosine: float | None) -> None:
    assert refusal(found(0.9, cosine), 0.5) is None


@pytest.mark.parametrize("cosine", [0.1, None])
def test_those_that_do_not_are_not(cosine: float | None) -> None:
    assert refusal(found(0.1, cosine), 0.5) == REFUSAL


def test_more_coverage_and_a_nearer_vector_are_more_evidence() -> None:
    assert evidence(found(0.6, 0.5)) > evidence(found(0.5, 0.5)) > evidence(found(0.5, 0.4))
    assert evidence(found(0.6, None)) > evidence(found(0.5, None))


def test_the_threshold_decides() -> None:
    unsure = found(0.5, 0.4)
    assert refusal(unsure, 0.01) is None
    assert refusal(unsure, 0.99) == REFUSAL


def test_without_any_document_the_reader_is_told_what_to_do() -> None:
    assert refusal(RetrieveResponse(hits=[], index="", coverage=0, took_ms=0), 0.5) == EMPTY_INDEX


def test_nothing_found_is_no_answer_however_low_the_threshold() -> None:
    assert refusal(RetrieveResponse(hits=[], index="i", coverage=0, took_ms=0), 0) == REFUSAL
