from pathlib import Path

import pytest

from functions.ingest.parsers import parse
from functions.ingest.parsers.encoding.charset import codec
from tests.unit.functions.ingest.parse_type import Parse

TONGUES = [
    ("iso-8859-2", "Kraków jest dawną stolicą Polski. Zażółć gęślą jaźń."),
    ("windows-1250", "Bucureşti este capitala României; ţara este frumoasă."),
    ("iso-8859-9", "İstanbul büyük şehir, ışık"),
    ("koi8-r", "Столица."),
    ("macintosh", "München ist groß. Größe und Straßen überraschen viele Gäste."),
    ("iso-2022-jp", "東京は日本の首都です。"),
    ("hz-gb-2312", "北京是首都。"),
    ("gb2312", "北京是首都。"),
    ("big5", "台北是首都"),
    ("euc-kr", "서울은"),
    ("iso-8859-8", "ירושלים"),
    ("us-ascii", "The café’s menu"),
]


def encoded(text: str, charset: str) -> bytes:
    return text.encode("cp1252" if charset == "us-ascii" else charset)


@pytest.mark.parametrize("form", ['<meta charset="{}">', '<META content="text/html; charset={}">'])
@pytest.mark.parametrize(("charset", "text"), TONGUES)
def test_a_page_is_read_in_its_declared_charset(read: Parse, charset: str, text: str, form: str) -> None:
    page = f"<html>\n<head>\n{form.format(charset)}\n</head>\n<p>{text}</p>\n</html>"
    assert read("a.html", encoded(page, charset)).text[:] == f"{text}\n\n"


def test_a_page_is_read_in_the_encoding_of_its_xml_declaration(read: Parse) -> None:
    page = '<?xml version="1.0" encoding="iso-8859-2"?>\n<html><p>Zażółć gęślą jaźń</p></html>'
    assert read("a.xhtml", page.encode("iso-8859-2")).text[:] == "Zażółć gęślą jaźń\n\n"


@pytest.mark.parametrize(("charset", "text"), TONGUES)
def test_a_file_is_read_in_the_charset_of_its_content_type(
    tmp_path: Path, charset: str, text: str
) -> None:
    path = tmp_path / "content"
    path.write_bytes(encoded(text, charset))
    assert parse(path, "a.txt", f'text/plain; Charset="{charset}"', 1_000).text[:] == text


@pytest.mark.parametrize("said", ["utf-8", "unknown-9", "rot13", "undefined", "unicode_escape"])
def test_a_page_counts_if_the_content_type_declares_no_legacy_charset(tmp_path: Path, said: str) -> None:
    page = '<meta charset="iso-8859-2"><p>Zażółć gęślą jaźń</p>'
    path = tmp_path / "content"
    path.write_bytes(page.encode("iso-8859-2"))
    text = parse(path, "a.html", f"text/html; charset={said}", 1_000).text[:]
    assert text == "Zażółć gęślą jaźń\n\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_unicode_page_is_read_whatever_it_declares(read: Parse, encoding: str) -> None:
    page = '<meta charset="iso-8859-1"><p>Zażółć gęślą jaźń</p>'
    assert read("a.html", page.encode(encoding)).text[:] == "Zażółć gęślą jaźń\n\n"


@pytest.mark.parametrize(
    ("charset", "known"),
    [
        ("ISO-8859-8-I", "iso8859-8"),
        ("x-sjis", "cp932"),
        ("windows-874", "cp874"),
        ("x-mac-cyrillic", "mac-cyrillic"),
        ("ks_c_5601-1987", "cp949"),
        ("utf-8\0", ""),
    ],
)
def test_charset_labels_of_browsers_are_known(charset: str, known: str) -> None:
    assert codec(charset) == known
