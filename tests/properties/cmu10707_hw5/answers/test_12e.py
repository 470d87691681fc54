"""Part 12e, answers: variances of the estimators for f(z) = z^2."""

from autograder.kit.answers import answer, assert_choice, assert_number


def test_reparam_variance_is_right(student):
    """The variance of the reparameterised estimator in mu."""
    assert_number(answer(student.answers(), "12e", "reparam"), 4, atol=1e-06, what="12e reparam")


def test_score_variance_is_right(student):
    """The variance of the score estimator at mu = 3."""
    assert_number(answer(student.answers(), "12e", "score_at_3"), 222, atol=1e-06, what="12e score_at_3")


def test_baseline_variance_is_right(student):
    """The same with the baseline mu^2 + 1."""
    assert_number(answer(student.answers(), "12e", "baseline_at_3"), 82, atol=1e-06, what="12e baseline_at_3")


def test_larger_variance_claim_is_right(student):
    """Whether the score's variance is always the larger one."""
    assert_choice(
        answer(student.answers(), "12e", "score_always_larger"),
        False,
        among=[True, False],
        what="12e score_always_larger",
    )


def test_growth_is_right(student):
    """How the score's variance grows with the dimension."""
    assert_choice(
        answer(student.answers(), "12e", "growth_in_d"),
        "quadratic",
        among=["constant", "linear", "quadratic", "exponential"],
        what="12e growth_in_d",
    )


def test_everything_is_answered(student):
    """There is an answer at every place."""
    for key in ("reparam", "score_at_3", "baseline_at_3", "score_always_larger", "growth_in_d"):
        answer(student.answers(), "12e", key)
