"""Holds recorded answers against the live reference: every corpus submission's public verdicts, both ways.

python -m tests.harness.public_verdicts [NAME…]    every entry of the corpus (or these); exit 1 when verdicts differ
"""

import sys
import tempfile
import time
from pathlib import Path

import msgspec

from autograder.audit.concern import grader_for
from autograder.engine.bank import Bank, pack_case, unpack_case
from autograder.engine.grader import Grader
from autograder.engine.run import Replay
from autograder.manifest import Homework, find_homework
from tests.harness.test_corpus import CORPORA, lay_out

ENTRIES = CORPORA["cs229-ps3"]
ROOT = Path(__file__).parents[2]
SHARE = 12  # every so many entries of the corpus run in `make test`; `make public` runs all

Verdicts = dict[tuple[str, str], str]


def without_answers(bank: Bank) -> Bank:
    """The bank with the same cases and no recorded answer: every question goes to the live reference."""
    entries = [
        msgspec.structs.replace(entry, cases=[pack_case(unpack_case(case).arguments, []) for case in entry.cases])
        for entry in bank.entries
    ]
    return msgspec.structs.replace(bank, entries=entries)


def verdicts(grader: Grader, folder: Path, *, live: bool) -> Verdicts:
    """The verdict of every public property on the files at `folder`, from recorded answers or from the reference.

    Recorded answers must suffice: nothing live is at hand there, as on a student's machine.
    """
    bank = without_answers(grader.banks.public) if live else grader.banks.public
    sessions, _ = grader.sessions(grader.intake(folder))
    replay = Replay(bank, sessions, grader.reference if live else lambda _: None, public=True)
    try:
        found: Verdicts = {}
        for part in {prop.part.id: prop.part for prop in grader.properties}.values():
            mine = {p.name: p for p in grader.properties if p.part.id == part.id and p.name in part.public}
            replay.start_part(part, mine)
            found |= {(part.id, name): str(replay.check(prop).verdict) for name, prop in mine.items()}
        return found
    finally:
        sessions.close()


def differing(grader: Grader, homework: Homework, name: str) -> list[str]:
    """Where the two ways disagree on an entry of the corpus, as sentences."""
    with tempfile.TemporaryDirectory(prefix="gradelbo-public-") as place:
        lay_out(ENTRIES[name], Path(place) / name)
        view = grader_for(grader, ENTRIES[name])
        recorded, live = (verdicts(view, Path(place) / name, live=way) for way in (False, True))
    return [
        f"{name}: {part} {prop}: recorded {recorded.get((part, prop))}, live {live.get((part, prop))}"
        for part, prop in sorted({*recorded, *live})
        if recorded.get((part, prop)) != live.get((part, prop)) or recorded[part, prop] in ("ungraded", "internal")
    ]


def main(names: list[str]) -> int:
    """Runs the entries and prints what differs; the exit code says whether anything does."""
    homework = find_homework(ROOT, "cs229-ps3")
    wanted, started, differ = names or list(ENTRIES), time.monotonic(), 0
    with Grader(homework, hidden=False) as grader:
        for name in wanted:
            for sentence in differing(grader, homework, name):
                differ += 1
                print(sentence, flush=True)
    print(f"{len(wanted)} submissions, {differ} verdicts differ, {time.monotonic() - started:.0f} s")
    return int(differ > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
