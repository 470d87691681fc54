"""What says that a homework was audited as it lies there: a digest of all that the audit was about, and its result."""

import json
from pathlib import Path
from typing import Any

from autograder.audit.report import Report, gates
from autograder.audit.subject import audited
from autograder.errors import AuditError
from autograder.manifest import Homework

__all__ = ["STAMP", "require_audited", "write_stamp"]

STAMP = "audit.json"


def write_stamp(report: Report) -> Path:
    """Writes the stamp of a whole audit beside the reference, whether it passed or not; gives its path."""
    homework = report.homework
    counts = report.states()
    data = {
        "audited": report.about,
        "passed": all(gate.passed for gate in gates(report)),
        "gates": {gate.name: gate.found for gate in gates(report)},
        "mutants": counts,
        "corpus": len(report.graded),
        "banks": report.stability.seeds,
    }
    path = homework.reference / STAMP
    path.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    return path


def require_audited(homework: Homework) -> None:
    """Raises AuditError unless the stamp beside the reference says that exactly this homework passed its audit."""
    again = f"run `gradelbo audit {homework.id}`"
    try:
        stamp: Any = json.loads((homework.reference / STAMP).read_bytes())
    except FileNotFoundError:
        raise AuditError(f"{homework.id} was never audited; {again}") from None
    except ValueError:
        raise AuditError(f"{homework.reference / STAMP} is damaged; {again}") from None
    if not isinstance(stamp, dict) or stamp.get("audited") != audited(homework):
        raise AuditError(f"{homework.id} has changed since it was audited; {again}")
    if stamp.get("passed") is not True:
        raise AuditError(f"{homework.id} missed a gate when it was audited; {again}")
