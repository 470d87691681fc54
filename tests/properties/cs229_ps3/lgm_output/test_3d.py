"""Part 3d: the six numbers in lgm_output.txt, against what the shipped models allow."""

from tests.properties.cs229_ps3.experiment_output import MODELS, assert_ends_in_reach, assert_starts_right, six_numbers


def test_recorded_output_has_six_numbers(student):
    """There are six negative numbers in lgm_output.txt: three of either model."""
    six_numbers(student.text())


def test_recorded_output_starts_right(student, reference):
    """In lgm_output.txt the log-likelihoods are right to four decimals, the bounds at the start to their noise."""
    assert_starts_right(student.text(), {model: reference.recorded_bands(model) for model in MODELS})


def test_recorded_output_ends_in_reach(student, reference):
    """In lgm_output.txt both bounds after sgvb are such as its 1000 steps lead to."""
    assert_ends_in_reach(student.text(), {model: reference.recorded_bands(model) for model in MODELS})
