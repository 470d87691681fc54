"""Which changes that a call makes in the test's own lists and arrays come back to the test.

What a test passes, it may also compute the expected answer from, afterwards: if every change came back, an answer of 0
and an emptied list would agree. So changes come back only from functions that the suite's owner names as meant to make
them. A test in which others do is graded once more with all changes, and must hold both ways.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from autograder.suites.functions import function_number

__all__ = ["ALL", "Changes"]

ALL = "*"


class Changes:
    """The names of functions that change what they are given; `unmeant`: in this test others did."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = frozenset(names)
        self.unmeant = False
        self._called: defaultdict[int, set[str]] = defaultdict(set)

    def learn(self, name: str, value: Any) -> None:
        """A test has asked a module or a class for `name`: its word counts, not the function's own name."""
        number = function_number(value)
        if number is not None:
            self._called[number].add(name)

    def meant(self, of: Any, name: str | None) -> bool:
        """Whether what is called is meant to change its arguments. `name`: of a method."""
        if ALL in self.names:
            return True
        known = {name} if name is not None else self._called.get(of[1]) if of[0] == "f" else None
        return bool(known) and known is not None and known <= self.names

    def name_of(self, of: Any, name: str | None) -> str:
        """What to call it in a sentence."""
        return name or ", ".join(sorted(self._called.get(of[1], ()))) or "a function"
