"""What the harness tests share: the tiny homework, a grader for it, and submissions made from text."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.engine.grader import Grader, reachable_python
from autograder.engine.sandbox import Zygote
from autograder.engine.worker import Budget, Worker
from autograder.manifest import Homework, find_homework

TINY = Path(__file__).parent / "tiny"


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The checkout that is tested."""
    return Path(__file__).parents[2]


@pytest.fixture(scope="session")
def tiny() -> Homework:
    """The tiny homework, as it lies in the project."""
    return find_homework(TINY, "tiny-hw")


@pytest.fixture
def tiny_copy(tmp_path: Path) -> Path:
    """A root of its own with a copy of the tiny homework, to break."""
    root = tmp_path / "root"
    shutil.copytree(TINY, root, ignore=shutil.ignore_patterns("__pycache__"))
    return root


@pytest.fixture(scope="session")
def grader(tiny: Homework) -> Iterator[Grader]:
    """A grader of the tiny homework."""
    with Grader(tiny) as found:
        yield found


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    """A zygote with numpy warm."""
    with Zygote(("numpy",), python=reachable_python()) as found:
        yield found


@pytest.fixture
def worker_of(zygote: Zygote) -> Iterator[Callable[..., Worker]]:
    """Makes workers with one source loaded; ends them after the test."""
    started: list[Worker] = []

    def make(
        source: str,
        *,
        budget: Budget | None = None,
        functions: tuple[str, ...] = ("f",),
        without: frozenset[str] = frozenset(),
    ) -> Worker:
        worker = zygote.fork(budget or Budget(call_s=2, total_s=30, memory_mb=256), without=without)
        started.append(worker)
        worker.load(files={"src/a.py": source.encode()}, file="src/a.py", adapter=None, functions=functions)
        return worker

    yield make
    for worker in started:
        worker.close()


@pytest.fixture
def submission(tmp_path: Path, tiny: Homework) -> Callable[..., Path]:
    """Makes a folder of the tiny homework's right files, of which `submission(moments="…")` replaces some."""

    def make(**sources: str | bytes | None) -> Path:
        folder = tmp_path / "handed_in"
        for name, problem in tiny.problems.items():
            source = sources.get(name, (tiny.reference / f"{name}.py").read_bytes())
            if source is None:
                continue
            path = folder / problem.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(source.encode() if isinstance(source, str) else source)
        folder.mkdir(exist_ok=True)
        return folder

    return make
