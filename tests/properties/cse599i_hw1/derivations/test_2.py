"""Part 2, derivation: from the probability of winning to p, on random instances."""

from hypothesis import given, settings

from autograder.kit import Uses, assert_ends, assert_milestone, fresh_seeds, read_chain
from tests.properties.cse599i_hw1.draw_derivations import RACE

NAMES = "p logp n i integral gumbel_pdf gumbel_cdf exp_pdf exp_sf"
MILESTONES = [Uses.of(NAMES, "integral n"), Uses.of(NAMES, "integral")]


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_ends_at_the_weight(student, reference, seed):
    """The last line is p[i], without an integral."""
    chain = read_chain(student.derivation_2(), RACE)
    assert_ends(chain, reference.derivation_2()[-1][1], Uses.of("p logp i", ""), seed)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_passes_the_product(student, seed):
    """After true steps there is a line with an integral over all others, whose number matters."""
    chain = read_chain(student.derivation_2(), RACE)
    assert_milestone(chain, MILESTONES, 0, seed)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_is_true_with_the_product(student, seed):
    """All steps are true, and there is a line with an integral over all others, whose number matters."""
    chain = read_chain(student.derivation_2(), RACE)
    assert_milestone(chain, MILESTONES, 0, seed, whole=True)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_passes_a_single_integral(student, seed):
    """After true steps there is a line below that which is still an integral."""
    chain = read_chain(student.derivation_2(), RACE)
    assert_milestone(chain, MILESTONES, 1, seed)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_is_true_with_a_single_integral(student, seed):
    """All steps are true, and there is a line below that which is still an integral."""
    chain = read_chain(student.derivation_2(), RACE)
    assert_milestone(chain, MILESTONES, 1, seed, whole=True)
