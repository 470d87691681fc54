"""What every command shares: its root, its exit codes, and the border at which errors become sentences."""

import logging
import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder.errors import GradelboError, UsageError

if TYPE_CHECKING:
    from autograder.scoring.gradescope import Results

__all__ = [
    "FAILED",
    "INTERNAL",
    "NOT_YOUR_FAULT",
    "OK",
    "UNFIT",
    "UNUSABLE",
    "friendly",
    "known",
    "one_thread",
    "results_at",
    "root",
    "started_as",
    "wanted",
]

OK, FAILED, UNUSABLE, UNFIT, INTERNAL = 0, 1, 3, 4, 5
NOT_YOUR_FAULT = (
    "Grading did not finish because of a fault of the autograder. This is not your fault and not your score; "
    "the course staff can see it and will rerun it."
)

log = logging.getLogger(__name__)


def one_thread() -> None:
    """Has numpy and torch, when they come, calculate on one thread: for commands whose graders share the processors."""
    from autograder.engine.threads import ONE_THREAD

    os.environ.update(ONE_THREAD)


def friendly(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turns an error of ours into its sentence and exit code; anything else is a bug and exits with 5."""

    @wraps(command)
    def guarded(*args: Any, **kwargs: Any) -> None:
        try:
            sys.exit(command(*args, **kwargs))
        except GradelboError as error:
            click.echo(f"gradelbo: {error}", err=True)
            sys.exit(error.exit_code)
        except BrokenPipeError:  # whoever reads what is printed has read enough
            raise
        except Exception as error:  # the border: a traceback for us, one sentence for them
            log.debug("traceback", exc_info=True)
            click.echo(f"gradelbo: internal error: {error!r}; run `gradelbo --verbose …` again and report it", err=True)
            sys.exit(INTERNAL)

    return guarded


def root() -> Path:
    """The folder that the running command works on: a checkout or a handout."""
    found: Path = click.get_current_context().find_object(Path) or Path()
    return found


def started_as() -> str:
    """How this program was started, as far as the command: "gradelbo", "python -m autograder"."""
    return click.get_current_context().find_root().info_name or "gradelbo"


def wanted(homework: str | None) -> list[str]:
    """The id of the homework that was named, or those of all that are there; raises UsageError where there is none."""
    from autograder.manifest import homeworks

    found = [homework] if homework else homeworks(root())
    if not found:
        raise UsageError(f"there is no homework below {root()}/reference; `{started_as()} new` begins one")
    return found


def results_at(path: Path) -> "Results":
    """The results in this file; raises UsageError that names file and fault of what Gradescope would not take."""
    from autograder.scoring.preview import read_results

    try:
        return read_results(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from None


def known(parts: tuple[str, ...], known: Any) -> tuple[str, ...] | None:
    """The parts that were asked for, None for all; raises UsageError for one that the homework does not have."""
    unknown = [part for part in parts if part not in known]
    if unknown:
        raise UsageError(f"there is no part {', '.join(unknown)}; there are {', '.join(known)}")
    return parts or None
