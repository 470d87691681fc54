"""Part 8c: coordinate ascent, its blocks and the bound after every sweep."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import T64L, Tolerance, as_array, as_tuple, assert_close, assert_that
from tests.properties.cmu10707_hw5.draw_tables import factors, log_total

FIXED = Tolerance(1e-6, 0.0, "five hundred sweeps to a fixed point")


def with_a_way(case):
    """The factors with no probability to begin with on the value of block 1 that cannot be."""
    q = case.Q[1].copy()
    q[0], q[-1] = q[0] + q[-1], 0.0
    return case._replace(Q=[case.Q[0], q, *case.Q[2:]])


@settings(max_examples=20)
@given(case=factors(), sweeps=st.integers(1, 5))
def test_path_matches_reference(student, reference, case, sweeps):
    """Blocks and bounds of one to five sweeps agree with the reference."""
    compare(student, reference, case, sweeps)


@settings(max_examples=10)
@given(case=factors(zeros=True).map(with_a_way), sweeps=st.integers(1, 3))
def test_impossible_states_count_for_nothing(student, reference, case, sweeps):
    """Blocks and bounds agree with the reference where states are impossible and get no probability."""
    compare(student, reference, case, sweeps)


@settings(max_examples=15)
@given(case=factors())
def test_bounds_rise_towards_the_evidence(student, case):
    """The bound never falls, and stays below the logarithm of the sum over all states."""
    _, trace = run(student, case, 12)
    slack = 1e-9 * max(1.0, float(np.abs(trace).max()))
    assert_that(bool((np.diff(trace) >= -slack).all()), "the bound falls from one sweep to the next")
    assert_that(bool((trace <= log_total(case.log_joint) + slack).all()), "the bound exceeds log p(x)")


@settings(max_examples=3)
@given(case=factors(max_d=3))
def test_reaches_the_fixed_point(student, reference, case):
    """After 500 sweeps the blocks are those of the reference's fixed point."""
    Q, _ = run(student, case, 500)
    right, _ = reference.cavi(case.log_joint, case.Q, 500)
    for i, q in enumerate(right):
        assert_close(Q[i], q, what=f"q_{i}", tol=FIXED)


def test_worked_example(student, reference):
    """Two sweeps over a table of two variables come out right."""
    log_joint, Q0 = np.log([[0.5, 0.125], [0.125, 0.25]]), [np.array([0.5, 0.5]), np.array([0.25, 0.75])]
    Q, trace = as_tuple(student.cavi(log_joint, Q0, 2), 2, "the result")
    right, bounds = reference.cavi(log_joint, Q0, 2)
    assert_close(trace, bounds, what="the trace")
    for i, q in enumerate(as_tuple(Q, 2, "the blocks")):
        assert_close(q, right[i], what=f"q_{i}")


def compare(student, reference, case, sweeps):
    """Blocks and trace agree with the reference."""
    Q, trace = run(student, case, sweeps)
    right, bounds = reference.cavi(case.log_joint, case.Q, sweeps)
    assert_close(trace, bounds, what="the trace", tol=T64L)
    for i, q in enumerate(right):
        assert_close(Q[i], q, what=f"q_{i}", tol=T64L)


def run(student, case, sweeps):
    """Blocks and trace in their shapes."""
    Q, trace = as_tuple(student.cavi(case.log_joint, case.Q, sweeps), 2, "the result")
    return as_tuple(Q, len(case.Q), "the blocks"), as_array(trace, (sweeps,), "the trace")
