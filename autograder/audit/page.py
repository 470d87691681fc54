"""A report as one HTML page that needs nothing else: no script, no font, no picture from elsewhere."""

import io
import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from autograder.audit.judge import Key, name_of
from autograder.audit.report import Report, decades, gates
from autograder.manifest import Part

__all__ = ["write_page"]

HERE = Path(__file__).parent


def write_page(report: Report, path: Path) -> None:
    """Writes the page."""
    environment = Environment(loader=FileSystemLoader(HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    text = environment.get_template("page.html.j2").render(
        report=report,
        homework=report.homework,
        gates=gates(report),
        rows=[_row(report, report.homework.parts[key[0]], key) for key in report.paying],
        plot=Markup(_plot(report)),  # noqa: S704 - our own drawing, in which matplotlib escapes all text
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _row(report: Report, part: Part, key: Key) -> dict[str, Any]:
    inside = report.margins.get(key)
    rejected = report.power.get(key)
    costs = [g.seen.cost.get(key, 0.0) for g in report.graded if g.entry.right]
    return {
        "part": part.id,
        "name": key[1],
        "kills": sum(f.kill is not None and f.kill.key == key for f in report.fates),
        "alone": report.alone.get(key, ""),
        "because": report.homework.audit.because.get(name_of(key), ""),
        "inside": f"{inside[0]:.1f}" if inside else "",
        "narrowest": inside[1] if inside else "",
        "chance": f"{report.chances[key]:.0e}" if key in report.chances else "",
        "power": f"{rejected[0]} of {rejected[1]}" if rejected else "",
        "cost": f"{max(costs, default=0.0):.2f}",
    }


def _plot(report: Report) -> str:
    """Margins of right variants and mutants by property, as SVG without fixed size."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    keys = [key for key in report.paying if key in report.margins or any(_beyond(report, key))]
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "audit", "font.size": 8}):
        figure = Figure(figsize=(9, 1.2 + 0.24 * max(len(keys), 1)), layout="constrained")
        axes = figure.add_subplot()
        for row, key in enumerate(keys):
            right = [
                decades(g.seen.margins[key].ratio) for g in report.graded if g.entry.right and key in g.seen.margins
            ]
            wrong = _beyond(report, key)
            axes.plot(
                right,
                [row] * len(right),
                "o",
                ms=4,
                alpha=0.5,
                color="tab:blue",
                label=None if row else "right variant",
            )
            axes.plot(wrong, [row] * len(wrong), "x", ms=4, alpha=0.5, color="tab:red", label=None if row else "mutant")
        axes.axvline(0, color="black", lw=0.8)
        axes.set_yticks(range(len(keys)), [name_of(key) for key in keys])
        axes.set_xlabel("decades from the tolerance: error is 10 to this power times what is allowed")
        axes.invert_yaxis()
        axes.grid(axis="x", alpha=0.3)
        if keys:
            figure.legend(*axes.get_legend_handles_labels(), loc="outside upper right", ncols=2, frameon=False)
        drawn = io.StringIO()
        figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None})
    svg = re.sub("<metadata>.*?</metadata>", "", drawn.getvalue(), flags=re.DOTALL)
    return svg[svg.index("<svg") :]


def _beyond(report: Report, key: Key) -> list[float]:
    return [decades(f.kill.ratio) for f in report.fates if f.kill and f.kill.key == key and f.kill.ratio > 1]
