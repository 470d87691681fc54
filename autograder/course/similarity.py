"""Which hand-ins are alike beyond the template and what everybody writes: a ranked list to look at, never a verdict.

A file is taken apart into the subtrees of its syntax tree, without names, docstrings and comments; what two hand-ins
share counts by its size and by how few others have it too. Reading a hostile file may cost the process that does it.
"""

import ast
import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

__all__ = ["Pair", "Prints", "fingerprints", "pairs"]

LEAST = 12  # nodes of a subtree that says something
SOURCE_LIMIT = 1 << 20
COMMON = 0.2  # what more than this share of a class has is what the task asks for
FEW, MANY = 4, 50  # held by so few nothing is common, by more than so many everything is

Prints = Mapping[int, int]  # hash of a subtree -> how many nodes it has


class Pair(NamedTuple):
    """Two hand-ins and how alike they are, from 0 to 1: what they share of the smaller one's own work."""

    first: str
    second: str
    score: float


def fingerprints(sources: Iterable[bytes], without: Iterable[bytes] = ()) -> dict[int, int]:
    """The subtrees of these Python files but for those of the files `without`; a file that cannot be read has none."""
    found: dict[int, int] = {}
    for source in sources:
        found |= _prints(source)
    for source in without:
        for key in _prints(source):
            found.pop(key, None)
    return found


def pairs(prints: Mapping[str, Prints], most: int = 50, least: float = 0.3) -> list[Pair]:
    """The pairs that are alike at least so much, most alike first, at most so many; equal ones in the order of ids.

    `prints` maps a hand-in's id to what `fingerprints` gave. Who hands in nothing is like nobody.
    """
    count = len(prints)
    holders: dict[int, list[str]] = {}
    for key in sorted(prints):
        for print_ in prints[key]:
            holders.setdefault(print_, []).append(key)
    weights = {
        print_: math.log(1 + count / len(who))
        for print_, who in holders.items()
        if len(who) <= max(FEW, min(COMMON * count, MANY))
    }
    own = {key: sum(size * weights.get(p, 0.0) for p, size in found.items()) for key, found in prints.items()}
    shared: dict[tuple[str, str], float] = {}
    for print_, weight in weights.items():
        who = holders[print_]
        size = prints[who[0]][print_]
        for i, first in enumerate(who):
            for second in who[i + 1 :]:
                shared[first, second] = shared.get((first, second), 0.0) + weight * size
    found = (
        Pair(first, second, min(1.0, value / least_own))
        for (first, second), value in shared.items()
        if (least_own := min(own[first], own[second])) > 0
    )
    return sorted((pair for pair in found if pair.score >= least), key=lambda p: (-p.score, p.first, p.second))[:most]


def _prints(source: bytes) -> dict[int, int]:
    if len(source) > SOURCE_LIMIT:
        return {}
    try:
        tree = ast.parse(source)
        found: dict[int, int] = {}
        _digest(tree, found)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    return found


def _digest(node: ast.AST, found: dict[int, int]) -> tuple[bytes, int]:
    """The hash and size of a subtree, which are noted with those below it where they are large enough."""
    mixed = hashlib.blake2b(_word(node), digest_size=8)
    size = 1
    for child in _children(node):
        digest, nodes = _digest(child, found)
        mixed.update(digest)
        size += nodes
    digest = mixed.digest()
    if size >= LEAST and not isinstance(node, ast.Module):
        found[int.from_bytes(digest, "big") >> 1] = size
    return digest, size


def _word(node: ast.AST) -> bytes:
    """What of a node counts besides its children: its kind, what it looks up in others, its number."""
    kind = type(node).__name__
    if isinstance(node, ast.Attribute):
        return f"{kind} {node.attr}".encode("utf-8", "replace")
    if isinstance(node, ast.Constant):
        value = node.value if isinstance(node.value, int | float | complex | None) else type(node.value).__name__
        return f"{kind} {value!r}".encode()
    return kind.encode()


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """The children but for docstrings and annotations, which change nothing."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "type_comment"):
            continue
        items = value if isinstance(value, list) else [value]
        for item in items:
            if isinstance(item, ast.AST) and not (name == "body" and _is_text(item)):
                yield item


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
