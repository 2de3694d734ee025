"""`footnote ask`: streams an answer and prints its footnotes below."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click

from footnote.cli import client, options
from footnote.cli.terminal import printable
from footnote.contracts import AnswerResponse, Citation
from footnote.errors import Unavailable

QUOTE_LIMIT = 100
"""Characters of a statement that is quoted in a warning."""
HINT = "Try other words, or check that the bucket holds a document that covers this."


@click.command("ask")
@click.argument("question", nargs=-1, required=True)
@click.option("--url", help="URL of answer, such as http://127.0.0.1:8080.")
@options.key
@options.state
@options.as_json
def command(
    question: tuple[str, ...], url: str | None, key: str | None, state: str | None, as_json: bool
) -> None:
    """Ask a question about the documents, and see the passage behind each statement."""
    settings = options.inherited_settings(answer_url=url, state=state, key=key)
    chat_url, text = settings.answer_url.rstrip("/") + "/chat", " ".join(question)
    if as_json:
        answer = client.post(chat_url, {"query": text}, settings.key)
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    answer = _stream(chat_url, text, settings.key)
    below = ("\n".join(map(_footnote, answer.citations)), "\n".join(_remarks(answer)))
    click.echo("".join(f"\n{part}\n" for part in below if part), nl=False)


def _stream(chat_url: str, question: str, key: str) -> AnswerResponse:
    """Print the answer while it is streamed, and return the complete response."""
    for name, data in client.stream(chat_url, {"query": question}, key):
        if name == "delta":
            click.echo(data["text"], nl=False)
        elif name == "done":
            click.echo()
            return AnswerResponse.read(data, chat_url)
    raise Unavailable("The answer was cut off; ask again.")


def _footnote(citation: Citation) -> str:
    page = f", page {citation.page}" if citation.page else ""
    warning = "" if citation.supported else click.style("  does not support it", fg="yellow")
    title, quote = printable(citation.title), printable(" ".join(citation.quote.split()))
    source = click.style(f"    {printable(citation.uri)}", dim=True)
    return f"[{citation.number}] {title}{page}{warning}\n    “{quote}”\n{source}"


def _remarks(answer: AnswerResponse) -> Iterator[str]:
    """The warnings about the answer, with the words of the web page, and then its origin."""
    for warning in _warnings(answer):
        yield click.style(warning, fg="yellow")
    yield click.style(_origin(answer), dim=True)


def _warnings(answer: AnswerResponse) -> Iterator[str]:
    yield from answer.notices
    if answer.refused:
        yield HINT
    for statement in answer.statements:
        if not statement.supported:
            text = _shorten(answer.answer[statement.start : statement.end])
            yield f"Your documents do not support: “{text}”"


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= QUOTE_LIMIT else f"{line[: QUOTE_LIMIT - 1]}…"


def _origin(answer: AnswerResponse) -> str:
    if answer.refused:
        source = "Searched your documents"
    elif answer.model == "extractive":
        source = "Quoted from your documents, without a language model"
    else:
        source = f"Written by {answer.model}"
    facts = [source]
    if answer.grounded:
        facts.append("every statement footnoted")
    if seconds := answer.timings_ms.get("total", 0) / 1000:
        facts.append(f"{seconds:.1f} s")
    return " · ".join(facts)
