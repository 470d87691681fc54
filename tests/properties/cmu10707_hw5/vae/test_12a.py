"""Part 12a: reparameterised samples and the roots of covariances."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import as_array, as_tuple, assert_close, assert_that, fresh_seeds, rng_of, rounded
from tests.properties.cmu10707_hw5.draw_deep import models


@settings(max_examples=20)
@given(B=st.integers(1, 4), d=st.integers(1, 4), full=st.booleans(), seed=fresh_seeds())
def test_samples_match_reference(student, reference, B, d, full, seed):
    """Samples agree with the reference, for standard deviations and for matrices as roots."""
    rng = rng_of(seed)
    mu, eps = rounded(rng.standard_normal((B, d))), rounded(rng.standard_normal((B, d)))
    root = rounded(rng.standard_normal((B, d, d)) if full else rng.uniform(0.2, 3, (B, d)))
    assert_close(student.reparam(mu, root, eps), reference.reparam(mu, root, eps), what="the sample")


@settings(max_examples=15)
@given(d=st.integers(1, 4), seed=fresh_seeds())
def test_roots_give_the_covariance(student, d, seed):
    """S S' is Sigma, whichever root S is."""
    a = rng_of(seed).standard_normal((d, d))
    Sigma = rounded(a @ a.T + 0.3 * np.eye(d))
    Sigma = (Sigma + Sigma.T) / 2
    S = as_array(student.psd_sqrt(Sigma), (d, d), "S")
    assert_close(S @ S.T, Sigma, what="S S'")


@settings(max_examples=15)
@given(model=models())
def test_layers_match_reference(student, reference, model):
    """The layers agree with the reference, and so do their gradients in noise and parameters."""
    call = (model.x, model.enc, model.eps_list[0])
    found = as_tuple(student.sample_posterior(*call), len(model.enc), "the layers")
    for i, right in enumerate(reference.sample_posterior(*call)):
        assert_close(found[i], right, what=f"h^{i + 1}")
    gradients, absent = as_tuple(student.sample_gradients(*call), 2, "the gradients")
    assert_that(list(absent) == [], "a layer does not depend on something in a way that torch could follow")
    for name, right in reference.sample_gradients(*call).items():
        assert_close(gradients[name], right, what=f"the gradient in {name}")


def test_worked_example(student):
    """One layer with standard deviation 2 moves by twice the noise; the root of a diagonal is its square root."""
    layer = {"W": np.array([[1.0]]), "b": np.array([0.5]), "c": np.log([2.0])}
    (h,) = as_tuple(student.sample_posterior(np.array([[1.0]]), [layer], [np.array([[0.25]])]), 1, "the layers")
    assert_close(h, np.array([[2.0]]), what="h^1")
    S = as_array(student.psd_sqrt(np.diag([4.0, 9.0])), (2, 2), "S")
    assert_close(S @ S.T, np.diag([4.0, 9.0]), what="S S'")
