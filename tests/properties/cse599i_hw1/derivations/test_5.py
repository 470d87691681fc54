"""Part 5, derivations: mean, variance and covariance of the stationary process, on random instances."""

from hypothesis import given, settings

from autograder.kit import Uses, assert_ends, assert_milestone, fresh_seeds, read_chain
from tests.properties.cse599i_hw1.draw_derivations import COVARIANCE, MEAN, VARIANCE

MEAN_STEPS = [Uses.of("rho mu E t", "E mu")]
VARIANCE_STEPS = [Uses.of("rho sigma Var t", "Var rho"), Uses.of("rho sigma", "rho sigma")]
COVARIANCE_STEPS = [Uses.of("rho sigma Cov t k", "Cov rho"), Uses.of("rho sigma Var t k", "Var rho")]


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_mean_ends_at_mu(student, reference, seed):
    """The last line about the mean is mu."""
    chain = read_chain(student.derivation_5_mean(), MEAN)
    assert_ends(chain, reference.derivation_5_mean()[-1][1], Uses.of("", "mu"), seed)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_mean_passes_the_recursion(student, seed):
    """After true steps there is a line about the mean that depends on E and mu."""
    chain = read_chain(student.derivation_5_mean(), MEAN)
    assert_milestone(chain, MEAN_STEPS, 0, seed)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_mean_is_true_with_the_recursion(student, seed):
    """All steps are true, and there is a line about the mean that depends on E and mu."""
    chain = read_chain(student.derivation_5_mean(), MEAN)
    assert_milestone(chain, MEAN_STEPS, 0, seed, whole=True)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_variance_ends_at_its_value(student, reference, seed):
    """The last line about the variance is its value, in rho and sigma."""
    chain = read_chain(student.derivation_5_var(), VARIANCE)
    assert_ends(chain, reference.derivation_5_var()[-1][1], Uses.of("", "rho sigma"), seed)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_variance_passes_the_recursion(student, seed):
    """After true steps there is a line about the variance that depends on Var and rho."""
    chain = read_chain(student.derivation_5_var(), VARIANCE)
    assert_milestone(chain, VARIANCE_STEPS, 0, seed)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_variance_is_true_with_the_recursion(student, seed):
    """All steps are true, and there is a line about the variance that depends on Var and rho."""
    chain = read_chain(student.derivation_5_var(), VARIANCE)
    assert_milestone(chain, VARIANCE_STEPS, 0, seed, whole=True)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_variance_passes_its_equation(student, seed):
    """After true steps there is a line below that in rho and sigma alone."""
    chain = read_chain(student.derivation_5_var(), VARIANCE)
    assert_milestone(chain, VARIANCE_STEPS, 1, seed)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_variance_is_true_with_its_equation(student, seed):
    """All steps are true, and there is a line below that in rho and sigma alone."""
    chain = read_chain(student.derivation_5_var(), VARIANCE)
    assert_milestone(chain, VARIANCE_STEPS, 1, seed, whole=True)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_covariance_ends_at_its_value(student, reference, seed):
    """The last line about the covariance is its value, in rho, sigma and k."""
    chain = read_chain(student.derivation_5_cov(), COVARIANCE)
    assert_ends(chain, reference.derivation_5_cov()[-1][1], Uses.of("k", "rho sigma"), seed)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_covariance_passes_the_recursion(student, seed):
    """After true steps there is a line about the covariance that depends on Cov and rho."""
    chain = read_chain(student.derivation_5_cov(), COVARIANCE)
    assert_milestone(chain, COVARIANCE_STEPS, 0, seed)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_covariance_is_true_with_the_recursion(student, seed):
    """All steps are true, and there is a line about the covariance that depends on Cov and rho."""
    chain = read_chain(student.derivation_5_cov(), COVARIANCE)
    assert_milestone(chain, COVARIANCE_STEPS, 0, seed, whole=True)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_covariance_passes_the_variance(student, seed):
    """After true steps there is a line below that with Var in the place of Cov, and rho."""
    chain = read_chain(student.derivation_5_cov(), COVARIANCE)
    assert_milestone(chain, COVARIANCE_STEPS, 1, seed)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_covariance_is_true_with_the_variance(student, seed):
    """All steps are true, and there is a line below that with Var in the place of Cov, and rho."""
    chain = read_chain(student.derivation_5_cov(), COVARIANCE)
    assert_milestone(chain, COVARIANCE_STEPS, 1, seed, whole=True)
