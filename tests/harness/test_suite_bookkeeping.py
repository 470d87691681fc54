"""What other runners lose, invent or let through (notes/peers, §1): each is a row here, graded once for all tests."""

import json

import pytest

from autograder.scoring.gradescope import encode
from tests.harness.suite_runs import row, run, suite_at

STUDENT = """
import unittest
def one(): return 1
def boom(): raise RuntimeError("boom")
def skips(): raise unittest.SkipTest("nothing to see")
def leaves(): raise SystemExit(0)
def interrupts(): raise KeyboardInterrupt
def dies():
    import os
    os._exit(0)
def prints(secret): print("the secret is", secret); return 0
def loops():
    while True: pass
class Own(unittest.SkipTest): pass
def skips_by_own(): raise Own("me neither")
def many(): return [3, 4]
"""
SCORES = """
import math
import unittest
import numpy as np
from gradescope_utils.autograder_utils.decorators import *
import work

VALUE = work.boom()

class TestScores(unittest.TestCase):
    @partial_credit(10)
    def test_forgotten(self, set_score=None):
        self.assertEqual(work.one(), 1)
    @partial_credit(10)
    def test_excessive(self, set_score=None):
        set_score(1000)
    @partial_credit(10)
    def test_nan(self, set_score=None):
        set_score(math.nan)
    @partial_credit(10)
    def test_negative(self, set_score=None):
        set_score(-3)
    @partial_credit(10)
    def test_no_number(self, set_score=None):
        set_score("7")
    @partial_credit(10)
    def test_raised_after(self, set_score=None):
        set_score(7)
        raise ValueError("later")
    @partial_credit(10)
    def test_numpy(self, set_score=None):
        set_score(np.float64(2.5))
    @partial_credit(10)
    def test_hangs_after(self, set_score=None):
        set_score(4)
        work.loops()
    @weight(4)
    def test_subtests(self):
        for i in range(3):
            with self.subTest(i=i):
                self.assertEqual(i, work.one())
    @weight(4)
    def test_subtests_that_hold(self):
        for i in range(3):
            with self.subTest(i=i):
                self.assertEqual(work.one(), 1)
    @partial_credit(4)
    def test_partial_subtests(self, set_score=None):
        for i in range(3):
            with self.subTest(i=i):
                self.assertLess(i, 2)
                set_score(i + 1)
    @unittest.skip("next term")
    @weight(3)
    def test_left_out(self):
        self.fail()
    @weight(3)
    def test_skipped(self):
        self.skipTest("no bonus handed in")
    @weight(3)
    def test_student_skips(self):
        work.skips()
    @weight(3)
    def test_student_skips_by_own(self):
        work.skips_by_own()
    @unittest.expectedFailure
    @weight(2)
    def test_expected(self):
        self.assertEqual(work.one(), 2)
    @unittest.expectedFailure
    @weight(2)
    def test_unexpected(self):
        self.assertEqual(work.one(), 1)
    @unittest.expectedFailure
    @weight(2)
    def test_expected_of_the_dead(self):
        work.dies()
    @weight(2)
    def test_leaves(self):
        work.leaves()
    @weight(2)
    def test_leaves_as_expected(self):
        with self.assertRaises(SystemExit):
            work.leaves()
    @weight(2)
    def test_interrupts(self):
        work.interrupts()
    @weight(2)
    def test_raises_anything(self):
        self.assertRaises(Exception, work.dies)
    @weight(2)
    @hide_errors("no hint here")
    def test_hidden(self):
        print("checking")
        self.assertEqual(work.prints(4711), 1)
    @weight(1)
    def test_top(self):
        self.assertEqual(VALUE, 1)
    @weight(1)
    def test_after_all(self):
        self.assertEqual(work.one(), 1)

class TestBoard(unittest.TestCase):
    @leaderboard("nan")
    def test_nan(self, set_leaderboard_value=None):
        set_leaderboard_value(math.nan)
    @leaderboard("list")
    def test_list(self, set_leaderboard_value=None):
        set_leaderboard_value(work.many())
    @leaderboard("text", "asc")
    def test_text(self, set_leaderboard_value=None):
        set_leaderboard_value("fast")
    @weight(5)
    @leaderboard("both")
    def test_both(self, set_leaderboard_value=None):
        set_leaderboard_value(work.one())
    @leaderboard("raised")
    def test_raised(self, set_leaderboard_value=None):
        work.boom()

class TestSetUp(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.value = work.boom()
    @weight(6)
    def test_first(self):
        pass
    @partial_credit(6)
    def test_second(self, set_score=None):
        set_score(6)
"""
PYTEST = '''
import pytest
from gradescope_utils.autograder_utils.decorators import *
import work

@pytest.fixture
def broken():
    return work.boom()

@weight(2)
def test_fixture(broken):
    """A fixture fails"""

@pytest.mark.parametrize("n", [3, 0])
@partial_credit(5)
def test_drawn(n, set_score=None):
    """Drawn"""
    if n:
        set_score(n)

@weight(2)
@pytest.mark.xfail
def test_xfail():
    """Expected by pytest"""
    assert work.one() == 2

@weight(2)
@pytest.mark.skipif(True, reason="not here")
def test_skipif():
    """Left out by pytest"""

@weight(2)
def test_skips():
    """Skipped by pytest"""
    pytest.skip("no bonus")
'''
BROKEN = "import unittest\nclass TestNothing(unittest.TestCase)\n    pass\n"


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The suites on the submission."""
    folder = tmp_path_factory.mktemp("bookkeeping")
    source = suite_at(folder / "source", test_a_scores=SCORES, test_b_pytest=PYTEST)
    return run(source, suite_at(folder / "handed_in", work=STUDENT))


@pytest.mark.parametrize(
    ("name", "score", "most", "status"),
    [
        ("test_forgotten", 0, 10, "failed"),
        ("test_excessive", 10, 10, "passed"),
        ("test_nan (test_a_scores.TestScores", 0, 10, "failed"),
        ("test_negative", 0, 10, "failed"),
        ("test_no_number", 0, 10, "failed"),
        ("test_raised_after", 7, 10, "failed"),
        ("test_numpy", 2.5, 10, "failed"),
        ("test_hangs_after", 4, 10, "failed"),
        ("test_subtests (", 0, 4, "failed"),
        ("test_subtests_that_hold", 4, 4, "passed"),
        ("test_partial_subtests", 2, 4, "failed"),
        ("test_left_out", None, None, "passed"),
        ("test_skipped", 0, 3, "failed"),
        ("test_student_skips (", 0, 3, "failed"),
        ("test_student_skips_by_own", 0, 3, "failed"),
        ("test_expected (", 2, 2, "passed"),
        ("test_unexpected", 0, 2, "failed"),
        ("test_expected_of_the_dead", 0, 2, "failed"),
        ("test_leaves (", 0, 2, "failed"),
        ("test_leaves_as_expected", 2, 2, "passed"),
        ("test_interrupts", 0, 2, "failed"),
        ("test_raises_anything", 0, 2, "failed"),
        ("test_hidden", 0, 2, "failed"),
        ("test_top", 0, 1, "failed"),
        ("test_after_all", 1, 1, "passed"),
        ("test_both", 5, 5, "passed"),
        ("test_first", 0, 6, "failed"),
        ("test_second", 0, 6, "failed"),
        ("A fixture fails", 0, 2, "failed"),
        ("Drawn [3]", 3, 5, "failed"),
        ("Drawn [0]", 0, 5, "failed"),
        ("Expected by pytest", 2, 2, "passed"),
        ("Left out by pytest", None, None, "passed"),
        ("Skipped by pytest", 0, 2, "failed"),
    ],
)
def test_every_test_has_its_row_and_its_points(graded, name, score, most, status):
    """Nothing that a test does, and nothing that the student's code raises, loses a row or invents a point."""
    found = row(graded, name)

    assert (found.score, found.max_score, found.status) == (score, most, status), found.output


def test_the_total_is_the_sum_and_the_results_are_valid_json(graded):
    """The file is JSON without NaN, and the total is what the rows say."""
    plain = json.loads(encode(graded.results), parse_constant=pytest.fail)

    assert plain["score"] == sum(row.get("score", 0) for row in plain["tests"]) == graded.results.score
    assert not graded.undecided


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("test_forgotten", "ended without setting a score"),
        ("test_nan (test_a", "a score that is not finite"),
        ("test_no_number", "a score that is of type str"),
        ("test_subtests (", "(i=0)"),
        ("test_hangs_after", "longer than the 4 s"),
        ("test_expected_of_the_dead", "ended itself"),
        ("test_skipped", "no bonus handed in"),
        ("test_left_out", "next term"),
        ("test_interrupts", "KeyboardInterrupt"),
        ("test_top", "boom"),
        ("test_first", "boom"),
    ],
)
def test_the_student_reads_why(graded, name, words):
    """Every lost point has its reason."""
    assert words in row(graded, name).output


@pytest.mark.parametrize(
    "words", ["set_score got 1000", "set_score got -3", "never called set_score", "given a value that is of type list"]
)
def test_staff_read_what_is_wrong_with_the_suite(graded, words):
    """What the suite did that cannot be meant is told to staff."""
    assert any(words in note for note in graded.notes), graded.notes


def test_the_leaderboard_holds_numbers_and_texts_only(graded):
    """A value that JSON or Gradescope would not take is none, and no reason to lose the file."""
    board = {entry["name"]: (entry["value"], entry["order"]) for entry in graded.results.leaderboard}

    none = dict.fromkeys(("nan", "list", "raised"), (None, "desc"))
    assert board == none | {"text": ("fast", "asc"), "both": (1, "desc")}


def test_hidden_errors_hide_what_the_student_printed(graded):
    """A test that hides its errors shows its own prints and its message: the student's could carry the inputs home."""
    assert row(graded, "test_hidden").output == "checking\n\nno hint here"


def test_a_file_that_cannot_be_read_costs_no_other_file_and_no_student(tmp_path):
    """The other tests are graded; that some are missing is told to all, and is not taken for a grade."""
    source = suite_at(
        tmp_path / "source", test_a="import work\ndef test_one(): assert work.one() == 1\n", test_b=BROKEN
    )
    graded = run(source, suite_at(tmp_path / "in", work=STUDENT))

    assert [found.status for found in graded.results.tests] == ["passed"]
    assert graded.undecided
    assert "could not be loaded" in graded.results.output
    assert any("test_b.py" in note for note in graded.notes)


def test_a_module_that_is_not_there_fails_each_test_and_loses_none(tmp_path):
    """An empty submission has every row, 0 of what it is worth."""
    source = suite_at(tmp_path / "source", test_a_scores=SCORES)
    (tmp_path / "in").mkdir()
    graded = run(source, tmp_path / "in")
    rows = graded.results.tests

    assert sum(found.max_score or 0 for found in rows) == 10 * 8 + 4 * 3 + 3 * 3 + 2 * 8 + 2 + 5 + 12
    assert "work.py is not among your files" in row(graded, "test_leaves (").output
    assert {found.name for found in rows if found.score} <= {
        found.name for found in rows if found.name.startswith(("test_excessive", "test_raised_after", "test_numpy"))
    } | {found.name for found in rows if "artial_subtests" in found.name or "hangs_after" in found.name}


def test_text_that_no_file_can_hold_loses_no_test(tmp_path):
    """Half a character in what the student's code prints, raises or returns is shown as its escape."""
    wild = "import sys\nW = 'a\\ud800\\x00'\ndef f():\n    print(W)\n    raise ValueError(W)\ndef g(): return W\n"
    text = (
        "import wild\nfrom gradescope_utils.autograder_utils.decorators import *\n"
        "@weight(1)\ndef test_a(): wild.f()\n"
        "@weight(1)\ndef test_b(): assert wild.g() == 'b'\n"
        "@leaderboard('w')\ndef test_c(set_leaderboard_value=None): set_leaderboard_value(wild.g())\n"
    )
    graded = run(suite_at(tmp_path / "source", test_a=text), suite_at(tmp_path / "in", wild=wild))

    assert not graded.undecided
    assert [found.score for found in graded.results.tests] == [0, 0]
    assert "a\\ud800" in graded.results.tests[0].output
    assert graded.results.leaderboard[0]["value"].startswith("a\\ud800")


def test_a_process_of_tests_that_dies_is_followed_by_another(tmp_path):
    """A test that ends its own process has no verdict; those after it are graded."""
    text = (
        "import os\nimport work\nfrom gradescope_utils.autograder_utils.decorators import weight\n"
        "@weight(1)\ndef test_a(): assert work.one() == 1\n"
        "@weight(1)\ndef test_b(): os._exit(7)\n"
        "@weight(1)\ndef test_c(): assert work.one() == 1\n"
    )
    graded = run(suite_at(tmp_path / "source", test_a=text), suite_at(tmp_path / "in", work=STUDENT))

    assert [found.score for found in graded.results.tests] == [1, None, 1]
    assert graded.undecided
