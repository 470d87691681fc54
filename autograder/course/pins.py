"""What a verdict depends on besides the submission, as digests: suite, bank, environment, parts."""

import hashlib
import platform
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from autograder.engine.bank import ingredients
from autograder.engine.grader import Grader
from autograder.manifest import Homework

__all__ = ["Pins", "differences", "machinery", "pins_of"]

# folders; manifests count by what they say, and scoring comes after verdicts
MACHINERY = ("engine", "kit", "source", "worker")
MODULES = ("errors.py", "imports.py", "members.py", "plain.py", "wire.py")
LIBRARIES = ("numpy", "scipy", "torch", "matplotlib", "nbformat", "ipython", "msgspec", "safetensors")
DISTRIBUTED = {"sklearn": "scikit-learn"}  # what is imported under another name than it is installed
OTHERS = ("pandas", "sklearn")  # what students may find where every import is allowed
PACKAGE = Path(__file__).parents[1]


class Pins(msgspec.Struct, frozen=True):
    """Digests of 32 hex digits. `parts` are the ids of the parts that are graded, sorted.

    `suite` stands for properties, adapters, reference, limits and import rules, `bank` for both banks, `environment`
    for Python, libraries, kind of processor and the grader's own source.
    """

    homework: str
    suite: str
    bank: str
    environment: str
    parts: tuple[str, ...]


def pins_of(grader: Grader) -> Pins:
    """The pins of what this grader would find."""
    homework = grader.homework
    banks = [bank.digest for bank in (grader.banks.public, grader.banks.hidden) if bank is not None]
    return Pins(
        homework.id,
        _mixed(_suite(homework)),
        _mixed(banks),
        _mixed(_environment(homework.imports.allowed or OTHERS)),
        tuple(sorted(grader.parts)),
    )


def differences(mine: Pins, theirs: Pins) -> tuple[str, ...]:
    """The names of the pins that are not the same."""
    return tuple(name for name in Pins.__struct_fields__ if getattr(mine, name) != getattr(theirs, name))


def machinery() -> list[Path]:
    """The grader's own modules that a verdict hangs on, sorted."""
    folders = (path for name in MACHINERY for path in (PACKAGE / name).rglob("*.py"))
    return sorted((*(PACKAGE / name for name in MODULES), *folders))


def _suite(homework: Homework) -> Iterable[str]:
    """What the verdicts follow from that lies in the homework's folders; its points do not matter."""
    made = ingredients(homework, reference=(homework.reference / "__init__.py").is_file())
    yield from (f"{name} {digest}" for name, digest in sorted(made.items()) if name != "lock")
    rules = (homework.imports, homework.warm, homework.wall_s, homework.files, homework.asks_reference)
    yield repr((sorted(homework.problems.items()), rules))


def _environment(allowed: Iterable[str]) -> Iterable[str]:
    """What this machine grades with; of libraries also those that students may import, there or not."""
    yield f"{platform.python_implementation()} {platform.python_version()} {platform.machine()} {platform.system()}"
    for name in dict.fromkeys((*LIBRARIES, *(DISTRIBUTED.get(name, name) for name in sorted(allowed)))):
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            yield f"{name} none"
    for path in machinery():
        yield f"{path.relative_to(PACKAGE)} {hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()}"


def _mixed(texts: Iterable[str]) -> str:
    return hashlib.blake2b("\n".join(texts).encode(), digest_size=16).hexdigest()
