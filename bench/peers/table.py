"""What was measured beside the peers: kept as JSON and read again, judged by the targets, as tables and a plot."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from bench.rows import Row, line

__all__ = ["TARGETS", "Figures", "Report", "draw", "keep", "markdown", "read", "rows_of", "text"]

TARGETS = {"gradescope-utils": 15.0, "otter-grader": 50.0, "nbgrader": 45.0}  # times as many submissions a minute
COLD = 1.6  # times the imports
OWN = "gradelbo"


class Figures(NamedTuple):
    """One tool: seconds of one submission from cold, submissions a minute, seconds of computing for each of many.

    `trouble` says where its scores are not those of the others ("" where they are).
    """

    tool: str
    version: str
    cold_s: float
    cold_cpu_s: float
    a_minute: float
    each_cpu_s: float
    left_after_exit: str
    left_after_loop: str
    trouble: str = ""


class Report(NamedTuple):
    """All of one run; `many`: our figures for a whole class, `imports_*`: seconds of importing numpy and torch."""

    date: str
    load: float
    rounds: int
    submissions: int
    many_count: int
    imports_s: float
    imports_cpu_s: float
    many: Figures
    tools: list[Figures]
    numerics: str


def rows_of(report: Report) -> list[Row]:
    """Ours from cold; over each peer, submissions a minute of a class, by the target, and of as many as it got."""
    own = next(each for each in report.tools if each.tool == OWN)
    rows = [Row("from cold, over imports", OWN, own.cold_cpu_s / report.imports_cpu_s, COLD)]
    for each in report.tools:
        if each.tool == OWN:
            continue
        target = TARGETS.get(each.tool)
        on = f"{report.many_count} against {report.submissions}"
        rows.append(Row(f"a minute, over {each.tool}", on, report.many.a_minute / each.a_minute, target, least=True))
        rows.append(Row(f"a minute, over {each.tool}", f"{report.submissions} each", own.a_minute / each.a_minute))
        rows.append(Row(f"computing of {each.tool} over ours", on, each.each_cpu_s / report.many.each_cpu_s))
    return rows


def text(report: Report) -> str:
    """The table for a terminal, and each ratio with its target."""
    heads = ("", "cold s", "CPU s", "x imports", "a minute", "CPU s each", "os._exit", "loop", "scores")
    shape = "{:<18} {:>8} {:>8} {:>10} {:>9} {:>11}  {:<8} {:<8} {}"
    lines = [shape.format(*heads).rstrip()]
    alone = ("imports only", f"{report.imports_s:.2f}", f"{report.imports_cpu_s:.2f}", "1.0", "", "", "", "", "")
    lines.append(shape.format(*alone).rstrip())
    for each in report.tools:
        lines.append(shape.format(f"{each.tool} {each.version}", *_cells(report, each), each.trouble or "agree"))
    many = ("", "", "", f"{report.many.a_minute:.3g}", f"{report.many.each_cpu_s:.3f}", "", "", "")
    lines.append(shape.format(f"{OWN}, {report.many_count}", *many).rstrip())
    return "\n".join([*lines, "", *map(line, rows_of(report))])


def markdown(report: Report) -> str:
    """The table for README."""
    own = next(each for each in report.tools if each.tool == OWN)
    lines = [
        f"| {report.date} | from cold, s | computing × imports | submissions a minute | {OWN} is | "
        "after `os._exit` | after an endless loop |",
        "|---|---|---|---|---|---|---|",
    ]
    for each in report.tools:
        rate = f"{each.a_minute:.3g}"
        if each is own:
            rate += f"; {report.many.a_minute:.3g} when there are {report.many_count}"
        ratio = report.many.a_minute / each.a_minute
        target = TARGETS.get(each.tool)
        wanted = "" if target is None else f" (target {target:g}: {'met' if ratio >= target else 'missed'})"
        alike = f"{own.a_minute / each.a_minute:.1f} × with as many, {ratio:.1f} × with {report.many_count}"
        times = "" if each is own else f"{alike}{wanted}"
        cells = _cells(report, each)
        lines.append(
            f"| {each.tool} {each.version} | {cells[0]} | {cells[2]} | {rate} | {times} | {cells[5]} | {cells[6]} |"
        )
    lines += [
        "",
        f"{report.submissions} submissions, two at a time on two cores, right and wrong ones by turns; medians over "
        f"rounds: {report.rounds}, load {report.load:.1f}; {report.numerics}. Importing NumPy and torch alone takes "
        f"{report.imports_s:.2f} s.",
    ]
    return "\n".join(lines)


def _cells(report: Report, each: Figures) -> tuple[str, ...]:
    over = each.cold_cpu_s / report.imports_cpu_s
    figures = (f"{each.cold_s:.2f}", f"{each.cold_cpu_s:.2f}", f"{over:.1f}", f"{each.a_minute:.3g}")
    return *figures, f"{each.each_cpu_s:.3f}", each.left_after_exit, each.left_after_loop


def keep(report: Report, place: Path) -> None:
    """Writes the report as JSON, with its rows."""
    place.parent.mkdir(parents=True, exist_ok=True)
    rows = [{**row._asdict(), "met": row.met} for row in rows_of(report)]
    found: dict[str, Any] = report._asdict() | {"rows": rows, "many": report.many._asdict()}
    found["tools"] = [each._asdict() for each in report.tools]
    place.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def read(place: Path) -> Report:
    """The report that `keep` wrote; its ratios are worked out anew."""
    found = json.loads(place.read_text(encoding="utf-8"))
    found.pop("rows")
    tools = [Figures(**each) for each in found.pop("tools")]
    return Report(many=Figures(**found.pop("many")), tools=tools, **found)


def draw(report: Report, place: Path) -> None:
    """Draws submissions a minute and seconds from cold, a bar a tool."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(10, 3), layout="constrained")
    bars = {f"{OWN}, {report.many_count}": report.many.a_minute} | {each.tool: each.a_minute for each in report.tools}
    colours = ["tab:green" if name.startswith(OWN) else "tab:gray" for name in bars]
    left.bar_label(left.barh(list(bars)[::-1], list(bars.values())[::-1], color=colours[::-1]), fmt="{:.3g}")
    left.margins(x=0.15)
    left.set_xlabel("submissions a minute, two at a time")
    seconds = {"imports only": report.imports_cpu_s} | {each.tool: each.cold_cpu_s for each in report.tools}
    colours = ["tab:green" if name == OWN else "tab:gray" for name in seconds]
    right.barh(list(seconds)[::-1], list(seconds.values())[::-1], color=colours[::-1])
    right.set_xlabel("seconds of computing, one submission from cold")
    figure.savefig(place)
    pyplot.close(figure)
