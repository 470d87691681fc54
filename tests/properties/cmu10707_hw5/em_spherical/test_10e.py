"""Part 10e: centres from which EM ends in a bad optimum."""

import numpy as np

from autograder.kit import as_array, assert_that

X = np.concatenate([np.linspace(centre - 1, centre + 1, 40) for centre in (-10.0, 0.0, 10.0)])[:, None]


def test_ends_in_a_bad_optimum(student):
    """After 200 steps from these centres the log-likelihood is at least 500 below the best one."""
    mu = as_array(student.bad_start(), (3, 1), "the centres")
    assert_that(bool((np.abs(mu) <= 100).all()), "a centre lies further than 100 from 0")
    best, _ = run(np.array([[-10.0], [0.0], [10.0]]))
    found, _ = run(mu)
    assert_that(found <= best - 500, "EM ends too high", got=f"{found:.6g}", expected=f"at most {best - 500:.6g}")


def test_centres_have_their_shape(student):
    """The result is three centres on the line."""
    as_array(student.bad_start(), (3, 1), "the centres")


def run(mu):
    """The log-likelihood and the centres after 200 steps; a centre without any probability stays."""
    for _ in range(200):
        joint = -0.5 * (X - mu.T) ** 2 - np.log(3) - 0.5 * np.log(2 * np.pi)
        total = np.logaddexp.reduce(joint, axis=1)
        q = np.exp(joint - total[:, None])
        weight = q.sum(axis=0)
        mu = np.where(weight > 0, (q.T @ X)[:, 0] / np.where(weight > 0, weight, 1), mu[:, 0])[:, None]
    return float(total.sum()), mu
