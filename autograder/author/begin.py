"""A new problem, and where there is none yet its homework: files that are green, to be written over piece by piece."""

import keyword
import re
import secrets
from pathlib import Path

import jinja2

from autograder.errors import UsageError
from autograder.manifest import read_homework
from autograder.manifest.proof import PART_ID

__all__ = ["add_problem"]

TEMPLATES = Path(__file__).parent / "scaffold"
HOMEWORK_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
TAKEN = ("student", "reference", "math", "np", "pytest")  # they mean something else where a problem is used
CORPUS_HEAD = "# Submissions with the points that each must get: right ones, and mistakes, each for one reason.\n"
ORACLE, CORPUS = "tests/oracles", "tests/corpus"


def add_problem(root: Path, homework: str, problem: str, part: str | None) -> list[Path]:
    """Writes a worked example as the problem's files and its lines in the manifest; gives the paths.

    `part` is the id of the new part, the next whole number when None. Raises UsageError for names that cannot be used
    and for anything that would be written over; then nothing is written.
    """
    package = homework.replace("-", "_")
    if not HOMEWORK_ID.match(homework):
        raise UsageError(
            f"{homework!r} is no homework's id: small letters and digits, with dashes between, as in em-hw1"
        )
    if not problem.isidentifier() or problem != problem.lower() or keyword.iskeyword(problem) or problem in TAKEN:
        raise UsageError(f"{problem!r} is no problem's name: it becomes a module, so write it like mixture or em_steps")
    manifest = root / "reference" / package / "homework.toml"
    known = read_homework(manifest, root) if manifest.is_file() else None
    parts = known.parts if known else {}
    number = part or str(next(n for n in range(1, len(parts) + 2) if str(n) not in parts))
    if not PART_ID.match(number):
        raise UsageError(f"{number!r} is no part's id: letters, digits, dots and dashes")
    if number in parts:
        raise UsageError(f"{homework} has a part {number} already; name another with --part")
    said = {"homework": homework, "package": package, "problem": problem, "part": number}
    said["title"] = (known.title if known else homework).replace("\\", "").replace('"', "'")
    new, longer = _texts(root, said, first=known is None)
    if there := [path for path in new if path.exists()]:
        raise UsageError(f"{there[0].relative_to(root)} is there already; nothing was written")
    for path, text in new.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for path, text in longer.items():
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
    return [*new, *longer]


def _texts(root: Path, said: dict[str, str], *, first: bool) -> tuple[dict[Path, str], dict[Path, str]]:
    """What is written into files of its own, and what is added to files that are there; by path."""
    package, problem = said["package"], said["problem"]
    reference, corpus = root / "reference" / package, root / CORPUS / package
    part_file = f"test_{said['part'].replace('.', '_')}.py"
    new = {
        reference / f"{problem}.py": _filled("reference.py", said),
        root / "tests/properties" / package / problem / part_file: _filled("properties.py", said),
        root / ORACLE / package / f"test_{problem}.py": _filled("oracle.py", said),
        corpus / "base" / f"{problem}.py": _filled("base.py", said),
    }
    lines = {
        reference / "homework.toml": ("homework.toml", "problem.toml"),
        corpus / "expected.toml": ("", "expected.toml"),
    }
    longer = {}
    for path, (head, tail) in lines.items():
        text = _filled(tail, said)
        if path.is_file():
            longer[path] = text
        else:
            new[path] = (_filled(head, said) if head else CORPUS_HEAD) + text
    if first:
        new |= {
            reference / "__init__.py": f'"""The reference of {said["homework"]}."""\n',
            reference / "seed.txt": secrets.token_hex(16) + "\n",
            reference / "handout.md": _filled("handout.md", said),
        }
    return new, longer


def _filled(name: str, said: dict[str, str]) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - Python and TOML, of names that were checked
    )
    return environment.get_template(f"{name}.j2").render(said)
