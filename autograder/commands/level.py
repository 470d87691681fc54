"""How far this machine must shut submissions in before a command grades any."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograder.engine.sandbox import Zygote

__all__ = ["STRICT", "require_level"]

STRICT = "strict"


def require_level(zygote: "Zygote", least: str) -> str:
    """The level at which a zygote's workers are shut in; raises EnvironmentUnusable where that is less than `least`."""
    from autograder.engine.sandbox import LEVELS, level_of
    from autograder.errors import EnvironmentUnusable

    level = level_of(zygote.layers)
    if LEVELS.index(level) < LEVELS.index(least):
        raise EnvironmentUnusable(
            f"this machine shuts submissions in only at level {level}, not {least}: they could reach your files or "
            f"one another. `gradelbo doctor` says what is missing; --allow-level {level} grades all the same"
        )
    return level
