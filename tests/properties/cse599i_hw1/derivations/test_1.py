"""Part 1, derivation: from the distribution function of g(z) to its density, on random instances."""

from hypothesis import given, settings

from autograder.kit import Uses, assert_ends, assert_milestone, fresh_seeds, read_chain
from tests.properties.cse599i_hw1.draw_derivations import LOCATION_SCALE

MILESTONES = [Uses.of("x mu sigma Phi ddx", "Phi"), Uses.of("x mu sigma phi", "phi sigma")]


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_ends_at_the_density(student, reference, seed):
    """The last line is the density of N(mu, sigma^2) at x, in x, mu and sigma alone."""
    chain = read_chain(student.derivation_1(), LOCATION_SCALE)
    assert_ends(chain, reference.derivation_1()[-1][1], Uses.of("", "x mu sigma"), seed)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_passes_the_distribution_function(student, seed):
    """After true steps there is a line without cdf_g that depends on Phi."""
    chain = read_chain(student.derivation_1(), LOCATION_SCALE)
    assert_milestone(chain, MILESTONES, 0, seed)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_is_true_with_the_distribution_function(student, seed):
    """All steps are true, and there is a line without cdf_g that depends on Phi."""
    chain = read_chain(student.derivation_1(), LOCATION_SCALE)
    assert_milestone(chain, MILESTONES, 0, seed, whole=True)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_passes_the_standard_density(student, seed):
    """After true steps there is a line in x, mu, sigma and phi that depends on phi and sigma."""
    chain = read_chain(student.derivation_1(), LOCATION_SCALE)
    assert_milestone(chain, MILESTONES, 1, seed)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_is_true_with_the_standard_density(student, seed):
    """All steps are true, and there is a line in x, mu, sigma and phi that depends on phi and sigma."""
    chain = read_chain(student.derivation_1(), LOCATION_SCALE)
    assert_milestone(chain, MILESTONES, 1, seed, whole=True)
