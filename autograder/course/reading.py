"""What a person reads of a hand-in: notebooks, run and drawn behind the wall, texts, and what counts for a part."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from autograder.course.pool import Serve, Start
from autograder.course.task import Task
from autograder.engine.archive import open_packed
from autograder.engine.export import export, export_zygote
from autograder.engine.leftovers import printable
from autograder.engine.sandbox import Zygote
from autograder.engine.submission import Submission, intake
from autograder.errors import SubmissionUnusable
from autograder.manifest import Homework

__all__ = ["LIMIT_S", "Drawn", "Reading", "Text", "reader", "reading_of", "written_parts"]

LIMIT_S = 1800.0  # of a hand-in, whose notebooks may take two minutes each
TEXTS = (".md", ".txt", ".tex", ".rst", ".py", ".json", ".csv", ".toml", ".yaml", ".yml")
PICTURES = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".gif": "gif"}
TEXT_LIMIT, PICTURE_LIMIT, SHOWN_LIMIT = 200_000, 2 << 20, 16 << 20


class Text(msgspec.Struct, frozen=True):
    """A file as text, shortened where it is long; `cut` counts the characters that are not here."""

    path: str
    text: str
    cut: int = 0


class Drawn(msgspec.Struct, frozen=True):
    """A notebook as a page that does nothing, or why there is none."""

    path: str
    html: bytes | None
    fault: str = ""


class Reading(msgspec.Struct, frozen=True):
    """A hand-in for a person. `counts` maps a part that a person grades to the path of the file that is read for it.

    `pictures` are (path, kind, bytes); `others` are (path, size) of what is not shown.
    """

    notebooks: tuple[Drawn, ...] = ()
    texts: tuple[Text, ...] = ()
    pictures: tuple[tuple[str, str, bytes], ...] = ()
    others: tuple[tuple[str, int], ...] = ()
    counts: dict[str, str] = {}
    notes: tuple[str, ...] = ()


def written_parts(homework: Homework) -> tuple[str, ...]:
    """The parts for which a person gives points, in the manifest's order."""
    return tuple(part.id for part in homework.parts.values() if part.manual)


def reader(homework: Homework) -> Start:
    """What starts a process of a pool that answers tasks with packed readings."""

    @contextmanager
    def start(_: Path) -> Iterator[Serve]:
        with export_zygote() as zygote:
            yield lambda data: msgspec.msgpack.encode(
                reading_of(zygote, homework, msgspec.msgpack.decode(data, type=Task).place)
            )

    return start


def reading_of(zygote: Zygote, homework: Homework, path: Path) -> Reading:
    """The reading of what lies at this path; nothing of it runs but in workers of the zygote."""
    files = tuple(problem.file for problem in homework.problems.values())
    try:
        found = intake(path, lambda name, data: open_packed(zygote, name, data), wanted=files)
    except SubmissionUnusable as error:
        return Reading(notes=(str(error),))
    drawn = tuple(Drawn(page.path, page.html, page.fault) for page in export(zygote, found))
    texts, pictures, others, room = [], [], [], SHOWN_LIMIT
    for name, data in sorted(found.files.items()):
        lower = name.lower()
        kind = next((kind for end, kind in PICTURES.items() if lower.endswith(end)), "")
        if lower.endswith(".ipynb"):
            continue
        if kind and len(data) <= min(PICTURE_LIMIT, room):
            pictures.append((printable(name), kind, data))
            room -= len(data)
        elif lower.endswith(TEXTS) and room > 0:
            texts.append(_text(name, data))
            room -= len(texts[-1].text)
        else:
            others.append((printable(name), len(data)))
    return Reading(drawn, tuple(texts), tuple(pictures), tuple(others), _counts(homework, found), found.notes)


def _text(name: str, data: bytes) -> Text:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    text = text.replace("\r\n", "\n").replace("\0", "\N{REPLACEMENT CHARACTER}")
    return Text(printable(name), text[:TEXT_LIMIT], max(0, len(text) - TEXT_LIMIT))


def _counts(homework: Homework, found: Submission) -> dict[str, str]:
    """For each part that a person grades the file of its problem, where it is there."""
    counts = {}
    for part in map(homework.parts.__getitem__, written_parts(homework)):
        problem = homework.problems.get(part.problem)
        path = found.locate(problem.file).path if problem is not None else None
        if path is not None:
            counts[part.id] = path if path.lower().endswith(".ipynb") else printable(path)
    return counts
