"""`gradelbo audit`: holds a homework's grading against mutants, right variants and repeated runs."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.commands.border import FAILED, OK, friendly, known, one_thread, root

if TYPE_CHECKING:
    from autograder.audit.audit import Plan
    from autograder.audit.report import Report
    from autograder.manifest import Homework


@click.command()
@click.argument("homework", required=False)
@click.argument("parts", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
@click.option("--html", type=click.Path(path_type=Path), help="Also write the report as one HTML page.")
@click.option("--sample", type=click.IntRange(1), default=1, help="Take one mutant and one entry in so many.")
@click.option("--seeds", type=click.IntRange(0), help="How many fresh banks.", show_default="20, or 2 of a sample")
@click.option("--jobs", type=click.IntRange(1), help="How many graders work at once.", show_default="2 a processor")
@click.option("--afresh", is_flag=True, help="Ask everything again, whatever was found before.")
@friendly
def audit(
    homework: str | None,
    parts: tuple[str, ...],
    as_json: bool,
    html: Path | None,
    sample: int,
    seeds: int | None,
    jobs: int | None,
    afresh: bool,
) -> int:
    """Audit the grading of a homework (of all, when none is named), or of some of its parts.

    What was found before, of exactly what lies there now, is not asked again, but for entries of the corpus that have
    other points than they must. A whole audit leaves its result beside the reference, where `gradelbo build` looks for
    it. Exits with 1 when a gate is missed.

    Example: gradelbo audit cs229-ps3 2b --html audit.html
    """
    one_thread()
    import json

    from rich.console import Console

    from autograder.audit.audit import Plan
    from autograder.audit.page import write_page
    from autograder.audit.report import as_data, gates
    from autograder.audit.stamp import write_stamp
    from autograder.audit.text import show
    from autograder.manifest import find_homework, homeworks

    passed = True
    found = []
    for name in [homework] if homework else homeworks(root()):
        target = find_homework(root(), name)
        plan = Plan(
            parts=known(parts, target.parts),
            one_in=sample,
            seeds=(20 if sample == 1 else 2) if seeds is None else seeds,
            jobs=jobs or 2 * (os.cpu_count() or 1),  # each waits for its workers about half of the time
        )
        report = _run(target, plan, afresh=afresh)
        passed = passed and all(gate.passed for gate in gates(report))
        if plan.speaks:
            write_stamp(report)
        if as_json:
            found.append(as_data(report))
        else:
            show(report, Console())
        if html is not None:
            page = html if homework else html.with_name(f"{html.stem}-{target.id}{html.suffix}")
            write_page(report, page)
            click.echo(f"page: {page}", err=True)
    if as_json:
        click.echo(json.dumps(found[0] if homework else found, indent=2))
    return OK if passed else FAILED


def _run(homework: "Homework", plan: "Plan", *, afresh: bool) -> "Report":
    """The audit, with what was found before in the folder of built things."""
    from autograder.audit.audit import audit as run_audit
    from autograder.audit.memory import Memory, sole
    from autograder.audit.subject import deciding

    file = homework.root / "build" / f"audit-{homework.id}.sqlite"
    with sole(file.with_suffix(".lock")), Memory(None if afresh else file, deciding(homework)) as memory:
        if memory.set_aside is not None:
            told = f"{file} was damaged; it lies at {memory.set_aside} now, and everything is asked anew"
            click.echo(f"gradelbo: {told}", err=True)
        report = run_audit(homework, plan, lambda phase: click.echo(f"{phase} …", err=True), memory, _ticker())
    if memory.recalled:
        click.echo(f"{memory.recalled} results were known from before; --afresh asks everything again", err=True)
    return report


def _ticker() -> Callable[[int, int], None] | None:
    """Says how far a phase is, on a terminal, in one line that vanishes when it ends."""
    if not sys.stderr.isatty():
        return None
    return lambda n, of: click.echo(f"\r{n} of {of}\r" if n < of else "\r\033[K", nl=False, err=True)
