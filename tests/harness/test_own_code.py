"""What the suite's own code raises on what came back: staff read which, and where; a student reads neither."""

import inspect
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from markupsafe import escape

from autograder import cli
from autograder.audit.steady import Loss, Stability
from autograder.engine.bank import write_bank
from autograder.engine.freeze import make_banks
from autograder.engine.grader import HIDDEN, PUBLIC
from autograder.engine.properties import load_properties
from autograder.engine.run import _own_words
from autograder.manifest import find_homework

TINY = Path(__file__).parent / "tiny"
TEST = "tests/properties/tiny_hw/moments/test_1a.py"
SLIP = '    assert_close(0.0 + student.mean(x), reference.mean(x), what="mean")\n'
LISTS = "def mean(x):\n    if len(x) == 0:\n        raise ValueError\n    return [sum(x) / len(x)]\n"
SAID = "TypeError at {}:{}: unsupported operand type(s) for +: 'float' and 'list'"


@pytest.fixture
def slipped(tiny_copy):
    """A homework whose property calculates with what came back, its banks frozen; and the line where it does."""
    path = tiny_copy / TEST
    line = '    assert_close(student.mean(x), reference.mean(x), what="mean")\n'
    text = path.read_text()
    assert line in text
    path.write_text(text.replace(line, SLIP))
    homework = find_homework(tiny_copy, "tiny-hw")
    public, hidden = make_banks(homework, "any seed")
    write_bank(homework.template / PUBLIC, public)
    write_bank(homework.reference / HIDDEN, hidden)
    number = path.read_text().splitlines().index(SLIP.rstrip("\n")) + 1
    return tiny_copy, SAID.format(TEST, number)


def test_grade_and_check_tell_staff_and_nobody_else(slipped, submission, tmp_path):
    """The exception, its message and the suite's line stand on standard error and in `extra_data`, in no row."""
    root, said = slipped
    folder, results = submission(moments=LISTS), tmp_path / "results.json"
    grade = CliRunner().invoke(
        cli.main, ["grade", str(folder), "--results", str(results), "--allow-level", "process-only"], obj=root
    )
    check = CliRunner().invoke(cli.main, ["check", "1a", "--path", str(folder)], obj=root)
    data = json.loads(results.read_text())
    stored = data["extra_data"].pop("stored")
    kept = {check["part"] + check["name"]: check.get("raised", "") for check in stored["checks"]}

    assert f"for staff: 1a.matches_reference: the property itself raised {said}" in grade.stderr
    assert f"for staff: 1a.matches_reference: the property itself raised {said}" in check.output
    assert said not in grade.stdout
    assert "TypeError" not in json.dumps(data)
    assert kept["1amatches_reference"] == said


def test_the_report_of_a_regrade_tells_staff_and_nobody_else(slipped, submission, tmp_path):
    """The ledger keeps the exception; the class's and the staff's page say it, the student's page does not."""
    root, said = slipped
    runs, pages = tmp_path / "runs", tmp_path / "pages"
    (tmp_path / "class").mkdir()
    submission(moments=LISTS).rename(tmp_path / "class/ada")
    for words in (
        ["regrade", str(tmp_path / "class"), "--out", str(runs), "--jobs", "1", "--allow-level", "process-only"],
        ["report", str(pages), "--runs", str(runs)],
    ):
        done = CliRunner().invoke(cli.main, words, obj=root)
        assert done.exit_code == 0, done.output
    (staff,), (student,) = (list((pages / folder).iterdir()) for folder in ("staff", "students"))

    assert escape(said) in staff.read_text()
    assert escape(said) in (pages / "index.html").read_text()
    assert "TypeError" not in student.read_text()


def test_an_audit_says_it_once():
    """The same loss under many banks is one line that names them."""
    loss = f"1a.mean (malformed; the property itself raised {SAID})"
    steady = Stability(5, {"right_base": [Loss(i, loss) for i in range(5)], "right_b": []})
    some = Stability(6, {"right_base": [Loss(i, loss if i < 3 else "2.walk (wrong)") for i in (0, 1, 2, 4)]})

    assert steady.folded("right_base") == [f"{loss} under every bank"]
    assert steady.folded("right_b") == []
    assert some.folded("right_base") == [f"{loss} under bank 0-2", "2.walk (wrong) under bank 4"]


@pytest.mark.parametrize(
    ("error", "public", "told"),
    [
        (TypeError("no + for 'list'"), True, ": no + for 'list'"),
        (KeyError("0.3455839157104492"), False, ""),
        (KeyError(frozenset({"mean", "std"})), True, ""),
        (ValueError("k" * 1000), True, f": {'k' * 200}"),
        (ValueError(), True, ""),
    ],
)
def test_a_message_tells_no_hidden_value_and_is_the_same_in_every_run(error, public, told):
    """The class and the line always stand first; of a hidden case nothing follows, nor what has no order."""
    prop = load_properties(find_homework(TINY, "tiny-hw"))[0]

    said = _own_words(prop, error, public=public)

    where = "/".join(Path(inspect.unwrap(prop.inner).__code__.co_filename).parts[-5:])
    assert said == f"{type(error).__name__} at {where}:?{told}"
