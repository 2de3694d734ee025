import re

import pytest
from prometheus_client import REGISTRY

from footnote.contracts import AnswerRequest, Message, Usage
from footnote.errors import Misconfigured, RateLimited, Unavailable
from footnote.settings import Settings
from functions.answer.auth.authenticator import Caller
from functions.answer.generators.prompt import ChatMessage
from functions.answer.limits import Decision, Quotas
from functions.answer.limits.admission import AdmissionControl
from functions.answer.limits.fail_open import FailOpenLimiter
from functions.answer.limits.memory import MemoryLimiter
from functions.answer.question import rewriting
from functions.answer.question.conversation import HISTORY, MAX_CHARACTERS

ADA = Caller("key:ada")
MODEL = {"chat_base_url": "http://model.test/v1"}
ASKED = AnswerRequest(query="Why?")


def control_of(**given: object) -> AdmissionControl:
    settings = Settings.model_validate(given)
    return AdmissionControl(settings, MemoryLimiter(Quotas.from_settings(settings)))


def used(tokens: int) -> Usage:
    return Usage(prompt_tokens=tokens, completion_tokens=0, total_tokens=tokens)


def decisions(decision: str) -> float:
    return REGISTRY.get_sample_value("footnote_limit_decisions_total", {"decision": decision}) or 0


async def test_a_question_reserves_more_than_its_answer_can_cost() -> None:
    admission = await control_of(**MODEL, chat_max_tokens=700).admit(ADA, ASKED)
    assert admission.decision.reserved > 700 + 5 * 250
    assert admission.may_use_model


async def test_a_long_conversation_reserves_more_than_a_short_question() -> None:
    control = control_of(**MODEL)
    long = AnswerRequest(messages=[Message(role="user", content="word " * 5_000)])
    short_cost = (await control.admit(ADA, ASKED)).decision.reserved
    assert (await control.admit(ADA, long)).decision.reserved > short_cost + 5_000


async def test_a_question_after_another_reserves_for_its_rewriting_too() -> None:
    control, asked = control_of(**MODEL), Message(role="user", content="Why?")
    alone = await control.admit(ADA, AnswerRequest(messages=[asked]))
    after = await control.admit(ADA, AnswerRequest(messages=[asked, asked]))
    assert after.decision.reserved >= alone.decision.reserved + rewriting.MAX_TOKENS


PROMPT: list[ChatMessage] = [{"role": "user", "content": "word " * 12_000}]


async def test_the_reservation_is_raised_for_a_long_prompt() -> None:
    control = control_of(**MODEL, client_daily_tokens=30_000)
    first = await control.admit(ADA, ASKED)
    reserved = await control.reserve(first, used(100), PROMPT)
    assert reserved.decision.reserved > 20_000 + 100
    assert await control.reserve(first, used(0), PROMPT[:0]) == first
    await control.settle(reserved, used(10_000))
    second = await control.admit(ADA, ASKED)
    before = decisions("client_tokens")
    with pytest.raises(RateLimited, match="your 30000 daily tokens"):
        await control.reserve(second, used(0), PROMPT)
    assert decisions("client_tokens") == before + 1


async def test_the_model_is_not_used_beyond_the_total_budget_if_the_settings_say_so() -> None:
    control = control_of(**MODEL, total_daily_tokens=10_000, budget_spent="extractive")
    first = await control.admit(ADA, ASKED)
    without = await control.reserve(first, used(0), PROMPT)
    assert (without.may_use_model, without.decision) == (False, first.decision)


async def test_only_the_messages_that_count_are_reserved_for() -> None:
    longest = Message(role="user", content="x" * MAX_CHARACTERS)
    endless = [Message(role="system", content="x" * 100_000), Message(role="user", content="x" * 20_000)]
    control = control_of(**MODEL)
    whole = await control.admit(ADA, AnswerRequest(messages=endless * 50))
    shown = await control.admit(ADA, AnswerRequest(messages=[longest] * (HISTORY + 1)))
    assert whole.decision.reserved == shown.decision.reserved


async def test_without_a_chat_model_nothing_is_reserved() -> None:
    assert (await control_of(client_daily_tokens=1).admit(ADA, ASKED)).decision.reserved == 0


@pytest.mark.parametrize("budget", ["client_daily_tokens", "total_daily_tokens"])
async def test_a_daily_budget_must_hold_one_answer(budget: str) -> None:
    settings = Settings.model_validate({**MODEL, budget: 1_000})
    with pytest.raises(Misconfigured, match=f"{budget.upper()}=1000 .*; raise it to") as refused:
        AdmissionControl.from_settings(settings)
    least = int(re.findall(r"\d+", refused.value.message)[-1])
    enough = Settings.model_validate({**MODEL, budget: least})
    shortest = AnswerRequest(query="?")
    assert (await AdmissionControl.from_settings(enough).admit(ADA, shortest)).decision.reserved == least
    AdmissionControl.from_settings(Settings.model_validate({budget: 1_000}))  # nothing is spent


async def test_tokens_that_were_not_spent_are_available_again() -> None:
    control = control_of(**MODEL, client_daily_tokens=6_000)
    for _ in range(10):
        await control.settle(await control.admit(ADA, ASKED), used(100))
    await control.settle(await control.admit(ADA, ASKED), used(5_000))
    with pytest.raises(RateLimited, match="your 6000 daily tokens"):
        await control.admit(ADA, ASKED)


async def test_a_spent_total_budget_refuses_every_client() -> None:
    control = control_of(**MODEL, total_daily_tokens=5_000)
    await control.settle(await control.admit(ADA, ASKED), used(5_000))
    before = decisions("total_tokens")
    with pytest.raises(RateLimited, match="the service's daily tokens"):
        await control.admit(Caller("key:bob"), ASKED)
    assert decisions("total_tokens") == before + 1


async def test_a_spent_total_budget_admits_without_the_model_if_the_settings_say_so() -> None:
    control = control_of(**MODEL, total_daily_tokens=5_000, budget_spent="extractive")
    await control.settle(await control.admit(ADA, ASKED), used(5_000))
    assert not (await control.admit(Caller("key:bob"), ASKED)).may_use_model


async def test_a_spent_client_budget_refuses_even_so() -> None:
    control = control_of(**MODEL, client_daily_tokens=5_000, budget_spent="extractive")
    await control.settle(await control.admit(ADA, ASKED), used(5_000))
    with pytest.raises(RateLimited, match="your 5000 daily tokens"):
        await control.admit(ADA, ASKED)


async def test_the_rate_limit_holds_without_the_model_too() -> None:
    control = control_of(**MODEL, total_daily_tokens=1, budget_spent="extractive", rate_limit=2)
    for _ in range(2):
        await control.admit(ADA, ASKED)
    with pytest.raises(RateLimited, match="Too many requests"):
        await control.admit(ADA, ASKED)


async def test_an_admission_has_rate_limit_headers() -> None:
    admission = await control_of(rate_limit=60).admit(ADA, ASKED)
    assert admission.headers["ratelimit"] == '"requests";r=59;t=1'


class Gone(MemoryLimiter):
    """A limiter that cannot be reached."""

    async def admit(self, client: str, tokens: int) -> Decision:
        raise Unavailable("Redis is gone.")


async def test_a_request_admitted_uncounted_has_its_own_outcome() -> None:
    control = AdmissionControl(Settings(), FailOpenLimiter(Gone(Quotas())))
    before = decisions("uncounted"), decisions("admitted")
    await control.admit(ADA, ASKED)
    assert (decisions("uncounted"), decisions("admitted")) == (before[0] + 1, before[1])


class Passing(MemoryLimiter):
    """A limiter that cannot be reached for a reservation."""

    async def reserve(self, decision: Decision, tokens: int) -> Decision:
        raise Unavailable("Redis is gone.")


async def test_a_failed_reservation_leaves_the_admission_as_it_was() -> None:
    settings = Settings.model_validate(MODEL)
    control = AdmissionControl(settings, FailOpenLimiter(Passing(Quotas())))
    first = await control.admit(ADA, ASKED)
    assert await control.reserve(first, used(0), PROMPT) == first


class Forgetful(MemoryLimiter):
    """A limiter that cannot be reached for a settlement."""

    async def settle(self, decision: Decision, spent: int) -> None:
        raise Unavailable("Redis is gone.")


async def test_a_failed_settlement_does_not_raise(
    caplog: pytest.LogCaptureFixture,
) -> None:
    control = AdmissionControl(Settings(), Forgetful(Quotas()))
    await control.settle(await control.admit(ADA, ASKED), used(5))
    assert "Redis is gone" in caplog.text
