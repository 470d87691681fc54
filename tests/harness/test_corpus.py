"""The grader is graded: every corpus submission gets the points that it must, through the real path."""

import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from autograder.audit.concern import asked, grader_for
from autograder.audit.corpus import Entry, read_corpus
from autograder.engine.grader import Grader
from autograder.engine.pipeline import grade
from autograder.engine.properties import Property, load_properties
from autograder.manifest import Homework, find_homework, homeworks

ROOT = Path(__file__).parents[2]
HOMEWORKS: dict[str, Homework] = {name: find_homework(ROOT, name) for name in homeworks(ROOT)}
CORPORA: dict[str, dict[str, Entry]] = {name: read_corpus(homework) for name, homework in HOMEWORKS.items()}
PROPERTIES: dict[str, tuple[Property, ...]] = {name: load_properties(homework) for name, homework in HOMEWORKS.items()}
# real mistakes seen in files of students, by the codes of the notes on them: E and M steps, semi-supervised EM, the
# objective and the loop, the linear Gaussian model; those of transformers, VAEs and noisy-OR belong to other homeworks
REAL = {
    *(f"M{i}" for i in range(1, 12)),
    *(f"S{i}" for i in range(1, 13)),
    *(f"L{i}" for i in range(1, 19)),
    *(f"G{i}" for i in range(1, 6)),
}


class Case(NamedTuple):
    """An entry of the corpus and the homework that it is handed in for."""

    homework: str
    entry: Entry


CASES = [Case(name, entry) for name, entries in CORPORA.items() for entry in entries.values()]


def shown(case: Case) -> str:
    """A case's name in pytest's output."""
    return f"{case.homework}:{case.entry.name}"


def sampled(one_in: int) -> list[Case]:
    """One entry in so many, always the same ones, whatever else the corpus holds."""
    return [case for case in CASES if zlib.crc32(shown(case).encode()) % one_in == 0]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every entry is looked at; graded is the sample that --corpus asks for."""
    if "graded" in metafunc.fixturenames:
        metafunc.parametrize("graded", sampled(metafunc.config.getoption("corpus")), ids=shown)


each = pytest.mark.parametrize("case", CASES, ids=shown)


@pytest.mark.parametrize("homework", sorted(CORPORA))
def test_a_corpus_is_the_same_whenever_it_is_read(homework):
    """An audit remembers what it found by what was handed in, and that is made of the same bytes each time."""
    again = read_corpus(HOMEWORKS[homework])

    assert {name for name, entry in again.items() if entry.digest != CORPORA[homework][name].digest} == set()


@pytest.fixture(scope="module")
def grader_of() -> Iterator[Callable[[str], Grader]]:
    """Gives one grader for each corpus, as a regrade has, made when first asked for."""
    found: dict[str, Grader] = {}

    def make(name: str) -> Grader:
        if name not in found:
            found[name] = Grader(HOMEWORKS[name])
        return found[name]

    yield make
    for grader in found.values():
        grader.close()


def lay_out(entry: Entry, folder: Path) -> None:
    """Writes what the entry hands in."""
    folder.mkdir()
    for path, data in entry.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)


def most(case: Case) -> dict[str, float]:
    """The points that each part can earn with the files that are handed in, without scripts that it is not about.

    To a whole mutant the files that it leaves out are lost.
    """
    homework, entry = HOMEWORKS[case.homework], case.entry
    lost = entry.whole and not entry.right
    here = {name for name, p in homework.problems.items() if lost or entry.submission.locate(p.file).path}
    judging = [p for p in asked(homework, entry, PROPERTIES[case.homework]) if here.issuperset(p.problems)]
    return {
        part.id: round(sum(part.pays.get(p.name, 0) for p in judging if p.part.id == part.id), 6)
        for part in homework.parts.values()
    }


def test_the_corpus_gets_the_points_it_must(graded, grader_of, tmp_path):
    """Right submissions lose nothing, however they are written; each mutant loses what its mistake costs."""
    entry = graded.entry
    lay_out(entry, tmp_path / entry.name)
    run = grade(grader_for(grader_of(graded.homework), entry), tmp_path / entry.name, tmp_path / "results.json")
    earned = {score.part.id: score.earned for score in run.scores if score.part.pays}

    assert entry.amiss(earned) == [], "\n".join(row.output for row in run.results.tests)


@each
def test_an_entry_claims_something(case):
    """Every entry says why it is there and what it must get; a right one gets everything, a mutant loses something."""
    entry, reachable = case.entry, most(case)
    bounds = {**entry.points, **entry.at_most}

    assert entry.why
    assert set(bounds) | set(entry.at_least) <= set(reachable)
    if entry.right:
        assert bounds
        assert all(points == reachable[part] for part, points in entry.points.items())
    else:
        assert any(points < reachable[part] for part, points in bounds.items())


@pytest.mark.parametrize("name", CORPORA)
def test_every_corpus_has_both_kinds(name):
    """There are right submissions of every problem of a homework, in all of its parts, and mutants of every part."""
    mine = [case.entry for case in CASES if case.homework == name]
    graded = [part for part in HOMEWORKS[name].parts.values() if part.pays]
    right = {(entry.problem, part) for entry in mine if entry.right for part in entry.points}
    lost = {part for entry in mine if not entry.right for part in {**entry.points, **entry.at_most}}

    assert {(problem, part.id) for part in graded for problem in part.problems} <= right
    assert {part.id for part in graded} <= lost


def test_every_real_mistake_has_an_entry():
    """Each kind of mistake that was seen in students' files for these functions is in the corpus, by its code."""
    named = {code for entry in CORPORA["cs229-ps3"].values() for code in re.findall(r"\b[MSLG]\d+\b", entry.why)}

    assert named == REAL
