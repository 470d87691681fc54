"""Manifest and bank as students get them: of hidden properties a sum of points is left, no name, case or answer."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from autograder.engine.bank import ingredients, read_bank, require_fresh, unpack_case, write_bank
from autograder.engine.grader import PUBLIC
from autograder.errors import ManifestError
from autograder.manifest import HANDOUT, Homework, Part, Problem, find_homework

__all__ = ["adapter_path", "public_bank", "public_manifest"]


def public_manifest(homework: Homework) -> str:
    """homework.toml of the handout: what a student's check needs, and the points of hidden properties as one number."""
    head: dict[str, Any] = {
        "id": homework.id,
        "title": homework.title,
        "source": homework.source,
        "warm": list(homework.warm),
        "wall_s": homework.wall_s,
        "files": list(homework.files),
    }
    lines = ["# What `check` knows of this homework. Points that hidden claims pay are under `hidden`.", ""]
    lines += _table("homework", head)
    imports = homework.imports
    if imports.allowed is not None or imports.forbidden:
        named = {} if imports.allowed is None else {"allowed": list(imports.allowed)}
        lines += _table("imports", named | {"forbidden": list(imports.forbidden)})
    for problem in homework.problems.values():
        lines += _table(f"problems.{problem.name}", _problem(problem))
    for part in homework.parts.values():
        lines += _table(f'parts."{part.id}"', _part(part))
    return "\n".join(lines)


def adapter_path(problem: Problem) -> str:
    """Where a handout keeps a problem's adapter: not under a name of a student's file, or it could be graded as one."""
    return f"adapters/for_{problem.name}.py"


def public_bank(homework: Homework, files: Mapping[str, bytes], asked: frozenset[str]) -> bytes:
    """The public bank of a handout whose other files these are, by path below its folder.

    Its cases are the homework's public ones, bit for bit; of the reference's functions it names those in `asked`.
    Raises BankError when the homework's bank is stale, ManifestError when the files do not make a sound homework.
    """
    bank = read_bank(homework.template / PUBLIC)
    require_fresh(bank, homework)
    with TemporaryDirectory(prefix="gradelbo-handout-") as folder:
        for path, data in files.items():
            target = Path(folder) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        shipped = find_homework(Path(folder), None)
        public = {(part.id, name) for part in shipped.parts.values() for name in part.public}
        entries = [entry for entry in bank.entries if (entry.part, entry.name) in public]
        if missing := public - {(entry.part, entry.name) for entry in entries}:
            raise ManifestError(
                [f"part {part}: the public bank has no case of {name}" for part, name in sorted(missing)]
            )
        used = {name for entry in entries for case in entry.cases for name, _ in unpack_case(case).answers}
        restamped = msgspec.structs.replace(
            bank,
            made_from=ingredients(shipped, reference=False),
            functions={name: [f for f in known if f in asked | used] for name, known in bank.functions.items()},
            entries=entries,
        )
        target = Path(folder) / HANDOUT / PUBLIC
        write_bank(target, restamped)
        return target.read_bytes()


def _problem(problem: Problem) -> dict[str, Any]:
    limits = problem.limits
    kinds: dict[str, Any] = {"functions": list(problem.functions)}
    if problem.kind != "code":
        kinds = {"kind": problem.kind}
    if problem.personal:
        kinds |= {"personal": True}
    if problem.kind == "script":
        kinds |= {"data": list(problem.data), "watch": list(problem.watch)}
    if problem.kind == "artifact":
        kinds |= {"beside": list(problem.beside)}
    return {
        "file": problem.file,
        **kinds,
        "adapter": adapter_path(problem) if problem.adapter else "",
        "limits": {
            "call_s": limits.call_s,
            "part_s": limits.part_s,
            "memory_mb": limits.memory_mb,
            "reply_mb": limits.reply_mb,
        },
    }


def _part(part: Part) -> dict[str, Any]:
    """The part with its public properties only."""
    pays = {name: points for name, points in part.pays.items() if name in part.public}
    found: dict[str, Any] = {
        "title": part.title,
        "problem": part.problem,
        "points": part.points,
        "manual": part.manual,
        "by_hand": part.by_hand,
        "pays": pays,
        "hidden": round(part.automatic - sum(pays.values()), 9),
        "core": [name for name in part.core if name in pays],
        "independent": [name for name in part.independent if name in pays],
        "explains": [name for name in part.explains if name in part.public],
        "public": list(part.public),
        "needs": list(part.needs),
        "elsewhere": {
            problem: public
            for problem, names in part.elsewhere.items()
            if (public := [name for name in names if name in part.public])
        },
    }
    always = ("title", "problem", "points")
    return {key: value for key, value in found.items() if value or key in always}


def _table(name: str, values: Mapping[str, Any]) -> Iterator[str]:
    yield f"[{name}]"
    yield from (f"{key} = {_value(value)}" for key, value in values.items() if value != "" or key == "problem")
    yield ""


def _value(value: Any) -> str:
    """A value as TOML; strings, true and false are written as JSON writes them, which TOML reads the same."""
    if isinstance(value, str | bool):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return f"{value:g}" if isinstance(value, float) and value == int(value) and abs(value) < 1e6 else repr(value)
