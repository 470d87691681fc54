"""`gradelbo new` and `gradelbo lint`: a problem to begin with is green, and every fault is told with its line."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from autograder import cli
from autograder.audit.audit import Plan, audit
from autograder.audit.report import gates
from autograder.author.begin import add_problem
from autograder.author.lint import faults_of, left_to_do
from autograder.build.contents import template_files
from autograder.cli import ROOT
from autograder.engine.bank import write_bank
from autograder.engine.freeze import make_banks
from autograder.engine.grader import HIDDEN, PUBLIC
from autograder.errors import UsageError
from autograder.manifest import find_homework


@pytest.fixture
def begun(tmp_path):
    """A root with a homework of one new problem, its banks frozen."""
    add_problem(tmp_path, "new-hw", "mixture", None)
    freeze(tmp_path)
    return tmp_path


def freeze(root):
    """Draws both banks of the new homework."""
    homework = find_homework(root, "new-hw")
    public, hidden = make_banks(homework, "any seed")
    write_bank(homework.template / PUBLIC, public)
    write_bank(homework.reference / HIDDEN, hidden)


def test_a_new_problem_passes_every_gate_and_can_be_handed_out(begun):
    """What `new` writes needs no change: it audits clean, its oracle holds, and the template is made from it."""
    homework = find_homework(begun, "new-hw")
    report = audit(homework, Plan(seeds=2), lambda _: None)
    oracle = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/oracles/new_hw"],
        cwd=begun, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": f"{begun}:{ROOT}", "PATH": "/usr/bin"},
    )  # fmt: skip

    assert [gate for gate in gates(report) if not gate.passed] == []
    assert oracle.returncode == 0, oracle.stdout
    assert b"raise NotImplementedError" in template_files(homework)["new_hw/mixture.py"]
    assert faults_of(begun, "new_hw") == []
    assert left_to_do(homework) == ["new-hw was never audited; run `gradelbo audit new-hw`"]


def test_a_second_problem_joins_the_homework(begun):
    """The manifest and the corpus grow, nothing in them is changed, and parts are numbered on."""
    before = (begun / "reference/new_hw/homework.toml").read_text()
    add_problem(begun, "new-hw", "steps", None)
    add_problem(begun, "new-hw", "figures", "7b")
    homework = find_homework(begun, "new-hw")

    assert list(homework.parts) == ["1", "2", "7b"]
    assert (begun / "reference/new_hw/homework.toml").read_text().startswith(before)


@pytest.mark.parametrize(
    ("place", "part", "says"),
    [
        ("new-hw/mixture", None, "is there already"),
        ("new-hw/steps", "1", "has a part 1 already"),
        ("New/steps", None, "no homework's id"),
        ("new-hw/student", None, "no problem's name"),
        ("new-hw/two words", None, "no problem's name"),
        ("new-hw/lambda", None, "no problem's name"),
        ("new-hw/math", None, "no problem's name"),
        ("3d-hw/steps", None, "no homework's id"),
        ("new-hw/steps", '1"x', "no part's id"),
        ("new-hw/steps", "../../up", "no part's id"),
    ],
)
def test_nothing_is_written_over(begun, place, part, says):
    """A name that is taken, or that cannot be a module's, is refused before anything is written."""
    before = sorted(begun.rglob("*"))
    with pytest.raises(UsageError, match=says):
        add_problem(begun, *place.split("/"), part)

    assert sorted(begun.rglob("*")) == before


MISTAKES = {
    "points that do not add up": (
        "reference/new_hw/homework.toml", "points = 5", "points = 6",
        "homework.toml:22: [parts.\"1\"]: `pays` gives 5", "pays = {",
    ),
    "a property that is not there": (
        "tests/properties/new_hw/mixture/test_1.py", "def test_rejects_empty_input", "def test_rejects_nothing",
        "has no function test_rejects_empty_input", "[parts.\"1\"]",
    ),
    "a marker misspelt": (
        "reference/new_hw/mixture.py", "    # END SOLUTION", "    # End solution", "must be spelt", "# End solution",
    ),
    "no solution region": (
        "reference/new_hw/mixture.py", " SOLUTION", " of it", "no solution region", "\"\"\"",
    ),
    "a corpus entry without a reason": (
        "tests/corpus/new_hw/expected.toml", "why = \"the exponentials as they are\"", "", "lacks the key why", "",
    ),
    "no oracle": (
        "tests/oracles/new_hw/test_mixture.py", "mixture", "another", "no oracle names it", "",
    ),
    "an oracle without a test": (
        "tests/oracles/new_hw/test_mixture.py", "def test_", "def no_", "no oracle names it", "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_every_fault_is_told_with_its_line(begun, mistake):
    """The command names file and line, shows the line, and exits with 1."""
    path, old, new, says, shows = MISTAKES[mistake]
    text = (begun / path).read_text()
    assert old in text
    (begun / path).write_text(text.replace(old, new))
    done = CliRunner().invoke(cli.main, ["lint", "new-hw"], obj=begun)

    assert done.exit_code == 1
    assert says in done.output
    assert shows in done.output
    assert "no fault" not in done.output


def test_every_command_names_the_same_line(begun):
    """One slip is one sentence, and `lint`, `freeze` and `audit` send an author to the same place, the key's line."""
    path = begun / "reference/new_hw/homework.toml"
    path.write_text(path.read_text().replace("survives_large_numbers = 1", "survives_large_numbers = 0"))
    line = next(i for i, row in enumerate(path.read_text().splitlines(), 1) if row.startswith("pays"))
    lint, *others = (
        CliRunner().invoke(cli.main, command, obj=begun)
        for command in (["lint", "new-hw"], ["freeze", "new-hw", "--pinned"], ["audit", "new-hw"])
    )

    assert lint.output.count("homework.toml") == 1
    assert lint.output.startswith(f'reference/new_hw/homework.toml:{line}: [parts."1"]: `pays` gives \'survives_large_')
    for done in others:
        assert done.exit_code == 2
        assert done.output.startswith(f"gradelbo: reference/new_hw/homework.toml:{line} [parts.")
        assert done.output.count("\n") == 1


def test_what_is_out_of_date_is_no_fault(begun):
    """A changed property file leaves two things to do, each with its command."""
    path = begun / "tests/properties/new_hw/mixture/test_1.py"
    path.write_text(path.read_text() + "\n# more to come\n")
    done = CliRunner().invoke(cli.main, ["lint"], obj=begun)

    assert done.exit_code == 0
    assert (
        "left to do: the public bank of new-hw was frozen before its suite changed; run `gradelbo freeze" in done.output
    )
    assert "left to do: new-hw was never audited" in done.output


def test_zips_are_packed_in_a_checkout(begun):
    """Elsewhere the lock and the entry for Gradescope are not at hand: a sentence says so, before anything is built."""
    done = CliRunner().invoke(cli.main, ["build", "new-hw", "--unaudited", "--gradescope"], obj=begun)

    assert done.exit_code == 2
    assert "packed in a checkout" in done.output
    assert not (begun / "student_template/new_hw/new_hw").exists()
