"""The zip that students unpack: template, public cases and properties, and as much of this package as `check` needs."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from autograder.build.archive import write_archive
from autograder.build.closure import closure
from autograder.build.contents import template_files
from autograder.build.leaks import refuse_solutions
from autograder.build.public_form import adapter_path, public_bank, public_manifest
from autograder.build.public_suite import asked_of_reference, public_suite
from autograder.engine.data import data_of
from autograder.engine.grader import PUBLIC
from autograder.errors import EnvironmentUnusable
from autograder.manifest import HANDOUT, Homework

__all__ = ["REQUIRED", "handout_files", "requirements", "torch_pin", "write_handout"]

PACKAGE = Path(__file__).parents[1]
REQUIRED = (
    "click",
    "hypothesis",
    "ipython",
    "matplotlib",
    "msgspec",
    "nbformat",
    "numpy",
    "rich",
    "safetensors",
    "scipy",
)
EMPTY = b""
TORCH = "torch"
TORCH_VERSION = re.compile(r"\bTORCH=(\d+(?:\.\d+)+)\b")


def handout_files(homework: Homework) -> dict[str, bytes]:
    """Every file of the handout by its path below the handout's folder.

    Raises ManifestError when a solution would be handed out, BankError when the public bank is stale, InternalFault
    when the machinery would bring what is not for students.
    """
    suite = public_suite(homework)
    public = {f"{HANDOUT}/{path}": text.encode() for path, text in suite.items()}
    public |= {f"{HANDOUT}/{path}": EMPTY for path in _packages(homework)}
    public |= {f"{HANDOUT}/{path}": data for path, data in _adapters(homework)}
    public |= {
        f"{HANDOUT}/{path}": data for p in homework.problems.values() for path, data in data_of(homework, p).items()
    }
    public[f"{HANDOUT}/homework.toml"] = public_manifest(homework).encode()
    named = requirements(PACKAGE.parent / "requirements.lock")
    if TORCH in homework.warm:
        named += torch_pin(PACKAGE.parent / "setup.sh")
    files = template_files(homework) | {"requirements.txt": named.encode()}
    refuse_solutions(homework, files | public)
    public[f"{HANDOUT}/{PUBLIC}"] = public_bank(homework, public, asked_of_reference(suite))
    machinery = {
        path.relative_to(PACKAGE.parent).as_posix(): path.read_bytes()
        for path in closure(PACKAGE, suite.values()).values()
    }
    licence = {"autograder/LICENSE": (PACKAGE.parent / "LICENSE").read_bytes()}
    return dict(sorted((files | public | machinery | licence).items()))


def write_handout(homework: Homework, target: Path) -> Path:
    """Writes the zip, all of it in one folder named for the homework."""
    return write_archive(target, _below(homework.id, handout_files(homework)))


def requirements(lock: Path) -> str:
    """The pins of what a handout needs, as the lock file has them; pip finds what these need in turn.

    Raises EnvironmentUnusable for a lock file that lacks one of them.
    """
    pins = {
        line.split("==")[0]: line.split()[0] for line in lock.read_text(encoding="utf-8").splitlines() if "==" in line
    }
    if missing := [name for name in REQUIRED if name not in pins]:
        raise EnvironmentUnusable(f"{lock} has no {', '.join(missing)}; make it anew as pyproject.toml says")
    return "".join(f"{pins[name]}\n" for name in REQUIRED)


def torch_pin(setup: Path) -> str:
    """The line that asks for the torch that setup.sh installs here, which no lock file holds.

    Raises EnvironmentUnusable where setup.sh does not say which.
    """
    found = TORCH_VERSION.search(setup.read_text(encoding="utf-8"))
    if found is None:
        raise EnvironmentUnusable(f"{setup} does not say which torch it installs")
    return f"torch=={found[1]}\n"


def _packages(homework: Homework) -> Iterator[str]:
    """Empty files that make the suite's folders a package of its own, whatever else is called tests on that machine."""
    folders = ("tests", "tests/properties", f"tests/properties/{homework.package}")
    return (f"{folder}/__init__.py" for folder in folders)


def _adapters(homework: Homework) -> Iterator[tuple[str, bytes]]:
    for problem in homework.problems.values():
        if problem.adapter:
            yield adapter_path(problem), (homework.reference / problem.adapter).read_bytes()


def _below(folder: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {f"{folder}/{path}": data for path, data in files.items()}
