"""A mistake that cannot be made in the code as it is would be found by nobody, for the wrong reason."""

import ast

import pytest

from bench.convergence.mutants import MUTANTS, ROOT, Mutant


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_each_mistake_can_be_made_at_one_place_and_leaves_code(mutant: Mutant) -> None:
    text = (ROOT / mutant.path).read_text()
    assert text.count(mutant.old) == 1
    ast.parse(text.replace(mutant.old, mutant.new))
