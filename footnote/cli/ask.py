"""`footnote ask`: an answer as it comes, its footnotes below."""

from __future__ import annotations

import json

import click

from footnote.cli import client, options
from footnote.contracts import AnswerResponse, Citation
from footnote.errors import Unavailable


@click.command("ask")
@click.argument("question")
@click.option("--url", help="Where answer is, such as http://127.0.0.1:8080.")
@options.key
@options.state
@options.as_json
def command(question: str, url: str | None, key: str | None, state: str | None, as_json: bool) -> None:
    """Ask a question about the documents, and see what each statement rests on."""
    settings = options.located_settings(answer_url=url, state=state, key=key)
    chat = settings.answer_url.rstrip("/") + "/chat"
    if as_json:
        answer = client.post(chat, {"query": question}, settings.key)
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    answer = _show(chat, question, settings.key)
    click.echo("".join(f"\n{_footnote(citation)}" for citation in answer.citations))


def _show(chat: str, question: str, key: str) -> AnswerResponse:
    """Print the answer while it comes; return all of it."""
    for name, data in client.stream(chat, {"query": question}, key):
        if name == "delta":
            click.echo(data["text"], nl=False)
        elif name == "done":
            click.echo()
            return AnswerResponse.model_validate(data)
    raise Unavailable("The answer broke off before its end; ask again.")


def _footnote(citation: Citation) -> str:
    page = f", page {citation.page}" if citation.page else ""
    doubt = "" if citation.supported else click.style("  does not bear this out", fg="yellow")
    quote = " ".join(citation.quote.split())
    source = click.style(f"    {citation.uri}", dim=True)
    return f"[{citation.number}] {citation.title}{page}{doubt}\n    “{quote}”\n{source}"
