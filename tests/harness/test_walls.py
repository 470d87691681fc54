"""Every wall bites: what it forbids works in a worker without it and fails in one with it; honest code is unharmed."""

import contextlib
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder.engine.grader import reachable_python
from autograder.engine.sandbox import Zygote, level_of
from autograder.engine.worker import Budget
from autograder.errors import InternalFault, StudentError
from autograder.worker import landlock, seccomp, strays, walls

ROOT = os.geteuid() == 0
ROOT_ONLY = pytest.mark.skipif(not ROOT, reason="another user for the worker needs root")
LINUX_ONLY = pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux's")
ROOMY = Budget(call_s=60, total_s=120, memory_mb=1500)
CHECKOUT = Path(__file__).parents[2]

pytestmark = LINUX_ONLY


@pytest.fixture
def ask(zygote):
    """Calls f of a source in a worker without some layers; gives the value, or the StudentError."""
    started = []

    def call(source, *args, without=(), budget=ROOMY):
        worker = zygote.fork(budget, without=frozenset(without))
        started.append(worker)
        try:
            worker.load(files={"a.py": source.encode()}, file="a.py", adapter=None, functions=("f",))
            return worker.call("f", args, {}, seed=0)
        except StudentError as error:
            return error

    yield call
    for worker in started:
        worker.close()


def needs(zygote, *layers):
    """Skips where this machine does not have these layers."""
    missing = set(layers) - zygote.layers
    if missing:
        pytest.skip(f"this machine has no {', '.join(sorted(missing))}")


# --- each layer bites ------------------------------------------------------------------------------------------------

LIBC = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"
TRIES = """
def f(*args):
    try:
        return bool(attack(*args))
    except OSError:
        return False
"""
EXECUTES = """
def attack():
    try:
        os.execv("/nowhere", ["x"])
    except FileNotFoundError:
        return True
"""
LEAVES = """
def attack():
    name = f"{}/walls-{{os.getuid()}}"
    open(name, "w").close()
    return os.unlink(name) is None
"""
# layer, what of a program shows it, and the layers that would hide it
ATTACKS = {
    "the grader's session": ("session", "def attack(): return os.getsid(0) != os.getpid()", ()),
    "another home": ("environment", 'def attack(): return "HOME" not in os.environ', ()),
    "a hundred descriptors": ("limits", "def attack(): return [os.open('/dev/null', 0) for _ in range(100)]", ()),
    "a file of 100 MB": ("limits", "def attack(): return open('big', 'wb').truncate(100 << 20)", ()),
    "the whole disk": ("landlock", "def attack(): return os.listdir('/')", ()),
    "a world-readable file": ("landlock", "def attack(): return open('/etc/passwd').read()", ()),
    "other processes": ("landlock", "def attack(): return open(f'/proc/{os.getppid()}/cmdline').read()", ()),
    "shared temporary files": ("landlock", LEAVES.format("/tmp"), ()),
    "shared memory files": ("landlock", LEAVES.format("/dev/shm"), ()),
    "a new process": ("seccomp", "def attack(): return os.fork() or os._exit(0)", ()),
    "a new program": ("seccomp", EXECUTES, ()),
    "a command": ("seccomp", "import subprocess\ndef attack(): return subprocess.run(['/bin/true'])", ("landlock",)),
    "a TCP socket": ("seccomp", "import socket\ndef attack(): return socket.socket()", ()),
    "a unix socket": ("seccomp", "import socket\ndef attack(): return socket.socket(socket.AF_UNIX)", ()),
    "a new session": ("seccomp", "def attack(): return os.setsid() is None", ("session",)),
    "a lower priority": ("seccomp", "def attack(): return os.setpriority(os.PRIO_PROCESS, 0, 5) is None", ()),
    "a file in memory": ("seccomp", "def attack(): return os.memfd_create('x')", ()),
    "a named pipe": ("seccomp", "def attack(): return os.mkfifo('pipe') is None", ("landlock",)),
    "its own dumpability": ("seccomp", "def attack(): return libc.prctl(4, 1, 0, 0, 0) == 0", ()),
    "its death with the parent": ("seccomp", "def attack(): return libc.prctl(1, 0, 0, 0, 0) == 0", ()),
    "System V memory": ("seccomp", "def attack(): return libc.shmget(0, 4096, 0o1600) >= 0", ()),
    "System V semaphores": ("seccomp", "def attack(): return libc.semget(0, 1, 0o1600) >= 0", ()),
    "System V queues": ("seccomp", "def attack(): return libc.msgget(0, 0o1600) >= 0", ()),
    "a process descriptor": ("seccomp", "def attack(): return os.pidfd_open(os.getpid())", ()),
    "signals on a descriptor": ("seccomp", "import fcntl\ndef attack(): return fcntl.fcntl(1, 10, 12) == 0", ()),
    "signals to its group": ("seccomp", "def attack(): return os.kill(0, 0) is None", ()),
    "watching a folder": ("seccomp", "def attack(): return libc.inotify_init1(0) >= 0", ()),
    "being traced": ("seccomp", "def attack(): return libc.ptrace(0, 0, 0, 0) == 0", ()),
    "a new clone call": ("seccomp", "def attack(): libc.syscall(435, 0, 0); return ctypes.get_errno() != 38", ()),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_layer_refuses_what_works_without_it(ask, zygote, name):
    """The same probe succeeds in a worker without the layer and fails with it."""
    layer, source, hiding = ATTACKS[name]
    needs(zygote, layer)
    program = LIBC + source + TRIES

    assert ask(program, without=(layer, *hiding)) is True
    assert ask(program, without=hiding) is False


@ROOT_ONLY
def test_the_other_user_cannot_read_what_is_closed(ask, tmp_path):
    """What only the grader's user may read is read by a worker of that user and not by another's."""
    secret = tmp_path / "secret"
    secret.write_text("42")
    secret.chmod(0o600)
    program = "def attack(path): return open(path).read()" + TRIES

    assert ask(program, str(secret), without=("user", "landlock")) is True
    assert ask(program, str(secret), without=("landlock",)) is False


@ROOT_ONLY
def test_a_signal_reaches_the_zygote_only_without_user_and_filter(ask, zygote):
    """Another user may not signal the zygote, and the filter refuses to try."""
    program = f"import os\ndef attack(): return os.kill({zygote.process.pid}, 0) is None" + TRIES

    assert ask(program, without=("user", "seccomp", "landlock")) is True
    assert ask(program, without=("seccomp", "landlock")) is False
    assert ask(program, without=("user", "landlock")) is False


@ROOT_ONLY
def test_the_bounding_set_is_empty(ask):
    """No program the worker could start would gain a capability."""
    program = "def f(): return [line.split()[1] for line in open('/proc/self/status') if line.startswith('CapBnd')][0]"

    assert int(ask(program, without=("capabilities",)), 16) > 0
    assert int(ask(program), 16) == 0


@ROOT_ONLY
def test_a_setuid_program_gives_nothing(ask, tmp_path):
    """A set-uid-root program runs as root without NO_NEW_PRIVS and as the worker's user with it."""
    tmp_path.chmod(0o755)
    for folder in tmp_path.parents:
        if folder.stat().st_uid == 0 and str(folder).startswith("/tmp/"):
            folder.chmod(0o755)
    program = tmp_path / "id"
    shutil.copy("/usr/bin/id", program)
    program.chmod(0o4755)
    source = (
        "import subprocess\ndef f(path): return subprocess.run([path, '-u'], capture_output=True, text=True).stdout"
    )

    assert ask(source, str(program), without=("seccomp", "landlock", "no new privileges")) == "0\n"
    assert ask(source, str(program), without=("seccomp", "landlock")) != "0\n"


@pytest.mark.parametrize(("without", "survives"), [(("death signal",), True), ((), False)])
def test_a_worker_dies_with_its_zygote(without, survives):
    """When the zygote is killed its workers go with it, by the death signal."""
    with Zygote((), python=reachable_python()) as zygote:
        worker = zygote.fork(ROOMY, without=frozenset(without))
        zygote.process.kill()
        zygote.process.wait()
        deadline = time.monotonic() + (0.5 if survives else 20)
        while running(worker.pid) and time.monotonic() < deadline:
            time.sleep(0.01)
        found = running(worker.pid)
        worker.abandon()

    assert found is survives


def running(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize(("layers", "dumpable"), [((), 1), (("not dumpable",), 0)])
def test_the_memory_of_a_worker_is_closed_to_its_own_user(tmp_path, layers, dumpable):
    """DUMPABLE=0 stands by itself; in a worker the zygote's own would hide it."""
    script = (
        "import os; from autograder.worker import walls; plan = walls.prepare(); plan.libc.prctl(4, 1, 0, 0, 0);"
        f"jail = walls.Jail(os.getppid(), None, {str(tmp_path)!r}, walls.Limits(64, 5, 16), plan);"
        f"walls.enter(jail, {layers!r}); print(plan.libc.prctl(3, 0, 0, 0, 0))"
    )
    said = subprocess.run([sys.executable, "-c", script], cwd=CHECKOUT, capture_output=True, text=True, check=True)

    assert int(said.stdout) == dumpable


@ROOT_ONLY
def test_landlock_alone_closes_tcp(ask, zygote):
    """Without the filter of system calls a worker still cannot connect or listen."""
    needs(zygote, "landlock")
    if landlock.abi(walls.prepare().libc) < landlock.NET_FROM:
        pytest.skip("this kernel's Landlock does not know TCP")
    program = (
        "import socket\ndef attack():\n    s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen()\n    return True\n"
    )

    assert ask(program + TRIES, without=("seccomp", "landlock")) is True
    assert ask(program + TRIES, without=("seccomp",)) is False


@pytest.mark.skipif(platform.machine() != "x86_64", reason="x32 numbers are of x86-64")
def test_the_second_set_of_numbers_is_deadly(ask, zygote):
    """A call by its x32 number, or through the 32-bit entry, ends the worker."""
    needs(zygote, "seccomp")
    x32 = ask(LIBC + "def f(): return libc.syscall(0x40000000 | 39)")
    code = "b'\\xb8\\x14\\x00\\x00\\x00\\xcd\\x80\\xc3'"  # mov eax, 20; int 0x80; ret
    entry = ask(
        "import ctypes, mmap\n"
        "page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)\n"
        f"page.write({code})\n"
        "def f(): return ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()"
    )

    assert "Bad system call" in x32.reason
    assert isinstance(entry, StudentError)
    assert "crashed" in entry.reason


@pytest.mark.skipif(ROOT, reason="another user's files are closed to root's workers anyway")
def test_a_worker_of_the_graders_user_cannot_change_modes(ask, zygote, tmp_path):
    """Where no other user stands, chmod and its like are answered and do nothing."""
    needs(zygote, "seccomp")
    target = tmp_path / "mine"
    target.touch(mode=0o600)

    ask("import os\ndef f(path): os.chmod(path, 0)", str(target))

    assert target.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(ROOT, reason="root's workers are other users")
def test_the_graders_environment_is_closed_to_its_own_user(ask):
    """Without Landlock a worker of the grader's user still cannot read the grader's environment."""
    program = "def attack(pid): return open(f'/proc/{pid}/environ', 'rb').read()" + TRIES
    libc = walls.prepare().libc
    found = []
    for dumpable in (1, 0):
        libc.prctl(walls.PR_SET_DUMPABLE, dumpable, 0, 0, 0)
        found.append(ask(program, os.getpid(), without=("landlock",)))

    assert found == [True, False]


def test_no_worker_starts_where_python_cannot_be_read():
    """An environment that is closed to workers is the grader's fault, not the submission's."""
    with Zygote((), python=reachable_python()) as zygote:
        zygote.unreachable = ("/root/python",)
        with pytest.raises(InternalFault, match="gradelbo doctor"):
            zygote.fork(ROOMY)


# --- the filter's tables ---------------------------------------------------------------------------------------------

HEADERS = {
    "x86_64": ("/usr/include/x86_64-linux-gnu/asm/unistd_64.h", r"#define __NR_(\w+)\s+(\d+)"),
    "aarch64": ("/usr/include/asm-generic/unistd.h", r"#define __NR(?:3264)?_(\w+)\s+(\d+)"),
}
TABLES = (
    seccomp.DENIED,
    seccomp.SWALLOWED_FOR_SAME_USER,
    seccomp.DENIED_FOR_SAME_USER,
    seccomp.UNKNOWN,
    seccomp.OWN_PID,
    seccomp.OWN_PID_OR_0,
    seccomp.LOAD,
    *(seccomp.CLONE, seccomp.PRCTL, seccomp.IOCTL, seccomp.FCNTL),
)


@pytest.mark.parametrize("machine", HEADERS)
def test_the_numbers_are_the_kernels(machine):
    """Every number of our tables is the one in this machine's kernel headers, and none that exists is left out."""
    path, pattern = HEADERS[machine]
    if not Path(path).exists():
        pytest.skip(f"{path} is not installed")
    known = {name: int(number) for name, number in re.findall(pattern, Path(path).read_text())}
    ours = {name: number for table in TABLES for name, number in seccomp.numbers(table, machine).items()}
    named = {entry.split(":")[0] for table in TABLES for entry in table.split()}

    assert {name: number for name, number in ours.items() if name in known and known[name] != number} == {}
    assert {name for name in named & known.keys() if name not in ours} == set()


@pytest.mark.parametrize("machine", seccomp.ARCHITECTURES)
@pytest.mark.parametrize("same_user", [True, False])
def test_the_filter_is_built_for_both_architectures(machine, same_user):
    """The program assembles, every jump in reach, with the worker's pid to be filled in twice."""
    built = seccomp.build(machine, same_user=same_user)

    assert len(built.code) % 8 == 0
    assert len(built.pid_slots) == 2


def test_an_unknown_architecture_has_no_filter():
    """Where there is no table nothing is guessed."""
    assert seccomp.build("riscv64", same_user=False) is None


# --- Landlock --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", range(1, 9))
def test_every_abi_has_its_rights(version):
    """The rights grow with the ABI, and what a worker may do is always among them."""
    known = landlock.rights_known(version)

    assert known >= landlock.rights_known(max(1, version - 1))
    assert landlock.LOOK & ~known == 0


def test_nothing_broad_is_readable():
    """No rule opens a folder that could hold homes, checkouts or secrets."""
    broad = {"/", "/home", "/root", "/etc", "/var", "/tmp", "/usr", "/opt", "/proc", str(CHECKOUT)}
    paths = [path for path, _ in landlock.rules(6)]

    assert broad.isdisjoint(paths)
    assert not any(CHECKOUT.is_relative_to(path) for path in paths)


def test_the_checkout_cannot_be_opened(ask, zygote):
    """Reference, tests and answers lie beside the environment, and only the environment is readable."""
    needs(zygote, "landlock")
    error = ask("def f(path): return open(path).read()", str(CHECKOUT / "pyproject.toml"))

    assert "PermissionError" in error.text


# --- levels ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layers", "level"),
    [
        ({"user", "seccomp"}, "strict"),
        ({"landlock", "seccomp"}, "strict"),
        ({"namespace", "seccomp"}, "strict"),
        ({"seccomp", "limits"}, "partial"),
        ({"user", "limits"}, "partial"),
        ({"landlock"}, "partial"),
        ({"limits", "session"}, "process-only"),
        (set(), "process-only"),
    ],
)
def test_the_level_is_a_function_of_the_layers(layers, level):
    """strict needs the filter and one of other user, Landlock, namespace; partial is one of both sides."""
    assert level_of(frozenset(layers)) == level


def test_the_layers_are_known_before_any_student_code(zygote):
    """The zygote tries every wall in a child of its own at its start."""
    assert {"limits", "session", "environment"} <= zygote.layers <= set(walls.LAYERS)
    assert zygote.unreachable == ()


# --- strays ----------------------------------------------------------------------------------------------------------


@ROOT_ONLY
def test_no_process_of_the_user_is_left_when_a_worker_is_closed(zygote):
    """Daemons in sessions of their own, and children still forking, are gone when close returns."""
    source = """
import os, time
def f():
    for _ in range(5):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                while True:
                    if os.fork() == 0: os._exit(0)
                    time.sleep(0.01)
            time.sleep(600)
    return 1
"""
    worker = zygote.fork(ROOMY, without=frozenset({"seccomp"}))
    worker.load(files={"a.py": source.encode()}, file="a.py", adapter=None, functions=("f",))
    worker.call("f", (), {}, seed=0)
    assert len(strays.alive(worker.uid)) > 5

    worker.close()

    assert strays.alive(worker.uid) == []


@ROOT_ONLY
def test_shared_objects_and_files_of_the_user_are_swept(zygote):
    """System V objects and files in the folders that everybody may write to are gone when close returns."""
    source = (
        LIBC
        + """
def f(name):
    made = [libc.shmget(0, 4096, 0o1600), libc.semget(0, 1, 0o1600), libc.msgget(0, 0o1600)]
    for folder in ("/dev/shm", "/tmp", "/var/tmp"):
        os.makedirs(f"{folder}/{name}/inner"); open(f"{folder}/{name}/inner/file", "w").close()
    return made
"""
    )
    worker = zygote.fork(ROOMY, without=frozenset({"seccomp", "landlock"}))
    worker.load(files={"a.py": source.encode()}, file="a.py", adapter=None, functions=("f",))
    name = f"walls-{worker.uid}"
    assert min(worker.call("f", (name,), {}, seed=0)) >= 0
    assert all(strays._system_v(kind, column, worker.uid) for kind, column in strays.SYSTEM_V.items())

    worker.close()

    assert not any(strays._system_v(kind, column, worker.uid) for kind, column in strays.SYSTEM_V.items())
    assert not any(Path(folder, name).exists() for folder in strays.SHARED)


@ROOT_ONLY
def test_without_the_filter_objects_are_swept(zygote):
    """Landlock knows no System V objects: where it stands alone, they are gone all the same."""
    made = "return [libc.shmget(0, 4096, 0o1600), libc.semget(0, 1, 0o1600), libc.msgget(0, 0o1600)]"
    source = f"{LIBC}def f(): {made}\n"
    worker = zygote.fork(ROOMY, without=frozenset({"seccomp"}))
    worker.load(files={"a.py": source.encode()}, file="a.py", adapter=None, functions=("f",))
    assert min(worker.call("f", (), {}, seed=0)) >= 0

    worker.close()

    assert not any(strays._system_v(kind, column, worker.uid) for kind, column in strays.SYSTEM_V.items())


@ROOT_ONLY
def test_without_landlock_files_are_swept(zygote):
    """The filter knows no folders: where it stands alone, what was written to /tmp is gone all the same."""
    source = "import os\ndef f(name):\n    open(name, 'w').close(); return os.path.exists(name)\n"
    worker = zygote.fork(ROOMY, without=frozenset({"landlock"}))
    worker.load(files={"a.py": source.encode()}, file="a.py", adapter=None, functions=("f",))
    name = f"/tmp/walls-{worker.uid}"
    assert worker.call("f", (name,), {}, seed=0)

    worker.close()

    assert not Path(name).exists()


def test_a_file_that_vanishes_stops_no_sweep(tmp_path, monkeypatch):
    """Where a folder changes while it is looked through, the rest of it is swept all the same."""
    for name in ("a", "b", "c"):
        (tmp_path / name).touch()
    listed = list(os.scandir(tmp_path))
    (tmp_path / listed[0].name).unlink()
    monkeypatch.setattr(os, "scandir", lambda _: contextlib.nullcontext(listed))

    strays.sweep_folders(os.getuid(), (str(tmp_path),))

    assert os.listdir(tmp_path) == []


def test_a_deep_and_closed_tree_is_removed(zygote):
    """The scratch folder goes even when it is two thousand folders deep and closed to its owner."""
    source = """
import os
def f():
    for _ in range(2000):
        os.mkdir("d"); open("f", "w").close(); os.chdir("d")
    os.mkdir("closed"); os.mkdir("closed/inner")
    os.chmod("closed/inner", 0); os.chmod("closed", 0)
    return 1
"""
    worker = zygote.fork(ROOMY)
    worker.load(files={"a.py": source.encode()}, file="a.py", adapter=None, functions=("f",))
    worker.call("f", (), {}, seed=0)

    worker.close()

    assert not worker.scratch.exists()


@ROOT_ONLY
def test_a_killed_zygote_leaves_nothing(zygote):
    """What a worker's user left is ended even when the zygote is gone."""
    with Zygote((), python=reachable_python()) as own:
        worker = own.fork(ROOMY, without=frozenset({"seccomp"}))
        source = b"import os, time\ndef f():\n    if os.fork() == 0: os.setsid(); time.sleep(600)\n    return 1"
        worker.load(files={"a.py": source}, file="a.py", adapter=None, functions=("f",))
        worker.call("f", (), {}, seed=0)
        own.process.kill()
        own.process.wait()
        worker.abandon()

    assert strays.alive(worker.uid) == []
    assert not worker.scratch.exists()


# --- secrets ---------------------------------------------------------------------------------------------------------


@ROOT_ONLY
def test_no_secret_of_the_grader_is_in_a_workers_memory(monkeypatch):
    """Canaries in the grader's environment and heap, planted before and after the zygote starts, are in no worker."""
    early = [make_canary() for _ in range(2)]
    monkeypatch.setenv("CANARY_EARLY", early[0].decode())
    with Zygote(("numpy",), python=reachable_python()) as zygote:
        late = [make_canary() for _ in range(2)]
        monkeypatch.setenv("CANARY_LATE", late[0].decode())
        worker = zygote.fork(ROOMY)
        worker.load(files={"a.py": b"kept = []\ndef f(x): kept.append(x)"}, file="a.py", adapter=None, functions=("f",))
        sent = make_canary()
        worker.call("f", (sent.decode(),), {}, seed=0)
        found = [hits(pid, [*early, *late]) for pid in (worker.pid, zygote.process.pid)]
        control = hits(worker.pid, [sent])
        worker.close()

    assert found == [0, 0]
    assert control > 0


def make_canary() -> bytes:
    """A string that nothing else holds."""
    return b"canary-" + os.urandom(16).hex().encode()


def hits(pid: int, needles: list[bytes]) -> int:
    """How often the needles occur in a process's readable memory."""
    found = 0
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            span, mode = line.split()[:2]
            if mode[0] != "r" or line.rstrip().endswith(("[vvar]", "[vsyscall]", "[vvar_vclock]")):
                continue
            start, end = (int(x, 16) for x in span.split("-"))
            memory.seek(start)
            data = memory.read(end - start)
            found += sum(data.count(needle) for needle in needles)
    return found


# --- honest code is unharmed -----------------------------------------------------------------------------------------

UNHARMED = {
    "numpy": """
import numpy as np
def f():
    a = np.random.rand(300, 300); u, s, v = np.linalg.svd(a @ a.T)
    np.savez("kept.npz", a=a); back = np.load("kept.npz")["a"]
    return bool((back == a).all() and np.isfinite(s).all())
""",
    "scipy": """
import numpy as np, scipy.linalg, scipy.optimize, scipy.stats
def f():
    best = scipy.optimize.minimize(lambda x: float(((x - 3) ** 2).sum()), np.zeros(4))
    return bool(abs(best.x - 3).max() < 1e-3 and scipy.stats.norm.cdf(0) == 0.5)
""",
    "matplotlib": """
import os
import matplotlib.pyplot as plt
def f():
    figure, axes = plt.subplots(); axes.plot([1, 2], [3, 4]); axes.set_title("$x^2$"); figure.savefig("plot.png")
    figure.savefig("plot.pdf"); plt.show()
    return os.path.getsize("plot.png") > 1000
""",
    "threads": """
from concurrent.futures import ThreadPoolExecutor
def f():
    with ThreadPoolExecutor(8) as pool: return sum(pool.map(lambda x: x * x, range(100))) == 328350
""",
    "temporary files": """
import os, shutil, tempfile
def f():
    with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile("w") as file:
        file.write("x"); file.flush()
        shutil.copy(file.name, os.path.join(folder, "copy"))
        return open(os.path.join(folder, "copy")).read() == "x" and len(os.listdir(folder)) == 1
""",
    "asyncio": """
import asyncio
def f():
    async def one(x): await asyncio.sleep(0); return x
    async def all(): return sum(await asyncio.gather(*map(one, range(10))))
    return asyncio.run(all()) == 45
""",
    "the clock, the random device, time zones": """
import datetime, os, time, zoneinfo
def f():
    zoned = datetime.datetime(2020, 7, 1, tzinfo=zoneinfo.ZoneInfo("America/Los_Angeles"))
    return len(os.urandom(4)) == 4 and open(os.devnull).read() == "" and time.time() > 0 and bool(zoned.utcoffset())
""",
    "itself": """
import os, signal
def f():
    caught = []
    signal.signal(signal.SIGUSR1, lambda *_: caught.append(1)); os.kill(os.getpid(), signal.SIGUSR1)
    import resource; resource.getrlimit(resource.RLIMIT_AS)
    return caught == [1] and open("/proc/self/maps").read() != ""
""",
    "callbacks from C": """
import ctypes
def f():
    compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
    values = (ctypes.c_int * 3)(3, 1, 2)
    ctypes.CDLL(None).qsort(values, 3, 4, compare(lambda a, b: a[0] - b[0]))
    return list(values) == [1, 2, 3]
""",
}


@pytest.mark.parametrize("name", UNHARMED)
def test_honest_code_runs_unharmed(ask, name):
    """What a homework needs works inside all walls."""
    assert ask(UNHARMED[name]) is True


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="torch is not installed")
def test_torch_trains_unharmed_and_what_it_may_not_is_said():
    """Training, saving, loading and two threads work with torch warm; GPU, loader processes and compiler do not."""
    source = b"""
import torch
def f():
    torch.set_num_threads(2)
    x = torch.randn(64, 8); y = x.sum(1, keepdim=True)
    model = torch.nn.Sequential(torch.nn.Linear(8, 16), torch.nn.Tanh(), torch.nn.Linear(16, 1))
    optimizer = torch.optim.Adam(model.parameters(), 0.01)
    losses = []
    for _ in range(30):
        optimizer.zero_grad(); loss = ((model(x) - y) ** 2).mean(); loss.backward(); optimizer.step()
        losses.append(float(loss.detach()))
    batches = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), batch_size=16, shuffle=True)
    torch.save(model.state_dict(), "model.pt"); model.load_state_dict(torch.load("model.pt"))
    return losses[-1] < losses[0] and len(list(batches)) == 4
def gpu(): torch.zeros(1).cuda()
def loader(): list(torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.zeros(4, 1)), num_workers=2))
def compiled(): torch.compile(lambda x: x * 2 + 1)(torch.ones(3))
"""
    told = {}
    with Zygote(("numpy", "torch"), python=reachable_python()) as zygote:
        worker = zygote.fork(Budget(call_s=120, total_s=240, memory_mb=3000))
        worker.load(files={"a.py": source}, file="a.py", adapter=None, functions=("f",))
        learned = worker.call("f", (), {}, seed=0)
        for name in ("gpu", "loader", "compiled"):
            with pytest.raises(StudentError) as caught:
                worker.call(name, (), {}, seed=0)
            told[name] = caught.value.reason
        worker.close()

    assert learned is True
    assert "no GPU" in told["gpu"]
    assert "num_workers=0" in told["loader"]
    assert "torch.compile" in told["compiled"]


# --- what is refused by design gets a sentence of its own ------------------------------------------------------------

REFUSED = {
    "subprocess.run": ("import subprocess\ndef f(): subprocess.run(['ls'])", "starts another program"),
    "os.fork": ("import os\ndef f(): os.fork()", "starts another program"),
    "os.execv": ("import os\ndef f(): os.execv('/bin/ls', ['ls'])", "starts another program"),
    "multiprocessing.Pool": ("import multiprocessing\ndef f(): multiprocessing.Pool(2)", "starts processes"),
    "multiprocessing.Process": (
        "import multiprocessing\ndef f(): multiprocessing.Process(target=print).start()",
        "starts processes",
    ),
    "ProcessPoolExecutor": (
        "from concurrent.futures import ProcessPoolExecutor\ndef f(): list(ProcessPoolExecutor(2).map(abs, [1]))",
        "starts processes",
    ),
    "socket": ("import socket\ndef f(): socket.create_connection(('192.0.2.1', 80))", "network"),
    "a name": ("import socket\ndef f(): socket.getaddrinfo('example.org', 80)", "network"),
    "urlopen": ("import urllib.request\ndef f(): urllib.request.urlopen('http://192.0.2.1')", "network"),
    "wrapped": (
        "import subprocess\ndef f():\n    try: subprocess.run(['ls'])\n"
        "    except OSError as e: raise ValueError('x') from e",
        "starts another program",
    ),
    "a GPU": ("def f(): raise AssertionError('Torch not compiled with CUDA enabled')", "no GPU"),
    "threads": (
        "import threading, time\ndef f():\n"
        "    for _ in range(5000): threading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
        "more threads",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_by_design_is_said_in_our_words(ask, zygote, name):
    """The verdict is `forbidden` and the sentence the grader's own."""
    needs(zygote, "seccomp")
    source, part = REFUSED[name]
    error = ask(source)

    assert error.verdict == "forbidden"
    assert part in error.reason


def test_a_refusal_at_import_is_said_with_the_files_name(grader, submission):
    """A file that needs what is refused cannot be imported, and its parts say why."""
    from autograder.engine.pipeline import grade

    run = grade(grader, submission(moments="import subprocess\nsubprocess.run(['ls'])\ndef mean(x): return 0\n"))
    told = {check.failure.reason for check in run.checks if check.verdict == "forbidden"}

    assert told
    assert all("cannot be imported" in reason and "starts another program" in reason for reason in told)


@pytest.mark.parametrize(
    "source",
    [
        "def f(): raise PermissionError(1, 'no')",
        "def f(): open('/proc/1/mem')",
        "def f(): raise ValueError('CUDA')",
        "class E(Exception):\n    __cause__ = property(lambda self: 1 / 0)\ndef f(): raise E",
        "def f():\n    e = ValueError(); e.__context__ = e; raise e",
    ],
)
def test_other_exceptions_are_exceptions(ask, source):
    """An exception that no refusal caused, however it is made, stays one."""
    assert ask(source).verdict == "raised"


def test_a_forged_refusal_is_only_one_of_our_sentences(ask):
    """What the worker claims was refused can pick a sentence and nothing else."""
    forged = (
        "import sys\nfaults = sys.modules['autograder.worker.faults']\nfaults._refusal = lambda _: {}\ndef f(): 1 / 0"
    )

    assert ask(forged.format("'network'")).verdict == "forbidden"
    assert ask(forged.format("['network']")).verdict == "raised"
    assert ask(forged.format("'passed'")).verdict == "raised"
