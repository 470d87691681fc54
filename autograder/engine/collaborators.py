"""Whom a student names as collaborators in answers.json: printed in the report, never graded."""

from pathlib import PurePosixPath
from typing import Any

import msgspec

from autograder.engine.submission import Submission
from autograder.scoring.message import clean

__all__ = ["collaborators_note"]

FILE, KEY = "answers.json", "collaborators"
SIZE_LIMIT, LENGTH = 1 << 20, 500


class Named(msgspec.Struct):
    """The one key that is looked at; the others are skipped."""

    collaborators: Any = None


def collaborators_note(submission: Submission, files: tuple[str, ...]) -> str:
    """The sentence that repeats what the student wrote, on one line and cut; "" where nothing was written.

    `files` are those that the homework wants besides its problems' own. A file that cannot be read says nothing here:
    whoever grades its answers tells what is wrong with it.
    """
    wanted = next((path for path in files if PurePosixPath(path).name == FILE), None)
    found = submission.locate(wanted).path if wanted else None
    data = submission.files[found] if found and found.lower().endswith(".json") else b""
    if not data or len(data) > SIZE_LIMIT:
        return ""
    try:
        named = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=Named).collaborators
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""
    if named is None:
        return ""
    if not isinstance(named, str):
        return f"`{KEY}` in {FILE} is not a text, so it is not repeated here; write one string with their names"
    flat = clean(" ".join(named.split()))
    cut = flat if len(flat) <= LENGTH else f"{flat[: LENGTH - 1]}…"
    return f"collaborators, as {FILE} names them: {cut}" if cut else ""
