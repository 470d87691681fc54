"""Many machines: all is done once though one of them dies, and none that would grade otherwise is let in."""

import os
import signal
import subprocess
import sys
import time

import msgspec
import pytest

from autograder.course.cluster import Cluster
from autograder.course.export import open_export
from autograder.course.regrade import Plan, regrade
from autograder.engine.grader import Grader
from autograder.errors import EnvironmentUnusable
from tests.harness.course import remote
from tests.harness.course.conftest import PINS
from tests.harness.course.synthetic import students, write_export

WAIT_S = 120


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

    with Grader(tiny) as grader, Cluster(address, PINS, call=remote.grade, ask=remote.ask) as runner:
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
        Cluster(address, PINS, ask=remote.ask_older)
    with pytest.raises(EnvironmentUnusable, match="level process-only"):
        Cluster(address, PINS, ask=remote.ask_open)


def test_without_a_scheduler_there_is_a_sentence(monkeypatch):
    """Nobody at the address is no traceback."""
    pytest.importorskip("distributed")
    monkeypatch.setattr("autograder.course.cluster.CONNECT_S", 1)
    with pytest.raises(EnvironmentUnusable, match="no dask scheduler answers"):
        Cluster("tcp://127.0.0.1:1", PINS)
