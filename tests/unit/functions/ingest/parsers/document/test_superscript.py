import io
import re

import docx
import pytest

from tests.unit.functions.ingest.parse_type import Parse

SUPERSCRIPT = re.compile(r"<sup>(.*?)</sup>")


def word(markup: str) -> bytes:
    document = docx.Document()
    paragraph = document.add_paragraph()
    for at, text in enumerate(SUPERSCRIPT.split(markup)):
        paragraph.add_run(text).font.superscript = bool(at % 2)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("It has 10<sup>6</sup> square metres.", "It has 10^6 square metres."),
        ("It has 10<sup>−6</sup> m<sup>2</sup>.", "It has 10^−6 m2."),
        ("It has 10<sup>-</sup><sup>1</sup><sup>2</sup> parts.", "It has 10^-12 parts."),
        ("From 10<sup>6</sup>-10<sup>7</sup> on.", "From 10^6-10^7 on."),
        ("The 2<sup>nd</sup> of the plants<sup>3</sup>.", "The 2nd of the plants3."),
        ("It is hot.<sup>12</sup> It burns,<sup>3,4</sup> too.", "It is hot. It burns, too."),
        ("It is 1.<sup>2a</sup>", "It is 1.2a"),
    ],
)
@pytest.mark.parametrize("name", ["a.html", "a.md", "a.docx"])
def test_a_superscript_is_told_from_other_text(read: Parse, name: str, markup: str, text: str) -> None:
    content = word(markup) if name == "a.docx" else markup.encode()
    assert read(name, content).text[:] == f"{text}\n\n"
