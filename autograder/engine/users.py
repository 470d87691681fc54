"""Who a worker is: a user that nobody else is, or the grader's own, to whom the grader's memory is closed."""

import contextlib
import ctypes
import os
import pwd
import secrets
import sys
from collections.abc import Container
from pathlib import Path

__all__ = ["close_memory", "free_uid"]

NOBODY = 65534
LOWEST_UID, FREE_UID, HIGHEST_UID = 20_000, 200_000, 2**31  # above services, above containers, below negative ones
UID_TRIES = 100
PR_SET_DUMPABLE = 4


def free_uid(taken: Container[int]) -> int | None:
    """A user that nobody is, from the range this user namespace maps; None when we are not root."""
    if os.geteuid() != 0:
        return None
    first, top = min(_mapped("uid_map"), _mapped("gid_map"), key=lambda found: found[1] - found[0])
    low, top = max(first, FREE_UID if top > 2 * FREE_UID else LOWEST_UID), min(top, HIGHEST_UID)
    for _ in range(UID_TRIES):
        uid = secrets.SystemRandom().randrange(low, top) if low < top else NOBODY
        if uid not in taken and not _known(uid):
            return uid
    return NOBODY


def close_memory() -> None:
    """Closes this process's memory and environment to other processes of its user; root's workers are others anyway."""
    if sys.platform == "linux" and os.geteuid() != 0:
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def _mapped(name: str) -> tuple[int, int]:
    """The largest range that a map of this user namespace has: its first number and its end."""
    try:
        lines = Path(f"/proc/self/{name}").read_text(encoding="ascii").splitlines()
        ranges = [(int(first), int(first) + int(count)) for first, _, count in map(str.split, lines)]
        return max(ranges, key=lambda found: found[1] - found[0])
    except (OSError, ValueError):
        return 0, NOBODY


def _known(uid: int) -> bool:
    with contextlib.suppress(KeyError):
        return bool(pwd.getpwuid(uid))
    return False
