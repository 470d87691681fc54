"""Reads `homework.toml` into frozen values and proves it against its files; every fault is reported at once."""

import ast
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.errors import ManifestError, UsageError

__all__ = ["Homework", "Limits", "Part", "Problem", "find_homework", "homeworks", "public_functions", "read_homework"]

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")
DEFAULT_LIMITS = {"call_s": 2.0, "part_s": 20.0, "memory_mb": 1024, "reply_mb": 16}
DEFAULT_WALL_S = 480.0  # 80 % of Gradescope's ten minutes: past those it ends the run and throws the results away


@dataclass(frozen=True)
class Limits:
    """CPU seconds a call and a part, memory a worker may add and size of a reply (MiB)."""

    call_s: float
    part_s: float
    memory_mb: int
    reply_mb: int


@dataclass(frozen=True)
class Problem:
    """One module of a homework: the file students hand in, its functions, and the modules that answer for it."""

    name: str
    file: str
    functions: tuple[str, ...]
    reference: tuple[str, ...]
    adapter: str | None
    limits: Limits


@dataclass(frozen=True)
class Part:
    """The unit that owns points: `pays` maps a property to its points, the rest says how they combine."""

    id: str
    title: str
    problem: str
    points: float
    manual: float
    by_hand: str
    core: tuple[str, ...]
    pays: Mapping[str, float]
    independent: tuple[str, ...]
    explains: tuple[str, ...]
    public: tuple[str, ...]
    needs: tuple[str, ...]

    @property
    def automatic(self) -> float:
        """The points that the machine gives."""
        return sum(self.pays.values())

    @property
    def properties(self) -> tuple[str, ...]:
        """Every property of the part, paying ones first."""
        return (*self.pays, *self.explains)


@dataclass(frozen=True)
class Homework:
    """What is handed in together; `root` is the folder that holds reference/, tests/ and student_template/."""

    id: str
    title: str
    source: str
    warm: tuple[str, ...]
    problems: Mapping[str, Problem]
    parts: Mapping[str, Part]
    asks_reference: bool
    wall_s: float
    root: Path

    @property
    def package(self) -> str:
        """The homework's name as a folder: cs229-ps3 lives in cs229_ps3."""
        return self.id.replace("-", "_")

    @property
    def reference(self) -> Path:
        """The folder of the reference and the manifest."""
        return self.root / "reference" / self.package

    @property
    def properties(self) -> Path:
        """The folder of the property files."""
        return self.root / "tests" / "properties" / self.package

    @property
    def template(self) -> Path:
        """The folder of the student template."""
        return self.root / "student_template" / self.package

    def property_file(self, part: Part) -> Path:
        """Where a part's properties stand."""
        return self.properties / part.problem / f"test_{part.id.replace('.', '_')}.py"


@dataclass
class Table:
    """One table of the file being read: knows its place for messages and which keys it may have."""

    where: str
    values: dict[str, Any]
    faults: list[str]
    known: set[str] = field(default_factory=set)

    def fault(self, text: str) -> None:
        """Notes a fault of this table."""
        self.faults.append(f"{self.where}: {text}")

    def take(self, key: str, kind: type | tuple[type, ...], default: Any) -> Any:
        """The key's value when it has the right type, else the default; a missing key without default is a fault."""
        self.known.add(key)
        value = self.values.get(key, default)
        if value is None:
            self.fault(f"`{key}` is missing")
            return kind() if isinstance(kind, type) else kind[0]()
        if not isinstance(value, kind) or isinstance(value, bool):
            self.fault(f"`{key}` is {value!r}, which is of the wrong type")
            return default if default is not None else (kind() if isinstance(kind, type) else kind[0]())
        return value

    def flag(self, key: str) -> bool:
        """A true or false, false when absent."""
        self.known.add(key)
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            self.fault(f"`{key}` is {value!r}, which is neither true nor false")
        return value is True

    def names(self, key: str, default: list[str] | None = None) -> tuple[str, ...]:
        """A list of strings, or one string standing for a list of one."""
        value = self.take(key, (list, str), [] if default is None else default)
        items = [value] if isinstance(value, str) else value
        if not all(isinstance(item, str) for item in items) or len(set(map(str, items))) != len(items):
            self.fault(f"`{key}` must be a list of different names")
            return ()
        return tuple(items)

    def close(self) -> None:
        """Notes every key that nobody asked for."""
        for key in sorted(set(self.values) - self.known):
            self.fault(f"`{key}` is not a key of this table; known are {', '.join(sorted(self.known))}")


def homeworks(root: Path) -> list[str]:
    """The ids of the homeworks below this root."""
    return sorted(path.parent.name.replace("_", "-") for path in root.glob("reference/*/homework.toml"))


def find_homework(root: Path, homework: str | None) -> Homework:
    """The homework with this id, or the only one there is; raises UsageError with the ids there are."""
    known = homeworks(root)
    wanted = homework or (known[0] if len(known) == 1 else None)
    if wanted is None or wanted not in known:
        asked = f"there is no homework {homework!r}" if homework else "which homework? name it with --homework"
        raise UsageError(f"{asked}; below {root}/reference there are: {', '.join(known) or 'none'}")
    return read_homework(root / "reference" / wanted.replace("-", "_") / "homework.toml", root)


def read_homework(path: Path, root: Path) -> Homework:
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

    def table(name: str, values: Any) -> Table:
        line = next((i for i, row in enumerate(text.splitlines(), 1) if row.strip().startswith(f"[{name}]")), 1)
        return Table(f"{path.name}:{line} [{name}]", values if isinstance(values, dict) else {}, faults)

    for name in ("problems", "parts"):
        if not isinstance(data.setdefault(name, {}), dict):
            faults.append(f"{path.name}: `{name}` must be tables, [{name}.…]")
            data[name] = {}
    head = table("homework", data.get("homework"))
    homework = Homework(
        id=head.take("id", str, None),
        title=head.take("title", str, None),
        source=head.take("source", str, ""),
        warm=head.names("warm", ["numpy"]),
        problems={name: _problem(name, table(f"problems.{name}", values)) for name, values in data["problems"].items()},
        asks_reference=head.flag("asks_reference"),
        wall_s=float(head.take("wall_s", (int, float), DEFAULT_WALL_S)),
        parts={name: _part(name, table(f'parts."{name}"', values)) for name, values in data["parts"].items()},
        root=root,
    )
    if not 0 < homework.wall_s < 1e9:
        head.fault(f"`wall_s` is {homework.wall_s:g}, which is no limit")
    head.close()
    faults += [
        f"{path.name}: `{key}` is not a table of a manifest"
        for key in sorted(set(data) - {"homework", "problems", "parts"})
    ]
    if homework.package != path.parent.name:
        head.fault(f"id {homework.id!r} does not fit the folder {path.parent.name!r}")
    for part in homework.parts.values():
        _check_part(homework, part, table(f'parts."{part.id}"', {}))
    for problem in homework.problems.values():
        _check_problem(homework, problem, table(f"problems.{problem.name}", {}))
    _check_files(homework, faults)
    if faults:
        raise ManifestError(faults)
    return homework


def _problem(name: str, table: Table) -> Problem:
    limits = Table(f"{table.where} limits", table.take("limits", dict, {}), table.faults)
    values = {key: limits.take(key, (int, float), default) for key, default in DEFAULT_LIMITS.items()}
    for key, value in values.items():
        if not 0 < value < 1e9:
            limits.fault(f"`{key}` is {value!r}, which is no limit")
            values[key] = DEFAULT_LIMITS[key]
    limits.close()
    problem = Problem(
        name=name,
        file=table.take("file", str, None),
        functions=table.names("functions"),
        reference=table.names("reference", [name]),
        adapter=table.take("adapter", str, "") or None,
        limits=Limits(
            float(values["call_s"]), float(values["part_s"]), int(values["memory_mb"]), int(values["reply_mb"])
        ),
    )
    table.close()
    return problem


def _part(name: str, table: Table) -> Part:
    pays = table.take("pays", dict, {})
    if not all(isinstance(v, int | float) and not isinstance(v, bool) and v > 0 for v in pays.values()):
        table.fault("`pays` must give each property more than 0 points")
        pays = {}
    part = Part(
        id=name,
        title=table.take("title", str, None),
        problem=table.take("problem", str, None if pays else ""),
        points=float(table.take("points", (int, float), None)),
        manual=float(table.take("manual", (int, float), 0)),
        by_hand=table.take("by_hand", str, ""),
        core=table.names("core"),
        pays={key: float(value) for key, value in pays.items()},
        independent=table.names("independent"),
        explains=table.names("explains"),
        public=table.names("public"),
        needs=table.names("needs"),
    )
    table.close()
    return part


def _check_part(homework: Homework, part: Part, table: Table) -> None:
    if not ID.match(part.id):
        table.fault("a part's id has letters, digits, dots and dashes only")
    if not part.manual >= 0:
        table.fault(f"`manual` is {part.manual:g}, which is less than nothing")
    if part.explains and not part.pays:
        table.fault(f"`explains` names {part.explains[0]!r}, but a part that pays nothing by machine runs nothing")
    if not abs(part.automatic + part.manual - part.points) <= 1e-9:
        table.fault(
            f"`pays` gives {part.automatic:g} and `manual` {part.manual:g}, which is not `points`, {part.points:g}"
        )
    if part.manual and not part.by_hand:
        table.fault("`by_hand` must say what the `manual` points are for")
    if part.problem and part.problem not in homework.problems:
        table.fault(f"`problem` {part.problem!r} is not among {', '.join(homework.problems)}")
    for key, names, among in (
        ("core", part.core, tuple(part.pays)),
        ("independent", part.independent, tuple(part.pays)),
        ("public", part.public, part.properties),
        ("needs", part.needs, tuple(homework.parts)),
    ):
        for name in names:
            if name not in among:
                table.fault(f"`{key}` names {name!r}, which is not among {', '.join(among) or 'nothing'}")
    for name in sorted(set(part.explains) & set(part.pays)):
        table.fault(f"{name!r} both pays and explains")
    for name in sorted(set(part.core) & set(part.independent)):
        table.fault(f"{name!r} is both core and independent")
    if part.id in part.needs:
        table.fault("`needs` names the part itself")
    if part.pays and part.problem in homework.problems:
        _check_properties(homework, part, table)


def _check_properties(homework: Homework, part: Part, table: Table) -> None:
    path = homework.property_file(part)
    if not path.is_file():
        table.fault(f"there is no {path.relative_to(homework.root)}")
        return
    try:
        tree = ast.parse(path.read_bytes(), str(path))
    except (SyntaxError, ValueError) as error:
        line = f"line {error.lineno}: {error.msg}" if isinstance(error, SyntaxError) else str(error)
        table.fault(f"{path.relative_to(homework.root)} does not parse: {line}")
        return
    found = {
        node.name.removeprefix("test_"): node
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
    for name in part.properties:
        if name not in found:
            table.fault(f"names {name!r}, but {path.relative_to(homework.root)} has no function test_{name}")
    for name, node in found.items():
        if name not in part.properties:
            table.fault(
                f"{path.relative_to(homework.root)}:{node.lineno} test_{name} has no line in `pays` or `explains`"
            )
        if not ast.get_docstring(node):
            table.fault(f"{path.relative_to(homework.root)}:{node.lineno} test_{name} has no docstring for students")


def _check_problem(homework: Homework, problem: Problem, table: Table) -> None:
    if not problem.functions:
        table.fault("`functions` names nothing that could be called")
    if problem.file.startswith("/") or ".." in Path(problem.file).parts or not problem.file.endswith(".py"):
        table.fault(f"`file` {problem.file!r} must be a path of a .py file inside the submission")
    if any(other.file == problem.file and other.name < problem.name for other in homework.problems.values()):
        table.fault(f"`file` {problem.file!r} is another problem's too")
    if not any(part.problem == problem.name for part in homework.parts.values()):
        table.fault("no part belongs to this problem")
    if not (homework.reference / "__init__.py").exists():
        return  # a handout or a zip without the reference: nothing to hold the names against
    for module in problem.reference:
        if not (homework.reference / f"{module}.py").is_file():
            table.fault(f"`reference` names {module!r}, but there is no {module}.py beside the manifest")
    if problem.adapter and not (homework.reference / problem.adapter).is_file():
        table.fault(f"`adapter` {problem.adapter!r} is not a file beside the manifest")
        return
    sources = [
        homework.reference / f"{problem.name}.py",
        *([homework.reference / problem.adapter] if problem.adapter else []),
    ]
    answered: set[str] = set()
    for path in filter(Path.is_file, sources):
        try:
            answered.update(public_functions(path.read_bytes()))
        except (SyntaxError, ValueError) as error:
            table.fault(f"{path.relative_to(homework.root)} does not parse: {error}")
            return
    for name in problem.functions:
        if name not in answered:
            table.fault(f"`functions` names {name!r}, which neither {problem.name}.py nor its adapter defines")


def _check_files(homework: Homework, faults: list[str]) -> None:
    wanted = {homework.property_file(part) for part in homework.parts.values() if part.pays}
    for path in sorted(homework.properties.rglob("test_*.py")):
        if path not in wanted:
            faults.append(f"{path.relative_to(homework.root)} belongs to no part of the manifest")


def public_functions(source: bytes) -> tuple[str, ...]:
    """The names of a module's functions that do not start with an underscore."""
    tree = ast.parse(source)
    return tuple(node.name for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"))
