"""`gradelbo suite`: exit codes, sentences, and a results file that survives everything."""

import json

import pytest
from click.testing import CliRunner

from autograder import cli
from tests.harness.suite_runs import suite_at

RIGHT = "def f(x): return x\n"
TEST = "from gradescope_utils.autograder_utils.decorators import weight\nimport work\n@weight(2)\n"
GOOD = TEST + "def test_f(): assert work.f(1) == 1\n"
BAD = TEST + "def test_f(): assert work.f(1) == 2\n"
BROKEN = TEST + "def test_f(): __import__('os')._exit(1)\n"
PATCHED = TEST + "def test_f(): work.f = len\n"


@pytest.fixture
def run(tmp_path, tiny):
    """Runs the command on a suite of one file and a submission of one module."""

    def command(test, *words, module="work"):
        source = suite_at(tmp_path / "source", test_it=test)
        handed_in = suite_at(tmp_path / "in", **{module: RIGHT})
        words = [
            "suite",
            source,
            handed_in,
            "--results",
            tmp_path / "results.json",
            "--allow-level",
            "process-only",
            *words,
        ]
        found = CliRunner().invoke(cli.main, [str(word) for word in words], obj=tiny.root)
        return found, json.loads((tmp_path / "results.json").read_text())

    return command


@pytest.mark.parametrize(("test", "code", "score"), [(GOOD, 0, 2), (BAD, 1, 0), (BROKEN, 5, 0), (PATCHED, 2, 0)])
def test_the_exit_code_says_how_it_went(run, test, code, score):
    """Full points, lost points, no verdict, a suite that cannot run so; the results file is there each time."""
    found, results = run(test)

    assert found.exit_code == code, found.output
    assert results["score"] == score
    assert bool(results["extra_data"].get("internal")) == (code in (2, 5))


def test_inside_gradescope_a_suite_that_cannot_run_leaves_results_that_say_so(run):
    """The exit code is 0 and the results are no zero of the student's."""
    found, results = run(PATCHED, "--gradescope")

    assert found.exit_code == 0
    assert results["extra_data"]["internal"]
    assert "not your fault" in results["output"]


def test_a_suite_that_brings_the_students_module_itself_is_found_out(run, tmp_path):
    """A solution that was left beside the tests would give everybody full points."""
    suite_at(tmp_path / "source", work=RIGHT)
    found, _ = run(GOOD)
    assert found.exit_code == 2
    assert "import nothing of the submission" in found.output
    assert "work.py" in found.output

    found, results = run(GOOD, "--module", "work")
    assert found.exit_code == 0, found.output
    assert results["score"] == 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["/nowhere", "."], "there is no folder"),
        ([".", "/nowhere"], "there is nothing at"),
        (["{empty}", "."], "there is no file test*.py"),
        (["."], "give the submission too"),
    ],
)
def test_paths_that_lead_nowhere_have_their_sentence(words, sentence, tmp_path, monkeypatch):
    """Each says what is missing and what to give."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "test_it.py").write_text(GOOD)
    monkeypatch.chdir(tmp_path)
    found = CliRunner().invoke(cli.main, ["suite", *(word.format(empty="empty") for word in words)])

    assert found.exit_code == 2
    assert sentence in found.output
