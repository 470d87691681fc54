"""A report as a terminal shows it: gates, a table by part, survivors with their diffs."""

from rich.console import Console, Group, RenderableType
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from autograder.audit.judge import name_of
from autograder.audit.report import Report, gates
from autograder.manifest import Part

__all__ = ["rendered", "show"]

MOST = 12  # names, and diffs, that are written out


def show(report: Report, console: Console) -> None:
    """Prints the report."""
    console.print(rendered(report))


def rendered(report: Report) -> RenderableType:
    """The report as one thing to print."""
    shown: list[RenderableType] = [_parts(report), _gates(report)]
    for fate in report.survivors[:MOST]:
        shown.append(Text(f"\nsurvivor {fate.mutant.id} ({fate.mutant.digest}), {fate.mutant.operator}"))
        shown.append(Text(f"differs from the reference at: {fate.other}"))
        shown.append(Syntax(fate.mutant.diff, "diff", background_color="default"))
    if len(report.survivors) > MOST:
        shown.append(Text(f"… and {len(report.survivors) - MOST} survivors more: --json or --html has them all"))
    slow, spent, who = report.slowest
    kinds = ", ".join(f"{n} {verdict}" for verdict, n in report.verdicts.items())
    shown += [Text(line) for line in (f"\nkilled as: {kinds or '-'}", *power_lines(report))]
    shown.append(
        Text(
            f"{len(report.fates)} mutants, {f'{report.rate:.1f} a second' if report.rate else 'none graded now'}; "
            f"slowest property {slow or '-'}: {spent:.2f} s with {who or '-'}; {report.seconds:.0f} s in all"
        )
    )
    return Group(*shown)


def _parts(report: Report) -> Table:
    table = Table(title=f"audit of {report.homework.id}", title_justify="left")
    for name in ("part", "killed first here", "needed", "right", "inside (decades)", "false reject", "CPU s of budget"):
        table.add_column(name, justify="left" if name == "part" else "right")
    for part in report.homework.parts.values():
        if any(key[0] == part.id for key in report.paying):
            table.add_row(*_row(report, part))
    for name in report.homework.problems:
        counts = report.states(name)
        if any(counts.values()):
            real = counts["killed"] + counts["survived"]
            table.add_row(
                Text(name, style="dim"),
                Text(f"{counts['killed']}/{real} killed", style="red" if counts["survived"] else "green"),
                *[Text(f"{counts['equal']} equal, {counts['declared']} declared", style="dim")],
            )
    return table


def _row(report: Report, part: Part) -> tuple[str, ...]:
    keys = [key for key in report.paying if key[0] == part.id]
    killed = sum(f.kill is not None and f.kill.key[0] == part.id for f in report.fates)
    alone = sum(key in report.alone for key in keys)
    right = [g for g in report.graded if g.entry.right and g.entry.points.get(part.id)]
    good = sum(not any(line.startswith(f"{part.id}:") for line in g.amiss) for g in right)
    inside = min((report.margins[key][0] for key in keys if key in report.margins), default=None)
    chance = sum(report.chances.get(key, 0.0) for key in keys)
    spent, budget, _ = report.cost.get(part.id, (0.0, 0.0, ""))
    return (
        part.id,
        str(killed),
        f"{alone}/{len(keys)}",
        f"{good}/{len(right)}",
        "-" if inside is None else f"{inside:.1f}",
        f"{chance:.0e}" if chance else "-",
        f"{spent:.2f}/{budget:g}" if budget else "-",
    )


def _gates(report: Report) -> Table:
    table = Table(title="gates", title_justify="left")
    for name in ("", "gate", "wanted", "found"):
        table.add_column(name, overflow="fold")  # a path is longer than the column, and its line stands at its end
    for gate in gates(report):
        mark = Text("ok", style="green") if gate.passed else Text("MISSED", style="bold red")
        table.add_row(mark, gate.name, gate.wanted, gate.found)
        for name in gate.missed[:MOST]:
            table.add_row("", Text(f"  {name}", style="red"), "", "")
        if len(gate.missed) > MOST:
            table.add_row("", Text(f"  … and {len(gate.missed) - MOST} more", style="red"), "", "")
    return table


def power_lines(report: Report) -> list[str]:
    """By statistical property, on which share of fresh cases it rejects the mutants that it must."""
    return [f"{name_of(key)}: rejects on {n} of {of} fresh cases" for key, (n, of) in report.power.items()]
