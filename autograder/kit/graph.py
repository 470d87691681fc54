"""Computation graphs as data: read from edge lists or a subset of DOT, and judged by which nodes feed which.

What counts is the *induced* graph over the nodes of the assignment: a feeds b when a path leads from a to b through
other nodes only. Helper nodes, their names, the order and repetition of edges change nothing.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from difflib import get_close_matches
from itertools import pairwise
from typing import Any, NamedTuple

from autograder.errors import CheckFailed
from autograder.kit.close import assert_that

__all__ = ["Graph", "assert_parents", "assert_well_formed", "induced", "read_graph"]

EDGES, NAME, TEXT = 1000, 80, 20_000
FREE_ROOTS = ("prior", "const")  # how names of other nodes begin that may stand at the beginning
TOKEN = re.compile(
    r"""(?P<skip>\s+|//[^\n]*|\#[^\n]*|/\*.*?\*/)
      | (?P<quoted>"(?:[^"\\]|\\.)*")
      | (?P<arrow>->)
      | (?P<sign>[;,{}\[\]=])
      | (?P<name>(?:[^\s;,{}\[\]="-]|-(?!>))+)""",
    re.VERBOSE | re.DOTALL,
)


class Graph(NamedTuple):
    """Directed edges, each once, and every node that is named, in order of appearance."""

    nodes: tuple[str, ...]
    edges: tuple[tuple[str, str], ...]

    def parents(self) -> dict[str, set[str]]:
        """For each node the nodes with an edge to it."""
        found: dict[str, set[str]] = {node: set() for node in self.nodes}
        for parent, child in self.edges:
            found[child].add(parent)
        return found


def read_graph(value: Any) -> Graph:
    """The graph that a student's function returned: a list of pairs (parent, child), or text `a -> b; b -> c`.

    The text may be wrapped in `digraph { }`, have quoted names, chains of arrows, comments, and attributes, which are
    passed over. Raises CheckFailed("malformed") with one sentence for anything else, and for more than EDGES edges.
    """
    if isinstance(value, str):
        graph = _read_text(value)
    elif isinstance(value, list | tuple) and all(
        isinstance(pair, list | tuple) and len(pair) == 2 and all(isinstance(node, str) for node in pair)
        for pair in value
    ):
        graph = _graph((parent.strip(), child.strip()) for parent, child in value)
    else:
        raise _malformed(
            'the graph must be a list of pairs of names, [("x", "h"), ("h", "y")], or a text "x -> h -> y"'
        )
    if not graph.edges:
        raise _malformed("the graph has no edge")
    return graph


def assert_well_formed(graph: Graph, canonical: Sequence[str], sink: str) -> None:
    """The graph has no cycle, every node of `canonical` is there, and nothing comes after `sink`.

    The message names the nodes that are missing, and for each a name in the graph that looks like it.
    """
    if cycle := _cycle(graph):
        raise CheckFailed("wrong", "the graph has a cycle", got=" -> ".join(cycle))
    others = [node for node in graph.nodes if node not in canonical]
    missing = [node for node in canonical if node not in graph.nodes]
    near = {node: get_close_matches(node, others, 1, 0.5) for node in missing}
    said = ", ".join(f"{node} (there is {near[node][0]})" if near[node] else node for node in missing)
    assert_that(not missing, f"nodes are missing: {', '.join(missing)}", got=f"missing: {said}")
    after = sorted({child for parent, child in graph.edges if parent == sink})
    assert_that(not after, f"{sink} must come last: nothing is computed from it", got=f"{sink} -> {', '.join(after)}")


def assert_parents(
    graph: Graph, child: str, wanted: Collection[str], canonical: Sequence[str], *, sink: str, noise: Collection[str]
) -> None:
    """In the induced graph `child` is fed by exactly the nodes `wanted`, in a graph without a cycle.

    `noise` are nodes that must be drawn from nothing: one with a parent spoils the child it feeds. A node outside
    `canonical` without parents spoils the nodes it reaches, unless its name begins with one of FREE_ROOTS.
    """
    assert_that(not _cycle(graph), "the graph has a cycle")
    assert_that(all(parent != sink for parent, _ in graph.edges), f"{sink} must come last: nothing is computed from it")
    assert_that(child in graph.nodes, f"there is no node {child}")
    feeding = induced(graph, canonical)
    found = feeding[child]
    shown = ", ".join(sorted(found)) or "nothing"
    assert_that(
        found == set(wanted),
        f"{child} is not computed from the right nodes",
        got=f"{child} is computed from {shown}",
        expected=", ".join(sorted(wanted)),
    )
    for node in sorted(found & set(noise)):
        assert_that(not graph.parents()[node], f"{node} is noise: nothing may lead to it")
    strays = sorted(_stray_roots(graph, child, canonical))
    assert_that(
        not strays,
        f"{child} depends on a node without parents that is none of the assignment's",
        got=f"{', '.join(strays)}; name constants const…, priors prior…",
    )


def induced(graph: Graph, canonical: Collection[str]) -> dict[str, set[str]]:
    """For each node of `canonical` those of them that reach it through other nodes only."""
    parents = graph.parents()
    return {node: _reaching(parents, node, set(canonical))[0] for node in canonical if node in parents}


def _stray_roots(graph: Graph, child: str, canonical: Collection[str]) -> set[str]:
    """The nodes outside `canonical` that reach `child` through such nodes only, have no parents and no free name."""
    parents = graph.parents()
    between = _reaching(parents, child, set(canonical))[1]
    return {node for node in between if not parents[node] and not node.lower().startswith(FREE_ROOTS)}


def _reaching(parents: Mapping[str, set[str]], child: str, canonical: set[str]) -> tuple[set[str], set[str]]:
    """The canonical nodes that feed a child, and the other nodes on the way."""
    feeding: set[str] = set()
    between: set[str] = set()
    queue = list(parents[child])
    while queue:
        node = queue.pop()
        if node in canonical:
            feeding.add(node)
        elif node not in between:
            between.add(node)
            queue += parents[node]
    return feeding, between


def _cycle(graph: Graph) -> list[str]:
    """The nodes of a cycle, its first again at the end; empty when there is none."""
    parents = graph.parents()
    left = {node: set(found) for node, found in parents.items()}
    while free := [node for node, found in left.items() if not found & left.keys()]:
        for node in free:
            del left[node]
    if not left:
        return []
    path = [min(left)]
    while True:  # every node that is left has a parent that is left
        before = min(parents[path[-1]] & left.keys())
        if before in path:
            return [before, *reversed(path[path.index(before) :])]
        path.append(before)


def _graph(pairs: Iterable[tuple[str, str]]) -> Graph:
    """The graph of these edges, within its limits."""
    edges = dict.fromkeys(pairs)
    if len(edges) > EDGES:
        raise _malformed(f"the graph has {len(edges)} edges, {EDGES} are allowed")
    nodes = dict.fromkeys(node for edge in edges for node in edge)
    for node in nodes:
        if not 0 < len(node) <= NAME:
            raise _malformed(f"a node's name has 1 to {NAME} characters")
    return Graph(tuple(nodes), tuple(edges))


def _read_text(text: str) -> Graph:
    """The graph of a text in the subset of DOT."""
    if len(text) > TEXT:
        raise _malformed(f"the graph's text has {len(text)} characters, {TEXT} are allowed")
    edges: list[tuple[str, str]] = []
    for statement in _statements(_unwrapped(_tokens(text))):
        words = [word.text for word in statement]
        if any(word.kind == "sign" for word in statement) or words[0] in ("node", "edge", "graph"):
            continue  # rankdir=LR, node [shape=box]
        kinds = [word.kind for word in statement]
        if kinds != ["name", "arrow"] * (len(kinds) // 2) + ["name"]:
            raise _malformed("the graph's text has a line that is no arrow between names", got=" ".join(words)[:100])
        edges += pairwise(words[::2])
    return _graph(edges)


class _Word(NamedTuple):
    """A piece of a graph's text: a name, an arrow, a sign or the end of a line."""

    kind: str
    text: str


def _tokens(text: str) -> list[_Word]:
    """The pieces of a text without comments and attributes, names without their quotes."""
    found: list[_Word] = []
    place, attributes = 0, False
    while place < len(text):
        match = TOKEN.match(text, place)
        if match is None:
            raise _malformed("the graph's text cannot be read", got=repr(text[place : place + 20]))
        place, kind, piece = match.end(), str(match.lastgroup), match.group()
        if piece in ("[", "]") and kind == "sign":
            attributes = piece == "["
        elif attributes:
            continue
        elif kind == "quoted":
            found.append(_Word("name", piece[1:-1].replace('\\"', '"').strip()))
        elif kind == "skip":
            found += [_Word("line", "")] if "\n" in piece or piece.startswith(("//", "#")) else []
        else:
            found.append(_Word(kind, piece))
    return found


def _unwrapped(words: list[_Word]) -> list[_Word]:
    """The pieces inside of `digraph name { }`, or all where there is no such wrapping."""
    opening, closing = _Word("sign", "{"), _Word("sign", "}")
    if opening not in words and closing not in words:
        return words
    solid = [word for word in words if word.kind != "line"]
    head = [word.text for word in solid[: solid.index(opening)]] if opening in solid else []
    if head[:1] == ["strict"]:
        head = head[1:]
    if head[:1] != ["digraph"] or len(head) > 2 or solid[-1] != closing:
        raise _malformed("braces may only stand around the whole graph: digraph { … }")
    inner = words[words.index(opening) + 1 : len(words) - 1 - words[::-1].index(closing)]
    if opening in inner or closing in inner:
        raise _malformed("groups of nodes in braces cannot be read: write one arrow for each")
    return inner


def _statements(words: list[_Word]) -> list[list[_Word]]:
    """The pieces between semicolons, commas and ends of lines; an arrow carries a line on."""
    found: list[list[_Word]] = [[]]
    for place, word in enumerate(words):
        if word.kind == "line":
            after = next((w for w in words[place:] if w.kind != "line"), None)
            goes_on = (found[-1] and found[-1][-1].kind == "arrow") or (after is not None and after.kind == "arrow")
            found += [] if goes_on else [[]]
        elif word.kind == "sign" and word.text in ";,":
            found.append([])
        else:
            found[-1].append(word)
    return [statement for statement in found if statement]


def _malformed(reason: str, *, got: str = "") -> CheckFailed:
    return CheckFailed("malformed", reason, got=got)
