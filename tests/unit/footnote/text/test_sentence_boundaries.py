import pytest

from footnote.text.sentence_boundaries import is_false_boundary


def joined(text: str) -> bool:
    """Whether the text before the bar and the text after it are one sentence."""
    return is_false_boundary(text.replace("|", ""), 0, text.index("|"))


@pytest.mark.parametrize(
    "text",
    [
        "It costs approx. |500 dollars.",
        "It costs approx.\n|five hundred dollars.",
        "Approx. |Half of them left.",
        "Biuro mieści się przy ul. |Długiej 5.",
        "Он жил на ул. |Ленина.",
        "Delivery takes max. |5 days.",
        "Sie wohnt in der Hauptstr. |5.",
        "Siehe Abs. |3.",
        "Das waren 23,1 Mio. |Euro.",
        "Das beginnt evtl. |Anfang Juni.",
        "Die sog. |Kernzeit gilt.",
        "Siehe Abb. |A.",
        "Dipl.|-Ing. Baumann kommt.",
        "Risponde il sig. |Rossi.",
        "Run .|/configure first.",
        ".|NET was released.",
        "Am 3. |Oktober 1990 war es so.",
        "Im 19. |Jahrhundert war es so.",
        "Den 5. |maj 1945 var det.",
        "Od lat 60. |gospodarka zwalnia.",
        "Это 13 млн. |человек.",
        "Ma np. |dwa psy.",
        "Это 13 млн.\u202f|человек.",
        "Роман А. |Пушкина.",
    ],
)
def test_a_full_stop_of_an_abbreviation_an_ordinal_or_a_name_ends_no_sentence(text: str) -> None:
    assert joined(text)


@pytest.mark.parametrize(
    "text",
    [
        "Delivery takes 5 days max. |Then it is here.",
        "They won Super Bowl 50. |A second one followed.",
        "They won Super Bowl 50. |Many others did not.",
        "It was so in 1990. |October came.",
        "It is here. |500 people saw it.",
        "He was born in the country. |he said so.",
        "i saw it. |it was good.",
        "Это было в 1990 г. |Он уехал.",
        "Use the API.\n|model is its first parameter.",
        "This is it! |so it is.",
        "Is it? |so it is.",
        "It is so.|Then it is not.",
        "日本語です。|次の文。",
    ],
)
def test_any_other_full_stop_ends_a_sentence(text: str) -> None:
    assert not joined(text)


@pytest.mark.parametrize("text", ["Am 3. |O", "Am 3. |Ok", "Am 3. |Okt", "Am 3. |Oktober"])
def test_a_month_is_recognized_by_its_first_letters(text: str) -> None:
    assert joined(text)


def test_only_the_sentence_itself_shows_whether_its_writer_uses_capitals() -> None:
    text = "it was so. Od lat 60. gospodarka zwalnia."
    assert is_false_boundary(text, text.index("Od"), text.index("gospodarka"))
    assert not is_false_boundary(text, 0, text.index("gospodarka"))
