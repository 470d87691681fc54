"""Tests in which the student's code changed values of theirs are run twice; no clock takes what the first run gave."""

import itertools

import pytest

from autograder.suites.grade import grade_suite, order_for
from tests.harness.suite_runs import LIMITS, row, suite_at

TEST = (
    "import time\nimport work\nfrom gradescope_utils.autograder_utils.decorators import weight\ntime.sleep(1.5)\n"
    "@weight(1)\ndef test_it():\n    x = [3]\n    assert work.first(x) == 3\n"
)
CHANGES = "def first(x):\n    x.append(0)\n    return x[0]\n"
DIES = TEST + "    if x[1:]:\n        import os\n        os._exit(7)\n"


@pytest.fixture
def graded(tmp_path):
    """Grades one test by a clock that gives these readings, and after them the last for ever."""

    def grade(test, *readings):
        clock = itertools.chain(readings, itertools.repeat(readings[-1]))
        order = order_for(
            suite_at(tmp_path / "source", test_it=test),
            suite_at(tmp_path / "in", work=CHANGES),
            limits=LIMITS,
            level="",
        )
        return grade_suite(order, clock=lambda: next(clock))

    return grade


def test_the_second_run_has_time_of_its_own(graded):
    """Where the first run took nearly all of its time, the second one takes no point for want of it."""
    late = LIMITS.wall_s - 1
    found = graded(TEST, 0.0, 0.0, late)

    assert (row(found, "test_it").score, found.undecided) == (1.0, False)


def test_what_the_second_run_has_no_time_for_has_no_verdict(graded):
    """A machine under load may lose time in the second run too: that is a fault of ours and no zero."""
    found = graded(TEST, 0.0, 0.0, 0.0, LIMITS.wall_s)

    assert (row(found, "test_it").score, found.undecided) == (None, True)
    assert any("second" in note for note in found.notes)


def test_what_goes_wrong_in_the_second_run_is_told(graded):
    """Staff read why a test that passed at first has no verdict."""
    found = graded(DIES, 0.0)

    assert (row(found, "test_it").score, found.undecided) == (None, True)
    assert any("ended with status 7" in note for note in found.notes)
