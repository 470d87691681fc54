"""docs/migrate.md: its commands, run in order beside the bank's suite, do what the page says."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.harness.suite_runs import SUITES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "migrate.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh(?: exit (\d))?\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
PATCHED = "from unittest.mock import patch\nimport ledger\n@patch('ledger.parse')\ndef test_it(p): ledger.parse('')\n"


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The folder in which all blocks ran, and what each printed; each ends as it says."""
    root = tmp_path_factory.mktemp("migrate") / "checkout"
    for folder in ("autograder", "docs"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy2(path, root / path.name)
    shutil.copytree(SUITES / "bank/source", root / "source")
    (root / "right").mkdir()
    shutil.copy(SUITES / "bank/submissions/right.py", root / "right/ledger.py")
    (root / "patched").mkdir()
    (root / "patched/test_it.py").write_text(PATCHED)
    programs = root.parent / "bin"
    programs.mkdir()
    (programs / "gradelbo").write_text(f'#!/bin/sh\nexec {sys.executable} -m autograder "$@"\n')
    (programs / "gradelbo").chmod(0o755)
    environment = {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(root), "COLUMNS": "120"}
    said = []
    for code, commands in BLOCKS:
        words = ["bash", "-ec", commands]
        done = subprocess.run(words, cwd=root, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == int(code or 0), f"{commands}\n{done.stdout}{done.stderr}"
        said.append(done.stdout + done.stderr)
    return root, said


def test_the_suite_moves_over_unchanged(ran):
    """All points for the right submission, the student's page, a refusal with its line, a homework to begin with."""
    root, said = ran

    assert "total 28 / 28" in said[0]
    assert "Histories of deposits" not in said[1]  # after_published
    assert "(10" not in said[1]
    assert "test_it.py:3: ledger.parse is patched" in said[2]
    assert (root / "reference/bank_hw1/homework.toml").is_file()


def test_the_zip_grades_inside_gradescope(ran, tmp_path):
    """What is uploaded grades a submission as the command did, and leaves valid results."""
    root, _ = ran
    scope = tmp_path / "autograder"
    with zipfile.ZipFile(root / "dist/bank-gradescope.zip") as archive:
        archive.extractall(scope / "source")
    (scope / "source/run_autograder").chmod(0o755)
    (scope / "source/.venv").symlink_to(ROOT / ".venv", target_is_directory=True)
    shutil.copytree(root / "right", scope / "submission")
    scope.chmod(0o755)
    done = subprocess.run(
        [str(scope / "source/run_autograder")],
        env={**os.environ, "GRADESCOPE_ROOT": str(scope)},
        capture_output=True,
        text=True,
        check=False,
    )
    results = json.loads((scope / "results/results.json").read_text())

    assert done.returncode == 0
    assert results["score"] == 28, done.stdout + done.stderr
    assert results["visibility"] == "visible"
    assert "internal" not in results["extra_data"] or not results["extra_data"]["internal"]
