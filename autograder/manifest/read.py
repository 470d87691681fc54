"""Reads `homework.toml` into frozen values and proves it against its files; every fault is reported at once."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.errors import ManifestError, UsageError
from autograder.manifest.place import Place, header_line
from autograder.manifest.policy import read_policy
from autograder.manifest.proof import check_files, check_part, check_problem, check_reasons
from autograder.manifest.table import Table
from autograder.manifest.values import KINDS, PERSONAL, Gates, Homework, Imports, Limits, Part, Problem

__all__ = ["HANDOUT", "find_homework", "homeworks", "read_homework"]

DEFAULT_LIMITS = {"call_s": 2.0, "part_s": 20.0, "memory_mb": 1024, "reply_mb": 16}
DEFAULT_WALL_S = 480.0  # 80 % of Gradescope's ten minutes: past those it ends the run and throws the results away
HANDOUT = "public"  # a handout's folder of machinery, beside its `autograder`


def homeworks(root: Path) -> list[str]:
    """The ids of the homeworks below this root."""
    return sorted(path.parent.name.replace("_", "-") for path in root.glob("reference/*/homework.toml"))


def find_homework(root: Path, homework: str | None) -> Homework:
    """The homework with this id, or the only one there is; raises UsageError with the ids there are.

    In a handout, where the manifest lies in HANDOUT, it is the handout's own.
    """
    if (shipped := root / HANDOUT / "homework.toml").is_file():
        found = read_homework(shipped, shipped.parent, handout=True)
        if homework not in (None, found.id):
            raise UsageError(f"this is the handout of {found.id}; there is no homework {homework!r} in it")
        return found
    known = homeworks(root)
    wanted = homework or (known[0] if len(known) == 1 else None)
    if wanted is None or wanted not in known:
        asked = f"there is no homework {homework!r}" if homework else "which homework? name it with --homework"
        raise UsageError(f"{asked}; below {root}/reference there are: {', '.join(known) or 'none'}")
    return read_homework(root / "reference" / wanted.replace("-", "_") / "homework.toml", root)


def read_homework(path: Path, root: Path, *, handout: bool = False) -> Homework:
    """The manifest at `path` as a value, checked both ways against the files below `root`.

    Raises ManifestError with all faults: unknown keys, wrong types, points that do not add up, names that do not
    exist, functions without a rubric line and rubric lines without a function, missing files.
    """
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ManifestError([f"{path}: not TOML: {error}"]) from None
    faults: list[str] = []
    lines = tuple(text.splitlines())
    said = str(path.relative_to(root) if path.is_relative_to(root) else path.name)
    tables: dict[tuple[str, ...], Table] = {}

    def table(*keys: str, values: Any) -> Table:
        name = f'parts."{keys[1]}"' if keys[0] == "parts" else ".".join(keys)
        place = Place(said, name, header_line(lines, *keys), lines)
        return tables.setdefault(keys, Table(place, values if isinstance(values, dict) else {}, faults))

    for name in ("problems", "parts", "imports", "audit", "policy"):
        if not isinstance(data.setdefault(name, {}), dict):
            faults.append(f"{said}: `{name}` must be tables, [{name}.…]")
            data[name] = {}
    head = table("homework", values=data.get("homework"))
    imports = _imports(table("imports", values=data["imports"]))
    homework = Homework(
        id=head.take("id", str, None),
        title=head.take("title", str, None),
        source=head.take("source", str, ""),
        warm=head.names("warm", ["numpy"]),
        problems={
            name: replace(_problem(name, table("problems", name, values=values)), imports=imports)
            for name, values in data["problems"].items()
        },
        asks_reference=head.flag("asks_reference"),
        wall_s=float(head.take("wall_s", (int, float), DEFAULT_WALL_S)),
        parts={name: _part(name, table("parts", name, values=values)) for name, values in data["parts"].items()},
        root=root,
        imports=imports,
        files=head.names("files"),
        handout=handout,
        audit=_gates(table("audit", values=data["audit"])),
        policy=read_policy(table("policy", values=data["policy"])) if data["policy"] else None,
    )
    if not 0 < homework.wall_s < 1e9:
        head.fault(f"`wall_s` is {homework.wall_s:g}, which is no limit")
    head.close()
    faults += [
        f"{said}: `{key}` is not a table of a manifest"
        for key in sorted(set(data) - {"homework", "problems", "parts", "imports", "audit", "policy"})
    ]
    if homework.package != path.parent.name and not handout:
        head.fault(f"id {homework.id!r} does not fit the folder {path.parent.name!r}")
    _prove(homework, tables, faults)
    if faults:
        raise ManifestError(faults)
    return homework


def _prove(homework: Homework, tables: Mapping[tuple[str, ...], Table], faults: list[str]) -> None:
    """Holds what was read against the files; of parts whose properties a fault hides nothing more is noted."""
    lost = [part.id for part in homework.parts.values() if not check_part(homework, part, tables["parts", part.id])]
    for problem in homework.problems.values():
        check_problem(homework, problem, tables["problems", problem.name], all_parts_known=not lost)
    check_reasons(homework, tables["audit",], lost)
    if not lost:  # else nobody can tell whose the files are
        check_files(homework, faults)


def _gates(table: Table) -> Gates:
    """What an audit must reach; each share lies in 0..1."""
    default = Gates()
    shares = {
        key: float(table.take(key, (int, float), getattr(default, key)))
        for key in ("generated", "catalogue", "accepts", "stability", "inside")
    }
    because, calls = table.take("because", dict, {}), table.take("calls", dict, {})
    table.close()
    for name, seconds in calls.items():
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds < 1e9:
            table.fault(f"`calls` of {name!r} is {seconds!r}: write CPU seconds a call")
            calls = {}
    for key, value in shares.items():
        if not 0 <= value <= 1:
            table.fault(f"`{key}` is {value:g}, which is no share")
    for name, reason in because.items():
        if not isinstance(reason, str) or not reason.strip():
            table.fault(f"`because` of {name!r} must say why")
    return Gates(
        **shares,
        because={name: str(reason) for name, reason in because.items()},
        calls={name: float(seconds) for name, seconds in calls.items()},
    )


def _imports(table: Table) -> Imports:
    """Without a line `allowed` everything may be imported that is not forbidden."""
    allowed = table.names("allowed")
    found = Imports(allowed if "allowed" in table.values else None, table.names("forbidden"))
    table.close()
    for name in (*allowed, *found.forbidden):
        if not name.isidentifier():
            table.fault(f"{name!r} is no package's name: write numpy for everything in it")
    for name in sorted(set(allowed) & set(found.forbidden)):
        table.fault(f"{name!r} is both allowed and forbidden")
    return found


def _problem(name: str, table: Table) -> Problem:
    limits = table.inner("limits")
    values = {key: limits.take(key, (int, float), default) for key, default in DEFAULT_LIMITS.items()}
    for key, value in values.items():
        if not 0 < value < 1e9:
            limits.fault(f"`{key}` is {value!r}, which is no limit")
            values[key] = DEFAULT_LIMITS[key]
    limits.close()
    kind = table.take("kind", str, "code")
    if kind not in KINDS:
        table.fault(f"`kind` is {kind!r}, which is none of {', '.join(KINDS)}")
        kind = "code"
    personal = kind == "answers" and table.flag("personal")
    problem = Problem(
        name=name,
        file=table.take("file", str, None),
        functions=table.names("functions") if kind == "code" else KINDS[kind] + (PERSONAL if personal else ()),
        reference=table.names("reference", [name] if kind == "code" else []),
        adapter=(table.take("adapter", str, "") or None) if kind == "code" else None,
        kind=kind,
        data=table.names("data") if kind == "script" else (),
        watch=table.names("watch") if kind == "script" else (),
        beside=table.names("beside") if kind == "artifact" else (),
        personal=personal,
        limits=Limits(
            float(values["call_s"]), float(values["part_s"]), int(values["memory_mb"]), int(values["reply_mb"])
        ),
    )
    table.close()
    return problem


def _elsewhere(table: Table) -> dict[str, tuple[str, ...]]:
    """The part's properties that ask other problems, by problem."""
    others = table.inner("elsewhere")
    return {problem: others.names(problem) for problem in others.values}


def _is_positive(points: Any) -> bool:
    return isinstance(points, int | float) and not isinstance(points, bool) and points > 0


def _part(name: str, table: Table) -> Part:
    pays = table.take("pays", dict, {})
    bad = [key for key, points in pays.items() if not _is_positive(points)]
    for key in bad:
        table.unclear.add("pays")
        table.fault(
            f"`pays` gives {key!r} {pays[key]!r}: write a number above 0, without quotes, or let it stand in `explains`"
        )
    part = Part(
        id=name,
        title=table.take("title", str, None),
        problem=table.take("problem", str, None if pays else ""),
        points=float(table.take("points", (int, float), None)),
        manual=float(table.take("manual", (int, float), 0)),
        by_hand=table.take("by_hand", str, ""),
        core=table.names("core"),
        pays={key: 0.0 if key in bad else float(value) for key, value in pays.items()},
        independent=table.names("independent"),
        explains=table.names("explains"),
        public=table.names("public"),
        needs=table.names("needs"),
        hidden=float(table.take("hidden", (int, float), 0)),
        elsewhere=_elsewhere(table),
    )
    table.close()
    return part
