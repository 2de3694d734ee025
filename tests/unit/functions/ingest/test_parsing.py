import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from footnote.errors import Unreadable
from functions.ingest.manifests import unknown
from functions.ingest.parsing import Parser
from functions.ingest.staging import _chunk
from tests import files
from tests.unit.functions.ingest.reading import Parse

SENTENCE = "The reactor runs at 450 degrees."
CHUNKING = "wordpieces-250-50-named"
FINE = "characters-100-20-named"


@pytest.fixture
async def parser() -> AsyncIterator[Parser]:
    parser = Parser(seconds=10, memory=700_000_000, limit=1_000_000)
    yield parser
    await parser.stop()


@pytest.mark.parametrize("name", files.FORMATS)
def test_every_format_gives_its_text(read: Parse, name: str) -> None:
    assert SENTENCE in read(name, files.FORMATS[name](SENTENCE)).text[:]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("guide.md", "A guide"),
        ("page.html", "A page"),
        ("report.pdf", "A report"),
        ("letter.docx", "A letter"),
        ("slides.pptx", "Welcome"),
        ("sheet.xlsx", "sheet"),
        ("record.json", "A record"),
        ("plain.txt", "plain"),
    ],
)
def test_a_document_has_its_own_title_or_the_files_name(read: Parse, name: str, title: str) -> None:
    assert read(name, files.FORMATS[name](SENTENCE)).title == title


def test_a_title_from_the_files_name_has_no_control_characters(read: Parse) -> None:
    assert read("\x1b]0;tea\x07.txt", SENTENCE.encode()).title == "]0;tea"
    assert read("\x07.txt", SENTENCE.encode()).title == ".txt"


@pytest.mark.parametrize("name", ["report.pdf", "slides.pptx"])
def test_the_sentence_is_on_the_second_page(read: Parse, name: str) -> None:
    document = read(name, files.FORMATS[name](SENTENCE))
    assert len(document.pages) == 2
    assert document.text[:].index(SENTENCE) >= document.pages[1]


@pytest.mark.parametrize(
    "comments", ["<!---->", "<!-- a -->\n<!-- b > -->\n", "<?xml version='1.0'?> <!---->"]
)
def test_a_page_is_known_behind_comments(read: Parse, comments: str) -> None:
    page = f"\n{comments}<!DOCTYPE html><p>{SENTENCE}"
    assert read("page.txt", page.encode()).content_type == "text/html"


async def test_a_file_of_comments_is_no_page_and_read_in_time(parser: Parser, tmp_path: Path) -> None:
    notes = tmp_path / "notes.md"
    notes.write_text("<!---->" * 60 + f"\n# Notes\n\n{SENTENCE}\n")
    parsed = await parser.parse(notes, notes.name, "", [CHUNKING])
    assert (parsed.title, parsed.content_type) == ("Notes", "text/markdown")


@pytest.mark.parametrize("name", ["guide.md", "page.html", "letter.docx", "slides.pptx", "sheet.xlsx"])
def test_a_heading_stands_where_it_says(read: Parse, name: str) -> None:
    document = read(name, files.FORMATS[name](SENTENCE))
    assert document.headings
    for heading in document.headings:
        assert document.text[heading.offset :].startswith(heading.title)


def test_a_web_page_is_what_its_reader_reads(read: Parse) -> None:
    page = b"""<body><nav>menu</nav><h2>A <i>b</i></h2>after<p>one<br>two</p><ul><li>x</ul>
        <table><tr><th>k<th>v<tr><td>1<td>2</table><pre>a\n  b</pre><script>no()</script>"""
    assert (
        read("page.html", page).text[:]
        == "A b\n\nafter\n\none\ntwo\n\n- x\n\nk | v\n\n1 | 2\n\na\n  b\n\n"
    )


def test_markdown_loses_its_marks_and_keeps_its_lists_and_tables(read: Parse) -> None:
    front = b"---\ntitle: 'Mine'\n---\n"
    table = b"| k | v |\n|---|---|\n| 1 | 2 |\n"
    document = read("a.md", front + b"# One\n\n*a* [b](c)\n\n1. x\n   - y\n\n" + table)
    assert document.title == "Mine"
    assert document.text[:] == "One\n\na b\n\n1. x\n\n  - y\n\nk: 1; v: 2\n\n"


@pytest.mark.parametrize(
    "deep", [">" * 200, "".join("  " * n + "- a\n" for n in range(200)) + "  " * 200]
)
def test_what_is_nested_deeply_is_not_lost(read: Parse, deep: str) -> None:
    assert SENTENCE in read("a.md", (deep + SENTENCE).encode()).text[:]
    with pytest.raises(Unreadable, match="nested too deeply"):
        read("a.md", b">" * 10_000 + SENTENCE.encode())


def test_a_heading_without_end_is_read_whole_and_named_in_short(read: Parse) -> None:
    document = read("a.md", b"# " + b"word " * 1_000 + b"\n\ntext")
    assert document.text[:].count("word") == 1_000
    assert len(document.title) == len(document.headings[0].title) < 400


def test_rows_without_a_header_are_kept_as_they_are(read: Parse) -> None:
    assert read("a.csv", b"1,2\n3,4\n").text[:] == "1; 2\n3; 4\n\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252"])
def test_the_encoding_is_found(read: Parse, encoding: str) -> None:
    text = "Größe und Übermut: der Käse ist süß, die Äpfel sind schön. " * 5
    assert read("a.txt", text.encode(encoding)).text[:] == text


def test_a_few_wrong_bytes_lose_only_themselves(read: Parse) -> None:
    assert "schön" in read("a.txt", "Die Äpfel sind schön. ".encode() * 20 + b"\xc3").text[:]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.docx", files.word(SENTENCE)[:3000], "truncated"),
        ("a.pdf", files.pdf(SENTENCE)[:300], "broken or truncated PDF"),
        ("a.txt", b"\x89PNG\r\n\x1a\n", "a PNG picture"),
        ("a.doc", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "password-protected Office"),
        ("a.txt", b"", "no text"),
        ("a.txt", b"\0\1\2\3" * 500, "binary"),
        ("a.json", b"{", "not valid JSON"),
        ("a.json", b"[" * 200_000, "nested too deeply"),
        ("a.jsonl", b'{"a": 1}\n{', "Line 2"),
        ("a.txt", b"x" * 1_000_001, "FOOTNOTE_TEXT_LIMIT"),
    ],
)
def test_what_cannot_be_read_says_why(read: Parse, name: str, data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(name, data)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(read: Parse, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 200_000_000)
    with pytest.raises(Unreadable, match="unpacks to 200000000 bytes"):
        read("a.docx", bomb.read_bytes())


async def text(parser: Parser, path: Path) -> str:
    parsed = await parser.parse(path, path.name, "", [CHUNKING])
    return " ".join(piece.text for piece in parsed.pieces(CHUNKING))


async def test_what_an_index_holds_is_cut_anew_as_the_file_would_be(
    parser: Parser, tmp_path: Path
) -> None:
    guide, key = tmp_path / "object", "guides/guide.md"
    guide.write_text(f"# A guide\n\n{SENTENCE * 40}\n\n## More\n\n{SENTENCE * 40}\n")
    parsed = await parser.parse(guide, key, "", [CHUNKING, FINE])
    known = replace(unknown(f"s3://docs/{key}", key), title=parsed.title)
    chunks = [_chunk(piece, ()) for piece in parsed.pieces(CHUNKING)]
    manifest = replace(known, content_type=parsed.content_type)
    async with parser.recut(manifest, chunks, [FINE]) as again:
        assert (again.title, again.content_type) == ("A guide", "text/markdown")
        assert [*again.pieces(FINE)] == [*parsed.pieces(FINE)]
    with pytest.raises(FileNotFoundError):
        next(again.pieces(FINE))


async def test_a_file_that_takes_too_long_is_stopped_and_the_next_is_read(
    parser: Parser, tmp_path: Path
) -> None:
    slow, good = tmp_path / "slow.html", tmp_path / "good.txt"
    slow.write_bytes(b"<div>" * 300_000 + b"hello")
    good.write_text(SENTENCE)
    parser.seconds = 0.5
    with pytest.raises(Unreadable, match="FOOTNOTE_PARSE_TIMEOUT"):
        await text(parser, slow)
    parser.seconds = 20
    assert await text(parser, good) == SENTENCE


async def test_a_text_that_is_slow_to_cut_is_stopped_too(parser: Parser, tmp_path: Path) -> None:
    slow = tmp_path / "slow.txt"
    slow.write_text("“a. " * 240_000)
    parser.seconds = 0.5
    with pytest.raises(Unreadable, match="FOOTNOTE_PARSE_TIMEOUT"):
        await text(parser, slow)


async def test_a_file_that_needs_too_much_memory_is_refused_and_the_next_is_read(
    parser: Parser, tmp_path: Path
) -> None:
    large, good = tmp_path / "large.json", tmp_path / "good.txt"
    large.write_text(f"[{'[],' * 10_000_000}[]]")
    good.write_text(SENTENCE)
    with pytest.raises(Unreadable, match="FOOTNOTE_PARSE_MEMORY"):
        await text(parser, large)
    assert await text(parser, good) == SENTENCE


async def test_a_worker_that_somebody_stopped_costs_no_file(parser: Parser, tmp_path: Path) -> None:
    good = tmp_path / "good.txt"
    good.write_text(SENTENCE)
    assert await text(parser, good) == SENTENCE
    (worker,) = [
        child
        for child in psutil.Process().children()
        if "functions.ingest.parsers.process" in child.cmdline()
    ]
    worker.kill()
    assert await text(parser, good) == SENTENCE


async def test_a_reason_names_the_object_and_no_file_of_ours(parser: Parser, tmp_path: Path) -> None:
    broken = tmp_path / "object"
    broken.write_bytes(files.powerpoint(SENTENCE)[:-30])
    with pytest.raises(Unreadable) as raised:
        await parser.parse(broken, "slides.pptx", "", [CHUNKING])
    assert str(tmp_path) not in raised.value.message
