"""`gradelbo check`: the public cases, on the student's machine."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder.commands.border import FAILED, INTERNAL, OK, friendly, root, started_as
from autograder.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from autograder.local.desk import Desk
    from autograder.local.report import Report
    from autograder.scoring.verdict import Check

LIVE_S = 5.0
WATCH_S = 0.5


@click.command()
@click.argument("parts", nargs=-1)
@click.option("--path", type=click.Path(path_type=Path), help="The folder with your files.", show_default="here")
@click.option("--homework", help="The homework's id; not needed where there is only one.")
@click.option("--case", help="Replay only this case, by the id that a failure shows, and print the whole call.")
@click.option("--save", type=click.Path(path_type=Path), help="With --case: write the call as a program of its own.")
@click.option("--pdb", is_flag=True, help="With --case: run the call again in the debugger.")
@click.option("--live", is_flag=True, help="Draw new cases, for the claims that need no recorded answer.")
@click.option("--seconds", type=click.FloatRange(0.1, 3600), default=LIVE_S, help="With --live: for each claim.")
@click.option("--seed", type=click.IntRange(0), default=0, help="With --live: another seed draws other cases.")
@click.option("--watch", "watching", is_flag=True, help="Check again whenever a file changes, until Ctrl-C or kill.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@friendly
def check(parts: tuple[str, ...], path: Path | None, homework: str | None, **options: Any) -> int:
    """Check your files against the public cases; nothing is handed in.

    PARTS are ids (2b), problems (gmm) or functions (e_step); without any, every part is checked. Exits with 0 when all
    public checks hold, 1 when one does not, 3 when none of the homework's files is there.

    Example: gradelbo check 2b --case 7f3a01
    """
    from rich.console import Console

    from autograder.manifest import find_homework

    case = options["case"]
    if (options["save"] or options["pdb"]) and not case:
        raise UsageError("--save and --pdb need --case ID: take the id from a failure's last line")
    if sum(map(bool, (case, options["live"], options["watching"], options["as_json"]))) > 1:
        raise UsageError("use only one of --case, --live, --watch and --json")
    found = find_homework(root(), homework)
    console = Console(stderr=options["as_json"], highlight=False)
    files = (path or Path()).resolve()
    console.print(f"{found.id}: {found.title}; your files in {files}", markup=False, soft_wrap=True)

    from autograder.local.choose import choose_parts
    from autograder.local.desk import Asked, Desk

    with Desk(found, choose_parts(found, parts), Asked(started_as(), path, homework)) as desk:
        if case:
            return _replay(desk, console, case, options["save"], debugging=options["pdb"])
        if options["live"]:
            return _live(desk, console, options["seconds"], options["seed"])
        if options["watching"]:
            return _watch(desk, console)
        report = _report(desk, console)
        if options["as_json"]:
            _print_json(report)
        else:
            _print(desk, console, report)
        return INTERNAL if report.fault else OK if report.holds else FAILED


def _report(desk: "Desk", console: "Console", parts: tuple[str, ...] | None = None) -> "Report":
    """Checks these parts (None: all of the desk's) and says meanwhile how far it is."""
    from autograder.local.progress import listening
    from autograder.local.report import report_of
    from autograder.local.run import check_submission, public_properties, scripts_of

    submission = desk.submission()
    wanted = [prop for prop in public_properties(desk.grader) if parts is None or prop.part.id in parts]
    for file in dict.fromkeys(file for prop in wanted for file in scripts_of(desk.homework, prop)):
        said = f"{file} will be run once as a script, in its own folder; that may take a while"
        console.print(said, markup=False, soft_wrap=True)
    with listening(console, moving=console.file.isatty()) as listener:
        checks = check_submission(desk.grader, submission, parts=parts, listener=listener)
    return report_of(desk.homework, checks, parts=parts or desk.parts, notes=desk.notes(submission))


def _print(desk: "Desk", console: "Console", report: "Report") -> None:
    from autograder.local.terminal import print_report

    console.print()
    print_report(console, report, desk.asked.replay)
    _tell_staff(desk, console, [line.check for part in report.parts for line in part.lines])


def _tell_staff(desk: "Desk", console: "Console", checks: "list[Check]") -> None:
    """In a checkout, of which no student has one: what the suite's own code raised."""
    from autograder.scoring.stored import suite_notes, trimmed

    for note in suite_notes(map(trimmed, checks)) if not desk.homework.handout else ():
        console.print(f"for staff: {note}", markup=False, soft_wrap=True)


def _print_json(report: "Report") -> None:
    import json

    from autograder.local.report import as_data

    click.echo(json.dumps(as_data(report), indent=2, allow_nan=False))


def _watch(desk: "Desk", console: "Console") -> int:
    """Checks whenever files change; Ctrl-C or SIGTERM is the way it ends, so it ends with 0."""
    import time

    from autograder.local.watch import until_told_to_end, watch

    def again(problems: frozenset[str]) -> None:
        asked = [prop.part.id for prop in desk.grader.properties if not problems.isdisjoint(prop.problems)]
        chosen = tuple(part for part in desk.homework.parts if part in asked)
        if chosen:
            console.rule(style="dim")
            _print(desk, console, _report(desk, console, chosen))
            console.print("watching your files; Ctrl-C ends this", style="dim")

    try:
        with until_told_to_end():
            watch(lambda: desk.own().watched(desk.homework), again, interval=WATCH_S, sleep=time.sleep)
    except KeyboardInterrupt:
        console.print("stopped watching")
    return OK


def _replay(desk: "Desk", console: "Console", case: str, save: Path | None, *, debugging: bool) -> int:
    from autograder.local.debugger import debug
    from autograder.local.replay import replay_case, script
    from autograder.local.terminal import print_replays

    bank, case = desk.bank_of(case)
    replayed = replay_case(desk.grader, desk.submission(), case, bank)
    print_replays(console, replayed, desk.asked.replay)
    _tell_staff(desk, console, [found.check for found in replayed])
    if save or debugging:
        called = next((found for found in replayed if found.call is not None), None)
        if called is None or called.call is None:
            raise UsageError(f"case {case} calls nothing: there is nothing to run; see the reason above")
        file = desk.graded_file(called.call.problem)
        adapter = desk.adapter_of(called.call.problem)
        if save and save.exists():
            raise UsageError(f"there is a {save} already; name a new file, or remove it")
        if save:
            title = f"Case {case} of part {called.prop.part.id} of {desk.homework.id}"
            text = script(called.call, desk.path / file, adapter.decode() if adapter else None, save, title)
            save.write_text(text, encoding="utf-8")
            console.print(f"wrote {save}: run it with python", markup=False, soft_wrap=True)
        if debugging:
            sys.stdout.flush()
            debug(called.call, desk.path, file, adapter)
    return _exit_code([found.check for found in replayed])


def _live(desk: "Desk", console: "Console", seconds: float, seed: int) -> int:
    import time

    from rich.text import Text

    from autograder.local.live import keep, obstacle, search
    from autograder.local.run import opened, public_properties
    from autograder.local.terminal import print_failure, word_of
    from autograder.scoring.message import failure_rows

    submission = desk.submission()
    checks = []
    for prop in public_properties(desk.grader):
        console.print(Text.assemble((prop.part.id, "bold"), " ", prop.claim))
        if why := obstacle(prop):
            console.print(Text(f"    {why}", "dim"))
            continue
        with opened(desk.grader, submission) as replay:
            found = search(replay, prop, seed=seed, seconds=seconds, clock=time.monotonic)
            kept = keep(desk.keeping, desk.grader.banks.public, found)
        tried = f"{found.tried} new {'case' if found.tried == 1 else 'cases'}"
        if kept is None:
            console.print(f"    {tried}: all hold", style="green")
        else:
            checks.append(kept)
            console.print(Text.assemble("    ", word_of(kept), f", the smallest of {tried}:"))
            print_failure(console, failure_rows(kept, desk.asked.replay))
    return _exit_code(checks)


def _exit_code(checks: "list[Check]") -> int:
    from autograder.scoring.verdict import Verdict

    verdicts = {check.verdict for check in checks}
    if Verdict.INTERNAL in verdicts:
        return INTERNAL
    return OK if verdicts <= {Verdict.PASSED, Verdict.UNGRADED} else FAILED
