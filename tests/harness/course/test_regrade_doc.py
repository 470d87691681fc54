"""docs/regrade.md: its commands, run in order on a small class, do what the page says."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder import cli
from autograder.course.deciding import read_decisions
from tests.harness.course.conftest import TINY
from tests.harness.course.synthetic import students, write_export

PAGE = (Path(__file__).parents[3] / "docs" / "regrade.md").read_text(encoding="utf-8")
FOUND = re.findall(r"^```(sh|toml|csv)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
FIRST, WITH_ROSTER = (text for kind, text in FOUND if kind == "sh")
BLOCKS = dict(FOUND)


@pytest.fixture
def course(tmp_path, tiny, monkeypatch):
    """A folder with the export that the page speaks of."""
    drawn = [s for s in students(tiny, 30, 3) if s.kind in ("right", "mutant") and s.there and s.named][:2]
    write_export(drawn, tmp_path, zipped=True, output=20).rename(tmp_path / "assignment_123_export.zip")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def carried_out(block):
    """What the commands of a block print, by their names; each ends well."""
    said = {}
    for line in block.splitlines():
        words = [word.replace("cs229-ps3", "tiny-hw") for word in shlex.split(line, comments=True)[1:]]
        found = CliRunner().invoke(cli.main, words, obj=TINY)
        assert found.exit_code == 0, (words, found.output)
        said[words[0]] = found.output
    return said


def test_a_folder_of_ones_own_is_told_apart_by_the_roster(tmp_path, monkeypatch):
    """With the page's two students its commands name both, compare their files, and give each a row."""
    for name in ("ada", "0072"):
        (tmp_path / "class" / name / "src").mkdir(parents=True)
        (tmp_path / "class" / name / "src/moments.py").write_text("def mean(x):\n    return 0.0\n")
    (tmp_path / "roster.csv").write_text(BLOCKS["csv"])
    monkeypatch.chdir(tmp_path)
    said = carried_out(WITH_ROSTER)

    assert list(said) == ["regrade", "report", "gradebook"]
    assert "ada  Ada Lovelace" in said["regrade"]
    assert "0072  Bob Moss" in said["regrade"]
    assert 'id="alike"' in (tmp_path / "pages-fall/index.html").read_text()
    assert sorted(row.split(",")[:3] for row in (tmp_path / "fall.csv").read_text().splitlines()[1:]) == [
        ["Ada", "Lovelace", "0071"],
        ["Bob", "Moss", "0072"],
    ]


def test_the_commands_of_the_page_work_in_order(course):
    """Each ends well; then the report, the pages for grading by hand and the gradebook are there."""
    said = carried_out(FIRST)

    assert list(said) == ["regrade", "report", "notebooks", "rescore", "diff", "gradebook"]
    assert "2 graded" in said["regrade"]
    assert "nothing changed" in said["diff"]
    for name in ("pages/index.html", "by_hand/index.html", "by_hand/overrides.toml", "scores.csv"):
        assert (course / name).is_file(), name


def test_the_table_of_the_page_is_read(course, tiny):
    """What the page shows to be written into overrides.toml decides what it says."""
    (course / "overrides.toml").write_text(BLOCKS["toml"].replace("3e", "1b"))
    (override,) = read_decisions(course / "overrides.toml", tiny).students.values()

    assert override.by_hand == {"1b": 0.5}
