"""Part 3, derivation: from the expected log score to its bound, on random instances."""

from hypothesis import given, settings

from autograder.kit import Uses, assert_ends, assert_milestone, fresh_seeds, read_chain
from tests.properties.cse599i_hw1.draw_derivations import SCORE

MILESTONES = [Uses.of("p w n KL", "p w")]


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_ends_at_the_largest_score(student, reference, seed):
    """The last line is the largest expected log score, in p alone."""
    chain = read_chain(student.derivation_3(), SCORE)
    assert_ends(chain, reference.derivation_3()[-1][1], Uses.of("n", "p"), seed)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_passes_a_comparison(student, seed):
    """After true steps there is a line between the first and the last that depends on both p and w."""
    chain = read_chain(student.derivation_3(), SCORE)
    assert_milestone(chain, MILESTONES, 0, seed)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_is_true_with_a_comparison(student, seed):
    """All steps are true, and there is a line between the first and the last that depends on both p and w."""
    chain = read_chain(student.derivation_3(), SCORE)
    assert_milestone(chain, MILESTONES, 0, seed, whole=True)
