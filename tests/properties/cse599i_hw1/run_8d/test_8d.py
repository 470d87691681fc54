"""Part 8d: the checkpoint of a training run, judged by the given model on texts that are the grader's."""

from hypothesis import given, settings

from autograder.kit import fresh_seeds
from tests.properties.cse599i_hw1.judge_runs import (
    judge_files,
    judge_log,
    judge_quality,
    judge_secrecy,
    judge_sizes,
    judge_values,
)

PART = "8d"


def test_files_can_be_read(student):
    """Checkpoint, report, block values and log are there, can be read, and fit each other."""
    judge_files(student.artifact(), PART)


def test_sizes_are_those_of_the_part(student):
    """Report and checkpoint have the sizes that the part asks for, and every weight is finite."""
    judge_sizes(student.artifact(), PART)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_report_is_what_the_checkpoint_says(student, reference, seed):
    """Block values and log-likelihood of the report are those of the checkpoint, on the causal model as it is given."""
    judge_values(student.artifact(), reference, PART, seed)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_test_text_is_predicted_well(student, reference, seed):
    """The checkpoint predicts the test text about as well as a run of this part does."""
    judge_quality(student.artifact(), reference, PART, seed)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_log_belongs_to_the_checkpoint(student, reference, seed):
    """The log has a line for each epoch, and its best validation value is the checkpoint's."""
    judge_log(student.artifact(), reference, PART, seed)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_test_text_was_not_seen(student, reference, seed):
    """The test text is no easier for the checkpoint than one that it cannot have seen."""
    judge_secrecy(student.artifact(), reference, PART, seed)
