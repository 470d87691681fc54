"""docs/student.md: every command that it shows works in a handout."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.engine.bank import read_bank
from autograder.engine.grader import PUBLIC
from autograder.engine.properties import load_properties
from autograder.manifest import find_homework
from autograder.scoring.gradescope import fallback, write
from tests.harness.handout import make_handout

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "student.md").read_text(encoding="utf-8")
BLOCKS = [
    code for language, code in re.findall(r"^```(\w*)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE) if not language
]
COMMANDS = sorted({line for block in BLOCKS for line in block.splitlines()})


@pytest.fixture(scope="module")
def handout(tmp_path_factory):
    """cs229-ps3 with part 2b solved, and a results file; the id of one of its cases."""
    homework = find_homework(ROOT, "cs229-ps3")
    folder = tmp_path_factory.mktemp("handout")
    make_handout(homework, folder)
    shutil.copy(homework.reference / "steps.py", folder / homework.problems["steps"].file)
    (folder / "answers.json").write_text('{"2b": {"latent": ["x"]}}')  # the check sees to its form alone
    write(folder / "results.json", fallback("Not yet.", [("2b", "E-step", 3.0)]))
    case = read_bank(homework.template / PUBLIC).cases(load_properties(homework, ("2b",))[0])[0].id
    return folder, case


def run(folder: Path, words: list[str]) -> subprocess.CompletedProcess[str]:
    """The command in the handout's folder, with this interpreter for `python`."""
    env = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    command = [sys.executable, *words[1:]]
    return subprocess.run(
        command, cwd=folder, env=env, input="c\n", capture_output=True, text=True, check=False, timeout=120
    )


def test_the_page_shows_commands():
    """A page without commands would pass all that follows."""
    assert len(COMMANDS) >= 12
    assert all(line.startswith("python -m autograder ") for line in COMMANDS)


@pytest.mark.parametrize("line", [line for line in COMMANDS if "--watch" not in line])
def test_a_command_of_the_page_works(handout, line):
    """In a handout with one problem solved: 0 where that problem was asked for, 1 where another one was too."""
    folder, case = handout
    done = run(folder, line.replace("7f3a01", case).split())
    solved = any(word in line for word in ("2b", "e_step", "show"))

    assert done.returncode == (0 if solved else 1), done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_every_option_of_check_is_on_the_page(handout):
    """What students can ask for, they can read about."""
    shown = run(handout[0], ["python", "-m", "autograder", "check", "--help"]).stdout
    options = set(re.findall(r"--[a-z]+", shown)) - {"--help", "--path", "--homework"}

    assert {option for option in options if option not in PAGE} == set()
