import math

import pytest

from footnote.evaluation.ranking import ndcg, recall, reciprocal_rank


def test_the_best_ranking_scores_one() -> None:
    relevant = {"a": 2.0, "b": 1.0}
    assert ndcg(["a", "b", "c"], relevant) == recall(["b", "a"], relevant, 2) == 1
    assert reciprocal_rank(["a"], relevant) == 1


def test_a_later_hit_counts_less() -> None:
    assert ndcg(["x", "a"], {"a": 1.0}) == pytest.approx(1 / math.log2(3))
    assert reciprocal_rank(["x", "y", "a"], {"a": 1.0}) == pytest.approx(1 / 3)


def test_a_hit_after_k_counts_nothing() -> None:
    ranked = [*"abcdefghij", "z"]
    assert ndcg(ranked, {"z": 1.0}) == recall(ranked, {"z": 1.0}, 10) == 0
    assert reciprocal_rank([], {"z": 1.0}) == 0


def test_recall_is_relative_to_all_relevant_documents() -> None:
    assert recall(["a", "x", "y", "b"], {"a": 1.0, "b": 1.0}, 3) == 0.5
