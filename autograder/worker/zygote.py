"""A fresh process with the libraries warm and no secret in it; forks one worker for each request.

Started by path as `python zygote.py FD MODULE…`, FD being a SOCK_SEQPACKET control socket to the grader. Requests:
`probe`, the first (try every wall in a child), `fork` (with two descriptors: the worker's reply socket and its output
pipe), `sweep` (remove what a worker left, and end the processes of its user where it could start any). Reports:
`probed`, `ready`, `forked`, `ended` with status, CPU seconds and memory, `swept`. It ends when the grader closes.
"""

import contextlib
import gc
import importlib
import os
import select
import signal
import socket
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from autograder import wire
from autograder.worker import strays
from autograder.worker.serve import seed_generators, serve
from autograder.worker.walls import (
    LAYERS,
    Jail,
    Limits,
    Plan,
    clean_environment,
    close_inherited,
    enter,
    guard_zygote,
    prepare,
    standing,
)

sys.path.pop(0)
sys.modules["autograder"].__path__ = []
sys.modules["autograder.worker"].__path__ = []

MESSAGE_LIMIT = 65536
EXIT_BROKEN = 70


class Zygote:
    """The control socket, what all workers share, and the workers that live, with their users."""

    def __init__(self, control: socket.socket, plan: Plan) -> None:
        self.control = control
        self.plan = plan
        self.children: dict[int, int | None] = {}

    def say(self, report: dict[str, Any]) -> None:
        """Sends a report; when the grader is gone nobody needs it, and the next request tells."""
        with contextlib.suppress(ConnectionError):
            self.control.send(wire.pack(report))

    def answer(self) -> bool:
        """Serves one request; False when the grader has closed."""
        data, descriptors, _, _ = socket.recv_fds(self.control, MESSAGE_LIMIT, 2)
        if not data:
            return False
        request = wire.unpack(data)
        if request["do"] == "fork":
            self.fork(request, *descriptors)
        elif request["do"] == "sweep":
            self.sweep(request)
        elif request["do"] == "probe":
            self.probe(request)
        for fd in descriptors:
            os.close(fd)
        return True

    def probe(self, request: dict[str, Any]) -> None:
        """Puts every wall up in a child that runs nothing of a student's; it reports which ones hold."""
        parent = os.getpid()
        pid = os.fork()
        if not pid:
            with _nothing_but_exit():
                jail = self.jail(parent, request)
                needed = [path for path in _needed() if _opens(path)]
                enter(jail, LAYERS, tolerant=True)
                unreachable = [path for path in needed if not _opens(path)]
                self.say({"is": "probed", "layers": sorted(standing(jail)), "unreachable": unreachable})
                os._exit(0)
        if os.waitpid(pid, 0)[1] != 0:
            raise OSError("the child that tries the walls did not come to its end")

    def fork(self, request: dict[str, Any], reply: int, output: int) -> None:
        """Starts a worker; its first message says which walls hold."""
        parent = os.getpid()
        pid = os.fork()
        if not pid:
            with _nothing_but_exit():
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                close_inherited(reply, output)
                jail = self.jail(parent, request)
                enter(jail, request["layers"])
                connection = socket.socket(fileno=3)
                connection.sendall(wire.pack({"ready": sorted(standing(jail))}))
                serve(connection, request["scratch"])
        self.children[pid] = request["uid"]
        self.say({"is": "forked", "pid": pid})

    def jail(self, parent: int, request: dict[str, Any]) -> Jail:
        """The cell that a request describes."""
        return Jail(parent, request["uid"], request["scratch"], Limits(*request["limits"]), self.plan)

    def sweep(self, request: dict[str, Any]) -> None:
        """Ends every process of a user and removes what it left, its scratch folder too.

        What stood in the way of a worker from its first line on need not be looked for: a fork for it would cost as
        much as the worker's own.
        """
        uid, stood, left = request["uid"], set(request["layers"]), 0
        if uid is not None and "seccomp" not in stood:
            left = strays.end(uid, self.reap)
            strays.sweep_objects(uid)
        if uid is not None and not {"landlock", "seccomp"} <= stood:
            strays.sweep_folders(uid)
        strays.remove(request["scratch"])
        self.say({"is": "swept", "left": left})

    def end(self, uid: int) -> int:
        """No process and no shared object of this user is left; gives how many processes would not go."""
        left = strays.end(uid, self.reap)
        strays.sweep_folders(uid)
        strays.sweep_objects(uid)
        return left

    def reap(self) -> None:
        """Takes in every dead child, the orphans of workers included, and reports the workers."""
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
                if not pid:
                    return
                if pid in self.children:
                    del self.children[pid]
                    cpu = usage.ru_utime + usage.ru_stime
                    self.say({"is": "ended", "pid": pid, "status": status, "cpu_s": cpu, "rss_kb": usage.ru_maxrss})

    def close(self) -> None:
        """Ends every worker that still lives, with its user."""
        for pid, uid in list(self.children.items()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            if uid is not None:
                self.end(uid)


def main() -> None:
    """Tries the walls, warms up, says so, and serves requests."""
    control = socket.socket(fileno=int(sys.argv[1]))
    plan = prepare()
    guard_zygote(plan)
    zygote = Zygote(control, plan)
    zygote.answer()
    for name in sys.argv[2:]:
        importlib.import_module(name)
    seed_generators(0)  # numpy and torch import their generators when first asked: once here, not in every worker
    zygote.plan = prepare()
    clean_environment()
    gc.collect()
    gc.freeze()
    wake, alarm = os.pipe()
    os.set_blocking(alarm, False)
    signal.set_wakeup_fd(alarm)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    zygote.say({"is": "ready"})
    while True:
        ready = select.select([control.fileno(), wake], [], [])[0]
        if wake in ready:
            os.read(wake, 4096)
            zygote.reap()
        if control.fileno() in ready and not zygote.answer():
            break
    zygote.close()
    os._exit(0)  # taking the libraries apart would cost half a second that somebody waits for


@contextlib.contextmanager
def _nothing_but_exit() -> Iterator[None]:
    """A child never runs on into the zygote's loop, whatever happens."""
    try:
        yield
    except BaseException as error:
        with contextlib.suppress(Exception):
            os.write(2, f"the worker could not go on: {error!r}\n".encode("utf-8", "backslashreplace"))
    finally:
        os._exit(EXIT_BROKEN)


def _needed() -> list[str]:
    """What a worker must be able to open to import anything."""
    return [os.__file__, sysconfig.get_path("purelib"), str(sys.modules["numpy"].__file__)]


def _opens(path: str) -> bool:
    try:
        os.close(os.open(path, os.O_RDONLY))
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
