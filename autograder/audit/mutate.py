"""Generated mutants: a problem's reference with one slip each, restricted to what students write."""

import ast
import difflib
import hashlib
import textwrap
from collections import Counter
from collections.abc import Iterator
from types import CodeType
from typing import Any, NamedTuple

from autograder.audit.operators import FAMILIES
from autograder.audit.operators.whole import whole
from autograder.audit.reach import definitions, reachable
from autograder.build.template import regions
from autograder.manifest import Homework, Problem

__all__ = ["Mutant", "mutants_of", "same_code"]

LOOSE = (ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Lambda)
TIGHT = (ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.Attribute, ast.Subscript, ast.Call, ast.IfExp)


class Mutant(NamedTuple):
    """The reference with one slip. `id` and `digest` depend on the function and the change, not on where it stands."""

    problem: str
    function: str
    operator: str
    line: int
    diff: str
    source: str
    digest: str

    @property
    def id(self) -> str:
        """A short name: problem, function and the beginning of the digest."""
        return f"{self.problem}.{self.function}-{self.digest[:6]}"


class Change(NamedTuple):
    """A node, what takes its place, and by which operator."""

    operator: str
    node: ast.AST
    new: ast.AST | list[ast.stmt]
    parent: ast.AST | None


def mutants_of(homework: Homework, problem: Problem) -> tuple[list[Mutant], int]:
    """Every mutant of a problem's reference that compiles to code of its own, in order; and how many did not.

    Those whose compiled code is that of the reference, or of an earlier mutant, are equivalent without a doubt.
    """
    path = homework.reference / f"{problem.name}.py"
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    lines = _student_lines(source, path.name)
    original = compiled(source)
    seen = {original}
    found, same, twins = [], 0, Counter[str]()
    functions = definitions(tree)
    for name in sorted(reachable(homework, problem, tree, problem.functions), key=lambda n: functions[n].lineno):
        for change in _changes(functions[name]):
            line = getattr(change.node, "lineno", 0)
            text = _applied(source, change) if line in lines else None
            code = None if text is None else compiled(text)
            if text is None or code is None:
                continue
            if code in seen:
                same += 1
                continue
            seen.add(code)
            mutant = _mutant(problem.name, name, change.operator, line, source, text, functions[name])
            twins[mutant.digest] += 1
            found.append(mutant._replace(digest=_nth(mutant.digest, twins[mutant.digest])))
    return found, same


def compiled(source: str) -> Any:
    """What a source compiles to, comparable, without line numbers; None where it does not compile."""
    try:
        return _shape(compile(source, "mutant", "exec", dont_inherit=True))
    except (SyntaxError, ValueError):
        return None


def same_code(one: str, other: str) -> bool:
    """Whether two sources compile to the same code."""
    return bool(compiled(one) == compiled(other))


def _shape(code: CodeType) -> tuple[Any, ...]:
    constants = tuple(_shape(c) if isinstance(c, CodeType) else (type(c).__name__, repr(c)) for c in code.co_consts)
    return (
        code.co_name,
        code.co_code,
        code.co_names,
        code.co_varnames,
        code.co_flags,
        code.co_exceptiontable,
        constants,
    )


def _student_lines(source: str, name: str) -> set[int]:
    """The lines of the solution regions; every line where a module has none."""
    found = regions(source, name)
    spans = [(r.first, r.last) for r in found] or [(1, source.count("\n") + 1)]
    return {line for first, last in spans for line in range(first, last + 1)}


def _changes(function: ast.FunctionDef) -> Iterator[Change]:
    """The changes to a function, in the order of its text."""
    within = {id(child): node for node in ast.walk(function) for child in ast.iter_child_nodes(node)}
    for node in _inner(function):
        for family in FAMILIES:
            for operator, new in family(node):
                yield Change(operator, node, new, within.get(id(node)))
    for operator, node, new in whole(function):
        yield Change(operator, node, new, within.get(id(node)))


def _inner(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes below one, without annotations, decorators, messages and the insides of formatted strings."""
    if isinstance(node, ast.FunctionDef):
        below: list[ast.AST] = [*node.args.defaults, *node.body]
    else:
        below = list(ast.iter_child_nodes(node))
    for child in below:
        if isinstance(child, ast.JoinedStr | ast.expr_context | ast.operator):
            continue
        yield child
        if not isinstance(child, ast.Raise):
            yield from _inner(child)


def _applied(source: str, change: Change) -> str | None:
    """The source with the node's text replaced; None where the node has no place of its own."""
    node = change.node
    if getattr(node, "end_lineno", None) is None:
        return None
    rows = source.encode().split(b"\n")
    starts = [0]
    for row in rows:
        starts.append(starts[-1] + len(row) + 1)
    begin = starts[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]  # checked: it has a place
    end = starts[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]  # the same
    data = source.encode()
    enclosed = data[begin - 1 : begin] + data[end : end + 1] == b"()"
    try:
        text = _written(change, node.col_offset, enclosed)  # type: ignore[attr-defined]  # the same
    except (ValueError, AttributeError, RecursionError):  # a combination that is no Python
        return None
    return (data[:begin] + text.encode() + data[end:]).decode()


def _written(change: Change, column: int, enclosed: bool) -> str:
    """The new node as text for the old one's place."""
    if isinstance(change.new, list):
        text = "\n".join(ast.unparse(ast.fix_missing_locations(item)) for item in change.new)
        return textwrap.indent(text, " " * column).lstrip()
    text = ast.unparse(ast.fix_missing_locations(change.new))
    if isinstance(change.new, ast.stmt):
        return textwrap.indent(text, " " * column).lstrip()
    loose = not enclosed and isinstance(change.new, LOOSE) and isinstance(change.parent, TIGHT)
    return f"({text})" if loose else text


def _mutant(
    problem: str, function: str, operator: str, line: int, source: str, text: str, definition: ast.FunctionDef
) -> Mutant:
    rows = list(difflib.unified_diff(source.splitlines(), text.splitlines(), lineterm="", n=2))[2:]
    changed = [row for row in rows if row[:1] in "+-"]
    mixed = hashlib.blake2b("\n".join([ast.dump(definition), *changed]).encode(), digest_size=8)
    return Mutant(problem, function, operator, line, "\n".join(rows), text, mixed.hexdigest())


def _nth(digest: str, n: int) -> str:
    """The digest of the n-th change that reads the same: equal lines of one function differ in their order only."""
    return digest if n == 1 else hashlib.blake2b(f"{digest} {n}".encode(), digest_size=8).hexdigest()
