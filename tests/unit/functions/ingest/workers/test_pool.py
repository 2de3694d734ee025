import io
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import psutil
import pytest

from footnote.errors import Unreadable
from functions.ingest.manifests import unknown
from functions.ingest.staging import to_chunk
from functions.ingest.workers.pool import WorkerPool
from tests import files

SENTENCE = "The reactor runs at 450 degrees."
CHUNKING = "wordpieces-250-50-named"
FINE = "characters-100-20-named"
WORKER = "functions.ingest.workers.process"


@pytest.fixture
async def pool() -> AsyncIterator[WorkerPool]:
    pool = WorkerPool(seconds=10, memory=700_000_000, limit=1_000_000)
    yield pool
    await pool.stop()


async def text(pool: WorkerPool, path: Path) -> str:
    parsed = await pool.parse(path, path.name, "", [CHUNKING])
    return " ".join(piece.text for piece in parsed.pieces(CHUNKING))


async def test_a_text_of_comments_is_no_html_and_is_read_in_time(
    pool: WorkerPool, tmp_path: Path
) -> None:
    notes = tmp_path / "notes.md"
    notes.write_text("<!---->" * 60 + f"\n# Notes\n\n{SENTENCE}\n")
    parsed = await pool.parse(notes, notes.name, "", [CHUNKING])
    assert (parsed.title, parsed.content_type) == ("Notes", "text/markdown")


async def test_a_rechunked_document_has_the_same_pieces_as_the_file(
    pool: WorkerPool, tmp_path: Path
) -> None:
    guide, key = tmp_path / "object", "guides/guide.md"
    guide.write_text(f"# A guide\n\n{SENTENCE * 40}\n\n## More\n\n{SENTENCE * 40}\n")
    parsed = await pool.parse(guide, key, "", [CHUNKING, FINE])
    known = replace(unknown(f"s3://docs/{key}", key), title=parsed.title)
    chunks = [to_chunk(piece, ()) for piece in parsed.pieces(CHUNKING)]
    manifest = replace(known, content_type=parsed.content_type)
    async with pool.rechunk(manifest, chunks, [FINE]) as again:
        assert (again.title, again.content_type) == ("A guide", "text/markdown")
        assert [*again.pieces(FINE)] == [*parsed.pieces(FINE)]
    with pytest.raises(FileNotFoundError):
        next(again.pieces(FINE))


async def test_a_file_that_takes_too_long_is_refused_and_the_next_is_read(
    pool: WorkerPool, tmp_path: Path
) -> None:
    slow, good = tmp_path / "slow.html", tmp_path / "good.txt"
    slow.write_bytes(b"<div>" * 300_000 + b"hello")
    good.write_text(SENTENCE)
    pool.seconds = 0.5
    with pytest.raises(Unreadable, match="FOOTNOTE_PARSE_TIMEOUT"):
        await text(pool, slow)
    pool.seconds = 20
    assert await text(pool, good) == SENTENCE


async def test_a_text_that_is_slow_to_chunk_is_refused(pool: WorkerPool, tmp_path: Path) -> None:
    slow = tmp_path / "slow.txt"
    slow.write_text("“a. " * 240_000)
    pool.seconds = 0.5
    with pytest.raises(Unreadable, match="FOOTNOTE_PARSE_TIMEOUT"):
        await text(pool, slow)


def large_json() -> bytes:
    return f"[{'[],' * 10_000_000}[]]".encode()


def large_word_file() -> bytes:
    changed, small = io.BytesIO(), io.BytesIO(files.word(SENTENCE))
    with ZipFile(small) as sound, ZipFile(changed, "w", ZIP_DEFLATED) as large:
        for name in sound.namelist():
            content = sound.read(name)
            large.writestr(name, content.replace(b"</w:body>", b"<w:p/>" * 8_000_000 + b"</w:body>"))
    return changed.getvalue()


@pytest.mark.parametrize(("name", "content"), [("a.json", large_json), ("a.docx", large_word_file)])
async def test_a_file_that_needs_too_much_memory_is_refused_and_the_next_is_read(
    pool: WorkerPool, tmp_path: Path, name: str, content: Callable[[], bytes]
) -> None:
    large, good = tmp_path / name, tmp_path / "good.txt"
    large.write_bytes(content())
    good.write_text(SENTENCE)
    with pytest.raises(Unreadable, match="FOOTNOTE_PARSE_MEMORY"):
        await text(pool, large)
    assert await text(pool, good) == SENTENCE


async def test_a_killed_worker_is_replaced_and_the_file_read(pool: WorkerPool, tmp_path: Path) -> None:
    good = tmp_path / "good.txt"
    good.write_text(SENTENCE)
    assert await text(pool, good) == SENTENCE
    (worker,) = [
        child
        for child in psutil.Process().children()
        if "functions.ingest.workers.process" in child.cmdline()
    ]
    worker.kill()
    assert await text(pool, good) == SENTENCE


async def test_a_reason_names_the_object_and_no_temporary_file(pool: WorkerPool, tmp_path: Path) -> None:
    broken = tmp_path / "object"
    broken.write_bytes(files.powerpoint(SENTENCE)[:-30])
    with pytest.raises(Unreadable) as raised:
        await pool.parse(broken, "slides.pptx", "", [CHUNKING])
    assert str(tmp_path) not in raised.value.message


async def test_files_take_no_memory_once_they_are_read(pool: WorkerPool, tmp_path: Path) -> None:
    letter, sizes = tmp_path / "letter.docx", list[int]()
    letter.write_bytes(files.word(SENTENCE))
    for _ in range(60):
        assert SENTENCE in await text(pool, letter)
        workers = [child for child in psutil.Process().children() if WORKER in child.cmdline()]
        sizes.append(sum(worker.memory_info().rss for worker in workers))
    assert sizes[-1] < sizes[9] + 20_000_000
