"""The two stores under test, with operations that only tests need."""

from __future__ import annotations

import sqlite3
import uuid
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

from elasticsearch import Elasticsearch

from footnote.settings import Settings
from footnote.store import Store, open_store
from footnote.store.sqlite.database import Database


class Rig(Protocol):
    """A store with data of its own, empty at first."""

    settings: Settings

    def refresh(self) -> None:
        """Make listings show what was committed."""

    def disable_refresh(self) -> None:
        """From now on searches see new chunks only after `refresh`."""

    def stored_chunks(self, document: str) -> int:
        """The number of chunks that are stored of the document, visible or not."""

    async def lose_chunk(self, document: str) -> None:
        """Remove one stored chunk of the document, behind the store's back."""

    def drop(self) -> None:
        """Remove the data."""


def open_on(rig: Rig) -> Store:
    """The store as another process would open it."""
    return open_store(rig.settings)


class SqliteRig:
    def __init__(self, folder: Path) -> None:
        self.settings = Settings(state=folder)

    def refresh(self) -> None:
        pass

    def disable_refresh(self) -> None:
        """SQLite has no refresh: a search sees what was written before."""

    def stored_chunks(self, document: str) -> int:
        with closing(sqlite3.connect(self.settings.state / "index.sqlite")) as connection:
            count = "SELECT count(*) FROM chunks WHERE document = ?"
            return int(connection.execute(count, (document,)).fetchone()[0])

    async def lose_chunk(self, document: str) -> None:
        first = "DELETE FROM chunks WHERE row = (SELECT min(row) FROM chunks WHERE document = ?)"
        database = Database(self.settings.state / "index.sqlite")
        await database.write(lambda connection: connection.execute(first, (document,)))
        await database.close()

    def drop(self) -> None:
        pass


class ElasticsearchRig:
    def __init__(self, url: str, secrets: Path) -> None:
        self.settings = Settings(
            store="elasticsearch",
            elasticsearch_url=url,
            index=f"test-{uuid.uuid4().hex[:12]}",
            secrets=secrets,
        )
        self.admin = Elasticsearch(url, request_timeout=60)

    def refresh(self) -> None:
        self.admin.indices.refresh(index=f"{self.settings.index}-*")

    def disable_refresh(self) -> None:
        self.add_template(
            {
                "index_patterns": [f"{self.settings.index}-*"],
                "template": {"settings": {"refresh_interval": "-1"}},
                "allow_auto_create": False,  # as the chart for Elasticsearch has it
            }
        )

    def add_template(self, template: dict[str, Any]) -> None:
        """Add an index template for all indices of this prefix."""
        self.admin.indices.put_index_template(name=self.settings.index, **template)

    def stored_chunks(self, document: str) -> int:
        self.refresh()
        found = self.admin.count(
            index=f"{self.settings.index}-chunks-*", query={"term": {"document": document}}
        )
        return int(found["count"])

    async def lose_chunk(self, document: str) -> None:
        chunks, of = f"{self.settings.index}-chunks-*", {"term": {"document": document}}
        found = self.admin.search(index=chunks, query=of, size=1)["hits"]["hits"]
        for hit in found:
            self.admin.delete(index=hit["_index"], id=hit["_id"], refresh=True)

    def drop(self) -> None:
        indices = self.admin.indices.get(index=f"{self.settings.index}-*")
        if indices:
            self.admin.indices.delete(index=list(indices))
        templates = self.admin.options(ignore_status=404).indices
        templates.delete_index_template(name=self.settings.index)
        self.admin.close()
