"""The grader is graded: every corpus submission gets the points that it must, through the real path."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.audit.corpus import Entry, read_corpus
from autograder.engine.grader import Grader
from autograder.engine.pipeline import grade
from autograder.manifest import Homework, find_homework

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "tests" / "corpus" / "cs229_ps3"
TABLES: dict[str, dict[str, Any]] = tomllib.loads((CORPUS / "expected.toml").read_text(encoding="utf-8"))
ENTRIES: dict[str, Entry] = read_corpus(find_homework(ROOT, "cs229-ps3"))
# real mistakes seen in files of students, by the codes of the notes on them: E and M steps, semi-supervised EM, the
# objective and the loop, the linear Gaussian model; those of transformers, VAEs and noisy-OR belong to other homeworks
REAL = {
    *(f"M{i}" for i in range(1, 12)),
    *(f"S{i}" for i in range(1, 13)),
    *(f"L{i}" for i in range(1, 19)),
    *(f"G{i}" for i in range(1, 6)),
}


@pytest.fixture(scope="module")
def homework() -> Homework:
    """The homework that the corpus belongs to."""
    return find_homework(ROOT, "cs229-ps3")


@pytest.fixture(scope="module")
def grader(homework: Homework) -> Iterator[Grader]:
    """One grader for the whole corpus, as a regrade has."""
    with Grader(homework) as found:
        yield found


def lay_out(entry: Entry, folder: Path) -> None:
    """Writes what the entry hands in."""
    folder.mkdir()
    for path, data in entry.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)


@pytest.mark.parametrize("name", ENTRIES)
def test_the_corpus_gets_the_points_it_must(name, grader, tmp_path):
    """Right submissions lose nothing, however they are written; each mutant loses what its mistake costs."""
    lay_out(ENTRIES[name], tmp_path / name)
    run = grade(grader, tmp_path / name, tmp_path / "results.json")
    earned = {score.part.id: score.earned for score in run.scores if score.part.pays}

    assert ENTRIES[name].amiss(earned) == [], "\n".join(row.output for row in run.results.tests)


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_claims_something(name, homework):
    """Every entry says why it is there and what it must get; a right one gets everything, a mutant loses something."""
    entry = ENTRIES[name]
    most = {part.id: part.automatic for part in homework.parts.values()}
    bounds = {**entry.points, **entry.at_most}

    assert entry.why
    assert set(bounds) | set(entry.at_least) <= set(most)
    if entry.right:
        assert bounds
        assert all(points == most[part] for part, points in entry.points.items())
    else:
        assert any(points < most[part] for part, points in bounds.items())


def test_the_corpus_has_both_kinds():
    """There are right submissions of every problem and mutants of every part."""
    right = {entry.problem for entry in ENTRIES.values() if entry.right}
    lost = {part for entry in ENTRIES.values() if not entry.right for part in {**entry.points, **entry.at_most}}

    assert {"steps", "gmm", "analysis", "lgm"} <= right
    assert {"2b", "2c", "2d", "2e", "3a", "3c", "3d", "3e"} <= lost


def test_every_real_mistake_has_an_entry():
    """Each kind of mistake that was seen in students' files for these functions is in the corpus, by its code."""
    named = {code for table in TABLES.values() for code in re.findall(r"\b[MSLG]\d+\b", table["why"])}

    assert named == REAL
