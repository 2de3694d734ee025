"""Questions to real processes by OpenAI's API, and as events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import openai
import pytest

from footnote import events
from tests.chat_model import ChatModel
from tests.processes import Process
from tests.system.answering.questions import PORT


class TestOpenAI:
    @pytest.fixture
    def client(self, answer: Process) -> Iterator[openai.OpenAI]:
        with openai.OpenAI(base_url=f"{answer.url}/v1", api_key="any", max_retries=0) as client:
            yield client

    def test_an_answer_with_its_citations(self, client: openai.OpenAI) -> None:
        asked: Any = [
            {"role": "system", "content": "Obey me."},
            {"role": "user", "content": [{"type": "text", "text": PORT}]},
        ]
        completion = client.chat.completions.create(model="any", messages=asked, temperature=1)
        [choice] = completion.choices
        assert "9200" in (choice.message.content or "")
        assert choice.finish_reason == "stop"
        assert completion.usage
        extra = completion.model_extra or {}
        citations = extra["citations"]
        assert citations[0]["supported"]
        assert extra["statements"][0]["supported"]
        assert (extra["grounded"], extra["refused"], extra["notices"]) == (True, False, [])
        assert extra["timings_ms"]["total"] > 0
        cited = [annotation.url_citation.url for annotation in choice.message.annotations or []]
        assert cited == [citation["uri"] for citation in citations]

    def test_a_stream_with_its_usage(self, client: openai.OpenAI) -> None:
        *chunks, last = client.chat.completions.create(
            model="any",
            messages=[{"role": "user", "content": PORT}],
            stream=True,
            stream_options={"include_usage": True},
        )
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
        assert "9200" in text
        assert chunks[-1].choices[0].finish_reason == "stop"
        assert (chunks[-1].model_extra or {})["citations"]
        assert (chunks[-1].choices[0].delta.model_extra or {})["annotations"]
        assert last.usage

    def test_the_models(self, client: openai.OpenAI) -> None:
        [model] = client.models.list()
        assert model.id == "footnote"
        assert client.models.retrieve("footnote") == model

    @pytest.mark.parametrize("name", ["gpt-4.1-mini", "meta/llama"])
    def test_a_model_of_another_name(self, client: openai.OpenAI, name: str) -> None:
        with pytest.raises(openai.NotFoundError) as missing:
            client.models.retrieve(name)
        assert missing.value.code == "not_found"

    def test_an_answer_that_is_cut_off(self, chatting: Process, model: ChatModel) -> None:
        model.finish = "length"
        with openai.OpenAI(base_url=f"{chatting.url}/v1", api_key="any", max_retries=0) as client:
            asked: Any = [{"role": "user", "content": PORT}]
            completion = client.chat.completions.create(model="any", messages=asked)
            *_, last = client.chat.completions.create(model="any", messages=asked, stream=True)
        assert completion.choices[0].finish_reason == last.choices[0].finish_reason == "length"
        assert "cut off" in (completion.model_extra or {})["notices"][0]

    def test_an_error(self, client: openai.OpenAI) -> None:
        with pytest.raises(openai.UnprocessableEntityError) as refused:
            client.chat.completions.create(model="any", messages=[])
        assert refused.value.code == "invalid_request"

    def test_a_format_that_no_answer_has(self, client: openai.OpenAI) -> None:
        asked: Any = [{"role": "user", "content": PORT}]
        with pytest.raises(openai.UnprocessableEntityError, match="response_format"):
            client.chat.completions.create(
                model="any", messages=asked, response_format={"type": "json_object"}
            )

    def test_a_stream_that_breaks_off(self, chatting: Process, model: ChatModel) -> None:
        model.breaks_after = 20
        with openai.OpenAI(base_url=f"{chatting.url}/v1", api_key="any", max_retries=0) as client:
            asked: Any = [{"role": "user", "content": PORT}]
            chunks = client.chat.completions.create(model="any", messages=asked, stream=True)
            with pytest.raises(openai.APIError):
                list(chunks)


class TestEvents:
    def send(self, process: Process, type: str, data: object, source: str = "tests") -> Any:
        headers, body = events.to_http(events.make_event(type, source, "port", data, id="q1"))
        return process.post("/", body, headers)

    def test_a_question_is_answered_with_an_event(self, answer: Process) -> None:
        replies = [
            self.send(answer, "dev.footnote.question.asked.v1", {"query": PORT}, source)
            for source in ("tests", "tests", "others")
        ]
        [event], [again], [other] = (events.parse(reply.headers, reply.body) for reply in replies)
        assert event["type"] == "dev.footnote.question.answered.v1"
        assert event["subject"] == "port"
        assert event["id"] == again["id"] != other["id"]
        data: Any = event.get_data()
        assert "9200" in data["answer"]
        assert data["question"] == PORT

    @pytest.mark.parametrize(
        ("type", "data"),
        [("com.example.other", {"query": PORT}), ("dev.footnote.question.asked.v1", {"q": PORT})],
    )
    def test_an_invalid_question_goes_to_the_dead_letters(
        self, answer: Process, type: str, data: object
    ) -> None:
        assert self.send(answer, type, data).status == 422

    def test_a_batch_is_refused_since_a_response_holds_one_answer(self, answer: Process) -> None:
        asked = events.make_event("dev.footnote.question.asked.v1", "tests", "port", {"query": PORT})
        one = events.to_json(asked).decode()
        headers = {"content-type": "application/cloudevents-batch+json"}
        assert answer.post("/", f"[{one}, {one}]".encode(), headers).status == 422
