"""Rows of text, as programs and people write them."""

import pytest

from tests.unit.functions.ingest.parse_type import Parse


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ('name\tnote\nAda\tsays, "hello"\n', 'name: Ada; note: says, "hello"'),
        ("name;price\nTea;2,00\nRum;1.234,50\n", "name: Tea; price: 2,00\nname: Rum; price: 1.234,50"),
        ('name, city\n"Ada", "Paris, France"\n', "name: Ada; city: Paris, France"),
        ("name,note\nAda,a; b\nBen,c | d; e\n", "name: Ada; note: a; b\nname: Ben; note: c | d; e"),
        ("name|note\nAda|O'Hara, 'quoted'\n", "name: Ada; note: O'Hara, 'quoted'"),
        ("sep=;\nname;price\nTea, green;2\n", "name: Tea, green; price: 2"),
        ("SEP=,\r\nname,price\r\nTea;2,3\r\n", "name: Tea;2; price: 3"),
    ],
)
def test_rows_are_divided_at_their_delimiter(read: Parse, file: str, text: str) -> None:
    assert read("a.csv", file.encode()).text[:] == f"{text}\n\n"
