"""Part 11d: the lower bound on log p(docs)."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import as_scalar, assert_close
from tests.properties.cmu10707_hw5.draw_corpus import corpora


@settings(max_examples=30)
@given(case=corpora(), other=corpora(certain=False))
def test_bound_matches_reference(student, reference, case, other):
    """The bound agrees with the reference, with all its constants."""
    for c in (case, other):
        assert_close(student.elbo(*c), reference.elbo(*c), what="the bound")


@settings(max_examples=20)
@given(case=corpora(min_k=2))
def test_differences_match_reference(student, reference, case):
    """Between two choices of the variational parameters the bound changes by the right amount."""
    K = case.gamma.shape[1]
    flat = [np.full(rows.shape, 1 / K) for rows in case.phi]
    other = case._replace(phi=flat, gamma=case.gamma + np.arange(K), lam=case.lam * 2)
    found = as_scalar(student.elbo(*other), "the bound") - as_scalar(student.elbo(*case), "the bound")
    assert_close(found, reference.elbo(*other) - reference.elbo(*case), what="the difference of two bounds")


@settings(max_examples=15)
@given(case=corpora(min_k=2, certain=True))
def test_certain_topics_have_no_entropy(student, reference, case):
    """0 log 0 counts as 0 where phi is certain."""
    other = case._replace(phi=[rows[:, ::-1] for rows in case.phi])
    found = as_scalar(student.elbo(*other), "the bound") - as_scalar(student.elbo(*case), "the bound")
    assert_close(found, reference.elbo(*other) - reference.elbo(*case), what="the difference of two bounds")


def test_worked_example(student):
    """One topic and one word: the bound with q at the posterior is log p(w)."""
    bound = student.elbo(
        [np.array([0])], [np.ones((1, 1))], np.array([[2.0]]), np.array([[2.0, 1.0]]), np.array([1.0]), 1.0
    )
    assert_close(bound, np.log(0.5), what="the bound")
