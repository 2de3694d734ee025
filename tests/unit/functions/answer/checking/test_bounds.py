from itertools import product

import pytest

from tests.unit.functions.answer.checking.checkers import checker_of, quotes
from tests.unit.functions.answer.samples import passage

AT_MOST = (
    "You can upload at most 30 files.",
    "You can upload up to 30 files.",
    "You can upload a maximum of 30 files.",
    "You can upload no more than 30 files.",
    "You can upload not more than 30 files.",
    "You can not upload more than 30 files.",
    "You cannot upload more than 30 files.",
    "You can't upload more than 30 files.",
    "You can upload files, not exceeding 30.",
    "You can upload files, maximum 30.",
    "You can upload 30 files at most.",
    "You can upload 30 or fewer files.",
    "You can upload 30 files or less.",
)
AT_LEAST = (
    "You can upload at least 30 files.",
    "You can upload a minimum of 30 files.",
    "You can upload no fewer than 30 files.",
    "You can upload not less than 30 files.",
    "You can upload more than 30 files.",
    "You can upload over 30 files.",
    "You can upload files, above 30.",
    "You can upload 30 or more files.",
    "You can upload 30 files, or 30 or more.",
)
OTHER_LANGUAGES = (
    (
        "Die Miete ist höchstens 30 Euro.",
        "Die Miete ist nicht höher als 30 Euro.",
        "Die Miete ist maximal 30 Euro.",
        "Die Miete ist bis zu 30 Euro.",
        "Die Miete ist 30 Euro höchstens.",
        "Die Miete ist 30 Euro oder weniger.",
    ),
    (
        "Die Miete ist mindestens 30 Euro.",
        "Die Miete ist nicht weniger als 30 Euro.",
        "Die Miete ist über 30 Euro.",
        "Die Miete ist 30 oder mehr Euro.",
    ),
    ("Le loyer est au maximum 30 euros.", "Le loyer est pas plus de 30 euros."),
    ("Le loyer est au moins 30 euros.", "Le loyer est pas moins de 30 euros."),
    (
        "El alquiler es como máximo 30 euros.",
        "El alquiler es no más de 30 euros.",
        "El alquiler es hasta 30 euros.",
    ),
    ("El alquiler es al menos 30 euros.", "El alquiler es no menos de 30 euros."),
)


def supported(text: str, statement: str) -> bool:
    [quote] = quotes(checker_of([passage(text)]), statement)
    return quote.supported


@pytest.mark.parametrize("bounds", [AT_MOST, AT_LEAST, *OTHER_LANGUAGES])
def test_a_bound_in_other_words_is_supported(bounds: tuple[str, ...]) -> None:
    for text in bounds:
        assert [one for one in bounds if not supported(text, one)] == []


@pytest.mark.parametrize("at_most", AT_MOST)
def test_the_other_bound_of_the_same_number_is_unsupported(at_most: str) -> None:
    assert [one for one in AT_LEAST if supported(at_most, one)] == []
    assert [one for one in AT_LEAST if supported(one, at_most)] == []


@pytest.mark.parametrize(
    ("at_most", "at_least"), list(zip(OTHER_LANGUAGES[::2], OTHER_LANGUAGES[1::2], strict=True))
)
def test_the_other_bound_is_unsupported_in_other_languages(
    at_most: tuple[str, ...], at_least: tuple[str, ...]
) -> None:
    for one, other in product(at_most, at_least):
        assert not supported(one, other)
        assert not supported(other, one)


def test_a_number_without_a_bound_supports_any_and_each_number_has_its_own() -> None:
    assert supported("You can upload 30 files.", AT_MOST[0])
    assert supported(AT_MOST[0], "You can upload 30 files.")
    text = "You can upload at least 5 and at most 30 files."
    assert supported(text, "You can upload up to 30 files.")
    assert not supported(text, "You can upload at least 30 files.")


def test_a_bound_of_something_else_is_not_that_of_the_number_before() -> None:
    text = "You can upload at least 30 files at most 5 times, or more."
    assert supported(text, "You can upload at least 30 files.")
    assert not supported(text, "You can upload at most 30 files.")
    assert supported("You can upload 30 files at least once.", "You can upload at most 30 files.")


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        ("The falcon has no more than 30 feathers, and it does not fly.", "The falcon flies."),
        ("The falcon is not waterproof and weighs more than 30 grams.", "The falcon is waterproof."),
        ("The falcon is not waterproof over 30 degrees.", "The falcon is waterproof at 30 degrees."),
        ("The falcon is no longer sold.", "The falcon is sold."),
        ("You cannot upload 30 files.", "You can upload 30 files."),
        ("You cannot upload 30 files.", "You can upload no more than 30 files."),
        ("No files larger than 30 MB are kept.", "Files larger than 30 MB are kept."),
    ],
)
def test_a_negator_that_belongs_to_no_bound_still_negates(text: str, statement: str) -> None:
    assert not supported(text, statement)


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        ("No files larger than 30 MB are kept.", "Files larger than 30 MB are not kept."),
        ("Nobody over 30 may enter.", "Persons over 30 may not enter."),
        ("It has not rained in more than 30 years.", "It has not rained for 30 years."),
        (
            "The lamp must not be used for more than 30 days.",
            "The lamp must not be used for over 30 days.",
        ),
    ],
)
def test_a_negation_beside_a_bound_is_supported_in_other_words(text: str, statement: str) -> None:
    assert supported(text, statement)
