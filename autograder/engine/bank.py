"""The frozen cases of a homework with the reference's answers: a value, its file, and what it was made from."""

import hashlib
import importlib
import zlib
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from autograder import wire
from autograder.engine.copying import copied
from autograder.engine.data import data_of
from autograder.engine.kit_reach import suite_files
from autograder.engine.properties import Property
from autograder.errors import BankError
from autograder.manifest import HANDED_IN, Homework

__all__ = [
    "LOCKED",
    "Bank",
    "Case",
    "Entry",
    "argument_digest",
    "ingredients",
    "pack_case",
    "read_bank",
    "require_fresh",
    "unpack_case",
    "write_bank",
]

MAGIC = b"gradelbo bank 1\n"
LOCKED = ("numpy", "scipy", "hypothesis", "torch")
INGREDIENTS = ("manifest", "suite", "adapters", "reference", "data", "lock")
RECORD = "__record__"
RECORD_MODULES = ("autograder.kit.", "tests.properties.")


class Case(NamedTuple):
    """One drawn input: `arguments` for the property, `answers` of the reference by (function, argument digest)."""

    id: str
    arguments: dict[str, Any]
    answers: dict[tuple[str, bytes], Any]


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """A property's cases, packed, smallest first."""

    part: str
    name: str
    cases: list[bytes]


class Bank(msgspec.Struct, frozen=True, dict=True):
    """What the file holds: entries, the names the reference answers to, argument names, and what it was made from.

    Besides that it remembers, in a process that grades many submissions, what it was once unpacked to.
    """

    homework: str
    kind: str
    made_from: dict[str, str]
    functions: dict[str, list[str]]
    signatures: dict[str, list[str]]
    entries: list[Entry]

    def cases(self, prop: Property) -> tuple[Case, ...]:
        """The cases of one property, smallest first."""
        return tuple(self.each(prop))

    def each(self, prop: Property) -> Iterator[Case]:
        """The cases of one property, smallest first, each a copy: nobody can spoil it for the next submission."""
        for packed in self.packed(prop):
            if packed not in self._unpacked:
                self._unpacked[packed] = unpack_case(packed)
            case = self._unpacked[packed]
            yield Case(case.id, copied(case.arguments), copied(case.answers))

    def packed(self, prop: Property) -> list[bytes]:
        """The same cases as bytes, with the answers that were recorded for them."""
        return self._by_property.get((prop.part.id, prop.name), [])

    @cached_property
    def digest(self) -> str:
        """The hash of all content."""
        return hashlib.blake2b(_body(self), digest_size=16).hexdigest()

    @cached_property
    def _by_property(self) -> dict[tuple[str, str], list[bytes]]:
        found: dict[tuple[str, str], list[bytes]] = {}
        for entry in self.entries:
            found.setdefault((entry.part, entry.name), []).extend(entry.cases)
        return found

    @cached_property
    def _unpacked(self) -> dict[bytes, Case]:
        return {}


def pack_case(arguments: Mapping[str, Any], answers: Iterable[tuple[str, bytes, Any]]) -> bytes:
    """One case as bytes; NamedTuples are kept by name."""
    return wire.pack({"arguments": _plain(dict(arguments)), "answers": [(f, d, _plain(v)) for f, d, v in answers]})


def unpack_case(packed: bytes) -> Case:
    """The case that `pack_case` packed; raises BankError when the bytes are damaged."""
    try:
        data = wire.unpack(packed)
        arguments = _records(data["arguments"])
        answers = {(function, digest): _records(value) for function, digest, value in data["answers"]}
    except (wire.WireError, KeyError, TypeError, ValueError, AttributeError, ImportError) as error:
        raise BankError(f"a damaged case in the bank: {error!r}; make it again with `gradelbo freeze`") from error
    return Case(case_id(wire.pack(data["arguments"])), arguments, answers)


def case_id(packed_arguments: bytes) -> str:
    """Six hex digits that name a case."""
    return hashlib.blake2b(packed_arguments, digest_size=3).hexdigest()


def argument_digest(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> bytes:
    """What a call's arguments are remembered by; equal exactly when every bit of them is."""
    parts = wire.digest_parts([list(args), [[k, kwargs[k]] for k in sorted(kwargs)]])
    mixed = hashlib.blake2b(digest_size=16)
    for part in parts:
        mixed.update(len(part).to_bytes(8, "little") + part)
    return mixed.digest()


def ingredients(homework: Homework, *, reference: bool) -> dict[str, str]:
    """Digests of what a bank is made from: the suite, the reference (when it is here), data, locked versions."""
    rubric = [
        (p.id, p.problem, p.properties, p.public, *([sorted(p.elsewhere.items())] if p.elsewhere else []))
        for p in homework.parts.values()
    ]
    called = [
        (
            p.name,
            p.functions,
            p.reference,
            *([] if p.kind == "code" else [p.kind, p.watch, *p.beside]),
        )
        for p in homework.problems.values()
    ]
    made = {
        "manifest": hashlib.blake2b(repr((rubric, called)).encode(), digest_size=16).hexdigest(),
        "suite": _digest_files(homework.root, suite_files(homework)),
        "adapters": _digest_files(homework.root, (homework.reference / "adapters").glob("*.py")),
    }
    if reference:
        own = [*homework.reference.glob("*.py"), *filter(Path.is_file, (homework.reference / HANDED_IN).rglob("*"))]
        made["reference"] = _digest_files(homework.root, own)
    data = {path: found for p in homework.problems.values() for path, found in data_of(homework, p).items()}
    if data:
        made["data"] = argument_digest((), data).hex()
    lock = homework.root / "requirements.lock"
    if lock.is_file():
        pins = [
            line.split()[0] for line in lock.read_text(encoding="utf-8").splitlines() if line.split("==")[0] in LOCKED
        ]
        made["lock"] = " ".join(sorted(pins))
    return made


def require_fresh(bank: Bank, homework: Homework) -> None:
    """Raises BankError when suite, manifest, reference or locked versions changed since the bank was frozen."""
    has_reference = (homework.reference / "__init__.py").is_file()
    now = ingredients(homework, reference=has_reference)
    elsewhere = {"reference", "lock"} - now.keys()  # a handout has neither
    counted = [name for name in INGREDIENTS if name not in elsewhere]
    changed = [name for name in counted if now.get(name) != bank.made_from.get(name)]
    if changed:
        what = f"the {bank.kind} bank of {homework.id} was frozen before its {', '.join(changed)} changed"
        raise BankError(f"{what}; run `gradelbo freeze {homework.id}`")


def write_bank(path: Path, bank: Bank) -> None:
    """Writes the bank: magic line, digest, compressed content."""
    body = _body(bank)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(MAGIC + hashlib.blake2b(body, digest_size=16).digest() + zlib.compress(body, 6))


def read_bank(path: Path) -> Bank:
    """The bank in this file; raises BankError when it is absent, damaged or of another format."""
    try:
        data = path.read_bytes()
    except OSError:
        raise BankError(f"there is no bank at {path}; make it with `gradelbo freeze`") from None
    if not data.startswith(MAGIC):
        raise BankError(f"{path} is not a bank of this version; make it again with `gradelbo freeze`")
    digest, packed = data[len(MAGIC) : len(MAGIC) + 16], data[len(MAGIC) + 16 :]
    try:
        body = zlib.decompress(packed)
        bank = msgspec.msgpack.decode(body, type=Bank)
    except (zlib.error, msgspec.MsgspecError) as error:
        raise BankError(f"{path} is damaged: {error}; make it again with `gradelbo freeze`") from None
    if hashlib.blake2b(body, digest_size=16).digest() != digest:
        raise BankError(f"{path} is damaged: its digest does not fit; make it again with `gradelbo freeze`")
    return bank


def _body(bank: Bank) -> bytes:
    return msgspec.msgpack.encode(bank, order="deterministic")


def _digest_files(root: Path, paths: Iterable[Path]) -> str:
    mixed = hashlib.blake2b(digest_size=16)
    for path in sorted(paths):
        mixed.update(f"{path.relative_to(root)}\0".encode() + hashlib.blake2b(path.read_bytes()).digest())
    return mixed.hexdigest()


def _plain(value: Any) -> Any:
    """The value with every NamedTuple as a dict that says which one it is."""
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        kind = type(value)
        if not kind.__module__.startswith(RECORD_MODULES):
            name = f"{kind.__module__}.{kind.__qualname__}"
            raise BankError(f"a {name} cannot be kept in a bank; use plain tuples, or a NamedTuple of the kit")
        return {RECORD: f"{kind.__module__}:{kind.__qualname__}", "fields": [_plain(item) for item in value]}
    if isinstance(value, tuple):
        return tuple(_plain(item) for item in value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


def _records(value: Any) -> Any:
    """The inverse of `_plain`; only classes of the kit and of property modules are looked up."""
    if isinstance(value, dict) and RECORD in value:
        module, name = value[RECORD].split(":")
        if not module.startswith(RECORD_MODULES):
            raise ValueError(f"a record of {module}")
        return getattr(importlib.import_module(module), name)(*(_records(item) for item in value["fields"]))
    if isinstance(value, tuple):
        return tuple(_records(item) for item in value)
    if isinstance(value, list):
        return [_records(item) for item in value]
    if isinstance(value, dict):
        return {key: _records(item) for key, item in value.items()}
    return value
