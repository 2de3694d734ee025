import pytest
from prometheus_client import REGISTRY

from footnote.contracts import AnswerResponse, Statement, Usage
from footnote.settings import Settings
from functions.answer import metrics


def response(model: str, **changed: object) -> AnswerResponse:
    usage = Usage(prompt_tokens=1_000, completion_tokens=200, total_tokens=1_200)
    fields = {
        "id": "",
        "answer": "",
        "citations": [],
        "grounded": True,
        "refused": False,
        "usage": usage,
    }
    return AnswerResponse.model_validate({**fields, "model": model, "timings_ms": {}, **changed})


def sample(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0


def test_tokens_are_counted_and_priced() -> None:
    settings = Settings(chat_model="dear", price_prompt=2, price_completion=10)
    usage = Usage(prompt_tokens=1_000, completion_tokens=200, total_tokens=1_200)
    metrics.count_usage(usage, settings)
    metrics.count_usage(usage, settings)
    assert sample("footnote_tokens_total", model="dear", kind="prompt") == 2_000
    assert sample("footnote_tokens_total", model="dear", kind="completion") == 400
    assert sample("footnote_cost_total", model="dear") == pytest.approx(0.008)


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({}, "grounded"),
        ({"grounded": False}, "ungrounded"),
        ({"refused": True, "grounded": False}, "refused"),
    ],
)
def test_answers_are_counted_by_outcome(changed: dict[str, bool], outcome: str) -> None:
    metrics.count_answer(response(f"model-{outcome}", **changed))
    assert sample("footnote_answers_total", model=f"model-{outcome}", outcome=outcome) == 1


def test_unsupported_statements_are_counted() -> None:
    before = sample("footnote_unsupported_statements_total")
    statements = [
        Statement(start=0, end=1, citations=[], supported=supported)
        for supported in (True, False, False)
    ]
    metrics.count_answer(response("any", statements=statements))
    assert sample("footnote_unsupported_statements_total") == before + 2


def test_every_stage_has_its_time() -> None:
    metrics.count_answer(response("any", timings_ms={"brewing": 1500}))
    assert sample("footnote_stage_seconds_sum", stage="brewing") == 1.5
