"""The grader is graded: every corpus submission gets the points that it must, through the real path."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.engine.grader import Grader
from autograder.engine.pipeline import grade
from autograder.manifest import Homework, find_homework

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "tests" / "corpus" / "cs229_ps3"
ENTRIES: dict[str, dict[str, Any]] = tomllib.loads((CORPUS / "expected.toml").read_text(encoding="utf-8"))
KEYS = {
    "why", "problem", "file", "replace", "folder", "rest", "missing",
    "points", "points_at_most", "points_at_least", "loses",
}  # fmt: skip


@pytest.fixture(scope="module")
def homework() -> Homework:
    """The homework that the corpus belongs to."""
    return find_homework(ROOT, "cs229-ps3")


@pytest.fixture(scope="module")
def grader(homework: Homework) -> Iterator[Grader]:
    """One grader for the whole corpus, as a regrade has."""
    with Grader(homework) as found:
        yield found


def lay_out(entry: dict[str, Any], homework: Homework, folder: Path) -> None:
    """Writes what the entry hands in: one file, or a whole submission with the rest taken from base/."""
    folder.mkdir()
    if "folder" in entry:
        source = CORPUS / entry["folder"]
        for path in sorted(p for p in source.rglob("*") if p.is_file()):
            put(folder / path.relative_to(source), path.read_bytes())
        missing = entry.get("missing", [])
        for name, problem in homework.problems.items():
            if entry.get("rest") == "base" and name not in missing and not (folder / problem.file).exists():
                put(folder / problem.file, (CORPUS / "base" / f"{name}.py").read_bytes())
        return
    name = entry["problem"]
    text = (CORPUS / entry.get("file", f"base/{name}.py")).read_text(encoding="utf-8")
    for old, new in entry.get("replace", []):
        assert text.count(old) == 1, f"{old!r} must stand exactly once in base/{name}.py"
        text = text.replace(old, new)
    compile(text, f"{name}.py", "exec", dont_inherit=True)
    put(folder / homework.problems[name].file, text.encode())


def put(path: Path, data: bytes) -> None:
    """Writes a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def amiss(entry: dict[str, Any], earned: dict[str, float | None]) -> list[str]:
    """How the points differ from what the entry must get."""
    exact = [f"{p}: {earned[p]} instead of {n}" for p, n in entry.get("points", {}).items() if earned[p] != n]
    above = [f"{p}: {earned[p]}, at most {n}" for p, n in entry.get("points_at_most", {}).items() if not earned[p] <= n]
    below = [
        f"{p}: {earned[p]}, at least {n}" for p, n in entry.get("points_at_least", {}).items() if not earned[p] >= n
    ]
    return exact + above + below


@pytest.mark.parametrize("name", ENTRIES)
def test_the_corpus_gets_the_points_it_must(name, grader, homework, tmp_path):
    """Right submissions lose nothing, however they are written; each mutant loses what its mistake costs."""
    lay_out(ENTRIES[name], homework, tmp_path / name)
    run = grade(grader, tmp_path / name, tmp_path / "results.json")
    earned = {score.part.id: score.earned for score in run.scores if score.part.pays}

    assert amiss(ENTRIES[name], earned) == [], "\n".join(row.output for row in run.results.tests)


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_claims_something(name, homework):
    """Every entry says why it is there and what it must get, in keys that mean something; a mutant loses points."""
    entry = ENTRIES[name]
    most = {part.id: part.automatic for part in homework.parts.values()}
    bounds = entry.get("points", {}) | entry.get("points_at_most", {})

    assert set(entry) - KEYS == set()
    assert entry["why"]
    assert set(bounds) | set(entry.get("points_at_least", {})) <= set(most)
    if name.startswith("right_"):
        assert all(entry["points"].values())
    elif name.startswith("mutant_"):
        assert any(points < most[part] for part, points in bounds.items())


def test_the_corpus_has_both_kinds():
    """There are right submissions of every problem and mutants of every part."""
    right = {entry.get("problem") for name, entry in ENTRIES.items() if name.startswith("right_")}
    lost = {
        part
        for name, entry in ENTRIES.items()
        if name.startswith("mutant_")
        for part in entry.get("points", {}) | entry.get("points_at_most", {})
    }

    assert {"steps", "gmm", "analysis", "lgm"} <= right
    assert {"2b", "2c", "2d", "2e", "3a", "3c", "3d", "3e"} <= lost
