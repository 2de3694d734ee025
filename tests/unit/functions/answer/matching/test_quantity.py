import pytest

from functions.answer.matching.quantity import quantities


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("4GB of memory", {("4", "gigabyte")}),
        ("1,000 kilometres", {("1000", "kilometer")}),
        ("5.500 €, € 3.00 or $7 million", {("5.5", "euro"), ("3", "euro"), ("7", "dollar")}),
        ("$7 at 20 degrees, or 20 Celsius", {("7", "dollar"), ("20", "°c")}),
        ("3 billion dollars", {("3", "dollar")}),
        ("Ten hours, or a 12-hour day", {("10", "hour"), ("12", "hour")}),
        ("3.5 % at 40 °C", {("3.5", "%"), ("40", "°c")}),
        ("5 feet 3 inches", {("5", "foot"), ("3", "inch")}),
        ("a kg 5 of the 1990s", set()),
        ("12 people", set()),
    ],
)
def test_a_quantity_is_a_number_with_a_known_unit(text: str, found: set[tuple[str, str]]) -> None:
    assert quantities(text) == found
