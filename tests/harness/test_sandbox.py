"""The worker and its walls: what comes back, what a misbehaving program turns into, what it cannot reach."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from autograder.engine.worker import Budget
from autograder.errors import InternalFault, StudentError

ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="another user for the worker needs root")


def outcome(worker, *args, **kwargs) -> StudentError:
    """The StudentError that calling f ends in."""
    with pytest.raises(StudentError) as caught:
        worker.call("f", args, kwargs, seed=0)
    return caught.value


def alive(uid: int) -> list[int]:
    """The processes of this user."""
    return [int(p.name) for p in Path("/proc").iterdir() if p.name.isdigit() and _uid(p) == uid]


def _uid(process: Path) -> int:
    try:
        return process.stat().st_uid
    except OSError:
        return -1


def test_a_value_comes_back_as_plain_data(worker_of):
    """What the student returns arrives equal, as a plain array."""
    value = worker_of("def f(x, *, a): return a * x").call("f", (np.arange(3.0),), {"a": 2.0}, seed=0)

    assert type(value) is np.ndarray
    assert value.tolist() == [0.0, 2.0, 4.0]


def test_every_call_gets_its_own_copy_of_the_arguments(worker_of):
    """Writing into an argument changes nothing on the trusted side."""
    x = np.arange(3.0)
    worker_of("def f(x):\n    x[:] = 7\n    return x").call("f", (x,), {}, seed=0)

    assert x.tolist() == [0.0, 1.0, 2.0]


def test_the_global_generators_are_fixed_by_the_seed(worker_of):
    """Unseeded global randomness gives the same values for the same seed, in a fresh process too."""
    source = "import random, numpy as np\ndef f(): return [random.random(), float(np.random.rand())]"
    values = [worker_of(source).call("f", (), {}, seed=5) for _ in range(2)]

    assert values[0] == values[1]


def test_prints_go_to_the_output_and_not_into_the_answer(worker_of):
    """Whatever is printed, the reply is untouched and the output is kept."""
    worker = worker_of("import os\ndef f():\n    print('hello'); os.write(2, b'there'); os.write(3, b'') ; return 1")

    assert worker.call("f", (), {}, seed=0) == 1
    assert "hello" in worker.stream.output.text()


def test_a_flood_of_output_neither_blocks_nor_fills_memory(worker_of):
    """Ten megabytes of prints cost nothing but the kept head and tail."""
    worker = worker_of("def f():\n    for _ in range(10000): print('x' * 1000)\n    return 1")

    assert worker.call("f", (), {}, seed=0) == 1
    assert worker.stream.output.total > 10_000_000
    assert len(worker.stream.output.text()) < 10_000


@pytest.mark.parametrize(
    ("body", "verdict", "part"),
    [
        ("raise ValueError('no')", "raised", "exception"),
        ("raise NotImplementedError", "missing", "not written"),
        ("raise SystemExit(0)", "raised", "exception"),
        ("raise KeyboardInterrupt", "raised", "exception"),
        ("import os; os._exit(0)", "raised", "ended itself"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "raised", "crashed"),
        ("import os; os.close(3)", "raised", "the program"),
        ("yield 1", "malformed", "plain data"),
        ("return object()", "malformed", "plain data"),
        ("return [[]] and (lambda: 1)", "malformed", "plain data"),
        (
            "import numpy as np; return np.lib.stride_tricks.as_strided(np.zeros(1), (10**5, 10**5), (0, 0))",
            "malformed",
            "",
        ),
        ("x = []; x.append(x); return x", "malformed", "plain data"),
        ("import numpy as np; return np.ones(1 << 32)", "memory", "memory"),
        ("import os; os.write(3, b'junk' * 100)", "malformed", "form"),
        ("class E(Exception):\n        def __str__(self): raise RuntimeError\n    raise E", "raised", "exception"),
        ("raise ValueError('\\ud800')", "raised", "exception"),
        ("raise ValueError('x' * 50_000_000)", "raised", "exception"),
    ],
)
def test_every_misbehaviour_becomes_one_verdict(worker_of, body, verdict, part):
    """Whatever a call does, it ends in a StudentError with a fixed verdict and a sentence of ours."""
    error = outcome(worker_of(f"def f():\n    {body}"))

    assert error.verdict == verdict
    assert part in error.reason


def test_recursion_without_end_ends_somehow(worker_of):
    """With the recursion limit lifted a call runs into some other limit, and only that call."""
    error = outcome(worker_of("import sys\ndef f():\n    sys.setrecursionlimit(10**9); g = lambda: g(); g()"))

    assert error.verdict in ("raised", "memory", "timeout")


def test_an_exceptions_classes_are_told(worker_of):
    """A subclass of ValueError can be told from a TypeError."""
    error = outcome(worker_of("class Mine(ValueError): pass\ndef f(): raise Mine('no')"))

    assert error.kinds[:2] == ("Mine", "ValueError")


def test_a_flood_of_files_ends_the_program(worker_of):
    """What a program writes to its scratch folder is bounded in all, not file by file only."""
    source = (
        "import time\n"
        "def f():\n"
        "    for i in range(60):\n"
        "        open(f'f{i}', 'wb').write(bytes(8 << 20))\n"
        "    time.sleep(20)\n"
    )
    error = outcome(worker_of(source, budget=Budget(call_s=30, total_s=60, memory_mb=256)))

    assert error.verdict == "memory"
    assert "wrote more than" in error.reason


def test_an_endless_loop_is_killed_from_outside(worker_of):
    """A call past its CPU limit ends in a time-out, whatever the program catches."""
    source = "def f():\n    while True:\n        try:\n            while True: pass\n        except BaseException: pass"
    error = outcome(worker_of(source, budget=Budget(call_s=0.3, total_s=30, memory_mb=256)))

    assert error.verdict == "timeout"


def test_sleeping_for_ever_is_killed_by_the_wall_clock(worker_of):
    """A call that uses no CPU is ended by the back-stop."""
    error = outcome(
        worker_of("import time\ndef f(): time.sleep(1000)", budget=Budget(call_s=0.2, total_s=30, memory_mb=256))
    )

    assert error.verdict == "timeout"


def test_waiting_for_a_processor_is_no_fault_of_the_program(worker_of, monkeypatch):
    """On a busy machine a call may take longer than four times its limit; the submission's own end still holds."""
    source = "import time\ndef f(): time.sleep(3); return 1"
    worker = worker_of(source, budget=Budget(call_s=0.2, total_s=30, memory_mb=256))
    since = time.monotonic()
    monkeypatch.setattr(worker.stream, "stalled_s", lambda: time.monotonic() - since)

    assert worker.call("f", (), {}, seed=0) == 1
    with pytest.raises(StudentError) as caught:
        worker.call("f", (), {}, seed=0, wall_s=1.0)
    assert caught.value.verdict == "timeout"


def test_the_system_says_how_long_a_worker_waited_for_a_processor(worker_of):
    """Two busy programs on one processor wait for each other, and that is measured."""
    source = "import time\ndef f():\n    while time.process_time() < 1.0: pass\n    return 1"
    worker = worker_of(source)
    other = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        for pid in (worker.pid, other.pid):
            os.sched_setaffinity(pid, {min(os.sched_getaffinity(0))})
        before = worker.stream.stalled_s()
        worker.call("f", (), {}, seed=0)
    finally:
        other.kill()
        other.wait()

    assert worker.stream.stalled_s() - before > 0.05


def test_a_dead_worker_is_gone_and_the_zygote_goes_on(worker_of):
    """After a crash the next worker starts as ever."""
    outcome(worker_of("import os\ndef f(): os._exit(1)"))

    assert worker_of("def f(): return 5").call("f", (), {}, seed=0) == 5


def test_the_environment_holds_nothing_of_the_grader(worker_of, monkeypatch):
    """A worker's environment is made from nothing."""
    monkeypatch.setenv("CANARY", "secret")
    found = worker_of("import os\ndef f(): return sorted(os.environ)").call("f", (), {}, seed=0)

    assert found == ["HOME", "LANG", "LOGNAME", "MPLBACKEND", "MPLCONFIGDIR", "PATH", "TMPDIR", "USER"]


@ROOT_ONLY
def test_the_zygote_starts_with_an_environment_made_from_nothing(zygote):
    """What a process was started with stays readable in /proc, so it must hold nothing from the beginning."""
    started_with = Path(f"/proc/{zygote.process.pid}/environ").read_bytes().split(b"\0")
    names = {entry.split(b"=")[0].decode() for entry in started_with if entry}

    assert names <= {
        "GLIBC_TUNABLES", "LANG",
        "MKL_NUM_THREADS", "MPLBACKEND", "MPLCONFIGDIR", "NUMEXPR_NUM_THREADS", "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS", "PATH", "PYTHONHASHSEED",
    }  # fmt: skip


def test_the_worker_has_no_descriptor_but_its_own(worker_of):
    """Nothing is inherited: standard input, output, error and the reply socket."""
    source = "import os\ndef f(): return sorted(int(n) for n in os.listdir('/proc/self/fd'))"

    assert worker_of(source).call("f", (), {}, seed=0) == [0, 1, 2, 3, 4]  # 4 is the listing itself


def test_the_machinery_cannot_be_imported_in_the_worker(worker_of):
    """Of ours the worker knows the wire and itself; the rest is not even on its path."""
    source = "def f(name):\n    __import__(name)\n    return 'imported'"
    for name in ("autograder.engine", "autograder.errors", "reference.tiny_hw", "tests.properties"):
        assert "ModuleNotFoundError" in outcome(worker_of(source), name).text


def test_a_file_named_like_a_library_replaces_nothing(zygote):
    """A submission's numpy.py does not shadow numpy."""
    worker = zygote.fork(Budget(call_s=2, total_s=30, memory_mb=256))
    files = {"a.py": b"import numpy\ndef f(): return float(numpy.sqrt(4))", "numpy.py": b"raise SystemExit"}
    worker.load(files=files, file="a.py", adapter=None, functions=("f",))

    assert worker.call("f", (), {}, seed=0) == 2.0
    worker.close()


def test_neighbouring_files_can_be_imported(zygote):
    """A file may use another file of the submission that lies beside it."""
    worker = zygote.fork(Budget(call_s=2, total_s=30, memory_mb=256))
    files = {"src/a.py": b"from mine import g\ndef f(): return g()", "src/mine.py": b"def g(): return 3"}
    worker.load(files=files, file="src/a.py", adapter=None, functions=("f",))

    assert worker.call("f", (), {}, seed=0) == 3
    worker.close()


def test_core_files_and_privileges_are_off(worker_of):
    """The limits and the no-new-privileges flag stand inside the worker."""
    source = (
        "import resource\n"
        "def f():\n"
        "    lines = open('/proc/self/status').read().splitlines()\n"
        "    status = dict(line.split(':\\t') for line in lines if ':\\t' in line)\n"
        "    return [resource.getrlimit(resource.RLIMIT_CORE)[1], status['NoNewPrivs'], int(status['CapBnd'], 16)]\n"
    )
    core, privileges, bounding = worker_of(source).call("f", (), {}, seed=0)

    assert (core, privileges) == (0, "1")
    assert bounding == 0 or os.geteuid() != 0


@ROOT_ONLY
def test_each_worker_is_a_user_of_its_own(worker_of):
    """Two workers share no user, and neither is the grader's."""
    uids = [worker_of("import os\ndef f(): return os.getresuid()").call("f", (), {}, seed=0) for _ in range(2)]

    assert uids[0] != uids[1]
    assert all(len(set(uid)) == 1 and uid[0] > 1000 for uid in uids)


@ROOT_ONLY
def test_a_root_only_file_cannot_be_read(worker_of, tmp_path):
    """What is closed to others is closed to the student's code."""
    secret = tmp_path / "secret"
    secret.write_text("42")
    secret.chmod(0o600)

    assert "PermissionError" in outcome(worker_of("def f(p): return open(p).read()"), str(secret)).text


@ROOT_ONLY
def test_nothing_of_the_user_outlives_the_worker(worker_of):
    """A daemon that left the session is gone when the worker is closed."""
    source = "import os, time\ndef f():\n    if os.fork() == 0:\n        os.setsid(); time.sleep(600)\n    return 1"
    worker = worker_of(source, without=frozenset({"seccomp"}))
    worker.call("f", (), {}, seed=0)
    assert alive(worker.uid)

    worker.close()
    deadline = time.monotonic() + 20
    while alive(worker.uid) and time.monotonic() < deadline:
        time.sleep(0.01)

    assert alive(worker.uid) == []
    assert not worker.scratch.exists()


def test_a_killed_zygote_is_our_fault_and_nobodys_verdict(zygote_of_its_own):
    """When the zygote dies the call raises InternalFault, never a StudentError."""
    zygote_of_its_own.process.send_signal(signal.SIGKILL)
    zygote_of_its_own.process.wait()

    with pytest.raises(InternalFault):
        zygote_of_its_own.fork(Budget(call_s=1, total_s=10, memory_mb=128))


@pytest.mark.parametrize("waiting", [False, True], ids=["silent", "without a processor"])
def test_a_zygote_that_waits_for_a_processor_is_waited_for(zygote_of_its_own, monkeypatch, waiting):
    """A silent zygote is given up after a time; that in which a busy machine gave it no processor does not count."""
    from autograder.engine import sandbox
    from autograder.engine import waiting as clock

    since = time.monotonic()
    monkeypatch.setattr(sandbox, "START_S", 0.5)
    monkeypatch.setattr(clock, "stalled_s", lambda pid: time.monotonic() - since if waiting else 0.0)
    zygote = zygote_of_its_own.process
    zygote.send_signal(signal.SIGSTOP)
    wake = threading.Timer(4, lambda: zygote.send_signal(signal.SIGCONT))
    wake.start()
    try:
        if waiting:
            zygote_of_its_own.fork(Budget(call_s=1, total_s=10, memory_mb=128)).close()
        else:
            with pytest.raises(InternalFault, match="said nothing"):
                zygote_of_its_own.fork(Budget(call_s=1, total_s=10, memory_mb=128))
    finally:
        wake.join()


@pytest.fixture
def zygote_of_its_own():
    """A zygote that a test may kill."""
    from autograder.engine.grader import reachable_python
    from autograder.engine.sandbox import Zygote

    with Zygote((), python=reachable_python()) as found:
        yield found


def test_what_is_drawn_at_the_top_level_is_the_same_each_time(worker_of):
    """The generators are seeded before the file runs, not only before each call."""
    source = "import random\nimport numpy as np\nA = (random.random(), np.random.rand())\ndef f(): return A\n"

    assert worker_of(source).call("f", (), {}, seed=1) == worker_of(source).call("f", (), {}, seed=2)


def test_a_zygote_finds_the_list_of_fonts_that_was_made_for_it(tmp_path):
    """Each zygote has a folder of its own; where nobody made a list, matplotlib makes its own."""
    from autograder.engine.sandbox import lay_fonts

    made, folder = tmp_path / "made", tmp_path / "zygote"
    folder.mkdir()
    lay_fonts(made, folder)
    assert not list(folder.iterdir())

    made.mkdir()
    (made / "fontlist-v1.json").write_text("{}")
    (made / "other.json").write_text("{}")
    lay_fonts(made, folder)

    assert [path.name for path in folder.iterdir()] == ["fontlist-v1.json"]
