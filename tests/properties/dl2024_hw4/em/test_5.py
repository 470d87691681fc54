"""Part 5, code: the free energy F(theta, q), its best q, EM's Q, and coordinate ascent for a bag of coins."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import (
    T64L,
    as_array,
    as_tuple,
    assert_close,
    assert_distribution,
    assert_rejects,
    assert_that,
    fresh_seeds,
    rng_of,
)
from tests.properties.dl2024_hw4.draw_em import coins, joints, tables, weighted

JOINT, Q = np.log(np.array([0.125, 0.25, 0.125])), np.array([0.25, 0.5, 0.25])
H, M, PI, THETA = np.array([1, 5, 9, 8]), 9, np.array([0.25, 0.75]), np.array([0.3, 0.6])  # one throw of heads alone


def test_worked_example_and_contract(student, reference):
    """Small examples come out right, F at the best q is log p(x), and bad input raises ValueError."""
    assert_close(student.free_energy(JOINT, Q), np.log(0.5), what="F")
    q = as_array(student.best_q(JOINT), (3,), "the best q")
    assert_distribution(q, what="the best q")
    assert_close(q, Q, what="the best q")
    pair = np.stack([JOINT, JOINT[::-1] - 1]), np.stack([JOINT, JOINT])
    assert_close(student.q_function(*pair), reference.q_function(*pair), what="Q")
    found = student.em_coins(H, M, PI, THETA, 2)
    assert_close(found, reference.em_coins(H, M, PI, THETA, 2), what="the parameters", tol=T64L)
    found, right = (who.f_ascent_coins(H, M, PI, THETA, 2) for who in (student, reference))
    thetas, values = as_tuple(found, 2, "the result")
    assert_close(thetas, right[0], what="the parameters of the ascent", tol=T64L)
    assert_close(values, right[1], what="F after every half step", tol=T64L)
    assert_rejects(student.best_q, np.full(3, -np.inf), because="log_joint is -inf throughout")
    for function in (student.em_coins, student.f_ascent_coins):
        assert_rejects(function, H, M, PI, np.array([0.3, 1.0]), 1, because="an entry of theta0 is 1")
        assert_rejects(function, H, M, PI, np.array([0.0, 0.6]), 0, because="an entry of theta0 is 0")
        assert_rejects(function, H, M - 1, PI, THETA, 1, because="an entry of h is m + 1")
        assert_rejects(function, H - 2, M, PI, THETA, 1, because="an entry of h is -1")


@settings(max_examples=60)
@given(pair=weighted())
def test_free_energy_matches_reference(student, reference, pair):
    """F agrees with the reference, with zeros in q and impossible z too."""
    assert_close(student.free_energy(*pair), reference.free_energy(*pair), what="F")


@settings(max_examples=60)
@given(log_joint=joints())
def test_best_q_matches_reference(student, reference, log_joint):
    """The best q agrees with the reference, and a constant added to log_joint leaves it as it is."""
    assert_close(student.best_q(log_joint), reference.best_q(log_joint), what="the best q")
    again = student.best_q(log_joint + 16.0)
    assert_close(again, reference.best_q(log_joint), what="the best q after adding a constant to log_joint")


@settings(max_examples=40)
@given(pair=tables())
def test_q_function_matches_reference(student, reference, pair):
    """Q agrees with the reference: the posterior is that of the old parameters, the logarithm that of the new ones."""
    assert_close(student.q_function(*pair), reference.q_function(*pair), what="Q")


@settings(max_examples=40)
@given(bag=coins())
def test_em_coins_matches_reference(student, reference, bag):
    """The parameters before EM and after each iteration agree with the reference."""
    assert_close(student.em_coins(*bag), reference.em_coins(*bag), what="the parameters", tol=T64L)


@settings(max_examples=40)
@given(bag=coins())
def test_half_steps_match_reference(student, reference, bag):
    """F after every half step agrees with the reference, and so do the parameters it belongs to."""
    thetas, values = as_tuple(student.f_ascent_coins(*bag), 2, "the result")
    right = reference.f_ascent_coins(*bag)
    assert_close(thetas, right[0], what="the parameters of the ascent", tol=T64L)
    assert_close(values, right[1], what="F after every half step", tol=T64L)


@settings(max_examples=20)
@given(bag=coins(max_iter=6), one=coins(min_k=1, max_k=1, max_iter=3), seed=fresh_seeds())
def test_renamed_coins_and_one_coin(student, reference, bag, one, seed):
    """Renaming the coins renames the parameters; with one coin the first iteration gives the share of heads."""
    order = rng_of(seed).permutation(len(bag.pi))
    again = student.em_coins(bag.h, bag.m, bag.pi[order], bag.theta0[order], bag.n_iter)
    right = reference.em_coins(*bag)[:, order]
    assert_close(again, right, what="the parameters after renaming the coins", tol=T64L)
    found = as_array(student.em_coins(*one), (one.n_iter + 1, 1), "the parameters of one coin")
    assert_close(found[1:, 0], np.full(one.n_iter, one.h.mean() / one.m), what="the parameter of one coin", tol=T64L)


@settings(max_examples=20)
@given(bag=coins())
def test_half_steps_never_lose(student, bag):
    """No half step makes F smaller."""
    _, values = as_tuple(student.f_ascent_coins(*bag), 2, "the result")
    values = as_array(values, (2 * bag.n_iter + 1,), "F after every half step")
    slack = 1e-9 * np.maximum(1, np.abs(values[1:]))
    assert_that(bool((np.diff(values) >= -slack).all()), "F falls in a half step")
