"""The walls around one worker, put up by the worker itself before it reads a line of the student's code.

Layers so far, in the order in which they must come: own session, clean environment, limits, other user, no new
privileges, death with the parent. System-call filter and Landlock follow `drop_privileges` in `enter`.
"""

import contextlib
import ctypes
import os
import resource
import signal
import sys
from typing import NamedTuple

__all__ = ["Limits", "close_inherited", "enter"]

MIB = 1024 * 1024
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 4, 24, 38
LAST_CAPABILITY = 63


class Limits(NamedTuple):
    """What one worker may use: memory it may add (MiB), CPU seconds in all, size of a file it writes (MiB)."""

    memory_mb: int
    cpu_s: int
    file_mb: int


def close_inherited(reply: int, output: int) -> None:
    """Leaves four descriptors: /dev/null as 0, the output pipe as 1 and 2, the reply socket as 3."""
    null = os.open(os.devnull, os.O_RDONLY)
    high = [os.dup2(fd, 100 + i, inheritable=False) for i, fd in enumerate((null, output, output, reply))]
    for target, fd in enumerate(high):
        os.dup2(fd, target, inheritable=False)
    os.closerange(4, 65536)


def enter(*, parent: int, uid: int | None, scratch: str, limits: Limits) -> None:
    """Puts up every wall this process can have; raises OSError when one that was asked for cannot stand.

    `uid` is the user to become (None: stay, when the grader is not root); `scratch` the only folder to write in.
    """
    os.setsid()
    clean_environment(scratch)
    os.umask(0o077)
    os.chdir(scratch)
    set_limits(limits)
    if uid is not None:
        drop_privileges(uid)
    libc = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "linux":
        _prctl(libc, PR_SET_PDEATHSIG, signal.SIGKILL)  # a change of user clears it, so after
        _prctl(libc, PR_SET_DUMPABLE, 0)
        _prctl(libc, PR_SET_NO_NEW_PRIVS, 1)
    if os.getppid() != parent:
        os._exit(1)


def clean_environment(scratch: str) -> None:
    """Replaces the environment by one that points home, caches and temporary files into the scratch folder."""
    os.environ.clear()
    os.environ.update(
        PATH="/usr/bin:/bin",
        LANG="C.UTF-8",
        HOME=scratch,
        TMPDIR=scratch,
        USER="student",
        LOGNAME="student",
        MPLCONFIGDIR=scratch,
        MPLBACKEND="Agg",
    )


def set_limits(limits: Limits) -> None:
    """Sets the limits that the kernel enforces on this process; memory counts from what it holds already."""
    wanted = {
        "RLIMIT_AS": _address_space() + limits.memory_mb * MIB,
        "RLIMIT_CPU": limits.cpu_s,
        "RLIMIT_FSIZE": limits.file_mb * MIB,
        "RLIMIT_NOFILE": 64,
        "RLIMIT_NPROC": 64,
        "RLIMIT_CORE": 0,
        "RLIMIT_MEMLOCK": 0,
        "RLIMIT_MSGQUEUE": 0,
    }
    for name, value in wanted.items():
        kind = getattr(resource, name, None)
        if kind is not None:
            hard = resource.getrlimit(kind)[1]
            top = value if hard == resource.RLIM_INFINITY else min(value, hard)
            with contextlib.suppress(ValueError):  # macOS refuses RLIMIT_AS
                resource.setrlimit(kind, (top, top))


def drop_privileges(uid: int) -> None:
    """Becomes this user and group with no other group and no capability, for good."""
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in range(LAST_CAPABILITY + 1):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)  # EINVAL past the kernel's last one
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def _address_space() -> int:
    try:
        with open("/proc/self/statm", encoding="ascii") as f:
            return int(f.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 1024 * MIB


def _prctl(libc: ctypes.CDLL, option: int, value: int) -> None:
    if libc.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option}")
