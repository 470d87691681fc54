"""What one test of a suite declares and what became of it: the messages of the runner to the grader."""

from typing import Literal

import msgspec

__all__ = ["Declared", "Ended", "Outcome"]

How = Literal["passed", "failed", "skipped", "left_out", "expected", "unexpected", "ungraded"]


class Declared(msgspec.Struct, frozen=True, omit_defaults=True):
    """A test with what its decorators say. `id` is pytest's; `weight` None: it has no points of its own."""

    id: str
    name: str
    weight: float | None = None
    partial: bool = False
    number: str = ""
    visibility: str = ""
    tags: tuple[str, ...] = ()
    hide: str = ""
    column: str = ""
    order: str = "desc"


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of a test.

    `left_out`: the suite itself skips it always; `skipped`: it was skipped while it ran. `score` is what set_score was
    given, as text what it was instead of a number. `said` is what was printed, `reasons` why it failed, a text each.
    `changed`: the student's code changed values of the test, and they did not follow. `late`: the time of the whole run
    was over when the test ended.
    """

    id: str
    how: How
    score: float | None = None
    unfit: str = ""
    value: int | float | str | None = None
    value_unfit: str = ""
    said: str = ""
    reasons: tuple[str, ...] = ()
    changed: bool = False
    late: bool = False


class Ended(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a run of the tests ended: what staff should know, and the level of the walls."""

    notes: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    digest: str = ""
    imported: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
