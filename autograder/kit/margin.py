"""How far a comparison was from its border, told to whoever listens; nobody does while submissions are graded."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

__all__ = ["Margin", "listening", "note", "wanted"]


class Margin(NamedTuple):
    """One comparison: `ratio` is the distance over what is allowed, so above 1 it failed.

    `chance` bounds the probability that a right program fails it; 0 where nothing is random.
    """

    what: str
    ratio: float
    chance: float = 0.0


LISTENER: ContextVar[Callable[[Margin], None] | None] = ContextVar("LISTENER", default=None)


def wanted() -> bool:
    """Whether somebody listens: only then is a margin worth computing."""
    return LISTENER.get() is not None


def note(what: str, ratio: float, chance: float = 0.0) -> None:
    """Tells the listener, if there is one."""
    if (listener := LISTENER.get()) is not None:
        listener(Margin(what, ratio, chance))


@contextmanager
def listening(to: Callable[[Margin], None]) -> Iterator[None]:
    """Within, every comparison of this thread tells `to` its margin."""
    token = LISTENER.set(to)
    try:
        yield
    finally:
        LISTENER.reset(token)
