"""Nothing that a user asked fails while pods come, go and are replaced."""

from __future__ import annotations

from ipaddress import ip_address
from itertools import count

import pytest

from tests.cluster.asking import ANSWER, QUESTION, asked, asking
from tests.cluster.conftest import install
from tests.cluster.footnote import KEEPER, Footnote
from tests.cluster.kube import FUNCTIONS, Cluster, until

pytestmark = pytest.mark.usefixtures("beacon")


def test_nothing_outside_answers_at_an_address_that_no_service_has(footnote: Footnote) -> None:
    """Knative's activator keeps such a connection when the address becomes that of a new revision."""
    connect = "import socket, sys; s = socket.socket(); s.settimeout(5); "
    connect += "print(s.connect_ex((sys.argv[1], 80)))"
    said = footnote.cluster.kubectl(*KEEPER, "python", "-c", connect, spare_address())
    assert int(said) != 0  # the number of an error


def test_a_hundred_questions_at_once_all_succeed_and_answer_scales_out(footnote: Footnote) -> None:
    marks = count()

    def ask() -> None:  # each a new question, which takes answer longer
        question = QUESTION + "?" * (next(marks) % 1000)
        assert any(ANSWER in quote for quote in footnote.cited(question))

    with asking(ask, clients=100) as failures:
        until(lambda: len(footnote.cluster.pods("answer")) > 1)
    assert not failures


def test_a_pod_that_goes_in_the_middle_of_streams_cuts_none_off(footnote: Footnote) -> None:
    def stream() -> None:
        events = footnote.stream(QUESTION)
        assert events[-1] == "done", events

    with asking(stream, clients=8) as failures:
        for _ in range(3):
            pods = until(lambda: footnote.cluster.pods("answer"))
            footnote.cluster.kubectl("delete", "pod", pods[0], "--wait=true", "--timeout=120s")
    assert not failures


def test_a_pod_killed_in_the_middle_of_ingest_loses_nothing(footnote: Footnote) -> None:
    keys = [f"log-{number}.md" for number in range(12)]
    for number, key in enumerate(keys):
        text = f"Keeper's log {number}. " + "The lamp was lit and the sea was calm. " * 200
        footnote.write_unnoticed(key, text)
    footnote.wake()
    for key in keys:  # by the broker: what the S3 server could not tell a pod that goes, it tells nobody
        footnote.publish(footnote.notification(key, "Created:Put"))
    pods = until(lambda: footnote.cluster.pods("ingest"))
    footnote.cluster.kubectl("delete", "pod", *pods, "--force", "--grace-period=0")
    for key in keys:
        footnote.until_state(key, "indexed", 180)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_new_revision_takes_over_without_a_failed_request(footnote: Footnote, function: str) -> None:
    before = until(lambda: footnote.latest(function))
    with asking(asked(footnote)) as failures:
        install(
            footnote.cluster,
            "--reuse-values",
            "--set",
            f"functions.{function}.podAnnotations.rolled=yes",
        )
        until(lambda: footnote.latest(function) != before, 180)
        footnote.put("rolled.md", f"While {function} was rolled, this was written.\n")
        footnote.until_state("rolled.md", "indexed")
    assert not failures


def spare_address() -> str:
    """One of the addresses of Services that no Service has."""
    listed = Cluster("default").get("services", "--all-namespaces")["items"]
    taken = {service["spec"].get("clusterIP") for service in listed}
    first = ip_address(Cluster("default").get("service", "kubernetes")["spec"]["clusterIP"])
    return next(each for each in (str(first + number) for number in count()) if each not in taken)
