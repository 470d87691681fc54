"""A figure beside its target: how it is printed, kept and drawn."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

__all__ = ["Row", "draw", "keep", "line"]


class Row(NamedTuple):
    """What was measured on what, the figure, and the most (or `least`) that it should be (None: nothing promised)."""

    name: str
    on: str
    value: float
    target: float | None = None
    unit: str = "x"
    least: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        if self.target is None:
            return None
        return self.value >= self.target if self.least else self.value <= self.target


def line(row: Row) -> str:
    """One line of the table."""
    bound = "at least " if row.least else ""
    target = "" if row.target is None else f"target {bound}{row.target:g} {row.unit}: {'met' if row.met else 'MISSED'}"
    return f"{row.name:<44} {row.on:<26} {row.value:9.2f} {row.unit:<4} {target}".rstrip()


def keep(rows: Iterable[Row], place: Path) -> None:
    """Writes the rows as JSON, with the load of the machine."""
    place.parent.mkdir(parents=True, exist_ok=True)
    found = [{**row._asdict(), "value": round(row.value, 4), "met": row.met} for row in rows]
    place.write_text(json.dumps({"load": os.getloadavg()[0], "rows": found}, indent=2) + "\n", encoding="utf-8")


def draw(rows: Iterable[Row], place: Path) -> None:
    """Draws each figure as a share of its target; right of the line the target is missed."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    shown = [row for row in rows if row.target][::-1]
    figure, axes = pyplot.subplots(figsize=(9, 1 + 0.32 * len(shown)), layout="constrained")
    colours = ["tab:green" if row.met else "tab:red" for row in shown]
    shares = [(row.value / (row.target or 1)) ** (-1 if row.least else 1) for row in shown]
    axes.barh([f"{row.name}, {row.on}" for row in shown], shares, color=colours)
    axes.axvline(1.0, color="black", linewidth=1)
    axes.set_xscale("log")
    axes.set_xlabel("measured over target")
    figure.savefig(place)
    pyplot.close(figure)
