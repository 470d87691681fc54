"""What a student reads: five lines for a public case, no values of a hidden one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.manifest import Part
from autograder.scoring.message import failure_text, line_text, part_text
from autograder.scoring.rubric import Line, score_part
from autograder.scoring.verdict import Check, Failure, Verdict

FIXED = settings(max_examples=100, deadline=None, database=None, derandomize=True)
NOT_PASSED = [verdict for verdict in Verdict if verdict is not Verdict.PASSED]
FAILURE = Failure(
    "w is not the right value", "e_step(x (1, 1))", "w[0, 0] = 0.25", "0.124772  (tolerance 1e-09)", "7f3a01", True
)
HIDDEN = FAILURE._replace(public=False)


def check(verdict=Verdict.WRONG, failure=FAILURE):
    """A check of part 2b with this outcome."""
    return Check("2b", "matches_reference", "Responsibilities agree with the reference.", verdict, failure)


def part(**fields):
    """Part 2b, worth 2.5 points by the machine."""
    empty = dict.fromkeys(("core", "independent", "explains", "public", "needs"), ())
    told = {"id": "2b", "title": "E-step", "problem": "steps", "points": 2.5, "manual": 0.0, "by_hand": ""}
    return Part(**told | empty | {"pays": {"matches_reference": 2.5}} | fields)


def test_a_public_failure_is_told_in_five_lines():
    """Reason, call, what came back, what was expected, and how to see it again."""
    assert failure_text(check()).splitlines() == [
        "      reason    wrong value: w is not the right value",
        "      called    e_step(x (1, 1))",
        "      got       w[0, 0] = 0.25",
        "      expected  0.124772 (tolerance 1e-09)",
        "      replay    python -m autograder check 2b --case 7f3a01",
    ]


def test_a_hidden_failure_is_told_in_two_lines():
    """Reason and call, and that the case is a hidden one."""
    assert failure_text(check(failure=HIDDEN)).splitlines() == [
        "      reason    wrong value: w is not the right value",
        "      called    e_step(x (1, 1)) (a hidden case)",
    ]


@pytest.mark.parametrize("verdict", NOT_PASSED)
@pytest.mark.parametrize("field", ["got", "expected", "case"])
def test_no_value_of_a_hidden_case_is_told(field, verdict):
    """What came back, what was expected and the case's id stay inside, whatever the verdict."""
    hidden = HIDDEN._replace(**{field: "sesame"})

    assert "sesame" not in failure_text(check(verdict, hidden))


@FIXED
@given(got=st.text(), expected=st.text(), case=st.text())
def test_a_hidden_failure_reads_the_same_whatever_the_values(got, expected, case):
    """Not even a length or a line break of a hidden value gets out."""
    told = failure_text(check(failure=HIDDEN._replace(got=got, expected=expected, case=case)))

    assert told == failure_text(check(failure=HIDDEN))


@pytest.mark.parametrize("verdict", NOT_PASSED)
def test_every_verdict_has_words_of_its_own(verdict):
    """A check without details still says what happened, and no two verdicts say the same."""
    told = {failure_text(check(other, None)) for other in NOT_PASSED if other is not verdict}

    assert failure_text(check(verdict, None)).strip().startswith("reason ")
    assert failure_text(check(verdict, None)) not in told


def test_a_fault_of_ours_is_said_to_be_ours():
    """A student never has to ask whose fault an internal error is."""
    assert "a fault of the grader, not yours" in failure_text(check(Verdict.INTERNAL, None))


@pytest.mark.parametrize("field", ["reason", "called", "got", "expected"])
def test_a_long_text_is_cut(field):
    """No line of a failure grows beyond what can be read."""
    lines = failure_text(check(failure=FAILURE._replace(**{field: "x" * 10_000}))).splitlines()

    assert max(map(len, lines)) < 450
    assert len(lines) == 5


def test_a_text_of_many_lines_becomes_one():
    """A student's exception cannot forge further lines of the report."""
    forged = FAILURE._replace(got="1\nok  2.5 / 2.5  All is well.\r\n\n  2")

    assert "      got       1 ok 2.5 / 2.5 All is well. 2" in failure_text(check(failure=forged)).splitlines()


@pytest.mark.parametrize("field", ["reason", "called", "got", "expected", "case"])
def test_a_text_that_is_not_there_has_no_line(field):
    """No label stands without what it labels."""
    told = failure_text(check(failure=FAILURE._replace(**{field: ""})))

    assert all(len(line.split()) > 1 for line in told.splitlines())


def test_a_passed_line_is_points_and_claim():
    """There is nothing more to say about what holds."""
    assert line_text(Line(check(Verdict.PASSED, None), 2.5, 2.5)) == (
        "ok  2.5 / 2.5   Responsibilities agree with the reference."
    )


def test_a_failed_line_has_its_failure_below():
    """Points and claim come first, then why."""
    told = line_text(Line(check(), 0.0, 2.5))

    assert told == f"--  0 / 2.5     Responsibilities agree with the reference.\n{failure_text(check())}"


def test_a_withheld_line_says_why_it_pays_nothing():
    """A claim that holds is said to hold, and not marked as paid."""
    told = line_text(Line(check(Verdict.PASSED, None), 0.0, 2.5, "paid only when the main claim holds")).splitlines()

    assert told[0].startswith("--  0 / 2.5")
    assert told[1] == "      holds, but is paid only when the main claim holds"


def test_an_explaining_line_shows_no_points():
    """What explains has nothing to earn."""
    assert line_text(Line(check(Verdict.PASSED, None), 0.0, 0.0)).startswith("ok  explains ")


def test_a_parts_text_has_every_line_in_order():
    """What pays, then what explains."""
    both = part(explains=("rows_are_distributions",))
    found = {
        "matches_reference": check(),
        "rows_are_distributions": Check("2b", "rows_are_distributions", "Rows sum to one.", Verdict.PASSED),
    }
    told = part_text(score_part(both, found, {})).splitlines()

    assert [line[:4] for line in told if not line.startswith("      ")] == ["--  ", "ok  "]
    assert told[-1].endswith("Rows sum to one.")


def told(*outcomes, **options):
    """The text of a part whose properties came out like this."""
    names = [f"property_{n}" for n in range(len(outcomes))]
    found = {
        name: Check("2b", name, f"Claim {n}.", verdict, failure)
        for n, (name, (verdict, failure)) in enumerate(zip(names, outcomes, strict=True))
    }
    return part_text(score_part(part(pays=dict.fromkeys(names, 1.0)), found, {}), **options)


MISSING = (Verdict.MISSING, Failure("steps.py has no function e_step"))


def test_a_shared_reason_is_told_once():
    """Five properties of a function that is not there do not say so five times."""
    text = told(MISSING, MISSING, MISSING)

    assert text.count("no function e_step") == 1
    assert text.count("      reason    missing: as above") == 2


@pytest.mark.parametrize(
    "other",
    [
        (Verdict.MISSING, Failure("steps.py has no function m_step")),
        (Verdict.RAISED, Failure("steps.py has no function e_step")),
        (Verdict.MISSING, Failure("steps.py has no function e_step", "derivation_1() (a hidden case)")),
    ],
    ids=["another reason", "another verdict", "another function"],
)
def test_another_reason_is_told(other):
    """What differs is said."""
    assert "as above" not in told(MISSING, other)


@pytest.mark.parametrize("verdict", [Verdict.WRONG, Verdict.MALFORMED])
def test_wrong_values_are_told_each(verdict):
    """Every property shows its own smallest failing case."""
    text = told((verdict, FAILURE), (verdict, FAILURE._replace(got="w[1, 0] = 0.5")))

    assert "w[0, 0] = 0.25" in text
    assert "w[1, 0] = 0.5" in text


def test_different_exceptions_are_told_each():
    """Two public cases that end in different exceptions show both, though the reason has the same words."""
    first = Failure("the call raised an exception", "e_step(x (1, 1))", "TypeError: first", "", "7f3a01", True)
    text = told((Verdict.RAISED, first), (Verdict.RAISED, first._replace(got="KeyError: second", case="01ab23")))

    assert "KeyError: second" in text


def test_hidden_exceptions_read_the_same_whatever_they_are():
    """Not even that two hidden values differ gets out."""
    first = HIDDEN._replace(reason="the call raised an exception", got="TypeError: first")
    second = first._replace(got="KeyError: second")

    assert told((Verdict.RAISED, first), (Verdict.RAISED, second)) == told(
        (Verdict.RAISED, first), (Verdict.RAISED, first)
    )


def test_what_passed_can_be_left_out():
    """A summary lists only where points were lost."""
    passed = (Verdict.PASSED, None)
    text = told(passed, MISSING, passed, lost_only=True)

    assert [line[:4] for line in text.splitlines()] == ["--  ", "    "]


def test_what_is_withheld_counts_as_lost():
    """A claim that holds and pays nothing is in the summary."""
    gated = part(pays={"main": 1.0, "extra": 1.0}, core=("main",))
    found = {
        "main": Check("2b", "main", "The main claim.", Verdict.WRONG),
        "extra": Check("2b", "extra", "The extra.", Verdict.PASSED),
    }

    assert "The extra." in part_text(score_part(gated, found, {}), lost_only=True)


@pytest.mark.parametrize(
    ("manual", "words"), [(1.0, "1 more point of this part"), (1.5, "1.5 more points of this part")]
)
def test_what_a_person_grades_is_said(manual, words):
    """The line for manual points says how many and what for."""
    score = score_part(part(manual=manual, by_hand="the derivation"), {"matches_reference": check()}, {})

    assert part_text(score).splitlines()[-1] == f"{words}: graded by a person (the derivation)"


def test_the_replay_is_typed_as_the_check_was():
    """A check at home says how a case is replayed there; results name what works in a handout."""
    assert failure_text(check(), "check {} {}".format).splitlines()[-1] == "      replay    check 2b 7f3a01"
