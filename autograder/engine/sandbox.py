"""Starts zygotes and workers, talks to them over the wire, and ends them; what goes wrong there is a StudentError."""

import contextlib
import os
import secrets
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

from autograder import wire
from autograder.engine.stream import Stream
from autograder.errors import InternalFault, StudentError

__all__ = ["Budget", "Worker", "Zygote"]

PACKAGE = Path(__file__).parents[1]
STAGED = (
    "wire.py",
    "worker/__init__.py",
    "worker/zygote.py",
    "worker/serve.py",
    "worker/load.py",
    "worker/faults.py",
    "worker/walls.py",
)
START_S = 60.0
MESSAGE_LIMIT = 65536


class Budget(NamedTuple):
    """What a worker may use: CPU seconds a call and in all, memory it may add and size of a reply (MiB)."""

    call_s: float
    total_s: float
    memory_mb: int
    reply_mb: int = 16


class Zygote:
    """A process with the libraries warm, exec'ed fresh with an environment built from nothing; forks workers."""

    def __init__(self, preload: tuple[str, ...], *, python: str = sys.executable) -> None:
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
        self._expect("ready", START_S)
        shutil.rmtree(stage)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def fork(self, budget: Budget) -> "Worker":
        """A jailed worker, ready to load a submission."""
        uid = _free_uid()
        scratch = Path(tempfile.mkdtemp(dir=self._workers))
        if uid is not None:
            os.chown(scratch, uid, uid)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        output, pipe = os.pipe()
        limits = (budget.memory_mb, max(1, round(budget.total_s) + 1), max(16, budget.reply_mb))
        request = wire.pack({"do": "fork", "uid": uid, "scratch": str(scratch), "limits": limits})
        stream = Stream(ours, output)
        try:
            self._send(request, theirs.fileno(), pipe)
            stream.pid = self._expect("forked", START_S)["pid"]
        except InternalFault:
            stream.close()
            raise
        finally:
            theirs.close()
            os.close(pipe)
        return Worker(self, stream.pid, uid, scratch, stream, budget)

    def end(self, worker: "Worker") -> "Ended":
        """Kills a worker and every process of its user, removes its scratch folder; says how the worker ended."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker.pid, signal.SIGKILL)
        while worker.pid not in self._ended:
            self._report(START_S)
        if worker.uid is not None:
            self._send(wire.pack({"do": "sweep", "uid": worker.uid}))
            self._expect("swept", START_S)
        shutil.rmtree(worker.scratch, ignore_errors=True)
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
        self, *, files: dict[str, bytes], file: str, adapter: bytes | None, functions: tuple[str, ...]
    ) -> dict[str, Any]:
        """Lays out the submission and runs `file`; gives {"missing": names, "names": names}. Raises StudentError."""
        return self._ask(
            {
                "do": "load",
                "files": files,
                "file": file,
                "adapter": adapter,
                "functions": list(functions),
                "reply_limit": self.budget.reply_mb << 20,
            },
            max(10.0, self.budget.call_s),
        )

    def call(self, function: str, args: tuple[Any, ...], kwargs: dict[str, Any], *, seed: int) -> Any:
        """The value that the student's function returns, as plain data. Raises StudentError in every other case."""
        message = {"do": "call", "function": function, "args": list(args), "kwargs": kwargs, "seed": seed}
        answer = self._ask(message, self.budget.call_s)
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
        """Ends the process when its zygote is gone."""
        self.alive = False
        self.stream.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        shutil.rmtree(self.scratch, ignore_errors=True)

    def _ask(self, message: dict[str, Any], limit_s: float) -> dict[str, Any]:
        used = self.stream.cpu_s()
        try:
            self.stream.send(wire.pack(message), limit_s)
            answer = wire.read(lambda n: self.stream.receive(n, limit_s, used), limit=self.budget.reply_mb << 20)
        except TimeoutError:
            self.close()
            raise StudentError("timeout", f"the call took longer than the {limit_s:g} s it may take") from None
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
        if type(error) is not dict or type(kinds) is not list or error.get("verdict") not in REASONS:
            raise self._broken("an error of another form")
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


def _free_uid() -> int | None:
    """A user nobody else is, from the range this user namespace maps; None when we are not root."""
    if os.geteuid() != 0:
        return None
    top = 65534
    with contextlib.suppress(OSError, ValueError), open("/proc/self/uid_map", encoding="ascii") as f:
        top = max(int(first) + int(count) for first, _, count in (line.split() for line in f))
    return secrets.SystemRandom().randrange(200_000, min(top, 2**31)) if top > 300_000 else 65534


def _one_thread() -> dict[str, str]:
    return {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")}
