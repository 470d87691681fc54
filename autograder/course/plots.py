"""The drawings of a report, as SVG that fits any width; the same bytes for the same numbers."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from autograder.course.items import Item

__all__ = ["histogram", "mix", "parts"]

STYLE: dict[Any, Any] = {"svg.fonttype": "none", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False}
BLUE = "#2b6cb0"
COLOURS = {
    "passed": "#2f855a", "wrong": "#c53030", "raised": "#dd6b20", "malformed": "#b7791f", "missing": "#a0aec0",
    "timeout": "#6b46c1", "memory": "#553c9a", "forbidden": "#1a202c", "ungraded": "#e2e8f0",
    "internal": "#ed64a6",
}  # fmt: skip
BARS = 20


def histogram(totals: Sequence[float], possible: float, before: Sequence[float] = ()) -> str:
    """How many have how many points; `before`, what they had in the export, as an outline."""
    top = max([possible, *totals, *before, 1.0])
    edges = [top * i / BARS for i in range(BARS + 1)]
    with _figure("histogram", 5.2, 2.6) as (figure, axes):
        axes.hist(totals, bins=edges, color=BLUE, edgecolor="white", label="this run")
        if before:
            axes.hist(before, bins=edges, histtype="step", color="black", linewidth=1.2, label="in the export")
            axes.legend(frameon=False)
        axes.set_xlabel("points")
        axes.set_ylabel("hand-ins")
        axes.yaxis.get_major_locator().set_params(integer=True)
        return _svg(figure, "histogram")


def parts(items: Sequence[Item]) -> str:
    """The mean share of its points that a class has of each part."""
    with _figure("parts", 4.6, 0.8 + 0.26 * max(1, len(items))) as (figure, axes):
        axes.barh([item.part for item in items], [1] * len(items), color="#edf2f7")
        axes.barh([item.part for item in items], [item.difficulty for item in items], color=BLUE)
        axes.set_xlim(0, 1)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25 %", "50 %", "75 %", "all points"])
        axes.invert_yaxis()
        return _svg(figure, "parts")


def mix(verdicts: Mapping[str, Mapping[str, int]]) -> str:
    """By part the shares of its checks' verdicts."""
    with _figure("mix", 4.6, 1.4 + 0.26 * max(1, len(verdicts))) as (figure, axes):
        left = [0.0] * len(verdicts)
        for verdict, colour in COLOURS.items():
            shares = [counts.get(verdict, 0) / max(1, sum(counts.values())) for counts in verdicts.values()]
            if any(shares):
                axes.barh(list(verdicts), shares, left=left, color=colour, label=verdict)
                left = [a + b for a, b in zip(left, shares, strict=True)]
        axes.set_xlim(0, 1)
        axes.set_xticks([0, 0.5, 1], ["0", "half", "all checks"])
        axes.invert_yaxis()
        if verdicts:
            figure.legend(loc="outside upper center", ncols=3, frameon=False)
        return _svg(figure, "mix")


@contextmanager
def _figure(name: str, width: float, height: float) -> Iterator[tuple[Any, Any]]:
    """A figure and its axes in the report's style."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(STYLE | {"svg.hashsalt": name}):  # ids of one page differ
        figure = Figure(figsize=(width, height), layout="constrained")
        yield figure, figure.add_subplot()


def _svg(figure: Any, name: str) -> str:
    """The drawing as an element of a page: its ids begin with its name, so that those of two drawings differ."""
    drawn = io.StringIO()
    figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None})
    text = re.sub("<metadata>.*?</metadata>", "", drawn.getvalue(), flags=re.DOTALL)
    text = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-", text)
    return text[text.index("<svg") :].replace("<svg ", '<svg aria-hidden="true" ', 1)
