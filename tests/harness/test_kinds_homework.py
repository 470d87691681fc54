"""A homework with a problem of every kind, from its manifest to the handout: graded, checked, packed, audited."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder import cli
from autograder.audit.audit import _graded
from autograder.audit.corpus import read_corpus
from autograder.build.contents import template_files
from autograder.build.gradescope_zip import members
from autograder.build.handout import handout_files
from autograder.build.leaks import refuse_solutions
from autograder.engine.bank import ingredients, read_bank, require_fresh
from autograder.engine.grader import HIDDEN, PUBLIC, Grader
from autograder.engine.pipeline import grade
from autograder.engine.session import Session
from autograder.errors import ManifestError
from autograder.local.own import find_own
from autograder.local.pack import packing_of
from autograder.manifest import HANDED_IN, find_homework
from autograder.scoring.verdict import Verdict

KINDS = Path(__file__).parent / "kinds" / "tiny"
BLANK = '{"3": {"larger": null, "count": null}}'


@pytest.fixture(scope="module")
def homework():
    """The homework as it lies in the project."""
    return find_homework(KINDS, "kinds-hw")


@pytest.fixture
def copied(tmp_path):
    """A root of its own with a copy of it, to break."""
    shutil.copytree(KINDS, tmp_path / "root", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "root"


@pytest.fixture(scope="module")
def kinds_grader(homework):
    """A grader of it."""
    with Grader(homework) as found:
        yield found


@pytest.fixture
def hand_in(homework, tmp_path):
    """Lays the right files out, of which `hand_in(answers="…")` replaces some, and None leaves out."""

    def make(**files):
        folder = tmp_path / "handed_in"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name, problem in homework.problems.items():
            source = homework.source_of(problem)
            data = files.get("fit" if name == "run" else name, source.read_bytes())
            if data is not None:
                (folder / problem.file).parent.mkdir(exist_ok=True)
                (folder / problem.file).write_bytes(data.encode() if isinstance(data, str) else data)
        return folder

    return make


def verdicts(run):
    """The verdicts by property."""
    return {check.name: str(check.verdict) for check in run.checks}


def reason(run, name):
    """Why a property failed."""
    return next(check.failure.reason for check in run.checks if check.name == name)


def test_the_right_files_get_everything(kinds_grader, hand_in):
    """Code, script, answers and text, each through the same grader."""
    run = grade(kinds_grader, hand_in())

    assert run.results.score == 13
    assert set(verdicts(run).values()) == {"passed"}


def test_a_script_runs_once_a_submission(kinds_grader, hand_in, monkeypatch):
    """Public and hidden properties of two parts ask for one run: it knows no case, so none can leak through it."""
    ran = []
    original = Session._run
    monkeypatch.setattr(Session, "_run", lambda self, function: ran.append(function) or original(self, function))
    grade(kinds_grader, hand_in())

    assert ran == ["script"]


def test_a_script_that_fails_is_not_run_again(kinds_grader, hand_in, monkeypatch):
    """A run that gives no account gives none to any other property, in either pass."""
    ran = []
    original = Session._run
    monkeypatch.setattr(Session, "_run", lambda self, function: ran.append(function) or original(self, function))
    text = (
        (kinds_grader.homework.reference / "fit.py")
        .read_text()
        .replace("    main()\n", "    import os\n    os._exit(1)\n")
    )
    run = grade(kinds_grader, hand_in(fit=text))

    assert ran == ["script"]
    assert verdicts(run)["script_finishes"] == verdicts(run)["figure_shows_the_groups"] == "raised"
    assert verdicts(run)["agrees_with_the_script"] == "raised"


def test_what_held_on_its_one_case_is_not_asked_again(kinds_grader, hand_in, monkeypatch):
    """Nothing is drawn and the recorded answers are the same bytes: the public verdict stands for the hidden case."""
    noted = []
    original = Session.begin
    monkeypatch.setattr(Session, "begin", lambda self, case: noted.append(self.problem.name) or original(self, case))
    grade(kinds_grader, hand_in())

    assert noted.count("output") == 1
    assert noted.count("fit") > 5


def test_blank_answers_are_missing(kinds_grader, hand_in):
    """What stands there as in the template says which answer is to be given."""
    run = grade(kinds_grader, hand_in(answers=BLANK, output=None))

    assert verdicts(run)["counts_it"] == verdicts(run)["names_the_larger_group"] == "missing"
    assert reason(run, "counts_it") == "answers.json has no answer yet at 3 > count"
    assert verdicts(run)["says_how_many"] == "missing"
    assert "output.txt is not among your files: put it at src/output.txt" in reason(run, "says_how_many")


def test_the_problem_at_fault_is_named(kinds_grader, hand_in):
    """A property of the answers that asks the script blames the one that failed."""
    run = grade(kinds_grader, hand_in(fit=None))
    assert "fit.py is not among your files" in reason(run, "agrees_with_the_script")
    assert verdicts(run)["counts_it"] == "passed"

    run = grade(kinds_grader, hand_in(answers='{"3": {"larger": "x", "count": 7,}}'))
    assert "answers.json is not valid JSON" in reason(run, "agrees_with_the_script")
    assert verdicts(run)["agrees_with_the_script"] == "malformed"
    assert verdicts(run)["script_finishes"] == "passed"


@pytest.mark.parametrize(
    "answers",
    ["[" * 100_000, '{"3": ' + "9" * 10_000 + "}", '{"3": {"count": NaN}}', '{"3": 1, "3": 2}', "\0" * 100, '"3"'],
)
def test_a_bomb_of_answers_is_malformed(kinds_grader, hand_in, answers):
    """Whatever stands in answers.json, it is a verdict of its own properties and of no other."""
    run = grade(kinds_grader, hand_in(answers=answers))

    assert verdicts(run)["counts_it"] == "malformed"
    assert verdicts(run)["script_finishes"] == "passed"
    assert Verdict.INTERNAL not in {check.verdict for check in run.checks}


def test_the_data_are_the_graders_own(kinds_grader, hand_in):
    """A script reads what everybody gets, wherever its file lies and whatever was handed in under the name."""
    folder = hand_in()
    (folder / "src" / "points.csv").write_text("x_1,x_2\n0,0\n1,1\n")
    assert grade(kinds_grader, folder).results.score == 13

    (folder / "src" / "fit.py").rename(folder / "fit.py")
    (folder / "points.csv").mkdir()
    (folder / "points.csv" / "x.csv").write_text("1")
    assert grade(kinds_grader, folder).results.score == 13


CONFTEST = """
from pathlib import Path
from autograder.engine.suite import problem_fixtures, reference, sessions, student
globals().update(problem_fixtures(Path(__file__).parents[2]))
"""


def test_the_suite_runs_live_too(copied, project_root):
    """pytest runs the property files as they are: problems are fixtures, and the reference's own files pass."""
    (copied / "tests" / "properties" / "conftest.py").write_text(CONFTEST)
    words = ["-q", "-c", "/dev/null", "--rootdir", str(copied), "--import-mode=importlib", "tests/properties"]
    path = f"{copied}:{project_root}"
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *words, "-p", "no:cacheprovider"],
        cwd=copied,
        env={"PYTHONPATH": path, "PATH": "/usr/bin:/bin", "HOME": str(copied)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "9 passed" in run.stdout, run.stdout + run.stderr


def test_the_template_asks_and_does_not_tell(homework):
    """Blank answers, one stub for code and script, its notebook, the data, and nothing for the output."""
    files = template_files(homework)

    assert sorted(files) == ["README.md", "answers.json", "src/fit.ipynb", "src/fit.py", "src/points.csv"]
    assert json.loads(files["answers.json"])["3"] == {"larger": None, "count": None}
    assert "| `src/fit.py` or `.ipynb` | to write, and run as a script: parts 1, 2 |" in files["README.md"].decode()


def test_the_project_holds_what_is_built(homework):
    """Template and banks of this homework are in step with it."""
    for path, data in template_files(homework).items():
        assert (homework.template / path).read_bytes() == data, path
    for path in (homework.template / PUBLIC, homework.reference / HIDDEN):
        require_fresh(read_bank(path), homework)


def test_data_and_answers_are_ingredients(copied):
    """A bank is stale when the data of a script, or what the reference hands in, are other ones."""
    before = ingredients(find_homework(copied, "kinds-hw"), reference=True)
    (copied / "student_template/kinds_hw/src/points.csv").write_text("x_1,x_2\n0,0\n")
    (copied / "reference/kinds_hw" / HANDED_IN / "output.txt").write_text("8 points in the first group\n")
    after = ingredients(find_homework(copied, "kinds-hw"), reference=True)

    assert {name for name in before if before[name] != after[name]} == {"data", "reference"}


def test_the_handout_checks_and_packs(homework, tmp_path):
    """A student's own folder: what is blank is to do, what is done holds, and the script's run is announced once."""
    for name, data in handout_files(homework).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    shipped = find_homework(tmp_path, None)
    packing = packing_of(shipped, find_own(shipped, tmp_path), (), {})
    states = {row.path: row.state for row in packing.rows}

    assert states["answers.json"] == "not filled in: 3 larger, 3 count"
    assert states["src/output.txt"] == "missing"
    assert "answers.json: not filled in: 3 larger, 3 count" in packing.lacks
    assert any("put it at src/output.txt" in lack for lack in packing.lacks)

    for problem in homework.problems.values():
        shutil.copy(homework.source_of(problem), tmp_path / problem.file)
    packing = packing_of(shipped, find_own(shipped, tmp_path), (), {})
    assert packing.lacks == ()
    assert sorted(packing.files) == ["answers.json", "src/fit.py", "src/output.txt"]

    result = CliRunner().invoke(cli.main, ["check", "--path", str(tmp_path)], obj=tmp_path)
    assert result.exit_code == 0, result.output
    assert result.output.count("src/fit.py will be run once as a script") == 1
    assert "8 of 8 points" in result.output


def test_what_gradescope_gets_holds_the_data_and_no_answers(homework):
    """The scripts' data go along; what the reference hands in stays at home."""
    names = [path.relative_to(homework.root).as_posix() for path in members(homework)]

    assert "student_template/kinds_hw/src/points.csv" in names
    assert not [name for name in names if HANDED_IN in name]


@pytest.mark.parametrize(
    ("path", "text", "fault"),
    [
        ("answers.json", '{"3": {"count": 7}}', "the answer at 3 > count is filled in"),
        ("README.md", "It comes to 3.14159.", "the answer at 3 > exact stands in it"),
        ("README.md", "a line\n1.23456 is the sum\n", "'1.23456 is the sum' is one of output.txt"),
    ],
)
def test_an_answer_that_would_be_handed_out_is_refused(copied, path, text, fault):
    """Not at its place, not as a number of many digits, not as a line of the output."""
    handed_in = copied / "reference/kinds_hw" / HANDED_IN
    answers = json.loads((handed_in / "answers.json").read_text())
    answers["3"]["exact"] = 3.14159
    (handed_in / "answers.json").write_text(json.dumps(answers))
    (handed_in / "output.txt").write_text("1.23456 is the sum\n")
    homework = find_homework(copied, "kinds-hw")

    refuse_solutions(homework, {path: b"{}" if path.endswith("json") else b"nothing"})
    with pytest.raises(ManifestError, match=fault):
        refuse_solutions(homework, {path: text.encode()})


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('kind = "text"', 'kind = "essay"', "`kind` is 'essay', which is none of code, answers, text, script"),
        ('kind = "text"', 'kind = "text"\nfunctions = ["f"]', "`functions` is not a key of this table|'functions'"),
        ('kind = "text"', 'kind = "text"\ndata = ["a.csv"]', "`data` is not a key"),
        ('kind = "answers"', 'kind = "answers"\nadapter = "a.py"', "`adapter` is not a key"),
        ('file = "answers.json"', 'file = "answers.txt"', "must be a path of a .json file"),
        ('data = ["src/points.csv"]', 'data = ["../points.csv"]', "must be a path inside the submission"),
        ('watch = ["assign"]', 'watch = ["a b"]', "which is no function's name"),
        ('file = "src/output.txt"', 'file = "answers.json"', "is another problem's too"),
        ('file = "src/output.txt"', 'file = "src/log.txt"', "there is no handed_in/log.txt"),
        ("[homework]", '[homework]\nfiles = ["answers.json"]', "is among the homework's `files` too"),
        ("[problems.output]", "[problems.student]", "is a fixture's name"),
    ],
)
def test_a_manifest_says_what_is_wrong_with_a_kind(copied, old, new, fault):
    """Fields of another kind, files that are not there, names that mean something else."""
    path = copied / "reference/kinds_hw/homework.toml"
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))

    with pytest.raises(ManifestError, match=fault):
        find_homework(copied, "kinds-hw")


@pytest.mark.parametrize("name", read_corpus(find_homework(KINDS, "kinds-hw")))
def test_the_corpus_gets_its_points(kinds_grader, homework, name):
    """Entries hand in code, a script, answers or a text; one of the code has no script run for it."""
    entry = read_corpus(homework)[name]

    assert _graded(kinds_grader, entry).amiss == []
