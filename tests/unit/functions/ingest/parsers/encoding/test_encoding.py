import tracemalloc
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.ingest.parsers import parse
from functions.ingest.parsers.encoding import open_text, read_blocks, read_text

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-32", "latin-1"]
TEXT = st.text(
    st.sampled_from("ab \r\n\x85é€😀日") | st.characters(exclude_characters="\0"),
    min_size=1,
    max_size=60,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=TEXT,
    damage=st.sampled_from([b"", b"\xff", b"\xc3", b"\xe2\x82"]),
    encoding=st.sampled_from(ENCODINGS),
    size=st.integers(1, 9),
)
def test_blocks_add_up_to_the_file(
    tmp_path: Path, text: str, damage: bytes, encoding: str, size: int
) -> None:
    path = tmp_path / "file"
    path.write_bytes(("A text. " * 50 + text).encode(encoding, "replace") + damage)
    with open_text(path) as file:
        found = [*read_blocks(file, size)]
        whole = path.read_bytes().decode(file.encoding, "replace")
    assert "".join(found) == whole
    assert not any(one.endswith("\r") and two.startswith("\n") for one, two in pairwise(found))


@pytest.mark.parametrize("shift", range(4))
def test_a_letter_and_its_accent_are_in_the_same_block(tmp_path: Path, shift: int) -> None:
    path = tmp_path / "file.txt"
    path.write_text("-" * shift + "Zu\u0308\n" * 20_000)
    assert parse(path, "file.txt", "", 10**8).text[:] == "-" * shift + "Zü\n" * 20_000


WESTERN = [
    "Größe und Übermut: der Käse ist süß.",
    "L’été dernier, nous avons dîné à la campagne, où c’était très agréable.",
    "El niño comió una piña; ¿qué pasó después en la canción?",
    "A situação não é fácil: o avô e a avó estão na praça às três.",
    "La città è più bella, però così non può dirlo nessuno.",
    "Hästen står på ängen och äter gräs.",
    "Børnene løber på vejen, og købmanden sælger æbler.",
    "The café’s menu says “naïve façade” – for £5.",
]
OTHERS = [
    ("cp1250", "Zażółć gęślą jaźń, łódka płynie przez rzekę."),
    ("cp1250", "A bérlő minden hónap elején fizet. Az üvegházban őszi rózsák és tűlevelű fák nőnek."),
    ("cp1250", "Najamnik mora plaćati svakog mjeseca. Kuća je lijepa, a čovjek živi u žutoj kući."),
    ("cp1250", "Najemnik mora plačati vsak mesec. Hiša je lepa, človek živi v Ljubljani že več let."),
    ("cp1254", "Şirketin sözleşmesi üç yıl sürer. Güneş doğduğunda çocuklar okula gider."),
    ("cp1251", "Это предложение написано по-русски."),
    ("cp1253", "Αυτή η πρόταση είναι γραμμένη στα ελληνικά."),
    ("shift_jis", "これは日本語の文章です。文字コードの判定を試します。"),
    ("gb18030", "这是一个中文句子，用来测试编码。昨天天气很好。"),
]
TONGUES = [*(("cp1252", sentence) for sentence in WESTERN), *OTHERS]


@pytest.mark.parametrize(("encoding", "sentence"), TONGUES)
@pytest.mark.parametrize("before", [0, 70_000])
def test_the_encoding_is_detected_however_late_the_first_letter_comes(
    tmp_path: Path, encoding: str, sentence: str, before: int
) -> None:
    plain = "One more sentence stands here.\n"
    text = plain * (before // len(plain)) + f"{sentence}\n" + plain * 100
    path = tmp_path / "file"
    path.write_bytes(text.encode(encoding))
    assert read_text(path) == text


@pytest.mark.parametrize("damage", [b"\xff", b"\xe2\x82"])
def test_an_invalid_byte_far_from_other_letters_loses_only_itself(tmp_path: Path, damage: bytes) -> None:
    before, after = "“A quote.”\n" + "Text.\n" * 20_000, "\n" + "Text.\n" * 20_000 + "“Another.”\n"
    path = tmp_path / "file"
    path.write_bytes(before.encode() + damage + after.encode())
    assert read_text(path) == f"{before}\ufffd{after}"


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("a.log", "12:00:01 INFO One more sentence stands here.\n"),
        ("a.csv", '1,"One more sentence stands here."\n'),
        ("a.jsonl", '{"said": "One more sentence stands here."}\n'),
    ],
)
def test_memory_does_not_grow_with_the_file(tmp_path: Path, name: str, line: str) -> None:
    path, peaks = tmp_path / name, []
    for lines in (10, 15_000, 45_000):  # the first for what is imported
        path.write_text(line * lines)
        tracemalloc.start()
        try:
            parse(path, name, "", 10**8)
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    assert peaks[2] < 1.2 * peaks[1]
