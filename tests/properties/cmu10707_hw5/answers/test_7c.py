"""Part 7c, answers: what is wrong with the printed principle."""

from autograder.kit.answers import answer, assert_choice


def test_role_of_the_posterior_is_right(student):
    """What the posterior is of the printed functional."""
    assert_choice(answer(student.answers(), "7c", "optimum"), "argmin", among=["argmin", "argmax"], what="7c optimum")


def test_side_of_the_bound_is_right(student):
    """The right side of the bound."""
    assert_choice(
        answer(student.answers(), "7c", "bound_rhs"),
        "max H(q) + E log p",
        among=["max H(q) + E log p", "min H(q) + E log p", "max E log q - E log p", "min E log q + E log p"],
        what="7c bound_rhs",
    )


def test_missing_piece_is_right(student):
    """What is missing in the printed identity."""
    assert_choice(
        answer(student.answers(), "7c", "missing"), "log", among=["log", "exp", "a minus", "q"], what="7c missing"
    )


def test_printed_optimum_is_right(student):
    """What the printed optimum is."""
    assert_choice(
        answer(student.answers(), "7c", "printed_argmax"),
        "point mass",
        among=["point mass", "posterior", "uniform", "prior"],
        what="7c printed_argmax",
    )


def test_everything_is_answered(student):
    """There is an answer at every place."""
    for key in ("optimum", "bound_rhs", "missing", "printed_argmax"):
        answer(student.answers(), "7c", key)
