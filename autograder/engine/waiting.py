"""How long a process was ready to run and had no processor: what a busy machine costs, and nobody's fault."""

import time

__all__ = ["Patience", "stalled_s"]


def stalled_s(pid: int) -> float:
    """Seconds, since it began, that this process was ready to run without a processor; 0 where the system is silent."""
    try:
        with open(f"/proc/{pid}/schedstat", "rb") as file:
            return int(file.read().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


class Patience:
    """The seconds for which a process may keep silent, not counting those that it stood without a processor."""

    def __init__(self, pid: int, most_s: float) -> None:
        self._pid = pid
        self._most_s = most_s
        self._began = time.monotonic()
        self._before = stalled_s(pid)

    @property
    def at_an_end(self) -> bool:
        """Whether it has kept silent for longer, with a processor to speak by."""
        passed = time.monotonic() - self._began
        return passed > self._most_s and passed - (stalled_s(self._pid) - self._before) > self._most_s
