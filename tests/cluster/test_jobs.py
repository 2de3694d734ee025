"""What an operator runs: the state of the index, and another chunking without downtime."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch

from tests.cluster.asking import asked, asking
from tests.cluster.conftest import install
from tests.cluster.footnote import Footnote
from tests.cluster.kube import reach, until

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


def test_a_document_of_which_elasticsearch_lost_a_chunk_is_read_again(footnote: Footnote) -> None:
    text = "The oath of Tarn Point has 14 lines.\n\n" + "The keeper swears to tend the lamp. " * 200
    footnote.put("oath.md", text)
    before = footnote.until_state("oath.md", "indexed")
    lose_chunks(footnote, "oath.md")
    assert "`footnote reconcile` fixes this" in footnote.cluster.run_now("footnote-status")
    footnote.cluster.run_now("footnote-reconcile")
    footnote.until_cited("How many lines has the oath of Tarn Point?", "14 lines")
    after = footnote.documents()["oath.md"]
    assert (after["etag"], after["chunks"]) == (before["etag"], before["chunks"])
    assert after["version"] != before["version"]


def test_the_documents_of_a_former_bucket_are_removed(released: Footnote) -> None:
    cluster, question = released.cluster, "Who built the annex of Tarn Point?"
    released.write_unnoticed("annex.md", "The annex of Tarn Point was built by Odd Lund.\n", "archive")
    install(cluster, "--set", "settings.bucket=s3://archive")
    released.until_cited(question, "Odd Lund")
    assert "documents of other buckets" in cluster.run_now("footnote-status")

    install(cluster, "--set", "settings.former_buckets=s3://archive")
    assert "Former buckets: 1 accepted" in cluster.of_the_upgrade("backfill")
    released.until_state("annex.md", "deleted", 30)
    assert not any("Odd Lund" in quote for quote in released.cited(question))
    asked(released)()
    assert "other buckets" not in cluster.run_now("footnote-status")


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
    values = f"reindex.enabled=true,reindex.chunking={CHUNKING},{options}".rstrip(",")
    install(footnote.cluster, "--set", values)
    return footnote.cluster.of_the_upgrade("reindex")


def lose_chunks(footnote: Footnote, key: str) -> None:
    """Delete a document's first chunk from Elasticsearch, as its superuser."""
    document = footnote.documents()[key]["id"]
    superuser = ("elastic", footnote.cluster.secret("footnote-es-elastic-user", "elastic"))
    with reach(footnote.cluster.namespace, "footnote-es-http", 9200) as (host, port):
        url = f"https://{host}:{port}"
        client = Elasticsearch(url, basic_auth=superuser, verify_certs=False, ssl_show_warn=False)
        first = {"bool": {"filter": [{"term": {"document": document}}, {"term": {"ordinal": 0}}]}}
        (hit,) = client.search(index="footnote-chunks", query=first)["hits"]["hits"]
        client.delete(index=hit["_index"], id=hit["_id"], refresh=True)
