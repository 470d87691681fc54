"""Stubs from reference files: solution regions, found as comment tokens, become `raise NotImplementedError`."""

import ast
import io
import re
import tokenize
from typing import NamedTuple

from autograder.errors import ManifestError

__all__ = ["BEGIN", "END", "Region", "last_line", "regions", "stub"]

BEGIN, END = "# BEGIN SOLUTION", "# END SOLUTION"
MEANT = re.compile(r"#+\W*(begin|end)[\s_-]*solution", re.IGNORECASE)


class Region(NamedTuple):
    """A solution region: first and last line (1-based, markers included) and the markers' column."""

    first: int
    last: int
    column: int


def regions(source: str, name: str) -> tuple[Region, ...]:
    """The solution regions of a file, in order.

    Raises ManifestError for markers that do not pair up, are misspelt, stand beside code, or hide in a file that is
    not Python: each would hand a solution out.
    """
    found: list[Region] = []
    opened: tuple[int, int] | None = None
    for token in _markers(source, name):
        line, column = token.start
        if (token.string == BEGIN) != (opened is None):
            raise ManifestError([f"{name}:{line}: {token.string} without its counterpart"])
        if opened is None:
            opened = (line, column)
        elif column != opened[1]:
            raise ManifestError([f"{name}:{line}: {END} must stand in the column of its {BEGIN}"])
        else:
            found.append(Region(opened[0], line, column))
            opened = None
    if opened is not None:
        raise ManifestError([f"{name}:{opened[0]}: {BEGIN} without {END}"])
    return tuple(found)


def stub(source: str, name: str) -> str:
    """The file as students get it: a region inside a function raises NotImplementedError, any other is gone.

    Raises ManifestError as `regions` does, and for markers that are not indented as the code between them.
    """
    lines = source.split("\n")
    found = regions(source, name)
    functions = [n for n in ast.walk(_parsed(source, name)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    for region in reversed(found):
        between = [line for line in lines[region.first : region.last - 1] if line.strip()]
        if between and len(between[0]) - len(between[0].lstrip()) != region.column:
            raise ManifestError([f"{name}:{region.first}: {BEGIN} must be indented as the code below it"])
        within = any(
            f.lineno < region.first and f.col_offset < region.column and last_line(f) >= region.first for f in functions
        )
        lines[region.first - 1 : region.last] = [" " * region.column + "raise NotImplementedError"] if within else []
        if not within:
            _join(lines, region.first - 1)
    return "\n".join(lines).rstrip("\n") + "\n"


def _parsed(source: str, name: str) -> ast.Module:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError) as error:
        raise ManifestError([f"{name} is not Python: {error}"]) from None


def _markers(source: str, name: str) -> list[tokenize.TokenInfo]:
    """The comments that open or close a region; a comment that only resembles one is a fault."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError) as error:
        raise ManifestError([f"{name} is not Python: {error}"]) from None
    found = [token for token in tokens if token.type == tokenize.COMMENT and MEANT.match(token.string)]
    for token in found:
        where = f"{name}:{token.start[0]}"
        if token.string not in (BEGIN, END):
            raise ManifestError([f"{where}: {token.string!r} must be spelt {BEGIN!r} or {END!r}"])
        if token.line[: token.start[1]].strip():
            raise ManifestError([f"{where}: {token.string} must stand on a line of its own"])
    return found


def last_line(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The last line that can belong to a function: comments may follow its last statement."""
    return (function.end_lineno or function.lineno) + 1


def _join(lines: list[str], at: int) -> None:
    """Where a region is gone, at most two blank lines are left between what stood around it."""
    start = end = at
    while start > 0 and not lines[start - 1].strip():
        start -= 1
    while end < len(lines) and not lines[end].strip():
        end += 1
    lines[start:end] = [""] * min(2, end - start)
