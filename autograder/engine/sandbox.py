"""Starts zygotes, has them fork workers behind their walls, and ends both with all that they left behind."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from autograder import wire
from autograder.engine.stream import Stream
from autograder.engine.threads import ONE_THREAD
from autograder.engine.users import close_memory, free_uid
from autograder.engine.waiting import Patience
from autograder.engine.worker import START_S, Budget, Ended, Worker, remove_strays, watch_scratch
from autograder.errors import InternalFault

__all__ = ["LEVELS", "Zygote", "lay_fonts", "level_of"]

PACKAGE = Path(__file__).parents[1]
STAGED = (
    "members.py",
    "plain.py",
    "wire.py",
    "imports.py",
    "worker/__init__.py",
    "worker/zygote.py",
    "worker/serve.py",
    "worker/load.py",
    "worker/allowed.py",
    "worker/guard.py",
    "worker/source.py",
    "worker/unpack.py",
    "worker/notebook.py",
    "worker/magics.py",
    "worker/cells.py",
    "worker/twins.py",
    "worker/exhibit.py",
    "worker/script.py",
    "worker/pictures.py",
    "worker/page.py",
    "worker/pdf.py",
    "worker/artifact.py",
    "worker/harmless.py",
    "worker/faults.py",
    "worker/versions.py",
    "worker/walls.py",
    "worker/seccomp.py",
    "worker/landlock.py",
    "worker/strays.py",
)
LEVELS = ("process-only", "partial", "strict")
MESSAGE_LIMIT = 65536
# glibc asks the kernel for pages of 2 MiB: torch has 80 MiB of heap, which each fork would copy in entries of 4 KiB
LARGE_PAGES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
STEP_S = 1.0  # of a wait for the zygote: then it is asked what kept it
FONTS = Path(sys.prefix) / "share" / "gradelbo"  # where setup.sh has matplotlib list the fonts


def level_of(layers: frozenset[str]) -> str:
    """How far a worker with these layers is shut in, one of LEVELS.

    strict: it can neither reach what is the grader's (another user, Landlock, or a namespace) nor the kernel's
    dangerous calls; partial: one of the two; process-only: it is a process of its own and no more.
    """
    apart = not layers.isdisjoint(("user", "landlock", "namespace"))
    return LEVELS[apart + ("seccomp" in layers)]


class Zygote:
    """A process with the libraries warm, exec'ed fresh with an environment built from nothing; forks workers.

    `layers` are the walls that hold here, tried in a child before any student's code; `unreachable` lists what of
    Python the user of a worker cannot read. With `own` the code is that of whoever runs this: where another user could
    not read Python (root's own, in a container), workers stay this user.
    """

    def __init__(self, preload: tuple[str, ...], *, python: str = sys.executable, own: bool = False) -> None:
        close_memory()
        self._folder = Path(tempfile.mkdtemp(prefix="gradelbo-zygote-"))
        self._workers = Path(tempfile.mkdtemp(prefix="gradelbo-"))
        os.chmod(self._workers, 0o711)  # noqa: S103 - workers, other users, pass through it to their own folders
        stage = self._folder / "autograder"
        for name in STAGED:
            (stage / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PACKAGE / name, stage / name)
        (stage / "__init__.py").touch()
        lay_fonts(FONTS, self._folder)
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        os.set_inheritable(theirs.fileno(), True)
        self.process = subprocess.Popen(
            [python, "-s", "-P", "-B", str(stage / "worker" / "zygote.py"), str(theirs.fileno()), *preload],
            cwd="/",
            env={
                "PATH": "/usr/bin:/bin",
                "LANG": "C.UTF-8",
                "PYTHONHASHSEED": "0",
                "MPLBACKEND": "Agg",
                "MPLCONFIGDIR": str(self._folder),
            }
            | ONE_THREAD
            | LARGE_PAGES,
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            close_fds=True,
            start_new_session=True,  # Ctrl-C is for the grader, which then ends the zygote
        )
        theirs.close()
        self._ended: dict[int, Ended] = {}
        self._in_use: set[int] = set()
        try:
            probed = self._probe()
            self._expect("ready", START_S)
        except InternalFault:
            self.close()
            raise
        self.layers = frozenset(str(name) for name in probed["layers"])
        self.unreachable = tuple(str(path) for path in probed["unreachable"])
        if own and self.unreachable:
            self.layers, self.unreachable = self.layers - {"user"}, ()
        shutil.rmtree(stage)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def fork(self, budget: Budget, *, without: frozenset[str] = frozenset()) -> Worker:
        """A jailed worker, ready to load a submission. `without` leaves layers out: for the tests of the walls."""
        if self.unreachable:
            raise InternalFault(f"workers cannot read {', '.join(self.unreachable)}; see gradelbo doctor")
        layers = self.layers - without
        uid, scratch = self._cell(layers)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        output, pipe = os.pipe()
        limits = (budget.memory_mb, max(1, round(budget.total_s) + 1), max(16, budget.reply_mb))
        request = {"do": "fork", "uid": uid, "scratch": str(scratch), "limits": limits, "layers": sorted(layers)}
        stream = Stream(ours, output, lambda: watch_scratch(scratch))
        try:
            self._send(wire.pack(request), theirs.fileno(), pipe)
            stream.pid = self._expect("forked", START_S)["pid"]
        except InternalFault:
            stream.close()
            raise
        finally:
            theirs.close()
            os.close(pipe)
        worker = Worker(self, stream.pid, uid, scratch, stream, budget)
        self._require(worker, layers)
        return worker

    def end(self, worker: Worker) -> Ended:
        """Kills a worker, and what its walls let it start; removes what is left; says how the worker ended."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker.pid, signal.SIGKILL)
        while worker.pid not in self._ended:
            self._report(START_S)
        request = {"do": "sweep", "uid": worker.uid, "scratch": str(worker.scratch), "layers": sorted(worker.layers)}
        self._send(wire.pack(request))
        left = self._expect("swept", START_S)["left"]
        if left:
            raise InternalFault(f"{left} processes of a worker's user cannot be ended")
        self._in_use.discard(worker.uid or 0)
        return self._ended.pop(worker.pid)

    def reaped(self, pid: int, wait_s: float) -> Ended | None:
        """How this worker ended, when it did by itself within `wait_s` seconds."""
        deadline = time.monotonic() + wait_s
        while pid not in self._ended and (left := deadline - time.monotonic()) > 0:
            self._report(left, quiet=True)
        return self._ended.get(pid)

    def close(self) -> None:
        """Ends the zygote and with it every worker."""
        self._control.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for folder in (self._workers, self._folder):
            remove_strays(None, folder)

    def _probe(self) -> dict[str, Any]:
        """Has the walls tried in a child that runs no student's code."""
        uid, scratch = self._cell(frozenset({"user"}))
        request = {"do": "probe", "uid": uid, "scratch": str(scratch), "limits": (256, 10, 16)}
        self._send(wire.pack(request))
        probed = self._expect("probed", START_S)
        self._in_use.discard(uid or 0)
        shutil.rmtree(scratch, ignore_errors=True)
        return probed

    def _cell(self, layers: frozenset[str]) -> tuple[int | None, Path]:
        """A user of its own (None: the grader's) and a scratch folder that belongs to it."""
        uid = free_uid(self._in_use) if "user" in layers else None
        scratch = Path(tempfile.mkdtemp(dir=self._workers))
        if uid is not None:
            self._in_use.add(uid)
            os.chown(scratch, uid, uid)
        return uid, scratch

    def _require(self, worker: Worker, layers: frozenset[str]) -> None:
        """Raises InternalFault unless the new worker says, before it runs any student's code, that its walls hold."""
        try:
            allowed = worker.stream.allowance(START_S)
            first = wire.read(lambda n: worker.stream.receive(n, allowed), limit=MESSAGE_LIMIT)
            found = frozenset(first["ready"])
        except (EOFError, OSError, wire.WireError, KeyError, TypeError):
            found = frozenset()
        if not layers <= found:
            worker.close()
            missing = ", ".join(sorted(layers - found))
            raise InternalFault(f"a worker came up without {missing}: {worker.stream.output.text()[:500]}")
        worker.layers = found

    def _send(self, request: bytes, *descriptors: int) -> None:
        try:
            socket.send_fds(self._control, [request], descriptors)
        except OSError as error:
            raise InternalFault(f"the zygote cannot be reached: {error}") from error

    def _expect(self, kind: str, wait_s: float) -> dict[str, Any]:
        while (report := self._report(wait_s)) is None or report["is"] != kind:
            continue
        return report

    def _heard(self) -> bytes | None:
        with contextlib.suppress(TimeoutError):
            return self._control.recv(MESSAGE_LIMIT)
        return None

    def _report(self, wait_s: float, *, quiet: bool = False) -> dict[str, Any] | None:
        """The next report; `ended` ones are also remembered. Silence is our fault, never the student's."""
        patience = Patience(self.process.pid, wait_s)
        self._control.settimeout(wait_s if quiet else min(wait_s, STEP_S))
        try:
            while (data := self._heard()) is None:
                if quiet:
                    return None
                if patience.at_an_end:
                    raise InternalFault(f"the zygote said nothing for {wait_s:.0f} s")
        except OSError as error:
            raise InternalFault(f"the zygote cannot be reached: {error}") from error
        if not data:
            raise InternalFault(
                f"the zygote ended with status {self.process.wait(5)}; its messages are on standard error"
            )
        report: dict[str, Any] = wire.unpack(data)
        if report["is"] == "ended":
            self._ended[report["pid"]] = Ended(report["status"], report["cpu_s"], report["rss_kb"])
        return report


def lay_fonts(made: Path, folder: Path) -> None:
    """Lays matplotlib's list of fonts, which takes a fifth of a second to make, where a zygote looks for it."""
    for found in made.glob("fontlist-*.json"):
        with contextlib.suppress(OSError):
            shutil.copy(found, folder)
