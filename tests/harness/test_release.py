"""What a release says of itself: one version, and a changelog that knows it."""

import re
import tomllib
from pathlib import Path

from autograder import __version__

ROOT = Path(__file__).parents[2]
HEADING = re.compile(r"^## (Unreleased|(\d+\.\d+\.\d+) - (\d{4}-\d\d-\d\d))$")


def headings() -> list[str]:
    """The second-level headings of the changelog, without their marks."""
    lines = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("## ")]


def test_the_version_is_written_once():
    """The package says its version, and its metadata take it from there."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    assert "version" not in project["project"]
    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "autograder.__version__"}
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)


def test_the_changelog_knows_the_version():
    """What is unreleased stands first, below it releases with their days, newest first, of which this is the newest."""
    found = [HEADING.match(line) for line in headings()]

    assert all(found), headings()
    assert headings()[0] == "## Unreleased"
    released = [match for match in found if match and match[2]]
    assert released[0][2] == __version__
    days = [match[3] for match in released]
    assert days == sorted(days, reverse=True)
    assert len({match[2] for match in released}) == len(released)
