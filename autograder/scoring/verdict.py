"""What a check can come to, and what a failed one tells."""

from enum import StrEnum
from typing import NamedTuple

__all__ = ["Check", "Failure", "Verdict"]


class Verdict(StrEnum):
    """The outcome of one property run against one submission."""

    PASSED = "passed"
    WRONG = "wrong"
    RAISED = "raised"
    MALFORMED = "malformed"
    MISSING = "missing"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    FORBIDDEN = "forbidden"
    BLOCKED = "blocked"
    UNGRADED = "ungraded"
    INTERNAL = "internal"


class Failure(NamedTuple):
    """What is known of a failure. `reason` is ours and always safe to show; the rest only for a public case.

    `raised` is for staff alone: what went wrong in the property's own code, and at which line of the suite.
    """

    reason: str
    called: str = ""
    got: str = ""
    expected: str = ""
    case: str = ""
    public: bool = False
    raised: str = ""


class Check(NamedTuple):
    """One property's outcome: its part, name, claim (the line the student sees), verdict and failure."""

    part: str
    name: str
    claim: str
    verdict: Verdict
    failure: Failure | None = None
