"""Part 1b: log p(x) of a network, one value for each row of X, and the number of its parameters."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import EXACT, assert_close, assert_rejects, fresh_seeds, rng_of
from tests.properties.cmu10707_hw5.draw_discrete import dag, networks, states

PARENTS = [(), (0,), (1, 0)]
CPTS = [
    np.array([0.25, 0.75]),
    np.array([[0.5, 0.25, 0.25], [0.0, 0.5, 0.5]]),
    np.array([[[0.5, 0.5], [1, 0]], [[0.25, 0.75], [0.125, 0.875]], [[0, 1], [0.75, 0.25]]]),
]
X = np.array([[0, 0, 0], [1, 2, 1], [1, 0, 0], [0, 1, 1]])


def test_worked_example(student, reference):
    """Three variables come out right, the impossible row with -inf."""
    assert_close(student.joint_log_prob(PARENTS, CPTS, X), reference.joint_log_prob(PARENTS, CPTS, X), what="log p(x)")
    assert_close(student.num_parameters([2, 3, 2], PARENTS), 11, what="the number of parameters", tol=EXACT)


@settings(max_examples=40)
@given(net=networks(max_states=60, zeros=True, mixed=True))
def test_joint_matches_reference(student, reference, net):
    """log p(x) agrees with the reference on every joint state, with -inf exactly where one is impossible."""
    X = states(net.card)
    assert_close(student.joint_log_prob(*net, X), reference.joint_log_prob(*net, X), what="log p(x)")


@settings(max_examples=25)
@given(n=st.integers(1, 8), seed=fresh_seeds())
def test_parameters_are_counted(student, reference, n, seed):
    """The number of parameters is right, also for variables with one value."""
    rng = rng_of(seed)
    edges = dag(rng, n, 0.5, shuffled=True)
    parents = [tuple(p for p, child in edges if child == k) for k in range(n)]
    card = rng.integers(1, 5, n).tolist()
    right = reference.num_parameters(card, parents)
    assert_close(student.num_parameters(card, parents), right, what="the number of parameters", tol=EXACT)


def test_rejects_bad_input(student):
    """Improper networks and values that no variable has raise ValueError."""

    def refuse(because, parents=PARENTS, cpts=CPTS, X=X):
        assert_rejects(student.joint_log_prob, parents, cpts, X, because=because)

    def spoiled(k, value):
        table = CPTS[k].copy()
        table.flat[0] = value
        return [table if j == k else CPTS[j] for j in range(3)]

    refuse("a cycle of two", [(1,), (0,)], [np.full((2, 2), 0.5)] * 2, X[:, :2] * 0)
    refuse("a variable is its own parent", [(0,)], [np.full((2, 2), 0.5)], X[:, :1] * 0)
    refuse("a parent does not exist", [(), (2,)], CPTS[:2], X[:, :2] * 0)
    refuse("a table has a row that sums to 1.25", cpts=spoiled(1, 0.75))
    refuse("a table has a row that sums to 0.75", cpts=spoiled(1, 0.25))
    refuse("a table has a row that sums to 1 + 3e-8", cpts=spoiled(1, 0.5 + 3e-8))
    refuse("a table has a negative entry", cpts=[np.array([-0.25, 1.25]), *CPTS[1:]])
    refuse("a table has an entry NaN", cpts=spoiled(2, np.nan))
    refuse("a table's axes do not fit its parents", cpts=[*CPTS[:2], CPTS[2].transpose(1, 0, 2)])
    refuse("a table is missing", cpts=CPTS[:2])
    refuse("there is a table too many", parents=PARENTS[:2], X=X[:, :2])
    refuse("a parent stands twice", [(), (0, 0)], [CPTS[0], np.full((2, 2, 2), 0.5)], X[:, :1] * np.ones(2, dtype=int))
    refuse("X has too few columns", X=X[:, :2])
    refuse("X has a value that is too large", X=X + np.array([0, 1, 0]))
    refuse("X has the value -1", X=X - 1)
