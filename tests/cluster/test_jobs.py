"""What an operator runs: the state of the index, and another chunking without downtime."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cluster.asking import asked, asking
from tests.cluster.conftest import install
from tests.cluster.footnote import Footnote
from tests.cluster.kube import until

pytestmark = pytest.mark.usefixtures("beacon")

CHUNKING = "wordpieces-120-20"


@pytest.fixture
def released(footnote: Footnote) -> Iterator[Footnote]:
    """Whatever a test set is gone after it."""
    yield footnote
    install(footnote.cluster)


def test_status_tells_of_every_document_and_of_what_differs(footnote: Footnote) -> None:
    footnote.write_unnoticed("unseen.md", "Nobody was told of the cellar of Tarn Point.\n")
    said = footnote.cluster.run_now("footnote-status")
    assert "indexed" in said
    assert "beacon.md" in said
    assert "`footnote reconcile` fixes this" in said
    footnote.cluster.run_now("footnote-reconcile")
    footnote.until_state("unseen.md", "indexed")
    assert "The index agrees with the bucket." in footnote.cluster.run_now("footnote-status")


def test_every_document_is_read_again_on_demand(footnote: Footnote) -> None:
    footnote.cluster.run_now("footnote-reconcile")
    before = footnote.documents()["beacon.md"]
    footnote.cluster.run_now("footnote-reread")
    until(lambda: footnote.documents()["beacon.md"]["version"] != before["version"])
    assert footnote.documents()["beacon.md"]["etag"] == before["etag"]


def test_no_question_fails_through_a_reindex_a_switch_and_a_rollback(released: Footnote) -> None:
    with asking(asked(released)) as failures:
        assert "Nothing was switched" in reindexed(released)
        assert "Answers now come from" in reindexed(released, "reindex.switch=true")
        released.put("later.md", "The later pier of Tarn Point has 17 bollards.\n")
        released.until_cited("How many bollards has the later pier of Tarn Point?", "17 bollards")
        assert "-250-50" in reindexed(released, "reindex.switch=true,reindex.rollback=true")
        released.until_cited("How many bollards has the later pier of Tarn Point?", "17 bollards")
    assert not failures


def reindexed(footnote: Footnote, options: str = "") -> str:
    """What the Job says that comes with an upgrade with these values."""
    cluster = footnote.cluster
    values = f"reindex.enabled=true,reindex.chunking={CHUNKING},{options}".rstrip(",")
    install(cluster, "--set", values)
    prefix = f"job.batch/footnote-reindex-{cluster.revision()}-"
    names = cluster.kubectl("get", "jobs", "--output=name").split()
    job = next(name for name in names if name.startswith(prefix))
    cluster.kubectl("wait", job, "--for=condition=Complete", "--timeout=240s")
    return cluster.kubectl("logs", job)
