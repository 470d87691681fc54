"""Part 12b: the log weight of every point, the bound and its gradient."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import as_tuple, assert_close, assert_that
from tests.properties.cmu10707_hw5.draw_deep import exact_models, models


@settings(max_examples=20)
@given(model=models())
def test_weights_match_reference(student, reference, model):
    """log p(x, h) - log q(h | x) agrees with the reference, for one to three layers."""
    call = (model.x, model.enc, model.dec, model.eps_list[0])
    assert_close(student.log_weight(*call), reference.log_weight(*call), what="the log weight")


@settings(max_examples=12)
@given(model=models())
def test_bound_matches_reference(student, reference, model):
    """The bound is the mean over samples and batch."""
    assert_close(student.elbo(*model), reference.elbo(*model), what="the bound")


@settings(max_examples=10)
@given(model=models(samples=2))
def test_gradients_match_reference(student, reference, model):
    """The bound is differentiable in every parameter, with the right gradients."""
    gradients, absent = as_tuple(student.elbo_gradients(*model), 2, "the gradients")
    assert_that(list(absent) == [], "the bound does not depend on a parameter in a way that torch could follow")
    for name, right in reference.elbo_gradients(*model).items():
        assert_close(gradients[name], right, what=f"the gradient in {name}")


@settings(max_examples=10)
@given(model=exact_models())
def test_exact_posteriors_have_constant_weights(student, model):
    """With the exact posterior as encoder the log weight is log p(x) whatever the noise."""
    found = student.log_weights(model.x, model.enc, model.dec, model.eps_list)
    for weights in as_tuple(found, len(model.eps_list), "the list of log weights"):
        assert_close(weights, model.evidence, what="the log weight")


def test_worked_example(student):
    """x = h + noise with the exact posterior N(x / 2, 1 / 2): the log weight of x = 1 is that of N(0, 2)."""
    enc, dec = (
        {"W": np.array([[w]]), "b": np.zeros(1), "c": np.array([c])} for w, c in ((0.5, -np.log(2) / 2), (1, 0))
    )
    right = -0.25 - 0.5 * np.log(4 * np.pi)
    x, eps = np.array([[1.0]]), [np.array([[0.75]])]
    assert_close(student.log_weight(x, [enc], [dec], eps), np.array([right]), what="the log weight")
    assert_close(student.elbo(x, [enc], [dec], [eps, [-2 * eps[0]]]), right, what="the bound")
