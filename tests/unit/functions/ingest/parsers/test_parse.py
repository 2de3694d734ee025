import io
import zipfile
from pathlib import Path

import pytest

from footnote.errors import Unreadable
from tests import files
from tests.unit.functions.ingest.parse_type import Parse

SENTENCE = "The reactor runs at 450 degrees."


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
def test_the_title_is_the_documents_own_or_the_file_name(read: Parse, name: str, title: str) -> None:
    assert read(name, files.FORMATS[name](SENTENCE)).title == title


def test_a_title_from_the_file_name_has_no_control_characters(read: Parse) -> None:
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
def test_html_is_detected_after_comments(read: Parse, comments: str) -> None:
    page = f"\n{comments}<!DOCTYPE html><p>{SENTENCE}"
    assert read("page.txt", page.encode()).content_type == "text/html"


@pytest.mark.parametrize("name", ["guide.md", "page.html", "letter.docx", "slides.pptx", "sheet.xlsx"])
def test_headings_have_the_right_offsets(read: Parse, name: str) -> None:
    document = read(name, files.FORMATS[name](SENTENCE))
    assert document.headings
    for heading in document.headings:
        assert document.text[heading.offset :].startswith(heading.title)


def test_html_becomes_the_text_that_readers_see(read: Parse) -> None:
    page = b"""<body><nav>menu</nav><h2>A <i>b</i></h2>after<p>one<br>two</p><ul><li>x</ul>
        <table><tr><th>k<th>v<tr><td>1<td>2</table><pre>a\n  b</pre><script>no()</script>"""
    assert (
        read("page.html", page).text[:] == "A b\n\nafter\n\none\ntwo\n\n- x\n\nk: 1; v: 2\n\na\n  b\n\n"
    )


def test_markdown_loses_its_markup_and_keeps_lists_and_tables(read: Parse) -> None:
    front = b"---\ntitle: 'Mine'\n---\n"
    table = b"| k | v |\n|---|---|\n| 1 | 2 |\n"
    document = read("a.md", front + b"# One\n\n*a* [b](c)\n\n1. x\n   - y\n\n" + table)
    assert document.title == "Mine"
    assert document.text[:] == "One\n\na b\n\n1. x\n\n  - y\n\nk: 1; v: 2\n\n"


@pytest.mark.parametrize(
    "deep", [">" * 200, "".join("  " * n + "- a\n" for n in range(200)) + "  " * 200]
)
def test_deeply_nested_text_is_not_lost(read: Parse, deep: str) -> None:
    assert SENTENCE in read("a.md", (deep + SENTENCE).encode()).text[:]
    with pytest.raises(Unreadable, match="nested too deeply"):
        read("a.md", b">" * 10_000 + SENTENCE.encode())


def test_a_very_long_heading_is_read_whole_and_shortened_as_title(read: Parse) -> None:
    document = read("a.md", b"# " + b"word " * 1_000 + b"\n\ntext")
    assert document.text[:].count("word") == 1_000
    assert len(document.title) == len(document.headings[0].title) < 400


def test_rows_without_a_header_are_sentences_of_their_own(read: Parse) -> None:
    assert read("a.csv", b"1,2\n3,4\n").text[:] == "1; 2\n\n3; 4\n\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252"])
def test_the_encoding_is_detected(read: Parse, encoding: str) -> None:
    text = "Größe und Übermut: der Käse ist süß, die Äpfel sind schön. " * 5
    assert read("a.txt", text.encode(encoding)).text[:] == text


def test_invalid_bytes_lose_only_themselves(read: Parse) -> None:
    assert "schön" in read("a.txt", "Die Äpfel sind schön. ".encode() * 20 + b"\xc3").text[:]


def archive(*members: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for member in members:
            file.writestr(member, "")
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.odt", archive("mimetype", "content.xml"), "an OpenDocument file; save it as .docx"),
        ("a.epub", archive("mimetype", "META-INF/container.xml"), "an e-book; convert it to PDF"),
        ("a.xlsb", archive("xl/workbook.bin"), "a binary Excel workbook; save it as .xlsx"),
        ("a.zip", archive("a.txt"), "a zip archive"),
        ("a.docx", files.word(SENTENCE)[:3000], "truncated"),
        ("a.pdf", files.pdf(SENTENCE)[:300], "broken or truncated PDF"),
        ("a.txt", b"\x89PNG\r\n\x1a\n", "a PNG image"),
        ("a.doc", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "password-protected Office"),
        ("a.txt", b"", "no text"),
        ("a.txt", b"\0\1\2\3" * 500, "binary"),
        ("a.json", b"{", "not valid JSON"),
        ("a.json", b"[" * 200_000, "nested too deeply"),
        ("a.jsonl", b'{"a": 1}\n{', "Line 2"),
        ("a.txt", b"x" * 1_000_001, "FOOTNOTE_TEXT_LIMIT"),
    ],
)
def test_an_unreadable_file_has_a_reason(read: Parse, name: str, data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(name, data)


def test_a_zip_bomb_is_refused_before_unpacking(read: Parse, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 200_000_000)
    with pytest.raises(Unreadable, match="unpacks to 200000000 bytes"):
        read("a.docx", bomb.read_bytes())
