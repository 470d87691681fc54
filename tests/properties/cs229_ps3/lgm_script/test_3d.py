"""Part 3d: the six numbers in what lgm.py prints, against what the shipped models allow."""

from autograder.kit.figure import assert_finished
from tests.properties.cs229_ps3.experiment_output import MODELS, assert_ends_in_reach, assert_starts_right, six_numbers


def test_script_output_has_six_numbers(student):
    """There are six negative numbers in what lgm.py prints: three of either model."""
    six_numbers(output_of(student.script()))


def test_script_output_starts_right(student, reference):
    """In what lgm.py prints the log-likelihoods are right to four decimals, the bounds at the start to their noise."""
    assert_starts_right(output_of(student.script()), {model: reference.recorded_bands(model) for model in MODELS})


def test_script_output_ends_in_reach(student, reference):
    """In what lgm.py prints both bounds after sgvb are such as its 1000 steps lead to."""
    assert_ends_in_reach(output_of(student.script()), {model: reference.recorded_bands(model) for model in MODELS})


def output_of(account):
    """What a run printed; it must have come to its end."""
    assert_finished(account, "lgm.py")
    return account["stdout"]
