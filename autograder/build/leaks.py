"""What must hold of every file that students get: it works as a stub, and no part of a solution stands in it."""

import ast
import json
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from autograder.build.answers import refuse_answers
from autograder.build.template import last_line, regions
from autograder.build.words import code_words, telling, text_words, windows
from autograder.errors import ManifestError
from autograder.manifest import Homework

__all__ = ["check_template", "refuse_solutions", "solutions"]

Windows = dict[tuple[str, ...], str]
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
LEAVES = (ast.Return, ast.Raise)
TABLES = (".csv", ".txt")  # data: nothing but numbers


def check_template(homework: Homework, files: Mapping[str, bytes]) -> None:
    """Raises ManifestError with every fault: a file that does not compile, a stub that would not raise, a solution."""
    faults: list[str] = []
    for source, path in _origins(homework):
        text = files[path].decode()
        try:
            compile(text, path, "exec", dont_inherit=True)
        except SyntaxError as error:
            faults.append(f"{path}:{error.lineno}: the template of {source} does not compile: {error.msg}")
            continue
        original = (homework.reference / source).read_text(encoding="utf-8")
        faults += [
            f"{path}:{line}: {name} does not raise when called" for name, line in _silent(original, source, text)
        ]
    if faults:
        raise ManifestError(faults)
    refuse_solutions(homework, files)


def refuse_solutions(homework: Homework, files: Mapping[str, bytes]) -> None:
    """Raises ManifestError with file and line where six words of a solution region stand in a row.

    Words are numbers, names and operators; comments, strings, layout and punctuation of the solution are none. A run
    without an operator or a keyword says nothing, and one that also stands outside the regions of the same files is
    handed out anyway: these two kinds may occur.
    """
    secret = solutions(homework)
    refuse_answers(homework, files)
    faults = [
        f"{path}:{line}: {' '.join(window)!r} stands in a solution, {secret[window]}; say it in other words"
        for path, data in sorted(files.items())
        if PurePosixPath(path).suffix not in TABLES
        for window, line in _windows_of(path, data.decode())
        if window in secret
    ]
    if faults:
        raise ManifestError(faults)


def solutions(homework: Homework) -> Windows:
    """Every telling run of words in the solution regions, with file and line; without those that stand outside too."""
    inside: Windows = {}
    outside: set[tuple[str, ...]] = set()
    for source, _ in _origins(homework):
        text = (homework.reference / source).read_text(encoding="utf-8")
        hidden: set[int] = set()
        for region in regions(text, source):
            lines = range(region.first, region.last + 1)
            hidden |= set(lines)
            inside |= {w: f"{source}:{line}" for w, line in windows(code_words(text, lines)) if telling(w)}
        rest = set(range(1, text.count("\n") + 2)) - hidden
        outside |= {window for window, _ in windows(code_words(text, rest))}
    return {window: where for window, where in inside.items() if window not in outside}


def _origins(homework: Homework) -> Iterator[tuple[str, str]]:
    """The reference's files that have a template, by their places beside the manifest, and where that lies."""
    for problem in homework.problems.values():
        if problem.runs:
            yield homework.source_of(problem).relative_to(homework.reference).as_posix(), problem.file
    yield from ((PurePosixPath(file).name, file) for file in homework.files if file.endswith(".py"))


def _windows_of(path: str, text: str) -> Iterator[tuple[tuple[str, ...], int]]:
    """The runs of words of a file: as text, so that comments count, and as code, so that they separate nothing."""
    if path.endswith(".ipynb"):
        for n, cell in enumerate(json.loads(text)["cells"], 1):
            yield from ((window, n) for window, _ in windows(text_words("".join(cell["source"]))))
        return
    yield from windows(text_words(text))
    if path.endswith(".py"):
        yield from windows(code_words(text))


def _silent(original: str, source: str, text: str) -> Iterator[tuple[str, int]]:
    """Functions with a region whose template does not come to `raise NotImplementedError`: name and line."""
    found = dict(_functions(ast.parse(text)))
    for name, node in _functions(ast.parse(original)):
        if not any(
            node.lineno < r.first and r.last <= last_line(node) and r.column > node.col_offset
            for r in regions(original, source)
        ):
            continue
        if name in found and not _raises(found[name]):
            yield name, found[name].lineno


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """The functions and methods that can be called from outside, with qualified names."""
    for node in tree.body:
        if isinstance(node, FUNCTIONS):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}.{item.name}", item) for item in node.body if isinstance(item, FUNCTIONS))


def _raises(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether the first statement of the body that leaves the function is `raise NotImplementedError`."""
    for statement in node.body:
        if isinstance(statement, ast.Raise):
            return isinstance(statement.exc, ast.Name) and statement.exc.id == "NotImplementedError"
        if any(isinstance(item, LEAVES) for item in ast.walk(statement)):
            return False
    return False
