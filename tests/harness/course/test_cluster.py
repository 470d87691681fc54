"""Many machines: all is done once though some die, hang or join, and none that would grade otherwise is let in."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from autograder.course.cluster import Cluster
from autograder.course.export import open_export
from autograder.course.regrade import Plan, regrade
from autograder.course.scratch import new_folder, remove_folder
from autograder.course.task import Task
from autograder.engine.grader import Grader
from autograder.errors import EnvironmentUnusable, SubmissionUnusable
from tests.harness.course import remote
from tests.harness.course.conftest import PINS
from tests.harness.course.synthetic import students, write_export

WAIT_S = 120
LIMIT_S = 600.0


@pytest.fixture
def cluster(tmp_path, project_root):
    """A scheduler and two workers on this machine: its address, and the workers' processes."""
    pytest.importorskip("distributed")
    file = tmp_path / "scheduler.json"
    env = os.environ | {"PYTHONPATH": str(project_root)}
    words = ["--scheduler-file", str(file), "--no-dashboard"]

    def start(module, *more):
        command = [sys.executable, "-m", f"distributed.cli.{module}", *words, *more]
        with (tmp_path / f"{module}.log").open("ab") as log:
            return subprocess.Popen(command, cwd=tmp_path, env=env, stdout=log, stderr=log)

    running = [start("dask_scheduler", "--host", "127.0.0.1", "--port", "0")]
    deadline = time.monotonic() + WAIT_S
    while not file.is_file() and time.monotonic() < deadline:
        time.sleep(0.1)
    workers = [start("dask_worker", "--no-nanny", "--nthreads", "1") for _ in range(2)]
    running += workers
    address = msgspec.json.decode(file.read_bytes())["address"]
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=WAIT_S)
    yield address, workers
    for process in running:
        process.kill()
        process.wait()


def test_all_is_done_once_though_a_worker_dies(cluster, ledger, tiny, tmp_path):
    """With one of two workers killed midway every hand-in has one entry, those that cannot be graded included."""
    address, workers = cluster
    export = open_export(write_export(students(tiny, 30, 3), tmp_path / "in", output=20))
    digests = {handin.id: export.digest(handin.id) for handin in export.handins if handin.id in export.places}
    plan = Plan(export, PINS, export.handins, digests, {}, {}, None, tuple(digests))
    said = []

    def say(done):
        said.append(done)
        if len(said) == 8:
            workers[0].send_signal(signal.SIGKILL)

    with Grader(tiny) as grader, Cluster(address, PINS, LIMIT_S, call=remote.grade, ask=remote.ask) as runner:
        run = regrade(plan, grader, ledger, runner, say)
    entries = list(ledger.entries(run))

    assert workers[0].wait(WAIT_S) == -signal.SIGKILL
    assert len(entries) == len(said) == 30
    assert {entry.state for entry in entries} == {"graded", "internal", "absent"}
    assert all("cannot be graded" in entry.fault for entry in entries if entry.state == "internal")


def test_a_machine_that_would_grade_otherwise_is_refused(cluster):
    """Another bank, or lower walls, and nothing is sent there: the sentence says which, and what to do."""
    address, _ = cluster
    with pytest.raises(EnvironmentUnusable, match=r"another bank than this machine.*same commit"):
        Cluster(address, PINS, LIMIT_S, ask=remote.ask_older)
    with pytest.raises(EnvironmentUnusable, match="level process-only"):
        Cluster(address, PINS, LIMIT_S, ask=remote.ask_open)


def test_without_a_scheduler_there_is_a_sentence(monkeypatch):
    """Nobody at the address is no traceback."""
    pytest.importorskip("distributed")
    monkeypatch.setattr("autograder.course.cluster.CONNECT_S", 1)
    with pytest.raises(EnvironmentUnusable, match="no dask scheduler answers"):
        Cluster("tcp://127.0.0.1:1", PINS, LIMIT_S)


# --- workers that are played -----------------------------------------------------------------------------------------


class Told:
    """A future of the played scheduler: for these workers, with what came of it."""

    def __init__(self, scheduler, function, words, workers):
        self.scheduler, self.function, self.words, self.workers = scheduler, function, words, workers
        self.key, self.status, self.found, self.callbacks = str(len(scheduler.futures)), "pending", None, []

    def done(self):
        """Whether anything came of it."""
        return self.status != "pending"

    def result(self, timeout=None):
        """What came of it."""
        return self.found

    def exception(self):
        """What went wrong."""
        return self.found if self.status == "error" else None

    def add_done_callback(self, callback):
        """Has it called, at once where it is done."""
        self.callbacks.append(callback)
        if self.done():
            callback(self)

    def cancel(self):
        """Takes it back."""
        self.settle("cancelled", None)

    def settle(self, status, found):
        """What came of it is known from now on."""
        self.status, self.found = status, found
        for callback in self.callbacks:
            callback(self)


class Scheduler:
    """Plays dask's client: what a worker does is a function of its name; a task goes to the first that may have it."""

    def __init__(self, **workers):
        self.workers, self.futures, self.given = workers, [], []

    def nthreads(self):
        """One for each worker."""
        return dict.fromkeys(self.workers, 1)

    def submit(self, function, *words, pure, workers):
        """Gives a task to the first worker that may have it."""
        told = Told(self, function, words, workers)
        self.futures.append(told)
        holder = next((name for name in sorted(workers) if name in self.workers), None)
        told.holder = holder
        if holder is not None:
            self.workers[holder](told)
        return told

    def processing(self):
        """The keys that each worker is at."""
        return {w: [f.key for f in self.futures if f.holder == w and not f.done()] for w in self.workers}

    def close(self, timeout):
        """Nothing to be closed."""


def worker_of(pins=None, *, hangs=False):
    """A worker with these pins; one that hangs answers no task."""

    def work(told):
        if told.function is remote.ask:
            told.settle("finished", remote.ask(*told.words) | (pins or {}))
        elif not hangs:
            told.scheduler.given.append(told.holder)
            told.settle("finished", b"done")

    return work


class Clock:
    """A clock that goes on by so many seconds whenever it is looked at."""

    def __init__(self, step):
        self.step, self.seconds = step, 0.0

    def __call__(self):
        """The seconds by now."""
        self.seconds += self.step
        return self.seconds


@pytest.fixture
def played(tmp_path, monkeypatch):
    """What comes of tasks with the workers of a played scheduler, and what was said of workers."""
    monkeypatch.setattr("autograder.course.cluster.TICK_S", 0.01)
    (tmp_path / "a.py").write_text("x = 1\n")
    task = msgspec.msgpack.encode(Task.of(tmp_path / "a.py"))

    def make(scheduler, count, *, tick=lambda: None, step=0.0):
        said = []
        options = {"ask": remote.ask, "call": remote.grade, "connect": lambda _: scheduler, "now": Clock(step)}
        with Cluster("tcp://nowhere", PINS, 10.0, say=said.append, **options) as runner:
            found = list(runner.run(((str(number), task) for number in range(count)), tick))
        assert sorted(outcome.key for outcome in found) == sorted(map(str, range(count)))
        return found, said

    return make


@pytest.mark.parametrize("error", [SubmissionUnusable("class cannot be read: gone"), OSError("not a regular file")])
def test_a_hand_in_that_cannot_be_sent_is_a_fault_of_its_own(played, monkeypatch, error):
    """A folder that nobody can list, a file that is gone: it is told by its name, and the class goes on."""
    scheduler = Scheduler(a=worker_of())
    reads = []

    def reading(*_):
        reads.append(0)
        if len(reads) == 2:
            raise error
        return b"x = 1\n"

    monkeypatch.setattr("autograder.course.cluster.read", reading)
    found, _ = played(scheduler, 4)
    (fault,) = (outcome for outcome in found if outcome.data is None)

    assert (fault.key, fault.attempts) == ("1", 1)
    assert fault.fault == f"1 cannot be sent to a worker: {error}"
    assert len(scheduler.given) == 3


def test_a_worker_that_joins_later_is_asked_as_the_first_were(played):
    """It gets work when it would grade the same; else nothing, and that is said once."""
    scheduler = Scheduler(z=worker_of())
    ticks = []

    def tick():
        ticks.append(0)
        if len(ticks) == 3:
            scheduler.workers |= {"a": worker_of({"bank": "older"}), "b": worker_of()}

    found, said = played(scheduler, 20, tick=tick)

    assert all(outcome.data == b"done" for outcome in found)
    assert set(scheduler.given) == {"z", "b"}
    assert len(said) == 1
    assert "the worker a has another bank" in said[0]


def test_who_comes_back_at_an_address_is_asked_anew(played):
    """A worker that went and is there again may be of another commit."""
    scheduler = Scheduler(a=worker_of(), z=worker_of())
    ticks = []

    def tick():
        ticks.append(0)
        if len(ticks) == 3:
            del scheduler.workers["a"]
        if len(ticks) == 5:
            scheduler.given.clear()
            scheduler.workers["a"] = worker_of({"suite": "newer"})

    _, said = played(scheduler, 20, tick=tick)

    assert set(scheduler.given) == {"z"}
    assert "the worker a has another suite" in said[0]


def test_a_worker_that_hangs_costs_a_retry_and_gets_no_more(played):
    """A task that does not come back in time is done by another worker; nothing waits for ever."""
    scheduler = Scheduler(a=worker_of(hangs=True), b=worker_of())
    found, said = played(scheduler, 5, step=1.0)

    assert all(outcome.data == b"done" for outcome in found)
    assert {outcome.attempts for outcome in found} <= {1, 2}
    assert "the worker a does not come to an end" in said[0]
    assert set(scheduler.given) == {"b"}


def test_a_task_that_no_worker_ends_is_a_fault(played):
    """After two tries it is given up with a sentence; nothing else is lost by it."""
    scheduler = Scheduler(a=worker_of(hangs=True), b=worker_of(hangs=True), c=worker_of())
    found, said = played(scheduler, 4, step=1.0)
    given_up = [outcome for outcome in found if outcome.data is None]

    assert len(said) == 2
    assert all(outcome.attempts == 2 and "not done after 30 s" in outcome.fault for outcome in given_up)
    assert len(given_up) + len(scheduler.given) == 4


def test_when_no_worker_is_left_there_is_a_sentence(played):
    """A cluster that is gone ends the command; what was graded is kept."""
    scheduler = Scheduler(a=worker_of(hangs=True))

    def tick():
        scheduler.workers.clear()

    with pytest.raises(EnvironmentUnusable, match=r"no worker is left.*goes on"):
        played(scheduler, 5, tick=tick, step=1.0)


HOLDER = """
import sys, time
from autograder.course.scratch import new_folder
print(new_folder(sys.argv[1]), flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("kind", ["cluster", "parcel"])
def test_what_a_killed_process_left_goes_with_the_next(project_root, kind):
    """Hand-ins on their way do not stay on a disk after SIGKILL; those of a process that lives are left alone."""
    holders = [
        subprocess.Popen([sys.executable, "-c", HOLDER, kind], cwd=project_root, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    dead, alive = (Path(holder.stdout.readline().strip()) for holder in holders)
    holders[0].kill()
    holders[0].wait()
    (dead / "a.py").write_text("x")
    try:
        mine = new_folder(kind)
        assert not dead.exists()
        assert alive.exists()
        remove_folder(mine)
        assert not mine.exists()
    finally:
        holders[1].kill()
        holders[1].communicate()
        holders[0].communicate()
        remove_folder(alive)
