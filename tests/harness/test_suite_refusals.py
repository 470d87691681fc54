"""What cannot be had of code in another process is refused by a sentence that names file and line of the test."""

import re

import pytest

from autograder.errors import UsageError
from autograder.suites.refusals import refusals
from tests.harness.suite_runs import run, suite_at

STUDENT = "LIMIT = 3\nclass Shape:\n    sides = 4\ndef f(x): return x\ndef text(): return '1 + 1'\n"
HEAD = "import pytest\nimport shapes_\nfrom shapes_ import Shape, f\n\n"

STATIC = {
    "a global of the student's is set": "def test():\n    shapes_.LIMIT = 5\n",
    "an attribute of a class is set": "def test():\n    Shape.sides = 5\n",
    "a global is deleted": "def test():\n    del shapes_.LIMIT\n",
    "a class is subclassed": "class Mine(Shape):\n    pass\n",
    "a class is subclassed by its module": "class Mine(shapes_.Shape):\n    pass\n",
    "a module is patched": "from unittest import mock\ndef test():\n    with mock.patch('shapes_.f'): pass\n",
    "an object is patched": "from unittest import mock\ndef test():\n    with mock.patch.object(shapes_, 'f'): pass\n",
    "the library is patched": "from unittest.mock import patch\n@patch('random.random')\ndef test(r): pass\n",
    "monkeypatch": "def test(monkeypatch):\n    monkeypatch.setattr(shapes_, 'f', len)\n",
    "monkeypatch by name": "def test(monkeypatch):\n    monkeypatch.setattr('random.random', len)\n",
    "setattr": "def test():\n    setattr(shapes_, 'f', len)\n",
    "its source is read": "import inspect\ndef test():\n    inspect.getsource(f)\n",
    "the file is executed": "def test():\n    exec(open('shapes_.py').read())\n",
    "its text is evaluated": "def test():\n    assert eval(shapes_.text()) == 2\n",
    "it is run as a program": "import subprocess\ndef test():\n    subprocess.run(['python', 'shapes_.py'])\n",
    "it is run by runpy": "import runpy\ndef test():\n    runpy.run_path('shapes_.py')\n",
    "it is loaded by path": "from importlib import util\ndef test():\n    util.spec_from_file_location('a', 'b')\n",
}
MAY = {
    "input": "from unittest.mock import patch\n@patch('builtins.input', return_value='3')\ndef test(asked): pass\n",
    "the suite's own things": "class A: pass\nclass B(A): pass\ndef test(monkeypatch):\n    a = A()\n    a.x = 1\n"
    "    monkeypatch.setattr(a, 'x', 2)\n",
    "an object's attribute": "def test():\n    s = Shape()\n    s.sides = 5\n",
    "the environment": "def test(monkeypatch):\n    monkeypatch.setenv('A', 'b')\n",
}


@pytest.mark.parametrize("name", STATIC)
def test_a_suite_is_refused_before_it_runs(name, tmp_path):
    """Every place is named with its file and line, the whole suite at once."""
    source = suite_at(tmp_path / "source", test_it=HEAD + STATIC[name])
    found = refusals(source, source)

    assert len(found) == 1
    line = int(re.match(r"test_it\.py:(\d+): ", found[0])[1])
    assert (HEAD + STATIC[name]).splitlines()[line - 1].strip()


@pytest.mark.parametrize("name", MAY)
def test_what_can_be_had_is_not_refused(name, tmp_path):
    """What reaches the student's code, or has nothing to do with it, is no reason to refuse."""
    source = suite_at(tmp_path / "source", test_it=HEAD + MAY[name])

    assert refusals(source, source) == []


def test_all_places_are_told_at_once_and_nothing_runs(tmp_path):
    """Who moves a suite reads all that is to be changed."""
    source = suite_at(tmp_path / "source", test_it=HEAD + STATIC["setattr"], test_two=HEAD + STATIC["monkeypatch"])
    with pytest.raises(UsageError, match=r"test_it\.py:6: .*\ntest_two\.py:6: "):
        run(source, suite_at(tmp_path / "in", shapes_=STUDENT))


HIDDEN = """
import inspect, os, pickle
import shapes_
def name(): return shapes_
def test_global(): vars(name()); name().LIMIT = 5
def test_class(): kind = name().Shape; kind.sides = 5
def test_subclass(): type("Mine", (name().Shape,), {})
def test_source(): inspect.getsource(getattr(name(), "f"))
def test_exec(): run = exec; run("x = 1")
def test_eval(): run = eval; run(name().text())
def test_program(): run = os.system; run("true")
def test_pickle(): pickle.loads(b"cos\\nsystem\\n.")
def test_pickled(): pickle.dumps(name().Shape())
def test_passed(): name().f(object())
def test_fine(): assert name().f(2) == 2
"""


def test_what_only_shows_while_it_runs_is_refused_then(tmp_path):
    """A test that asks for it has no verdict and no student's zero; staff read file and line; the others are graded."""
    source = suite_at(tmp_path / "source", test_it=HIDDEN)
    graded = run(source, suite_at(tmp_path / "in", shapes_=STUDENT))
    lines = HIDDEN.splitlines()
    told = {note.split("::")[1].split(":")[0]: note for note in graded.notes if "not graded" in note}

    assert [row.status for row in graded.results.tests] == ["failed"] * 10 + ["passed"]
    assert len(told) == 10
    for test, note in told.items():
        number = int(re.search(r"test_it\.py:(\d+): ", note)[1])
        assert f"def {test}()" in lines[number - 1]
    assert all("fault of the test" in row.output for row in graded.results.tests[:10])
