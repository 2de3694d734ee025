import pytest

from functions.ingest.parsers.number_format import show


@pytest.mark.parametrize(
    ("number", "number_format", "text"),
    [
        (1234567, "#,##0", "1,234,567"),
        (-5, '"$"#,##0.00', "-$5.00"),
        (-7, "$#,##0_);($#,##0)", "($7)"),
        (1.5e6, '0.0,,"M"', "1.5M"),
        (2500, "#,##0,", "3"),
        (45, '0"%"', "45%"),
        (45, r"0\%", "45%"),
        (45, "0*%", "45"),
        (45, r"0.0_%_);\(0.0\)_%", "45.0"),
        (0.455, "0%", "46%"),
        (-0.455, '0%_);[Red]"("0%")"', "(46%)"),
        (3, r"0\ \k\m", "3 km"),
        (1.005, "0.00", "1.01"),
        (0.5, "#.##", ".5"),
        (1.5, "0.0##", "1.5"),
        (0, "#", ""),
        (0, '0;-0;"none"', "none"),
        (-3, "0;", ""),
        (2, '"Version "0', "Version 2"),
        (2, '"a;b"', "a;b"),
    ],
)
def test_a_number_is_shown_as_excel_shows_it(number: float, number_format: str, text: str) -> None:
    assert show(number, number_format) == text


@pytest.mark.parametrize(
    "number_format", ["", "General", "# ?/?", "0.00E+00", "[<10]0%;0", "000-0000", "[DBNum1]0", "@"]
)
def test_a_rare_format_is_not_shown(number_format: str) -> None:
    assert show(5, number_format) is None
