"""`check --case`: one case with everything that may be known of it, and the call as a program of its own."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from autograder.engine.bank import Bank
from autograder.engine.grader import Grader
from autograder.engine.properties import Property
from autograder.engine.submission import Submission
from autograder.local.literal import call_lines, literal
from autograder.local.run import opened, with_case
from autograder.scoring.verdict import Check

__all__ = ["Call", "Replayed", "replay_case", "script", "shown_call", "shown_value"]

SHOWN = 60  # numbers of one array: what fits on a screen beside the other arguments


class Call(NamedTuple):
    """The last call that a case makes: what it is called with, the seed of it, and what came back, if anything.

    `problem` is the one whose function it is.
    """

    function: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    names: list[str]
    seed: int
    made: int
    values: tuple[Any, ...]
    problem: str = ""


class Replayed(NamedTuple):
    """A property replayed on one case: what it came to, and the call (None when it came to none)."""

    prop: Property
    check: Check
    call: Call | None


def replay_case(grader: Grader, submission: Submission, case: str, bank: Bank | None = None) -> tuple[Replayed, ...]:
    """The public properties that have this case, replayed on it alone; raises UsageError when none has it."""
    wanted = with_case(grader, case, bank)
    found = []
    with opened(grader, submission, bank) as replay:
        for prop in wanted:
            replay.start_part(prop.part, {prop.name: prop})
            check = replay.check(prop, case)
            session = max(map(replay.sessions.of, prop.problems), key=lambda session: session.journal.at)
            problem, journal = session.problem, session.journal
            call = None
            if journal.last is not None and problem.kind == "code":  # there is no call in reading a file
                names = replay.bank.signatures.get(f"{problem.name}.{journal.last[0]}", [])
                call = Call(*journal.last, names, journal.seed, journal.calls, journal.values, problem.name)
            found.append(Replayed(prop, check, call))
    return tuple(found)


def shown_call(call: Call) -> list[str]:
    """The call as lines of code; arrays too large for a screen by their shape."""
    return call_lines(call.function, call.args, call.kwargs, call.names, most=SHOWN)


def shown_value(call: Call) -> str:
    """What came back, as code; nothing when nothing did."""
    return literal(call.values[0], most=SHOWN) if call.values else ""


def script(call: Call, file: Path, adapter: str | None, target: Path, title: str) -> str:
    """A program that makes the arguments and calls the student's function as the check does; it needs no gradelbo.

    `file` is the student's, found again from where `target` lies; `adapter` the source that stands between the check
    and the student's file, if any.
    """
    place = os.path.relpath(file.resolve(), target.resolve().parent)
    return "\n".join(_script_lines(call, Path(place).as_posix(), adapter, title)) + "\n"


def _script_lines(call: Call, place: str, adapter: str | None, title: str) -> Iterator[str]:
    body = call_lines("module." + call.function, call.args, call.kwargs, call.names)
    if adapter is not None and f"def {call.function}(" in adapter:
        body = call_lines(call.function, call.args, call.kwargs, call.names)
        body.insert(1, "    module,")
    yield f'"""{title}: the call that the check makes, as a program of its own."""'
    yield ""
    yield PROLOGUE.format(torch="import torch\n" if any("torch." in line for line in body) else "", place=place)
    if adapter is not None:
        yield f"# How the check calls your file:\n\n{adapter.strip()}\n\n"
    yield f"module = load(FILE)\nrandom.seed({call.seed})\nnp.random.seed({call.seed})"
    if any("torch." in line for line in body):
        yield f"torch.manual_seed({call.seed})"
    yield f"result = {body[0]}"
    yield from body[1:]
    yield "print(result)"


PROLOGUE = '''import json
import os
import random
import sys
import types
from pathlib import Path

import numpy as np
{torch}
FILE = Path(__file__).resolve().parent / {place!r}


def load(path):
    """Your file as a module; of a notebook its code cells, without lines of IPython's own."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = ["".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
        lines = "\\n".join(cells).splitlines()
        text = "\\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in lines)
    os.chdir(path.parent)
    sys.path.append(str(path.parent))
    module = types.ModuleType(path.stem)
    module.__file__ = str(path)
    module.__dict__["__source__"] = text
    exec(compile(text, str(path), "exec"), module.__dict__)
    return module

'''
