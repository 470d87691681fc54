"""Starts zygotes and workers, talks to them over the wire, and ends them; what goes wrong there is a StudentError."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import numpy as np

from autograder import wire
from autograder.engine.stream import Stream
from autograder.engine.users import close_memory, free_uid
from autograder.errors import InternalFault, StudentError

__all__ = ["LEVELS", "Budget", "Worker", "Zygote", "level_of"]

PACKAGE = Path(__file__).parents[1]
STAGED = (
    "wire.py",
    "worker/__init__.py",
    "worker/zygote.py",
    "worker/serve.py",
    "worker/load.py",
    "worker/faults.py",
    "worker/walls.py",
    "worker/seccomp.py",
    "worker/landlock.py",
    "worker/strays.py",
)
LEVELS = ("process-only", "partial", "strict")
STRAYS = PACKAGE / "worker" / "strays.py"
START_S = 60.0
IMPORT_S = 10.0  # training at the top level is no crime
MESSAGE_LIMIT = 65536


class Budget(NamedTuple):
    """What a worker may use: CPU seconds a call and in all, memory it may add and size of a reply (MiB)."""

    call_s: float
    total_s: float
    memory_mb: int
    reply_mb: int = 16


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
    Python the user of a worker cannot read.
    """

    def __init__(self, preload: tuple[str, ...], *, python: str = sys.executable) -> None:
        close_memory()
        self._folder = Path(tempfile.mkdtemp(prefix="gradelbo-zygote-"))
        self._workers = Path(tempfile.mkdtemp(prefix="gradelbo-"))
        os.chmod(self._workers, 0o711)  # noqa: S103 - workers, other users, pass through it to their own folders
        stage = self._folder / "autograder"
        for name in STAGED:
            (stage / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PACKAGE / name, stage / name)
        (stage / "__init__.py").touch()
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
            | _one_thread(),
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            close_fds=True,
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
        shutil.rmtree(stage)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def fork(self, budget: Budget, *, without: frozenset[str] = frozenset()) -> "Worker":
        """A jailed worker, ready to load a submission. `without` leaves layers out: for the tests of the walls."""
        if self.unreachable:
            raise InternalFault(f"workers cannot read {', '.join(self.unreachable)}; see gradelbo doctor")
        layers = self.layers - without
        uid, scratch = self._cell(layers)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        output, pipe = os.pipe()
        limits = (budget.memory_mb, max(1, round(budget.total_s) + 1), max(16, budget.reply_mb))
        request = {"do": "fork", "uid": uid, "scratch": str(scratch), "limits": limits, "layers": sorted(layers)}
        stream = Stream(ours, output)
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

    def end(self, worker: "Worker") -> "Ended":
        """Kills a worker and every process of its user, removes what they left; says how the worker ended."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker.pid, signal.SIGKILL)
        while worker.pid not in self._ended:
            self._report(START_S)
        self._send(wire.pack({"do": "sweep", "uid": worker.uid, "scratch": str(worker.scratch)}))
        left = self._expect("swept", START_S)["left"]
        if left:
            raise InternalFault(f"{left} processes of a worker's user cannot be ended")
        self._in_use.discard(worker.uid or 0)
        return self._ended.pop(worker.pid)

    def reaped(self, pid: int, wait_s: float) -> "Ended | None":
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
        shutil.rmtree(self._workers, ignore_errors=True)
        shutil.rmtree(self._folder, ignore_errors=True)

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

    def _require(self, worker: "Worker", layers: frozenset[str]) -> None:
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

    def _send(self, request: bytes, *descriptors: int) -> None:
        try:
            socket.send_fds(self._control, [request], descriptors)
        except OSError as error:
            raise InternalFault(f"the zygote cannot be reached: {error}") from error

    def _expect(self, kind: str, wait_s: float) -> dict[str, Any]:
        while (report := self._report(wait_s)) is None or report["is"] != kind:
            continue
        return report

    def _report(self, wait_s: float, *, quiet: bool = False) -> dict[str, Any] | None:
        """The next report; `ended` ones are also remembered. Silence is our fault, never the student's."""
        self._control.settimeout(wait_s)
        try:
            data = self._control.recv(MESSAGE_LIMIT)
        except TimeoutError:
            if quiet:
                return None
            raise InternalFault(f"the zygote said nothing for {wait_s:.0f} s") from None
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


class Ended(NamedTuple):
    """How a worker ended: wait status, CPU seconds, largest memory."""

    status: int
    cpu_s: float
    rss_kb: int


@dataclass
class Worker:
    """One jailed process with one submission's file loaded; answers calls until it dies or is closed."""

    zygote: Zygote
    pid: int
    uid: int | None
    scratch: Path
    stream: Stream
    budget: Budget
    alive: bool = True

    def load(
        self,
        *,
        files: dict[str, bytes],
        file: str,
        adapter: bytes | None,
        functions: tuple[str, ...],
        wall_s: float | None = None,
    ) -> dict[str, Any]:
        """Lays out the submission and runs `file`; gives {"missing": names, "names": names}.

        Raises StudentError for what the file does, InternalFault when it cannot even be laid out.
        """
        paths = sorted(files)
        laid = self._ask(
            {
                "do": "files",
                "paths": "\0".join(paths).encode(),
                "sizes": np.array([len(files[path]) for path in paths], dtype=np.int64),
                "data": b"".join(files[path] for path in paths),
            },
            START_S,
        )
        if laid != {"laid": len(paths)}:
            self.close()
            raise InternalFault(f"the submission could not be laid out: {laid}")
        return self._ask(
            {
                "do": "load",
                "file": file,
                "adapter": adapter,
                "functions": list(functions),
                "reply_limit": self.budget.reply_mb << 20,
            },
            max(IMPORT_S, self.budget.call_s),
            wall_s,
        )

    def call(
        self,
        function: str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        *,
        seed: int,
        wall_s: float | None = None,
    ) -> Any:
        """The value that the student's function returns, as plain data. Raises StudentError in every other case.

        `wall_s` caps the wall time of this call below what its CPU limit allows.
        """
        message = {"do": "call", "function": function, "args": list(args), "kwargs": kwargs, "seed": seed}
        answer = self._ask(message, self.budget.call_s, wall_s)
        if "value" not in answer:
            raise self._broken("an answer without a value")
        return answer["value"]

    def close(self) -> None:
        """Ends the process and everything it left behind; calling it again does nothing."""
        if self.alive:
            self.alive = False
            self.stream.close()
            self.zygote.end(self)

    def abandon(self) -> None:
        """Ends the process, and what it left behind, when its zygote is gone."""
        self.alive = False
        self.stream.close()
        user = "-" if self.uid is None else str(self.uid)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        subprocess.run([sys.executable, "-I", "-S", str(STRAYS), user, str(self.scratch)], check=False)

    def _ask(self, message: dict[str, Any], limit_s: float, wall_s: float | None = None) -> dict[str, Any]:
        try:
            data = wire.pack(message)
        except wire.Unsendable as error:  # something made of what the student returned
            raise StudentError(
                "malformed", "a value came back that no further call can be made with", text=str(error)
            ) from None
        allowed = self.stream.allowance(limit_s, wall_s)
        try:
            self.stream.send(data, limit_s)
            answer = wire.read(lambda n: self.stream.receive(n, allowed), limit=self.budget.reply_mb << 20)
        except TimeoutError:
            self.close()
            reason = f"the call took longer than the {limit_s:g} s of computing it may take"
            raise StudentError(
                "timeout", f"{reason}: an endless loop, or loops that arrays could do at once?"
            ) from None
        except (ConnectionError, EOFError):
            raise self._died() from None
        except wire.WireError as error:
            raise self._broken(str(error)) from None
        return self._checked(answer)

    def _checked(self, answer: Any) -> dict[str, Any]:
        if type(answer) is not dict:
            raise self._broken("an answer of another form")
        if "error" not in answer:
            return answer
        error = answer["error"]
        kinds = error.get("kinds") if type(error) is dict else None
        if type(error) is not dict or type(kinds) is not list or str(error.get("verdict")) not in REASONS:
            raise self._broken("an error of another form")
        if (refusal := REFUSALS.get(str(error.get("refusal")))) is not None:
            raise StudentError(
                "forbidden", refusal, text=str(error.get("where") or "")[:200], kinds=tuple(map(str, kinds))
            )
        text = " at ".join(str(error.get(key)) for key in ("text", "where") if error.get(key))
        raise StudentError(
            error["verdict"], REASONS[error["verdict"]], text=text[:1500], kinds=tuple(str(k) for k in kinds)
        )

    def _broken(self, what: str) -> StudentError:
        self.close()
        return StudentError("malformed", "the answer was not in the form that values come back in", text=what)

    def _died(self) -> StudentError:
        ended = self.zygote.reaped(self.pid, 5.0)
        self.close()
        if ended is None:
            return StudentError("raised", "the program closed its connection to the grader")
        if os.WIFSIGNALED(ended.status):
            number = os.WTERMSIG(ended.status)
            if number == signal.SIGXCPU or (number == signal.SIGKILL and ended.cpu_s >= self.budget.total_s):
                return StudentError(
                    "timeout", f"the program used more than the {self.budget.total_s:g} s it may use in all"
                )
            if number == signal.SIGKILL and ended.rss_kb >= self.budget.memory_mb * 1024 * 0.9:
                return StudentError(
                    "memory", f"the program needed more than the {self.budget.memory_mb} MiB it may use"
                )
            return StudentError("raised", f"the program crashed ({signal.strsignal(number)})")
        return StudentError("raised", "the program ended itself (os._exit or similar) instead of returning")


REASONS = {
    "raised": "the call raised an exception",
    "missing": "the function is not written yet",
    "malformed": "the call returned something that is not plain data (numbers, strings, arrays, lists, tuples, dicts)",
    "memory": "the call needed more memory than it may use",
}

INSTEAD = "which the grader does not allow"
REFUSALS = {
    "subprocess": f"the program starts another program or process (subprocess, os.fork), {INSTEAD}; "
    "do the work in Python, in this process",
    "multiprocessing": f"the program starts processes (multiprocessing, ProcessPoolExecutor), {INSTEAD}; "
    "use a plain loop, or threads",
    "dataloader": f"the program starts processes (DataLoader with num_workers), {INSTEAD}; use num_workers=0",
    "compile": f"the program starts a compiler (torch.compile), {INSTEAD}; call the function without it",
    "network": f"the program opens a network connection, {INSTEAD}; it must work with the files handed in",
    "gpu": "there is no GPU here; keep everything on the CPU where torch.cuda.is_available() is false",
    "threads": "the program starts more threads than it may have",
}


def _one_thread() -> dict[str, str]:
    return {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")}
