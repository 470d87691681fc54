"""When a file is meant that has another name: surely (case, what a browser appends), or only perhaps (a letter off)."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from pathlib import PurePosixPath

__all__ = ["is_surely", "perhaps"]

# what browsers and systems append to the name of a second copy: "gmm (1)", "gmm-1", "gmm 2", "gmm copy 2", "gmm - Copy"
COPY = re.compile(r"( ?\(\d{1,3}\)|-\d{1,2}| \d{1,2}|( -)? copy( ?\(\d{1,3}\)| \d{1,3})?)$")
COMPARED = 200  # names that are looked at for a likeness


def is_surely(name: str, wanted: str) -> bool:
    """Whether a file of this name is the wanted one for certain, though the name is not the same to the letter."""
    return _plain(name) == _plain(wanted) or _plain(name, copies=True) == _plain(wanted)


def perhaps(paths: Iterable[str], wanted: str) -> str | None:
    """The path whose name could be meant: a letter off, or the wanted name with something behind it."""
    stem, ending = PurePosixPath(_plain(wanted)).stem, PurePosixPath(wanted).suffix
    names = {path: _plain(PurePosixPath(path).name) for path in sorted(paths)}
    longer = [path for path, name in names.items() if name.startswith(stem) and name.endswith(ending)]
    alike = [path for path, name in names.items() if name[:1] == stem[:1]][:COMPARED]  # gmm.py is no slip for lgm.py
    near = get_close_matches(_plain(wanted), [names[path] for path in alike], 1, 0.75)
    return next((path for path in (*longer, *alike) if path in longer or names[path] in near), None)


@lru_cache(8192)
def _plain(name: str, *, copies: bool = False) -> str:
    """A name without case, spare blanks and dots, a second ending; `copies`: without what marks a second copy, too."""
    plain = unicodedata.normalize("NFC", name).casefold().strip().rstrip(" .")
    plain = re.sub(r"(\.py|\.ipynb)(\.txt|\.py)$", r"\1", plain)
    stem, dot, ending = plain.rpartition(".")
    return f"{COPY.sub('', stem).rstrip()}{dot}{ending}" if copies and stem else plain
