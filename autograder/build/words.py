"""Text as a run of words, so that what students get can be searched for what they must write themselves."""

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from typing import NamedTuple

__all__ = ["WINDOW", "Place", "code_words", "telling", "text_words", "windows"]

WINDOW = 6
# numbers, names and operators: brackets, dots, commas, colons and quotes are no words, or `x.shape[1]` would be six
WORD = re.compile(r"\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|\w+|\*\*|//|[<>=!]=|[-+*/@]=|->|[-+*/@%<>=~&|]")
LAYOUT = {tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT, tokenize.ENDMARKER}
STRINGS = {tokenize.STRING} | {getattr(tokenize, name, tokenize.STRING) for name in ("FSTRING_START", "FSTRING_MIDDLE")}
DOING = {*"+-*/@%<>~&|", "**", "//", "<=", ">=", "==", "!=", "+=", "-=", "*=", "/=", "@="}
DOING |= {"for", "if", "while", "return", "raise", "lambda", "not"}


class Place(NamedTuple):
    """A word and the line (1-based) that it stands in."""

    word: str
    line: int


def code_words(source: str, lines: Iterable[int] | None = None) -> tuple[Place, ...]:
    """The words of Python source without comments, layout and strings; with `lines`, only those that stand there.

    Raises SyntaxError or tokenize.TokenError for what is no Python.
    """
    wanted = None if lines is None else set(lines)
    ast.parse(source)
    found: list[Place] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        line = token.start[0]
        if token.type not in LAYOUT | STRINGS and (wanted is None or line in wanted):
            found += [Place(word, line) for word in WORD.findall(token.string)]
    return tuple(found)


def text_words(text: str) -> tuple[Place, ...]:
    """The words of any text, comments and prose included."""
    return tuple(Place(word, n) for n, line in enumerate(text.split("\n"), 1) for word in WORD.findall(line))


def windows(words: tuple[Place, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
    """Every run of WINDOW words, with the line of its first."""
    for n in range(len(words) - WINDOW + 1):
        yield tuple(place.word for place in words[n : n + WINDOW]), words[n].line


def telling(window: tuple[str, ...]) -> bool:
    """Whether a run of words does something: runs of mere names are what every signature and call looks like."""
    return not DOING.isdisjoint(window)
