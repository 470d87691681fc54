"""The walls around one worker, put up by the worker itself before it reads a line of the student's code.

`LAYERS` names them in the order in which they must come. `prepare` is the zygote's part, done once; `enter` the
worker's; `standing` looks from inside which of them hold.
"""

import contextlib
import ctypes
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable, Iterable
from typing import NamedTuple

from autograder.worker import landlock, seccomp

__all__ = [
    "LAYERS",
    "Jail",
    "Limits",
    "Plan",
    "clean_environment",
    "close_inherited",
    "enter",
    "guard_zygote",
    "prepare",
    "standing",
]

MIB = 1024 * 1024
PR_SET_PDEATHSIG, PR_GET_PDEATHSIG, PR_GET_DUMPABLE, PR_SET_DUMPABLE = 1, 2, 3, 4
PR_CAPBSET_READ, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_GET_NO_NEW_PRIVS = 23, 24, 38, 39
PR_SET_CHILD_SUBREAPER = 36
LAST_CAPABILITY = 63
DESCRIPTORS = 64
PROCESSES = 64
LINUX = sys.platform == "linux"


class Limits(NamedTuple):
    """What one worker may use: memory it may add (MiB), CPU seconds in all, size of a file it writes (MiB)."""

    memory_mb: int
    cpu_s: int
    file_mb: int


class Plan(NamedTuple):
    """What the zygote prepares once for all its workers."""

    libc: ctypes.CDLL
    landlock_abi: int
    rules: tuple[landlock.Rule, ...]
    filters: dict[bool, seccomp.Filter | None]  # by whether the worker stays the grader's own user
    address_space: int  # bytes, of the process that workers are copies of


class Jail(NamedTuple):
    """One worker's cell: its parent, the user to become (None: stay), the only folder to write in, the limits."""

    parent: int
    uid: int | None
    scratch: str
    limits: Limits
    plan: Plan


def prepare() -> Plan:
    """What the layers need and all workers share; asked again after the libraries are imported, it knows them too."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not LINUX:
        return Plan(libc, 0, (), {}, _address_space())
    version = landlock.abi(libc)
    filters = {same_user: seccomp.build(same_user=same_user) for same_user in (True, False)}
    return Plan(libc, version, landlock.rules(version) if version else (), filters, _address_space())


def close_inherited(reply: int, output: int) -> None:
    """Leaves four descriptors: /dev/null as 0, the output pipe as 1 and 2, the reply socket as 3."""
    null = os.open(os.devnull, os.O_RDONLY)
    high = [os.dup2(fd, 100 + i, inheritable=False) for i, fd in enumerate((null, output, output, reply))]
    for target, fd in enumerate(high):
        os.dup2(fd, target, inheritable=False)
    os.closerange(4, 65536)


def guard_zygote(plan: Plan) -> None:
    """Closes this process's memory to its own user, and makes it the parent of every orphan below it."""
    if LINUX:
        plan.libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
        plan.libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def enter(jail: Jail, wanted: Iterable[str], *, tolerant: bool = False) -> None:
    """Puts up the wanted layers in their order; raises OSError when one cannot stand, unless `tolerant`."""
    wanted = frozenset(wanted)
    may_fail = contextlib.suppress(OSError) if tolerant else contextlib.nullcontext()
    rules = None
    with may_fail:
        if "landlock" in wanted and jail.plan.landlock_abi:  # the paths are opened while that is still allowed
            rules = landlock.ruleset(jail.plan.libc, jail.plan.landlock_abi, jail.plan.rules, jail.scratch)
    os.umask(0o077)
    os.chdir(jail.scratch)
    for name, layer in BUILDERS.items():
        if name in wanted:
            with may_fail:
                layer(jail)
    if os.getppid() != jail.parent:  # it died before the death signal was set
        os._exit(1)
    with may_fail:
        if rules is not None:
            landlock.enforce(jail.plan.libc, rules)
    with may_fail:
        if "seccomp" in wanted:
            _filter_calls(jail)


def standing(jail: Jail) -> frozenset[str]:
    """The layers that hold in this process, each looked at from inside; changes nothing."""
    return frozenset(name for name, holds in PROBES.items() if holds(jail))


def clean_environment() -> None:
    """Replaces the zygote's environment, whose work is done, by what workers shall see."""
    os.environ.clear()
    os.environ.update(PATH="/usr/bin:/bin", LANG="C.UTF-8", USER="student", LOGNAME="student", MPLBACKEND="Agg")


def _move_in(jail: Jail) -> None:
    """Home, caches and temporary files are in the scratch folder."""
    for name in ("HOME", "TMPDIR", "MPLCONFIGDIR"):
        os.environ[name] = jail.scratch


def _set_limits(jail: Jail) -> None:
    """Sets the limits that the kernel enforces on this process; memory counts from what it holds already."""
    wanted = {
        "RLIMIT_AS": jail.plan.address_space + jail.limits.memory_mb * MIB,
        "RLIMIT_CPU": jail.limits.cpu_s,
        "RLIMIT_FSIZE": jail.limits.file_mb * MIB,
        "RLIMIT_NOFILE": DESCRIPTORS,
        "RLIMIT_CORE": 0,
        "RLIMIT_MEMLOCK": 0,
        "RLIMIT_MSGQUEUE": 0,
    }
    if jail.uid is not None:  # it counts every thread of the user, which for the grader's own is a whole desktop
        wanted["RLIMIT_NPROC"] = PROCESSES
    for name, value in wanted.items():
        kind = getattr(resource, name, None)
        if kind is not None:
            hard = resource.getrlimit(kind)[1]
            top = value if hard == resource.RLIM_INFINITY else min(value, hard)
            with contextlib.suppress(ValueError):  # macOS refuses RLIMIT_AS
                resource.setrlimit(kind, (top, top))


def _drop_capabilities(jail: Jail) -> None:
    for capability in range(LAST_CAPABILITY + 1):
        if jail.plan.libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:  # past the kernel's last one, or not root
            return


def _become(jail: Jail) -> None:
    """Becomes this user and group with no other group, for good; with it go the capabilities that are in effect."""
    if jail.uid is not None:
        os.setgroups([])
        os.setresgid(jail.uid, jail.uid, jail.uid)
        os.setresuid(jail.uid, jail.uid, jail.uid)


def _filter_calls(jail: Jail) -> None:
    filtered = jail.plan.filters.get(jail.uid is None)
    if filtered is not None:
        seccomp.load(jail.plan.libc, filtered)


def _prctl(option: int, value: int) -> Callable[[Jail], None]:
    def layer(jail: Jail) -> None:
        if jail.plan.libc.prctl(option, value, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), f"prctl {option}")

    return layer


def _address_space() -> int:
    try:
        with open("/proc/self/statm", encoding="ascii") as f:
            return int(f.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 1024 * MIB


BUILDERS: dict[str, Callable[[Jail], None]] = {
    "session": lambda _: os.setsid(),
    "environment": _move_in,
    "limits": _set_limits,
}
if LINUX:
    BUILDERS |= {
        "capabilities": _drop_capabilities,
        "user": _become,
        "death signal": _prctl(PR_SET_PDEATHSIG, signal.SIGKILL),  # a change of user clears it, so after
        "not dumpable": _prctl(PR_SET_DUMPABLE, 0),
        "no new privileges": _prctl(PR_SET_NO_NEW_PRIVS, 1),
    }
LAYERS = (*BUILDERS, *(("landlock", "seccomp") if LINUX else ()))


def _refused(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError:
        return True
    return False


def _asks(jail: Jail, option: int) -> int:
    return int(jail.plan.libc.prctl(option, 0, 0, 0, 0))


def _other_user(jail: Jail) -> bool:
    return jail.uid is not None and set(os.getresuid()) == {jail.uid} and _refused(lambda: os.setuid(0))


def _dies_with_parent(jail: Jail) -> bool:
    found = ctypes.c_int()
    jail.plan.libc.prctl(PR_GET_PDEATHSIG, ctypes.byref(found), 0, 0, 0)
    return found.value == signal.SIGKILL


PROBES: dict[str, Callable[[Jail], bool]] = {
    "session": lambda _: os.getsid(0) == os.getpid(),
    "environment": lambda jail: os.environ.get("HOME") == jail.scratch,
    "limits": lambda _: resource.getrlimit(resource.RLIMIT_CORE)[1] == 0,
    "capabilities": lambda jail: LINUX and jail.plan.libc.prctl(PR_CAPBSET_READ, 0, 0, 0, 0) == 0,
    "user": lambda jail: LINUX and _other_user(jail),
    "death signal": lambda jail: LINUX and _dies_with_parent(jail),
    "not dumpable": lambda jail: LINUX and _asks(jail, PR_GET_DUMPABLE) == 0,
    "no new privileges": lambda jail: LINUX and _asks(jail, PR_GET_NO_NEW_PRIVS) == 1,
    "landlock": lambda jail: jail.plan.landlock_abi > 0 and _refused(lambda: os.close(os.open("/", os.O_RDONLY))),
    "seccomp": lambda _: LINUX and _refused(lambda: socket.socket().close()),
}
