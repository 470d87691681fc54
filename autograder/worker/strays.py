"""What a worker's user could leave behind, and its end: processes, files, shared memory, queues.

The zygote imports it; when the zygote itself died the grader runs it by path: `python strays.py UID|- SCRATCH`.
"""

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

__all__ = ["alive", "end", "remove", "sweep_folders", "sweep_objects"]

PATIENCE_S = 10.0
STEP_S = 0.001
SHARED = ("/dev/shm", "/dev/mqueue", "/tmp", "/var/tmp", "/run/lock")  # noqa: S108 - the places themselves are meant
SYSTEM_V = {"shm": "shmid", "msg": "msqid", "sem": "semid"}
IPC_RMID = 0


def end(uid: int, reap: Callable[[], None]) -> int:
    """Ends every process of this user by a child that becomes it: one kill(-1) leaves no moment to fork in.

    Waits until none is left, `reap` taking in the dead; gives how many are left when patience runs out.
    """
    pid = os.fork()
    if not pid:
        try:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
            os.kill(-1, signal.SIGKILL)
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
    deadline = time.monotonic() + PATIENCE_S
    reap()
    while (left := len(alive(uid))) and time.monotonic() < deadline:
        time.sleep(STEP_S)
        reap()
    return left


def alive(uid: int) -> list[int]:
    """The processes of this user, dying ones included."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            if os.stat(f"/proc/{name}").st_uid == uid:
                found.append(int(name))
    return found


def sweep_folders(uid: int, folders: tuple[str, ...] = SHARED) -> None:
    """Removes what this user owns in the folders that everybody may write to.

    Landlock lets no file get there, and the filter no message queue.
    """
    for folder in folders:
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):  # what is gone by now, another program's, hides nothing behind it
                    if entry.stat(follow_symlinks=False).st_uid == uid:
                        remove(entry.path)


def sweep_objects(uid: int) -> None:
    """Removes the System V objects of this user; the filter lets none be made."""
    libc = ctypes.CDLL(None)
    for kind, column in SYSTEM_V.items():
        for number in _system_v(kind, column, uid):
            arguments = (number, 0, IPC_RMID) if kind == "sem" else (number, IPC_RMID, None)
            getattr(libc, f"{kind}ctl")(*arguments)


def remove(path: str) -> None:
    """Removes a file or a folder, however deep and whatever its modes; what cannot be removed is left.

    A folder's folders are moved up before it goes, so that no path gets long and nothing recurs.
    """
    with contextlib.suppress(OSError):
        if not os.path.isdir(path) or os.path.islink(path):
            os.unlink(path)
            return
        os.chmod(path, 0o700)
        moved, mark = 0, os.urandom(16).hex()  # a name that nothing in there can have
        while folders := _emptied(path):
            for folder in folders:
                for inner in _emptied(folder):
                    moved += 1
                    os.rename(inner, os.path.join(path, f"{mark}-{moved}"))
                os.rmdir(folder)
        os.rmdir(path)


def _emptied(folder: str) -> list[str]:
    """Removes every file of a folder; gives its folders, made writable."""
    with os.scandir(folder) as entries:
        found = [(entry.path, entry.is_dir(follow_symlinks=False)) for entry in entries]
    for path, is_folder in found:
        if is_folder:
            os.chmod(path, 0o700)
        else:
            os.unlink(path)
    return [path for path, is_folder in found if is_folder]


def _system_v(kind: str, column: str, uid: int) -> list[int]:
    """The System V objects of one kind that this user owns or made."""
    try:
        head, *rows = Path(f"/proc/sysvipc/{kind}").read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return []
    names = head.split()
    objects = [dict(zip(names, map(int, row.split()), strict=False)) for row in rows]
    return [found[column] for found in objects if uid in (found["uid"], found["cuid"])]


if __name__ == "__main__":
    if sys.argv[1] != "-":
        end(int(sys.argv[1]), lambda: None)
        sweep_folders(int(sys.argv[1]))
        sweep_objects(int(sys.argv[1]))
    remove(sys.argv[2])
