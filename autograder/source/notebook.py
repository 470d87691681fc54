"""Reads a notebook's bytes: every cell in order, whatever version or damage, or one sentence that says what is wrong.

It reads the JSON itself: nbformat refuses what Jupyter opens and students hand in (a byte order mark, missing metadata
or outputs, a number for a source, twice the same id). Outputs are dropped unread. Code cells count from 1.
"""

import json
from typing import Any, NamedTuple

__all__ = ["CELL_LIMIT", "ENDING", "Cell", "Unreadable", "is_notebook", "read"]

ENDING = ".ipynb"
CELL_LIMIT = 1000
ADVICE = "open it in Jupyter, save it, and hand it in again"
NEWEST = 4


class Unreadable(ValueError):
    """These bytes are no notebook that can be run; the text is the second half of "gmm.ipynb cannot be …: …"."""


class Cell(NamedTuple):
    """One cell: `number` counts the code cells from 1 and is 0 for text; `pictures` are a text cell's attachments."""

    number: int
    source: str
    pictures: dict[str, dict[str, str]]


def is_notebook(path: str) -> bool:
    """Whether the path names a notebook."""
    return path.lower().endswith(ENDING)


def read(data: bytes) -> list[Cell]:
    """All cells with code or text, in the order of the document, line ends as newlines. Raises Unreadable."""
    top = _parsed(_text(data))
    if not isinstance(top, dict):
        raise Unreadable(f"it is JSON, but not a notebook; {ADVICE}")
    _require_python(top)
    found: list[Cell] = []
    count = 0
    for place, cell in enumerate(_cells(top), 1):
        if not isinstance(cell, dict):
            raise Unreadable(f"item {place} of its cells is no cell; {ADVICE}")
        kind = cell.get("cell_type", "code")
        if kind == "code":
            count += 1
            found.append(Cell(count, _source(cell, f"cell {count}"), {}))
        elif kind in ("markdown", "heading", "html"):
            marks = "#" * _level(cell) + " " if kind == "heading" else ""
            found.append(Cell(0, marks + _source(cell, f"item {place} of its cells"), _pictures(cell)))
    if count > CELL_LIMIT:
        raise Unreadable(f"it has {count} code cells, and {CELL_LIMIT} may be run; hand in only the homework's own")
    return found


def _text(data: bytes) -> str:
    """The bytes as text: UTF-8, or what a byte order mark or NUL bytes in the first characters say."""
    if not data.strip():
        raise Unreadable("it is empty; save it in Jupyter and hand it in again")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif data[:4].count(0) == 2:
        encoding = "utf-16-be" if data[0] == 0 else "utf-16-le"
    else:
        encoding = "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable(f"it is not text in UTF-8; {ADVICE}") from None


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        if "\n<<<<<<< " in text:
            raise Unreadable("it holds both sides of a merge (<<<<<<<); settle the merge first") from None
        cut = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
        where = "it ends in the middle" if cut else f"line {error.lineno} breaks off"
        raise Unreadable(f"it is not valid JSON ({where}); {ADVICE}") from None
    except RecursionError:
        raise Unreadable(f"its JSON is nested too deeply; {ADVICE}") from None
    except ValueError:  # a number of more digits than Python reads
        raise Unreadable(f"it is not valid JSON; {ADVICE}") from None


def _cells(top: dict[str, Any]) -> list[Any]:
    """The list of cells: version 4 has one, versions 1 to 3 may have one for each worksheet."""
    if isinstance(top.get("cells"), list):
        return list(top["cells"])
    sheets = top.get("worksheets")
    if isinstance(sheets, list):
        lists = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
        return [cell for cells in lists if isinstance(cells, list) for cell in cells]
    version = top.get("nbformat")
    if isinstance(version, int) and version > NEWEST:
        raise Unreadable(f"it claims version {version:.4g} of the format and has no cells; save it as version {NEWEST}")
    raise Unreadable(f"it has no cells; {ADVICE}")


def _source(cell: dict[str, Any], name: str) -> str:
    value = cell.get("source", cell.get("input", ""))  # `input` up to version 3
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        value = "".join(value)
    if value is None:
        value = ""
    if isinstance(value, int | float):
        value = str(value)
    if not isinstance(value, str):
        raise Unreadable(f"{name} holds no text where its source should be; {ADVICE}")
    return value.replace("\r\n", "\n").replace("\r", "\n")


def _level(cell: dict[str, Any]) -> int:
    level = cell.get("level")
    return level if isinstance(level, int) and 1 <= level <= 6 else 1


def _pictures(cell: dict[str, Any]) -> dict[str, dict[str, str]]:
    attached = cell.get("attachments")
    found = attached.items() if isinstance(attached, dict) else ()
    return {
        name: {kind: data for kind, data in item.items() if isinstance(data, str)}
        for name, item in found
        if isinstance(item, dict)
    }


def _require_python(top: dict[str, Any]) -> None:
    """Raises Unreadable for a notebook that says it is written in another language."""
    metadata = top.get("metadata")
    for table, key in (("language_info", "name"), ("kernelspec", "language")):
        entry = metadata.get(table) if isinstance(metadata, dict) else None
        language = entry.get(key) if isinstance(entry, dict) else None
        if isinstance(language, str) and language:
            if "python" not in language.lower():
                raise Unreadable(f"it is written in {language[:40]}, not in Python")
            return
