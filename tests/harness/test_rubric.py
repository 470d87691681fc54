"""The rubric: what pays, what is withheld, and that a fault of ours never becomes a score."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.manifest import Part
from autograder.scoring.rubric import score_homework, score_part
from autograder.scoring.verdict import Check, Verdict

FIXED = settings(max_examples=200, deadline=None, database=None, derandomize=True)
UNDECIDED = [Verdict.INTERNAL, Verdict.UNGRADED]
FAILED = [verdict for verdict in Verdict if verdict not in (Verdict.PASSED, *UNDECIDED)]


def part(pays, **fields):
    """A part with these properties and nothing else unless it is said."""
    empty = dict.fromkeys(("core", "independent", "explains", "public", "needs"), ())
    points = sum(pays.values())
    told = {"id": "1", "title": "Part", "problem": "p", "points": points, "manual": 0.0, "by_hand": ""}
    return Part(**told | empty | {"pays": pays} | fields)


def checks(part, **verdicts):
    """Checks of a part's properties, passed where nothing else is said."""
    every = dict.fromkeys(part.properties, Verdict.PASSED) | verdicts
    return {name: Check(part.id, name, f"{name} holds", verdict) for name, verdict in every.items()}


def earned(part, needs=None, **verdicts):
    """What a part earns with these verdicts."""
    return score_part(part, checks(part, **verdicts), needs or {}).earned


PLAIN = part({"a": 2.5, "b": 0.5})
GATED = part({"main": 2.0, "extra": 1.0, "aside": 0.5}, core=("main",), independent=("aside",))
EXPLAINED = part({"a": 1.0}, explains=("why",))


@pytest.mark.parametrize("given_part", [PLAIN, GATED, EXPLAINED], ids=["plain", "gated", "explained"])
def test_what_passes_everything_earns_everything(given_part):
    """Full points are the points that the manifest promises."""
    assert earned(given_part) == given_part.automatic


@pytest.mark.parametrize("verdict", FAILED)
def test_a_property_that_does_not_pass_pays_nothing(verdict):
    """There are no points between passed and not passed, and the others keep theirs."""
    assert earned(PLAIN, a=verdict) == 0.5


@pytest.mark.parametrize("verdict", FAILED)
def test_a_failed_core_withholds_the_extras(verdict):
    """What is paid on top of the main claim is not paid without it."""
    assert earned(GATED, main=verdict, aside=Verdict.WRONG) == 0


def test_an_independent_property_is_paid_without_the_core():
    """What is declared independent stands by itself."""
    assert earned(GATED, main=Verdict.WRONG) == 0.5


def test_a_failed_extra_costs_only_itself():
    """The core is paid without the extras."""
    assert earned(GATED, extra=Verdict.WRONG) == 2.5


def test_one_failed_core_of_two_withholds_the_extras_and_not_the_other():
    """A core property that holds is paid, even where another does not."""
    both = part({"one": 1.0, "two": 2.0, "extra": 4.0}, core=("one", "two"))

    assert earned(both, one=Verdict.WRONG) == 2


def test_the_reason_for_withholding_is_said():
    """A line that holds and pays nothing says why."""
    lines = score_part(GATED, checks(GATED, main=Verdict.WRONG), {}).lines

    assert [bool(line.withheld) for line in lines] == [False, True, False]


def test_an_unmet_need_withholds_everything():
    """A part that builds on another waits for it, and names it."""
    score = score_part(PLAIN, checks(PLAIN), {"2b": False, "2a": True})

    assert score.earned == 0
    assert [line.withheld for line in score.lines] == ["paid only when part 2b holds"] * 2


def test_a_met_need_withholds_nothing():
    """A part that builds on another is paid once that one holds."""
    assert earned(PLAIN, needs={"2b": True}) == 3


@pytest.mark.parametrize("verdict", Verdict)
def test_what_explains_pays_nothing_and_costs_nothing(verdict):
    """Invariants are for feedback."""
    assert earned(EXPLAINED, why=verdict) == 1


def test_what_explains_has_a_line_when_it_was_run():
    """Its outcome is told, with nothing to earn."""
    found = checks(EXPLAINED)
    line = score_part(EXPLAINED, found, {}).lines[-1]

    assert (line.check.name, line.earned, line.pays) == ("why", 0, 0)


def test_what_explains_has_no_line_when_it_was_not_run():
    """It is run only to explain a failure."""
    found = checks(EXPLAINED)
    del found["why"]
    score = score_part(EXPLAINED, found, {})

    assert (score.earned, len(score.lines)) == (1, 1)


@pytest.mark.parametrize("verdict", UNDECIDED)
@pytest.mark.parametrize("name", ["main", "extra", "aside"])
def test_a_fault_of_ours_leaves_the_part_without_a_score(name, verdict):
    """What could not be decided is not zero."""
    assert earned(GATED, **{name: verdict}) is None


def test_a_missing_check_is_a_fault_of_ours():
    """A property that was never run has the verdict internal, and its part no score."""
    score = score_part(PLAIN, {}, {})

    assert score.earned is None
    assert [line.check.verdict for line in score.lines] == [Verdict.INTERNAL] * 2


@FIXED
@given(verdicts=st.fixed_dictionaries({name: st.sampled_from(Verdict) for name in GATED.pays}))
def test_a_score_lies_between_nothing_and_the_points(verdicts):
    """No mixture of verdicts earns more than the part is worth, or less than nothing."""
    score = earned(GATED, **verdicts)

    assert score is None or 0 <= score <= GATED.automatic


@FIXED
@given(
    verdicts=st.fixed_dictionaries({name: st.sampled_from([Verdict.PASSED, *FAILED]) for name in GATED.pays}),
    mended=st.sampled_from(sorted(GATED.pays)),
)
def test_mending_a_property_never_costs_points(verdicts, mended):
    """A submission that gets one thing more right earns at least as much."""
    assert earned(GATED, **verdicts | {mended: Verdict.PASSED}) >= earned(GATED, **verdicts)


@FIXED
@given(pays=st.lists(st.integers(1, 40), min_size=1, max_size=6), data=st.data())
def test_the_lines_add_up_to_the_score(pays, data):
    """What the student can add up is what stands above it."""
    drawn = part({f"p{n}": quarters / 4 for n, quarters in enumerate(pays)}, core=("p0",))
    verdicts = {name: data.draw(st.sampled_from([Verdict.PASSED, Verdict.WRONG])) for name in drawn.pays}
    score = score_part(drawn, checks(drawn, **verdicts), {})

    assert score.earned == sum(line.earned for line in score.lines)
    assert drawn.automatic == sum(line.pays for line in score.lines)


def needing(homework, name, *needs):
    """The homework with a part that needs others."""
    return replace(homework, parts=dict(homework.parts) | {name: replace(homework.parts[name], needs=needs)})


def all_checks(homework, verdicts=()):
    """A check of every property of a homework, passed but for these (part, name) pairs."""
    told = dict(verdicts)
    return [
        Check(part.id, name, f"{name} holds", told.get((part.id, name), Verdict.PASSED))
        for part in homework.parts.values()
        for name in part.properties
    ]


def test_every_part_has_a_score_whatever_was_checked(tiny):
    """A submission that was never run still gets every part, in the manifest's order."""
    scores = score_homework(tiny, [])

    assert [score.part.id for score in scores] == ["1a", "1b", "2", "3"]
    assert [score.earned for score in scores] == [None, None, None, 0]


def test_a_homework_that_passes_everything_earns_what_the_machine_gives(tiny):
    """The parts' scores are their automatic points; what a person gives is not in them."""
    scores = score_homework(tiny, all_checks(tiny))

    assert [score.earned for score in scores] == [4, 2, 3, 0]


@pytest.mark.parametrize(("verdict", "score"), [(Verdict.PASSED, 2), (Verdict.WRONG, 0), (Verdict.TIMEOUT, 0)])
def test_a_need_is_met_by_the_other_parts_core(tiny, verdict, score):
    """1b is paid when the core of 1a holds, whatever 1a's extras do."""
    homework = needing(tiny, "1b", "1a")
    found = all_checks(
        homework, {("1a", "matches_reference"): verdict, ("1a", "survives_large_numbers"): Verdict.WRONG}.items()
    )

    assert score_homework(homework, found)[1].earned == score


def test_without_a_core_everything_that_pays_is_needed(tiny):
    """A part without a core counts as passed when all of it is."""
    homework = needing(tiny, "2", "1b")
    found = all_checks(homework, [(("1b", "matches_reference"), Verdict.WRONG)])

    assert score_homework(homework, found)[2].earned == 0


def test_a_written_part_is_no_obstacle(tiny):
    """What only a person grades cannot be waited for."""
    homework = needing(tiny, "2", "3")

    assert score_homework(homework, all_checks(homework))[2].earned == 3


def test_a_need_that_failed_is_decided_whatever_else_is_not(tiny):
    """A core with one failed property is failed, though a fault of ours hides another."""
    cores = replace(tiny.parts["1a"], core=("matches_reference", "survives_large_numbers"))
    homework = needing(replace(tiny, parts=dict(tiny.parts) | {"1a": cores}), "1b", "1a")
    verdicts = {
        ("1a", "matches_reference"): Verdict.WRONG,
        ("1a", "survives_large_numbers"): Verdict.INTERNAL,
    }

    assert score_homework(homework, all_checks(homework, verdicts.items()))[1].earned == 0


@pytest.mark.parametrize("verdict", UNDECIDED)
def test_a_need_that_is_undecided_leaves_the_part_undecided(tiny, verdict):
    """A fault of ours in one part never becomes a zero in the parts that build on it."""
    homework = needing(tiny, "1b", "1a")
    found = all_checks(homework, [(("1a", "matches_reference"), verdict)])

    score = score_homework(homework, found)[1]

    assert score.earned is None
    assert [line.withheld for line in score.lines] == [""]
