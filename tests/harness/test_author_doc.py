"""docs/author.md: its commands, run in order without any homework, end in a graded submission and two zips."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.errors import ManifestError
from autograder.manifest import read_homework

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "author.md").read_text(encoding="utf-8")
EXAMPLE = re.search(r"^```toml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
BLOCKS = re.findall(r"^```sh( exit 1)?\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """The machinery without a homework, and `gradelbo` and `python` on the path."""
    root = tmp_path_factory.mktemp("author") / "checkout"
    ignore = shutil.ignore_patterns("__pycache__")
    for folder in ("autograder", "docs"):
        shutil.copytree(ROOT / folder, root / folder, ignore=ignore)
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy2(path, root / path.name)
    (root / "tests/properties").mkdir(parents=True)
    for conftest in ("tests/conftest.py", "tests/properties/conftest.py"):
        shutil.copy(ROOT / conftest, root / conftest)
    programs = root.parent / "bin"
    programs.mkdir()
    for name, words in {"gradelbo": "-m autograder", "python": ""}.items():
        (programs / name).write_text(f'#!/bin/sh\nexec {sys.executable} {words} "$@"\n')
        (programs / name).chmod(0o755)
    return root, {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(root), "COLUMNS": "120"}


def test_the_keys_that_the_page_shows_are_those_of_a_part(tiny_copy):
    """The example of the rarer keys adds up, and differs from a real part only in that its files are not there."""
    assert EXAMPLE is not None
    manifest = tiny_copy / "reference/tiny_hw/homework.toml"
    answers = '[problems.answers]\nfile = "answers.json"\nkind = "answers"\n\n'
    text = EXAMPLE[1].replace('"2"', '"9"').replace('"mixture"', '"moments"').replace('needs = ["1"]', 'needs = ["1a"]')
    manifest.write_text(f"{manifest.read_text()}\n{answers}{text}")
    with pytest.raises(ManifestError) as caught:
        read_homework(manifest, tiny_copy)

    assert [re.sub(r"^.*?: ", "", fault) for fault in caught.value.faults] == [
        "there is no tests/properties/tiny_hw/moments/test_9.py",
        "there is no tests/properties/tiny_hw/answers/test_9.py",
        "there is no handed_in/answers.json beside the manifest: what the reference hands in",
    ]


def test_the_commands_of_the_page_lead_to_a_graded_submission(checkout):
    """Each block ends as it says; the audit names the deleted line; both zips are there; the submission has 5 of 5."""
    root, environment = checkout
    said = []
    for fails, commands in BLOCKS:
        done = subprocess.run(
            ["bash", "-ec", commands], cwd=root, env=environment, capture_output=True, text=True, check=False
        )
        said.append(done.stdout)
        assert done.returncode == (1 if fails else 0), f"{commands}\n{done.stdout}{done.stderr}"

    missed = next(text for (fails, _), text in zip(BLOCKS, said, strict=True) if fails)
    assert "-    logs -= logs.max(axis=1, keepdims=True)" in missed
    assert re.search(r"total\s+│ 5\s+│ 5", said[-1])
    assert sorted(path.name for path in (root / "dist").iterdir()) == ["em-hw1-gradescope.zip", "em-hw1-handout.zip"]
