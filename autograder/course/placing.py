"""Hand-ins on their way through a pool or cluster: the files of each lie on disk for as long as that takes."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

import msgspec

from autograder.course.export import Export
from autograder.course.pool import Outcome
from autograder.course.task import Runner, Task
from autograder.errors import UsageError

__all__ = ["DAMAGED", "placed"]

DAMAGED = "it could not be read"


def placed(
    export: Export,
    keys: Iterable[str],
    runner: Runner,
    tick: Callable[[], None] = lambda: None,
    *,
    people: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
) -> Iterator[Outcome]:
    """What comes of these hand-ins of the export, in the order in which they are done; keys are their ids.

    `people` has the names that a hand-in's verdicts hang on.
    """
    lying: dict[str, ExitStack] = {}
    failed: list[Outcome] = []
    with TemporaryDirectory(dir=runner.folder) as name:
        scratch = Path(name)
        scratch.chmod(0o700)

        def tasks() -> Iterator[tuple[str, bytes]]:
            for number, key in enumerate(keys):
                stack = ExitStack()
                folder = scratch / str(number)
                stack.callback(partial(shutil.rmtree, folder, ignore_errors=True))
                try:
                    path = stack.enter_context(export.place(key, folder))
                except (UsageError, OSError) as error:
                    stack.close()
                    failed.append(Outcome(key, None, f"{DAMAGED}: {error}", 1, 0.0))
                    continue
                lying[key] = stack
                yield key, msgspec.msgpack.encode(Task.of(path, people.get(key, ())))

        for outcome in runner.run(tasks(), tick):
            lying.pop(outcome.key).close()
            yield outcome
        yield from failed
