"""Every exception of the project; anyone may import it, it imports only the standard library."""

from dataclasses import dataclass

__all__ = [
    "AuditError",
    "BankError",
    "CannotProxy",
    "CheckFailed",
    "EnvironmentUnusable",
    "FormulaError",
    "GradelboError",
    "InternalFault",
    "ManifestError",
    "SearchOver",
    "StudentError",
    "StudentFault",
    "SubmissionUnusable",
    "Ungraded",
    "UsageError",
]


class GradelboError(Exception):
    """A fault with a sentence for a person; `exit_code` is what the command ends with."""

    exit_code = 5


class UsageError(GradelboError):
    """The command was called with something that does not exist or does not fit."""

    exit_code = 2


class SubmissionUnusable(GradelboError):
    """What was handed in cannot be read as a submission at all."""

    exit_code = 3


class EnvironmentUnusable(GradelboError):
    """This machine lacks something that grading needs."""

    exit_code = 4


class InternalFault(GradelboError):
    """The grader itself failed; never a student's zero."""


class BankError(InternalFault):
    """The frozen cases are missing, damaged, or do not fit the suite they are replayed with."""


class AuditError(GradelboError):
    """A homework is not known to grade rightly: it was not audited as it is, or missed a gate."""

    exit_code = 1


class ManifestError(GradelboError):
    """A homework's manifest and its files disagree; carries every fault found, not only the first."""

    exit_code = 2

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


@dataclass(frozen=True)
class Detail:
    """What a failed comparison knows: `got` and `expected` are shown only where the check is public."""

    reason: str
    got: str = ""
    expected: str = ""


class CheckFailed(AssertionError):
    """A property does not hold; `verdict` says in which way, mostly "wrong" or "malformed", `detail` what to tell."""

    def __init__(self, verdict: str, reason: str, *, got: str = "", expected: str = "") -> None:
        self.verdict = verdict
        self.detail = Detail(reason, got, expected)
        super().__init__(
            "; ".join(part for part in (reason, got and f"got {got}", expected and f"expected {expected}") if part)
        )


class FormulaError(Exception):
    """A line of a derivation cannot be read, or has no value; the text says why in one sentence."""


class StudentError(Exception):
    """A call to the student's code did not come back with a value; `verdict` says in which way.

    `kinds` names the classes of an exception that the student's code raised, most derived first: a claim of the
    worker, good enough to tell ValueError from TypeError, never trusted further. `text` may hold anything the
    student's code chose to say, so it is shown for public cases only; `reason` is safe to show always: it is ours, and
    repeats of the student's only what a file said while it was read, before any case.
    """

    def __init__(self, verdict: str, reason: str, *, text: str = "", kinds: tuple[str, ...] = ()) -> None:
        self.verdict = verdict
        self.reason = reason
        self.text = text
        self.kinds = kinds
        super().__init__(f"{reason} {text}".strip())


class StudentFault(BaseException):
    """In a suite of tests, a call to the student's code ended the program or took too long, or there is no such code.

    Neither a test that expects an exception nor one that catches errors shall take it for what it hoped for.
    """


class CannotProxy(BaseException):
    """A suite asks for what cannot be had of code in another process; the text names file and line of the test."""


class SearchOver(BaseException):
    """A live search ends here and now; no handler for errors of a property may take it for one."""


class Ungraded(Exception):
    """This check cannot be decided here: it needs an answer of the reference that was not recorded."""
