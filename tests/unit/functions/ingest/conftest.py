from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from footnote.calls import http
from footnote.events.sink import Sink
from functions.ingest.parsers import parse
from functions.ingest.parsers.document import Document
from tests.unit.functions.ingest.parse_type import Parse
from tests.unit.functions.ingest.receiving import Broker, Ingest
from tests.unit.functions.ingest.world import World


@pytest.fixture
def read(tmp_path: Path) -> Parse:
    def read(name: str, data: bytes) -> Document:
        path = tmp_path / "content"
        path.write_bytes(data)
        return parse(path, name, "", 1_000_000)

    return read


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path)
    yield world
    await world.store.close()


@pytest.fixture
def broker() -> Iterator[Broker]:
    with Broker() as broker:
        yield broker


@pytest.fixture
async def ingest(tmp_path: Path) -> AsyncIterator[Ingest]:
    ingest = Ingest(tmp_path)
    yield ingest
    await ingest.close()


@pytest.fixture
async def wired(tmp_path: Path, broker: Broker) -> AsyncIterator[Ingest]:
    """The function ingest with a broker as its sink."""
    ingest = Ingest(tmp_path, Sink(broker.url))
    yield ingest
    await http.close()
    await ingest.close()
