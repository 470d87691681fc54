"""What an audit is about, as digests: of all that it judges, and of what decides a single result."""

import hashlib
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from autograder.audit.corpus import corpus_of
from autograder.engine.bank import ingredients
from autograder.engine.grader import HIDDEN, PUBLIC
from autograder.manifest import Homework

__all__ = ["audited", "deciding"]

PACKAGE = Path(__file__).parents[1]
MANIFEST = "homework.toml"
BESIDE = ("author", "build", "commands", "course", "local")  # packages that no grading runs through


def audited(homework: Homework) -> str:
    """The digest of what an audit is about: suite and kit, reference, manifest, both banks, corpus."""
    return _digest(homework, corpus=True)


def deciding(homework: Homework) -> str:
    """The digest of what decides a result, but for what is handed in: homework, grader, versions of everything.

    A reason in `[audit.because]` decides about a gate, not about a result: what was found stays known.
    """
    mixed = hashlib.blake2b(_digest(homework, corpus=False).encode(), digest_size=16)
    mixed.update(f"{sys.version} {homework.root.resolve()}".encode())
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.relative_to(PACKAGE).parts[0] not in BESIDE:
            mixed.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    for lock in sorted(homework.root.glob("requirements*.lock")):
        mixed.update(lock.read_bytes())
    return mixed.hexdigest()


def _digest(homework: Homework, *, corpus: bool) -> str:
    mixed = hashlib.blake2b(digest_size=16)
    for name, digest in sorted(ingredients(homework, reference=True).items()):
        mixed.update(f"{name}={digest}\n".encode())
    for path in _files(homework, corpus=corpus):
        data = path.read_bytes() if path.is_file() else b""
        if path.name == MANIFEST and not corpus:
            data = _without_reasons(data)
        mixed.update(f"{path.relative_to(homework.root).as_posix()}\0".encode() + hashlib.blake2b(data).digest())
    return mixed.hexdigest()


def _without_reasons(manifest: bytes) -> bytes:
    table = tomllib.loads(manifest.decode())
    asked = {key: value for key, value in table.pop("audit", {}).items() if key != "because"}
    return msgspec.json.encode([table, asked])


def _files(homework: Homework, *, corpus: bool) -> Iterator[Path]:
    yield homework.reference / MANIFEST
    yield homework.template / PUBLIC
    yield homework.reference / HIDDEN
    entries = corpus_of(homework).rglob("*") if corpus else ()
    yield from sorted(p for p in entries if p.is_file() and "__pycache__" not in p.parts)
