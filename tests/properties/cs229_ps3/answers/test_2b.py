"""Part 2b, answer: which of the variables are latent."""

from autograder.kit.answers import answer, assert_choices, read_choices

LATENT = {"z"}
VARIABLES = ("x", "z", "x_tilde", "z_tilde")


def test_latent_variables_are_a_list(student):
    """answers.json has at 2b > latent a list of names out of x, z, x_tilde, z_tilde."""
    read_choices(answer(student.answers(), "2b", "latent"), among=VARIABLES, what="2b latent")


def test_latent_variables_are_named(student):
    """2b > latent names exactly the variables that the E-step has to guess."""
    assert_choices(answer(student.answers(), "2b", "latent"), LATENT, among=VARIABLES, what="2b latent")
