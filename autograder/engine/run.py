"""Runs properties over their cases: from plain functions and a session to checks with verdicts."""

import logging
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from autograder.engine.bank import Bank, Case
from autograder.engine.properties import Property
from autograder.engine.session import Session, Sessions
from autograder.engine.student import Namespace, describe_call, replayed
from autograder.errors import CheckFailed, GradelboError, InternalFault, StudentError, Ungraded
from autograder.manifest import Part
from autograder.scoring.verdict import Check, Failure, Verdict

__all__ = ["Banks", "Live", "check_part", "check_property"]

Live = Callable[[str], Namespace | None]

log = logging.getLogger(__name__)


class Banks(NamedTuple):
    """The cases to replay: hidden ones (None on a student's machine) and public ones."""

    hidden: Bank | None
    public: Bank

    def replays(self, prop: Property) -> list[tuple[Bank, bool, tuple[Case, ...]]]:
        """The banks' cases of a property, public ones first so that a failure there can be told in full."""
        found = []
        if prop.name in prop.part.public:
            found.append((self.public, True, self.public.cases(prop)))
        if self.hidden is not None:
            found.append((self.hidden, False, self.hidden.cases(prop)))
        return found


def check_part(part: Part, properties: Sequence[Property], sessions: Sessions, banks: Banks, live: Live) -> list[Check]:
    """The part's checks; what only explains is run when something that pays did not pass."""
    mine = {prop.name: prop for prop in properties if prop.part.id == part.id}
    sessions.of(part.problem).start_part()
    checks = [_twice(mine[name], sessions, banks, live) for name in part.pays]
    if any(check.verdict is not Verdict.PASSED for check in checks):
        checks += [_twice(mine[name], sessions, banks, live) for name in part.explains]
    return checks


def check_property(prop: Property, sessions: Sessions, banks: Banks, live: Live, *, only: str | None = None) -> Check:
    """Replays every case until one fails; `live` gives the reference for questions about the student's own values.

    `only` names the one case to replay. Raises InternalFault when something of ours fails.
    """
    replays = banks.replays(prop)
    if not any(cases for _, _, cases in replays):
        raise InternalFault(f"the bank has no case of part {prop.part.id}, {prop.name}")
    session = sessions.of(prop.part.problem)
    for bank, public, cases in replays:
        for case in cases:
            if only not in (None, case.id):
                continue
            failed = _replay(prop, session, bank, case, public, live)
            if failed is not None:
                return failed
    return Check(prop.part.id, prop.name, prop.claim, Verdict.PASSED)


def _twice(prop: Property, sessions: Sessions, banks: Banks, live: Live) -> Check:
    """One property; a fault of ours gets one more try on fresh processes, then the verdict `internal`."""
    for attempt in (1, 2):
        try:
            return check_property(prop, sessions, banks, live)
        except InternalFault:
            log.exception("part %s, %s: attempt %d failed", prop.part.id, prop.name, attempt)
            sessions.renew()
    return Check(prop.part.id, prop.name, prop.claim, Verdict.INTERNAL)


def _replay(prop: Property, session: Session, bank: Bank, case: Case, public: bool, live: Live) -> Check | None:
    session.case = case.id
    session.journal.calls = 0
    session.journal.last = None
    fixtures: dict[str, Any] = {}
    if "student" in prop.fixtures:
        fixtures["student"] = session.student()
    if "reference" in prop.fixtures:
        fixtures["reference"] = replayed(
            bank.functions.get(prop.part.problem, []), case.answers, lambda: live(prop.part.problem)
        )
    try:
        prop.inner(**fixtures, **case.arguments)
    except GradelboError:
        raise
    except Ungraded as error:
        return _failed(prop, session, bank, case, public, Verdict.UNGRADED, Failure(str(error)))
    except CheckFailed as error:
        detail = error.detail
        return _failed(
            prop,
            session,
            bank,
            case,
            public,
            Verdict(error.verdict),
            Failure(detail.reason, got=detail.got, expected=detail.expected),
        )
    except StudentError as error:
        return _failed(prop, session, bank, case, public, Verdict(error.verdict), Failure(error.reason, got=error.text))
    except AssertionError as error:
        return _failed(
            prop, session, bank, case, public, Verdict.WRONG, Failure("the claim does not hold", got=str(error))
        )
    except Exception as error:  # noqa: BLE001 - freezing proved that right answers raise nothing here: theirs did
        log.info("%s %s: the property raised on what came back: %r", prop.part.id, prop.name, error)
        reason = "a value came back that the claim cannot be checked on: look at its type, shape and contents"
        return _failed(prop, session, bank, case, public, Verdict.MALFORMED, Failure(reason))
    return None


def _failed(
    prop: Property, session: Session, bank: Bank, case: Case, public: bool, verdict: Verdict, failure: Failure
) -> Check:
    """The check with everything that may be told of the failing case."""
    last = session.journal.last
    called = ""
    if last is not None:
        function, args, kwargs = last
        called = describe_call(
            function, args, kwargs, bank.signatures.get(f"{prop.part.problem}.{function}", []), values=public
        )
    told = failure._replace(called=called, public=public, case=case.id if public else "")
    return Check(prop.part.id, prop.name, prop.claim, verdict, told)
