"""`gradelbo diff`: two runs side by side."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder.commands.border import FAILED, OK, friendly
from autograder.commands.ledgers import open_ledger, runs_option

if TYPE_CHECKING:
    from autograder.course.comparing import Change


@click.command()
@click.argument("before", type=click.IntRange(1))
@click.argument("after", type=click.IntRange(1))
@click.option("--json", "as_json", is_flag=True, help="Print the changes as one JSON object.")
@friendly
@runs_option
def diff(before: int, after: int, runs: Path, as_json: bool) -> int:
    """Say whose score changed from one run to another, by how much, and what is behind it.

    Exits with 1 when something changed.

    Example: gradelbo diff 1 2 --runs runs/
    """
    import json

    from autograder.course.comparing import causes, changes
    from autograder.scoring.message import clean

    with open_ledger(runs) as ledger:
        found = list(changes(ledger, ledger.run(before), ledger.run(after)))
    if as_json:
        click.echo(json.dumps({"changes": [_data(change) for change in found], "causes": causes(found)}, indent=2))
        return FAILED if found else OK
    for change in found:
        click.echo(clean(_line(change)))
        for flip in change.flips:
            click.echo(clean(f"    {flip}"))
    up, down = (sum(_by(change) * sign > 0 for change in found) for sign in (1, -1))
    click.echo(f"{len(found)} changed: {up} up, {down} down" if found else "nothing changed")
    for cause, count in causes(found).items():
        click.echo(clean(f"  {count:>4}  {cause}"))
    return FAILED if found else OK


def _by(change: "Change") -> float:
    was, now = change.totals
    return 0.0 if was is None or now is None else now - was


def _line(change: "Change") -> str:
    was, now = change.totals
    entry = change.after or change.before
    names = entry.handin.names if entry else ""
    if change.before is None or change.after is None:
        return f"{change.id}  {names}  only in the {'second' if change.before is None else 'first'} run"
    parts = ", ".join(f"{part} {_said(a)} -> {_said(b)}" for part, (a, b) in change.parts.items())
    why = f"  [{', '.join(change.causes)}]" if change.causes else ""
    step = f" ({_by(change):+g})" if was is not None and now is not None else ""
    return f"{change.id}  {names}  {_said(was)} -> {_said(now)}{step}  {parts}{why}"


def _said(points: float | None) -> str:
    return "none" if points is None else f"{points:g}"


def _data(change: "Change") -> dict[str, Any]:
    return {
        "handin": change.id,
        "totals": change.totals,
        "parts": dict(change.parts),
        "flips": [flip._asdict() for flip in change.flips],
        "causes": change.causes,
    }
