"""Part 8d: two ways into different fixed points, and an instance on which the printed update lowers the bound."""

import numpy as np

from autograder.kit import as_array, as_tuple, assert_distribution, assert_that
from tests.properties.cmu10707_hw5.draw_tables import bound_of

JOINT = np.log([[0.49, 0.01], [0.01, 0.49]])


def test_two_starts_end_apart(student):
    """From the two initial blocks coordinate ascent ends in different fixed points."""
    ends = []
    for Q0 in as_tuple(student.two_fixed_points(), 2, "the result"):
        Q = blocks(Q0, (2, 2))
        for _ in range(500):
            Q[0] = softmax(JOINT @ Q[1])
            Q[1] = softmax(Q[0] @ JOINT)
        ends.append(float(Q[0][0]))
    assert_that(abs(ends[0] - ends[1]) > 0.5, "both starts end in the same fixed point", got=f"q_0(0) = {ends}")


def test_printed_update_lowers_the_bound(student):
    """The update without an exponential gives positive entries and lowers the bound by at least 1e-3."""
    P, Q = as_tuple(student.printed_update_fails(), 2, "the result")
    P = as_array(P, np.shape(P), "P")
    assert_that(P.ndim == 2 and min(P.shape) >= 2 and max(P.shape) <= 5, "P must be a table of 2 to 5 rows and columns")
    assert_that(bool((P > 0).all()) and abs(P.sum() - 1) <= 1e-8, "P is no distribution with positive entries")
    Q = blocks(Q, P.shape)
    m = np.log(P) @ Q[1]
    printed = m / m.sum()
    assert_that(bool((printed > 0).all()), "the printed update has an entry that is not positive")
    fall = bound_of(Q, np.log(P)) - bound_of([printed, Q[1]], np.log(P))
    assert_that(fall >= 1e-3, "the printed update does not lower the bound by 1e-3", got=f"{fall:.4g}")


def test_answers_have_their_shapes(student):
    """Both results are made of distributions of the right sizes."""
    for Q0 in as_tuple(student.two_fixed_points(), 2, "the result"):
        blocks(Q0, (2, 2))
    P, Q = as_tuple(student.printed_update_fails(), 2, "the result")
    blocks(Q, np.shape(P))


def blocks(Q, sizes):
    """Blocks as positive distributions of these sizes."""
    found = [as_array(q, (n,), "a block") for q, n in zip(as_tuple(Q, len(sizes), "the blocks"), sizes, strict=True)]
    for q in found:
        assert_distribution(q, what="a block")
        assert_that(bool((q > 0).all()), "a block has an entry that is not positive")
    return found


def softmax(m):
    """exp(m), normalised."""
    e = np.exp(m - m.max())
    return e / e.sum()
