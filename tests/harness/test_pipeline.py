"""A whole submission through every step: whatever is handed in, results are complete, valid and the same each time."""

import functools
import json
import math
import signal
from dataclasses import replace

import pytest

from autograder.engine import session as session_module
from autograder.engine.bank import read_bank
from autograder.engine.grader import HIDDEN, Grader, preload
from autograder.engine.pipeline import grade
from autograder.engine.run import Banks
from autograder.engine.submission import Submission, intake
from autograder.errors import StudentError
from autograder.manifest import find_homework
from autograder.scoring.gradescope import encode

FULL = {"1a": 4.0, "1b": 2.0, "2": 3.0}
RIGHT = "import numpy as np\ndef mean(x):\n    if len(x) == 0: raise ValueError('empty')\n    return np.mean(x)\n"
OTHER_WALK = (
    "import numpy as np\nouter = np.outer\nclass Walk:\n    def states(self, n): return np.arange(float(n)) + 5\n"
)
STANDARDIZE = "def standardize(x):\n    return (x - x.mean()) / x.std()\n"


def points(run) -> dict[str, float]:
    """Points by part, of the parts that a machine grades."""
    return {score.part.id: score.earned for score in run.scores if score.part.pays}


def text(run, part: str) -> str:
    """What the student reads of a part."""
    return next(row.output for row in run.results.tests if row.number == part)


def test_the_reference_earns_every_point(grader, submission):
    """A right submission gets full points and nothing but "ok" lines."""
    run = grade(grader, submission())

    assert points(run) == FULL
    assert "--" not in text(run, "1a")


def test_every_part_has_a_row_whatever_is_handed_in(grader, tmp_path):
    """An empty folder still yields all rows, each with its points."""
    (tmp_path / "empty").mkdir()
    run = grade(grader, tmp_path / "empty")

    assert [(row.number, row.max_score) for row in run.results.tests] == [("1a", 4), ("1b", 2), ("2", 3), ("3", None)]
    assert run.results.score == 0
    assert "nothing was handed in" in run.results.output


@pytest.mark.parametrize(
    ("moments", "verdict", "sentence"),
    [
        (None, "missing", "moments.py is not among your files"),
        ("def mean(x)\n    return 1\n", "raised", "line 1"),
        ("import os; os._exit(0)\n", "raised", "ended itself"),
        ("raise RuntimeError('at import')\n", "raised", "at import"),
        ("while True: pass\n", "timeout", "took too long"),
        ("def men(x): return 0\n" + STANDARDIZE, "missing", "rename it to mean"),
        ("mean = 3\n" + STANDARDIZE, "missing", "mean in moments.py is not callable (it is of type int)"),
        (RIGHT.replace("return np.mean(x)", "return np.mean(x)[None, None] * np.ones((2, 2))"), "malformed", "shape"),
        (RIGHT.replace("return np.mean(x)", "return float('nan')"), "malformed", "not finite"),
        (RIGHT.replace("return np.mean(x)", "return np.median(x) + 1"), "wrong", "not the right value"),
        (RIGHT.replace("return np.mean(x)", "return"), "malformed", "None"),
        (RIGHT.replace("return np.mean(x)", "while True: pass"), "timeout", "longer than"),
        (RIGHT.replace("return np.mean(x)", "import os; os._exit(0)"), "raised", "ended itself"),
        (RIGHT.replace("return np.mean(x)", "raise KeyError('x')"), "raised", "KeyError"),
        (RIGHT.replace("return np.mean(x)", "return np.ones(1 << 32)"), "memory", "memory"),
        (b"\x00\x00", "raised", "NUL bytes"),
    ],
)
def test_one_bad_file_costs_its_own_parts_and_says_why(grader, submission, moments, verdict, sentence):
    """The problem with the fault loses its points with a clear sentence; the other problem keeps all of its own."""
    run = grade(grader, submission(moments=moments))
    verdicts = {check.name: check.verdict for check in run.checks if check.part == "1a"}

    assert verdicts["matches_reference"] == verdict
    assert points(run)["1a"] == 0
    assert points(run)["2"] == FULL["2"]
    assert sentence in text(run, "1a")
    assert json.loads(encode(run.results))["score"] == sum(points(run).values())


def test_a_part_is_graded_with_those_that_it_needs(tiny_copy, submission):
    """Asked for alone, it is paid as in the whole homework: what it hangs on is graded with it."""
    manifest = tiny_copy / "reference/tiny_hw/homework.toml"
    manifest.write_text(manifest.read_text().replace('[parts."2"]', '[parts."2"]\nneeds = ["1a"]'))
    with Grader(find_homework(tiny_copy, "tiny-hw"), parts=("2",)) as grader:
        right = grade(grader, submission())
        wrong = grade(grader, submission(moments="def mean(x): return 0\n"))

    assert points(right) == {"1a": 4, "2": 3}
    assert points(wrong)["2"] == 0
    assert not right.results.extra_data["undecided"]


def test_one_bad_function_leaves_the_other_of_its_file(grader, submission):
    """A loop in one part costs that part only: the next one gets a fresh worker."""
    run = grade(grader, submission(moments="def mean(x):\n    while True: pass\n" + STANDARDIZE))

    assert points(run) == {"1a": 0, "1b": 2.0, "2": 3.0}


def test_the_same_submission_gives_the_same_bytes(tiny, grader, submission):
    """Grading twice, in another process tree and another order, differs in nothing but the time it took."""
    folder = submission(moments=RIGHT.replace("np.mean(x)", "np.mean(x) * (1 + 1e-3)") + "def standardize(x): return x")
    first = grade(grader, folder)
    with Grader(tiny) as another:
        grade(another, submission(moments=None))
        second = grade(another, submission(moments=(folder / "src/moments.py").read_text()))

    assert untimed(first) == untimed(second)


def untimed(run) -> dict:
    """The results as JSON values without the time they took."""
    return {key: value for key, value in json.loads(encode(run.results)).items() if key != "execution_time"}


def test_a_hidden_case_shows_no_value(grader, submission):
    """What fails on hidden cases only is told without what came back, what was expected, or what was raised."""
    source = RIGHT.replace(
        "return np.mean(x)", "return np.mean(x) if abs(x[0]) < 1e100 else (_ for _ in ()).throw(OSError(str(x)))"
    )
    run = grade(grader, submission(moments=source + STANDARDIZE))
    shown = text(run, "1a")

    assert "a hidden case" in shown
    assert "OSError" not in shown
    assert "e+300" not in shown


def test_what_a_program_keeps_of_a_hidden_case_reaches_no_message(grader, submission):
    """Inputs stashed by one function and raised by another carry home public cases only."""
    source = (
        "KEPT = []\n"
        "import numpy as np\n"
        "def mean(x):\n"
        "    if len(x) == 0: raise ValueError\n"
        "    KEPT.append(len(x)); return np.mean(x)\n"
        "def standardize(x): raise RuntimeError(f'seen {len(KEPT)}')\n"
    )
    shown = text(grade(grader, submission(moments=source)), "1b")

    assert f"seen {len(grader.banks.public.cases(grader.properties[0]))} " in shown.replace("\n", " ")


def test_a_public_case_shows_what_came_back_and_how_to_replay_it(grader, submission):
    """A failure on a public case names got, expected and the case."""
    shown = text(grade(grader, submission(moments=RIGHT.replace("np.mean(x)", "np.mean(x) + 1") + STANDARDIZE)), "1a")

    assert all(
        word in shown for word in ("reason", "called", "got", "expected", "python -m autograder check 1a --case")
    )


def test_invariants_explain_a_failure_and_are_not_run_otherwise(grader, submission):
    """A zero-point property shows up when the part lost points, and only then."""
    claim = "The mean lies between the smallest and the largest number."

    assert claim not in text(grade(grader, submission()), "1a")
    assert claim in text(grade(grader, submission(moments=RIGHT.replace("np.mean(x)", "9e9") + STANDARDIZE)), "1a")


def test_a_question_about_the_students_own_value_goes_to_the_live_reference(grader, submission):
    """A walk by another rule fails; the reference is asked about its own states."""
    source = (
        "import numpy as np\nouter = np.outer\nclass Walk:\n    def states(self, n): return np.arange(float(n)) + 5\n"
    )
    run = grade(grader, submission(shapes=source))
    verdicts = {check.name: str(check.verdict) for check in run.checks if check.part == "2"}

    assert verdicts == {
        "outer_matches_reference": "passed",
        "walk_steps_follow_its_own_state": "wrong",
        "walk_starts_at_zero": "wrong",
    }


def test_a_reference_that_chokes_on_a_value_blames_the_value(grader, submission, monkeypatch):
    """When the live reference fails on the student's value the verdict is malformed, never internal."""
    live = grader.reference("shapes")
    monkeypatch.setattr(live, "step", lambda x: 1 / 0)
    source = (
        "import numpy as np\nouter = np.outer\nclass Walk:\n    def states(self, n): return np.arange(float(n)) + 5\n"
    )
    run = grade(grader, submission(shapes=source))

    assert {check.name: str(check.verdict) for check in run.checks}["walk_steps_follow_its_own_state"] == "malformed"


def test_without_the_reference_such_a_question_is_ungraded(tiny, submission):
    """Where the reference is not shipped what it alone could decide is ungraded, and the rest is graded."""
    with Grader(tiny) as grader:
        grader._references["shapes"] = None
        run = grade(grader, submission(shapes=OTHER_WALK))

    assert {check.name: str(check.verdict) for check in run.checks}["walk_steps_follow_its_own_state"] == "ungraded"
    assert points(run)["1a"] == FULL["1a"]


def test_a_zygote_that_dies_once_costs_nothing(tiny, submission, monkeypatch):
    """The zygote is started again, and the student never notices."""
    original = session_module.Session._ready
    killed = []

    def ready(self):
        if not killed:
            killed.append(True)
            self._zygote.process.send_signal(signal.SIGKILL)
            self._zygote.process.wait()
        return original(self)

    monkeypatch.setattr(session_module.Session, "_ready", ready)
    with Grader(tiny) as grader:
        run = grade(grader, submission())

    assert points(run) == FULL


def test_a_zygote_that_keeps_dying_is_no_students_zero(tiny, submission, monkeypatch):
    """Parts that our fault leaves undecided have no score, are named, and the student is told it is not their fault."""
    original = session_module.Session._ready

    def ready(self):
        if self.problem.name == "moments":
            self._zygote.process.send_signal(signal.SIGKILL)
            self._zygote.process.wait()
        return original(self)

    monkeypatch.setattr(session_module.Session, "_ready", ready)
    with Grader(tiny) as grader:
        run = grade(grader, submission())

    assert points(run) == {"1a": None, "1b": None, "2": 3.0}
    assert "not your fault" in run.results.output
    assert run.results.extra_data["undecided"] == ["1a", "1b"]
    assert next(row for row in run.results.tests if row.number == "1a").score is None


@pytest.mark.parametrize(("failures", "earned"), [(1, FULL["1b"]), (10_000, None)])
def test_a_fault_of_the_interpreter_is_no_students_zero(tiny, submission, failures, earned):
    """A SystemError on our side of the wall is tried again, and then it is ours: no value can raise it."""
    left = [failures]

    def breaks(prop):
        @functools.wraps(prop.inner)
        def inner(**arguments):
            if left[0]:
                left[0] -= 1
                raise SystemError("AST constructor recursion depth mismatch")
            prop.inner(**arguments)

        return prop._replace(inner=inner)

    with Grader(tiny) as grader:
        grader.properties = tuple(breaks(p) if p.part.id == "1b" else p for p in grader.properties)
        run = grade(grader, submission())

    assert points(run)["1b"] == earned


def test_a_property_without_cases_in_the_bank_is_internal(tiny, submission):
    """A bank that lacks a property is our fault, not a pass and not a zero."""
    with Grader(tiny) as grader:
        hidden = read_bank(tiny.reference / HIDDEN)
        kept = [entry for entry in hidden.entries if (entry.part, entry.name) != ("1a", "survives_large_numbers")]
        grader.banks = Banks(
            type(hidden)(**{**{f: getattr(hidden, f) for f in hidden.__struct_fields__}, "entries": kept}),
            grader.banks.public,
        )
        run = grade(grader, submission())

    assert points(run) == {"1a": None, "1b": 2.0, "2": 3.0}


def test_results_are_finite_and_add_up(grader, submission):
    """Every score is a finite number and the total is their sum."""
    results = grade(grader, submission(moments=RIGHT)).results
    scores = [row.score for row in results.tests if row.score is not None]

    assert all(math.isfinite(score) for score in scores)
    assert results.score == sum(scores)


def test_only_the_parts_asked_for_are_graded(tiny, submission):
    """A grader of one part gives rows for that part and for what people grade."""
    with Grader(tiny, parts=("2",)) as grader:
        run = grade(grader, submission())

    assert points(run) == {"2": 3.0}


def test_a_submission_that_is_slow_everywhere_still_ends_in_time(tiny, submission):
    """Past the time for the whole run every further call is a time-out, and results are complete."""
    slow = "import time\ndef mean(x): time.sleep(0.4); return 0.0\ndef standardize(x): time.sleep(0.4); return x\n"
    with Grader(replace(tiny, wall_s=0.3)) as grader:
        run = grade(grader, submission(moments=slow))

    assert {str(check.verdict) for check in run.checks} == {"timeout"}
    assert "the whole submission" in text(run, "2")
    assert len(run.results.tests) == 4


def test_no_folder_of_ours_is_left_behind(tiny, submission, tmp_path, monkeypatch):
    """After grading, the temporary folders of zygote and workers are gone."""
    scratch = tmp_path / "scratch"
    scratch.mkdir(mode=0o711)
    tmp_path.chmod(0o711)
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    with Grader(tiny) as grader:
        grade(grader, submission())
        busy = len(list(scratch.iterdir()))

    assert busy > 0
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        (b"import numpy as np", ("numpy",)),
        (b"from scipy.stats import norm", ("numpy", "scipy.stats")),
        (b"x = 'scipy'", ("numpy",)),
        (b"import os, scipy", ("numpy", "scipy.stats")),
    ],
)
def test_only_libraries_that_the_submission_imports_are_warmed(source, wanted):
    """A numpy-only submission never pays for scipy."""
    assert preload(("numpy", "scipy.stats"), Submission("s", {"a.py": source})) == wanted


def test_a_homework_without_its_bank_is_refused_with_the_command_to_run(tiny_copy):
    """A missing bank names itself and `gradelbo freeze`."""
    (tiny_copy / "reference/tiny_hw/hidden.bank").unlink()

    with pytest.raises(Exception, match="gradelbo freeze"):
        Grader(find_homework(tiny_copy, None))


FORGE = (
    "import sys\nimport numpy as np\n"
    "def loop():\n"
    "    frame = sys._getframe()\n"
    "    while frame.f_code.co_name != 'serve': frame = frame.f_back\n"
    "    return frame.f_globals\n"
    "def standardize(x): return x\n"
)


@pytest.mark.parametrize(
    "body",
    [
        "loop()['_packed'] = lambda a, n, p=loop()['_packed']: p(a | {'to': np.zeros(2)}, n); return 0.0",
        "loop()['describe'] = lambda e: dict(verdict='raised', kinds=[], text=np.zeros(2), where=''); raise ValueError",
        "loop()['describe'] = lambda e: dict(verdict='raised', kinds=[], text='', where=np.zeros(2), refusal='network')"
        "; raise ValueError",
        "loop()['describe'] = lambda e: dict(verdict=['raised'], kinds=7, text={}, where=[]); raise ValueError",
        "loop()['describe'] = lambda e: dict(verdict='raised', kinds=[np.zeros((2,) * 20)], text='', where='')"
        "; raise ValueError",
    ],
)
def test_no_forged_answer_turns_a_zero_into_a_fault_of_ours(grader, submission, body):
    """Whatever a worker puts into an answer's fields, the part is graded, and graded 0."""
    run = grade(grader, submission(moments=FORGE + f"def mean(x): {body}\n"))

    assert points(run) == {"1a": 0, "1b": 0, "2": 3.0}


def test_calls_that_raise_use_up_the_parts_time(tiny, submission):
    """Time is on the account whether a call ends well or not."""
    source = (
        "import time\n"
        "def mean(x):\n"
        "    end = time.process_time() + 0.2\n"
        "    while time.process_time() < end: pass\n"
        "    raise ValueError\n"
    )
    with Grader(tiny) as grader:
        sessions, _ = grader.sessions(intake(submission(moments=source)))
        student = sessions.of("moments").student()
        reasons = []
        for _ in range(30):
            with pytest.raises(StudentError) as caught:
                student.mean([1.0])
            reasons.append(caught.value.verdict)
        sessions.close()

    assert reasons[0] == "raised"
    assert reasons[-1] == "timeout"


def test_blank_lines_do_not_hold_the_grader_up():
    """Looking for imports takes a time that grows with the file, not with its square."""
    source = b"\n" * 4_000_000 + b"import scipy\n"

    assert preload(("numpy", "scipy.stats"), Submission("s", {"a.py": source})) == ("numpy", "scipy.stats")


def test_a_hidden_crash_does_not_tell_its_signal(grader, submission):
    """Which signal a program kills itself with is its choice, so only public cases name it."""
    source = RIGHT.replace("return", "import os\n    if abs(x[0]) > 1e100: os.kill(os.getpid(), 37)\n    return")
    shown = text(grade(grader, submission(moments=source + STANDARDIZE)), "1a")

    assert "the program crashed" in shown
    assert "signal" not in shown
