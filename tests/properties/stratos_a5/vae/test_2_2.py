"""Part 2.2: the bound with one reparameterised sample (torch, float64); `var` is the variance."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import as_scalar, as_tuple, assert_close, assert_rejects, assert_that, rng_of, rounded, seeds
from tests.properties.stratos_a5.draw_vae import Gaussian, gaussian, many_codes, parameters, tasks

MU, VAR, EPS = np.array([0.5, -1.0, 2.0]), np.array([0.25, 1.0, 4.0]), np.array([1.0, -0.5, 0.25])
LINEAR = {
    "A": np.array([[1.0, 0.5, 0.0], [0.0, -1.0, 0.25]]),
    "B": np.array([[0.5, 0.0, 1.0], [0.25, 0.5, 0.0]]),
    "c": np.array([0.25, -0.5]),
    "x": np.array([1.0, 2.0]),
    "s2": np.array(0.5),
}


def test_worked_example_and_contract(student, reference):
    """An example comes out right, N(0, I) has no divergence from itself, and bad input raises ValueError."""
    assert_close(student.reparameterize(MU, VAR, EPS), reference.reparameterize(MU, VAR, EPS), what="the sample")
    assert_close(student.kl_to_standard_normal(MU, VAR), reference.kl_to_standard_normal(MU, VAR), what="KL")
    assert_close(student.kl_to_standard_normal(0 * MU, VAR * 0 + 1), 0.0, what="KL of N(0, I)")
    task = ("linear_gaussian", LINEAR, MU, VAR, MU + 1, VAR / 2, EPS, EPS[::-1])
    assert_close(student.elbo_single_sample(*task), reference.elbo_single_sample(*task), what="the bound")
    gradients, absent = as_tuple(student.elbo_gradients(*task), 2, "the gradients")
    assert_depends(absent)
    assert_close(gradients["mu_y"], reference.elbo_gradients(*task)["mu_y"], what="the gradient in mu_y")
    bad = np.array([0.25, 0.0, 4.0])
    assert_rejects(student.reparameterize, MU, bad, EPS, because="a variance is 0")
    assert_rejects(student.reparameterize, MU, VAR, EPS[:2], because="the noise has another shape")
    assert_rejects(student.kl_to_standard_normal, MU, -bad, because="a variance is negative")
    assert_rejects(student.kl_to_standard_normal, MU, VAR[:2], because="mean and variance have different shapes")
    rest = (MU, VAR, EPS, EPS)
    assert_rejects(student.elbo_single_sample, "linear_gaussian", LINEAR, MU, bad, *rest, because="a variance is 0")
    z = (MU, VAR, MU, bad, EPS, EPS)
    assert_rejects(student.elbo_single_sample, "linear_gaussian", LINEAR, *z, because="a variance of z is 0")


@settings(max_examples=40)
@given(code=many_codes())
def test_kl_matches_reference(student, reference, code):
    """The divergence from N(0, I) agrees with the reference, for one code and for batches of them."""
    assert_close(student.kl_to_standard_normal(*code), reference.kl_to_standard_normal(*code), what="KL")


@settings(max_examples=40)
@given(task=tasks())
def test_single_sample_matches_reference(student, reference, task):
    """Sample and single-sample bound agree with the reference for every decoder."""
    call = (task.decoder, task.parameters, *task.codes, task.eps_y, task.eps_z)
    code = (task.codes.mu_y, task.codes.var_y, task.eps_y)
    assert_close(student.reparameterize(*code), reference.reparameterize(*code), what="the sample")
    assert_close(student.elbo_single_sample(*call), reference.elbo_single_sample(*call), what="the bound")


@settings(max_examples=25)
@given(task=tasks())
def test_gradients_match_reference(student, reference, task):
    """The bound is differentiable in both codes and in the decoder, with the right gradients."""
    call = (task.decoder, task.parameters, *task.codes, task.eps_y, task.eps_z)
    gradients, absent = as_tuple(student.elbo_gradients(*call), 2, "the gradients")
    assert_depends(absent)
    for name, right in reference.elbo_gradients(*call).items():
        assert_close(gradients[name], right, what=f"the gradient in {name}")


@settings(max_examples=12)
@given(d=st.integers(1, 4), seed=seeds())
def test_expectation_is_exact(student, reference, d, seed):
    """Averaged over noise with the moments of N(0, I), the bound of a linear Gaussian decoder is its exact bound."""
    rng = rng_of(seed)
    decoder, codes = parameters(rng, "linear_gaussian", d), gaussian(rng, d)
    points = np.concatenate([np.eye(2 * d), -np.eye(2 * d)]) * np.sqrt(2 * d)  # (4 d, 2 d)
    found = student.elbo_at("linear_gaussian", decoder, *codes, rounded(points).reshape(4 * d, 2, d))
    values = np.array([as_scalar(value, "the bound") for value in as_tuple(found, 4 * d, "the list of bounds")])
    scale = float((rounded(points) ** 2).sum(axis=0)[0]) / (4 * d)  # the second moment on the grid: 1 to seven digits
    wide = codes._replace(var_y=codes.var_y * scale, var_z=codes.var_z * scale)
    correction = kl(codes) - kl(wide)
    right = reference.exact_elbo(decoder, *wide) - correction
    assert_close(float(values.mean()), right, what="the average bound")
    evidence = reference.log_evidence(decoder)
    assert_that(float(values.mean()) <= evidence + 1e-6 * max(1, abs(evidence)), "the average bound exceeds log p(x)")


@settings(max_examples=16)
@given(task=tasks(decoders=("linear_gaussian", "separable"), max_d=4), small=st.booleans())
def test_survives_extreme_variances(student, reference, task, small):
    """Variances of 1e-6 and of 1000 lose no digits."""
    extreme = np.where(np.arange(len(task.eps_y)) % 2 == int(small), 1e-6, 1e3)
    codes = Gaussian(task.codes.mu_y, extreme, task.codes.mu_z, extreme[::-1])
    call = (task.decoder, task.parameters, *codes, task.eps_y, task.eps_z)
    found = student.kl_to_standard_normal(codes.mu_y, codes.var_y)
    assert_close(found, reference.kl_to_standard_normal(codes.mu_y, codes.var_y), what="KL")
    assert_close(student.elbo_single_sample(*call), reference.elbo_single_sample(*call), what="the bound")


def kl(codes):
    """The divergence of both codes from their priors."""
    return sum(
        0.5 * float((var + mu**2 - 1 - np.log(var)).sum())
        for mu, var in ((codes.mu_y, codes.var_y), (codes.mu_z, codes.var_z))
    )


def assert_depends(absent):
    """There is a path from the result to every parameter."""
    assert_that(
        list(absent) == [], "the bound does not depend on a parameter in a way that torch could follow", got=str(absent)
    )
