"""Part 5b, answers: shapes of a Dirichlet density."""

from autograder.kit.answers import answer, assert_choice

SHAPES = ["corners", "uniform", "centre"]
SIGNS = ["negative", "zero", "positive"]


def test_shapes_are_told(student):
    """Where the density for alpha = 0.1, 1 and 10 lies."""
    assert_choice(answer(student.answers(), "5b", "shape_0.1"), "corners", among=SHAPES, what="5b shape_0.1")
    assert_choice(answer(student.answers(), "5b", "shape_1"), "uniform", among=SHAPES, what="5b shape_1")
    assert_choice(answer(student.answers(), "5b", "shape_10"), "centre", among=SHAPES, what="5b shape_10")


def test_signs_are_told(student):
    """The signs of the log density at the centre less that near a corner."""
    assert_choice(answer(student.answers(), "5b", "sign_0.1"), "negative", among=SIGNS, what="5b sign_0.1")
    assert_choice(answer(student.answers(), "5b", "sign_1"), "zero", among=SIGNS, what="5b sign_1")
    assert_choice(answer(student.answers(), "5b", "sign_10"), "positive", among=SIGNS, what="5b sign_10")


def test_everything_is_answered(student):
    """There is an answer at every place."""
    for key in ("shape_0.1", "shape_1", "shape_10", "sign_0.1", "sign_1", "sign_10"):
        answer(student.answers(), "5b", key)
