"""Part 10f, answers: claims about EM."""

from autograder.kit import assert_that
from autograder.kit.answers import answer
from autograder.kit.claims import judged_rightly

TRUTH = [True, False]
CLAIMS = {
    "q_in_m_step": ("q^{t+1}", ["q^t", "q^{t+1}"]),
    "stale_q_can_fall": (True, TRUTH),
    "global_optimum": (False, TRUTH),
    "restricted_family": ("variational inference", ["variational inference", "Gibbs sampling", "gradient descent"]),
}


def test_three_claims_are_right(student):
    """At least three of the four claims are judged rightly."""
    assert_that(judged_rightly(student.answers(), "10f", CLAIMS) >= 3, "too many of the claims are judged wrongly")


def test_all_claims_are_right(student):
    """All claims are judged rightly."""
    assert_that(judged_rightly(student.answers(), "10f", CLAIMS) == len(CLAIMS), "a claim is judged wrongly")


def test_everything_is_answered(student):
    """There is an answer at every place."""
    for key in ("q_in_m_step", "stale_q_can_fall", "global_optimum", "restricted_family"):
        answer(student.answers(), "10f", key)
