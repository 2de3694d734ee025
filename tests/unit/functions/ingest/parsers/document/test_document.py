import pytest

from functions.ingest.parsers.document import Writer, clean


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Donau\u00addampf\u00adschiff", "Donaudampfschiff"),
        ("\ufeffCafe\u0301 in Zu\u0308rich", "Café in Zürich"),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af", "한글"),
        ("u\x00\u0308ber", "über"),
        ("one\u200bword\u2028another\r\nline", "one\u200bword\nanother\nline"),
    ],
)
def test_text_is_composed_and_without_invisible_characters(text: str, cleaned: str) -> None:
    assert clean(text) == clean(cleaned) == cleaned


def test_headings_and_titles_are_cleaned_like_text() -> None:
    writer = Writer(limit=1000)
    writer.heading(1, "Gru\u0308\u00adße")
    assert [heading.title for heading in writer.headings] == ["Grüße"]
    assert writer.document("Ho\u0308he", "text/plain").title == "Höhe"
