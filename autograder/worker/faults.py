"""An exception of the student's code as plain data, whatever the exception tries."""

import traceback
from typing import Any

__all__ = ["describe"]

TEXT_LIMIT = 1000


def describe(error: BaseException, *, at_import: bool = False) -> dict[str, Any]:
    """The reply for an exception: its verdict, its classes' names, a bounded text and the student's own line."""
    kinds = [str(kind.__name__)[:80] for kind in type(error).__mro__ if kind not in (object, BaseException)][:10]
    return {
        "verdict": _verdict(error, at_import),
        "kinds": kinds,
        "text": ": ".join(part for part in (kinds[0] if kinds else "exception", _text(error)) if part),
        "where": _where(error),
    }


def _verdict(error: BaseException, at_import: bool) -> str:
    if isinstance(error, NotImplementedError) and not at_import:
        return "missing"
    if isinstance(error, LookupError) and _raised_in(error) == "<adapter>":
        return "missing"
    return "memory" if isinstance(error, MemoryError) else "raised"


def _raised_in(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return frames[-1].filename if frames else ""


def _text(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        line = f" line {error.lineno}" if error.lineno else ""
        code = f": {error.text.strip()[:200]}" if isinstance(error.text, str) else ""
        return f"{error.msg} ({error.filename}{line}{code})"[:TEXT_LIMIT]
    try:
        text = str(error)
    except BaseException:  # an exception whose __str__ raises still gets a reply
        text = "(its text cannot be printed)"
    return text[:TEXT_LIMIT] + ("…" if len(text) > TEXT_LIMIT else "")


def _where(error: BaseException) -> str:
    """The innermost line of the student's own files: "line 12 of gmm.py, in run_em"."""
    try:
        frames = [
            f
            for f in traceback.extract_tb(error.__traceback__)
            if f.filename.endswith(".py") and not f.filename.startswith("/")
        ]
    except BaseException:  # a forged traceback
        return ""
    return f"line {frames[-1].lineno} of {frames[-1].filename}, in {frames[-1].name}"[:200] if frames else ""
