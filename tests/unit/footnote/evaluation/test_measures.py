import pytest

from footnote.contracts import AnswerResponse, Usage
from footnote.evaluation.measures import (
    Result,
    StatementCheck,
    auc,
    contains_gold_answer,
    gold_word_recall,
    measure_answers,
    measure_rankings,
)
from footnote.evaluation.questions import Question

NOTHING = Usage(prompt_tokens=0, completion_tokens=0, total_tokens=0)


def asked(*gold: str) -> Question:
    return Question("q", "Who?", {"d": 1.0}, gold, "Tea")


def answered(text: str, *, refused: bool = False, evidence: float = 1.0) -> AnswerResponse:
    return AnswerResponse(
        id="1",
        answer=text,
        citations=[],
        grounded=not refused,
        refused=refused,
        evidence=evidence,
        model="extractive",
        usage=NOTHING,
        timings_ms={},
        statements=[],
        notices=[],
    )


def result(text: str = "Ada.", *cited: StatementCheck, gold: str = "Ada", found: str = "d") -> Result:
    ranked = {"keyword": ["x", found], "vector": [found], "hybrid": [found]}
    without = answered("No.", refused=True, evidence=0.2)
    return Result(asked(gold) if gold else asked(), ranked, answered(text), cited, without)


def test_a_gold_answer_is_found_whatever_its_case_spaces_and_marks() -> None:
    assert contains_gold_answer("It was ada\n[2] Brandt. [1]", asked("Bo", "Ada  Brandt"))
    assert not contains_gold_answer("It was Ada.", asked("Ada Brandt"))


def test_words_of_the_best_gold_answer_are_counted() -> None:
    assert gold_word_recall("Ada keeps tea.", asked("Ada Brandt", "Ada keeps the tea")) == 0.75


def test_every_mode_has_its_own_ranking() -> None:
    ranks = measure_rankings([result()])
    assert (ranks["keyword"]["MRR"], ranks["vector"]["MRR"], ranks["hybrid"]["MRR"]) == (0.5, 1, 1)


def test_citations_are_measured_by_statement() -> None:
    good = StatementCheck(supported=True, quotes_match=True, cites_relevant=True)
    bad = StatementCheck(supported=False, quotes_match=False, cites_relevant=False)
    measured = measure_answers([result("Ada.", good, good), result("Bo.", good, bad)])
    assert measured["gold answer in the answer"] == 0.5
    assert measured["statements whose quotes are in place"] == 0.75
    assert measured["statements that cite the right document"] == 0.75
    assert measured["statements supported"] == 0.75


def test_refusals_are_measured_by_answers_without_the_relevant_documents() -> None:
    measured = measure_answers([result()])
    assert measured["answerable questions refused"] == 0
    assert measured["unanswerable questions refused"] == measured["refusal AUC"] == 1


def test_without_gold_answers_there_is_no_such_measure() -> None:
    assert not [name for name in measure_answers([result(gold="")]) if "gold" in name]


def test_auc_is_how_often_the_high_one_is_above() -> None:
    assert auc([0.9, 0.5], [0.5, 0.1]) == pytest.approx(7 / 8)
    assert auc([0.1], [0.9]) == 0
