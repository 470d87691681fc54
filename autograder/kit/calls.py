"""Claims about how a student's function behaves rather than what it returns."""

from collections.abc import Callable
from typing import Any

from autograder.errors import CheckFailed, StudentError

__all__ = ["assert_rejects"]


def assert_rejects(function: Callable[..., Any], *args: Any, because: str, **kwargs: Any) -> None:
    """Calling the student's function with these arguments raises ValueError (or a subclass of it).

    `because` says what is wrong with the arguments: "sigma is not positive". Raises CheckFailed("wrong") when a value
    comes back or another exception is raised; time-outs, crashes and stubs keep the verdict of their own.
    """
    try:
        function(*args, **kwargs)
    except StudentError as error:
        if error.verdict != "raised":
            raise
        if "ValueError" in error.kinds:
            return
        raise CheckFailed(
            "wrong",
            f"bad input must raise ValueError: {because}",
            got=f"another exception: {error.text}",
            expected="ValueError",
        ) from None
    raise CheckFailed(
        "wrong", f"bad input must raise ValueError: {because}", got="a value came back", expected="ValueError"
    )
