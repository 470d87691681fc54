"""A homework as frozen values: its problems, its parts, and where its files lie."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from autograder.manifest.policy import Policy

__all__ = ["HANDED_IN", "KINDS", "PERSONAL", "Gates", "Homework", "Imports", "Limits", "Part", "Problem"]

# what a problem's file is -> the functions that it has; those of code are the manifest's own
KINDS: Mapping[str, tuple[str, ...]] = {
    "code": (),
    "answers": ("answers",),
    "text": ("text",),
    "script": ("script",),
    "artifact": ("artifact",),
}
PERSONAL = ("submitters",)  # besides `answers`, where questions are drawn for each student
HANDED_IN = "handed_in"  # below the manifest's folder: what the reference itself hands in and is no module of it


@dataclass(frozen=True)
class Limits:
    """CPU seconds a call and a part, memory a worker may add and size of a reply (MiB)."""

    call_s: float
    part_s: float
    memory_mb: int
    reply_mb: int


@dataclass(frozen=True)
class Imports:
    """What a homework's files may import besides Python's own library: `allowed` (None: anything) less `forbidden`."""

    allowed: tuple[str, ...] | None = None
    forbidden: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gates:
    """What an audit must reach.

    Shares of generated mutants killed, of catalogue mutants and right variants that get their points, of those that do
    so under other banks; `inside` is how many decades right values must stay within the tolerances. `because` maps
    "part.property" to why a property pays although no mutant falls to it alone. `calls` are CPU seconds a call that
    mutants of a problem get at least, where right programs need more than a mutant gets elsewhere.
    """

    generated: float = 0.99
    catalogue: float = 1.0
    accepts: float = 1.0
    stability: float = 1.0
    inside: float = 0.2
    because: Mapping[str, str] = field(default_factory=dict)
    calls: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """One file that students hand in, its functions, and the modules that answer for it.

    `kind` is one of KINDS. `personal` answers are to questions that who hands in draws: they have PERSONAL's functions
    as well. Of a script `data` are the files that are laid beside it, by their paths in the handout, and `watch` the
    functions whose calls are taken down. Of an artifact `beside` are the names of the files that belong to it and lie
    in the same folder.
    """

    name: str
    file: str
    functions: tuple[str, ...]
    reference: tuple[str, ...]
    adapter: str | None
    limits: Limits
    imports: Imports = Imports()
    kind: str = "code"
    data: tuple[str, ...] = ()
    watch: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    personal: bool = False

    @property
    def runs(self) -> bool:
        """Whether anything of the file is run; the others are only read."""
        return self.kind in ("code", "script")


@dataclass(frozen=True)
class Part:
    """The unit that owns points: `pays` maps a property to its points, the rest says how they combine.

    `hidden` is for handouts: the points of properties that are checked after hand-in only and not named there.
    `elsewhere` names properties that ask another problem than the part's own: a derivation beside the code it is for.
    """

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
    hidden: float = 0.0
    elsewhere: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def automatic(self) -> float:
        """The points that the machine gives."""
        return sum(self.pays.values())

    @property
    def properties(self) -> tuple[str, ...]:
        """Every property of the part, paying ones first."""
        return (*self.pays, *self.explains)

    @property
    def problems(self) -> tuple[str, ...]:
        """Every problem that the part asks, its own first."""
        return (self.problem, *(name for name in self.elsewhere if name != self.problem))

    def problem_of(self, name: str) -> str:
        """The problem that a property of the part asks."""
        return next((problem for problem, names in self.elsewhere.items() if name in names), self.problem)


@dataclass(frozen=True)
class Homework:
    """What is handed in together; `root` is the folder that holds reference/, tests/ and student_template/.

    In a handout `root` is the handout's folder of machinery: manifest, adapters and public bank lie in it, the public
    properties below it in tests/, and there is neither a reference nor a hidden bank. `files` are those handed in
    besides the problems' own: answers.json and the like.
    """

    id: str
    title: str
    source: str
    warm: tuple[str, ...]
    problems: Mapping[str, Problem]
    parts: Mapping[str, Part]
    asks_reference: bool
    wall_s: float
    root: Path
    imports: Imports = Imports()
    files: tuple[str, ...] = ()
    handout: bool = False
    audit: Gates = Gates()
    policy: Policy | None = None

    def with_needed(self, parts: Iterable[str]) -> tuple[str, ...]:
        """The parts and those that they need to be paid, in the manifest's order."""
        found = set(parts)
        while more := {need for part in found if part in self.parts for need in self.parts[part].needs} - found:
            found |= more
        return tuple(part for part in self.parts if part in found) + tuple(found - self.parts.keys())

    @property
    def package(self) -> str:
        """The homework's name as a folder: cs229-ps3 lives in cs229_ps3."""
        return self.id.replace("-", "_")

    @property
    def reference(self) -> Path:
        """The folder of the manifest, the adapters and, outside a handout, the reference."""
        return self.root if self.handout else self.root / "reference" / self.package

    @property
    def properties(self) -> Path:
        """The folder of the property files."""
        return self.root / "tests" / "properties" / self.package

    @property
    def template(self) -> Path:
        """The folder of the student template and the public bank."""
        return self.root if self.handout else self.root / "student_template" / self.package

    def source_of(self, problem: Problem) -> Path:
        """Where the reference's own file for a problem lies: its module, or what it hands in.

        A script whose file is a code problem's too is that module; artifacts lie in folders of their own.
        """
        if problem.kind == "code":
            return self.reference / f"{problem.name}.py"
        for other in self.problems.values():
            if other.kind == "code" and other.file == problem.file:
                return self.source_of(other)
        file = PurePosixPath(problem.file)
        folder = self.reference / HANDED_IN
        return (folder / file.parent.name if problem.kind == "artifact" else folder) / file.name

    def sources_of(self, problem: Problem) -> Mapping[str, Path]:
        """The reference's own files for a problem by the path at which students hand them in."""
        main = self.source_of(problem)
        folder = PurePosixPath(problem.file).parent
        return {problem.file: main} | {str(folder / name): main.parent / name for name in problem.beside}

    def property_file(self, part: Part, problem: str = "") -> Path:
        """Where a part's properties stand that ask this problem; without one, those that ask the part's own."""
        return self.properties / (problem or part.problem) / f"test_{part.id.replace('.', '_')}.py"
