"""What `pip install .` installs: the machinery and its command, and nothing that is secret."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("autograder", "reference", "student_template", "tests")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The names in a wheel that is built from a copy of the project, as pip builds it."""
    copy = tmp_path_factory.mktemp("project")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy / name)
    for name in FOLDERS:
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.zip"))
    built = subprocess.run(
        [sys.executable, "-c", "from setuptools import build_meta; print(build_meta.build_wheel('.'))"],
        cwd=copy,
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr
    with zipfile.ZipFile(copy / built.stdout.splitlines()[-1]) as archive:
        yield {info.filename: archive.read(info) for info in archive.infolist()}


def test_the_wheel_holds_the_machinery_and_its_command(wheel):
    """Every module of autograder/, what it reads beside them, and the command `gradelbo`."""
    tracked = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "autograder").rglob("*")
        if path.is_file() and path.suffix not in {".pyc", ".md"}
    }
    (entry,) = (data for name, data in wheel.items() if name.endswith("/entry_points.txt"))

    assert tracked - wheel.keys() == set()
    assert b"gradelbo = autograder.cli:main" in entry


def test_the_wheel_holds_no_reference_test_or_bank(wheel):
    """Beside the machinery there is only the wheel's own account of itself."""
    elsewhere = {name for name in wheel if not name.startswith(("autograder/", "gradelbo-"))}

    assert elsewhere == set()
    assert [name for name in wheel if name.endswith((".bank", "seed.txt", "homework.toml"))] == []
