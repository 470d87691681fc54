"""Holds a manifest against its files, both ways; every fault is noted in the table that it belongs to."""

import ast
import re
from collections.abc import Collection
from pathlib import Path

from autograder.manifest.table import Table
from autograder.manifest.values import Homework, Part, Problem

__all__ = ["check_files", "check_part", "check_problem", "check_reasons", "public_functions"]

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")
ENDINGS = {"code": ".py", "script": ".py", "answers": ".json", "text": "", "artifact": ".safetensors"}
BESIDE = (".csv", ".json", ".npy")
RESERVED = ("student", "reference")


def check_part(homework: Homework, part: Part, table: Table) -> bool:
    """Notes what is wrong with a part: points, names that do not exist, properties without a function.

    Gives whether all of its properties are known: where a fault hides some, others would only follow from it.
    """
    no_pays, no_explains = "pays" in table.unclear and not part.pays, "explains" in table.unclear
    no_problem = bool(part.problem) and part.problem not in homework.problems
    unknown = no_pays or no_explains or no_problem or bool(table.unclear & {"problem", "elsewhere"})
    if not ID.match(part.id):
        table.fault("a part's id has letters, digits, dots and dashes only")
    if not part.manual >= 0:
        table.fault(f"`manual` is {part.manual:g}, which is less than nothing")
    if part.explains and not (part.pays or part.hidden or no_pays):
        table.fault(f"`explains` names {part.explains[0]!r}, but a part that pays nothing by machine runs nothing")
    if part.hidden and not homework.handout:
        table.fault("`hidden` is a word of handouts: here every property is named in `pays`")
    if (
        not table.unclear & {"pays", "manual", "hidden", "points"}
        and not abs(part.automatic + part.manual + part.hidden - part.points) <= 1e-9
    ):
        table.fault(
            f"`pays` gives {part.automatic:g} and `manual` {part.manual:g}, which is not `points`, {part.points:g}"
        )
    if part.manual and not part.by_hand and "by_hand" not in table.unclear:
        table.fault("`by_hand` must say what the `manual` points are for")
    if no_problem:
        table.fault(f"`problem` {part.problem!r} is {_none_of(homework.problems, 'the homework has no problems')}")
    _check_elsewhere(homework, part, table, all_named=not (no_pays or no_explains))
    slips: set[str] = set()
    for problem in part.problems if part.properties else ():
        if problem in homework.problems:
            slips |= _check_properties(homework, part, problem, table, all_named=not unknown)
    paid = "`pays` names no property"
    for key, names, among, none, hidden in (
        ("core", part.core, part.pays, paid, no_pays),
        ("independent", part.independent, part.pays, paid, no_pays),
        ("public", part.public, part.properties, "the part has no property", no_pays or no_explains),
        ("needs", part.needs, homework.parts, "", False),
    ):
        for name in names if not hidden else ():
            if name not in among and name not in slips:
                table.fault(f"`{key}` names {name!r}, which is {_none_of(among, none)}")
    for name in sorted(set(part.explains) & set(part.pays)):
        table.fault(f"{name!r} both pays and explains")
    for name in sorted(set(part.core) & set(part.independent)):
        table.fault(f"{name!r} is both core and independent")
    if part.id in part.needs:
        table.fault("`needs` names the part itself")
    return not (unknown or slips)


def _check_elsewhere(homework: Homework, part: Part, table: Table, *, all_named: bool) -> None:
    named = [name for names in part.elsewhere.values() for name in names]
    for name in sorted(set(named)):
        if named.count(name) > 1 or (all_named and name not in part.properties):
            table.fault(f"`elsewhere` names {name!r}, which is {'there twice' if named.count(name) > 1 else 'unknown'}")
    for problem in part.elsewhere:
        if problem not in homework.problems or problem == part.problem:
            table.fault(f"`elsewhere` names the problem {problem!r}, which is not another one of the homework")


def _none_of(known: Collection[str], none: str) -> str:
    """The end of "which is …": none of these, or that there are none."""
    if not known:
        return f"unknown: {none}"
    return f"not among {', '.join(known)}" if len(known) > 1 else f"not {next(iter(known))}, the only one there is"


def _check_properties(homework: Homework, part: Part, problem: str, table: Table, *, all_named: bool) -> set[str]:
    """Notes names without a function and functions without a line; gives functions that a misspelt name may mean."""
    path = homework.property_file(part, problem)
    wanted = [name for name in part.properties if part.problem_of(name) == problem]
    place = path.relative_to(homework.root)
    if not path.is_file():
        if wanted:
            table.fault(f"there is no {place}")
        return set()
    try:
        tree = ast.parse(path.read_bytes(), str(path))
    except (SyntaxError, ValueError) as error:
        line = f"line {error.lineno}: {error.msg}" if isinstance(error, SyntaxError) else str(error)
        table.fault(f"{place} does not parse: {line}")
        return set()
    found = {
        node.name.removeprefix("test_"): node
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
    missing = [name for name in wanted if name not in found]
    more = [name for name in found if name not in wanted]
    slip = len(missing) == len(more) == 1
    for name in missing:
        instead = f"; it has test_{more[0]} (line {found[more[0]].lineno}), which has no amount" if slip else ""
        key = "pays" if name in part.pays else "explains"
        table.fault(f"`{key}` names {name!r}, but {place} has no function test_{name}{instead}")
    for name in more if all_named and not slip else ():
        table.fault(f"{place}:{found[name].lineno} test_{name} has no line in `pays` or `explains`")
    for name, node in found.items():
        if not ast.get_docstring(node):
            table.fault(f"{place}:{node.lineno} test_{name} has no docstring for students")
    return set(more) if missing else set()


def check_problem(homework: Homework, problem: Problem, table: Table, *, all_parts_known: bool = True) -> None:
    """Notes what is wrong with a problem: its file, its reference, its adapter, functions that nobody defines."""
    asked = not all_parts_known or any(problem.name in part.problems for part in homework.parts.values())
    if not problem.functions and "functions" not in table.unclear:
        table.fault("`functions` names nothing that could be called")
    ending = ENDINGS[problem.kind]
    if "file" not in table.unclear and not (_inside(problem.file) and problem.file.endswith(ending)):
        table.fault(f"`file` {problem.file!r} must be a path of a {ending or 'text'} file inside the submission")
    for other in homework.problems.values():
        if other.file == problem.file and other.name < problem.name and not _share(other, problem):
            table.fault(f"`file` {problem.file!r} is another problem's too")
    if problem.file in homework.files:
        table.fault(f"`file` {problem.file!r} is among the homework's `files` too: leave it out there")
    if not asked and problem.kind == "code":
        table.fault("no part belongs to this problem")
    if problem.name in RESERVED:
        table.fault(f"{problem.name!r} is a fixture's name: call the problem something else")
    _check_script(homework, problem, table)
    if not (homework.reference / "__init__.py").exists():
        return  # a handout or a zip without the reference: nothing to hold the names against
    for source in homework.sources_of(problem).values() if problem.kind != "code" else ():
        if not source.is_file():
            table.fault(
                f"there is no {source.relative_to(homework.reference)} beside the manifest: what the reference hands in"
            )
    for module in problem.reference:
        if not (homework.reference / f"{module}.py").is_file():
            table.fault(f"`reference` names {module!r}, but there is no {module}.py beside the manifest")
    if problem.adapter and not (homework.reference / problem.adapter).is_file():
        table.fault(f"`adapter` {problem.adapter!r} is not a file beside the manifest")
        return
    if problem.kind != "code":
        return
    sources = [
        homework.reference / f"{problem.name}.py",
        *([homework.reference / problem.adapter] if problem.adapter else []),
    ]
    answered: set[str] = set()
    for path in filter(Path.is_file, sources):
        try:
            answered.update(public_functions(path.read_bytes()))
        except (SyntaxError, ValueError) as error:
            table.fault(f"{path.relative_to(homework.root)} does not parse: {error}")
            return
    for name in problem.functions:
        if name not in answered:
            table.fault(f"`functions` names {name!r}, which neither {problem.name}.py nor its adapter defines")


def _inside(path: str) -> bool:
    return not path.startswith("/") and ".." not in Path(path).parts


def _share(one: Problem, other: Problem) -> bool:
    """Whether two problems may have the same file: its functions, and it run as a script."""
    return {one.kind, other.kind} == {"code", "script"}


def _check_script(homework: Homework, problem: Problem, table: Table) -> None:
    """Notes data that lie outside of the submission or nowhere, and names that no function can have."""
    for path in problem.data:
        if not _inside(path):
            table.fault(f"`data` names {path!r}, which must be a path inside the submission")
        elif not (homework.template / path).is_file() and not (homework.reference / "data.py").is_file():
            table.fault(f"`data` names {path!r}, but it is no file of the template, and no data.py makes it")
    for name in problem.beside:
        if "/" in name or not name.endswith(BESIDE):
            table.fault(f"`beside` names {name!r}, which is no name of a file that is read ({', '.join(BESIDE)})")
    for name in problem.watch:
        if not name.isidentifier():
            table.fault(f"`watch` names {name!r}, which is no function's name")


def check_reasons(homework: Homework, table: Table, unclear: Collection[str] = ()) -> None:
    """Notes reasons of the audit that belong to no property that pays, and limits that belong to no problem.

    Of parts that are `unclear` nothing is noted.
    """
    for name in homework.audit.because:
        part, _, prop = name.rpartition(".")
        if part not in unclear and (part not in homework.parts or prop not in homework.parts[part].pays):
            table.fault(f"`because` names {name!r}, which is no part.property that pays")
    for name in homework.audit.calls:
        if name not in homework.problems:
            table.fault(f"`calls` names {name!r}, which is no problem")


def check_files(homework: Homework, faults: list[str]) -> None:
    """Notes property files that belong to no part."""
    wanted = {
        homework.property_file(part, problem)
        for part in homework.parts.values()
        if part.properties
        for problem in part.problems
    }
    for path in sorted(homework.properties.rglob("test_*.py")):
        if path not in wanted:
            faults.append(f"{path.relative_to(homework.root)} belongs to no part of the manifest")


def public_functions(source: bytes) -> tuple[str, ...]:
    """The names of a module's functions that do not start with an underscore."""
    tree = ast.parse(source)
    return tuple(node.name for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"))
