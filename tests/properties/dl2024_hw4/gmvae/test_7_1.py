"""Part 7.1, code: the three terms of the bound of a VAE whose prior is a mixture of Gaussians."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import as_scalar, as_tuple, assert_close, assert_that, fresh_seeds, rng_of
from tests.properties.dl2024_hw4.draw_gmvae import Terms, evidence_and_gap, lines, logsumexp, on_grid, terms

EXAMPLE = Terms(
    np.array([-1.0, -2.0]),
    np.array([-0.5, -1.5]),
    np.array([[-1.0, -3.0], [-2.0, -0.25]]),
    np.log(np.array([[0.75, 0.25], [0.5, 0.5]])),
    np.log(np.array([0.5, 0.5])),
    np.array([0.25, 0.75]),
)
NAMES = ("the x term", "the w term", "the z term")


def test_worked_example_and_contract(student, reference):
    """Two points and two components come out right, as three numbers in the order x, w, z."""
    found, right = parts(student, EXAMPLE), reference.gmvae_elbo_terms(*EXAMPLE)
    assert_terms(found, right)
    assert_terms(parts(student, EXAMPLE), found)


@settings(max_examples=60)
@given(case=terms())
def test_terms_match_reference(student, reference, case):
    """Each term agrees with the reference."""
    assert_terms(parts(student, case), reference.gmvae_elbo_terms(*case))


@settings(max_examples=12)
@given(line=lines())
def test_gap_is_the_posterior_divergence(student, line):
    """In a model with one w and one x, log p(x) less the bound is KL(q(w, z | x) || p(w, z | x)), never negative."""
    total = sum(parts(student, on_grid(line)))
    evidence, gap = evidence_and_gap(line)
    assert_close(evidence - total, gap, what="log p(x) less the bound")
    assert_that(total <= evidence + 1e-7, "the bound exceeds log p(x)")


@settings(max_examples=12)
@given(line=lines())
def test_best_labels_sum_the_mixture(student, line):
    """With p(z | w) for q(z | w, x), the w and z terms together are the expectation of log p(w) - log q(w | x)."""
    case = on_grid(line, best=True)
    _, w_term, z_term = parts(student, case)
    right = case.weight @ (logsumexp(case.log_pz + case.log_pw) - case.log_qw)
    assert_close(w_term + z_term, right, what="the w and z terms together")


@settings(max_examples=12)
@given(line=lines(max_k=1))
def test_one_component_is_the_usual_vae(student, line):
    """With one component N(0, 1) the w term is minus the divergence of q(w | x) from it, and the z term is 0."""
    case = on_grid(line._replace(mu=np.zeros(1), sigma=np.ones(1)))
    _, w_term, z_term = parts(student, case)
    mean, sd = line.q_mean, line.q_sd
    assert_close(w_term, -0.5 * (sd**2 + mean**2 - 1 - 2 * np.log(sd)), what="the w term")
    assert_close(z_term, 0.0, what="the z term")


@settings(max_examples=12)
@given(case=terms(min_k=2), seed=fresh_seeds())
def test_labels_do_not_matter(student, reference, case, seed):
    """Renaming the components leaves every term as it is."""
    order = rng_of(seed).permutation(len(case.log_pz))
    again = case._replace(log_pw=case.log_pw[:, order], log_qz=case.log_qz[:, order], log_pz=case.log_pz[order])
    assert_terms(parts(student, again), reference.gmvae_elbo_terms(*case))


@settings(max_examples=20)
@given(case=terms(min_k=2, impossible=True))
def test_impossible_labels_add_nothing(student, reference, case):
    """Where q(z | w, x) is 0 a component adds nothing, whatever its p(w | z) is."""
    assert_terms(parts(student, case), reference.gmvae_elbo_terms(*case))


def parts(student, case):
    """The three terms as floats."""
    found = as_tuple(student.gmvae_elbo_terms(*case), 3, "the terms")
    return tuple(as_scalar(value, name) for value, name in zip(found, NAMES, strict=True))


def assert_terms(found, right):
    """Each term is the right one."""
    for got, wanted, name in zip(found, right, NAMES, strict=True):
        assert_close(got, wanted, what=name)
