"""The store: what the index holds, and what it may be asked. A port with two adapters."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from footnote.contracts import DriftReport, Filter, Passage
from footnote.store.manifest import Manifest as Manifest
from footnote.store.manifest import State as State
from footnote.store.manifest import document_id as document_id

if TYPE_CHECKING:
    from footnote.settings import Settings

Mode = Literal["hybrid", "vector", "keyword"]

FILE = "index.sqlite"
"""In the state folder, where SQLite keeps the index."""


class Mark(NamedTuple):
    """Where a heading or a page starts."""

    offset: int
    """In characters of the document's text."""
    level: int
    """Of a heading, 1 is the top; of a page, 0."""
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
    """Unit length, float32, as many as the generation's dimensions."""
    gap: str = ""
    """White space before it that is in no chunk: so the chunks of a document give its text back."""
    marks: tuple[Mark, ...] = ()
    """In the gap and the text, those left out that the chunk before has."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """A document with chunks of a version that is not committed."""

    uri: str
    key: str


@dataclass(frozen=True, slots=True)
class Generation:
    """One index of chunks. All its vectors are of one model, and its name is never used again."""

    name: str
    model: str
    """The embedding fingerprint."""
    dimensions: int
    chunking: str
    """Such as `wordpieces-250-50-named`."""
    live_until: datetime | None = None
    """When another took its place; None while it is live, and of one that never was."""


@dataclass(frozen=True, slots=True)
class Query:
    text: str
    mode: Mode = "hybrid"
    vector: Sequence[float] | None = None
    """Of `model`'s; required unless mode is keyword."""
    model: str | None = None
    top_k: int = 5
    filter: Filter = field(default_factory=Filter)
    groups: frozenset[str] = frozenset()
    """The reader's. A document that has groups is found only by a reader in one of them."""
    index: str | None = None
    """Name of the generation to search; the live one where none is given."""


@dataclass(frozen=True, slots=True)
class Found:
    passages: list[Passage]
    generation: Generation
    covered: Sequence[float]
    """Share of the query's terms, weighted by idf, that each passage contains; 0 to 1."""
    took_ms: float
    """As the database itself counts it."""

    @property
    def coverage(self) -> float:
        """That of the passage that contains most."""
        return max(self.covered, default=0.0)


class Store(Protocol):
    """Every method raises Unavailable when the database cannot be reached or is overloaded.

    A document is replaced in three steps: `stage` its new chunks under a version not yet visible, as
    often as there are batches; `commit` the manifest that names this version, which makes it visible and
    the old one invisible at one moment; the commit then removes what the old version left. `search` and
    `passages` show each document's committed version: the old or the new, never neither, never both.

    Chunks are in generations. Searches use the live one; another may be kept beside it, either the next,
    until a `switch` makes it live, or the one before, until a `drop`. A document is staged in all that
    are kept, and one commit makes it visible in all; one that is not live may be left out of it.
    """

    async def prepare(self, model: str, dimensions: int, chunking: str) -> Generation:
        """The live generation, whatever it is of; made of this where there is none."""
        ...

    async def live(self) -> Generation | None:
        """The generation that searches use; None before anything was indexed."""
        ...

    async def generations(self) -> tuple[Generation, ...]:
        """Those that are kept, as of now, the live one first; none before anything was indexed."""
        ...

    async def begin(self, model: str, dimensions: int, chunking: str) -> Generation:
        """The generation of this making, made beside the live one unless it is kept already.

        Raises InvalidRequest where nothing is live, or another one is kept beside it.
        """
        ...

    async def switch(self, generation: Generation) -> None:
        """Make it live, and keep the one that was, in one moment. Raises Conflict unless it is kept."""
        ...

    async def drop(self, generation: Generation) -> None:
        """Keep it no longer, and remove its chunks. Raises InvalidRequest where it is live, and Conflict
        where another went live meanwhile."""
        ...

    async def manifest(self, document: str) -> Manifest | None:
        """The manifest with its `revision`, as of now."""
        ...

    def manifests(
        self, *, state: State | None = None, after: str = "", prefix: str = ""
    ) -> AsyncGenerator[Manifest, None]:
        """All manifests by ascending id, those after the id `after` and with keys under `prefix`."""
        ...

    def lacking(self, generation: Generation) -> AsyncGenerator[Manifest, None]:
        """The documents that have chunks, and none in this generation, as of now."""
        ...

    async def stage(self, manifest: Manifest, chunks: Sequence[Chunk], generation: Generation) -> None:
        """Write chunks of `manifest.version`, invisible until it is committed. Idempotent.

        May raise Conflict when that version cannot be committed any more.
        """
        ...

    async def commit(self, manifest: Manifest, spare: Collection[str] = ()) -> Manifest:
        """Store the manifest if its stored revision is still `manifest.revision`.

        Returns it with the new revision. Then removes the document's chunks of every version that the
        manifest supersedes: the old ones, and those of writers who lost, but none of a later sequence.
        Raises Conflict when another writer came first, or when the manifest names not all generations
        that are kept, but for those that are `spare`, by name, and are not live: these lack the document
        then. The caller discards what it staged, and begins anew.
        """
        ...

    async def discard(self, manifest: Manifest) -> None:
        """Remove the chunks staged under `manifest.version`, if it cannot be committed any more.

        To be called after a Conflict, and only then: another writer may be staging the same version.
        """
        ...

    def leftovers(self) -> AsyncGenerator[Leftover, None]:
        """Documents for which a writer staged chunks and has not committed them: it died, or is at work.
        The next commit of such a document removes them."""
        ...

    async def search(self, query: Query) -> Found:
        """The best passages. Raises FingerprintMismatch when `query.model` is not the generation's."""
        ...

    async def revision(self) -> str | None:
        """A token that every commit and switch replaces, for good; None while one is under way.

        What a search found that began when it was this is found as long as it is.
        """
        ...

    async def report(self, drift: DriftReport) -> None:
        """Keep it in place of the one before, for whoever may not look into the bucket."""
        ...

    async def reported(self) -> DriftReport | None:
        """The last report; None before the first."""
        ...

    async def chunks(self, document: str, groups: frozenset[str] | None) -> list[Chunk]:
        """The committed chunks in order, vectors left out; [] where `groups` may not read it.

        Those of the live generation, or of another that is kept where the live one lacks the document.
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

    return SqliteStore(settings.state / FILE, settings.fusion)
