"""`gradelbo regrade`: many submissions into the ledger."""

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from autograder.commands.border import INTERNAL, OK, friendly, known, one_thread, root
from autograder.commands.ledgers import RUNS, chosen_run, open_ledger, tell_unfitting
from autograder.commands.level import STRICT, require_level
from autograder.errors import UsageError

if TYPE_CHECKING:
    from autograder.course.export import Export
    from autograder.course.ledger import Ledger
    from autograder.course.regrade import Choice, Done, Plan
    from autograder.engine.grader import Grader

INTERRUPTED = 130


class Asked(NamedTuple):
    """Which hand-ins were asked for."""

    failed_only: bool
    since: int | None
    sample: int | None


class _Where(NamedTuple):
    """So many processes of this machine, or the workers of a scheduler; how far they must shut submissions in."""

    jobs: int
    scheduler: str | None
    least: str


@click.command()
@click.argument("export", type=click.Path(path_type=Path))
@click.option("--homework", help="The homework's id; not needed where there is only one.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=RUNS,
    show_default=True,
    help="The folder the ledger is written to.",
)
@click.option("--only", "parts", multiple=True, help="Grade only this part; may be given several times.")
@click.option("--failed-only", is_flag=True, help="Only hand-ins in which something did not pass in the latest run.")
@click.option("--since", type=click.IntRange(1), help="Only hand-ins that are new or changed since this run.")
@click.option("--sample", type=click.IntRange(1), help="Only so many hand-ins, always the same ones.")
@click.option("--dry-run", is_flag=True, help="Say what would be graded; grade and write nothing.")
@click.option("--jobs", type=click.IntRange(1), help="How many processes grade.", show_default="one a processor")
@click.option(
    "--dask", "scheduler", metavar="ADDRESS", help="Grade on the workers of a dask scheduler: tcp://host:8786."
)
@click.option("--roster", type=click.Path(path_type=Path), help="The course's list of students, a CSV.")
@click.option("--overrides", type=click.Path(path_type=Path), help="What instructors decided by hand: overrides.toml.")
@click.option("--allow-level", type=click.Choice(["partial", "process-only"]), help="As in `gradelbo grade`.")
@friendly
def regrade(
    export: Path,
    homework: str | None,
    out: Path,
    parts: tuple[str, ...],
    failed_only: bool,
    since: int | None,
    sample: int | None,
    dry_run: bool,
    jobs: int | None,
    scheduler: str | None,
    roster: Path | None,
    overrides: Path | None,
    allow_level: str | None,
) -> int:
    """Grade the submissions of an export into a ledger: Gradescope's bulk export (zip or folder), or a plain folder.

    What the ledger knows already is not graded again, so the same command goes on after Ctrl-C or a crash. Exits with 5
    when a fault of ours left a hand-in or a part of one without a score, 130 when interrupted.

    Example: gradelbo regrade assignment_123_export.zip --homework cs229-ps3 --out runs/
    """
    one_thread()
    from autograder.course.deciding import read_decisions
    from autograder.course.export import open_export
    from autograder.course.regrade import plan_regrade
    from autograder.course.roster import read_roster
    from autograder.engine.grader import Grader
    from autograder.manifest import find_homework

    found = find_homework(root(), homework)
    wanted = known(parts, found.parts)
    people = None if roster is None else read_roster(roster)
    decided = None if overrides is None else read_decisions(overrides, found)
    opened = open_export(export, people)
    with Grader(found, parts=wanted) as grader, open_ledger(out, new=True, dry=dry_run) as ledger:
        choice = _choice(Asked(failed_only, since, sample), ledger, found.id)
        plan = plan_regrade(grader, opened, ledger, choice=choice, overrides=decided)
        _announce(plan, opened)
        tell_unfitting(decided, opened.handins, opened.name)
        if dry_run:
            return OK
        least = allow_level or STRICT
        if scheduler is None:
            require_walls(least)
        progress = _Progress(len(plan.handins), len(plan.to_grade))
        try:
            return _carry_out(plan, grader, ledger, _Where(jobs or os.cpu_count() or 1, scheduler, least), progress)
        except KeyboardInterrupt:
            progress.close()
            click.echo(
                "\ngradelbo: interrupted; what was graded is kept: the same command goes on from there", err=True
            )
            return INTERRUPTED


def _carry_out(plan: "Plan", grader: "Grader", ledger: "Ledger", where: "_Where", progress: "_Progress") -> int:
    """Grades by so many processes, or on the workers of a scheduler."""
    from autograder.course.cluster import Cluster
    from autograder.course.pool import Pool
    from autograder.course.regrade import limit_s, local_pool
    from autograder.course.regrade import regrade as run_regrade

    runner: Cluster | Pool
    if where.scheduler is not None:
        most = limit_s(grader.homework)
        runner = Cluster(where.scheduler, plan.pins, most, least=where.least, say=progress.note)
    else:
        runner = local_pool(grader, where.jobs)
    with runner:
        run = run_regrade(plan, grader, ledger, runner, progress.say, tick=progress.tick)
    progress.close()
    counts = ", ".join(f"{count} {how}" for how, count in progress.counts.items())
    open_ = f", {progress.undecided} of them with an undecided part" if progress.undecided else ""
    click.echo(f"run {run.id} of {run.homework}: {counts}{open_}; ledger {ledger.path}")
    return INTERNAL if progress.counts.get("internal") or progress.undecided else OK


def _choice(asked: Asked, ledger: "Ledger", homework: str) -> "Choice":
    from autograder.course.regrade import Choice

    failed_in = chosen_run(ledger, None, homework, finished=True) if asked.failed_only else None
    since = None if asked.since is None else ledger.run(asked.since)
    if since is not None and since.homework != homework:
        raise UsageError(f"run {since.id} is one of {since.homework}, not of {homework}")
    return Choice(failed_in, since, asked.sample)


def _announce(plan: "Plan", export: "Export") -> None:
    absent = sum(handin.id not in export.places for handin in plan.handins)
    others = len(plan.handins) - len(plan.known) - len(plan.to_grade)
    click.echo(
        f"{export.name}: {len(plan.handins)} of {len(export.handins)} hand-ins; {len(plan.known)} known, "
        f"{len(plan.to_grade)} to grade, {absent} without files"
        + (f", {others - absent} damaged" if others > absent else ""),
        err=True,
    )
    for handin in plan.handins:
        for trouble in handin.troubles:
            click.echo(_clean(f"  {handin.id}: {trouble}"), err=True)
    for trouble in export.troubles:
        click.echo(_clean(f"  {trouble}"), err=True)


def require_walls(least: str) -> None:
    """Raises EnvironmentUnusable where submissions are not shut in that far."""
    from autograder.engine.grader import reachable_python
    from autograder.engine.sandbox import Zygote

    with Zygote(("numpy",), python=reachable_python()) as zygote:
        require_level(zygote, least)


class _Progress:
    """A bar with the time that is left on a terminal, else one line a hand-in."""

    def __init__(self, count: int, to_grade: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        self.count, self.to_grade = count, to_grade
        self.counts: dict[str, int] = {}
        self.graded = self.undecided = 0
        self.started = time.monotonic()
        console = Console(stderr=True)
        columns = (
            TextColumn("grading"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
        )
        # no thread of its own: the pool forks
        self.bar = Progress(*columns, console=console, auto_refresh=False) if console.is_terminal else None
        self.task = self.bar.add_task("", total=count) if self.bar else None
        if self.bar:
            self.bar.start()

    def say(self, done: "Done") -> None:
        """Takes down one hand-in."""
        self.counts[done.how] = self.counts.get(done.how, 0) + 1
        self.graded += done.how in ("graded", "internal")
        open_ = done.entry.score is not None and bool(done.entry.score.undecided)
        self.undecided += open_
        if self.bar is None:
            click.echo(_clean(f"[{sum(self.counts.values()):>{len(str(self.count))}}/{self.count}] {_line(done)}"))
        elif done.how == "internal" or open_:
            self.bar.console.print(_clean(_line(done)), markup=False, highlight=False)

    def note(self, text: str) -> None:
        """Says what is about no hand-in."""
        if self.bar is None:
            click.echo(_clean(f"gradelbo: {text}"), err=True)
        else:
            self.bar.console.print(_clean(text), markup=False, highlight=False)

    def tick(self) -> None:
        """Draws the bar."""
        if self.bar is not None and self.task is not None:
            left = self.to_grade - self.graded
            spent = time.monotonic() - self.started
            ahead = f"about {_time(spent / self.graded * left)} left" if self.graded else ""
            self.bar.update(self.task, completed=sum(self.counts.values()), description=ahead, refresh=True)

    def close(self) -> None:
        """Leaves the bar as it stands."""
        if self.bar is not None:
            self.tick()
            self.bar.stop()
            self.bar = None


def _line(done: "Done") -> str:
    entry = done.entry
    head = f"{entry.handin.id}  {entry.handin.names}"
    if entry.score is None:
        return f"{head}  {entry.state}: {entry.fault}"
    was = (
        ""
        if entry.handin.score is None or entry.handin.score == entry.score.total
        else f" (was {entry.handin.score:g})"
    )
    open_ = f", undecided: {', '.join(entry.score.undecided)}" if entry.score.undecided else ""
    took = f"  {done.seconds:.1f} s" if done.how == "graded" else f"  {done.how}"
    return f"{head}  {entry.score.total:g}{was}{open_}{took}"


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def _clean(text: str) -> str:
    from autograder.scoring.message import clean

    return clean(" ".join(text.split()) if "\n" in text else text)
