"""The course's policy: late days on instants, bonus, penalties, and what the total becomes; nothing is guessed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.manifest import Bonus, LateDays, Policy
from autograder.scoring.adjust import adjusted, staff_notes
from autograder.scoring.gradescope import encode, results_of
from autograder.scoring.policy import Facts, Handed, Override, Penalty, decide, late_days
from autograder.scoring.rubric import score_homework
from autograder.scoring.verdict import Check, Verdict

FIXED = settings(max_examples=100, deadline=None, database=None, derandomize=True)
PACIFIC = ZoneInfo("America/Los_Angeles")
DUE = datetime(2020, 11, 4, 23, 59, tzinfo=timezone(timedelta(hours=-8)))
POLICY = Policy(
    due=DUE,
    grace_s=60,
    late=LateDays(homework=2, total=3),
    bonus=Bonus(1, 1, "written in LaTeX", "latex"),
    tag_penalty=0.5,
)
S, H, D = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=offsets)


def handed(past: timedelta, **more) -> Facts:
    """Facts of a submission that came in this long after the due date."""
    override = Override(**more) if more else None
    return Facts(Handed(created_at=DUE + past), override)


def told(policy: Policy, facts: Facts, ruling: str = "late") -> str:
    """The sentences of one ruling."""
    return next(found.text for found in decide(policy, facts).rulings if found.id == ruling)


@pytest.mark.parametrize(
    ("past", "days"),
    [
        (-D, 0),
        (0 * S, 0),
        (S, 0),
        (60 * S, 0),
        (60 * S + timedelta(microseconds=1), 1),
        (61 * S, 1),
        (D, 1),
        (D + S, 2),
        (D + 60 * S, 2),
        (2 * D, 2),
        (2 * D + S, 3),
    ],
)
def test_each_day_begun_after_the_due_date_is_one_late_day(past, days):
    """The due instant and the grace are on time; the grace is not given a second time a day later."""
    assert late_days(DUE + past, DUE, 60) == days


def test_a_late_day_has_24_hours_also_where_the_clocks_change():
    """Clocks went back on 1 November 2020: the same wall time a day later is 25 hours, so two late days."""
    due = datetime(2020, 10, 31, 23, 59, tzinfo=PACIFIC)

    assert late_days(datetime(2020, 11, 1, 22, 59, tzinfo=PACIFIC), due) == 1
    assert late_days(datetime(2020, 11, 1, 23, 59, tzinfo=PACIFIC), due) == 2


def test_an_hour_that_the_clocks_show_twice_is_two_hours():
    """Between 01:30 and 01:30 of the night in which the clocks go back an hour passes."""
    first, second = (datetime(2020, 11, 1, 1, 30, tzinfo=PACIFIC, fold=fold) for fold in (0, 1))

    assert late_days(second, first, 3599) == 1
    assert late_days(second, first, 3600) == 0


@FIXED
@given(due=moments, past=st.integers(-(10**6), 10**6), offset=offsets)
def test_the_offset_in_which_an_instant_is_written_does_not_matter(due, past, offset):
    """Late days are counted between instants, whatever offset either is told in."""
    submitted = due + past * S

    assert late_days(submitted.astimezone(offset), due) == late_days(submitted, due.astimezone(UTC))


@FIXED
@given(due=moments, past=st.integers(0, 10**9), grace=st.integers(0, 3600))
def test_late_days_are_the_whole_days_rounded_up(due, past, grace):
    """n late days mean more than n-1 and at most n times 24 hours, or nothing within the grace."""
    days = late_days(due + past * S, due, grace)

    assert (days == 0) == (past <= grace)
    assert days == 0 or (days - 1) * 86400 < past <= days * 86400


@FIXED
@given(due=moments, a=st.integers(-(10**6), 10**6), b=st.integers(0, 10**6))
def test_later_is_never_fewer_late_days(due, a, b):
    """Handing in later never helps."""
    assert late_days(due + a * S, due, 60) <= late_days(due + (a + b) * S, due, 60)


@pytest.mark.parametrize("naive", [0, 1])
def test_naive_times_are_refused(naive):
    """A time without an offset could be any of 24 instants: no late day is counted from one."""
    pair = [DUE, DUE]
    pair[naive] = DUE.replace(tzinfo=None)

    with pytest.raises(ValueError, match="offset"):
        late_days(*pair)


@pytest.mark.parametrize(
    ("past", "before", "sentence"),
    [
        (-S, 0, "on time: no late day used, 3 of 3 left"),
        (-S, None, "of earlier homeworks none is on record"),
        (2 * D, 0, "late by 2 days: 2 of 3 late days used, 1 left"),
        (D, 0, "late by 1 day: 1 of 3 late days used, 2 left"),
        (D, 2, "late by 1 day: 3 of 3 late days used, 2 of them before, 0 left"),
        (2 * D, 2, "late by 2 days, which is more than the 1 day that may be used here"),
        (3 * D, 0, "more than the 2 days that may be used here (at most 2 for this homework, 3 of 3 left)"),
        (D, 9, "more than the 0 days"),
    ],
)
def test_the_report_says_days_used_and_left(past, before, sentence):
    """Students read how late they are, what that uses up and what is left, within both caps."""
    facts = handed(past) if before is None else handed(past, late_days_before=before)

    assert sentence in told(POLICY, facts)


@pytest.mark.parametrize(
    ("beyond", "counts", "sentence"),
    [
        ("zero", False, "the course gives no points; 2 late days used"),
        ("refuse", False, "not accepted and uses no late day"),
        ("report", True, "points stay as they are until the course staff decide"),
    ],
)
def test_past_the_caps_the_courses_rule_holds(tiny, beyond, counts, sentence):
    """Each of the three rules does what it says, to the total and in words."""
    policy = replace(POLICY, late=LateDays(2, 3, beyond))
    results = adjusted(full(tiny), replace(tiny, policy=policy), handed(5 * D))

    assert sentence in told(policy, handed(5 * D))
    assert results.score == (9 if counts else 0)
    assert encode(results)
    assert [row.status for row in results.tests if row.number == "late"] == ["failed"]


def test_what_happens_past_the_caps_does_not_touch_who_is_within():
    """Exactly as many late days as there are cost nothing."""
    for beyond in ("zero", "refuse", "report"):
        assert decide(replace(POLICY, late=LateDays(2, 3, beyond)), handed(2 * D)).counts


def test_an_extension_by_a_person_goes_before_all_dates():
    """The override's date counts, even where Gradescope has a later one."""
    metadata = Handed(created_at=DUE + 2 * D, due=DUE, own_due=DUE + 5 * D)
    text = told(POLICY, Facts(metadata, Override(due=DUE + D)))

    assert "late by 1 day" in text
    assert "extended by the course staff" in text


@pytest.mark.parametrize(
    ("assignment", "own", "sentence", "staff"),
    [
        (DUE, None, "late by 2 days", ""),
        (DUE, DUE + 3 * D, "extended on Gradescope", ""),
        (DUE + 9 * D, None, "late by 2 days", "what counts is"),
        (DUE + 9 * D, DUE + 9 * D, "late by 2 days", "what counts is"),
        (DUE, DUE - D, "late by 2 days", "is no extension"),
        (None, DUE + 3 * D, "on time", ""),
    ],
)
def test_of_gradescopes_dates_only_a_students_own_later_one_counts(assignment, own, sentence, staff):
    """The manifest's date holds for everybody; the assignment's never counts, and where it differs staff are told."""
    decision = decide(POLICY, Facts(Handed(created_at=DUE + 2 * D, due=assignment, own_due=own)))

    assert sentence in decision.rulings[0].text
    assert staff in "\n".join(decision.staff)
    assert bool(staff) == any("Gradescope" in note for note in decision.staff)


def test_an_unknown_instant_is_said_and_costs_nothing(tiny):
    """Without created_at nobody is late: students and staff are told that it is not decided."""
    facts = Facts(Handed(troubles=("the metadata has no created_at",)))
    results = adjusted(full(tiny), replace(tiny, policy=POLICY), facts)

    assert results.score == 9
    assert "not known, so the course staff will decide" in told(POLICY, facts)
    assert "the metadata has no created_at" in staff_notes(results)


def test_a_bonus_waits_for_a_person_and_is_capped():
    """What a PDF says of itself gives nothing; a person's yes gives the points, never more than the cap."""
    policy = replace(POLICY, bonus=Bonus(3, 1, "written in LaTeX", "latex"))
    signed = Facts(Handed(created_at=DUE), signs=("report.pdf looks like LaTeX: to be confirmed by a person",))

    assert decide(policy, signed).change == 0
    assert "to be confirmed by a person" in told(policy, signed, "bonus")
    assert decide(policy, handed(0 * S, bonus=True)).change == 1
    assert decide(policy, handed(0 * S, bonus=False)).change == 0
    assert "a person has looked" in told(policy, handed(0 * S, bonus=False), "bonus")


def test_that_no_pdf_looks_like_latex_is_said_only_where_somebody_looked():
    """What was not looked at is not called missing."""
    looked = Facts(Handed(created_at=DUE), signs=())

    assert "no PDF" in told(POLICY, looked, "bonus")
    assert "no PDF" not in told(POLICY, handed(0 * S), "bonus")


def test_penalties_are_told_by_question_with_their_reason():
    """Wrong tags cost the policy's points each, other penalties what a person says."""
    facts = handed(0 * S, wrongly_tagged=("1a", "2"), penalties=(Penalty("1b", 0.25, "plots without labels"),))

    assert decide(POLICY, facts).change == -1.25
    assert told(POLICY, facts, "penalties").splitlines() == [
        "question 1a: -0.5, tagged wrongly",
        "question 2: -0.5, tagged wrongly",
        "question 1b: -0.25, plots without labels",
    ]


def full(homework, wrong=()):
    """Results of a submission of the tiny homework in which all but some properties hold."""
    checks = [
        Check(part.id, name, name, Verdict.WRONG if name in wrong else Verdict.PASSED)
        for part in homework.parts.values()
        for name in part.pays
    ]
    return results_of(score_homework(homework, checks))


def test_the_total_is_the_parts_changed_by_the_policy(tiny):
    """The file's score is not the sum of its rows any more, and both text and extra data say why."""
    facts = handed(0 * S, bonus=True, wrongly_tagged=("1a",))
    results = adjusted(full(tiny), replace(tiny, policy=POLICY), facts)

    assert results.score == 9.5
    assert sum(row.score or 0 for row in results.tests) == 9
    assert results.extra_data["policy"]["change"] == 0.5
    assert "The total is 9.5: the parts' 9" in results.output
    assert encode(results)


def test_the_total_is_never_below_0(tiny):
    """Penalties take what there is and no more."""
    facts = handed(0 * S, penalties=(Penalty("1a", 100, "copied"),))
    results = adjusted(full(tiny), replace(tiny, policy=POLICY), facts)

    assert results.score == 0
    assert "never below 0" in results.output
    assert encode(results)


def test_a_total_that_the_policy_does_not_explain_is_refused(tiny):
    """Results whose score is neither the sum nor the sum with its changes are a fault of ours."""
    results = adjusted(full(tiny), replace(tiny, policy=POLICY), handed(0 * S, bonus=True))

    with pytest.raises(Exception, match="is not the sum"):
        encode(msgspec.structs.replace(results, score=results.score + 1))


def test_points_by_hand_stand_in_their_rows(tiny):
    """A person's points take the place of the machine's, manual ones come on top; each row says so."""
    facts = handed(0 * S, points={"1a": 1.5}, by_hand={"1b": 0.75, "3": 2})
    results = adjusted(full(tiny, wrong=("matches_reference",)), replace(tiny, policy=POLICY), facts)
    rows = {row.number: row for row in results.tests}

    assert [(rows[part].score, rows[part].max_score) for part in ("1a", "1b", "3")] == [(1.5, 4), (0.75, 3), (2, 2)]
    assert rows["1a"].output.startswith("1.5 of 4 points: given by a person in place of the machine's 0")
    assert rows["3"].status == "passed"
    assert encode(results)


@pytest.mark.parametrize("beyond", ["zero", "refuse"])
@pytest.mark.parametrize("unsure", [{"conflict": "two tables fit"}, {"handed": ("an own date cannot be read",)}])
def test_no_points_are_lost_where_an_extension_may_have_been_missed(beyond, unsure):
    """Too late by what is known, but an override or a date could not be used: a person decides."""
    strict = replace(POLICY, late=LateDays(homework=2, total=3, beyond=beyond))
    late = Handed(created_at=DUE + 9 * D, troubles=unsure.get("handed", ()))
    assert not decide(strict, Facts(Handed(created_at=DUE + 9 * D))).counts

    decision = decide(strict, Facts(late, conflict=unsure.get("conflict", "")))

    assert decision.counts
    assert "until the course staff decide" in decision.rulings[0].text
    assert any("where 2 may be used: report" in note for note in decision.staff)


def test_points_by_hand_decide_a_part_that_our_fault_left_open(tiny):
    """Once a person gave its points nothing says any more that the part is left out; of others it is still said."""
    checks = [
        Check(part.id, name, name, Verdict.INTERNAL if part.id in ("1a", "1b") else Verdict.PASSED)
        for part in tiny.parts.values()
        for name in part.properties
    ]
    before = results_of(score_homework(tiny, checks), notes=["a note"])
    assert before.output.startswith("a note\nPart 1a, 1b could not be graded")

    one = adjusted(before, tiny, handed(0 * S, points={"1a": 4}))
    both = adjusted(before, tiny, handed(0 * S, points={"1a": 4, "1b": 1}))

    assert one.output.startswith("a note\nPart 1b could not be graded")
    assert (one.extra_data["undecided"], both.extra_data["undecided"]) == (["1b"], [])
    assert both.output == "a note"
    assert encode(both)


def test_without_metadata_nothing_changes_and_staff_are_told(tiny):
    """A policy is never applied to a submission whose date nobody gave."""
    before = full(tiny)
    results = adjusted(before, replace(tiny, policy=POLICY), Facts())

    assert (results.score, results.tests, results.output) == (before.score, before.tests, before.output)
    assert results.extra_data["policy"]["applied"] is False
    assert "were not applied" in staff_notes(results)[0]


def test_without_a_policy_there_is_nothing_to_say(tiny):
    """A homework without a policy has the results that it always had."""
    assert adjusted(full(tiny), tiny, Facts()) == full(tiny)


instants = st.none() | moments.map(lambda moment: moment.astimezone(UTC))
numbers = st.floats(0, 1e6, allow_nan=False)
overrides = st.builds(
    Override,
    points=st.dictionaries(st.sampled_from(["1a", "1b", "2", "9z"]), st.floats(0, 4)),
    by_hand=st.dictionaries(st.sampled_from(["1b", "3", "9z"]), st.floats(0, 1)),
    wrongly_tagged=st.lists(st.sampled_from(["1a", "2"]), max_size=2).map(tuple),
    penalties=st.lists(st.builds(Penalty, st.just("1a"), numbers, st.text(max_size=9)), max_size=3).map(tuple),
    bonus=st.none() | st.booleans(),
    late_days_before=st.none() | st.integers(0, 366),
    due=instants,
)
policies = st.builds(
    Policy,
    due=st.none() | moments,
    grace_s=st.floats(0, 1e5),
    late=st.none()
    | st.builds(LateDays, st.integers(0, 9), st.integers(0, 9), st.sampled_from(["zero", "refuse", "report"])),
    bonus=st.none() | st.builds(Bonus, numbers, numbers, st.just("LaTeX"), st.sampled_from(["", "latex"])),
    tag_penalty=numbers,
)
metadata = st.builds(Handed, instants, st.just(("a",)), instants, instants, st.just(()))


@FIXED
@given(policy=st.none() | policies, handed=st.none() | metadata, override=st.none() | overrides)
def test_whatever_is_decided_the_results_are_valid_and_the_same_after_storing(tiny, policy, handed, override):
    """Any policy on any facts gives results in Gradescope's format, and facts that were stored give the same ones."""
    homework = replace(tiny, policy=policy)
    facts = Facts(handed, override)
    results = adjusted(full(tiny), homework, facts)
    stored = msgspec.convert(msgspec.json.decode(msgspec.json.encode(facts)), Facts)

    assert results.score >= 0
    assert encode(adjusted(full(tiny), homework, stored)) == encode(results)
