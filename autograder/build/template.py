"""Stubs from reference files: solution regions, found as comment tokens, become `raise NotImplementedError`."""

import io
import tokenize
from pathlib import Path
from typing import NamedTuple

from autograder.errors import ManifestError
from autograder.manifest import Homework

__all__ = ["BEGIN", "END", "regions", "stub", "template_files", "write_template"]

BEGIN, END = "# BEGIN SOLUTION", "# END SOLUTION"


class Region(NamedTuple):
    """A solution region: first and last line (1-based, markers included) and the markers' column."""

    first: int
    last: int
    column: int


def regions(source: str, name: str) -> tuple[Region, ...]:
    """The solution regions of a file, in order; raises ManifestError for markers that do not pair up."""
    found: list[Region] = []
    opened: tuple[int, int] | None = None
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT or token.string.strip() not in (BEGIN, END):
            continue
        if (token.string.strip() == BEGIN) != (opened is None):
            raise ManifestError([f"{name}:{token.start[0]}: {token.string.strip()} without its counterpart"])
        if opened is None:
            opened = token.start
        else:
            found.append(Region(opened[0], token.start[0], opened[1]))
            opened = None
    if opened is not None:
        raise ManifestError([f"{name}:{opened[0]}: {BEGIN} without {END}"])
    return tuple(found)


def stub(source: str, name: str) -> str:
    """The file as students get it: a region inside a function raises NotImplementedError, one at top level is gone."""
    lines = source.splitlines(keepends=True)
    for region in reversed(regions(source, name)):
        inside = [" " * region.column + "raise NotImplementedError\n"] if region.column else []
        lines[region.first - 1 : region.last] = inside
    return _tidy("".join(lines))


def template_files(homework: Homework) -> dict[str, bytes]:
    """Every file of the template by its path below the template folder."""
    return {
        problem.file: stub((homework.reference / f"{name}.py").read_text(encoding="utf-8"), f"{name}.py").encode()
        for name, problem in homework.problems.items()
    }


def write_template(homework: Homework) -> list[Path]:
    """Writes the template folder; gives the files written."""
    written = []
    for path, data in template_files(homework).items():
        target = homework.template / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        written.append(target)
    return written


def _tidy(source: str) -> str:
    """The source with at most two blank lines in a row, as dropped regions leave more."""
    kept: list[str] = []
    blank = 0
    for line in source.splitlines(keepends=True):
        blank = blank + 1 if not line.strip() else 0
        if blank <= 2:
            kept.append(line)
    return "".join(kept).rstrip("\n") + "\n"
