"""What the course's policy makes of one submission: late days, bonus and penalties, as numbers and sentences; pure.

Nothing here looks at a clock or a file: the instant of handing in, what a person decided and what a PDF says of itself
come in as `Facts`. What cannot be decided is said, and costs nothing.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec

from autograder.manifest import Bonus, LateDays, Policy

__all__ = ["SUBMISSION", "Decision", "Facts", "Handed", "Override", "Penalty", "Ruling", "decide", "late_days"]

DAY = timedelta(days=1)
SUBMISSION = "submission_"  # what Gradescope's export puts before a submission's id


class Handed(msgspec.Struct, frozen=True, omit_defaults=True):
    """What Gradescope knows of a submission.

    `created_at` is when it was handed in (None: not told), `keys` the names under which overrides may know it. `due` is
    the assignment's date on Gradescope, `own_due` the latest other one that a submitter has; `troubles` says what could
    not be read. Every instant is aware, in UTC.
    """

    created_at: datetime | None = None
    keys: tuple[str, ...] = ()
    due: datetime | None = None
    own_due: datetime | None = None
    troubles: tuple[str, ...] = ()

    @property
    def people(self) -> tuple[str, ...]:
        """The keys that are a person's, e-mails and sids: those but the submission's own id."""
        own = {key for key in self.keys if key.startswith(SUBMISSION)}
        own |= {key.removeprefix(SUBMISSION) for key in own}
        return tuple(key for key in self.keys if key not in own)


class Penalty(msgspec.Struct, frozen=True):
    """Points that a person takes off for one question, and why."""

    part: str
    points: float
    reason: str


class Override(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a person decided for one student.

    `points` stand in the place of what the machine gave a part, `by_hand` are those of its manual points. `bonus` is
    None until somebody has looked, `late_days_before` None where earlier homeworks are not on record; `due` is an
    extension.
    """

    points: Mapping[str, float] = {}
    by_hand: Mapping[str, float] = {}
    wrongly_tagged: tuple[str, ...] = ()
    penalties: tuple[Penalty, ...] = ()
    bonus: bool | None = None
    late_days_before: int | None = None
    due: datetime | None = None


class Facts(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that a decision depends on besides the policy itself; None stands for what was not given.

    `keys` are the names under which an override was looked for, `conflict` says why none of several was taken. `signs`
    are sentences about PDFs that look as if the bonus were due (None: nobody looked), `unread` those about other PDFs.
    """

    handed: Handed | None = None
    override: Override | None = None
    keys: tuple[str, ...] = ()
    conflict: str = ""
    signs: tuple[str, ...] | None = None
    unread: tuple[str, ...] = ()


class Ruling(NamedTuple):
    """One topic of the policy: what students read, how many points it changes, whether it is in order."""

    id: str
    title: str
    text: str
    change: float = 0.0
    in_order: bool = True


class Decision(NamedTuple):
    """The rulings, whether the submission counts at all, and sentences for staff only."""

    rulings: tuple[Ruling, ...] = ()
    counts: bool = True
    staff: tuple[str, ...] = ()

    @property
    def change(self) -> float:
        """The points that the rulings add and take off."""
        return sum(ruling.change for ruling in self.rulings)


def late_days(submitted: datetime, due: datetime, grace_s: float = 0.0) -> int:
    """How many late days a submission takes: each 24 hours begun after `due` are one, on instants and not on calendars.

    Up to `grace_s` seconds after `due` it is on time; the grace is not repeated a day later. Raises ValueError for
    an instant that is not aware.
    """
    if submitted.utcoffset() is None or due.utcoffset() is None:
        raise ValueError("late days are counted between instants that know their offset from UTC")
    past = submitted.astimezone(UTC) - due.astimezone(UTC)
    return 0 if past <= timedelta(seconds=grace_s) else -(-past // DAY)


def decide(policy: Policy | None, facts: Facts) -> Decision:
    """The policy's rulings on these facts, in a fixed order; without metadata and override there is none."""
    asked = policy or Policy()
    override = facts.override or Override()
    staff = [*filter(None, (facts.conflict,)), *facts.unread]
    if facts.handed is None and facts.override is None:
        if policy is not None:
            staff.append("no submission metadata was given: due date, late days, bonus and penalties were not applied")
        return Decision(staff=tuple(staff))
    if facts.handed is not None:
        staff += facts.handed.troubles
    elif asked.due is not None:
        staff.append("no submission metadata was given: due date and late days were not applied")
    if asked.late is not None and (facts.conflict or (facts.handed is not None and facts.handed.troubles)):
        asked = replace(asked, late=replace(asked.late, beyond="report"))  # an extension may have been missed
    rulings = []
    counts = True
    if facts.handed is not None and asked.due is not None:
        ruling, counts = _on_time(asked, asked.due, facts.handed, override, staff)
        rulings.append(ruling)
    if asked.bonus is not None:
        rulings.append(_bonus(asked.bonus, override, facts.signs))
    elif override.bonus:
        staff.append("an override confirms a bonus, but the homework's policy has none")
    if override.wrongly_tagged or override.penalties:
        rulings.append(_penalties(asked, override, staff))
    return Decision(tuple(rulings), counts, tuple(staff))


def _on_time(
    policy: Policy, due: datetime, handed: Handed, override: Override, staff: list[str]
) -> tuple[Ruling, bool]:
    """The ruling on the date, and whether the submission counts."""
    until, why = _due_of(due, handed, override, staff)
    title = "Due date and late days"
    if handed.created_at is None:
        text = f"due {_said(until, due)}{why}; when this was handed in is not known, so the course staff will decide"
        return Ruling("late", title, text), True
    late = late_days(handed.created_at, until, policy.grace_s)
    head = f"handed in {_said(handed.created_at, due)}, due {_said(until, due)}{why}"
    if policy.late is None:
        text = "on time" if late == 0 else f"late by {_days(late)}: the course staff decide what that means"
        return Ruling("late", title, f"{head}\n{text}", in_order=late == 0), True
    text, counts, in_order = _account(policy.late, late, override.late_days_before, staff)
    return Ruling("late", title, f"{head}\n{text}", in_order=in_order), counts


def _due_of(due: datetime, handed: Handed, override: Override, staff: list[str]) -> tuple[datetime, str]:
    """The instant that counts for this submission, and a remark where it is not everybody's.

    An override's counts before all else. A date of the student's own on Gradescope counts when it is later than the
    manifest's and not simply the assignment's. The assignment's own date never counts: it may be there for other ends.
    """
    if override.due is not None:
        return override.due, " (extended by the course staff)"
    if handed.due is not None and handed.due != due:
        staff.append(f"Gradescope has the assignment due {_said(handed.due, due)}; what counts is {_said(due, due)}")
    if handed.own_due is None or handed.own_due == handed.due:
        return due, ""
    if handed.own_due > due:
        return handed.own_due, " (extended on Gradescope)"
    staff.append(f"a date of the student's own on Gradescope, {_said(handed.own_due, due)}, is no extension; not used")
    return due, ""


def _account(rule: LateDays, late: int, before: int | None, staff: list[str]) -> tuple[str, bool, bool]:
    """The sentence on late days; whether the submission counts; whether all is within the caps."""
    spent = before or 0
    left = max(0, rule.total - spent)
    known = "" if before is not None else " (of earlier homeworks none is on record here)"
    if late == 0:
        return f"on time: no late day used, {left} of {rule.total} left{known}", True, True
    may = min(rule.homework, left)
    if before is None:
        staff.append("late days used before this homework are not on record: counted as none")
    if late <= may:
        earlier = f", {spent} of them before" if spent else ""
        text = (
            f"late by {_days(late)}: {spent + late} of {rule.total} late days used{earlier}, {left - late} left{known}"
        )
        return text, True, True
    head = f"late by {_days(late)}, which is more than the {_days(may)} that may be used here"
    caps = f"(at most {rule.homework} for this homework, {left} of {rule.total} left){known}"
    staff.append(f"late by {_days(late)} where {may} may be used: {rule.beyond}")
    if rule.beyond == "zero":
        return f"{head} {caps}: the course gives no points; {spent + may} late days used", False, False
    if rule.beyond == "refuse":
        said = "it is not accepted and uses no late day; an earlier submission can be made the one that counts"
        return f"{head} {caps}: {said}", False, False
    said = f"{spent + may} late days used, {left - may} left; points stay as they are until the course staff decide"
    return f"{head} {caps}: {said}", True, False


def _bonus(bonus: Bonus, override: Override, signs: tuple[str, ...] | None) -> Ruling:
    worth = min(bonus.points, bonus.cap)
    title = f"Bonus: {bonus.reason}"
    if override.bonus is not None:
        text = f"+{worth:g}: confirmed by a person" if override.bonus else "not given: a person has looked"
        return Ruling("bonus", title, text, worth if override.bonus else 0.0)
    found = list(signs or ())
    if bonus.sign and signs is not None and not found:
        found = ["no PDF among the files looks like LaTeX"]
    found.append(f"+{worth:g} once a person confirms it")
    return Ruling("bonus", title, "\n".join(found))


def _penalties(policy: Policy, override: Override, staff: list[str]) -> Ruling:
    taken = [Penalty(part, policy.tag_penalty, "tagged wrongly") for part in override.wrongly_tagged]
    if override.wrongly_tagged and not policy.tag_penalty:
        staff.append("an override names wrongly tagged questions, but the homework's policy takes nothing for them")
    taken += override.penalties
    text = "\n".join(f"question {penalty.part}: -{penalty.points:g}, {penalty.reason}" for penalty in taken)
    return Ruling("penalties", "Penalties", text, -sum(penalty.points for penalty in taken))


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"


def _said(moment: datetime, like: datetime) -> str:
    """An instant for people, at the offset of the manifest's due date."""
    local = moment.astimezone(like.tzinfo)
    return f"{local:%a} {local.day} {local:%b %Y %H:%M:%S %z}"
