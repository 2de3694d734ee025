from dataclasses import replace

import pytest

from footnote.errors import Unavailable
from footnote.store.elasticsearch.client import Client
from footnote.store.elasticsearch.documents.chunks import Chunks
from tests.contract.samples import unknown
from tests.unit.footnote.store.elasticsearch.server import Server

LOST = {"error": {"type": "es_rejected_execution_exception", "reason": "the queue is full"}}


async def test_chunks_that_cannot_be_read_are_not_reported_as_missing(
    server: Server, client: Client
) -> None:
    manifest = replace(unknown("a.txt"), chunk_counts={"index": 1})
    server.responses = [(200, {"docs": [each]}) for each in ({"found": False}, LOST)]
    assert await Chunks(client).get(manifest, "index") is None
    with pytest.raises(Unavailable, match="the queue is full"):
        await Chunks(client).get(manifest, "index")
