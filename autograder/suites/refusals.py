"""What a suite asks for that cannot be had of code in another process, read from its source before anything runs."""

from pathlib import Path

__all__ = ["refusals"]


def refusals(folder: Path, start: Path, modules: tuple[str, ...] = ()) -> list[str]:
    """One sentence for each place, with file and line."""
    return []
