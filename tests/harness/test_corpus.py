"""The grader is graded: every corpus submission gets the points that it must, through the real path."""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from autograder.engine.grader import Grader
from autograder.engine.pipeline import grade
from autograder.manifest import Homework, find_homework, homeworks

ROOT = Path(__file__).parents[2]
CORPORA = {name: ROOT / "tests" / "corpus" / name.replace("-", "_") for name in homeworks(ROOT)}
KEYS = {
    "why", "problem", "file", "replace", "folder", "rest", "missing",
    "points", "points_at_most", "points_at_least", "loses",
}  # fmt: skip


class Entry(NamedTuple):
    """One submission of a homework's corpus: its name there, and its table."""

    homework: str
    name: str
    table: dict[str, Any]


TABLES: dict[str, dict[str, dict[str, Any]]] = {
    homework: tomllib.loads((corpus / "expected.toml").read_text(encoding="utf-8"))
    for homework, corpus in CORPORA.items()
}
EVERY = [Entry(homework, name, table) for homework, tables in TABLES.items() for name, table in tables.items()]
each = pytest.mark.parametrize("entry", EVERY, ids=[f"{entry.homework}:{entry.name}" for entry in EVERY])


@pytest.fixture(scope="module")
def grader_of() -> Iterator[Callable[[str], Grader]]:
    """Gives one grader for each corpus, as a regrade has, made when first asked for."""
    found: dict[str, Grader] = {}

    def make(name: str) -> Grader:
        if name not in found:
            found[name] = Grader(find_homework(ROOT, name))
        return found[name]

    yield make
    for grader in found.values():
        grader.close()


def lay_out(table: dict[str, Any], homework: Homework, folder: Path) -> None:
    """Writes what an entry hands in: one file, or a whole submission with the rest taken from base/."""
    folder.mkdir()
    corpus = CORPORA[homework.id]
    if "folder" in table:
        source = corpus / table["folder"]
        for path in sorted(p for p in source.rglob("*") if p.is_file()):
            put(folder / path.relative_to(source), path.read_bytes())
        missing = table.get("missing", [])
        for name, problem in homework.problems.items():
            if table.get("rest") == "base" and name not in missing and not (folder / problem.file).exists():
                put(folder / problem.file, (corpus / "base" / f"{name}.py").read_bytes())
        return
    name = table["problem"]
    text = (corpus / table.get("file", f"base/{name}.py")).read_text(encoding="utf-8")
    for old, new in table.get("replace", []):
        assert text.count(old) == 1, f"{old!r} must stand exactly once in base/{name}.py"
        text = text.replace(old, new)
    compile(text, f"{name}.py", "exec", dont_inherit=True)
    put(folder / homework.problems[name].file, text.encode())


def put(path: Path, data: bytes) -> None:
    """Writes a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def amiss(table: dict[str, Any], earned: dict[str, float | None]) -> list[str]:
    """How the points, to a millionth, differ from what the entry must get."""
    exact = [f"{p}: {earned[p]} instead of {n}" for p, n in table.get("points", {}).items() if earned[p] != n]
    above = [f"{p}: {earned[p]}, at most {n}" for p, n in table.get("points_at_most", {}).items() if not earned[p] <= n]
    below = [
        f"{p}: {earned[p]}, at least {n}" for p, n in table.get("points_at_least", {}).items() if not earned[p] >= n
    ]
    return exact + above + below


def most(entry: Entry, homework: Homework) -> dict[str, float]:
    """The points that each part can earn with the problems that the entry hands in."""
    problem = entry.table.get("problem")
    return {
        part.id: round(sum(pays for name, pays in part.pays.items() if problem in (None, part.problem_of(name))), 6)
        for part in homework.parts.values()
    }


@each
def test_the_corpus_gets_the_points_it_must(entry, grader_of, tmp_path):
    """Right submissions lose nothing, however they are written; each mutant loses what its mistake costs."""
    grader = grader_of(entry.homework)
    lay_out(entry.table, grader.homework, tmp_path / entry.name)
    run = grade(grader, tmp_path / entry.name, tmp_path / "results.json")
    earned = {
        score.part.id: None if score.earned is None else round(score.earned, 6)
        for score in run.scores
        if score.part.pays
    }

    assert amiss(entry.table, earned) == [], "\n".join(row.output for row in run.results.tests)


@each
def test_an_entry_claims_something(entry):
    """Every entry says why it is there and what it must get, in keys that mean something; a mutant loses points."""
    table, reachable = entry.table, most(entry, find_homework(ROOT, entry.homework))
    bounds = table.get("points", {}) | table.get("points_at_most", {})

    assert set(table) - KEYS == set()
    assert table["why"]
    assert set(bounds) | set(table.get("points_at_least", {})) <= set(reachable)
    if entry.name.startswith("right_"):
        assert all(table["points"].values())
        assert all(points <= reachable[part] for part, points in table["points"].items())
    elif entry.name.startswith("mutant_"):
        assert any(points < reachable[part] for part, points in bounds.items())


@pytest.mark.parametrize("name", CORPORA)
def test_every_corpus_has_both_kinds(name):
    """There are right submissions of every problem of a homework, with full points in all of its parts, and mutants."""
    homework = find_homework(ROOT, name)
    mine = [entry for entry in EVERY if entry.homework == name]
    right = {entry.table.get("problem") for entry in mine if entry.name.startswith("right_")}
    full = {
        (entry.table.get("problem"), part)
        for entry in mine
        if entry.name.startswith("right_")
        for part, points in entry.table["points"].items()
        if points == most(entry, homework)[part]
    }
    lost = {
        part
        for entry in mine
        if entry.name.startswith("mutant_")
        for part in entry.table.get("points", {}) | entry.table.get("points_at_most", {})
    }

    assert set(homework.problems) <= right
    graded = [part for part in homework.parts.values() if part.pays]
    assert {(problem, part.id) for part in graded for problem in part.problems} <= full
    assert {part.id for part in graded} <= lost
