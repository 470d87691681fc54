"""Questions drawn for each student: the same for a name for ever, and believed as far as Gradescope bears it out."""

import json
import shutil
from pathlib import Path

import pytest

from autograder.engine.grader import Grader
from autograder.engine.pipeline import grade
from autograder.errors import CheckFailed, ManifestError
from autograder.kit.personal import assert_answered, drawn_for, signature
from autograder.manifest import find_homework
from autograder.scoring.policy import Handed
from tests.harness.test_manifest import edit
from tests.properties.cmu10707_hw5.draw_statements import COUNT, SALT, STATEMENTS

DRAWN = ("question 0", "question 2", "question 7", "question 10")
POOL = tuple(f"question {n}" for n in range(13))
PROJECT = Path(__file__).parents[2]
ADA, BOB = "ada@example.edu", "bob@example.edu"
KNOWN = ("123456", "submission_123456", ADA, "0042", BOB)


def fails(call, *args, **kwargs):
    """The failure of a claim."""
    with pytest.raises(CheckFailed) as caught:
        call(*args, **kwargs)
    return caught.value


def test_a_draw_hangs_on_name_and_salt_alone():
    """A regrade finds the same questions, in whatever order the pool stands: these were drawn when this was written."""
    drawn = drawn_for(ADA, POOL, 4, salt="hw 1")

    assert drawn == DRAWN
    assert set(drawn_for(ADA, POOL[::-1], 4, salt="hw 1")) == set(drawn)
    assert drawn_for(BOB, POOL, 4, salt="hw 1") != drawn
    assert drawn_for(ADA, POOL, 4, salt="hw 2") != drawn


@pytest.mark.parametrize("spelt", [" Ada@Example.edu\n", "ADA@EXAMPLE.EDU", "ada＠example.edu"])
def test_spelling_of_a_name_changes_nothing(spelt):
    """Case, blanks around it and wide letters draw the same, and are the same person."""
    assert drawn_for(spelt, POOL, 4, salt="s") == drawn_for(ADA, POOL, 4, salt="s")
    assert signature({"1": {"email": spelt}}, "1", "email", submitters=[ADA], what="email") == ADA


def test_a_pool_that_is_too_small_is_a_fault():
    """Of four questions five cannot be drawn, nor of a pool with one of them twice."""
    for pool, count in ((POOL[:4], 5), ((*POOL, POOL[0]), 4), (POOL, 0)):
        with pytest.raises(ValueError, match="cannot be drawn"):
            drawn_for(ADA, pool, count, salt="s")


def test_a_name_is_believed_where_nothing_is_known():
    """Without metadata the file says who it is; with it, any one of a group may sign, by e-mail or sid."""
    for name, submitters in ((ADA, []), (ADA, [BOB, ADA]), ("0042", [ADA, "0042"])):
        assert signature({"1": {"email": name}}, "1", "email", submitters=submitters, what="email") == name


def test_another_s_name_is_told_in_a_sentence():
    """The student reads what to mend, and no other person's address."""
    found = fails(signature, {"1": {"email": "eve@example.edu"}}, "1", "email", submitters=[ADA], what="1 > email")

    assert found.verdict == "malformed"
    assert "1 > email in answers.json is not one by which Gradescope knows who handed this in" in found.detail.reason
    assert ADA not in found.detail.reason


def test_no_name_is_missing_and_a_number_none():
    """A blank place is as in the template; what is no text can be nobody's name."""
    assert fails(signature, {"1": {"email": None}}, "1", "email", submitters=[], what="email").verdict == "missing"
    assert fails(signature, {"1": {"email": 7}}, "1", "email", submitters=[], what="email").verdict == "malformed"


def test_what_has_no_answer_is_named_all_at_once():
    """The one line that tells students which questions are theirs."""
    found = fails(assert_answered, {"1": {"a": True, "b": None}}, "1", ["a", "b", "c"], what="your three questions")

    assert found.verdict == "missing"
    assert found.detail.reason == 'of your three questions these have no answer yet in answers.json: "b"; "c"'
    assert_answered({"1": {"a": False}}, "1", ["a"], what="your question")


def test_people_are_the_keys_that_are_not_the_submission_s():
    """An id of the submission changes with every upload: nobody's questions may hang on it."""
    assert Handed(keys=KNOWN).people == (ADA, "0042", BOB)
    assert Handed(keys=KNOWN[:2]).people == ()


def test_only_answers_are_personal(tiny_copy):
    """`personal` says nothing of code, and is a fault there."""
    edit(tiny_copy, "reference/tiny_hw/homework.toml", "[problems.shapes]\n", "[problems.shapes]\npersonal = true\n")
    with pytest.raises(ManifestError) as caught:
        find_homework(tiny_copy, "tiny-hw")

    assert any("personal" in fault for fault in caught.value.faults)


@pytest.fixture(scope="module")
def statements():
    """A grader of the part whose statements are drawn."""
    with Grader(find_homework(PROJECT, "cmu10707-hw5"), parts=("1c",)) as found:
        yield found


@pytest.fixture
def points(statements, tmp_path):
    """Points of 1c for the right graph and these answers, handed in by what Gradescope knows; and what was said."""
    reference = statements.homework.reference
    right = json.loads((reference / "handed_in" / "answers.json").read_text())

    def graded(answers, handed=None):
        folder = tmp_path / "handed_in"
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "src").mkdir(parents=True)
        shutil.copy(reference / "bayesnet.py", folder / "src")
        (folder / "answers.json").write_text(json.dumps({"1c": right["1c"] | answers}))
        run = grade(statements, folder, handed=handed)
        return run.results.score, {check.failure.reason for check in run.checks if check.failure}

    return graded


def test_the_statements_are_graded_by_who_hands_in(points):
    """Full points for whoever Gradescope knows, and without metadata; nothing of the draw for another's e-mail."""
    assert points({"email": ADA}) == (2.5, set())
    assert points({"email": ADA}, Handed(keys=KNOWN)) == (2.5, set())
    assert points({"email": ADA}, Handed(keys=KNOWN[:2])) == (2.5, set())
    score, reasons = points({"email": "eve@example.edu"}, Handed(keys=KNOWN))

    assert score == 1.0
    assert any("is not one by which Gradescope knows" in reason for reason in reasons)


def test_only_the_student_s_own_statements_count(points):
    """Blank where another draws is nothing lost; one blank of one's own costs a quarter of the points above half."""
    own = drawn_for(ADA, STATEMENTS, COUNT, salt=SALT)
    others = {statement: None for statement in STATEMENTS if statement not in own}

    assert points({"email": ADA} | others)[0] == 2.5
    score, reasons = points({"email": ADA, own[0]: None} | others)
    assert score == 2.125
    assert f'of the eight statements of {ADA} these have no answer yet in answers.json: "{own[0]}"' in reasons


def test_an_account_that_holds_no_answer_is_no_draw(points):
    """As in the template nothing is earned, and that the e-mail is missing is said."""
    score, reasons = points({"email": None})

    assert score == 1.0
    assert "answers.json has no answer yet at 1c > email" in reasons
