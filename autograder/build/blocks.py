"""A Python file as its top-level statements, with the comments above them: notebooks and public suites are cut so."""

import ast
from typing import NamedTuple

__all__ = ["Block", "blocks", "joined"]


class Block(NamedTuple):
    """A top-level statement: its node, its lines with the comments above it, and how many blank lines stand before."""

    node: ast.stmt
    text: str
    gap: int


def blocks(source: str) -> tuple[Block, ...]:
    """The top-level statements in order; comments at the very end are left out. Raises SyntaxError for no Python."""
    lines = source.split("\n")
    found: list[Block] = []
    start = 0
    for node in ast.parse(source).body:
        end = node.end_lineno or node.lineno
        first = start
        while first < end and not lines[first].strip():
            first += 1
        found.append(Block(node, "\n".join(lines[first:end]), first - start))
        start = end
    return tuple(found)


def joined(kept: tuple[Block, ...]) -> str:
    """The blocks as a file again; the first starts it."""
    text = "".join("\n" * (block.gap + 1 if n else 0) + block.text for n, block in enumerate(kept))
    return text + "\n" if text else ""
