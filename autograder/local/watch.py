"""`check --watch`: checks again the parts whose files changed, until it is interrupted."""

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from autograder.errors import SubmissionUnusable

__all__ = ["until_told_to_end", "watch"]

Stamp = tuple[tuple[str, int, int], ...]


@contextmanager
def until_told_to_end() -> Iterator[None]:
    """Inside, SIGTERM raises KeyboardInterrupt as Ctrl-C does: a shell keeps that from what runs in its background."""

    def end(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def watch(
    files: Callable[[], Mapping[str, tuple[Path, ...]]],
    check: Callable[[frozenset[str]], None],
    *,
    interval: float,
    sleep: Callable[[float], None],
) -> None:
    """Calls `check` with every problem, then, whenever files changed and came to rest, with those they belong to.

    `files` gives the files of each problem, those that are not there yet included; it is asked every `interval`
    seconds, `sleep` waits. Ends only by what these raise, KeyboardInterrupt above all.
    """
    done = seen = _stamps(files, {})
    check(frozenset(done))
    while True:
        sleep(interval)
        now = _stamps(files, seen)
        if now == seen:  # at rest: an editor may write a file in several steps
            changed = frozenset(problem for problem, stamp in now.items() if stamp != done.get(problem))
            if changed:
                done = now
                check(changed)
        seen = now


def _stamps(files: Callable[[], Mapping[str, tuple[Path, ...]]], before: dict[str, Stamp]) -> dict[str, Stamp]:
    """When each problem's files were last written; as before while they cannot be read."""
    try:
        return {problem: tuple(map(_stamp, paths)) for problem, paths in files().items()}
    except SubmissionUnusable:
        return before


def _stamp(path: Path) -> tuple[str, int, int]:
    try:
        status = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), status.st_mtime_ns, status.st_size
