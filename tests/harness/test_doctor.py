"""What the machine offers is found by trying, and what follows from it: levels, advice, exit codes, refusals."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.engine import doctor
from autograder.engine.doctor import Finding, Report
from autograder.engine.sandbox import LEVELS

CHECKOUT = Path(__file__).parents[2]
ROOT = os.geteuid() == 0
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux's")

# Starts a command on a machine whose kernel refuses the given system calls, as a container's profile would.
REFUSING = """
import ctypes, os, struct, sys
from autograder.worker import seccomp
libc = ctypes.CDLL(None, use_errno=True)
refused = [int(number) for number in sys.argv[1].split(",")]
lines = [(seccomp.LD_WORD, seccomp.AT_NUMBER, "", "")]
lines += [(seccomp.JEQ, number, "deny", "") for number in refused]
lines += [(seccomp.RET, seccomp.RET_ALLOW, "", ""), (seccomp.RET, seccomp.RET_ERRNO | seccomp.EPERM, "", "")]
code = b"".join(seccomp._assembled(i, line, {"deny": len(lines) - 1}) for i, line in enumerate(lines))
libc.prctl(38, 1, 0, 0, 0)
seccomp.load(libc, seccomp.Filter(code, (), seccomp.build(same_user=True).call))
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""
SECCOMP = {"x86_64": 317, "aarch64": 277}.get(os.uname().machine, 317)
LANDLOCK = 444
GRADE = """
import pathlib, sys
from autograder import cli
sys.argv[0] = "gradelbo"
cli.main(obj=pathlib.Path("tests/harness/tiny"))
"""


def on_a_machine_without(*calls: int, command: list[object]) -> subprocess.CompletedProcess[str]:
    """Runs Python with a command where these system calls are refused."""
    words = [sys.executable, "-c", REFUSING, ",".join(map(str, calls)), *map(str, command)]
    return subprocess.run(words, cwd=CHECKOUT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("calls", "missing", "as_root", "as_user"),
    [
        ((LANDLOCK,), {"landlock"}, "strict", "partial"),
        ((SECCOMP,), {"seccomp"}, "partial", "partial"),
        ((SECCOMP, LANDLOCK), {"seccomp", "landlock"}, "partial", "process-only"),
    ],
)
def test_what_the_kernel_refuses_is_found_by_trying(calls, missing, as_root, as_user):
    """On a machine without Landlock or seccomp doctor says so, with advice, and ends with 4 below strict."""
    done = on_a_machine_without(*calls, command=["-m", "autograder", "doctor", "--json"])
    told = json.loads(done.stdout)
    lacking = {finding["name"] for finding in told["findings"] if not finding["good"]}
    level = as_root if ROOT else as_user

    assert missing <= lacking
    assert all(finding["advice"] for finding in told["findings"] if finding["name"] in missing)
    assert told["level"] == level
    assert done.returncode == (0 if level == "strict" else 4)


def test_grading_below_strict_is_refused_unless_allowed(submission):
    """Without the filter `grade` ends with 4 and a sentence; the flag lets it grade, and staff are told the level."""
    calls = (SECCOMP, LANDLOCK)
    level = "partial" if ROOT else "process-only"
    words = ["-c", GRADE, "grade", submission(), "--homework", "tiny-hw", "--json"]
    refused = on_a_machine_without(*calls, command=words)
    allowed = on_a_machine_without(*calls, command=[*words, "--allow-level", level])

    assert refused.returncode == 4
    assert "--allow-level" in refused.stderr
    assert allowed.returncode == 0, allowed.stderr
    assert json.loads(allowed.stdout)["extra_data"]["level"] == level
    assert level in allowed.stderr


def test_gradescope_runs_proceed_and_tell_staff_alone(submission, tmp_path):
    """Inside Gradescope a weaker machine still grades; the level is where only staff look."""
    results = tmp_path / "results.json"
    words = ["-c", GRADE, "grade", submission(), "--homework", "tiny-hw", "--gradescope", "--results", results]
    done = on_a_machine_without(SECCOMP, LANDLOCK, command=words)
    written = json.loads(results.read_text())

    assert done.returncode == 0
    assert written["score"] == 9.0
    assert written["extra_data"]["level"] in LEVELS[:2]
    assert "level" not in written.get("output", "")
    assert written["stdout_visibility"] == "hidden"


def test_a_check_at_home_says_nothing_frightening(submission):
    """`check` runs at any level and does not mention it."""
    words = ["-c", GRADE, "check", "--homework", "tiny-hw", "--path", submission()]
    done = on_a_machine_without(SECCOMP, LANDLOCK, command=words)

    assert done.returncode == 0, done.stderr
    assert "level" not in done.stdout + done.stderr


def test_doctor_on_this_machine_names_every_layer():
    """Every layer that a worker can have has its line and its advice."""
    report = doctor.examine()

    assert {finding.name for finding in report.findings} >= set(doctor.LAYERS)
    assert report.level in LEVELS
    assert report.fit is (report.level == "strict")


def test_every_layer_of_the_walls_is_known_to_doctor():
    """A layer added to the walls needs a line of advice."""
    from autograder.worker import walls

    assert set(doctor.LAYERS) == set(walls.LAYERS)


def test_the_text_gives_advice_for_what_is_missing_only():
    """One sentence for each thing missing, none for what is there."""
    text = doctor.as_text(Report("partial", (Finding("a", True, "x", "do A"), Finding("b", False, "y", "do B"))))

    assert "do A" not in text
    assert "do B" in text
    assert "--allow-level" in text


@pytest.mark.parametrize(
    ("version", "cuda", "extra", "good"),
    [
        ("2.13.0+cpu", "", 0, True),
        ("2.13.0", "", 0, True),
        ("2.13.0+cu130", "13.0", 0, False),
        ("2.13.0", "", 4, False),
    ],
)
def test_a_cuda_build_of_torch_is_noticed(version, cuda, extra, good):
    """Neither a CUDA build nor its libraries belong here."""
    assert doctor.judge_torch(version, cuda, extra).good is good


def test_the_cuda_version_is_read_without_importing_torch(tmp_path):
    """The version file says what the build is for."""
    file = tmp_path / "version.py"
    file.write_text("__version__ = '2'\ncuda: Optional[str] = '13.0'\nhip: Optional[str] = None\n")

    assert doctor._cuda_of(file) == "13.0"
    assert doctor._cuda_of(tmp_path / "none.py") == ""


@pytest.mark.parametrize(
    ("finding", "good"),
    [
        (doctor.memory(4000), True),
        (doctor.memory(100), False),
        (doctor.clock(2e9, built=1.9e9), True),
        (doctor.clock(0.0, built=1.9e9), False),
        (doctor.clock(1e11, built=1.9e9), False),
        (doctor.load(0.5), True),
        (doctor.load(9.0), False),
    ],
)
def test_memory_clock_and_load_are_judged(finding, good):
    """Little memory, a clock before these files were written, and a busy machine get advice."""
    assert finding.good is good
    assert finding.advice


def test_a_folder_closed_to_others_is_named(tmp_path):
    """An interpreter below a closed folder is found out, and the folder named."""
    closed = tmp_path / "closed"
    (closed / "bin").mkdir(parents=True)
    closed.chmod(0o700)
    tmp_path.chmod(0o755)
    way = [folder for folder in tmp_path.parents if folder.stat().st_mode & 0o001 == 0]

    assert doctor.unreachable_folder(closed / "bin") == (way[-1] if way else closed)


@pytest.mark.skipif(not ROOT, reason="other users for workers need root")
def test_an_environment_that_workers_cannot_read_is_unfit(tmp_path):
    """Python below a folder that only root may enter is noticed by a worker that tries, whatever the level."""
    home = tmp_path / "home"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", "--system-site-packages", home], check=True)
    packages = next((Path(sys.prefix).resolve() / "lib").glob("python3*")) / "site-packages"
    inside = next((home / "lib").glob("python3*")) / "site-packages"
    (inside / "ours.pth").write_text(f"{packages}\n")
    home.chmod(0o700)
    layers, python = doctor._walls(str(home / "bin" / "python"))

    assert "user" in layers
    assert not python.good
    assert "closed to others" in python.found
