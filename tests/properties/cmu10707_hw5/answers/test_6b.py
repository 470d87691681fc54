"""Part 6b, answers: cost and hardness of the partition function."""

from autograder.kit import assert_that
from autograder.kit.answers import answer, assert_choice, assert_number
from autograder.kit.claims import judged_rightly

TRUTH = [True, False]
CLAIMS = {
    "posterior_can_be_hard": (True, TRUTH),
    "approximation_can_be_hard": (True, TRUTH),
    "always_exponential": (False, TRUTH),
    "unnormalised_is_easy": (True, TRUTH),
}


def test_terms_of_the_sum(student):
    """The number of terms of the naive sum over m binary causes."""
    assert_choice(
        answer(student.answers(), "6b", "terms"), "2^m", among=["m", "2m", "m^2", "2^m", "m!"], what="6b terms"
    )


def test_draws_until_a_match(student):
    """The mean number of joint draws until the symptoms match."""
    assert_number(answer(student.answers(), "6b", "draws"), 23.39, atol=0.01, what="6b draws")


def test_three_claims_are_right(student):
    """At least three of the four claims are judged rightly."""
    assert_that(judged_rightly(student.answers(), "6b", CLAIMS) >= 3, "too many of the claims are judged wrongly")


def test_all_claims_are_right(student):
    """All claims are judged rightly."""
    assert_that(judged_rightly(student.answers(), "6b", CLAIMS) == len(CLAIMS), "a claim is judged wrongly")


def test_everything_is_answered(student):
    """There is an answer at every place."""
    for key in (
        "terms",
        "draws",
        "posterior_can_be_hard",
        "approximation_can_be_hard",
        "always_exponential",
        "unnormalised_is_easy",
    ):
        answer(student.answers(), "6b", key)
