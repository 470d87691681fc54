"""Notebooks of a submission as HTML pages for a person: each runs in one jailed worker and is drawn in another."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from autograder.engine.grader import MAGICS, reachable_python
from autograder.engine.sandbox import Zygote
from autograder.engine.submission import Submission
from autograder.engine.worker import Budget
from autograder.errors import StudentError

__all__ = ["Page", "export", "export_zygote"]

DRAWS = (MAGICS, "matplotlib.pyplot", "nbconvert.exporters.html", "nbformat.v4", "latex2mathml.converter")
RUNS_S = 120.0
TO_RUN = Budget(call_s=RUNS_S, total_s=2 * RUNS_S, memory_mb=2048, reply_mb=32)
TO_DRAW = Budget(call_s=60, total_s=120, memory_mb=2048, reply_mb=96)
SHOWN_LIMIT = 32 << 20
FEW = 20  # notebooks of one submission


class Page(NamedTuple):
    """One notebook's page: the path it has in the submission, and its HTML, or why there is none."""

    path: str
    html: bytes | None
    fault: str = ""


def export_zygote() -> Zygote:
    """A zygote with everything warm that running and drawing notebooks needs."""
    return Zygote(("numpy", *DRAWS), python=reachable_python())


def export(zygote: Zygote, submission: Submission) -> Iterator[Page]:
    """A page for each notebook of the submission, in the order of their paths."""
    notebooks = sorted(path for path in submission.files if path.lower().endswith(".ipynb"))
    for path in notebooks[:FEW]:
        yield _page(zygote, dict(submission.files), path)
    for path in notebooks[FEW:]:
        yield Page(path, None, f"only the first {FEW} notebooks are exported")


def _page(zygote: Zygote, files: dict[str, bytes], path: str) -> Page:
    shown = _shown(zygote, files, path)
    worker = zygote.fork(TO_DRAW)
    try:
        return Page(path, worker.page(files, path, shown))
    except StudentError as error:
        return Page(path, None, error.text or error.reason)
    finally:
        worker.close()


def _shown(zygote: Zygote, files: dict[str, bytes], path: str) -> list[dict[str, Any]]:
    """What each cell showed, as far as they came; the cell that ended the program says so."""
    worker = zygote.fork(TO_RUN)
    shown: list[dict[str, Any]] = []
    room = SHOWN_LIMIT
    try:
        for answer in worker.show(files, path, RUNS_S):
            found = _checked(answer, room)
            room -= sum(map(len, found["figures"])) + sum(len(found[key]) for key in ("text", "value", "raised"))
            shown.append(found)
    except StudentError as error:
        if worker.cell:
            said = f"cell {worker.cell} ended everything, and no cell below it ran: {error.reason}"
            shown.append({"text": b"", "value": b"", "raised": said.encode(), "figures": []})
    finally:
        worker.close()
    return shown


def _checked(answer: dict[str, Any], room: int) -> dict[str, Any]:
    """What a worker says that a cell showed, in the form that it must have and no larger than `room`."""
    found: dict[str, Any] = {}
    for key in ("text", "value", "raised"):
        value = answer.get(key)
        found[key] = value[: min(100_000, max(0, room))] if type(value) is bytes else b""
    figures = answer.get("figures")
    found["figures"] = []
    for figure in figures if type(figures) is list else []:
        if type(figure) is bytes and len(figure) <= room:
            found["figures"].append(figure)
            room -= len(figure)
    return found
