"""Makes Gradescope exports of students who do not exist, from the corpus of a homework; the same ones for a seed.

python -m tests.harness.course.synthetic OUT [--homework cs229-ps3] [--students 300] [--seed 1] [--zip] [--light]

Among the students are right and wrong ones, such as hand in little or nothing, hostile ones, groups, late ones, copies,
and names and file names that hurt whoever trusts them. `--light` leaves out the problems that take seconds to grade.
"""

import argparse
import json
import random
import re
import shutil
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from autograder.audit.corpus import corpus_of, read_corpus
from autograder.manifest import Homework, find_homework

ROOT = Path(__file__).parents[3]
METADATA = "submission_metadata.yml"
NAMES = (
    "Ada Lovelace", "Łukasz Żółć", "王 小明", "Nguyễn Thị Ánh", "محمد علي", "O'Brien, Siân", "Jürgen Groß",
    "דנה כהן", "Андрей Ёлкин", "अनु शर्मा", "김 민준", "Bobby\"); DROP TABLE scores;--", "<script>alert('name')</script>",
    "Anne-Marie  Øst", "=HYPERLINK(\"http://example.edu\")", "Tom & Jerry", "name with 🦆", "Ñandú Peña", "Null",
)  # fmt: skip
LIGHT = ("kl", "derivations", "steps", "analysis", "answers", "moments", "shapes", "lgm_output")
KINDS = {
    "right": 34, "mutant": 34, "partial": 12, "stub": 4, "copy": 5, "twin": 2, "empty": 3, "hostile": 6,
}  # fmt: skip
DUE = datetime(2020, 11, 5, 7, 59, tzinfo=UTC)
HOSTILE = {
    "leaves": b"import os\nos._exit(7)\n",
    "exits": b"raise SystemExit(0)\n",
    "floods": b"print('<b>bold</b>' * 200000)\n",
    "raises": b"raise ValueError('<img src=x onerror=alert(1)>')\n",
    "syntax": b"def f(:\n",
    "binary": bytes(range(256)),
    "forks": b"import os\nwhile True:\n    os.fork()\n",
    "reads": b"print(open('/etc/shadow').read())\n",
    "grows": b"x = [0] * (1 << 40)\n",
}


@dataclass(frozen=True)
class Student:
    """One submission to be: its files, who hands it in, when, and what the metadata says of its results."""

    id: str
    kind: str
    files: Mapping[str, bytes]
    people: tuple[Mapping[str, object], ...]
    created_at: datetime
    score: float | None
    points: Mapping[str, float]
    earlier: int = 0
    named: bool = True
    there: bool = True


def students(homework: Homework, count: int, seed: int, *, light: bool = False) -> list[Student]:
    """So many students; the first `n` of a larger class are not the class of `n`."""
    rng = random.Random(seed)
    drawer = Drawer(homework, rng, light)
    found: list[Student] = []
    for number in range(count):
        kind = rng.choices(list(KINDS), list(KINDS.values()))[0]
        if kind in ("copy", "twin") and not found:
            kind = "right"
        files = drawer.files(kind, number, found)
        late = rng.choice((0, 0, 0, 0, 5, 30, 80))
        before = -rng.randrange(1, 9000) / 60
        full = {part.id: part.automatic for part in homework.parts.values() if part.pays}
        points = full if kind == "right" and not light else {}
        if points and rng.random() < 0.1:
            points = {**points, rng.choice(list(points)): 0.0}
        found.append(
            Student(
                id=f"submission_{71_000_000 + 37 * number}",
                kind=kind,
                files=files,
                people=tuple(drawer.people(number)),
                created_at=DUE + timedelta(hours=late or before),
                score=sum(points.values()) if points else None if rng.random() < 0.5 else round(rng.uniform(0, 60), 2),
                points=points,
                earlier=rng.choice((0, 0, 1, 4)),
            )
        )
    return _odd_ones(found)


def _odd_ones(found: list[Student]) -> list[Student]:
    """One submission that the metadata does not name and one of which only the metadata knows, in a class of ten."""
    if len(found) >= 10:
        found[3] = replace(found[3], named=False)
        found[7] = replace(found[7], there=False)
    return found


class Drawer:
    """Draws files and people."""

    def __init__(self, homework: Homework, rng: random.Random, light: bool) -> None:
        self.rng = rng
        wanted = [p for p in homework.problems.values() if p.kind != "script" and (not light or p.name in LIGHT)]
        self.problems = {problem.name: problem for problem in wanted}
        self.template = homework.template
        base = corpus_of(homework) / "base"
        self.base: dict[str, bytes] = {}
        self.right: dict[str, list[bytes]] = {name: [] for name in self.problems}
        self.wrong: dict[str, list[bytes]] = {name: [] for name in self.problems}
        for name, problem in self.problems.items():
            source = homework.source_of(problem)
            own = base / source.name
            self.base[name] = (own if own.is_file() else source).read_bytes()
        for entry in read_corpus(homework).values():
            slow = any(word in entry.name for word in ("hang", "loop_for_ever", "endless", "slow"))
            if entry.problem in self.problems and not entry.whole and len(entry.files) == 1 and not slow:
                kind = self.right if entry.right else self.wrong
                kind[entry.problem].append(entry.files[self.problems[entry.problem].file])

    def files(self, kind: str, number: int, others: list[Student]) -> dict[str, bytes]:
        """What a student of this kind hands in."""
        rng = self.rng
        if kind == "empty":
            return rng.choice(({}, {"README.txt": b"sorry"}))
        if kind == "twin":
            return dict(rng.choice(others).files)
        if kind == "copy":
            return {path: disguised(data) for path, data in rng.choice(others).files.items()}
        chosen = {name: rng.choice([self.base[name], *self.right[name]]) for name in self.problems}
        names = list(chosen)
        if kind == "mutant":
            for name in rng.sample(names, rng.choice((1, 1, 2))):
                chosen[name] = rng.choice(self.wrong[name] or [self.base[name]])
        if kind == "stub":
            chosen = {name: self._stub(name) for name in names}
        if kind == "partial":
            chosen = {name: chosen[name] for name in rng.sample(names, max(1, len(names) // 2))}
        files = {self.problems[name].file: data for name, data in chosen.items()}
        if kind == "hostile":
            attack = rng.choice(list(HOSTILE))
            code = [path for path in files if path.endswith(".py")]
            files[rng.choice(code)] = HOSTILE[attack]
            files["<img src=x onerror=alert(2)>.py"] = b"x = 1\n"
        return {path: _signed(path, data, number) for path, data in files.items()}

    def people(self, number: int) -> Iterator[Mapping[str, object]]:
        """Who hands it in: one, or a group; numbers, missing and null sids among them."""
        members = self.rng.choice((1, 1, 1, 1, 1, 1, 2, 3)) if number % 11 == 5 else 1
        for member in range(members):
            who: dict[str, object] = {
                "name": self.rng.choice(NAMES),
                "email": f"s{number:04d}{'abc'[member]}@example.edu",
            }
            sid = self.rng.choice(("text", "text", "number", "null", "missing", "zeros"))
            if sid != "missing":
                plain = f"{6_000_000 + number * 10 + member}"
                who["sid"] = {"text": plain, "number": int(plain), "null": None, "zeros": Zeros(f"00{plain}")}[sid]
            yield who

    def _stub(self, name: str) -> bytes:
        path = self.template / self.problems[name].file
        return path.read_bytes() if path.is_file() else b""


class Zeros(str):
    """A sid that begins with zeros and that Ruby wrote without quotes."""


def _signed(path: str, data: bytes, number: int) -> bytes:
    """The file with a line of its own, so that no two students hand in the same bytes."""
    ordinary = path.endswith(".py") and not data.startswith((b"\xef", b"\xff", b"\0", b"#!"))
    return data + f"\n# student {number}\n".encode() if ordinary else data


def disguised(data: bytes) -> bytes:
    """A program with comments and some names changed, as who copies would do it."""
    text = data.decode("utf-8", "replace")
    text = re.sub(r"#.*", "# my own work", text)
    for name in ("total", "weights", "centred", "out", "res", "lik", "diff"):
        text = re.sub(rf"\b{name}\b", f"{name}_", text)
    return text.encode()


# --- writing ---------------------------------------------------------------------------------------------------------


def metadata(found: list[Student], output: int = 2000) -> str:
    """The metadata as Ruby writes it; `output` characters are embedded for each test of each result."""
    lines = ["---"]
    for number, student in enumerate(s for s in found if s.named):
        lines.append(f"{student.id}:")
        lines.append("  :submitters:" if student.people else "  :submitters: []")
        for who in student.people:
            keys = list(who)
            lines += [f"  {'- ' if key == keys[0] else '  '}:{key}: {_scalar(who[key])}" for key in keys]
        lines.append(f"  :created_at: {student.created_at:%Y-%m-%d %H:%M:%S}.123456789 Z")
        lines.append(f"  :score: {_scalar(student.score)}")
        lines += _results(student, "  ", output, number)
        lines.append("  :history:" if student.earlier else "  :history: []")
        for back in range(student.earlier):
            lines.append(f"  - :created_at: {student.created_at - timedelta(hours=back + 1):%Y-%m-%d %H:%M:%S} Z")
            lines.append("    :score: 1.0")
            lines += _results(student, "    ", output, number)
    return "\n".join(lines) + "\n"


def _results(student: Student, indent: str, output: int, number: int) -> list[str]:
    if student.score is None:
        return [f"{indent}:results: "]
    tests = student.points or {"1": student.score}
    lines = [f"{indent}:results:", f"{indent}  score: {student.score}", f"{indent}  tests:"]
    for part, points in tests.items():
        text = f"line {number}: \t<b>\u0007 é\n" * (output // 20)
        lines += [
            f"{indent}  - number: {json.dumps(part)}",
            f"{indent}    score: {points}",
            f"{indent}    output: {json.dumps(text)}",
        ]
    return lines


def _scalar(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Zeros | int | float):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def write_export(found: list[Student], target: Path, *, zipped: bool = False, output: int = 2000) -> Path:
    """Writes an export of these students as Gradescope names it; gives the path of the folder or the zip."""
    folder = target / "assignment_4711_export"
    folder.mkdir(parents=True)
    (folder / METADATA).write_text(metadata(found, output), encoding="utf-8")
    for student in found:
        if student.there:
            (folder / student.id).mkdir()
            for path, data in student.files.items():
                (folder / student.id / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / student.id / path).write_bytes(data)
    if not zipped:
        return folder
    archive = target / "assignment_4711_export.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as z:
        for path in sorted(folder.rglob("*")):
            z.write(path, path.relative_to(target))
        z.writestr("__MACOSX/assignment_4711_export/._junk", b"junk")
    shutil.rmtree(folder)
    return archive


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--homework", default="cs229-ps3")
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--zip", action="store_true")
    parser.add_argument("--light", action="store_true")
    options = parser.parse_args()
    shutil.rmtree(options.out, ignore_errors=True)
    found = students(find_homework(ROOT, options.homework), options.students, options.seed, light=options.light)
    print(write_export(found, options.out, zipped=options.zip))
    return 0


if __name__ == "__main__":
    sys.exit(main())
