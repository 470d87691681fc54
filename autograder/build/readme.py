"""The README that students get: install, check, hand in, what pays, the rules, and the homework's own text."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from autograder.manifest import Homework, Imports

__all__ = ["OWN_TEXT", "readme"]

TORCH = "torch"
OWN_TEXT = "handout.md"  # beside the manifest: interface, errata, what the answers are

INSTALL = """\
## Install

You need Python 3.11, 3.12 or 3.13 on Linux, and {how_long}. In this folder:

```
python3 -m venv .venv
. .venv/bin/activate
pip install -r requirements.txt
```

{torch}Later, in a new terminal, only the second line is needed. After the installation no network is used.
"""
WITH_TORCH = INSTALL.format(
    how_long="some minutes",
    torch="PyTorch is among them, and large. Its build for processors alone is enough, and smaller: where that one is\n"
    "installed in this environment, in the version that `requirements.txt` names, pip leaves it as it is.\n\n",
)

WORK = """\
## Work

Every function to be written ends in `raise NotImplementedError`. Replace that line, keep name and arguments, and read
the docstring: it says what comes in, what must come out, and which errors to raise. You may add functions of your own.

**.py or .ipynb?** Beside every `.py` file lies a notebook with the same functions: use one of the two. The `.py` file
counts. The notebook counts when there is no such `.py` file, or when none of the functions is written in it. Save the
notebook before you check or hand in; its last cell checks it from within.
"""

CHECK = """\
## Check

```
python -m autograder check            # everything
python -m autograder check {example:<10} # one part
python -m autograder check --help
```

For every claim you see whether your program fulfils it. Where it does not, a few lines show the smallest case that
fails: the claim, the call, what came back, what was expected, and a command that runs just this case again. `missing`
means that a function is not written yet. Nothing leaves your machine.

More claims, and more cases, are checked after you hand in. They test nothing that is not said in this file or in a
docstring.
"""

HAND_IN = """\
## Hand in

```
python -m autograder pack
```

makes a zip with the right files and says what is missing. Upload it to Gradescope. Single files will do as well, as
long as their names are kept.
"""

TROUBLE = """\
## When something does not work

- **`No module named autograder`**: the current folder is not this one; change to it.
- **`… is not installed for this Python`**: the environment is not active: `. .venv/bin/activate`.
- **too slow**: a call took longer than the limits above. Look for a loop that does not end, then for slow loops over
  single points.
- **not usable**: shape or type is wrong, or there is a NaN; the message says which.
- **It works in your own script and fails in the check**: the check imports your file in a fresh process. Variables that
  you made by hand in a notebook or a console do not exist there.
- **NumPy says that it has no attribute `float`, `int`, `product` or `trapz`**: these names are gone from NumPy; write
  `float`, `int`, `np.prod`, `np.trapezoid`.
- **You think that the check is wrong**: send the staff the lines that it prints, with the case's id.

## Honour code

Talk about the problems with whom you like, write every line yourself, and name the people you worked with. Do not read
other people's solutions. Submissions are compared with each other.
"""


def readme(homework: Homework, files: tuple[str, ...]) -> str:
    """The text: these passages, the manifest's facts, the homework's own text; `files` are those of the template."""
    own = homework.reference / OWN_TEXT
    first = next((part.id for part in homework.parts.values() if part.pays), "")
    source = f"After {homework.source}.\n\n" if homework.source else ""
    passages = [
        f"# {homework.id}: {homework.title}\n\n{source}{_points_in_words(homework)}\n",
        INSTALL.format(how_long="a minute", torch="") if TORCH not in homework.warm else WITH_TORCH,
        f"## What is here\n\n{_table(('file', 'what it is'), _listing(homework, files))}\n",
        WORK,
        CHECK.format(example=first),
        HAND_IN,
        f"## What is graded\n\n{_table(GRADED, _graded(homework))}\n\n{_claims(homework)}",
        *([own.read_text(encoding="utf-8")] if own.is_file() else []),
        f"## Imports and limits\n\n{_imports(homework.imports)}\n\n{_table(LIMITS, _limits(homework))}\n\n{_memory()}",
        TROUBLE,
    ]
    return "\n".join(passage.rstrip("\n") + "\n" for passage in passages)


TO_DO = {
    "code": "to write",
    "script": "to write; it is run as a script",
    "answers": "to fill in: every null",
    "text": "to hand in: the output of your own run",
    "artifact": "to hand in: what your own training run writes",
}
GRADED = ("part", "title", "points", "checked here", "checked after hand-in", "by a person")
LIMITS = ("file", "one call", "all calls of a part", "memory")


def _points_in_words(homework: Homework) -> str:
    total = sum(part.points for part in homework.parts.values())
    machine = sum(part.automatic for part in homework.parts.values())
    return f"{total:g} points: {machine:g} are given by a program that runs yours, {total - machine:g} by a person."


def _listing(homework: Homework, files: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for file in dict.fromkeys(problem.file for problem in homework.problems.values()):
        sharing = [problem for problem in homework.problems.values() if problem.file == file]
        names = {problem.name for problem in sharing}
        parts = [part.id for part in homework.parts.values() if names & set(part.problems)]
        what = TO_DO[sharing[0].kind] + (", and run as a script" if len(sharing) > 1 else "")
        where = f": part{'s' if len(parts) > 1 else ''} {', '.join(parts)}" if parts else ""
        beside = "".join(f", `{name}`" for name in sharing[0].beside)
        yield f"`{file}`{' or `.ipynb`' if sharing[0].runs else ''}{beside}", what + where
    for file in homework.files:
        yield f"`{file}`", "to fill in" if file.endswith(".json") else "to write"
    handed = {*homework.files, *(problem.file for problem in homework.problems.values())}
    for file in files:
        if file not in handed and not file.endswith(".ipynb"):
            yield f"`{file}`", "given" if file.endswith(".py") else "data"
    yield "`autograder/`, `public/`", "what `check` runs; leave them as they are"


def _graded(homework: Homework) -> Iterator[tuple[str, ...]]:
    for part in homework.parts.values():
        here = sum(points for name, points in part.pays.items() if name in part.public)
        cells = (here, part.automatic - here, part.manual)
        by_hand = f"{part.manual:g}: {part.by_hand}" if part.manual else "–"
        yield part.id, part.title, f"{part.points:g}", *(f"{n:g}" if n else "–" for n in cells[:2]), by_hand


def _claims(homework: Homework) -> str:
    """Which parts are looked at again, and what an unmet main claim costs."""
    strict = [part.id for part in homework.parts.values() if part.core]
    text = (
        "Claims that are checked here are checked again on further cases after hand-in, and pay only if these hold too."
    )
    if strict:
        text += f" In part{'s' if len(strict) > 1 else ''} {', '.join(strict)} some points depend on a main claim: "
        text += "where it fails, they are not paid."
    return text + "\n"


def _imports(imports: Imports) -> str:
    if imports.allowed is None:
        text = "Import what `requirements.txt` brings"
    else:
        text = f"Import Python's own library and {', '.join(imports.allowed)}, nothing else"
    banned = f"; {', '.join(imports.forbidden)} may not be imported" if imports.forbidden else ""
    return f"{text}{banned}. A file that imports something else gets no points; the message names file and line."


def _limits(homework: Homework) -> Iterator[tuple[str, ...]]:
    for problem in (problem for problem in homework.problems.values() if problem.runs):
        call, part, memory, _ = problem.limits.__dict__.values()
        run = ", as a script" if problem.kind == "script" else ""
        yield f"`{PurePosixPath(problem.file).name}`{run}", f"{call:g} s", f"{part:g} s", f"{memory} MiB"


def _memory() -> str:
    return "Your program may not start other programs, use the network, or read files outside its own folder.\n"


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, ("---",) * len(head), *rows))
