"""The report of a check as a person reads it: a table of claims, the failures below it, what comes after hand-in."""

from collections.abc import Callable, Iterable, Iterator

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from autograder.local.replay import Replayed, shown_call, shown_value
from autograder.local.report import PartReport, Report
from autograder.scoring.message import WORDS, clean, failure_rows, telling
from autograder.scoring.rubric import Line
from autograder.scoring.verdict import Check, Failure, Verdict

__all__ = ["print_failure", "print_replays", "print_report", "word_of"]

STYLES = {Verdict.PASSED: "green", Verdict.MISSING: "yellow", Verdict.UNGRADED: "yellow", Verdict.INTERNAL: "magenta"}
FAILED_STYLE = "red"
NARROW = 70
STUB = "NotImplementedError at "  # what a stub raises is no news

Replay = Callable[[str, str], str]


def print_report(console: Console, report: Report, replay: Replay) -> None:
    """Prints the whole report; `replay` gives what the reader types for a part and a case."""
    console.print(_table(report, narrow=console.width < NARROW))
    _print_groups(console, _groups(report.parts), replay)
    console.print()
    for note in report.notes:
        console.print(Text(clean(note)))
    public = sum(part.public for part in report.parts)
    held = sum(part.held for part in report.parts)
    if public:
        console.print(Text(f"{held:g} of {public:g} points' worth of public checks hold.", style="bold"))
        console.print("Every line is also checked on more cases after hand-in; nothing is handed in by this command.")


def print_failure(console: Console, rows: list[tuple[str, str]]) -> None:
    """Prints the rows of a failure; the command that replays it stands on a line that the terminal may wrap, not we."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=8, no_wrap=True, style="dim")
    grid.add_column(overflow="fold")
    for name, text in rows:
        if name != "replay":
            grid.add_row(name, Text(text))
    console.print(Padding(grid, (0, 0, 0, 4)))
    if replay := dict(rows).get("replay"):
        console.print(Text.assemble("    ", ("replay   ", "dim"), (replay, "cyan")), soft_wrap=True)


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
    for check in (line.check for part in parts for line in part.lines):
        if check.verdict is not Verdict.PASSED:
            failure = check.failure or Failure("")
            values = (check.part, failure) if telling(check) else (failure.reason, failure.got)
            groups.setdefault((check.verdict, *values), []).append(check)
    return list(groups.values())


def _print_groups(console: Console, groups: Iterable[list[Check]], replay: Replay) -> None:
    """The first check of each group with its failure; of the others how many there are and where."""
    listing = False  # what is missing has no case, and one line says all: such lines stand together
    for first, *others in groups:
        parts = ", ".join(dict.fromkeys(check.part for check in (first, *others)))
        rows = failure_rows(first, replay)
        if not (listing and first.verdict is Verdict.MISSING):
            console.print()
        listing = first.verdict is Verdict.MISSING
        if listing:
            told = dict(rows)
            place = f" ({told['got'].removeprefix(STUB)})" if "got" in told else ""
            console.print(Text.assemble((parts, "bold"), f" {told['reason']}{place}"))
            continue
        head = Text.assemble((first.part, "bold"), " ", clean(first.claim))
        if more := len(others):
            where = f" of parts {parts}" if "," in parts else ""
            head.append(f" ({more} more {'line fails' if more == 1 else 'lines fail'} the same way{where})", "dim")
        console.print(head)
        print_failure(console, rows)


def print_replays(console: Console, replayed: Iterable[Replayed], replay: Replay) -> None:
    """Prints a replayed case: the whole call as code, what came back, and what each claim makes of it."""
    known: list[str] = []
    for check, call in ((found.check, found.call) for found in replayed):
        code = [] if call is None else shown_call(call)
        if call is not None and code != known:
            console.print(Text("\ncalled" + (f" (the last of {call.made} calls)" if call.made > 1 else ""), "dim"))
            _print_code(console, code)
            if value := shown_value(call):
                console.print(Text("returned", "dim"))
                _print_code(console, value.splitlines())
            known = code
        console.print(Text.assemble("\n", (check.part, "bold"), " ", clean(check.claim)))
        if check.verdict is Verdict.PASSED:
            console.print(Text.assemble("    ", word_of(check)))
        else:
            print_failure(console, [row for row in failure_rows(check, replay) if row[0] not in ("called", "replay")])


def _print_code(console: Console, lines: Iterable[str]) -> None:
    """Lines to be copied: the terminal may wrap them, we do not."""
    for line in lines:
        console.print(Text(f"    {clean(line)}"), soft_wrap=True)
