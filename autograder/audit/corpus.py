"""The corpus of a homework: submissions written by hand, each with the points it must get."""

import hashlib
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from autograder.audit.module import module_of
from autograder.engine.submission import Submission
from autograder.errors import UsageError
from autograder.manifest import Homework

__all__ = ["KEYS", "Entry", "corpus_of", "read_corpus"]

KEYS = {
    "why", "problem", "beside", "file", "replace", "folder", "rest", "missing", "forge",
    "points", "points_at_most", "points_at_least", "loses",
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One submission: its files, why it is there, and the points it must get, exactly or between bounds, by part.

    `whole` is one that hands in a folder of its own and not the file of one problem.
    """

    name: str
    why: str
    problem: str
    whole: bool
    files: Mapping[str, bytes] = field(repr=False)
    points: Mapping[str, float]
    at_most: Mapping[str, float]
    at_least: Mapping[str, float]

    @property
    def right(self) -> bool:
        """Whether it must lose nothing."""
        return self.name.startswith("right_")

    @property
    def digest(self) -> str:
        """The hash of its name, what it is about, its files and what it must get."""
        said = (self.name, self.problem, self.whole, self.points, self.at_most, self.at_least)
        mixed = hashlib.blake2b(repr(said).encode(), digest_size=8)
        for path, data in sorted(self.files.items()):
            mixed.update(f"{path}\0{len(data)}\0".encode() + data)
        return mixed.hexdigest()

    @property
    def submission(self) -> Submission:
        """What is handed in."""
        return Submission(self.name, self.files)

    def amiss(self, earned: Mapping[str, float | None]) -> list[str]:
        """How these points, to a millionth, differ from what it must get; parts that were not graded are left out."""
        got = {part: math.nan if n is None else round(n, 6) for part, n in earned.items()}
        exact = [f"{p}: {got[p]} instead of {n}" for p, n in self.points.items() if p in got and got[p] != n]
        above = [f"{p}: {got[p]}, at most {n}" for p, n in self.at_most.items() if p in got and not got[p] <= n]
        below = [f"{p}: {got[p]}, at least {n}" for p, n in self.at_least.items() if p in got and not got[p] >= n]
        return exact + above + below


def corpus_of(homework: Homework) -> Path:
    """The folder of a homework's corpus."""
    return homework.root / "tests" / "corpus" / homework.package


def read_corpus(homework: Homework) -> dict[str, Entry]:
    """The entries of the homework's corpus by name, none where it has no corpus.

    Raises UsageError for an entry that does not fit its files.
    """
    folder = corpus_of(homework)
    path = folder / "expected.toml"
    if not path.is_file():
        return {}
    try:
        tables: dict[str, dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))
        return {name: _entry(homework, folder, name, table) for name, table in tables.items()}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path.relative_to(homework.root)} is not TOML: {error}") from None
    except FileNotFoundError as error:
        raise UsageError(f"{path.relative_to(homework.root)} names {error.filename}, which is not there") from None


def _entry(homework: Homework, folder: Path, name: str, table: dict[str, Any]) -> Entry:
    unknown = sorted(set(table) - KEYS)
    if unknown:
        raise UsageError(
            f"the corpus entry {name} has the unknown key {unknown[0]}; known are {', '.join(sorted(KEYS))}"
        )
    lacking = {"why", "folder" if "folder" in table else "problem"} - set(table)
    if lacking:
        raise UsageError(f"the corpus entry {name} lacks the key {min(lacking)}")
    if table.get("problem", "") not in ("", *homework.problems):
        raise UsageError(f"the corpus entry {name}: there is no problem {table['problem']!r}")
    named = {part for key in ("points", "points_at_most", "points_at_least") for part in table.get(key, {})}
    if homework.parts and (not named or not named <= homework.parts.keys()):
        raise UsageError(f"the corpus entry {name} must say what it gets, by part: {', '.join(homework.parts)}")
    files = _folder_files(homework, folder, table) if "folder" in table else _file(homework, folder, name, table)
    return Entry(
        name,
        table["why"],
        table.get("problem", ""),
        "folder" in table,
        files,
        table.get("points", {}),
        table.get("points_at_most", {}),
        table.get("points_at_least", {}),
    )


def _file(homework: Homework, folder: Path, name: str, table: dict[str, Any]) -> dict[str, bytes]:
    """The file of a problem, a whole one or that of base/ with texts replaced, and those of problems `beside` it."""
    problem = table["problem"]
    if homework.problems[problem].kind == "artifact":
        return _forged(homework, folder, name, table)
    base = _base(homework, folder, problem)
    text = (folder / table["file"] if "file" in table else base).read_text(encoding="utf-8")
    for old, new in table.get("replace", []):
        if text.count(old) != 1:
            raise UsageError(f"corpus entry {name}: {old!r} must stand exactly once in base/{base.name}")
        text = text.replace(old, new)
    others: dict[str, bytes] = {}
    for other in table.get("beside", []):
        others |= _right(homework, folder, other)
    return others | {homework.problems[problem].file: text.encode()}


def _forged(homework: Homework, folder: Path, name: str, table: dict[str, Any]) -> dict[str, bytes]:
    """The files of a training run, as the function of forge.py makes them of the right ones, both by their names.

    `forge` names the function and what else it is to be called with; without it the right files are handed in.
    """
    right = _right(homework, folder, table["problem"])
    if "forge" not in table:
        return right
    function, *rest = table["forge"]
    home = PurePosixPath(homework.problems[table["problem"]].file).parent
    forge = module_of(folder / "forge.py", f"forge_{folder.name}")
    forged = getattr(forge, function)({PurePosixPath(path).name: data for path, data in right.items()}, *rest)
    if forged == {PurePosixPath(path).name: data for path, data in right.items()}:
        raise UsageError(f"corpus entry {name}: {function} changed nothing")
    return {str(home / file): data for file, data in forged.items()}


def _right(homework: Homework, folder: Path, problem: str) -> dict[str, bytes]:
    """The right files of a problem by the paths at which they are handed in."""
    found = homework.problems[problem]
    if found.kind == "artifact":
        return {path: source.read_bytes() for path, source in homework.sources_of(found).items()}
    return {found.file: _base(homework, folder, problem).read_bytes()}


def _base(homework: Homework, folder: Path, problem: str) -> Path:
    """The right file of a problem: that of base/ of the reference's name, else what the reference hands in."""
    source = homework.source_of(homework.problems[problem])
    base = folder / "base" / source.name
    return source if homework.problems[problem].kind != "code" and not base.is_file() else base


def _folder_files(homework: Homework, folder: Path, table: dict[str, Any]) -> dict[str, bytes]:
    """A whole submission, with `rest = "base"` completed from base/ but for what is `missing`."""
    top = folder / table["folder"]
    files = {p.relative_to(top).as_posix(): p.read_bytes() for p in sorted(top.rglob("*")) if p.is_file()}
    for name, problem in homework.problems.items():
        if table.get("rest") == "base" and name not in table.get("missing", []) and problem.file not in files:
            files |= _right(homework, folder, name)
    return files
