"""Output of `footnote search` when the server refuses."""

from click.testing import CliRunner

from footnote.cli.commands.search import command
from footnote.errors import FootnoteError, InvalidRequest, Unavailable
from tests.stub import Reply, Stub


def search(refusal: FootnoteError) -> str:
    with Stub(lambda _: Reply(refusal.status, refusal.body())) as server:
        return str(CliRunner().invoke(command, ["tea", "--url", server.url]).exception)


def test_the_url_of_another_function_is_refused_with_which_one_is_needed() -> None:
    """answer takes only events where retrieve takes searches."""
    said = search(InvalidRequest("This is not a valid CloudEvent: it has no id."))
    assert said.startswith("Search needs the URL of retrieve, such as http://127.0.0.1:8082; http:")


def test_a_retrieve_that_is_overloaded_is_not_taken_for_another_function() -> None:
    said = search(Unavailable("Elasticsearch is overloaded."))
    assert said.endswith(" answered 503: Elasticsearch is overloaded.")
    assert "needs the URL" not in said
