import pytest

from functions.ingest.parsers.office.ordinals import written


@pytest.mark.parametrize(
    ("number", "format", "text"),
    [
        (27, "lowerLetter", "aa"),
        (53, "upperLetter", "AAA"),
        (1994, "lowerRoman", "mcmxciv"),
        (4, "upperRoman", "IV"),
        (9, "decimalZero", "09"),
        (0, "lowerLetter", "0"),
        (10**9, "lowerLetter", "1000000000"),
        (10**9, "upperRoman", "1000000000"),
        (3, "ordinalText", "3"),
    ],
)
def test_a_number_is_written_as_word_does(number: int, format: str, text: str) -> None:
    assert written(number, format) == text
