"""Several graders of one homework at work at once, each with a zygote of its own; results come back in order."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from queue import SimpleQueue
from types import TracebackType
from typing import Self, TypeVar

from autograder.engine.grader import Grader
from autograder.engine.run import Banks
from autograder.manifest import Homework

__all__ = ["Crew", "hurried"]

Item = TypeVar("Item")
Result = TypeVar("Result")


class Crew:
    """`jobs` graders, each used by one thread at a time; close it when done."""

    def __init__(self, homework: Homework, jobs: int, parts: tuple[str, ...] | None = None) -> None:
        self.homework = homework
        self.graders = [Grader(homework, parts=parts) for _ in range(jobs)]
        self.banks = self.graders[0].banks
        self._free: SimpleQueue[Grader] = SimpleQueue()
        for grader in self.graders:
            self._free.put(grader)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends every zygote."""
        for grader in self.graders:
            grader.close()

    def use(self, banks: Banks) -> None:
        """From here on these cases are replayed."""
        for grader in self.graders:
            grader.banks = banks

    def map(self, task: Callable[[Grader, Item], Result], items: Iterable[Item]) -> list[Result]:
        """The task's results for all items, in their order, whichever grader took which."""

        def run(item: Item) -> Result:
            grader = self._free.get()
            try:
                return task(grader, item)
            finally:
                self._free.put(grader)

        with ThreadPoolExecutor(len(self.graders)) as pool:
            return list(pool.map(run, items))


def hurried(homework: Homework, call_s: float) -> Homework:
    """The homework with at most so many CPU seconds a call, and four times that a part: mutants hang a lot."""
    return replace(
        homework,
        problems={
            name: replace(
                problem,
                limits=replace(
                    problem.limits,
                    call_s=min(problem.limits.call_s, call_s),
                    part_s=min(problem.limits.part_s, max(4 * call_s, 4.0)),
                ),
            )
            for name, problem in homework.problems.items()
        },
    )
