"""The report of a check as a person reads it: a table of claims, the failures below it, what comes after hand-in."""

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from autograder.local.replay import Replayed, shown_call, shown_value
from autograder.local.report import PartReport, Report
from autograder.scoring.message import WORDS, clean, failure_rows, same, telling
from autograder.scoring.rubric import Line
from autograder.scoring.verdict import Check, Verdict

__all__ = ["print_failure", "print_replay", "print_report", "word_of"]

STYLES = {Verdict.PASSED: "green", Verdict.MISSING: "yellow", Verdict.UNGRADED: "yellow", Verdict.INTERNAL: "magenta"}
FAILED_STYLE = "red"
NARROW = 70


def print_report(console: Console, report: Report, command: str) -> None:
    """Prints the whole report; `command` is what the reader types before a part's id."""
    console.print(_table(report, narrow=console.width < NARROW))
    for group in _groups(report.parts):
        _print_group(console, group, command)
    console.print()
    for note in report.notes:
        console.print(Text(clean(note)))
    public = sum(part.public for part in report.parts)
    held = sum(part.held for part in report.parts)
    if public:
        console.print(Text(f"{held:g} of {public:g} points' worth of public checks hold.", style="bold"))
        console.print("Every line is also checked on more cases after hand-in; nothing is handed in by this command.")


def print_failure(console: Console, check: Check, command: str) -> None:
    """Prints why one check failed; the command that replays it stands on a line that the terminal may wrap, not we."""
    rows = failure_rows(check, command)
    if check.verdict is Verdict.MISSING:  # what is not there has no case to replay
        rows = [row for row in rows if row[0] in ("reason", "got")]
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=8, no_wrap=True, style="dim")
    grid.add_column(overflow="fold")
    for name, text in rows:
        if name != "replay":
            grid.add_row(name, Text(text))
    console.print(Padding(grid, (0, 0, 0, 4)))
    for _, text in rows[-1:] if rows and rows[-1][0] == "replay" else ():
        console.print(Text.assemble("    ", ("replay   ", "dim"), (text, "cyan")), soft_wrap=True)


def word_of(check: Check) -> Text:
    """The verdict in a word and a colour."""
    if check.verdict is Verdict.PASSED:
        return Text("holds", STYLES[Verdict.PASSED])
    word = "a fault of ours" if check.verdict is Verdict.INTERNAL else WORDS[check.verdict]
    return Text(word, STYLES.get(check.verdict, FAILED_STYLE))


def _table(report: Report, *, narrow: bool) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1 if narrow else 2, 0, 0), header_style="dim")
    table.add_column("claim", overflow="fold", min_width=16)
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("verdict", overflow="fold", min_width=8)
    for part in report.parts:
        if table.row_count:
            table.add_row()
        total = f"{part.public:g}" if part.public else ""
        table.add_row(Text(clean(f"{part.part.id} {part.part.title}"), "bold"), Text(total, "bold"), "")
        for line in part.lines:
            table.add_row(_claim(line), f"{line.pays:g}" if line.pays else "-", word_of(line.check))
        for text in _later(part):
            table.add_row(Padding(Text(text, "dim"), (0, 0, 0, 2)), "", "")
    return table


def _claim(line: Line) -> Padding:
    text = Text(clean(line.check.claim))
    if line.withheld:
        text.append(f" ({clean(line.withheld)})", "yellow")
    elif not line.pays:
        text.append(" (explains, no points)", "dim")
    return Padding(text, (0, 0, 0, 2))


def _later(report: PartReport) -> Iterator[str]:
    """What happens to the part after hand-in."""
    if report.hidden:
        more = "more " if report.lines else ""
        yield f"{_points(report.hidden, more)} checked after hand-in"
    if report.part.manual:
        by_hand = f": {clean(report.part.by_hand)}" if report.part.by_hand else ""
        yield f"{report.part.manual:g} {'point' if report.part.manual == 1 else 'points'} by a person{by_hand}"


def _points(points: float, more: str) -> str:
    return f"{points:g} {more}point is" if points == 1 else f"{points:g} {more}points are"


def _groups(parts: Iterable[PartReport]) -> list[list[Check]]:
    """The failed checks, those that fail for one and the same reason together; in order."""
    groups: dict[object, list[Check]] = {}
    for part in parts:
        for line in part.lines:
            check = line.check
            if check.verdict is not Verdict.PASSED:
                key = (check.part, check.verdict, check.failure) if telling(check) else same(check)
                groups.setdefault(key, []).append(check)
    return list(groups.values())


def _print_group(console: Console, group: list[Check], command: str) -> None:
    """The first check of a group with its failure; of the others how many there are and where."""
    first = group[0]
    head = Text.assemble((first.part, "bold"), " ", clean(first.claim))
    if len(group) > 1:
        places = ", ".join(dict.fromkeys(check.part for check in group))
        head.append(f" (and {len(group) - 1} more for the same reason: {places})", "dim")
    console.print()
    console.print(head)
    print_failure(console, first, command)


def print_replay(console: Console, replayed: Replayed, command: str) -> None:
    """Prints a replayed case: the whole call as code, what came back, and what the claim makes of it."""
    check, call = replayed.check, replayed.call
    console.print()
    console.print(Text.assemble((check.part, "bold"), " ", clean(check.claim)))
    if call is not None:
        last = f" (the last of {call.made} calls)" if call.made > 1 else ""
        console.print(Text(f"    called{last}", "dim"))
        for line in shown_call(call):
            console.print(Text(f"    {clean(line)}"), soft_wrap=True)
        if value := shown_value(call):
            console.print(Text("    returned", "dim"))
            for line in value.splitlines():
                console.print(Text(f"    {clean(line)}"), soft_wrap=True)
    if check.verdict is Verdict.PASSED:
        console.print(Text.assemble("    ", word_of(check)))
    else:
        print_failure(console, check, command)
