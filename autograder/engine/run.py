"""Runs properties over their cases: from plain functions and sessions to checks with verdicts."""

import inspect
import logging
import re
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from autograder.engine.bank import Bank, Case
from autograder.engine.properties import Property
from autograder.engine.session import Session, Sessions
from autograder.engine.student import Namespace, describe_call, replayed
from autograder.errors import CheckFailed, GradelboError, InternalFault, StudentError, Ungraded
from autograder.manifest import Part
from autograder.scoring.verdict import Check, Failure, Verdict

__all__ = ["Banks", "Live", "Replay", "hidden_checks", "public_checks"]

Live = Callable[[str], Namespace | None]
CRASHED = "the program crashed"
ADDRESS = re.compile(r"0x[0-9a-f]+")  # of an object: another one in every run
MESSAGE = 200  # characters of an exception's message
DEPTH = 5  # tests/properties/<homework>/<problem>/<file>
MOST_RENEWALS = 3  # a machine on which nothing starts must not be asked a hundred times

log = logging.getLogger(__name__)


class Banks(NamedTuple):
    """The cases to replay: hidden ones (None on a student's machine) and public ones."""

    hidden: Bank | None
    public: Bank


class Replay(NamedTuple):
    """One pass over a suite: a bank's cases, the sessions that answer, and the live reference for questions about them.

    In a public pass everything may be told. Public and hidden passes never share a worker: what a program keeps of a
    hidden case must not find its way into a message. `before` is the bank of the pass before: what held there on the
    one case that there is holds here.
    """

    bank: Bank
    sessions: Sessions
    live: Live
    public: bool
    before: Bank | None = None

    def check(self, prop: Property, only: str | None = None) -> Check:
        """The property's verdict; a fault of ours gets one more try on fresh processes, then it is `internal`."""
        for attempt in (1, 2):
            if self.sessions.renewals[prop.problem] > MOST_RENEWALS:
                break
            try:
                return _first_failure(self, prop, only) or Check(prop.part.id, prop.name, prop.claim, Verdict.PASSED)
            except InternalFault:
                log.exception("part %s, %s: attempt %d failed", prop.part.id, prop.name, attempt)
                self.sessions.renew(prop.problem)
        return Check(prop.part.id, prop.name, prop.claim, Verdict.INTERNAL)

    def failure(self, prop: Property, case: Case) -> Check | None:
        """The check of one case when it fails, None when the claim holds on it; raises InternalFault."""
        sessions = {name: self.sessions.of(name) for name in prop.problems}
        outcome = _run(self, prop, sessions, case)
        if outcome is None:
            return None
        asked = max(sessions.values(), key=lambda session: session.journal.at)  # the one that was asked last
        return _told(self, prop, asked, case, *outcome)

    def settled(self, prop: Property, known: Check | None) -> bool:
        """Whether the pass before decided the property: it failed there, or held on the very cases of this one.

        That is so where nothing is drawn: arguments, of which there are none, and recorded answers are the same bytes.
        """
        if known is None or known.verdict is not Verdict.PASSED:
            return known is not None
        same = self.before is not None and self.before.packed(prop) == self.bank.packed(prop)
        return same and not prop.drawn

    def start_part(self, part: Part, mine: Mapping[str, Property]) -> None:
        """The part's time starts, for every problem that it or one of its properties asks."""
        asked = (name for prop in mine.values() for name in prop.problems)
        for problem in dict.fromkeys((*part.problems, *asked)):
            self.sessions.of(problem).start_part()


def public_checks(part: Part, mine: Mapping[str, Property], replay: Replay) -> dict[str, Check]:
    """The part's public properties on public cases, by name; those that only explain where something that pays failed.

    Properties that `mine` lacks are left out.
    """
    replay.start_part(part, mine)
    checks = {name: replay.check(mine[name]) for name in part.pays if name in part.public and name in mine}
    if any(check.verdict is not Verdict.PASSED for check in checks.values()):
        checks |= {name: replay.check(mine[name]) for name in part.explains if name in part.public and name in mine}
    return checks


def hidden_checks(
    part: Part, mine: Mapping[str, Property], replay: Replay, known: Mapping[str, Check]
) -> dict[str, Check]:
    """All of the part's checks: what the public cases settled stays so, everything else runs on the hidden ones."""
    replay.start_part(part, mine)
    settled = {name: check for name, check in known.items() if replay.settled(mine[name], check)}
    checks = {name: settled.get(name) or replay.check(mine[name]) for name in part.pays}
    if any(check.verdict is not Verdict.PASSED for check in checks.values()):
        checks |= {name: settled.get(name) or replay.check(mine[name]) for name in part.explains}
    return checks


def _first_failure(replay: Replay, prop: Property, only: str | None) -> Check | None:
    """The check of the first, which is the smallest, case that fails; None when all hold."""
    if not replay.bank.packed(prop):
        raise InternalFault(f"the {replay.bank.kind} bank has no case of part {prop.part.id}, {prop.name}")
    chosen = (case for case in replay.bank.each(prop) if only in (None, case.id))
    return next((check for case in chosen if (check := replay.failure(prop, case)) is not None), None)


def _run(replay: Replay, prop: Property, sessions: Mapping[str, Session], case: Case) -> tuple[Verdict, Failure] | None:
    """What one case comes to; None when the claim holds."""
    for session in sessions.values():
        session.begin(case.id)
    fixtures: dict[str, Any] = {name: sessions[name].student() for name in prop.others}
    if "student" in prop.fixtures:
        fixtures["student"] = sessions[prop.problem].student()
    if "reference" in prop.fixtures:
        problem = prop.problem
        answering = replay.bank.functions.get(problem, [])
        fixtures["reference"] = replayed(answering, case.answers, lambda: replay.live(problem))
    try:
        prop.inner(**fixtures, **case.arguments)
    except GradelboError:
        raise
    except Ungraded as error:
        return Verdict.UNGRADED, Failure(str(error))
    except CheckFailed as error:
        return Verdict(error.verdict), Failure(
            error.detail.reason, got=error.detail.got, expected=error.detail.expected
        )
    except StudentError as error:
        return Verdict(error.verdict), Failure(error.reason, got=error.text)
    except AssertionError as error:
        return Verdict.WRONG, Failure("the claim does not hold", got=str(error))
    except SystemError as error:
        raise InternalFault(f"part {prop.part.id}, {prop.name}: the interpreter failed: {error}") from error
    except Exception as error:  # noqa: BLE001 - freezing proved that right answers raise nothing in the property itself
        log.info("%s %s: the property raised on what came back: %r", prop.part.id, prop.name, error)
        return Verdict.MALFORMED, Failure(
            "a value came back that the claim cannot be checked on: look at its type, shape and contents",
            raised=_own_words(prop, error, public=replay.public),
        )
    return None


def _own_words(prop: Property, error: Exception, *, public: bool) -> str:
    """What the property's own code raised, and the innermost line of its file that led there; the same in every run.

    Of a hidden case its message is not told: it may hold a value that was drawn. Nor is one with a set, whose order is
    another one in every run.
    """
    file = inspect.unwrap(prop.inner).__code__.co_filename
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    said = f"{type(error).__name__} at {'/'.join(Path(file).parts[-DEPTH:])}:{lines[-1] if lines else '?'}"
    text = ADDRESS.sub("0x…", str(error))
    return f"{said}: {text[:MESSAGE]}" if public and text and "{" not in text else said


def _muted(verdict: Verdict, reason: str) -> str:
    """The reason without what a program can choose: by which signal it dies, and which refusal it runs into."""
    if verdict is Verdict.FORBIDDEN:
        return "the program does something that the grader does not allow"
    return CRASHED if reason.startswith(CRASHED) else reason


def _told(replay: Replay, prop: Property, session: Session, case: Case, verdict: Verdict, failure: Failure) -> Check:
    """The check with everything that may be told of the failing case."""
    called = ""
    if session.journal.last is not None:
        function, args, kwargs = session.journal.last
        names = replay.bank.signatures.get(f"{session.problem.name}.{function}", [])
        called = describe_call(function, args, kwargs, names, values=replay.public)
        if session.journal.calls > 1 and verdict in (Verdict.WRONG, Verdict.MALFORMED):
            called += f"   (the last of {session.journal.calls} calls)"
    if not replay.public and session.fault is None:
        failure = failure._replace(reason=_muted(verdict, failure.reason))
    case_id = case.id if replay.public and called else ""
    return Check(
        prop.part.id,
        prop.name,
        prop.claim,
        verdict,
        failure._replace(called=called, public=replay.public, case=case_id),
    )
