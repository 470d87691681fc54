"""A part's checks as the text that a student reads."""

from collections.abc import Callable

from autograder.scoring.rubric import Line, PartScore
from autograder.scoring.verdict import Check, Failure, Verdict

__all__ = [
    "WORDS",
    "clean",
    "failure_rows",
    "failure_text",
    "in_handout",
    "line_text",
    "part_text",
    "shortened",
    "telling",
]

LINE_LIMIT = 400
WORDS = {
    Verdict.WRONG: "wrong value",
    Verdict.RAISED: "exception",
    Verdict.MALFORMED: "not usable",
    Verdict.MISSING: "missing",
    Verdict.TIMEOUT: "too slow",
    Verdict.MEMORY: "too much memory",
    Verdict.FORBIDDEN: "not allowed",
    Verdict.BLOCKED: "blocked",
    Verdict.UNGRADED: "not decidable here",
    Verdict.INTERNAL: "a fault of the grader, not yours; the course staff will rerun it",
}


def part_text(score: PartScore, *, lost_only: bool = False) -> str:
    """All lines of a part: what passed, what did not and why, and what a person will grade.

    A reason that several properties share is told once. With `lost_only` lines that passed are left out.
    """
    blocks = []
    told: set[tuple[Verdict, str, str]] = set()
    for line in score.lines:
        known = _same(line.check) in told
        told.add(_same(line.check))
        if known and not line.pays and not telling(line.check):
            continue  # what only explains has nothing to add to a reason told already
        if not lost_only or line.withheld or line.check.verdict is not Verdict.PASSED:
            blocks.append(line_text(line, reason_known=known))
    if lost_only:
        return "\n".join(blocks)
    if score.part.manual:
        more = f"{score.part.manual:g} more {'point' if score.part.manual == 1 else 'points'} of this part"
        blocks.append(f"{more}: graded by a person ({score.part.by_hand})")
    return "\n".join(blocks)


def line_text(line: Line, *, reason_known: bool = False) -> str:
    """One property: its points and claim, below it why it failed; only that it failed where the reason was told."""
    passed = line.check.verdict is Verdict.PASSED
    points = f"{line.earned:g} / {line.pays:g}" if line.pays else "explains"
    head = f"{'ok  ' if passed and not line.withheld else '--  '}{points:<11} {line.check.claim}"
    if line.withheld:
        return f"{head}\n      holds, but is {line.withheld}"
    if reason_known and not telling(line.check):
        return f"{head}\n      reason    {WORDS[line.check.verdict]}: as above"
    return head if passed else f"{head}\n{failure_text(line.check)}"


def in_handout(part: str, case: str) -> str:
    """What students type in their handout's folder to replay a case."""
    return f"python -m autograder check {part} --case {case}"


def failure_rows(check: Check, replay: Callable[[str, str], str] = in_handout) -> list[tuple[str, str]]:
    """Why a check failed: reason, call, got, expected, how to replay; values for public cases only.

    `replay` gives what the reader types for a part and a case. Every text is one line of bounded length.
    """
    failure = check.failure or Failure("")
    rows = [("reason", f"{WORDS[check.verdict]}: {failure.reason}" if failure.reason else WORDS[check.verdict])]
    if failure.called:
        rows.append(("called", failure.called if failure.public else f"{failure.called}   (a hidden case)"))
    if failure.public:
        rows += [("got", failure.got), ("expected", failure.expected)]
        if failure.case:
            rows.append(("replay", replay(check.part, failure.case)))
    return [(name, shortened(text)) for name, text in rows if text]


def failure_text(check: Check, replay: Callable[[str, str], str] = in_handout) -> str:
    """The rows of a failure, one below the other."""
    return "\n".join(f"      {name:<9} {text}" for name, text in failure_rows(check, replay))


def telling(check: Check) -> bool:
    """Whether this failure's values say something of their own; of the other kinds one reason serves all lines."""
    return check.verdict in (Verdict.PASSED, Verdict.WRONG, Verdict.MALFORMED)


def _same(check: Check) -> tuple[Verdict, str, str]:
    """What makes two failures the same to a reader; what came back counts where it is shown.

    What is missing is another thing with each function that was called.
    """
    failure = check.failure or Failure("")
    if check.verdict is Verdict.MISSING:
        return check.verdict, failure.reason, failure.called.partition("(")[0]
    return check.verdict, failure.reason, failure.got if failure.public else ""


def shortened(text: str) -> str:
    """The text as one clean line of at most LINE_LIMIT characters; shortening it again changes nothing."""
    flat = clean(" ".join(text.split()))
    return flat if len(flat) <= LINE_LIMIT else flat[: LINE_LIMIT - 1] + "…"


def clean(text: str) -> str:
    """The text with every control character but newline and tab shown as its escape."""
    return "".join(c if c in "\n\t" or c.isprintable() else _escaped(c) for c in text)


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
