"""Output of `footnote ask` for answers that a real server streams."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from footnote.cli.commands.ask import command
from footnote.contracts import AnswerResponse, Citation, Statement, Usage
from tests.stub import Reply, Request, Stub

SUPPORTED = "The lighthouse listens on port 8080. [1]"
DOUBTED = f"It was built by {'very ' * 30}small giants. [2]"
CITATION = Citation(
    number=1,
    document="d",
    uri="file:///bucket/lighthouse.md",
    version="v",
    title="The lighthouse",
    page=3,
    start=0,
    end=9,
    quote="port 8080",
    supported=True,
)


class Server(Stub):
    """Streams `answer`."""

    answer: AnswerResponse
    asked: Any = None

    def __init__(self) -> None:
        super().__init__(self._answer)

    def _answer(self, request: Request) -> Reply:
        self.asked = request.json
        events = {
            "delta": json.dumps({"text": self.answer.answer}),
            "done": self.answer.model_dump_json(),
        }
        return Reply(body="".join(f"event: {name}\ndata: {data}\n\n" for name, data in events.items()))


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


def answer(text: str = SUPPORTED, **fields: Any) -> AnswerResponse:
    given = {
        "citations": [CITATION],
        "grounded": True,
        "refused": False,
        "model": "a-model",
        "timings_ms": {"total": 1840.0},
        **fields,
    }
    usage = Usage(prompt_tokens=0, completion_tokens=0, total_tokens=0)
    return AnswerResponse(id="a", answer=text, usage=usage, **given)


def partly_supported() -> AnswerResponse:
    middle = len(SUPPORTED)
    statements = [
        Statement(start=0, end=middle, citations=[1], supported=True),
        Statement(start=middle + 1, end=middle + 1 + len(DOUBTED), citations=[2], supported=False),
    ]
    doubted = CITATION.model_copy(update={"number": 2, "supported": False})
    return answer(
        f"{SUPPORTED} {DOUBTED}",
        citations=[CITATION, doubted],
        statements=statements,
        grounded=False,
        notices=["The documents were searched by keywords only."],
    )


def printed(
    server: Server,
    tmp_path: Path,
    answer: AnswerResponse,
    *question: str,
    color: bool = False,
) -> str:
    server.answer = answer
    arguments = [*(question or ["Where?"]), "--url", server.url, "--state", str(tmp_path)]
    result = CliRunner().invoke(command, arguments, color=color)
    assert result.exit_code == 0, result.output
    return result.output


def test_origin_and_full_footnoting_are_printed(server: Server, tmp_path: Path) -> None:
    assert printed(server, tmp_path, answer()).splitlines() == [
        SUPPORTED,
        "",
        "[1] The lighthouse, page 3",
        "    “port 8080”",
        "    file:///bucket/lighthouse.md",
        "",
        "Written by a-model · every statement footnoted · 1.8 s",
    ]


def test_control_characters_in_citations_are_replaced(server: Server, tmp_path: Path) -> None:
    control = {"title": "\x1b[2J", "quote": "\x9b2J", "uri": "file:///\x07"}
    said = printed(server, tmp_path, answer(citations=[CITATION.model_copy(update=control)]))
    assert said.splitlines()[2:5] == ["[1] �[2J, page 3", "    “�2J”", "    file:///�"]


def test_notices_and_shortened_unsupported_statements_are_printed_below(
    server: Server, tmp_path: Path
) -> None:
    said = printed(server, tmp_path, partly_supported()).splitlines()
    notices = said[said.index("", 2) + 1 :]
    assert notices[0] == "The documents were searched by keywords only."
    assert notices[1].startswith("Your documents do not support: “It was built by very very")
    assert notices[1].endswith("…”")
    assert len(notices[1]) < 150
    assert notices[2] == "Written by a-model · 1.8 s"
    assert "listens" not in "".join(notices)


def test_a_long_statement_without_spaces_is_cut(server: Server, tmp_path: Path) -> None:
    statement = Statement(start=0, end=300, citations=[], supported=False)
    doubted = answer("灯" * 300, citations=[], statements=[statement], grounded=False)
    assert f"“{'灯' * 99}…”" in printed(server, tmp_path, doubted)


def test_warnings_have_the_colour_of_an_unsupported_footnote(server: Server, tmp_path: Path) -> None:
    said = printed(server, tmp_path, partly_supported(), color=True)
    warning = click.style("Your documents", fg="yellow").removesuffix("\x1b[0m")
    assert click.style("  does not support it", fg="yellow") in said
    assert warning in said


def test_a_refusal_gives_a_hint_and_names_no_author(server: Server, tmp_path: Path) -> None:
    refusal = answer("I don't know.", citations=[], grounded=False, refused=True, model="extractive")
    assert printed(server, tmp_path, refusal).splitlines() == [
        "I don't know.",
        "",
        "Try other words, or check that the bucket holds a document that covers this.",
        "Searched your documents · 1.8 s",
    ]


def test_an_answer_without_a_model_says_so(server: Server, tmp_path: Path) -> None:
    said = printed(server, tmp_path, answer(model="extractive"))
    assert "Quoted from your documents, without a language model · every statement footnoted" in said


def test_a_question_needs_no_quotes(server: Server, tmp_path: Path) -> None:
    printed(server, tmp_path, answer(), "Where", "is", "the lighthouse")
    assert server.asked == {"query": "Where is the lighthouse"}
