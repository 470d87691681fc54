"""Runs a notebook's cell and keeps what it showed: printed text, its last value, figures, all bounded in size."""

import io
import sys
from typing import Any

from autograder.worker.cells import Cells

__all__ = ["exhibit"]

TEXT_LIMIT = 20_000
FIGURES, FIGURE_BYTES, DPI = 10, 2 << 20, 80


class Bounded(io.TextIOBase):
    """A stream that keeps the first characters written to it, and counts the rest."""

    def __init__(self) -> None:
        self.kept = ""
        self.cut = 0

    def writable(self) -> bool:
        """It can be written to."""
        return True

    def write(self, text: str) -> int:
        """Keeps what there is room for."""
        room = TEXT_LIMIT - len(self.kept)
        self.kept += text[:room]
        self.cut += max(0, len(text) - room)
        return len(text)

    def show(self, value: Any) -> None:
        """Keeps what Jupyter would show of a cell's last value: nothing of None."""
        if value is not None:
            self.write(_repr(value))

    def text(self) -> bytes:
        """What was kept, with a note about what was not."""
        return _bytes(self.kept + (f"\n… {self.cut} more characters" if self.cut else ""))


def exhibit(cells: Cells, step: int) -> dict[str, Any]:
    """What the cell at this place shows: {"text", "value", "raised": bytes, "figures": PNG files}."""
    printed, values = Bounded(), Bounded()
    space = cells.space
    space["__name__"] = "__main__"  # a person wants to see what the notebook's author saw
    space["display"] = lambda *things, **options: [printed.write(_repr(thing) + "\n") for thing in things]
    kept = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = printed
    try:
        failure = cells.run(step, values.show)
        figures = _figures()
    finally:
        sys.stdout, sys.stderr = kept
    if left_out := cells.left_out(step):
        printed.write(f"[left out: {', '.join(left_out)}]\n")
    error = f"cell {failure.cell} did not run to its end: {failure.text}" if failure else ""
    return {"text": printed.text(), "value": values.text(), "raised": _bytes(error), "figures": figures}


def _figures() -> list[bytes]:
    """The figures that are open, as PNG, closed afterwards."""
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    found: list[bytes] = []
    if pyplot is None:
        return found
    try:
        for number in pyplot.get_fignums()[:FIGURES]:
            file = io.BytesIO()
            pyplot.figure(number).savefig(file, format="png", dpi=DPI, bbox_inches="tight")
            if file.tell() <= FIGURE_BYTES:
                found.append(file.getvalue())
        pyplot.close("all")
    except BaseException:  # a figure that cannot be drawn is not shown
        return found
    return found


def _repr(value: Any) -> str:
    try:
        return str(repr(value))[: TEXT_LIMIT + 1]
    except BaseException as error:  # a __repr__ that raises
        return f"(cannot be shown: {type(error).__name__})"


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")
