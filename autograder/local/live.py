"""`check --live`: hypothesis draws new cases of public properties, and shrinks the first that fails to a small one."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import hypothesis

from autograder.engine.bank import Bank, Case, Entry, pack_case, read_bank, unpack_case, write_bank
from autograder.engine.properties import Property
from autograder.engine.run import Replay
from autograder.errors import BankError, InternalFault, SearchOver, UsageError
from autograder.scoring.verdict import Check, Verdict

__all__ = ["LIVE", "Found", "keep", "kept_case", "obstacle", "search"]

LIVE = "live-"
FOLDER = ".gradelbo"
MOST = 100_000
STOPPING = (Verdict.TIMEOUT, Verdict.INTERNAL, Verdict.UNGRADED)


class Found(NamedTuple):
    """What a search came to: how many cases were tried, the smallest failing one as it is told, and it packed."""

    tried: int
    check: Check | None = None
    packed: bytes = b""


class Falsified(AssertionError):
    """What hypothesis sees of a failing case, always the same."""


def obstacle(prop: Property) -> str:
    """Why a property cannot be searched here; nothing when it can."""
    if "reference" in prop.fixtures:
        return "needs the reference: only the recorded cases"
    return "" if prop.drawn else "has this one case only"


def search(replay: Replay, prop: Property, *, seed: int, seconds: float, clock: Callable[[], float]) -> Found:
    """Draws cases of a property for at most `seconds` on the clock; after a failure the rest goes into shrinking.

    The smallest failing case is the one whose packed arguments are shortest. A time-out ends the search at once: every
    smaller case could take as long.
    """
    hunt = _Hunt(replay, prop, clock() + seconds, clock)
    handle = prop.test.hypothesis  # type: ignore[attr-defined]  # set by @given: the documented hook for runners
    before = prop.test._hypothesis_internal_use_settings  # type: ignore[attr-defined]  # a second @settings is refused
    try:
        handle.inner_test = hunt.case
        prop.test._hypothesis_internal_use_settings = _settings()  # type: ignore[attr-defined]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            hypothesis.seed(seed)(prop.test)(**dict.fromkeys(prop.fixtures))
    except (Falsified, SearchOver):
        pass
    except hypothesis.errors.Flaky:  # a case that fails once and then holds: what was seen stays seen
        pass
    finally:
        handle.inner_test = prop.inner
        prop.test._hypothesis_internal_use_settings = before  # type: ignore[attr-defined]
    return hunt.found()


class _Hunt:
    """The cases of one search: counts them and keeps the smallest that fails."""

    def __init__(self, replay: Replay, prop: Property, until: float, clock: Callable[[], float]) -> None:
        self._replay = replay
        self._prop = prop
        self._until = until
        self._clock = clock
        self._tried = 0
        self._failed: dict[bytes, Check] = {}

    def case(self, **drawn: Any) -> None:
        """One case as hypothesis drew it; raises Falsified when the claim does not hold on it."""
        if self._tried and self._clock() > self._until:
            raise SearchOver
        packed = pack_case({name: value for name, value in drawn.items() if name not in self._prop.fixtures}, [])
        self._tried += 1
        self._replay.start_part(self._prop.part, {self._prop.name: self._prop})
        check = self._outcome(unpack_case(packed))
        if check is not None:
            self._failed[packed] = check
            if check.verdict in STOPPING:
                raise SearchOver
            raise Falsified

    def _outcome(self, case: Case) -> Check | None:
        try:
            return self._replay.failure(self._prop, case)
        except InternalFault:
            self._replay.sessions.renew(self._prop.problem)
            return Check(self._prop.part.id, self._prop.name, self._prop.claim, Verdict.INTERNAL)

    def found(self) -> Found:
        """The smallest failing case of those that were run."""
        if not self._failed:
            return Found(self._tried)
        smallest = min(self._failed, key=lambda packed: (len(packed), packed))
        return Found(self._tried, self._failed[smallest], smallest)


def _settings() -> hypothesis.settings:
    return hypothesis.settings(
        max_examples=MOST,
        deadline=None,
        database=None,
        derandomize=False,
        report_multiple_bugs=False,
        verbosity=hypothesis.Verbosity.quiet,
        phases=(hypothesis.Phase.generate, hypothesis.Phase.shrink),
        suppress_health_check=list(hypothesis.HealthCheck),
    )


def keep(folder: Path, public: Bank, found: Found) -> Check | None:
    """Keeps the failing case below `folder`, so that --case replays it; gives the check with the id to replay it by."""
    check = found.check
    if check is None or check.failure is None or not check.failure.case:
        return check
    name = f"{LIVE}{check.failure.case}"
    bank = Bank(
        homework=public.homework,
        kind="live",
        made_from=public.made_from,
        functions=public.functions,
        signatures=public.signatures,
        entries=[Entry(check.part, check.name, [found.packed])],
    )
    try:
        write_bank(folder / FOLDER / f"{name}.bank", bank)
    except OSError:  # a folder that cannot be written to costs the replay, not the failure
        return check._replace(failure=check.failure._replace(case=""))
    return check._replace(failure=check.failure._replace(case=name))


def kept_case(folder: Path, name: str, public: Bank) -> Bank:
    """The bank that holds the case `keep` called `name`; raises UsageError when it is gone or of another version."""
    path = folder / FOLDER / f"{name}.bank"
    again = "search again with --live"
    if not name.removeprefix(LIVE).isalnum() or not path.is_file():
        raise UsageError(f"there is no case {name} in {folder / FOLDER}; {again}")
    try:
        bank = read_bank(path)
    except BankError:
        raise UsageError(f"{path} is damaged; {again}") from None
    if (bank.homework, bank.made_from) != (public.homework, public.made_from):
        raise UsageError(f"the case {name} was found with another version of the homework; {again}")
    return bank
