"""The command line: exit codes, what goes to standard output, and results that survive everything."""

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder import cli
from autograder.engine.grader import Grader
from autograder.engine.submission import intake
from autograder.local.replay import replay_case
from autograder.scoring import gradescope

ROOT = Path(__file__).parents[2]
WRONG = "def mean(x): return 0.0\ndef standardize(x): return x\n"


@pytest.fixture
def run(tiny):
    """Runs a command on the tiny homework."""

    def command(*words: object):
        return CliRunner().invoke(cli.main, [str(word) for word in words], obj=tiny.root)

    return command


@pytest.mark.parametrize(
    ("option", "content", "sentence"),
    [
        ("--metadata", None, "there is no file"),
        ("--overrides", None, "cannot be read"),
        ("--overrides", "x = 1", "`x` is not a table of overrides"),
    ],
)
def test_policy_files_are_held_before_anything_is_graded(run, submission, tmp_path, option, content, sentence):
    """A path that leads nowhere, and a fault of the overrides, end with a sentence and not with a grade."""
    path = tmp_path / "file"
    if content is not None:
        path.write_text(content)
    result = run("grade", submission(), option, path)

    assert result.exit_code == 2
    assert sentence in result.output


@pytest.mark.parametrize("content", [None, "", "{}", "[]", '{"created_at": "yesterday"}'])
def test_inside_gradescope_no_metadata_keeps_a_submission_from_its_points(run, submission, tmp_path, content):
    """Metadata that is broken, or gone, is said to staff; the grade is what it is."""
    path = tmp_path / "submission_metadata.json"
    if content is not None:
        path.write_text(content)
    results = tmp_path / "results.json"
    run("grade", submission(), "--gradescope", "--results", results, "--metadata", path)

    assert json.loads(results.read_text())["score"] == 9


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_has_help_with_an_example(run, name):
    """`--help` of every command says what it does and shows one call."""
    text = run(name, "--help").output

    assert "Example: gradelbo" in text


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_is_in_the_tables_of_the_readme(name):
    """Whoever reads the README's tables meets every command, with a sentence on what it does."""
    rows = [line for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    cells = [row.strip("|").split(" | ") for row in rows]

    assert any(re.search(rf"`(gradelbo )?{name}\b", call) and len(told) > 10 for call, told, *_ in cells)


def test_full_points_exit_with_0(run, submission):
    """A submission that lost nothing ends with 0."""
    assert run("grade", submission()).exit_code == 0


def test_lost_points_exit_with_1(run, submission):
    """A submission that lost something ends with 1."""
    assert run("grade", submission(moments=WRONG)).exit_code == 1


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("grade", "."), 2, "there are: tiny-hw"),
        (("grade", ".", "--homework", "tiny-hw", "--part", "9z"), 2, "there is no part 9z"),
        (("check", "--case", "ffffff", "--homework", "tiny-hw"), 2, "no public case"),
        (("chek", "--homework", "tiny-hw"), 2, "Did you mean 'check'?"),
        (("diff",), 2, "Missing argument 'BEFORE'. Example: gradelbo diff 1 2"),
        (("check", "--path", "/nowhere", "--homework", "tiny-hw"), 3, "cannot be read"),
    ],
)
def test_a_wrong_call_says_what_there_is(run, words, code, sentence):
    """What is not there, be it homework, part, case, path, command or argument, gets a sentence and an exit code."""
    result = run(*words, *(["--homework", "none"] if words[0] == "grade" and "--homework" not in words else []))

    assert result.exit_code == code
    assert sentence in result.output


def test_a_path_that_is_not_there_is_a_slip_and_no_zero(run, tmp_path):
    """A mistyped path ends with 2, in one sentence, and writes no results."""
    result = run("grade", tmp_path / "nowhere", "--results", tmp_path / "results.json")

    assert result.exit_code == 2
    assert "there is nothing at" in result.output
    assert not (tmp_path / "results.json").exists()


def test_every_public_case_can_be_replayed(tiny, grader, submission):
    """Whatever case a failure names, `check --case` runs it, in its own part."""
    for part in ("1a", "1b", "2"):
        with Grader(tiny, parts=(part,), hidden=False) as one:
            for prop in one.properties:
                for case in one.banks.public.cases(prop):
                    assert replay_case(one, intake(submission()), case.id)


def test_an_archive_is_graded_as_the_folder_it_was_made_of(run, submission, tmp_path):
    """`gradelbo grade x.zip` and `gradelbo check --path x.zip` need nobody to unpack anything."""
    path = shutil.make_archive(str(tmp_path / "ps3"), "zip", submission())

    assert run("grade", path).exit_code == 0
    assert run("check", "--path", path).exit_code == 0


def test_what_is_only_called_an_archive_is_told_what_to_hand_in_instead(run, tmp_path):
    """A folder that holds nothing else has one sentence and exit code 3."""
    (tmp_path / "handed_in").mkdir()
    (tmp_path / "handed_in" / "ps3.zip").write_bytes(b"PK")
    result = run("grade", tmp_path / "handed_in")

    assert "ps3.zip is called an archive and is none; make a zip of only your own files" in result.output
    assert result.exit_code == 3


def test_nothing_to_grade_exits_with_3_and_still_writes_results(run, tmp_path):
    """A folder with none of the homework's files ends with 3 and leaves complete results that say so."""
    (tmp_path / "empty").mkdir()
    result = run("grade", tmp_path / "empty", "--results", tmp_path / "results.json")
    written = json.loads((tmp_path / "results.json").read_text())

    assert result.exit_code == 3
    assert [row["number"] for row in written["tests"]] == ["1a", "1b", "2", "3"]
    assert "nothing was handed in" in written["output"]


def test_json_prints_one_object_and_nothing_else(run, submission):
    """With --json standard output is the results, ready for another program."""
    printed = json.loads(run("grade", submission(), "--json").stdout)

    assert printed["score"] == 9.0


def test_gradescope_exits_0_and_leaves_valid_results_when_we_fail(run, submission, tmp_path, monkeypatch):
    """A crash of ours in Gradescope's image yields every row without a score and says it is not the student's fault."""
    monkeypatch.setattr("autograder.engine.pipeline.grade", lambda *_: 1 / 0)
    result = run("grade", submission(), "--results", tmp_path / "results.json", "--gradescope")
    written = json.loads((tmp_path / "results.json").read_text())

    assert result.exit_code == 0
    assert written["extra_data"]["internal"] is True
    assert all("score" not in row for row in written["tests"])
    assert "not your fault" in written["output"]


def test_a_broken_bank_is_internal_and_names_the_command_to_run(tiny_copy, submission):
    """A property that changed after the freeze is refused: exit 5, and `gradelbo freeze` is named."""
    path = tiny_copy / "tests/properties/tiny_hw/moments/test_1b.py"
    path.write_text(path.read_text() + "\n")
    result = CliRunner().invoke(cli.main, ["grade", str(submission())], obj=tiny_copy)

    assert result.exit_code == 5
    assert "gradelbo freeze tiny-hw" in result.output


def test_check_replays_the_case_that_a_failure_names(run, submission):
    """The last line of a failure is a command that shows the same failure again."""
    folder = submission(moments=WRONG)
    first = run("check", "1a", "--path", folder)
    case = first.output.split("--case ")[1].split()[0]
    again = run("check", "1a", "--path", folder, "--case", case)

    assert first.exit_code == again.exit_code == 1
    assert "mean is not the right value" in first.output
    assert "mean is not the right value" in again.output


def test_check_never_opens_the_hidden_bank(run, submission, monkeypatch):
    """A student's check works where no hidden case exists."""
    opened = []
    original = cli_bank_reader()
    monkeypatch.setattr("autograder.engine.grader.read_bank", lambda path: opened.append(path.name) or original(path))

    assert run("check", "--path", submission()).exit_code == 0
    assert opened == ["public.bank"]


def cli_bank_reader():
    """The function that reads banks."""
    from autograder.engine.bank import read_bank

    return read_bank


def test_a_results_file_is_only_ever_replaced_by_valid_results(tmp_path):
    """A total that is not the sum is refused before the old file is touched."""
    target = tmp_path / "results.json"
    gradescope.write(target, gradescope.fallback("wait"))
    before = target.read_bytes()
    wrong = gradescope.Results(score=5.0, tests=[gradescope.Row(name="a", number="1", score=1.0, max_score=1.0)])

    with pytest.raises(Exception, match="not the sum"):
        gradescope.write(target, wrong)

    assert target.read_bytes() == before


def test_an_installed_program_works_on_the_folder_one_is_in(tmp_path):
    """In a checkout or a handout it works on that, wherever it is called; installed, on the caller's folder."""
    assert cli.project() == cli.ROOT
    for name in ("reference", "public"):
        (tmp_path / name / name).mkdir(parents=True)
        assert cli.project(tmp_path / name, tmp_path) == tmp_path / name
    assert cli.project(tmp_path / "site-packages", tmp_path) == tmp_path
