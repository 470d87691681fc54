"""`gradelbo check`: what a student reads, the exit codes, and the JSON object."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from autograder import cli
from autograder.engine.run import Replay
from autograder.errors import UsageError
from autograder.local import desk as desk_module
from autograder.local.choose import choose_parts
from autograder.local.desk import Asked
from autograder.local.report import as_data, report_of
from autograder.local.terminal import print_report
from autograder.manifest import find_homework
from autograder.scoring.verdict import Check, Failure, Verdict
from tests.harness.handout import make_handout

ROOT = Path(__file__).parents[2]
WRONG = "def mean(x): return 0.0\ndef standardize(x): return x\n"
SMALL = Failure("mean is not right", "mean(x (1,))", "mean = 0", "1", "7f3a01", True)


@pytest.fixture
def run(tiny):
    """Runs `check` on the tiny homework."""

    def command(*words: object, obj: Path | None = None):
        return CliRunner().invoke(cli.main, ["check", *map(str, words)], obj=obj or tiny.root)

    return command


@pytest.fixture(scope="module")
def handout(tmp_path_factory) -> Path:
    """The tiny homework as its students have it, nothing written yet."""
    folder = tmp_path_factory.mktemp("handout")
    make_handout(find_homework(Path(__file__).parent / "tiny", "tiny-hw"), folder)
    return folder


@pytest.fixture(scope="module")
def broken_handout(tmp_path_factory, handout) -> Path:
    """The same with part 1a wrong, 1b raising a message that few consoles can print."""
    import shutil

    folder = tmp_path_factory.mktemp("broken") / "mine"
    shutil.copytree(handout, folder)
    source = "def mean(x):\n    return 0.0\n\n\ndef standardize(x):\n    raise KeyError('\\u03bb \\u2265 0 \\ud800')\n"
    (folder / "src" / "moments.py").write_text(source)
    return folder


def at_home(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """`python -m autograder` in a handout's folder, with an environment of these names and no others."""
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), **environment}
    command = [sys.executable, "-m", "autograder", *words]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, check=False)


def text_of(report, *, width: int = 80, **options) -> str:
    """What the terminal shows of a report."""
    console = Console(width=width, file=None, record=True, force_terminal=False, **options)
    with console.capture() as shown:
        print_report(console, report, Asked("gradelbo").replay)
    return shown.get()


def check(name: str = "matches_reference", part: str = "1a", verdict: Verdict = Verdict.WRONG, failure=SMALL) -> Check:
    """A check of the tiny homework with this outcome."""
    return Check(part, name, f"The claim of {name}.", verdict, None if verdict is Verdict.PASSED else failure)


def test_what_holds_is_counted_in_points_and_exits_with_0(run, submission):
    """All public checks hold: 0, and the points that they stand for."""
    result = run("--path", submission())

    assert result.exit_code == 0
    assert "5.5 of 5.5 points' worth of public checks hold." in result.output


def test_a_failure_exits_with_1_and_is_told_in_full(run, submission):
    """Reason, call, what came back, what was expected, and a command that replays it where it was asked for."""
    folder = submission(moments=WRONG)
    result = run("1a", "--path", folder)

    assert result.exit_code == 1
    for word in ("reason", "called", "got", "expected"):
        assert f"\n    {word}" in result.output
    assert f" --path {folder}\n" in result.output.split("replay   gradelbo check 1a --case ")[1]


def test_a_folder_without_any_file_exits_with_3(run, tmp_path):
    """Nothing of the homework is there: 3, and what is looked for."""
    result = run("--path", tmp_path)

    assert result.exit_code == 3
    assert "src/moments.py, src/shapes.py" in result.output


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("9z",), "there is no part 9z"),
        (("--save", "a.py"), "need --case ID"),
        (("--pdb",), "need --case ID"),
        (("--live", "--json"), "use only one of"),
        (("--case", "ffffff"), "no public case is called ffffff"),
        (("1a", "--case", "ffffff"), "no public case of part 1a is called ffffff"),
        (("--case", "live-ffffff"), "there is no case live-ffffff"),
        (("--case", "live-../../x"), "there is no case live-../../x"),
    ],
)
def test_a_wrong_call_exits_with_2_and_says_what_to_do(run, submission, words, sentence):
    """What does not exist or does not fit together is a slip of the caller's."""
    result = run(*words, "--path", submission())

    assert result.exit_code == 2
    assert sentence in result.output


def test_a_fault_of_ours_exits_with_5_and_is_not_the_students(run, submission, monkeypatch):
    """A check that we could not finish is neither held nor failed."""
    monkeypatch.setattr(Replay, "check", lambda _, prop, only=None: check(prop.name, prop.part.id, Verdict.INTERNAL))
    result = run("1a", "--path", submission())

    assert result.exit_code == 5
    assert "a fault of ours" in result.output


def test_json_is_one_object_with_every_line_and_nothing_else(run, submission):
    """Standard output is the object, whatever else is said goes to standard error."""
    result = run("--json", "--path", submission(moments=WRONG))
    data = json.loads(result.stdout)
    line = data["parts"][0]["lines"][0]

    assert result.exit_code == 1
    assert list(data) == ["homework", "parts", "totals", "notes"]
    assert [part["id"] for part in data["parts"]] == ["1a", "1b", "2", "3"]
    assert data["totals"] == {"public": 5.5, "held": 1.0, "hidden": 3.5, "manual": 3.0}
    assert line["property"] == "matches_reference"
    assert line["verdict"] == "wrong"
    assert line["pays"] == 2.5
    assert all(line[key] for key in ("claim", "reason", "called", "got", "expected", "case"))
    assert "1a Mean: 0 of 1 hold" in result.stderr


def test_the_json_that_is_documented_is_the_json_that_is_printed(run, submission):
    """Every key of the object, and no other, stands in docs/check-json.md."""
    data = json.loads(run("--json", "--path", submission(moments=WRONG)).stdout)
    part = data["parts"][0]
    keys = {*data, *part, *part["lines"][0], *data["totals"]}
    rows = (ROOT / "docs" / "check-json.md").read_text(encoding="utf-8").splitlines()
    documented = {row.split("`")[1] for row in rows if row.startswith("| `")}

    assert documented == keys


def test_json_survives_text_that_is_no_text(run, submission):
    """Half a surrogate in what the student's code raises stays inside ASCII."""
    source = "def mean(x): raise KeyError('\\ud800')\ndef standardize(x): return x\n"

    assert json.loads(run("--json", "1a", "--path", submission(moments=source)).stdout)


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ((), None),
        (("1B",), ("1b",)),
        (("2", "1a"), ("1a", "2")),
        (("moments",), ("1a", "1b")),
        (("moments.py",), ("1a", "1b")),
        (("standardize",), ("1b",)),
        (("mean", "2"), ("1a", "2")),
        (("3",), ("3",)),
    ],
)
def test_parts_are_named_by_id_problem_or_function(tiny, words, parts):
    """Ids count in any case; a problem stands for its parts, a function for those whose properties call it."""
    assert choose_parts(tiny, words) == parts


@pytest.mark.parametrize(("word", "near"), [("standardise", "standardize"), ("1c", "1b or 1a"), ("mom", "moments")])
def test_an_unknown_part_is_answered_with_near_names(tiny, word, near):
    """A slip of the pen costs one more try."""
    with pytest.raises(UsageError, match=near):
        choose_parts(tiny, (word,))


def test_a_part_that_only_a_person_grades_says_so(run, submission):
    """Asked for an essay, the check names who grades it and fails nothing."""
    result = run("3", "--path", submission())

    assert result.exit_code == 0
    assert "2 points by a person: an essay" in result.output


def test_what_is_hidden_is_said_for_each_part(tiny):
    """Points decided after hand-in are counted by part; a part without any says nothing of it."""
    shown = text_of(report_of(tiny, [check(verdict=Verdict.PASSED), check(part="1b", verdict=Verdict.PASSED)]))

    assert "1.5 more points are checked after hand-in" in shown.split("1b Standardize")[0]
    assert "after hand-in" not in shown.split("1b Standardize")[1].split("2 Outer")[0]
    assert shown.count("Every line is also checked on more cases after hand-in") == 1


def test_hidden_points_are_the_same_in_the_checkout_and_in_the_handout(tiny, handout):
    """A handout knows how many points it does not see."""
    inside = as_data(report_of(find_homework(handout, None), []))
    outside = as_data(report_of(tiny, []))

    assert [part["hidden"] for part in inside["parts"]] == [part["hidden"] for part in outside["parts"]]
    assert outside["totals"]["hidden"] == 3.5


def test_an_extra_that_holds_is_withheld_while_the_main_claim_does_not(tiny):
    """Points are counted by the rubric: what hangs on the main claim is not promised."""
    part = replace(tiny.parts["1a"], public=("matches_reference", "survives_large_numbers"))
    homework = replace(tiny, parts={**tiny.parts, "1a": part})
    extra = check("survives_large_numbers", verdict=Verdict.PASSED)
    report = report_of(homework, [check(), extra], parts=("1a",))

    assert report.parts[0].held == 0
    assert "paid only when the part's main claim holds" in text_of(report, width=200)
    assert as_data(report)["parts"][0]["lines"][1]["withheld"]


def test_a_shared_reason_is_told_once(tiny):
    """A file that cannot be imported has one reason, however many lines it costs, in however many parts."""
    fault = Failure("moments.py cannot be imported: no", public=True)
    checks = [check(verdict=Verdict.RAISED, failure=fault), check(part="1b", verdict=Verdict.RAISED, failure=fault)]
    shown = text_of(report_of(tiny, checks))

    assert shown.count("cannot be imported") == 1
    assert "1 more line fails the same way of parts 1a, 1b" in " ".join(shown.split())


def test_different_failures_are_told_each(tiny):
    """Two wrong values are two failures."""
    other = SMALL._replace(got="z = 1")
    shown = text_of(report_of(tiny, [check(), check(part="1b", failure=other)]))

    assert shown.count("replay") == 2


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_the_table_stays_readable_on_any_terminal(tiny, width):
    """No word of a claim, verdict or number is lost, and only the replay line, which is for copying, is longer."""
    shown = text_of(report_of(tiny, [check(), check(part="1b", verdict=Verdict.PASSED)]), width=width)
    lines = [line for line in shown.splitlines() if "replay" not in line]

    assert max(map(len, lines)) <= width
    for words in ("matches_reference", "2.5", "wrong", "value", "holds"):
        assert words in shown
    assert "    replay   gradelbo check 1a --case 7f3a01\n" in shown


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)],
)
def test_colour_is_for_terminals_and_for_those_who_ask(broken_handout, environment, coloured):
    """A pipe gets none, FORCE_COLOR brings it, NO_COLOR takes it away."""
    shown = at_home(broken_handout, "check", "1a", **environment).stdout

    assert (b"\x1b[31m" in shown or b"\x1b[1;31m" in shown) is coloured


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
def test_a_console_that_lacks_a_sign_gets_another(broken_handout, encoding):
    """No text of a student's ends the check with a traceback of ours."""
    done = at_home(broken_handout, "check", "1b", PYTHONIOENCODING=encoding)

    assert done.returncode == 1
    assert b"KeyError" in done.stdout
    assert done.stderr == b""


def test_a_handout_replays_with_the_command_that_works_there(broken_handout):
    """The printed line, typed in the handout's folder as it stands, shows the failure again."""
    first = at_home(broken_handout, "check", "1a").stdout.decode()
    line = first.split("replay   ")[1].splitlines()[0]
    again = at_home(broken_handout, *line.removeprefix("python -m autograder ").split())

    assert line.startswith("python -m autograder check 1a --case ")
    assert again.returncode == 1
    assert b"mean is not the right value" in again.stdout


def test_the_debugger_passes_by_the_machinery_of_a_handout(broken_handout):
    """The program lies below the student's folder there, and the first stop is in the student's file all the same."""
    case = at_home(broken_handout, "check", "1a").stdout.decode().split("--case ")[1].split()[0]
    command = [sys.executable, "-m", "autograder", "check", "1a", "--case", case, "--pdb"]
    done = subprocess.run(command, cwd=broken_handout, input=b"c\n", capture_output=True, check=False)

    assert b"moments.py(2)mean()" in done.stdout.split(b"(Pdb)")[0]
    assert b"-> return 0.0" in done.stdout


def test_a_fresh_handout_says_what_is_missing(handout):
    """Nothing is written yet: every part is missing, one line each says where, and there is nothing to replay."""
    done = at_home(handout, "check")

    assert done.returncode == 1
    assert done.stdout.count(b"missing: the function is not written yet (line ") == 3
    assert b"0 of 5.5 points' worth" in done.stdout
    assert b"replay" not in done.stdout


def test_a_handout_checks_the_students_files_and_not_its_own(tmp_path, tiny):
    """With the student's file gone, no file of the handout's machinery is taken for it."""
    make_handout(tiny, tmp_path)
    (tmp_path / "src" / "shapes.py").unlink()
    done = at_home(tmp_path, "check", "2")

    assert (tmp_path / "public" / "adapters" / "shapes.py").is_file()
    assert b"missing: shapes.py is not among your files" in done.stdout


def test_a_plain_process_is_said_once(run, submission, monkeypatch):
    """Where nothing shuts the code in, one line says so."""
    monkeypatch.setattr(desk_module, "level_of", lambda _: "process-only")

    assert run("--path", submission()).output.count("your code runs in a plain process here") == 1


@pytest.mark.parametrize(("handler", "sent"), [(signal.SIG_DFL, signal.SIGINT), (signal.SIG_IGN, signal.SIGTERM)])
def test_watching_ends_cleanly(broken_handout, handler, sent):
    """Ctrl-C ends a watch, SIGTERM one in the background: exit code 0, no traceback, of ours or of what it started."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "autograder", "check", "1a", "--watch"],
        cwd=broken_handout,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, handler),  # a job in the background ignores it
    )
    assert process.stdout is not None
    while b"Ctrl-C ends this" not in process.stdout.readline():
        assert process.poll() is None
    os.killpg(process.pid, sent) if sent is signal.SIGINT else process.send_signal(sent)
    out, err = process.communicate(timeout=60)

    assert process.returncode == 0
    assert b"stopped watching" in out
    assert err == b""


@pytest.mark.parametrize(
    "cell",
    [
        "%run -m autograder check 1a",
        "from autograder.notebook import check\ncheck('1a')",
        "from autograder.notebook import check\ncheck('9z')",
    ],
)
def test_a_notebooks_cell_prints_and_raises_nothing(broken_handout, cell):
    """In a cell the check prints what it would in a shell, replays included; no exit code becomes a traceback."""
    after = "\nprint('went on')"
    command = [sys.executable, "-m", "IPython", "--no-banner", "--colors=nocolor", "-c", cell + after]
    env = {**os.environ, "IPYTHONDIR": str(broken_handout / ".ipython")}
    done = subprocess.run(command, cwd=broken_handout, env=env, capture_output=True, text=True, check=False)

    assert "went on" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert "SystemExit" not in done.stdout + done.stderr
    assert ("there is no part 9z" in done.stderr) or ("%run -m autograder check 1a --case " in done.stdout)


def test_a_written_notebook_that_does_not_count_is_named(tiny, submission):
    """Where both twins are written the .py counts, and whoever works in the notebook hears of it."""
    folder = submission()
    book = {"cell_type": "code", "source": ["def mean(x):\n", "    return 0.0\n"]}
    (folder / "src" / "moments.ipynb").write_text(json.dumps({"nbformat": 4, "cells": [book]}))
    result = CliRunner().invoke(cli.main, ["check", "1a", "--path", str(folder)], obj=tiny.root)

    assert "what is written in src/moments.ipynb is not looked at" in " ".join(result.output.split())
