"""Keyword search in languages other than English."""

from __future__ import annotations

from unicodedata import normalize

import pytest

from footnote.store import Generation, Store
from tests.contract.samples import ask, keys, put

TEXTS = {
    "chinese": "北京是中国的首都。北京有两千多万人口。",
    "japanese": "東京タワーの高さは333メートルで、NHKテレビも使う。",
    "korean": "서울은 대한민국의 수도이다.",
    "hindi": "दिल्ली भारत की राजधानी है। हिन्दी यहाँ बोली जाती है।",
    "bengali": "ঢাকা বাংলাদেশের রাজধানী।",
    "arabic": "القُدسُ مَدينةٌ قديمة.",
    "persian": "او می‌خواهم را گفت.",
    "turkish": "İstanbul en büyük şehirdir, İZMİR üçüncü.",
    "thai": "กรุงเทพมหานครเป็นเมืองหลวงของประเทศไทย",
    "lao": "ວຽງຈັນແມ່ນນະຄອນຫຼວງຂອງລາວ",
    "burmese": "ရန်ကုန်သည်မြန်မာနိုင်ငံ၏မြို့ကြီးဖြစ်သည်။",
    "khmer": "ភ្នំពេញគឺជារាជធានីនៃប្រទេសកម្ពុជា។",
    "german": "Zürich und München öffnen im Frühling.",
}
ASKED = [
    ("北京", "chinese"),
    ("人口", "chinese"),
    ("北京的人口", "chinese"),
    ("タワー", "japanese"),
    ("高さ", "japanese"),
    ("NHK", "japanese"),
    ("テレビ", "japanese"),
    ("서울은", "korean"),
    ("दिल्ली", "hindi"),
    ("हिन्दी", "hindi"),
    ("ঢাকা", "bengali"),
    ("القُدسُ", "arabic"),
    ("می‌خواهم", "persian"),
    ("İstanbul", "turkish"),
    ("istanbul", "turkish"),
    ("İzmir", "turkish"),
    ("เมืองหลวง", "thai"),
    ("ประเทศไทย", "thai"),
    ("ວຽງຈັນ", "lao"),
    ("မြန်မာ", "burmese"),
    ("ភ្នំពេញ", "khmer"),
    (normalize("NFD", "Zürich öffnen"), "german"),
    ("Mün\u00adchen", "german"),
]


@pytest.fixture
async def languages(store: Store, generation: Generation) -> Store:
    for language, text in TEXTS.items():
        await put(store, generation, language, text)
    return store


async def test_a_word_is_found_in_its_language(languages: Store) -> None:
    for word, language in ASKED:
        found = await ask(languages, word, "keyword", top_k=1)
        assert [passage.uri.rpartition("/")[2] for passage in found.passages] == [language], word
        assert found.coverage == 1, word


async def test_a_word_that_no_text_contains_is_not_found(languages: Store) -> None:
    for word in ("故宫", "上海", "ラジオ", "부산은", "दल", "ক", "ษ", "ຜ", "ဆ", "ឆ"):
        assert await keys(languages, word, "keyword") == set(), word


async def test_adjacent_ideographs_rank_higher(store: Store, generation: Generation) -> None:
    await put(store, generation, "apart", "人山海口山海人山海口")
    await put(store, generation, "together", "山海人口山海山海人口")
    [best, *_] = (await ask(store, "人口", "keyword")).passages
    assert best.uri.endswith("together")


async def test_adjacent_letters_rank_higher(store: Store, generation: Generation) -> None:
    await put(store, generation, "apart", "กขคงนกขคงมกขคง")
    await put(store, generation, "together", "กขคนมงกขคงกขคง")
    [best, *_] = (await ask(store, "นม", "keyword")).passages
    assert best.uri.endswith("together")


async def test_a_removed_text_is_not_found(store: Store, generation: Generation) -> None:
    await put(store, generation, "city", "北京是中国的首都。")
    await put(store, generation, "city", "上海在海边。")
    assert await keys(store, "北京", "keyword") == set()
    assert await keys(store, "上海", "keyword") == {"city"}
