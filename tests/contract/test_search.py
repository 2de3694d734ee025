"""What a search finds, by words, by meaning and by both."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footnote.store import Generation, Mode, Store
from tests.contract.samples import NOON, ask, keys, put, texts, uri

MODES: list[Mode] = ["hybrid", "vector", "keyword"]


@pytest.fixture
async def animals(store: Store, generation: Generation) -> Store:
    await put(store, generation, "birds/heron.txt", "The grey heron fishes in the shallow river.")
    await put(store, generation, "birds/owl.txt", "The owl hunts mice at night.")
    await put(store, generation, "otter.txt", "The otter swims in the river and eats fish.")
    return store


@pytest.mark.parametrize("mode", MODES)
async def test_the_best_passage_comes_first(animals: Store, mode: Mode) -> None:
    passages = (await ask(animals, "owl hunts mice night", mode)).passages
    assert passages[0].uri == uri("birds/owl.txt")
    scores = [passage.score for passage in passages]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


async def test_keyword_search_finds_only_what_has_a_word(animals: Store) -> None:
    assert await keys(animals, "river", "keyword") == {"birds/heron.txt", "otter.txt"}


async def test_words_are_found_in_other_forms(animals: Store) -> None:
    assert await keys(animals, "fishing hunters", "keyword") >= {"birds/heron.txt", "otter.txt"}


async def test_stop_words_find_nothing(animals: Store) -> None:
    assert await keys(animals, "what is in the and at", "keyword") == set()


async def test_the_context_of_a_passage_is_searched_and_not_shown(
    store: Store, generation: Generation
) -> None:
    await put(store, generation, "a.txt", "It fishes.", context="Herons of Europe")
    assert await texts(store, "european herons", "keyword") == ["It fishes."]


async def test_the_vector_arm_tells_the_cosine(animals: Store) -> None:
    [best, *_] = (await ask(animals, "Title The owl hunts mice at night.", "vector")).passages
    assert best.cosine == pytest.approx(1, abs=0.01)
    [by_words, *_] = (await ask(animals, "owl", "keyword")).passages
    assert by_words.cosine is None


@pytest.mark.parametrize("mode", MODES)
async def test_no_more_than_top_k(animals: Store, mode: Mode) -> None:
    assert len((await ask(animals, "river", mode, top_k=1)).passages) == 1


async def test_a_hundred_passages_may_be_asked_for(store: Store, generation: Generation) -> None:
    await put(store, generation, "a.txt", *(f"Heron number {number}." for number in range(130)))
    assert len((await ask(store, "heron", top_k=100)).passages) == 100


@pytest.mark.parametrize("mode", MODES)
async def test_coverage_is_the_share_of_the_question_that_is_spoken_of(
    animals: Store, mode: Mode
) -> None:
    assert (await ask(animals, "Does the owl hunt mice?", mode)).coverage == 1
    assert (await ask(animals, "zeppelin", mode)).coverage == 0
    half = await ask(animals, "the owl in a zeppelin", mode)
    assert 0 < half.coverage < 0.5
    rarer = await ask(animals, "the river in a zeppelin", mode)
    assert rarer.coverage < half.coverage


async def test_coverage_is_that_of_one_passage(animals: Store) -> None:
    together = await ask(animals, "owl hunts mice, heron", "keyword", top_k=3)
    assert 0 < together.coverage < 1


@pytest.mark.parametrize("mode", MODES)
class TestFilter:
    async def test_by_uri(self, animals: Store, mode: Mode) -> None:
        asked = [uri("otter.txt"), uri("absent.txt")]
        assert await keys(animals, "river fish", mode, uri=asked) == {"otter.txt"}

    async def test_no_uri_is_no_document(self, animals: Store, mode: Mode) -> None:
        assert await keys(animals, "river fish", mode, uri=[]) == set()

    async def test_by_the_start_of_the_key(self, animals: Store, mode: Mode) -> None:
        birds = {"birds/heron.txt", "birds/owl.txt"}
        assert await keys(animals, "owl heron otter", mode, prefix="birds/") == birds
        assert len(await keys(animals, "owl heron otter", mode, prefix="")) == 3
        assert await keys(animals, "owl heron otter", mode, prefix="birds/h") == {"birds/heron.txt"}
        assert await keys(animals, "owl heron otter", mode, prefix="%") == set()
        assert await keys(animals, "owl heron otter", mode, prefix="*") == set()
        assert await keys(animals, "owl heron otter", mode, prefix="BIRDS/") == set()

    async def test_by_content_type(self, store: Store, generation: Generation, mode: Mode) -> None:
        await put(store, generation, "a.txt", "heron")
        await put(store, generation, "a.md", "heron", content_type="text/markdown")
        assert await keys(store, "heron", mode, content_type=["text/markdown"]) == {"a.md"}
        assert await keys(store, "heron", mode, content_type=[]) == set()

    async def test_by_time(self, store: Store, generation: Generation, mode: Mode) -> None:
        await put(store, generation, "at-noon", "heron", modified_at=NOON)
        await put(store, generation, "next-day", "heron", modified_at=NOON + timedelta(days=1))
        await put(store, generation, "at-no-time", "heron", modified_at=None)
        later = NOON + timedelta(hours=1)
        assert await keys(store, "heron", mode, modified_after=NOON) == {"next-day"}
        assert await keys(store, "heron", mode, modified_before=later) == {"at-noon"}
        assert await keys(store, "heron", mode, modified_before=NOON) == set()
        elsewhere = NOON.astimezone(timezone(timedelta(hours=-7)))
        assert await keys(store, "heron", mode, modified_after=elsewhere) == {"next-day"}
        naive = NOON.replace(tzinfo=None)
        assert await keys(store, "heron", mode, modified_after=naive) == {"next-day"}

    async def test_all_that_is_given_must_hold(self, animals: Store, mode: Mode) -> None:
        both = {"prefix": "birds/", "uri": [uri("otter.txt"), uri("birds/owl.txt")]}
        assert await keys(animals, "owl heron otter", mode, **both) == {"birds/owl.txt"}

    async def test_finds_the_few_among_many(
        self, store: Store, generation: Generation, mode: Mode
    ) -> None:
        """A filter applies within each arm, not to what the arms found."""
        await put(store, generation, "many.txt", *("heron heron heron" for _ in range(450)))
        await put(store, generation, "few.txt", "One heron among so many other words of no use.")
        assert await keys(store, "heron", mode, prefix="few") == {"few.txt"}


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


@pytest.mark.parametrize("text", STRANGE)
async def test_no_question_breaks_a_search(animals: Store, text: str) -> None:
    for mode in MODES:
        found = await ask(animals, text, mode)
        assert 0 <= found.coverage <= 1


@given(text=st.text(min_size=1, max_size=60))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_question_at_all_breaks_a_search(animals: Store, text: str) -> None:
    found = await ask(animals, text.encode(errors="ignore").decode() or "x", "hybrid")
    assert 0 <= found.coverage <= 1


@pytest.mark.parametrize("text", STRANGE)
async def test_any_text_may_be_a_passage(store: Store, generation: Generation, text: str) -> None:
    manifest = await put(store, generation, "a.txt", f"{text} heron", context=text)
    assert await texts(store, "heron", "keyword") == [f"{text} heron"]
    [chunk] = await store.passages(manifest.id, None)
    assert (chunk.text, chunk.context) == (f"{text} heron", text)


@pytest.mark.parametrize(
    "word", ["U.S.A", "O'Neill", "3.14", "1,000", "snake_case", "Österreich", "ΑΘΗΝΑ", "E=mc2"]
)
async def test_words_with_signs_are_found(store: Store, generation: Generation, word: str) -> None:
    await put(store, generation, "a.txt", f"Here stands {word} among others.")
    await put(store, generation, "b.txt", "Here stands nothing.")
    assert await keys(store, word, "keyword") == {"a.txt"}
    assert (await ask(store, word, "keyword")).coverage == 1
