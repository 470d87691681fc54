"""Part 2b: responsibilities w[i, j] = p(z_i = j | x_i), shape (n, k)."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import T64L, as_array, assert_close, assert_distribution, assert_rejects, mixtures
from tests.properties.cs229_ps3.draw_em import far_mixtures


@given(m=mixtures())
def test_matches_reference(student, reference, m):
    """Responsibilities agree with the reference."""
    assert_close(student.e_step(*m), reference.e_step(*m), what="w")


@settings(max_examples=12)
@given(m=far_mixtures())
def test_survives_far_points(student, reference, m):
    """Points whose densities underflow still get the right responsibilities."""
    assert_close(student.e_step(*m), reference.e_step(*m), what="w", tol=T64L)


@settings(max_examples=3)
@given(m=mixtures(max_n=6, max_k=3, max_d=3))
def test_rejects_bad_input(student, m):
    """Shapes that do not fit, NaN, infinity and a phi that is no distribution raise ValueError; a 0 in it does not."""
    x, phi, mu, sigma = m
    k = len(phi)
    more_mu, more_sigma = np.concatenate([mu, mu[:1]]), np.concatenate([sigma, sigma[:1]])
    as_array(student.e_step(*m), (len(x), k), "w")
    as_array(student.e_step(x, np.append(phi, 0.0), more_mu, more_sigma), (len(x), k + 1), "w with a weight of 0")
    assert_rejects(student.e_step, x * np.nan, phi, mu, sigma, because="x is NaN")
    assert_rejects(student.e_step, x, phi, np.full_like(mu, np.inf), sigma, because="mu is infinite")
    assert_rejects(student.e_step, x[:, 0], phi, mu, sigma, because="x has one axis")
    assert_rejects(student.e_step, np.column_stack([x, x]), phi, mu, sigma, because="x has more columns than mu")
    assert_rejects(student.e_step, x, np.full(k + 1, 1 / (k + 1)), mu, sigma, because="phi is longer than mu has rows")
    assert_rejects(student.e_step, x, phi, mu, sigma[:, 0], because="sigma holds no matrices")
    assert_rejects(student.e_step, x, phi, more_mu, sigma, because="mu has more rows than phi")
    assert_rejects(student.e_step, x, phi, mu, more_sigma, because="sigma holds more matrices than phi has entries")
    assert_rejects(student.e_step, x, phi + 0.25, mu, sigma, because="phi sums to more than 1")
    assert_rejects(student.e_step, x, phi / 2, mu, sigma, because="phi sums to less than 1")
    lopsided = np.append(np.full(k, 1.5 / k), -0.5)
    assert_rejects(student.e_step, x, lopsided, more_mu, more_sigma, because="phi has a negative entry")


@settings(max_examples=8)
@given(m=mixtures())
def test_rows_are_distributions(student, m):
    """Each row of w is a probability distribution over the components."""
    assert_distribution(as_array(student.e_step(*m), (len(m.x), len(m.phi)), "w"), what="w")


@settings(max_examples=8)
@given(m=mixtures(), order=st.permutations(range(5)))
def test_relabelling_permutes_columns(student, m, order):
    """Renaming the components only reorders the columns of w."""
    p = [j for j in order if j < len(m.phi)]
    renamed = student.e_step(m.x, m.phi[p], m.mu[p], m.sigma[p])
    shape = (len(m.x), len(p))
    assert_close(renamed, as_array(student.e_step(*m), shape, "w")[:, p], what="w of the renamed components")


@settings(max_examples=8)
@given(m=mixtures())
def test_absent_component_gets_nothing(student, m):
    """A component of weight 0 changes nothing and gets responsibility 0."""
    phi, mu, sigma = np.append(m.phi, 0.0), np.concatenate([m.mu, m.mu[:1]]), np.concatenate([m.sigma, m.sigma[:1]])
    without = as_array(student.e_step(*m), (len(m.x), len(m.phi)), "w")
    wanted = np.column_stack([without, np.zeros(len(m.x))])
    assert_close(student.e_step(m.x, phi, mu, sigma), wanted, what="w with a component of weight 0")
