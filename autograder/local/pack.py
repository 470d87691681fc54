"""What a student hands in, and what is still missing of it: the files by their state, and the zip."""

import stat
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from autograder.imports import Rule, own_modules, sentence, violations
from autograder.local.own import Own
from autograder.local.source import code_of, fault_of, unfilled
from autograder.manifest import Homework, Problem
from autograder.members import FILE_LIMIT, TOTAL_LIMIT
from autograder.scoring.verdict import Check, Verdict
from autograder.source.notebook import is_notebook

__all__ = ["Packing", "Row", "import_faults", "packing_of", "write_zip"]

EPOCH = (2020, 1, 1, 0, 0, 0)
READY = "ready"


class Row(NamedTuple):
    """One file: its size in bytes (None: it is not there), the parts it serves, and the state it is in."""

    path: str
    size: int | None
    parts: tuple[str, ...]
    state: str = READY
    packed: bool = True


class Packing(NamedTuple):
    """Every file of the homework, what goes into the zip, and sentences about what is missing or unfinished."""

    rows: tuple[Row, ...]
    files: Mapping[str, bytes]
    lacks: tuple[str, ...]


def packing_of(homework: Homework, own: Own, checks: Iterable[Check], faults: Mapping[str, str]) -> Packing:
    """What to hand in of a student's own files.

    `checks` are the public properties on one case each: they tell which parts are not written. `faults` says by problem
    why its file cannot be graded at all. A notebook beside a .py file is left out while nothing is written in it.
    """
    made = tuple(checks)
    rows: dict[str, Row] = {}
    lacks: list[str] = []
    for name, problem in homework.problems.items():
        parts = tuple(part.id for part in homework.parts.values() if name in part.problems)
        if not own.problems[name]:
            before = rows[problem.file].parts if problem.file in rows else ()
            rows[problem.file] = Row(problem.file, None, (*before, *parts), "missing", packed=False)
            lacks.append(own.notes[name])
            continue
        if not problem.runs:
            for path in own.problems[name]:
                row = rows[path] = _plain_row(own, path, parts, faults.get(name, ""))
                lacks += [f"{path}: {row.state}"] if row.state != READY else []
            lying = [PurePosixPath(path).name for path in own.problems[name]]
            lacks += [f"{n} is not beside {own.problems[name][0]}" for n in problem.beside if n not in lying]
            continue
        empty = own.untouched(own.notebook_counts(problem) or own.problems[name][0], problem)
        unwritten = [part for part in parts if _unwritten(part, made, empty=empty)]
        for path in own.problems[name]:
            row = _row(homework, own, problem, path, parts, unwritten)
            rows[path] = row if path not in rows else rows[path]._replace(parts=(*rows[path].parts, *parts))
        if fault := _fault_of(rows, own, problem) or faults.get(name):
            lacks.append(fault)
        elif unwritten:
            lacks.append(f"part {', '.join(unwritten)} is not written yet in {own.problems[name][0]}")
    for path, there in own.files.items():
        size = len(own.contents[path]) if there else None
        state = READY if there else "missing"
        data = own.contents.get(path, b"")
        rows[path] = Row(path, size, (), _too_large(data) or (unfilled(path, data) if there else "") or state, there)
        if rows[path].state != READY:
            lacks.append(f"{path} is not there" if not there else f"{path}: {rows[path].state}")
    files = {path: own.contents[path] for path, row in rows.items() if row.packed}
    if sum(map(len, files.values())) > TOTAL_LIMIT:
        lacks.append(f"the files are more than {TOTAL_LIMIT >> 20} MiB in all, which is refused")
    return Packing(tuple(rows.values()), files, tuple(dict.fromkeys(lacks)))


def import_faults(homework: Homework, files: Mapping[str, bytes], path: str) -> str:
    """What `path`, or a local file that it imports, imports against the homework's rule; nothing when all is well."""
    rule = Rule(homework.imports.allowed, homework.imports.forbidden)
    sources = {}
    for name, data in files.items():
        if not fault_of(name, data) and name.endswith((".py", ".ipynb")):
            sources[name] = code_of(name, data)
    found = violations(sources, path, rule, own_modules(files))
    return sentence(found, rule) if found else ""


def write_zip(target: Path, files: Mapping[str, bytes]) -> None:
    """Writes the zip: the same files give the same bytes, whenever and with whatever library."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(files):
            info = zipfile.ZipInfo(path, EPOCH)
            info.create_system = 3  # as on Linux, wherever it is written
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(info, files[path])


def _plain_row(own: Own, path: str, parts: tuple[str, ...], fault: str) -> Row:
    """The row of a file that is only read: answers, a text, what a training run left."""
    data = own.contents[path]
    large = _too_large(data)
    return Row(path, len(data), parts, large or unfilled(path, data) or fault or READY, packed=not large)


def _row(
    homework: Homework, own: Own, problem: Problem, path: str, parts: tuple[str, ...], unwritten: list[str]
) -> Row:
    """The row of one file of a problem: the main one, its twin, or a module that these import."""
    data = own.contents[path]
    row = Row(path, len(data), parts)
    main = own.problems[problem.name][0]
    if path == own.twin(problem.name) and is_notebook(path) and own.untouched(path, problem):
        return row._replace(state="left out: nothing is written in it", packed=False)
    if fault := _too_large(data):
        return row._replace(state=fault, packed=False)
    if fault := fault_of(path, data):
        return row._replace(state=f"cannot be read: {fault}")
    if fault := import_faults(homework, own.contents, path):
        return row._replace(state=fault)
    if path not in (main, own.twin(problem.name)):
        return row._replace(state="ready: imported")
    counts = own.notebook_counts(problem) or main
    if path != counts:
        return row._replace(state=f"goes along; {PurePosixPath(counts).name} counts")
    if unwritten:
        return row._replace(state=f"not written: {', '.join(unwritten)}")
    stem = str(PurePosixPath(problem.file).with_suffix(""))
    return (
        row if path.startswith(stem + ".") else row._replace(state=f"ready: found by its name, not at {problem.file}")
    )


def _fault_of(rows: Mapping[str, Row], own: Own, problem: Problem) -> str:
    """The first of a problem's files that is not fit to hand in, as a sentence."""
    counts = own.notebook_counts(problem) or own.problems[problem.name][0]
    for path in own.problems[problem.name]:
        if (rows[path].packed or path == counts) and not rows[path].state.startswith(
            (READY, "goes along", "not written")
        ):
            return f"{path}: {rows[path].state}"
    return ""


def _too_large(data: bytes) -> str:
    return f"larger than {FILE_LIMIT >> 20} MiB, which is refused" if len(data) > FILE_LIMIT else ""


def _unwritten(part: str, checks: Iterable[Check], *, empty: bool) -> bool:
    """Whether the grader finds a function of the part missing; a part without public cases is as the file: `empty`."""
    verdicts = [check.verdict for check in checks if check.part == part]
    return Verdict.MISSING in verdicts if verdicts else empty
