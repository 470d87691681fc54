"""Part 2c, answer: which quantities the M-step updates."""

from autograder.kit.answers import answer, assert_choices, read_choices

UPDATED = {"phi", "mu", "Sigma"}
QUANTITIES = ("phi", "mu", "Sigma", "alpha", "w")


def test_updated_parameters_are_a_list(student):
    """answers.json has at 2c > params a list of names out of phi, mu, Sigma, alpha, w."""
    read_choices(answer(student.answers(), "2c", "params"), among=QUANTITIES, what="2c params")


def test_updated_parameters_are_named(student):
    """2c > params names exactly what the M-step updates."""
    assert_choices(answer(student.answers(), "2c", "params"), UPDATED, among=QUANTITIES, what="2c params")
