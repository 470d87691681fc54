"""Part 8a: the best block q_i when all other blocks stay."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import assert_close, assert_rejects
from tests.properties.cmu10707_hw5.draw_tables import factors

Q = [np.array([0.5, 0.5]), np.array([0.25, 0.75])]
LOG_JOINT = np.log([[0.5, 0.125], [0.125, 0.25]])


def test_worked_example(student, reference):
    """Both blocks of a table of two variables come out right."""
    for i in (0, 1):
        assert_close(student.update(Q, LOG_JOINT, i), reference.update(Q, LOG_JOINT, i), what=f"q_{i}")


@settings(max_examples=40)
@given(case=factors(), i=st.integers(0, 3))
def test_update_matches_reference(student, reference, case, i):
    """Every block of two to four variables agrees with the reference."""
    i = i % len(case.Q)
    assert_close(student.update(*case, i), reference.update(*case, i), what=f"q_{i}")


@settings(max_examples=20)
@given(case=factors(zeros=True))
def test_impossible_values(student, reference, case):
    """-inf under a probability of 0 counts for nothing, and elsewhere rules the value out."""
    for i in (1, 0):
        Q = case.Q if i == 1 else [case.Q[0], np.eye(len(case.Q[1]))[0], *case.Q[2:]]
        assert_close(student.update(Q, case.log_joint, i), reference.update(Q, case.log_joint, i), what=f"q_{i}")


@settings(max_examples=15)
@given(case=factors(shift=-1e4), i=st.integers(0, 3))
def test_survives_tiny_joints(student, reference, case, i):
    """A log joint around -10000 gives the same blocks as without the constant."""
    i = i % len(case.Q)
    assert_close(student.update(*case, i), reference.update(*case, i), what=f"q_{i}")


def test_rejects_bad_input(student):
    """Blocks that are no distributions, shapes that do not fit and joints that rule everything out raise ValueError."""

    def refuse(because, Q=Q, log_joint=LOG_JOINT):
        assert_rejects(student.update, Q, log_joint, 0, because=because)

    refuse("a block sums to 1.5", Q=[Q[0], Q[1] + 0.25])
    refuse("a block sums to 1 + 2e-8", Q=[Q[0], Q[1] + 1e-8])
    refuse("a block sums to 0.5", Q=[Q[0], Q[1] / 2])
    refuse("a block has a negative entry", Q=[Q[0], np.array([-0.25, 1.25])])
    refuse("a block has an entry NaN", Q=[Q[0], np.array([np.nan, 1.0])])
    refuse("a block is too long", Q=[Q[0], np.array([0.25, 0.25, 0.5])])
    refuse("a block is missing", Q=Q[:1])
    refuse("log_joint has an axis of one value", log_joint=LOG_JOINT[:, :1])
    refuse("log_joint has an axis too many", log_joint=LOG_JOINT[None])
    refuse("log_joint has an entry NaN", log_joint=np.where(LOG_JOINT[0, 0] == LOG_JOINT, np.nan, LOG_JOINT))
    refuse("every value is impossible", log_joint=np.full((2, 2), -np.inf))
