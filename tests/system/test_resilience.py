"""What a reader notices when something is down, slow or overloaded: real processes, real failures."""

from __future__ import annotations

import json
import urllib.request
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from itertools import islice
from typing import Any

import pytest

from tests.processes import Process, send
from tests.stub import Reply, Request, Stub
from tests.system.site import QUESTION, Site, ask, ask_streaming

EXTRACTIVE = "The chat model is not available"
KEYWORDS = "searched by keywords only"
NOWHERE, REDIS = "http://127.0.0.1:9", "redis://127.0.0.1:9"


def test_all_is_well(site: Site) -> None:
    reply = ask(site.answer).json
    assert (reply["model"], reply["notices"]) == ("stand-in", [])
    assert "8080" in reply["citations"][0]["quote"]


def check_extractive(reply: Any) -> None:
    assert reply["model"] == "extractive"
    assert "8080" in reply["answer"]
    assert any(EXTRACTIVE in notice for notice in reply["notices"])


@pytest.mark.parametrize("state", ["failing", "silent"])
def test_without_the_chat_model_the_documents_speak_for_themselves(site: Site, state: str) -> None:
    if state == "failing":
        site.model.status = 500
    else:
        site.model.hold.clear()
    check_extractive(ask_streaming(site.answer))


def test_a_model_that_comes_back_is_asked_again(site: Site) -> None:
    site.model.status = 503
    check_extractive(ask(site.answer).json)
    site.model.status = 200
    while ask(site.answer).json["model"] != "stand-in":
        assert site.answer.process.poll() is None


def test_a_model_that_is_slow_or_gone_is_not_waited_for(site: Site) -> None:
    with site.process(chat_base_url=site.model.url, chat_timeout=1) as answer:
        site.model.hold.clear()
        check_extractive(ask(answer).json)
    with site.process(chat_base_url="http://127.0.0.1:9/v1") as answer:
        check_extractive(ask(answer).json)


def test_without_embed_keywords_must_do(site: Site) -> None:
    with site.process(stage_timeout=1) as answer:
        site.embed.pause()
        slow = ask(answer).json
        site.embed.resume()
        site.embed.kill()
        gone = ask(answer).json
        site.embed.start()
        metrics = answer.metrics()
    for reply in (slow, gone):
        assert "8080" in reply["answer"]
        assert any(KEYWORDS in notice for notice in reply["notices"])
    assert metrics['footnote_fallbacks_total{missing="embed"}'] == 2


@pytest.mark.parametrize("waited_for", ["embed", "retrieve"])
def test_nobody_works_on_for_a_caller_who_does_not_wait(site: Site, waited_for: str) -> None:
    """The deadline goes along: each function gives up by itself, long before its own patience ends."""
    silent, caller = getattr(site, waited_for), site.retrieve if waited_for == "embed" else site.answer
    path = "/" if caller is site.retrieve else "/chat"
    silent.pause()
    given_up = caller.post(path, QUESTION, {"footnote-timeout": "0.5"})
    silent.resume()
    assert (given_up.status, given_up.json["error"]["type"]) == (503, "deadline_passed")
    assert caller.post(path, QUESTION).status == 200


def test_without_retrieve_there_is_no_answer_until_it_is_back(site: Site) -> None:
    site.retrieve.kill()
    reply = ask(site.answer)
    site.retrieve.start()
    assert reply.status == 503
    assert int(reply.headers["retry-after"]) >= 1
    assert reply.json["error"]["type"] == "unavailable"
    assert ask(site.answer).status == 200


@pytest.mark.parametrize(
    ("settings", "method", "path"),
    [
        ({"retrieve_url": NOWHERE}, "GET", "/documents"),
        ({"retrieve_url": NOWHERE}, "GET", f"/documents/{'0' * 32}"),
        ({"ingest_url": NOWHERE, "uploads": "on"}, "PUT", "/uploads/tea.txt"),
        ({"redis_url": REDIS, "rate_limit": 9, "limits_fail": "closed"}, "POST", "/chat"),
    ],
)
def test_the_addresses_of_what_is_down_are_in_the_log_and_not_in_the_response(
    site: Site, settings: dict[str, object], method: str, path: str
) -> None:
    with site.process(**settings) as answer:
        body = None if method == "GET" else json.dumps(QUESTION).encode()
        reply = send(urllib.request.Request(answer.url + path, body, method=method))
        error = reply.json["error"]
        assert (reply.status, error["type"]) == (503, "unavailable")
        assert "127.0.0.1" not in error["message"]
        assert f"{error['message']} The cause: " in answer.log.read_text()
        assert "127.0.0.1:9" in answer.log.read_text()


class Overloaded(Stub):
    """An Elasticsearch that has too much to do."""

    def __init__(self) -> None:
        super().__init__(self._answer)
        self.requests = 0

    def _answer(self, _: Request) -> Reply:
        self.requests += 1
        headers = {"x-elastic-product": "Elasticsearch", "content-type": "application/json"}
        return Reply(429, {"error": {"reason": "rejected execution"}, "status": 429}, headers)


def test_questions_do_not_pile_up_on_an_overloaded_elasticsearch(site: Site) -> None:
    with ExitStack() as stack:
        elasticsearch = stack.enter_context(Overloaded())
        settings = {"store": "elasticsearch", "elasticsearch_url": elasticsearch.url}
        retrieve = Process("retrieve", site.system.folder, {**site.system.settings, **settings})
        stack.enter_context(retrieve)
        answer = stack.enter_context(site.process(retrieve_url=retrieve.url))
        with ThreadPoolExecutor(20) as readers:
            replies = list(readers.map(lambda _: ask(answer), range(200)))
    assert {reply.status for reply in replies} == {503}
    assert all(int(reply.headers["retry-after"]) >= 1 for reply in replies)
    assert elasticsearch.requests < 100


def test_what_is_too_much_is_refused_at_once(site: Site) -> None:
    with site.process(chat_base_url=site.model.url, concurrency=4) as answer:
        site.model.hold.clear()
        with ThreadPoolExecutor(8) as readers:
            asked = [readers.submit(ask, answer) for _ in range(8)]
            refused = [each.result() for each in islice(as_completed(asked), 4)]
            assert {reply.status for reply in refused} == {503}
            assert answer.get("/health").status == 200
            site.model.hold.set()
        assert sorted(each.result().status for each in asked) == [200] * 4 + [503] * 4


def test_a_reader_who_leaves_stops_the_model(site: Site) -> None:
    with site.process(chat_base_url=site.model.url) as answer:
        site.model.hold.clear()
        with answer.asking("/chat", QUESTION):
            assert site.model.asked.wait(30)
        assert site.model.left.wait(30)


def test_an_operator_sees_what_answers_cost(site: Site) -> None:
    with site.process(chat_base_url=site.model.url, price_prompt=2, price_completion=10) as answer:
        ask_streaming(answer)
        metrics = answer.metrics()
    assert metrics['footnote_tokens_total{kind="prompt",model="stand-in"}'] == 400
    assert metrics['footnote_tokens_total{kind="completion",model="stand-in"}'] == 20
    assert metrics['footnote_cost_total{model="stand-in"}'] == 0.001
    assert metrics['footnote_answers_total{model="stand-in",outcome="grounded"}'] == 1
    assert metrics['footnote_first_token_seconds_count{model="stand-in"}'] == 1
    assert metrics['footnote_limit_decisions_total{decision="admitted"}'] == 1
    assert metrics["footnote_unsupported_statements_total"] == 0
    assert site.retrieve.metrics()['footnote_search_seconds_count{mode="hybrid"}'] > 0


def test_a_question_is_in_the_log_only_where_the_settings_say_so(site: Site) -> None:
    assert ask(site.answer).status == 200
    assert "lighthouse listen" not in site.answer.log.read_text()
    with site.process(log_questions=True) as answer:
        assert ask(answer).status == 200
    assert "lighthouse listen" in answer.log.read_text()
