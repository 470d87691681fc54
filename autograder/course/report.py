"""A run as a folder of HTML pages without any need of a network: the class, and each hand-in for student and staff.

Everything that students chose, names and outputs and file names, is text to the pages: templates escape it, and a
content security policy lets no script run but the one that sorts tables.
"""

import re
import statistics
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from jinja2 import Environment
from markupsafe import Markup

from autograder.course import plots
from autograder.course.grading import Graded, facts_for, full_results
from autograder.course.items import items, property_items, spread, verdict_mix
from autograder.course.ledger import Entry, Ledger, Run
from autograder.course.likeness import Whose, alike
from autograder.course.pages import page_name, pages_of
from autograder.engine.overrides import Overrides
from autograder.engine.pipeline import rubric_of
from autograder.errors import UsageError
from autograder.manifest import Homework
from autograder.scoring.gradescope import Results
from autograder.scoring.policy import Facts
from autograder.scoring.preview import shown_rows, total_is_shown
from autograder.scoring.stored import checks_of, suite_notes
from autograder.scoring.verdict import Verdict

__all__ = ["write_report"]

FAILING, SLOWEST, ALIKE = 40, 10, 50  # rows
CHANGED = 1e-6
PAGE = re.compile(r"([0-9a-f]{16}|\d{5})\.html")  # names of this and of an earlier form
SECTIONS = (
    ("scores", "Scores"), ("parts", "Parts"), ("failures", "What fails most"), ("changed", "Changed"),
    ("alike", "Alike"), ("slowest", "Slowest"), ("all", "All hand-ins"), ("how", "How it was graded"),
)  # fmt: skip


class Writer(NamedTuple):
    """What the pages are made of and where they go."""

    ledger: Ledger
    run: Run
    homework: Homework
    pages: Environment
    target: Path
    page_of: Mapping[str, str]


def write_report(ledger: Ledger, run: Run, homework: Homework, target: Path) -> Path:
    """Writes the pages of a run into a folder; gives the path of the first one.

    Raises UsageError where the homework's points changed since: the pages would tell other scores than the ledger.
    """
    if run.rubric != rubric_of(homework):
        raise UsageError(f"the manifest of {homework.id} changed since run {run.id}: `gradelbo rescore` first")
    entries = list(ledger.entries(run))
    page_of = {entry.handin.id: page_name(entry.handin.id) for entry in entries}
    writer = Writer(ledger, run, homework, pages_of(), target, page_of)
    target.mkdir(parents=True, exist_ok=True, mode=0o700)  # names and scores are for staff
    for folder in ("students", "staff"):
        (target / folder).mkdir(parents=True, exist_ok=True)
        _remove_stale(target / folder, set(page_of.values()))
    for entry in entries:
        _write_pages(writer, entry)
    index = target / "index.html"
    index.write_text(writer.pages.get_template("index.html.j2").render(_class(writer, entries)), encoding="utf-8")
    return index


def _remove_stale(folder: Path, names: set[str]) -> None:
    """Removes pages of an older report: whose hand-in is not in this one would be taken for a part of it."""
    for path in folder.iterdir():
        if PAGE.fullmatch(path.name) and path.name not in names:
            path.unlink()


# --- a hand-in -------------------------------------------------------------------------------------------------------


def _write_pages(writer: Writer, entry: Entry) -> None:
    """The two pages of a hand-in."""
    graded = None if entry.graded is None else writer.ledger.graded(entry.graded)
    results = None if graded is None else full_results(writer.homework, graded, _facts(entry, graded))
    page = writer.page_of[entry.handin.id]
    template = writer.pages.get_template("student.html.j2")
    for folder, staff in (("students", False), ("staff", True)):
        told = _page(writer.homework, entry, results, staff=staff)
        more = _for_staff(writer, entry, graded) if staff else {"facts": (), "notes": (), "checks": ()}
        text = template.render(homework=writer.homework, page=page, staff=staff, **told, **more)
        (writer.target / folder / page).write_text(text, encoding="utf-8", errors="replace")


def _facts(entry: Entry, graded: Graded) -> Facts:
    """What the policy was applied to, the decision of then included."""
    facts = facts_for(entry.handin, Overrides({}), graded.signs, graded.unread)
    return msgspec.structs.replace(facts, override=entry.override)


def _page(homework: Homework, entry: Entry, results: Results | None, *, staff: bool) -> dict[str, Any]:
    """What both pages show; students see what is published, and nothing of our faults but that they are ours."""
    handed = f"{entry.handin.created_at:%Y-%m-%d %H:%M UTC}" if entry.handin.created_at else ""
    told: dict[str, Any] = {"names": entry.handin.names, "handed": handed, "results": results, "rows": (), "total": ""}
    if results is None:
        ours = "This could not be graded because of a fault of the grader. It is not your fault and no score of yours."
        return told | {"missing": ours if entry.state == "internal" else "Nothing was handed in that could be graded."}
    possible = sum(row.max_score or 0.0 for row in results.tests)
    total = f"{results.score:g} / {possible:g}" if staff or total_is_shown(results, "published") else ""
    rows = shown_rows(results, "instructor" if staff else "student", "published")
    return told | {"rows": rows, "total": total, "results_text": results.output, "missing": ""}


def _for_staff(writer: Writer, entry: Entry, graded: Graded | None) -> dict[str, Any]:
    """What only staff see."""
    handin = entry.handin
    facts = [
        ("hand-in", handin.id),
        (
            "people",
            "; ".join(" ".join(filter(None, (p.name, p.email, p.sid, p.section))) for p in handin.people) or "–",
        ),
        ("state", f"{entry.state}{': ' if entry.fault else ''}{entry.fault}"),
        ("score in the export", "none" if handin.score is None else f"{handin.score:g}"),
        ("submissions before", str(handin.earlier)),
        ("files", entry.digest or "none"),
    ]
    if graded is not None:
        facts += [("level of isolation", str(graded.stamp.get("level", "unknown"))), ("seconds", f"{graded.seconds:g}")]
    checks = () if graded is None else graded.stored.checks
    own = () if graded is None else suite_notes(checks_of(graded.stored))
    notes = [*handin.troubles, *(entry.score.staff if entry.score else ()), *own]
    return {
        "facts": facts,
        "notes": notes,
        "checks": [check for check in checks if check.verdict is not Verdict.PASSED],
    }


# --- the class -------------------------------------------------------------------------------------------------------


def _class(writer: Writer, entries: Sequence[Entry]) -> dict[str, Any]:
    """What the first page shows."""
    ledger, run, homework = writer.ledger, writer.run, writer.homework
    graded = [(e.handin.id, ledger.verdicts(e.graded)) for e in entries if e.graded is not None]
    scored = [entry for entry in entries if entry.score is not None]
    totals = [entry.score.total for entry in scored if entry.score is not None]
    before = [entry.handin.score for entry in scored if entry.handin.score is not None]
    possible = sum(part.automatic for part in homework.parts.values() if part.id in run.parts)
    parts = items(homework, entries)
    levels = sorted({ledger.level(entry.graded) for entry in entries if entry.graded is not None})
    drawn = {
        "histogram": Markup(plots.histogram(totals, possible, before)),  # noqa: S704 - matplotlib escapes all text
        "parts_plot": Markup(plots.parts(parts)),  # noqa: S704 - as above
        "mix_plot": Markup(plots.mix(verdict_mix(graded))),  # noqa: S704 - as above
    }
    return {
        "run": run,
        "homework": homework,
        "sections": SECTIONS,
        "page_of": writer.page_of,
        "entries": sorted(entries, key=lambda entry: (entry.handin.names.casefold(), entry.handin.id)),
        "facts": _headline(entries, totals, possible, levels),
        "weak": _weak(levels),
        "open": list(_open(entries)),
        "histogram_text": _spread_text(totals, before, possible),
        "items": parts,
        "failing": list(_failing(writer, entries, graded)),
        "changed": _changed(scored),
        "slowest": _slowest(writer, scored),
        "pairs": _pairs(writer, entries),
        "pins": _pins(run, levels),
        **drawn,
    }


def _headline(
    entries: Sequence[Entry], totals: Sequence[float], possible: float, levels: Sequence[str]
) -> Iterator[Any]:
    found = spread(totals)
    yield "hand-ins", len(entries)
    yield "graded", len(totals)
    if totals:
        yield "mean", f"{found.mean:.1f} / {possible:g}"
        yield "median", f"{found.median:.1f}"
    yield "faults of ours", sum(entry.state == "internal" for entry in entries)
    yield "isolation", ", ".join(levels) or "–"


def _weak(levels: Sequence[str]) -> str:
    less = [level for level in levels if level != "strict"]
    if not less:
        return ""
    return (
        f"Some were shut in only at level {', '.join(less)}: they could have reached one another. See gradelbo doctor."
    )


def _open(entries: Sequence[Entry]) -> Iterator[tuple[Entry, str]]:
    for entry in entries:
        if entry.score is None:
            yield entry, entry.fault
        elif entry.score.undecided:
            yield entry, f"undecided: part {', '.join(entry.score.undecided)}"


def _spread_text(totals: Sequence[float], before: Sequence[float], possible: float) -> str:
    if not totals:
        return "No hand-in has a score."
    found = spread(totals)
    text = (
        f"{found.of} scores of {possible:g} points: median {found.median:.1f}, half of them from {found.low:.1f} to "
        f"{found.high:.1f}, mean {found.mean:.1f}, standard deviation {found.deviation:.1f}."
    )
    return text + (f" In the export: {len(before)} scores, mean {statistics.fmean(before):.1f}." if before else "")


def _failing(writer: Writer, entries: Sequence[Entry], graded: Sequence[Any]) -> Iterator[dict[str, Any]]:
    by_id = {entry.handin.id: entry for entry in entries}
    for item in property_items(writer.homework, graded)[:FAILING]:
        if not item.failed:
            return
        entry = by_id.get(item.example)
        claim, reason = "", ""
        if entry is not None and entry.graded is not None:
            kept = writer.ledger.graded(entry.graded).stored.checks
            check = next((c for c in kept if (c.part, c.name) == (item.part, item.name)), None)
            if check is not None:
                own = f" (the property itself raised {check.raised})" if check.raised else ""
                claim, reason = check.claim, check.reason + own
        how = ", ".join(f"{count} {verdict}" for verdict, count in item.verdicts.items())
        of = item.passed + item.failed
        yield {**item._asdict(), "of": of, "how": how, "claim": claim, "reason": reason, "entry": entry}


def _changed(entries: Sequence[Entry]) -> list[tuple[Entry, str]]:
    found = []
    for entry in entries:
        if entry.score is None or entry.handin.score is None:
            continue
        step = entry.score.total - entry.handin.score
        if abs(step) <= CHANGED:
            continue
        parts = [
            f"{part} {was:g} → {now:g}"
            for part, was in entry.handin.points.items()
            if (now := entry.score.points.get(part)) is not None and abs(now - was) > CHANGED
        ]
        found.append((abs(step), entry, ", ".join(parts)))
    return [(entry, parts) for _, entry, parts in sorted(found, key=lambda row: (-row[0], row[1].handin.id))]


def _slowest(writer: Writer, entries: Sequence[Entry]) -> list[tuple[float, Entry]]:
    timed = [(writer.ledger.seconds(entry.graded), entry) for entry in entries if entry.graded is not None]
    return sorted(timed, key=lambda row: (-row[0], row[1].handin.id))[:SLOWEST]


def _pairs(writer: Writer, entries: Sequence[Entry]) -> list[tuple[float, Any, Any]] | None:
    """The pairs that are alike, as links; also those with hand-ins of earlier classes. None without any prints."""
    found = alike(writer.ledger, writer.run, entries, ALIKE)
    return None if found is None else [(p.score, _linked(writer, p.first), _linked(writer, p.second)) for p in found]


def _linked(writer: Writer, whose: Whose) -> Markup:
    """A link to the staff's page, or the number of the run that has none here; `format` escapes what it puts in."""
    handin = whose.entry.handin
    if whose.run.id == writer.run.id:
        return Markup('<a href="staff/{}"><bdi>{}</bdi></a>').format(writer.page_of[handin.id], handin.names)
    return Markup("<bdi>{}</bdi> ({})").format(handin.names, f"run {whose.run.id}, {handin.id}")


def _pins(run: Run, levels: Sequence[str]) -> list[tuple[str, str]]:
    return [
        ("parts", ", ".join(run.parts)),
        ("suite", run.suite),
        ("banks", run.bank),
        ("environment", run.environment),
        ("manifest", run.rubric),
        ("isolation", ", ".join(levels) or "–"),
        ("finished", run.finished or "no"),
    ]
