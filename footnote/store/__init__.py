"""The store: a port that describes the index of chunks and manifests, and its two adapters."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

from footnote.contracts import DriftReport, Filter, Passage
from footnote.contracts import Mode as Mode
from footnote.contracts import State as State
from footnote.store.manifest import Manifest as Manifest
from footnote.store.manifest import document_id as document_id

if TYPE_CHECKING:
    from footnote.settings import Settings

SQLITE_FILE = "index.sqlite"
"""Name of the SQLite store's file in the state folder."""


class Mark(NamedTuple):
    """The start of a heading or of a page."""

    offset: int
    """In characters of the document's text."""
    level: int
    """Level of the heading, 1 at the top; 0 for a page."""
    title: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """A slice of a document's text: text == document_text[start:end]."""

    ordinal: int
    text: str
    context: str
    """Place, title and heading path: searched and embedded along with the text, never quoted."""
    headings: tuple[str, ...]
    page: int | None
    start: int
    end: int
    vector: Sequence[float]
    """Float32, unit length, with as many dimensions as the generation."""
    gap: str = ""
    """White space between the previous chunk and this one: chunks and gaps add up to the text."""
    marks: tuple[Mark, ...] = ()
    """Marks in the gap and the text, except those that the previous chunk has."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """A document with chunks of a version that is not committed."""

    uri: str
    key: str


class Recipe(NamedTuple):
    """How documents become chunks with vectors."""

    model: str
    """The embedding fingerprint."""
    dimensions: int
    chunking: str
    """Such as `wordpieces-250-50-named`."""

    def __str__(self) -> str:
        return f"{self.model}, {self.chunking}"


@dataclass(frozen=True, slots=True)
class Generation:
    """One index of chunks, all made by the same recipe. Its name is never used again."""

    name: str
    recipe: Recipe
    live_until: datetime | None = None
    """When another generation replaced it; None if it is live or was never live."""


@dataclass(frozen=True, slots=True)
class Query:
    text: str
    mode: Mode = "hybrid"
    vector: Sequence[float] | None = None
    """Embedding of the text by `model`; required unless mode is keyword."""
    model: str | None = None
    top_k: int = 5
    filter: Filter = field(default_factory=Filter)
    groups: frozenset[str] = frozenset()
    """The reader's groups. A document that has groups is found only by a reader in one of them."""
    index: str | None = None
    """Name of the generation to search; None searches the live one."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    passages: list[Passage]
    generation: Generation
    coverages: Sequence[float]
    """Coverage of each passage: the idf-weighted share of the query's terms that it contains, 0 to 1."""
    took_ms: float
    """As measured by the database."""
    unknown: Sequence[str] = ()
    """The query's terms that no chunk in scope contains."""

    @property
    def coverage(self) -> float:
        """The highest coverage of any passage; 0 without passages."""
        return max(self.coverages, default=0.0)


ChunkCounts = Mapping[tuple[str, str], int]
"""Numbers of chunks in a generation, by document id and version."""


class Store(Protocol):
    """Every method raises Unavailable when the database cannot be reached or is overloaded.

    A document is replaced in three steps. `stage` writes its new chunks, in one or more batches, under a
    version that is not visible yet. `commit` writes the manifest that names this version, which makes it
    visible and the old one invisible in the same moment. The commit then removes the chunks of the old
    version. `search` and `chunks` show each document's committed version: the old or the new one, never
    neither and never a mixture.

    Chunks belong to generations. Searches use the live one. One other may exist beside it: the next one,
    until a `switch` makes it live, or the replaced one, until a `drop`. A document is staged in all
    generations, and one commit makes it visible in all of them; generations that are not live may be
    declared optional for a commit.
    """

    async def ensure_live(self, recipe: Recipe) -> Generation:
        """The live generation, whatever its recipe; created with this one if there is none."""
        ...

    async def live(self) -> Generation | None:
        """The live generation; None before anything was indexed."""
        ...

    async def generations(self) -> tuple[Generation, ...]:
        """All generations as of now, the live one first; empty before anything was indexed."""
        ...

    async def create_next(self, recipe: Recipe) -> Generation:
        """The generation with this recipe, created beside the live one if it does not exist.

        Raises InvalidRequest if nothing is live, or if a different one exists beside the live one.
        """
        ...

    async def switch(self, generation: Generation) -> None:
        """Make it live, and keep the replaced one, atomically. Raises Conflict if it was dropped."""
        ...

    async def drop(self, generation: Generation) -> None:
        """Remove a generation and its chunks.

        Raises InvalidRequest if it is live, and Conflict if another one went live meanwhile.
        """
        ...

    async def manifest(self, document: str) -> Manifest | None:
        """The manifest as of now, with its `revision`."""
        ...

    def manifests(
        self, *, state: State | None = None, after: str = "", prefix: str = ""
    ) -> AsyncGenerator[Manifest, None]:
        """All manifests by ascending id, those after the id `after` and with keys under `prefix`."""
        ...

    def missing_from(self, generation: Generation) -> AsyncGenerator[Manifest, None]:
        """Manifests, as of now, of documents that have chunks but none in this generation."""
        ...

    async def chunk_counts(self, generation: Generation) -> ChunkCounts:
        """The numbers of chunks that searches in the generation may find, committed or not."""
        ...

    async def stage(self, manifest: Manifest, chunks: Sequence[Chunk], generation: Generation) -> None:
        """Write chunks of `manifest.version`, invisible until it is committed. Idempotent.

        May raise Conflict when that version cannot be committed any more.
        """
        ...

    async def commit(self, manifest: Manifest, optional: Collection[str] = ()) -> Manifest:
        """Store the manifest if its stored revision is still `manifest.revision`.

        Returns it with the new revision. Then removes the document's chunks of every superseded version,
        those of writers who lost a race included, but none of a later sequence.

        `optional` names the generations that may lack the document; the live one never may. Raises
        Conflict when another writer came first, or when the manifest lacks a generation that is not
        optional. The caller then discards what it staged, and starts over.
        """
        ...

    async def discard(self, manifest: Manifest) -> None:
        """Remove the chunks staged under `manifest.version`, if it cannot be committed any more.

        To be called only after a Conflict: another writer may be staging the same version.
        """
        ...

    def leftovers(self) -> AsyncGenerator[Leftover, None]:
        """Documents with staged chunks that are not committed: their writer died, or is still at work.

        The next commit of such a document removes those chunks.
        """
        ...

    async def search(self, query: Query) -> SearchResult:
        """The best passages. Raises FingerprintMismatch when `query.model` is not the generation's."""
        ...

    async def revision(self) -> str | None:
        """A token that changes for good with every commit and switch; None while one is under way.

        What a search found that began at a revision stays valid as long as the revision stays the same.
        """
        ...

    async def optimize(self) -> list[str]:
        """Adapt the generations to the number of their chunks; results stay the same, or become better.

        Returns the names of those that are being rebuilt, in the background.
        """
        ...

    async def save_drift_report(self, report: DriftReport) -> None:
        """Replace the last drift report, for readers who have no access to the bucket."""
        ...

    async def drift_report(self) -> DriftReport | None:
        """The last report; None before the first."""
        ...

    async def chunks(self, document: str, groups: frozenset[str] | None) -> list[Chunk]:
        """The committed chunks in order, without vectors; [] if `groups` may not read the document.

        They come from the live generation, or from another one while the live one lacks the document.
        None as `groups` means an operator, who reads everything.
        """
        ...

    async def ping(self) -> None:
        """Return if the store can answer now. Raises Unavailable."""
        ...

    async def close(self) -> None: ...


def open_store(settings: Settings) -> Store:
    """The store that `settings.store` names. Opens no connection yet."""
    if settings.store == "elasticsearch":
        from footnote.store.elasticsearch import ElasticsearchStore

        return ElasticsearchStore.from_settings(settings)
    from footnote.store.sqlite import SqliteStore

    return SqliteStore(settings.state / SQLITE_FILE, settings.fusion)
