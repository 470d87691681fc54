"""Part 9d, answers: claims about the two directions."""

from autograder.kit.answers import answer, assert_choice

DIRECTIONS = ["KL(q||p)", "KL(p||q)"]


def test_compact_direction_is_right(student):
    """Which direction gives too compact a fit."""
    assert_choice(answer(student.answers(), "9d", "too_compact"), "KL(q||p)", among=DIRECTIONS, what="9d too_compact")


def test_spread_direction_is_right(student):
    """Which direction gives too spread a fit."""
    assert_choice(answer(student.answers(), "9d", "too_spread"), "KL(p||q)", among=DIRECTIONS, what="9d too_spread")


def test_averaging_direction_is_right(student):
    """Which direction averages over modes."""
    assert_choice(
        answer(student.answers(), "9d", "averages_over_modes"),
        "KL(p||q)",
        among=DIRECTIONS,
        what="9d averages_over_modes",
    )


def test_one_mode_claim_is_right(student):
    """Whether the reverse direction always picks one mode."""
    assert_choice(
        answer(student.answers(), "9d", "reverse_always_one_mode"),
        False,
        among=[True, False],
        what="9d reverse_always_one_mode",
    )


def test_factor_variances_are_right(student):
    """The variances of the factorised fits of a correlated Gaussian."""
    assert_choice(
        answer(student.answers(), "9d", "gaussian_variances"),
        "reverse 1/Lambda_ii, forward Sigma_ii",
        among=["reverse 1/Lambda_ii, forward Sigma_ii", "reverse Sigma_ii, forward 1/Lambda_ii"],
        what="9d gaussian_variances",
    )


def test_everything_is_answered(student):
    """There is an answer at every place."""
    for key in ("too_compact", "too_spread", "averages_over_modes", "reverse_always_one_mode", "gaussian_variances"):
        answer(student.answers(), "9d", key)
