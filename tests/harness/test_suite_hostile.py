"""Hostile submissions under a suite of tests: no point that is not earned, every row, and nothing leaks."""

import json

import pytest

from autograder.scoring.gradescope import encode
from autograder.suites.talk import Limits
from tests.harness import hostile
from tests.harness.hostile import entries, materialise
from tests.harness.suite_runs import SUITES, run, suite_at

SOURCE = SUITES / "moments/source"
RIGHT = {name: (hostile.TINY / "reference/tiny_hw" / f"{name}.py").read_bytes() for name in ("moments", "shapes")}
LIMITS = Limits(test_s=2, memory_mb=256, wall_s=120)
# the representative third, as far as it attacks by what runs; intake is the same code as a homework's
SAMPLE = [entry for entry in entries() if entry.ci and (entry.moments or entry.name in ("r00_empty", "r83_zip_slip"))]
WORTH = {
    "1a": ("The mean is right", "The mean of a hidden", "The mean of three"),
    "1b": ("The sample",),
    "2": ("An outer",),
}


@pytest.mark.parametrize("entry", SAMPLE, ids=lambda entry: entry.name)
def test_a_hostile_submission_earns_nothing_by_it(entry, tmp_path):
    """Parts that a homework would give nothing for get nothing; what it gives in full, a suite gives in full."""
    if reason := hostile.runnable(entry):
        pytest.skip(reason)
    path = materialise(entry, tmp_path / "handed_in", hostile.TINY, RIGHT)
    graded = run(SOURCE, path, limits=LIMITS)
    plain = encode(graded.results).decode()

    assert len(graded.results.tests) == 5
    assert not any(word in plain for word in (*hostile.NEVER, *entry.never))
    full = {"1a": 4.0, "1b": 2.0, "2": 3.0}
    for part, names in WORTH.items():
        rows = [row for row in graded.results.tests if row.name.startswith(names)]
        assert len(rows) == len(names)
        if entry.points[part] == 0:
            assert all(not row.score for row in rows), (part, rows)
        elif entry.points[part] == full[part]:
            assert all(row.score == row.max_score for row in rows), (part, rows)
    json.loads(plain, parse_constant=pytest.fail)


LIAR = '''
class Liar:
    """Says of itself what is hoped for."""
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __lt__
    def __sub__(self, other): return self
    def __rsub__(self, other): return self
    def __add__(self, other): return 0.0
    def __abs__(self): return 0.0
    def __float__(self): return 0.0
    def __bool__(self): return True
    def __round__(self, n=None): return 0
    def __hash__(self): return 0
    def __len__(self): return 3
    def __array__(self, dtype=None): import numpy; return numpy.zeros(3)
    def tolist(self): return [0.0]
class Vector(Liar):
    def __init__(self, x=0): self.x = x
def answer(x): return Liar()
def named(x): return Vector()
def stop(x): raise StopIteration
'''
HONEST = """
import math
import unittest
import numpy as np
import pytest
from liar import Vector, answer, named

class TestLiar(unittest.TestCase):
    def test_equal(self): self.assertEqual(answer(2), 4)
    def test_almost(self): self.assertAlmostEqual(answer(2), 4.0)
    def test_greater(self): self.assertGreater(answer(2), 4)
    def test_less(self): self.assertLessEqual(answer(2), 4)
    def test_in(self): self.assertIn(answer(2), [4, 5])
    def test_list(self): self.assertEqual([answer(2)], [4])
    def test_dict(self): self.assertDictEqual({"a": answer(2)}, {"a": 4})
    def test_named(self): self.assertAlmostEqual(named(2), 4.0)
    def test_delta(self): self.assertAlmostEqual(named(2), 4.0, delta=0.1)

def test_plain(): assert answer(2) == 4
def test_abs(): assert abs(answer(2) - 4) < 1e-9
def test_abs_of_a_named(): assert abs(named(2) - 4) < 1e-9
def test_abs_turned(): assert abs(4 - named(2)) < 1e-9
def test_sum(): assert named(2) + 4 == 0.0
def test_approx(): assert answer(2) == pytest.approx(4.0)
def test_approx_of_a_named(): assert named(2) == pytest.approx(4.0)
def test_close(): assert math.isclose(named(2), 4.0)
def test_allclose(): assert np.allclose(named(2), np.array([4.0, 4.0, 4.0]))
def test_testing(): np.testing.assert_allclose(named(2), np.array([4.0, 4.0, 4.0]))
def test_testing_equal(): np.testing.assert_array_equal(answer(2), np.array([4.0]))
def test_round(): assert round(named(2) - 4, 7) == 0
def test_float(): assert float(named(2) - 4) == 0
def test_bool(): assert bool(4 > named(2))
"""


def test_an_object_that_says_it_is_right_is_not(tmp_path):
    """However a test compares with plain data, the student's object is not asked whether it is equal, near or less."""
    graded = run(suite_at(tmp_path / "source", test_it=HONEST), suite_at(tmp_path / "in", liar=LIAR))

    assert len(graded.results.tests) == 23
    assert [row.name for row in graded.results.tests if row.status != "failed"] == []


CARRIER = """
KEPT = []
def f(x):
    KEPT.append(x)
    import os
    try:
        open("kept.txt", "a").write(str(x))
    except OSError: pass
    return x
def told():
    import os
    text = open("kept.txt").read() if os.path.exists("kept.txt") else ""
    print("KEPT", KEPT, text)
    return 0
"""
TWO = """
from gradescope_utils.autograder_utils.decorators import visibility, weight
import carrier

@weight(1)
@visibility("hidden")
def test_a_hidden():
    assert carrier.f(471147) == 471147

@weight(1)
def test_b_shown():
    assert carrier.told() == 1
"""


def test_no_input_of_a_hidden_test_is_carried_into_another(tmp_path):
    """Each test meets a process and a folder of its own: what a program keeps of a hidden test is gone in the next."""
    graded = run(suite_at(tmp_path / "source", test_it=TWO), suite_at(tmp_path / "in", carrier=CARRIER))

    assert "KEPT []" in graded.results.tests[1].output
    assert "471147" not in graded.results.tests[1].output


IN_PLACE = """
def f(x):
    x[:] = []
    return 0
def sort(x): x.sort()
def pop(x): return x.pop()
def double(x):
    x *= 2
    return x
def careless(x):
    x.append(0)
    return 6
"""
AFTER = """
from gradescope_utils.autograder_utils.decorators import weight
import numpy as np
import forger

def total(x): return sum(x)

@weight(1)
def test_expected_after():
    x = [1, 2, 3]
    assert forger.f(x) == total(x)
@weight(1)
def test_sort():
    x = [3, 1, 2]
    forger.sort(x)
    assert x == [1, 2, 3]
@weight(1)
def test_pop():
    x = [1, 2]
    assert forger.pop(x) == 2
    assert x == [1]
@weight(1)
def test_purity():
    x = np.ones(2)
    assert forger.double(x).tolist() == [2, 2]
    assert x.tolist() == [1, 1]
@weight(1)
def test_careless():
    assert forger.careless([1, 2, 3]) == 6
"""


@pytest.mark.parametrize(
    ("in_place", "scores"), [((), [0, 0, 0, 0, 1]), (("sort", "pop"), [0, 1, 1, 0, 1]), (("fit",), [0, 0, 0, 0, 1])]
)
def test_a_call_changes_a_value_of_the_test_only_where_that_is_meant(in_place, scores, tmp_path):
    """Who empties the test's list cannot change what is expected, whatever it is called; nor does it go unnoticed."""
    graded = run(
        suite_at(tmp_path / "source", test_it=AFTER), suite_at(tmp_path / "in", forger=IN_PLACE), in_place=in_place
    )

    assert [row.score for row in graded.results.tests] == scores
    assert any("--in-place f " in note for note in graded.notes)
