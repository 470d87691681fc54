"""One submission's worker for one problem: started when first needed, replaced when it died, within the part's time."""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from autograder import wire
from autograder.engine.artifact import checked_artifact, files_of, read_records
from autograder.engine.copying import copied
from autograder.engine.kinds import checked_script, read_file
from autograder.engine.loading import LoadReport, while_loading
from autograder.engine.sandbox import Zygote
from autograder.engine.stream import PATIENCE
from autograder.engine.student import Journal, Namespace, student_of
from autograder.engine.worker import Budget, StaleAnswer, Worker
from autograder.errors import GradelboError, InternalFault, StudentError
from autograder.manifest import PERSONAL, Problem

__all__ = ["Session", "Sessions"]

TOTAL_PARTS = 8  # a worker serves all parts of its problem
SCRIPT_SEED = 0


class Session:
    """The student's side of one problem. `files` is the whole submission, `file` the one that holds the problem.

    `twin` is a notebook of the same problem; the worker says which of the two counts. `fault` stands for a file that
    cannot be graded at all, `account` for what a script's run or an artifact came to, if that is known; `until` is the
    monotonic time at which the run must end; `told` says whether messages may repeat what the student's code says.
    `submitters` are the names by which Gradescope knows who hands in; none where it says nothing.
    """

    def __init__(
        self,
        zygote: Zygote,
        problem: Problem,
        files: Mapping[str, bytes],
        file: str | None,
        adapter: bytes | None,
        *,
        twin: str | None = None,
        fault: StudentError | None = None,
        until: float | None = None,
        told: bool = True,
        account: Any = None,
        submitters: tuple[str, ...] = (),
    ) -> None:
        self.problem = problem
        self.journal = Journal()
        self._case = ""
        self._told = told
        self._zygote = zygote
        self._files = dict(files)
        self._file = file
        self._twin = twin
        self._adapter = adapter
        self._worker: Worker | None = None
        self._report = LoadReport(file or problem.file)
        self._fault = fault
        self._until = until
        self._spent = 0.0
        self._waited = 0.0
        self._stalled_before = 0.0
        self._stalled_by_others = 0.0
        self._exhausted = False
        self._account = account
        self._submitters = submitters

    @property
    def account(self) -> Any:
        """What a script's run or an artifact came to: found once, for other sessions too."""
        return self._account

    @property
    def fault(self) -> StudentError | None:
        """Why the file cannot be graded at all, once that is known."""
        return self._fault

    @property
    def notes(self) -> tuple[str, ...]:
        """What the student should know about how their file was read; empty until it was."""
        return self._report.notes(self._twin) if self._told else ()

    @property
    def spent_s(self) -> float:
        """CPU seconds that the part's calls have taken so far."""
        return self._spent

    def begin(self, case: str) -> None:
        """A new case begins: its calls are counted from here."""
        self._case = case
        self.journal = Journal()

    def student(self) -> Namespace:
        """The value that properties get."""
        return student_of(self.problem.functions, self._call)

    def start_part(self) -> None:
        """A new part begins: its time starts, and after a time-out it gets a fresh worker."""
        self._spent = 0.0
        self._waited = 0.0
        self._stalled_before = self._stalled()
        self._exhausted = False

    def close(self) -> None:
        """Ends the worker."""
        if self._worker is not None:
            self._stalled_by_others = self._stalled()
            self._worker.close()
            self._worker = None

    def abandon(self) -> None:
        """Drops the worker without asking the zygote, which is gone."""
        if self._worker is not None:
            self._worker.abandon()
            self._worker = None

    def _call(self, function: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        self.journal.turn()
        once = self.problem.kind != "code"  # what is known already takes no time
        if self._exhausted and not once:
            raise StudentError("timeout", "not run: an earlier call of this part took too long")
        wall_s = None if once else self._left()
        started = time.monotonic()
        try:
            return self._once(function, args, kwargs) if once else self._asked(function, args, kwargs, wall_s)
        except StudentError as error:
            if error.verdict == "timeout":
                self._exhausted = True
            raise
        except GradelboError:
            raise
        except Exception as error:  # what goes wrong on our side of the wall is never the student's verdict
            raise InternalFault(f"a call could not be made: {error!r}") from error
        finally:
            self._waited += time.monotonic() - started
            part_s = self.problem.limits.part_s
            if self._spent > part_s or (
                self._waited > part_s * PATIENCE + 1
                and self._waited - max(0.0, self._stalled() - self._stalled_before) > part_s * PATIENCE + 1
            ):
                self._exhausted = True

    def _stalled(self) -> float:
        """Seconds that the workers so far, the present one among them, were without a processor."""
        return self._stalled_by_others + (0.0 if self._worker is None else self._worker.stream.stalled_s())

    def _asked(self, function: str, args: tuple[Any, ...], kwargs: dict[str, Any], wall_s: float | None) -> Any:
        """The call's value from a worker that is ready; its CPU time is on the part's account however it ends."""
        seed: int | None = None
        while True:
            worker = self._ready()
            if function in self._report.missing:
                raise self._report.unwritten(function, self.problem.functions, told=self._told)
            again = seed is not None
            if seed is None:
                seed = self.journal.note(function, args, kwargs, self._case)
            before = worker.stream.cpu_s()
            try:
                return self.journal.answered(worker.call(function, args, kwargs, seed=seed, wall_s=wall_s))
            except StaleAnswer:  # an earlier call left more than its answer: this one is not to pay for it
                if again:
                    raise
            except StudentError as error:
                raise self._report.blamed(error, function, told=self._told) from None
            finally:
                self._spent += max(0.0, worker.stream.cpu_s() - before)

    def _once(self, function: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """What the file says, holds, or came to when it was run as a script; that it cannot be had is tried once."""
        if self._fault is not None:
            raise self._fault
        self.journal.note(function, args, kwargs, self._case)
        if args or kwargs:
            raise InternalFault(f"{function}() of the problem {self.problem.name} takes no arguments")
        if function in PERSONAL:
            return self.journal.answered(list(self._submitters))
        file = self._file or self.problem.file
        try:
            if self.problem.kind == "artifact":
                if self._account is None:
                    self._account = self._artifact(file)
                return self.journal.answered(copied(self._account))
            if self.problem.kind != "script":
                return self.journal.answered(read_file(self.problem.kind, self._files[file], file))
            if self._account is None:
                self._account = wire.pack(checked_script(self._run(function)))
        except StaleAnswer:
            raise
        except StudentError as error:
            self._fault = error
            raise
        return self.journal.answered(wire.unpack(self._account))

    def _artifact(self, file: str) -> Any:
        """What the files of a training run hold, read in a worker of their own; nothing of the student's runs there."""
        files = files_of(self.problem, self._files, file)
        records = read_records(files)
        parsed = {name: data for name, data in files.items() if name not in records}
        limits = self.problem.limits
        worker = self._zygote.fork(Budget(limits.call_s, limits.call_s, limits.memory_mb, limits.reply_mb))
        try:
            return checked_artifact(worker.artifact(parsed, self._left()), tuple(parsed)) | records
        finally:
            self._spent += max(0.0, worker.stream.cpu_s())
            worker.close()

    def _run(self, function: str) -> Any:
        """The account of a script's run, as its worker gives it."""
        worker = self._ready()
        before = worker.stream.cpu_s()
        try:
            return worker.call(function, (), {}, seed=SCRIPT_SEED, wall_s=self._left())
        finally:
            self._spent += max(0.0, worker.stream.cpu_s() - before)

    def _left(self) -> float | None:
        """Wall seconds until the run must end; None when it has no end."""
        if self._until is None:
            return None
        left = self._until - time.monotonic()
        if left <= 0:
            raise StudentError(
                "timeout", "the calls before this one used up the time that the whole submission may take"
            )
        return left

    def _ready(self) -> Worker:
        """The worker with the submission loaded; a submission that cannot be loaded is tried once."""
        if self._fault is not None:
            raise self._fault
        if self._worker is None or not self._worker.alive:
            self._stalled_by_others, self._worker = self._stalled(), None
            limits = self.problem.limits
            budget = Budget(limits.call_s, limits.part_s * TOTAL_PARTS, limits.memory_mb, limits.reply_mb)
            self._worker = self._zygote.fork(budget)
            try:
                self._load(self._worker)
            except StudentError as error:
                self._report = LoadReport(self._worker.graded or self._file or self.problem.file)
                self._fault = while_loading(error, self._report.file, self._worker.cell, told=self._told)
                self.close()
                raise self._fault from None
        return self._worker

    def _load(self, worker: Worker) -> None:
        if self._file is None:
            raise InternalFault(f"the problem {self.problem.name} has no file and no fault that says so")
        answer = worker.load(
            files=self._files,
            file=self._file,
            twin=self._twin,
            adapter=self._adapter,
            functions=self.problem.functions,
            imports=self.problem.imports,
            watch=self.problem.watch if self.problem.kind == "script" else None,
            wall_s=self._left(),
        )
        self._report = LoadReport.of(worker.graded, answer)


class Sessions:
    """A submission's sessions by problem, made when first asked for; after a fault of ours all are made anew."""

    def __init__(
        self, make: Callable[[str], Session] | None = None, restart: Callable[[], None] = lambda: None
    ) -> None:
        self._make = make
        self._restart = restart
        self._open: dict[str, Session] = {}
        self._faults: dict[str, StudentError] = {}
        self._notes: dict[str, tuple[str, ...]] = {}
        self._accounts: dict[str, Any] = {}
        self.renewals: Counter[str] = Counter()

    def of(self, problem: str) -> Session:
        """The session of this problem."""
        if problem not in self._open:
            if self._make is None:
                raise InternalFault("no submission was started")
            self._open[problem] = self._make(problem)
        return self._open[problem]

    def fault_of(self, problem: str) -> StudentError | None:
        """Why this problem's file cannot be graded at all, if that came to light here."""
        return self._open[problem].fault if problem in self._open else self._faults.get(problem)

    def account_of(self, problem: str) -> Any:
        """What this problem's script or artifact came to here; None where it was not asked for."""
        return self._open[problem].account if problem in self._open else self._accounts.get(problem)

    @property
    def notes(self) -> tuple[str, ...]:
        """What students should know about how their files were read, each sentence once; known when all is closed."""
        return tuple(dict.fromkeys(note for notes in self._notes.values() for note in notes))

    def renew(self, problem: str) -> None:
        """Drops every worker and has the zygotes started anew, because of this problem; `renewals` counts."""
        self.renewals[problem] += 1
        for session in self._open.values():
            session.abandon()
        self._open.clear()
        self._restart()

    def close(self) -> None:
        """Ends every worker; what came to light stays known."""
        for name, session in self._open.items():
            session.close()
            self._notes[name] = session.notes
            self._accounts[name] = session.account
            if session.fault is not None:
                self._faults[name] = session.fault
        self._open.clear()
