from hypothesis import given
from hypothesis import strategies as st

from footnote.store.fusion import Fusion, fuse

fusions = st.sampled_from(["minmax", "reciprocal"])
finite = st.integers(-(10**9), 10**9).map(lambda number: number / 1000)
arms = st.lists(st.dictionaries(st.integers(0, 30), finite, max_size=20), max_size=3)


@given(arms, fusions)
def test_every_candidate_is_ranked_once_between_0_and_1(
    arms: list[dict[int, float]], fusion: Fusion
) -> None:
    ranked = fuse(arms, fusion)
    assert sorted(key for key, _ in ranked) == sorted(set().union(*arms))
    scores = [score for _, score in ranked]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1.000001 for score in scores)


@given(st.dictionaries(st.integers(0, 30), finite, min_size=1, max_size=20), fusions)
def test_one_arm_keeps_its_order(arm: dict[int, float], fusion: Fusion) -> None:
    ranked = [arm[key] for key, _ in fuse([arm], fusion)]
    assert ranked[0] == max(arm.values())
    if fusion == "reciprocal":
        assert ranked == sorted(arm.values(), reverse=True)


@given(arms, fusions, st.integers(0, 30))
def test_the_best_of_every_arm_is_the_best(
    arms: list[dict[int, float]], fusion: Fusion, best: int
) -> None:
    better = [{**arm, best: max(arm.values(), default=0) + 1} for arm in arms]
    if better:
        assert fuse(better, fusion)[0] == (best, 1)


@given(arms, st.sampled_from([2.0, 8.0, 1024.0]))
def test_the_scale_of_an_arm_does_not_matter(arms: list[dict[int, float]], unit: float) -> None:
    scaled = [{key: score * unit for key, score in arm.items()} for arm in arms]
    assert fuse(scaled, "reciprocal") == fuse(arms, "reciprocal")
    assert fuse(scaled, "minmax") == fuse(arms, "minmax")


def test_minmax_gives_arms_equal_weight() -> None:
    keyword = {"a": 12.0, "b": 7.0, "c": 2.0}
    vector = {"b": 0.9, "d": 0.5, "a": 0.1}
    assert fuse([keyword, vector], "minmax") == [("b", 0.75), ("a", 0.5), ("d", 0.25), ("c", 0.0)]


def test_reciprocal_depends_on_ranks_only() -> None:
    assert fuse([{"a": 9.0, "b": 8.9}, {"b": 0.2, "c": 0.1}], "reciprocal") == [
        ("b", (61 / 62 + 1) / 2),
        ("a", 0.5),
        ("c", 61 / 62 / 2),
    ]


def test_ties_keep_their_order() -> None:
    assert [key for key, _ in fuse([{"b": 1.0, "a": 1.0, "c": 1.0}], "minmax")] == ["b", "a", "c"]


def test_no_candidates() -> None:
    assert fuse([], "minmax") == fuse([{}, {}], "reciprocal") == []
