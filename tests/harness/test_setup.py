"""The set-up: locks, scripts, and what Gradescope gets when nothing works."""

import json
import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys
import tomllib

import pytest

ROOT = pathlib.Path(__file__).parents[2]
SCRIPTS = ["setup.sh", "run_autograder", ".ci/run"]
LOCKS = ["requirements.lock", "requirements-dev.lock"]
PIN = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>[\w.]+)(?: ; [\w ().,'=<>!*]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")


def pins(lock):
    """Name and version of every pin of a lock, as a set: a name may be pinned twice for two Pythons."""
    found = (PIN.fullmatch(line) for line in (ROOT / lock).read_text().splitlines())
    return {(pin["name"], pin["version"]) for pin in found if pin}


def project():
    """The [project] table."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def run(*command, **environment):
    """Run a command to its end, with some environment variables added."""
    return subprocess.run(
        [str(part) for part in command],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def mode(path):
    """Permission bits."""
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_pins_and_hashes_and_nothing_else(lock):
    """No host name, index line or comment stands in a lock, so it installs from wherever pip is told to look."""
    odd = [
        line for line in (ROOT / lock).read_text().splitlines() if not PIN.fullmatch(line) and not HASH.fullmatch(line)
    ]

    assert odd == []


@pytest.mark.parametrize("lock", LOCKS)
def test_torch_and_cuda_stay_out_of_the_locks(lock):
    """Torch comes by a guarded step of its own."""
    names = {name for name, _ in pins(lock)}

    assert {name for name in names if re.match(r"torch|nvidia|cuda|triton", name)} == set()


def test_every_runtime_pin_is_the_locks():
    """What pyproject.toml promises is what setup.sh installs."""
    promised = {tuple(pin.split("==")) for pin in project()["dependencies"]}

    assert promised - pins("requirements.lock") == set()


def test_every_dev_pin_is_the_dev_locks():
    """The tools that judge the code are the pinned ones."""
    promised = {tuple(pin.split("==")) for pin in project()["optional-dependencies"]["dev"]}

    assert promised - pins("requirements-dev.lock") == set()


def test_the_dev_lock_adds_to_the_runtime_lock():
    """Tests run on the very packages that grade."""
    assert pins("requirements.lock") - pins("requirements-dev.lock") == set()


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_can_be_started(script):
    """Gradescope and make start the scripts themselves: run bit, Unix line ends, and a shell that can read them."""
    path = ROOT / script

    assert mode(path) & 0o111 == 0o111
    assert b"\r" not in path.read_bytes()
    assert run("bash", "-n", path).returncode == 0


@pytest.mark.parametrize("package", ["nvidia-cublas==13.1.0", "nvidia_cudnn_cu13==9.1", "cuda-bindings==13.0"])
def test_a_plan_with_cuda_is_refused(tmp_path, package):
    """Several GB of CUDA are never installed by accident, and the refusal says what to do."""
    plan = tmp_path / "plan"
    plan.write_text(f"filelock==4.0\n{package}\ntorch==2.13.0\n")

    answer = run(ROOT / "setup.sh", "--check-plan", plan, GRADELBO_ALLOW_CUDA="0")

    assert answer.returncode == 4
    assert "GRADELBO_ALLOW_CUDA=1" in answer.stderr


def test_a_plan_with_cuda_is_taken_when_asked_for(tmp_path):
    """Who wants CUDA gets it."""
    plan = tmp_path / "plan"
    plan.write_text("nvidia-cublas==13.1.0\n")

    assert run(ROOT / "setup.sh", "--check-plan", plan, GRADELBO_ALLOW_CUDA="1").returncode == 0


def test_a_cpu_plan_passes(tmp_path):
    """The guard does not stand in the way of CPU torch."""
    plan = tmp_path / "plan"
    plan.write_text("filelock==4.0\ntorch==2.13.0+cpu\n")

    assert run(ROOT / "setup.sh", "--check-plan", plan, GRADELBO_ALLOW_CUDA="0").returncode == 0


@pytest.mark.parametrize("content", [None, ""])
def test_no_plan_is_no_permission(tmp_path, content):
    """A resolve that left nothing behind is not read as a plan without CUDA."""
    plan = tmp_path / "plan"
    if content is not None:
        plan.write_text(content)

    assert run(ROOT / "setup.sh", "--check-plan", plan).returncode == 4


def test_an_unknown_option_is_a_usage_error():
    """A misspelt option builds nothing."""
    assert run(ROOT / "setup.sh", "--tochr").returncode == 2


@pytest.fixture
def gradescope(tmp_path):
    """A folder laid out as /autograder, with our script and no environment."""
    for name in ("source", "submission", "results"):
        (tmp_path / name).mkdir(mode=0o755)
    for copy in (tmp_path, tmp_path / "source"):
        shutil.copy(ROOT / "run_autograder", copy)
    (tmp_path / "submission_metadata.json").write_text("{}")
    (tmp_path / "submission_metadata.json").chmod(0o644)
    return tmp_path


def install_python(gradescope, script):
    """Put a shell script where the environment's Python would be."""
    python = gradescope / "source/.venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)


def grade(gradescope):
    """Run the script as the platform does, and read what it left."""
    answer = run(gradescope / "run_autograder", GRADESCOPE_ROOT=str(gradescope))
    return answer, json.loads((gradescope / "results/results.json").read_text())


@pytest.mark.parametrize("fault", [None, "exit 5", "kill -9 $$", "printf '{' > ../results/.new; exit 1"])
def test_a_results_file_stands_whatever_happens(gradescope, fault):
    """Without an environment, or with a grader that dies, Gradescope still gets valid results that blame nobody."""
    if fault:
        install_python(gradescope, fault)

    answer, results = grade(gradescope)

    assert answer.returncode == 0
    assert results["score"] == 0
    assert results["visibility"] == "visible"
    assert results["extra_data"] == {"internal": True}
    [test] = results["tests"]
    assert test["name"] == "Grading did not finish"
    assert "not your fault" in test["output"]
    assert "Staff will rerun" in test["output"]


def test_a_missing_environment_is_named(gradescope):
    """Staff who read the fallback know that the image is at fault."""
    answer, results = grade(gradescope)

    assert "environment is missing" in results["tests"][0]["output"]
    assert "setup.sh" in answer.stdout


def test_the_graders_results_replace_the_fallback(gradescope):
    """The grader is started in source, with the submission, the results path and --gradescope."""
    install_python(gradescope, 'printf \'{"score": 7, "output": "%s"}\' "$PWD $*" > ../results/results.json')

    _, results = grade(gradescope)

    assert results["score"] == 7
    assert results["output"] == (
        f"{gradescope}/source -m autograder grade {gradescope}/submission"
        f" --results {gradescope}/results/results.json --gradescope"
        f" --metadata {gradescope}/submission_metadata.json"
    )


def test_without_metadata_none_is_named(gradescope):
    """Where the platform writes no metadata, grading goes on without."""
    install_python(gradescope, 'printf \'{"score": 7, "output": "%s"}\' "$PWD $*" > ../results/results.json')
    (gradescope / "submission_metadata.json").unlink()

    _, results = grade(gradescope)

    assert results["score"] == 7
    assert "--metadata" not in results["output"]


def test_the_graders_folders_are_closed_before_grading(gradescope):
    """When the first line of the grader runs, no other user can read source, results or the platform's files."""
    install_python(gradescope, "stat -c %a . ../results ../results/results.json ../submission_metadata.json")

    answer, _ = grade(gradescope)

    assert answer.stdout.split() == ["700", "700", "600", "600"]


@pytest.fixture
def checkout(tmp_path):
    """A checkout outside Gradescope whose gradelbo gives the file's own number as the score."""
    folder = tmp_path / "checkout"
    (folder / ".venv/bin").mkdir(parents=True)
    shutil.copy(ROOT / "run_autograder", folder)
    (folder / ".venv/bin/python").symlink_to(sys.executable)
    gradelbo = folder / ".venv/bin/gradelbo"
    gradelbo.write_text(
        '#!/bin/sh\ngrep -q "^[0-9]" "$2" || exit 3\n'
        'printf \'{"score": %s, "tests": [{"max_score": 9}]}\' "$(cat "$2")" > "$4"\n'
    )
    gradelbo.chmod(0o755)
    return folder


def test_paths_of_one_name_get_results_of_their_own(checkout, tmp_path, monkeypatch):
    """Two submissions called alike do not overwrite each other."""
    for folder, score in (("a", "3"), ("b", "4")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "hw.zip").write_text(score)
    monkeypatch.chdir(tmp_path)

    answer = run(checkout / "run_autograder", "a/hw.zip", "b/hw.zip")

    assert answer.stdout.splitlines() == [
        "hw: 3 of 9  results/hw/results.json",
        "hw-2: 4 of 9  results/hw-2/results.json",
    ]
    assert json.loads((tmp_path / "results/hw-2/results.json").read_text())["score"] == 4


def test_a_path_that_was_not_graded_is_said(checkout, tmp_path, monkeypatch):
    """An old results file is never passed off as this run's."""
    (tmp_path / "good").write_text("1")
    (tmp_path / "bad").write_text("no number")
    (tmp_path / "results/bad").mkdir(parents=True)
    (tmp_path / "results/bad/results.json").write_text('{"score": 100}')
    monkeypatch.chdir(tmp_path)

    answer = run(checkout / "run_autograder", "bad", "good")

    assert answer.returncode == 1
    assert "bad: not graded" in answer.stderr
    assert answer.stdout == "good: 1 of 9  results/good/results.json\n"


@pytest.mark.parametrize("arguments", [[], ["--homework", "x"], ["--homework"], ["--what"]])
def test_without_paths_the_script_explains_itself(checkout, arguments):
    """Called wrongly, it says how to call it."""
    answer = run(checkout / "run_autograder", *arguments)

    assert answer.returncode == 2
    assert "usage" in answer.stderr


def test_the_launcher_starts_the_checkout_it_is_called_from(tmp_path):
    """Two checkouts may share one environment; each `.venv/bin/gradelbo` runs its own code, from any folder."""
    environment = (ROOT / ".venv").resolve()
    for name in ("one", "two"):
        package = tmp_path / name / "autograder"
        package.mkdir(parents=True)
        source = f"import sys\ndef main(prog_name): print({name!r}, prog_name, sys.argv[1:])"
        (package / "cli.py").write_text(source)
        (tmp_path / name / ".venv").symlink_to(environment)

    answers = [run(tmp_path / name / ".venv/bin/gradelbo", "x").stdout for name in ("one", "two")]

    assert answers == ["one gradelbo ['x']\n", "two gradelbo ['x']\n"]
