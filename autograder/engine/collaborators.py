"""Whom a student names as collaborators in answers.json: printed in the report, never graded."""

from pathlib import PurePosixPath

from autograder.engine.kinds import read_answers
from autograder.engine.submission import Submission
from autograder.errors import StudentError
from autograder.scoring.message import clean

__all__ = ["collaborators_note"]

FILE, KEY = "answers.json", "collaborators"
LENGTH = 500


def collaborators_note(submission: Submission, files: tuple[str, ...]) -> str:
    """The sentence that repeats what the student wrote, on one line and cut; "" where nothing was written.

    `files` are those that the homework wants, its problems' own among them. A file that cannot be read says nothing
    here: whoever grades its answers tells what is wrong with it.
    """
    wanted = next((path for path in files if PurePosixPath(path).name == FILE), None)
    found = submission.locate(wanted).path if wanted else None
    if not found or not found.lower().endswith(".json"):
        return ""
    try:
        named = read_answers(submission.files[found], FILE).get(KEY)
    except StudentError:
        return ""
    if named is None:
        return ""
    if not isinstance(named, str):
        return f"`{KEY}` in {FILE} is not a text, so it is not repeated here; write one string with their names"
    flat = clean(" ".join(named.split()))
    cut = flat if len(flat) <= LENGTH else f"{flat[: LENGTH - 1]}…"
    return f"collaborators, as {FILE} names them: {cut}" if cut else ""
