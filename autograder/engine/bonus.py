"""Looks beforehand whether a PDF seems to be made with LaTeX; a jailed worker reads it, and a person decides."""

from collections.abc import Callable

from autograder.engine.leftovers import printable
from autograder.engine.sandbox import Zygote
from autograder.engine.submission import Submission
from autograder.engine.worker import Budget, text_of, texts
from autograder.errors import InternalFault, StudentError

__all__ = ["MAKERS", "latex_signs"]

MAKERS = ("pdftex", "luatex", "xetex", "latex")
BUDGET = Budget(2.0, 4.0, memory_mb=512, reply_mb=1)
MOST = 12  # PDFs that are looked at: the figures of a homework, and the write-up
BAD = 2  # PDFs that may cost a process; the rest is not worth the time of the whole submission
START = b"%PDF-"


def latex_signs(zygote: Callable[[], Zygote], submission: Submission) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Sentences on PDFs that look like LaTeX, for the student and staff, and those on PDFs that could not be read.

    One sign is enough. A PDF's metadata is whatever its author wants, so this is a hint and no proof. Without a PDF no
    process starts.
    """
    troubles: list[str] = []
    died = 0
    paths = [path for path in submission.files if path.lower().endswith(".pdf")]
    paths.sort(key=lambda path: (path.count("/"), path))
    for path in paths[:MOST]:
        name = printable(path)
        if START not in submission.files[path][:1024]:
            troubles.append(f"{name} is no PDF")
            continue
        if died >= BAD:
            troubles.append(f"{name} and what comes after it was not looked at")
            break
        try:
            made, failed = _asked(zygote(), submission.files[path])
        except (InternalFault, StudentError) as error:
            died += 1
            what = error.verdict if isinstance(error, StudentError) else str(error)
            troubles.append(f"{name} was not read to its end ({what}): look at it yourself")
            continue
        maker = next((text for text in made if any(word in text.lower() for word in MAKERS)), "")
        if maker:
            sign = f"{name} looks like LaTeX (made with {printable(maker)}): to be confirmed by a person"
            return (sign,), tuple(troubles)
        if failed:
            troubles.append(f"{name} could not be read ({failed}): look at it yourself")
    if len(paths) > MOST:
        troubles.append(f"of {len(paths)} PDFs the first {MOST} were looked at")
    return (), tuple(troubles)


def _asked(zygote: Zygote, data: bytes) -> tuple[list[str], str]:
    """What the PDF says it was made with, and why it cannot be read; the worker ends with it. Raises StudentError."""
    worker = zygote.fork(BUDGET)
    try:
        answer = worker.pdf(data)
    finally:
        worker.close()
    return texts(answer.get("made"), most=4, length=200), printable(text_of(answer.get("failed"), length=60))
