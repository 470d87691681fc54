"""One worker as the grader sees it: loads a submission, answers calls; what goes wrong there is a StudentError."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np

from autograder import wire
from autograder.engine.stream import Stream
from autograder.errors import InternalFault, StudentError
from autograder.manifest import Imports

__all__ = ["START_S", "Budget", "Ended", "StaleAnswer", "Worker", "remove_strays", "text_of", "texts", "watch_scratch"]

STRAYS = Path(__file__).parents[1] / "worker" / "strays.py"
Clock = Callable[[], tuple[float, float | None, float]]
START_S = 120.0  # a loaded machine, or half a processor, is slow to start things, and that is nobody's fault
SCRATCH_MB, SCRATCH_ENTRIES = 200, 60_000  # a submission itself has at most 2000 files, 12 folders deep
ANYTHING = Imports()
IMPORT_S = 10.0  # training at the top level is no crime
LEAST_S = 0.05
STEPS = 1000  # as many cells as a notebook may have


class Budget(NamedTuple):
    """What a worker may use: CPU seconds a call and in all, memory it may add and size of a reply (MiB)."""

    call_s: float
    total_s: float
    memory_mb: int
    reply_mb: int = 16


class Ended(NamedTuple):
    """How a worker ended: wait status, CPU seconds, largest memory."""

    status: int
    cpu_s: float
    rss_kb: int


class StaleAnswer(StudentError):
    """The worker had answered before it was asked; whoever asks now shall ask a fresh one."""


class ScratchFull(Exception):
    """A program wrote more than it may."""


class Keeper(Protocol):
    """What a worker needs of the zygote that forked it."""

    def end(self, worker: "Worker") -> Ended:
        """Kills the worker and everything of its user."""

    def reaped(self, pid: int, wait_s: float) -> Ended | None:
        """How the worker ended, when it did by itself."""


@dataclass
class Worker:
    """One jailed process with one submission's file loaded; answers calls until it dies or is closed.

    `layers` are the walls that it found standing before it read a line of a student's.
    """

    zygote: Keeper
    pid: int
    uid: int | None
    scratch: Path
    stream: Stream
    budget: Budget
    alive: bool = True
    graded: str = ""
    cell: int = 0
    layers: frozenset[str] = frozenset()

    def load(
        self,
        *,
        files: dict[str, bytes],
        file: str,
        adapter: bytes | None,
        functions: tuple[str, ...],
        twin: str | None = None,
        imports: Imports = ANYTHING,
        watch: tuple[str, ...] | None = None,
        wall_s: float | None = None,
    ) -> dict[str, Any]:
        """Lays out the submission and runs `file`, or the notebook `twin` if that is what counts; gives its report.

        With `watch`, the names of functions to listen to, the file is a script: it runs when `script` is called.

        The report is {"missing": names, "names": names, "odd": types}, for a notebook also "held", "failed", "notes".
        From the first step on `graded` is the file that counts, and `cell` the notebook's cell that is running.
        Raises StudentError for what the file does, InternalFault when it cannot even be laid out.
        """
        clock = self._clock(max(IMPORT_S, self.budget.call_s), wall_s)
        for step in range(self._opened(files, file, twin, adapter, functions, imports, clock, watch)):
            self.cell = step + 1 if self.graded.lower().endswith(".ipynb") else 0
            self._ask({"do": "run", "step": step}, *clock())
        self.cell = 0
        return self._ask({"do": "report", "functions": list(functions)}, *clock())

    def show(self, files: dict[str, bytes], file: str, limit_s: float) -> Iterator[dict[str, Any]]:
        """Runs a notebook, giving what each cell showed: {"text", "value", "raised": bytes, "figures": list of bytes}.

        Nothing of it is checked for its form. Raises StudentError when the process dies or `limit_s` is over.
        """
        clock = self._clock(limit_s, None)
        for step in range(self._opened(files, file, None, None, (), ANYTHING, clock)):
            self.cell = step + 1
            yield self._ask({"do": "show", "step": step}, *clock())

    def page(self, files: dict[str, bytes], file: str, shown: list[dict[str, Any]]) -> bytes:
        """The HTML of the notebook `file`; `shown` is what its cells gave in another worker. Raises StudentError."""
        self._lay_out(files)
        message = {"do": "page", "file": file, "notebook": files[file], "shown": shown}
        found = self._ask(message, self.budget.call_s).get("page")
        if type(found) is not bytes:
            raise self._broken("a page of another form")
        return found

    def _opened(
        self,
        files: dict[str, bytes],
        file: str,
        twin: str | None,
        adapter: bytes | None,
        functions: tuple[str, ...],
        imports: Imports,
        clock: Clock,
        watch: tuple[str, ...] | None = None,
    ) -> int:
        """Lays out the submission and has the file that counts read; gives in how many steps it is to run."""
        self._lay_out(files)
        message = {"file": file, "twin": twin, "adapter": adapter, "reply_limit": self.budget.reply_mb << 20}
        allowed = None if imports.allowed is None else list(imports.allowed)
        rule = [allowed, list(imports.forbidden)]
        named: dict[str, Any] = {"functions": list(functions if watch is None else watch)}
        named["watch"] = None if watch is None else list(watch)
        chosen = self._ask({"do": "load", **named, "imports": rule, **message}, *clock())
        self.graded = twin if twin is not None and text_of(chosen.get("graded")) == twin else file
        steps = self._ask({"do": "read"}, *clock()).get("steps")
        if type(steps) is not int or not 0 <= steps <= STEPS:
            raise self._broken("a count of steps of another form")
        return steps

    def _lay_out(self, files: dict[str, bytes]) -> None:
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

    def _clock(self, limit_s: float, wall_s: float | None) -> Clock:
        """What is left of limits that several requests share: CPU seconds, those to the end, those on the wall."""
        whole, before = self.stream.allowance(limit_s, wall_s), self.stream.stalled_s()

        def left() -> tuple[float, float | None, float]:
            used, passed = self.stream.cpu_s() - whole.used_s, time.monotonic() - whole.started
            at_work = passed - (self.stream.stalled_s() - before)
            end_s = None if wall_s is None else max(LEAST_S, wall_s - passed)
            return max(LEAST_S, limit_s - used), end_s, max(LEAST_S, whole.wall_s - at_work)

        return left

    def unpack(self, data: bytes) -> dict[str, Any]:
        """What the worker makes of an archive, unchecked: `engine/archive.py` reads it. Raises StudentError."""
        message = {"do": "unpack", "data": data, "reply_limit": self.budget.reply_mb << 20}
        return self._ask(message, self.budget.call_s)

    def artifact(self, files: Mapping[str, bytes], wall_s: float | None) -> Any:
        """What the worker makes of a training run's files, unchecked: `engine/artifact.py` reads it.

        Raises StudentError, and InternalFault where nothing here can read them.
        """
        sizes = np.array([len(data) for data in files.values()], dtype=np.int64)
        message = {"names": list(files), "sizes": sizes, "data": b"".join(files.values())}
        answer = self._ask(
            {"do": "artifact", "reply_limit": self.budget.reply_mb << 20, **message}, self.budget.call_s, wall_s
        )
        if lacking := text_of(answer.get("lacking")):
            raise InternalFault(f"a checkpoint cannot be read on this machine: {lacking}")
        return answer.get("files")

    def pdf(self, data: bytes) -> dict[str, Any]:
        """What a PDF says of itself, unchecked: `engine/bonus.py` reads it. Raises StudentError."""
        return self._ask({"do": "pdf", "data": data}, self.budget.call_s)

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
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        remove_strays(self.uid, self.scratch)

    def _ask(
        self, message: dict[str, Any], limit_s: float, wall_s: float | None = None, patience_s: float | None = None
    ) -> dict[str, Any]:
        number = os.urandom(8)
        try:
            data = wire.pack(message | {"id": number})
        except wire.Unsendable as error:  # something made of what the student returned
            raise StudentError(
                "malformed", "a value came back that no further call can be made with", text=str(error)
            ) from None
        allowed = self.stream.allowance(limit_s, wall_s, patience_s)
        try:
            self.stream.send(data, limit_s)
            answer = wire.read(lambda n: self.stream.receive(n, allowed), limit=self.budget.reply_mb << 20)
            self.stream.look()
        except TimeoutError:
            self.close()
            reason = f"the call took longer than the {limit_s:g} s of computing it may take"
            raise StudentError(
                "timeout", f"{reason}: an endless loop, or loops that arrays could do at once?"
            ) from None
        except ScratchFull:
            self.close()
            reason = f"the program wrote more than the {SCRATCH_MB} MiB, or {SCRATCH_ENTRIES} files, that it may write"
            raise StudentError("memory", reason) from None
        except (ConnectionError, EOFError):
            raise self._died() from None
        except wire.WireError as error:
            raise self._broken(str(error)) from None
        if type(answer) is not dict:
            raise self._broken("an answer of another form")
        to = answer.pop("to", None)
        if type(to) is not bytes or to != number:
            self.close()
            raise StaleAnswer("malformed", REASONS["malformed"], text="an answer that nobody asked for")
        if "error" in answer:
            raise self._told(answer["error"])
        return answer

    def _told(self, error: Any) -> StudentError:
        """The error that a worker reports, if it has the form of one: fields are short strings or lists of them."""
        verdict = text_of(error.get("verdict")) if type(error) is dict else ""
        if verdict not in REASONS:
            return self._broken("an error of another form")
        kinds = tuple(texts(error.get("kinds")))
        text, where, refusal = (text_of(error.get(key)) for key in ("text", "where", "refusal"))
        if refusal in REFUSALS:
            return StudentError("forbidden", REFUSALS[refusal], text=where, kinds=kinds)
        said = " at ".join(part for part in (text, where) if part)
        return StudentError(verdict, REASONS[verdict], text=said[:1500], kinds=kinds)

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


def watch_scratch(scratch: Path) -> None:
    """Raises ScratchFull when a scratch folder holds more than a program may write."""
    held = entries = 0
    folders = [str(scratch)]
    while folders:
        try:
            found = list(os.scandir(folders.pop()))
        except OSError:  # gone meanwhile, or a path too long to be honest
            continue
        entries += len(found)
        for entry in found:
            with contextlib.suppress(OSError):
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    held += entry.stat(follow_symlinks=False).st_blocks * 512
        if held > SCRATCH_MB << 20 or entries > SCRATCH_ENTRIES:
            raise ScratchFull


def remove_strays(uid: int | None, folder: Path) -> None:
    """Ends this user's processes (None: nobody's) and removes a folder of a student's, however deep."""
    user = "-" if uid is None else str(uid)
    subprocess.run([sys.executable, "-I", "-S", str(STRAYS), user, str(folder)], check=False)


def text_of(value: Any, *, length: int = 1200) -> str:
    """A field that a worker filled in, if it is a string; else nothing."""
    return value[:length] if type(value) is str else ""


def texts(value: Any, *, most: int = 200, length: int = 80) -> list[str]:
    """The strings of a list that a worker filled in; of anything else none."""
    return [item[:length] for item in value[:most] if type(item) is str] if type(value) is list else []


NOT_ALLOWED = "the program imports what this homework does not allow"
REASONS = {
    "raised": "the call raised an exception",
    "missing": "the function is not written yet",
    "forbidden": NOT_ALLOWED,
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
