"""The pool: every task comes back exactly once, whatever becomes of the children; nothing outlives the supervisor."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from autograder.course.pool import Pool

WAIT_S = 30


@contextmanager
def servant(scratch):
    """A child for tests: does what a task's first word says; its folder remembers what was tried."""

    def serve(data):
        word, _, rest = data.decode().partition(" ")
        tried = scratch.parent / f"tried-{rest.replace('/', '_')}"
        first = not tried.exists()
        tried.touch()
        if word == "die" or (word == "die-once" and first):
            os._exit(3)
        if word == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if word == "raise" or (word == "raise-once" and first):
            raise ValueError("not this one")
        if word == "hang" or (word == "hang-once" and first):
            time.sleep(1000)
        if word == "pid":
            return str(os.getpid()).encode()
        if word == "big":
            return b"x" * (5 << 20)
        return data[::-1]

    yield serve


def outcomes(tasks, jobs=2, limit_s=60.0, **options):
    """What comes of these tasks, by their texts."""
    with Pool(servant, jobs, limit_s, **options) as pool:
        found = list(pool.run((task, task.encode()) for task in tasks))
    assert len({outcome.key for outcome in found}) == len(found)
    return {outcome.key: outcome for outcome in found}


@pytest.mark.parametrize("jobs", [1, 3])
def test_every_task_comes_back(jobs):
    """As many answers as tasks, each its own."""
    tasks = [f"say {i}" for i in range(40)]
    found = outcomes(tasks, jobs)

    assert {key: outcome.data for key, outcome in found.items()} == {task: task.encode()[::-1] for task in tasks}


def test_a_dead_child_costs_one_retry():
    """A task whose child dies, raises or hangs is done by another; the others do not notice."""
    tasks = ["say a", "die-once b", "say c", "raise-once d", "hang-once e", *(f"say {i}" for i in range(9))]
    found = outcomes(tasks, limit_s=6.0)

    assert all(outcome.data is not None for outcome in found.values())
    assert {key: outcome.attempts for key, outcome in found.items() if outcome.attempts != 1} == {
        "die-once b": 2,
        "raise-once d": 2,
        "hang-once e": 2,
    }


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ("die x", "ended with 3"),
        ("kill x", "ended by signal 9"),
        ("raise x", "ValueError: not this one"),
        ("hang x", "not done after 6 s"),
    ],
)
def test_a_task_that_takes_two_children_is_a_fault(task, words):
    """The second failure is told, and the batch goes on."""
    found = outcomes([task, *(f"say {i}" for i in range(5))], limit_s=6.0)

    assert found[task].data is None
    assert words in found[task].fault
    assert "tried 2 times" in found[task].fault
    assert sum(outcome.data is not None for outcome in found.values()) == 5


def test_large_answers_arrive_whole():
    """An answer larger than a socket's buffer is put together."""
    assert {len(outcome.data) for outcome in outcomes(["big 1", "big 2", "big 3"]).values()} == {5 << 20}


def test_children_are_renewed():
    """After so many tasks another process takes over, so that nothing a library leaks adds up."""
    found = outcomes([f"pid {i}" for i in range(10)], jobs=1, renew=4)

    assert len({outcome.data for outcome in found.values()}) == 3


def test_tasks_are_drawn_as_they_can_be_taken():
    """The tasks of a large class are never in memory all at once."""
    drawn = []

    def tasks():
        for i in range(20):
            drawn.append(i)
            yield f"say {i}", f"say {i}".encode()

    with Pool(servant, 2, 60.0) as pool:
        ahead = [len(drawn) - number for number, _ in enumerate(pool.run(tasks()))]

    assert max(ahead) <= 4


def test_a_pool_can_run_twice():
    """Children that are warm serve the next call too."""
    with Pool(servant, 1, 60.0) as pool:
        first = [outcome.data for outcome in pool.run([("a", b"pid 1")])]
        assert [outcome.data for outcome in pool.run([("b", b"pid 2")])] == first


def test_nothing_is_left():
    """Closed, a pool has neither processes nor folders, also when what was under way is broken off."""
    tasks = [("a", b"say 1"), ("b", b"hang 1"), ("c", b"hang 2")]
    seen = []

    def broken_off():
        with Pool(servant, 2, 60.0) as pool:
            for _ in pool.run(tasks):
                seen.append((pool.pids, pool.folder))
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken_off()
    ((pids, folder),) = seen

    assert not folder.exists()
    assert pids
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


SUPERVISOR = """
import sys
from tests.harness.course.test_pool import Pool, servant
with Pool(servant, 2, 60.0) as pool:
    def tick():
        if len(pool.pids) == 2:
            print(*pool.pids, pool.folder, flush=True)
    list(pool.run([("a", b"hang 1"), ("b", b"hang 2")], tick))
"""


def gone(pid):
    """Whether a process has ended (init may not have taken it in yet)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_children_die_with_a_supervisor_that_is_killed(project_root):
    """SIGKILL leaves no process; the folders go when the next pool starts."""
    run = subprocess.Popen([sys.executable, "-c", SUPERVISOR], cwd=project_root, stdout=subprocess.PIPE, text=True)
    *pids, folder = run.stdout.readline().split()
    run.kill()
    run.communicate()
    deadline = time.monotonic() + WAIT_S
    while not all(gone(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)

    assert all(gone(pid) for pid in pids)
    assert Path(folder).exists()
    with Pool(servant, 1, 60.0):
        assert not Path(folder).exists()
