"""What is wrong with a homework's files: every fault with the line to change, and what is left to do when none is."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from autograder.audit.alike import read_declared
from autograder.audit.corpus import read_corpus
from autograder.audit.stamp import require_audited
from autograder.build.contents import template_files
from autograder.build.template import regions
from autograder.engine.bank import read_bank, require_fresh
from autograder.engine.grader import HIDDEN, PUBLIC
from autograder.errors import GradelboError, ManifestError
from autograder.manifest import Homework, read_homework

__all__ = ["Fault", "faults_of", "left_to_do"]

PLACE = re.compile(r"(?P<path>[^\s:]+\.(?:py|toml|md)):(?P<line>\d+)\s*(?P<rest>.*)", re.DOTALL)


class Fault(NamedTuple):
    """One thing to mend: the file below the root and its line (0: the file as a whole), what is wrong, that line."""

    path: str
    line: int
    text: str
    shown: str = ""


def faults_of(root: Path, package: str) -> list[Fault]:
    """Every fault of a homework's manifest, reference, template and corpus, in the order of where to begin.

    Where the manifest has faults nothing else is looked at: the rest would only follow from them.
    """
    manifest = root / "reference" / package / "homework.toml"
    try:
        homework = read_homework(manifest, root)
    except ManifestError as error:
        return [_placed(root, manifest, text) for text in error.faults]
    looks: tuple[tuple[Path, Callable[[Homework], object]], ...] = (
        (homework.reference, _read_regions),
        (homework.template, template_files),
        (root / "tests/corpus" / package / "expected.toml", read_corpus),
        (root / "tests/corpus" / package / "equivalent.toml", read_declared),
    )
    found: list[Fault] = []
    for path, look in looks:
        try:
            look(homework)
        except GradelboError as error:
            found += [_placed(root, path, text) for text in getattr(error, "faults", (str(error),))]
    return list(dict.fromkeys(found + list(_unfinished(homework))))


def left_to_do(homework: Homework) -> list[str]:
    """What a homework without faults lacks before it can be built, one sentence each with its command."""
    found = []
    for look in (_frozen, require_audited):
        try:
            look(homework)
        except GradelboError as error:
            found.append(str(error))
    return found


def _frozen(homework: Homework) -> None:
    for path in (homework.template / PUBLIC, homework.reference / HIDDEN):
        require_fresh(read_bank(path), homework)


def _read_regions(homework: Homework) -> None:
    for problem in homework.problems.values():
        source = homework.source_of(problem)
        if source.suffix == ".py" and not regions(source.read_text(encoding="utf-8"), source.name):
            raise ManifestError([f"{source.name}:1 has no solution region: students would get all of it"])


def _unfinished(homework: Homework) -> Iterator[Fault]:
    """Functions that say nothing to students, and code that no oracle vouches for."""
    root = homework.root
    for problem in homework.problems.values():
        source = homework.source_of(problem)
        if problem.kind != "code" or not source.is_file():
            continue
        place = source.relative_to(root).as_posix()
        for node in ast.parse(source.read_bytes()).body:
            if isinstance(node, ast.FunctionDef) and node.name in problem.functions and not ast.get_docstring(node):
                text = f"{node.name} has no docstring: say shapes, units, what raises ValueError, and the source"
                yield Fault(place, node.lineno, text, f"def {node.name}(…):")
        oracles = root / "tests/oracles" / homework.package
        if not any(_tests(path.read_text(encoding="utf-8"), problem.name) for path in oracles.glob("test_*.py")):
            yield Fault(place, 0, f"no oracle names it: write {oracles.relative_to(root)}/test_{problem.name}.py")


def _tests(source: str, problem: str) -> bool:
    """Whether a file imports the problem's reference, or names its file, and has a test."""
    named = re.search(rf"^(from|import) .*\b{problem}\b|\b{problem}\.py\b", source, re.MULTILINE)
    return named is not None and re.search(r"^def test_", source, re.MULTILINE) is not None


def _placed(root: Path, near: Path, text: str) -> Fault:
    """A fault's text with its place, looked up in the file where the text names one."""
    match = PLACE.match(text)
    if match is None:
        return Fault(near.relative_to(root).as_posix(), 0, text)
    folder = near if near.is_dir() else near.parent
    path = next((p for p in (root / match["path"], folder / match["path"]) if p.is_file()), None)
    if path is None:
        return Fault(near.relative_to(root).as_posix(), 0, text)
    lines = path.read_text(encoding="utf-8").splitlines()
    number = int(match["line"])
    shown = lines[number - 1].strip() if 0 < number <= len(lines) else ""
    return Fault(path.relative_to(root).as_posix(), number, match["rest"].strip(" :"), shown)
