"""`footnote search`: prints the passages that fit a query best, with their scores."""

from __future__ import annotations

import json

import click

from footnote.cli import client, options
from footnote.cli.terminal import printable
from footnote.contracts import Passage, RetrieveResponse
from footnote.errors import InvalidRequest


@click.command("search")
@click.argument("query", nargs=-1, required=True)
@click.option(
    "--top",
    default=5,
    show_default=True,
    type=click.IntRange(1, 100),
    help="Number of passages.",
)
@click.option(
    "--mode",
    default="hybrid",
    show_default=True,
    type=click.Choice(["hybrid", "vector", "keyword"]),
    help="Search by words and meaning, by meaning only, or by words only.",
)
@click.option(
    "--url",
    help="URL of retrieve, such as http://127.0.0.1:8082. Needed only if it runs on another machine.",
)
@options.state
@options.as_json
def command(
    query: tuple[str, ...], top: int, mode: str, url: str | None, state: str | None, as_json: bool
) -> None:
    """Show the passages that match a query best, with their scores."""
    retrieve = options.inherited_settings(retrieve_url=url, state=state).retrieve_url
    try:
        answer = client.post(retrieve, {"query": " ".join(query), "top_k": top, "mode": mode})
    except InvalidRequest as error:
        raise _wrong_url(error) if url else error from None
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    hits = RetrieveResponse.read(answer, retrieve).hits
    click.echo("\n\n".join(map(_passage, hits)) or "No passage was found.")


def _wrong_url(error: InvalidRequest) -> InvalidRequest:
    return InvalidRequest(f"Search needs the URL of retrieve, such as http://127.0.0.1:8082; {error}")


def _passage(hit: Passage) -> str:
    page = f", page {hit.page}" if hit.page else ""
    head = click.style(f"{hit.score:.3f}  {printable(hit.title)}{page}", bold=True)
    text = printable(" ".join(hit.text.split()))
    source = click.style(f"       {printable(hit.uri)}  characters {hit.start} to {hit.end}", dim=True)
    return f"{head}\n       {text}\n{source}"
