"""Several graders of one homework at work at once, each in a process of its own; results come back in order.

Processes and not threads: what a grader runs on its own side of the wall need not be safe for threads (`ast.parse` is
not, where a garbage collection may run Python code), and comparing values takes as much time as computing them.
"""

import ctypes
import hashlib
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from multiprocessing.util import Finalize
from typing import Any, NamedTuple, TypeVar

from autograder.audit.memory import Memory, Shelf
from autograder.engine.grader import Grader
from autograder.errors import GradelboError, InternalFault
from autograder.manifest import Homework, Limits

__all__ = ["ALONE", "Crew", "Means", "forked", "hurried", "streamed"]

Tool = TypeVar("Tool")
Item = TypeVar("Item")
Result = TypeVar("Result")

PR_SET_PDEATHSIG = 1
WORK: dict[str, Any] = {}  # what a forked process works on; set there and nowhere else


class Means(NamedTuple):
    """How many processes work at once, what was found before, and who hears of every result: `tick(n, of)`."""

    jobs: int
    memory: Memory | None = None
    tick: Callable[[int, int], None] | None = None


ALONE = Means(1)


@dataclass
class Crew:
    """Graders of a homework, or of some of its parts. `grader` is what they are forked from and grades nothing.

    The graders of one `map` know nothing of each other or of another `map`.
    """

    homework: Homework
    means: Means
    parts: tuple[str, ...] | None = None
    grader: Grader = field(init=False)

    def __post_init__(self) -> None:
        self.grader = Grader(self.homework, parts=self.parts)

    def map(
        self, task: Callable[[Grader, Item], Result], items: Iterable[Item], shelf: Shelf | None = None
    ) -> list[Result]:
        """The task's results for all items, in their order, whichever grader took which.

        With a `shelf` what lies there is not asked again, and what comes is put there.
        """
        conditions = shelf and shelf._replace(kind=f"{shelf.kind} {self._conditions()}")
        return forked(lambda: self.grader, task, items, self.means, conditions)

    def _conditions(self) -> str:
        """What of this crew decides a result: the parts and the limits."""
        limits = [(name, problem.limits) for name, problem in sorted(self.homework.problems.items())]
        return hashlib.blake2b(repr((self.parts, limits)).encode(), digest_size=8).hexdigest()


def forked(
    begin: Callable[[], AbstractContextManager[Tool]],
    task: Callable[[Tool, Item], Result],
    items: Iterable[Item],
    means: Means,
    shelf: Shelf | None = None,
) -> list[Result]:
    """`task(tool, item)` for all items, in their order; each process makes its tool by `begin`.

    What lies on the shelf is not asked again, and what comes is put there. The processes are forks of this one: they
    see what it holds, and only results travel. Raises what a task raises, and InternalFault when a process dies or
    cannot make its tool.
    """

    def ask(new: Iterable[Item]) -> Iterator[Result]:
        return streamed(begin, task, list(new), means)

    return list(ask(items)) if shelf is None or means.memory is None else means.memory.fill(shelf, items, ask)


def streamed(
    begin: Callable[[], AbstractContextManager[Tool]],
    task: Callable[[Tool, Item], Result],
    everything: list[Item],
    means: Means,
) -> Iterator[Result]:
    """What `forked` gives without a shelf, each result as it comes."""
    pool = ProcessPoolExecutor(
        min(means.jobs, len(everything)) or 1,
        mp_context=get_context("fork"),
        initializer=_start,
        initargs=(begin, task, everything),
    )
    try:
        for n, result in enumerate(pool.map(_one, range(len(everything))), 1):
            if means.tick is not None:
                means.tick(n, len(everything))
            yield result
    except BrokenProcessPool:
        raise InternalFault("a process of the audit died, perhaps for want of memory; try fewer --jobs") from None
    finally:
        pool.shutdown(cancel_futures=True)


def _start(begin: Callable[[], AbstractContextManager[Any]], task: Callable[..., Any], items: list[Any]) -> None:
    """Once in each process, before its first task."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # whoever kills the audit kills its graders
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        manager = begin()
        WORK.update(tool=manager.__enter__(), task=task, items=items)
    except GradelboError as error:
        WORK["fault"] = error
    except Exception as error:  # noqa: BLE001 - the pool would only say that the process ended: each task tells it
        WORK["fault"] = InternalFault(f"a process of the audit could not begin: {type(error).__name__}: {error}")
    else:
        Finalize(None, manager.__exit__, (None, None, None), exitpriority=0)


def _one(number: int) -> Any:
    if "fault" in WORK:
        raise WORK["fault"]
    return WORK["task"](WORK["tool"], WORK["items"][number])


def hurried(homework: Homework, call_s: float) -> Homework:
    """The homework with at most so many CPU seconds a call, and four times that a part: mutants hang a lot.

    A problem whose right programs need more says so in the manifest (`[audit] calls`).
    """
    return replace(
        homework,
        problems={
            name: replace(problem, limits=_limits(problem.limits, max(call_s, homework.audit.calls.get(name, 0.0))))
            for name, problem in homework.problems.items()
        },
    )


def _limits(limits: Limits, call_s: float) -> Limits:
    return replace(limits, call_s=min(limits.call_s, call_s), part_s=min(limits.part_s, max(4 * call_s, 4.0)))
