"""A folder of pages for people who grade by hand: one a hand-in, one a part with all hand-ins, and a file for points.

Everything that students wrote is text to these pages, but for notebooks, whose pages were made harmless in a worker and
stand by themselves, each behind its own content security policy.
"""

import base64
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from jinja2 import Environment
from markupsafe import Markup

from autograder.course.export import NO_FILES, Export
from autograder.course.handin import Handin
from autograder.course.pages import page_name, pages_of
from autograder.course.placing import placed
from autograder.course.reading import Reading, Text, written_parts
from autograder.course.task import Runner
from autograder.errors import UsageError
from autograder.manifest import Homework
from autograder.scoring.policy import SUBMISSION

__all__ = ["Labelled", "Written", "labelled", "skeleton", "table_of", "write_pages"]

OURS = {  # names of pages that a later call may remove
    "handins": r"[0-9a-f]{16}\.html",
    "notebooks": r"[0-9a-f]{16}-\d+\.html",
    "parts": r"\d\d-[0-9A-Za-z-]+\.html",
}
DIGITS = 6  # of an anonymous label, which people read aloud and write down
SLUG = re.compile(r"[^0-9A-Za-z]+")


class Labelled(NamedTuple):
    """A hand-in as those who grade it know it, and the name of its page."""

    handin: Handin
    label: str
    page: str


class Written(NamedTuple):
    """The first page, how many notebooks have theirs, our faults, and notebooks that could not be drawn."""

    first: Path
    pages: int
    faults: tuple[str, ...]
    undrawn: tuple[str, ...]


def labelled(handins: Sequence[Handin], *, anonymous: bool) -> list[Labelled]:
    """The hand-ins by name; where they are `anonymous` by digits of their ids' digests, in that order.

    An anonymous label is a function of the id alone, so that a late hand-in changes none that was noted before; only
    hand-ins whose first digits are the same have more of them.
    Raises UsageError where an id would name its student all the same.
    """
    if not anonymous:
        found = [Labelled(handin, handin.names, page_name(handin.id)) for handin in handins]
        return sorted(found, key=lambda one: (one.label.casefold(), one.handin.id))
    telling = [handin.id for handin in handins if not re.fullmatch(rf"{SUBMISSION}\d+", handin.id)]
    if telling:
        raise UsageError(
            f"--anonymous needs Gradescope's export: names of folders such as {telling[0]!r} may say whose they are"
        )
    whole = sorted(
        ((page_name(handin.id).removesuffix(".html"), handin) for handin in handins), key=lambda pair: pair[0]
    )
    counts = Counter(digest[:wide] for digest, _ in whole for wide in range(DIGITS, len(digest)))
    found = []
    for digest, handin in whole:
        wide = next((wide for wide in range(DIGITS, len(digest)) if counts[digest[:wide]] == 1), len(digest))
        found.append(Labelled(handin, f"hand-in {digest[:wide]}", page_name(handin.id)))
    return found


def write_pages(target: Path, homework: Homework, export: Export, whole: Sequence[Labelled], runner: Runner) -> Written:
    """Writes all pages; `runner` is a pool of `reader`s. Pages of hand-ins that are not among these are removed."""
    by_id = {one.handin.id: one for one in whole}
    readings: dict[str, Reading] = {}
    faults = {one.handin.id: NO_FILES for one in whole if one.handin.id not in export.places}
    ours: list[str] = []
    for folder, pattern in OURS.items():
        for path in (target / folder).glob("*.html"):
            if re.fullmatch(pattern, path.name):
                path.unlink()
    for outcome in placed(export, [key for key in by_id if key in export.places], runner):
        one = by_id[outcome.key]
        if outcome.data is None:
            faults[outcome.key] = f"a fault of the grader: {outcome.fault}"
            ours.append(f"{one.label}: {outcome.fault}")
            continue
        reading = msgspec.msgpack.decode(outcome.data, type=Reading)
        readings[outcome.key] = _write_reading(target, homework, one, reading)
    index = _write_index(target, homework, whole, readings, faults)
    drawn = [(by_id[key].label, one) for key, reading in readings.items() for one in reading.notebooks]
    undrawn = tuple(f"{label}: {one.path} has no page: {one.fault}" for label, one in drawn if one.html is None)
    return Written(index, len(drawn) - len(undrawn), tuple(ours), undrawn)


def _write_reading(target: Path, homework: Homework, one: Labelled, reading: Reading) -> Reading:
    """Writes the page of a hand-in, and those of its notebooks; gives the reading without what only they need."""
    links = dict(_notebooks(target, one, reading))
    told = {
        "homework": homework,
        "label": one.label,
        "table": table_of(one.handin),
        "parts": [
            {**part, "file": _shown(reading, reading.counts.get(part["id"], ""), links)} for part in _parts(homework)
        ],
        "notebooks": [(drawn, links.get(drawn.path, "")) for drawn in reading.notebooks],
        "reading": reading,
        "pictures": [(path, _embedded(kind, data)) for path, kind, data in reading.pictures],
    }
    _write(target / "handins" / one.page, pages_of().get_template("handin.html.j2").render(told))
    light = [msgspec.structs.replace(d, html=d.html and b"there") for d in reading.notebooks]
    return msgspec.structs.replace(reading, notebooks=tuple(light), pictures=())


def _write_index(
    target: Path,
    homework: Homework,
    whole: Sequence[Labelled],
    readings: Mapping[str, Reading],
    faults: Mapping[str, str],
) -> Path:
    """The first page and one a part; `readings` and `faults` (why there is none) are by the hand-ins' ids."""
    pages: Environment = pages_of()
    parts = list(_parts(homework))
    for part in parts:
        rows = []
        for one in whole:
            reading = readings.get(one.handin.id, Reading())
            links = {drawn.path: _link(one, i) for i, drawn in enumerate(reading.notebooks) if drawn.html is not None}
            shown = _shown(reading, reading.counts.get(part["id"], ""), links)
            rows.append(
                {
                    "one": one,
                    "table": table_of(one.handin),
                    "file": shown,
                    "links": links,
                    "fault": faults.get(one.handin.id, ""),
                }
            )
        told = {"homework": homework, "part": part, "parts": parts, "rows": rows}
        _write(target / "parts" / part["page"], pages.get_template("part.html.j2").render(told))
    told = {"homework": homework, "parts": parts, "whole": whole, "readings": readings, "faults": faults}
    _write(target / "index.html", pages.get_template("hand.html.j2").render(told))
    return target / "index.html"


def skeleton(homework: Homework, whole: Sequence[Labelled]) -> str:
    """An overrides.toml in which nothing is decided yet: a table a hand-in, a line a part, each to be filled in."""
    lines = [
        f"# Points by hand of {homework.id}: take the # off a line and put the points behind the =.",
        "# A table without points decides nothing. gradelbo rescore runs/ --overrides this-file",
    ]
    for one in whole:
        lines += ["", f"{table_of(one.handin)}  # {_line(one.label)}"]
        for part in map(homework.parts.__getitem__, written_parts(homework)):
            lines.append(f"# by_hand.{_quoted(part.id)} =     # of {part.manual:g}: {_line(part.by_hand)}")
    return "\n".join(lines) + "\n"


def table_of(handin: Handin) -> str:
    """The line of an overrides.toml that opens the table of this hand-in."""
    return f"[students.{_quoted(handin.id)}]"


def _parts(homework: Homework) -> Iterator[dict[str, Any]]:
    for number, part in enumerate(map(homework.parts.__getitem__, written_parts(homework)), 1):
        page = f"{number:02}-{SLUG.sub('-', part.id).strip('-') or 'part'}.html"
        yield {"id": part.id, "title": part.title, "points": part.manual, "by_hand": part.by_hand, "page": page}


def _shown(reading: Reading, path: str, links: Mapping[str, str]) -> dict[str, Any]:
    """The file that counts for a part: its text, or the link of its page."""
    text = next((text for text in reading.texts if text.path == path), None)
    empty = (path, 0) in reading.others if text is None else not text.text
    text = text or Text(path, "")
    return {"path": path, "text": text.text, "cut": text.cut, "empty": empty, "link": links.get(path, "")}


def _notebooks(target: Path, one: Labelled, reading: Reading) -> Iterator[tuple[str, str]]:
    """Writes the pages of the notebooks; gives (path in the hand-in, link from a folder beside theirs)."""
    for number, drawn in enumerate(reading.notebooks):
        if drawn.html is not None:
            link = _link(one, number)
            page = target / link.removeprefix("../")
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_bytes(drawn.html)
            yield drawn.path, link


def _link(one: Labelled, number: int) -> str:
    return f"../notebooks/{one.page.removesuffix('.html')}-{number}.html"


def _embedded(kind: str, data: bytes) -> Markup:
    return Markup(f"data:image/{kind};base64,{base64.b64encode(data).decode()}")  # noqa: S704 - letters of base64


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", errors="replace")


def _quoted(text: str) -> str:
    """A TOML string."""
    plain = (c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08x}" for c in text)
    return f'"{"".join(plain)}"'


def _line(text: str) -> str:
    """A comment: one line, of what can be printed."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())
