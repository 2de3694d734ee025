"""Keyword, vector and hybrid search."""

from __future__ import annotations

from datetime import timedelta, timezone
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footnote.store import Generation, Mode, Store, open_store
from footnote.store.fusion import Fusion
from tests.contract.rigs import Rig
from tests.contract.samples import NOON, ask, key, keys, put, texts, uri

MODES: list[Mode] = ["hybrid", "vector", "keyword"]


@pytest.fixture
async def animals(store: Store, generation: Generation) -> Store:
    await put(store, generation, "birds/heron.txt", "The grey heron fishes in the shallow river.")
    await put(store, generation, "birds/owl.txt", "The owl hunts mice at night.")
    await put(store, generation, "otter.txt", "The otter swims in the river and eats fish.")
    return store


async def test_the_best_passage_comes_first(animals: Store) -> None:
    for mode in MODES:
        passages = (await ask(animals, "owl hunts mice night", mode)).passages
        assert passages[0].uri == uri("birds/owl.txt"), mode
        scores = [passage.score for passage in passages]
        assert scores == sorted(scores, reverse=True), mode
        assert all(0 <= score <= 1 for score in scores), mode


@pytest.mark.parametrize(("fusion", "lowest"), [("minmax", 0), ("reciprocal", 61 / 63 / 2)])
async def test_the_settings_choose_the_fusion(
    animals: Store, rig: Rig, fusion: Fusion, lowest: float
) -> None:
    store = open_store(rig.settings.model_copy(update={"fusion": fusion}))
    *_, last = (await ask(store, "river")).passages
    await store.close()
    assert key(last) == "birds/owl.txt"
    assert last.score == pytest.approx(lowest)


async def test_keyword_search_finds_only_passages_with_a_term(animals: Store) -> None:
    assert await keys(animals, "river", "keyword") == {"birds/heron.txt", "otter.txt"}


async def test_terms_are_stemmed(animals: Store) -> None:
    assert await keys(animals, "fishing hunters", "keyword") >= {"birds/heron.txt", "otter.txt"}


async def test_adjacent_terms_rank_higher(store: Store, generation: Generation) -> None:
    await put(store, generation, "apart.txt", "A moon was seen by all who walked in the old garden.")
    await put(
        store, generation, "together.txt", "A garden was seen by all who know the old moon garden."
    )
    await put(
        store, generation, "longer.txt", "Moon upon moon and a garden, far, beyond, one more garden."
    )
    [best, *_] = await texts(store, "moon garden", "keyword")
    assert best.endswith("moon garden.")


async def test_stop_words_find_nothing(animals: Store) -> None:
    assert await keys(animals, "what is in the and at", "keyword") == set()


async def test_the_context_of_a_passage_is_searched_but_not_returned(
    store: Store, generation: Generation
) -> None:
    await put(store, generation, "a.txt", "It fishes.", context="Herons of Europe")
    assert await texts(store, "european herons", "keyword") == ["It fishes."]


async def test_passages_have_the_cosine_of_the_vector_arm(animals: Store) -> None:
    [best, *_] = (await ask(animals, "Title The owl hunts mice at night.", "vector")).passages
    assert best.cosine == pytest.approx(1, abs=0.01)
    [by_words, *_] = (await ask(animals, "owl", "keyword")).passages
    assert by_words.cosine is None


async def test_at_most_top_k_passages_are_returned(animals: Store) -> None:
    for mode in MODES:
        assert len((await ask(animals, "river", mode, top_k=1)).passages) == 1, mode


async def test_a_hundred_passages_may_be_asked_for(store: Store, generation: Generation) -> None:
    await put(store, generation, "a.txt", *(f"Heron number {number}." for number in range(130)))
    assert len((await ask(store, "heron", top_k=100)).passages) == 100


async def test_coverage_is_the_share_of_terms_that_are_found(animals: Store) -> None:
    for mode in MODES:
        assert (await ask(animals, "Does the owl hunt mice?", mode)).coverage == 1, mode
        assert (await ask(animals, "zeppelin", mode)).coverage == 0, mode
        half = await ask(animals, "the owl in a zeppelin", mode)
        assert 0 < half.coverage < 0.5, mode
        commoner = await ask(animals, "the river in a zeppelin", mode)
        assert commoner.coverage < half.coverage, mode


async def test_terms_that_no_document_has_are_unknown(animals: Store) -> None:
    for mode in MODES:
        found = await ask(animals, "Which zepelin hunted owls for 12 mice?", mode, top_k=1)
        assert set(found.unknown) == {"zepelin", "12"}, mode


async def test_coverage_is_the_highest_of_one_passage(animals: Store) -> None:
    together = await ask(animals, "owl hunts mice, heron", "keyword", top_k=3)
    assert 0 < together.coverage < 1


async def test_filters_by_uri(animals: Store) -> None:
    for mode in MODES:
        asked = [uri("otter.txt"), uri("absent.txt")]
        assert await keys(animals, "river fish", mode, uri=asked) == {"otter.txt"}, mode
        assert await keys(animals, "river fish", mode, uri=[]) == set(), mode


async def test_filters_by_the_start_of_the_key(animals: Store) -> None:
    heron, owl, otter = "birds/heron.txt", "birds/owl.txt", "otter.txt"
    expected: dict[str, set[str]] = {
        "": {heron, owl, otter},
        "birds/": {heron, owl},
        "birds/h": {heron},
        **{prefix: set() for prefix in ["%", "*", "_", "BIRDS/", "birds/\0"]},
    }
    for (prefix, found), mode in product(expected.items(), MODES):
        assert await keys(animals, "owl heron otter", mode, prefix=prefix) == found, (prefix, mode)


async def test_filters_by_content_type(store: Store, generation: Generation) -> None:
    await put(store, generation, "a.txt", "heron")
    await put(store, generation, "a.md", "heron", content_type="text/markdown")
    for mode in MODES:
        assert await keys(store, "heron", mode, content_type=["text/markdown"]) == {"a.md"}, mode
        assert await keys(store, "heron", mode, content_type=[]) == set(), mode


async def test_filters_by_time(store: Store, generation: Generation) -> None:
    await put(store, generation, "noon", "heron", modified_at=NOON)
    await put(store, generation, "next-day", "heron", modified_at=NOON + timedelta(days=1))
    await put(store, generation, "no-time", "heron", modified_at=None)
    elsewhere, naive = NOON.astimezone(timezone(timedelta(hours=-7))), NOON.replace(tzinfo=None)
    for mode in MODES:
        for moment in (NOON, elsewhere, naive):
            assert await keys(store, "heron", mode, modified_after=moment) == {"next-day"}, mode
            assert await keys(store, "heron", mode, modified_before=moment) == set(), mode
        later = NOON + timedelta(hours=1)
        assert await keys(store, "heron", mode, modified_before=later) == {"noon"}, mode


async def test_all_conditions_of_a_filter_must_hold(animals: Store) -> None:
    both = {"prefix": "birds/", "uri": [uri("otter.txt"), uri("birds/owl.txt")]}
    for mode in MODES:
        assert await keys(animals, "owl heron otter", mode, **both) == {"birds/owl.txt"}, mode


async def test_a_filter_finds_the_few_among_many(store: Store, generation: Generation) -> None:
    """The filter applies within each arm, not to the candidates of the arms."""
    await put(store, generation, "many.txt", *("heron heron heron" for _ in range(450)))
    await put(store, generation, "few.txt", "One heron among so many other words of no use.")
    for mode in MODES:
        assert await keys(store, "heron", mode, prefix="few") == {"few.txt"}, mode


async def test_the_nearest_readable_passages_are_found_behind_many_restricted_ones(
    store: Store, generation: Generation
) -> None:
    open_to_all = [f"heron{' river' * others}" for others in range(1, 31)]
    await put(store, generation, "closed.txt", *("heron" for _ in range(250)), groups=("board",))
    await put(store, generation, "open.txt", *open_to_all)
    assert await texts(store, "heron", "vector", top_k=20) == open_to_all[:20]


STRANGE = [
    '"',
    "'",
    '" OR text : *',
    "NEAR(heron river, 2)",
    "heron AND NOT (owl",
    "text:heron -river +owl ^2 ~3 [1 TO 2]",
    "* ? \\ / { } ( )",
    "🦉🦉 🇪🇺 👩‍👩‍👧",
    "heron\0owl",
    "\u202eheron\u200b\ufeff",
    "_ __ _a_",
    "1,000.50 3.14 U.S.A. don't O'Neill’s",
    "x" * 8000,
    "heron " * 1300,
    " ".join(f"word{number}" for number in range(900)),
    "東京都 Österreich ΑΘΗΝΑ القاهرة",
    "' ; DROP TABLE chunks; --",
    "${jndi} {{mustache}} <script>",
    " ",
]


async def test_no_question_breaks_a_search(animals: Store) -> None:
    for text, mode in product(STRANGE, MODES):
        assert 0 <= (await ask(animals, text, mode)).coverage <= 1


@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_text_breaks_a_search(animals: Store, text: str) -> None:
    assert 0 <= (await ask(animals, text)).coverage <= 1


async def test_any_text_may_be_a_passage(store: Store, generation: Generation) -> None:
    manifests = [
        await put(store, generation, f"{number}.txt", f"{text} heron", context=text)
        for number, text in enumerate(STRANGE)
    ]
    for text, manifest in zip(STRANGE, manifests, strict=True):
        assert await texts(store, "heron", "keyword", uri=[manifest.uri]) == [f"{text} heron"]
        [chunk] = await store.chunks(manifest.id, None)
        assert (chunk.text, chunk.context) == (f"{text} heron", text)


WORDS = ["U.S.A", "O'Neill", "3.14", "1,000", "snake_case", "Österreich", "ΑΘΗΝΑ", "E=mc2"]


async def test_words_with_punctuation_are_found(store: Store, generation: Generation) -> None:
    for number, word in enumerate(WORDS):
        await put(store, generation, f"{number}.txt", f"Here stands {word} among others.")
    for number, word in enumerate(WORDS):
        assert await keys(store, word, "keyword") == {f"{number}.txt"}, word
        assert (await ask(store, word, "keyword")).coverage == 1, word
