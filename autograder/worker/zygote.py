"""A fresh process with the libraries warm and no secret in it; forks one worker for each request.

Started by path as `python zygote.py FD MODULE…`, FD being a SOCK_SEQPACKET control socket to the grader. Requests:
`fork` (with two descriptors: the worker's reply socket and its output pipe), `sweep` (end every process of a user).
Reports: `ready`, `forked`, `ended` with status, CPU seconds and memory, `swept`. It ends when the grader closes.
"""

import contextlib
import gc
import importlib
import os
import select
import signal
import socket
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from autograder import wire
from autograder.worker.serve import serve
from autograder.worker.walls import Limits, close_inherited, enter

sys.path.pop(0)
sys.modules["autograder"].__path__ = []
sys.modules["autograder.worker"].__path__ = []

MESSAGE_LIMIT = 65536


def main() -> None:
    """Warms up, says so, and serves requests."""
    control = socket.socket(fileno=int(sys.argv[1]))
    for name in sys.argv[2:]:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    wake, alarm = os.pipe()
    os.set_blocking(alarm, False)
    signal.set_wakeup_fd(alarm)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    _say(control, {"is": "ready"})
    children: set[int] = set()
    while True:
        ready = select.select([control.fileno(), wake], [], [])[0]
        if wake in ready:
            os.read(wake, 4096)
            _reap(control, children)
        if control.fileno() in ready and not _answer(control, children):
            break
    for pid in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _answer(control: socket.socket, children: set[int]) -> bool:
    data, descriptors, _, _ = socket.recv_fds(control, MESSAGE_LIMIT, 2)
    if not data:
        return False
    request = wire.unpack(data)
    if request["do"] == "fork":
        children.add(_fork(control, request, descriptors))
    elif request["do"] == "sweep":
        children.discard(_sweep(control, request["uid"]))
    for fd in descriptors:
        os.close(fd)
    return True


def _fork(control: socket.socket, request: dict[str, Any], descriptors: list[int]) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid:
        _say(control, {"is": "forked", "pid": pid})
        return pid
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        reply, output = descriptors
        close_inherited(reply, output)
        enter(parent=parent, uid=request["uid"], scratch=request["scratch"], limits=Limits(*request["limits"]))
        serve(socket.socket(fileno=3), request["scratch"])
    except BaseException as error:  # a worker never runs on into the zygote's loop
        with contextlib.suppress(Exception):
            os.write(2, f"the worker could not go on: {error!r}\n".encode("utf-8", "backslashreplace"))
    finally:
        os._exit(70)


def _sweep(control: socket.socket, uid: int) -> int:
    """Ends every process of this user by a child that becomes it: one kill(-1) leaves no moment to fork in."""
    pid = os.fork()
    if not pid:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)
        os._exit(0)
    os.waitpid(pid, 0)
    _say(control, {"is": "swept", "uid": uid})
    return pid


def _reap(control: socket.socket, children: set[int]) -> None:
    for pid in list(children):
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        if ended:
            children.discard(pid)
            cpu = usage.ru_utime + usage.ru_stime
            _say(control, {"is": "ended", "pid": pid, "status": status, "cpu_s": cpu, "rss_kb": usage.ru_maxrss})


def _say(control: socket.socket, report: dict[str, Any]) -> None:
    control.send(wire.pack(report))


if __name__ == "__main__":
    main()
