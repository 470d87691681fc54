"""When a pass takes over what the pass before found, and when it asks again."""

from dataclasses import replace

import pytest

from autograder.engine.bank import Bank, Entry, pack_case
from autograder.engine.grader import Grader
from autograder.engine.properties import load_properties
from autograder.engine.run import Replay
from autograder.engine.session import Sessions
from autograder.engine.submission import Submission
from autograder.errors import EnvironmentUnusable
from autograder.scoring.verdict import Check, Verdict

NO_ARGUMENTS = pack_case({}, [])
ANSWERED = pack_case({}, [("step", b"d", 1.0)])
ANSWERED_OTHERWISE = pack_case({}, [("step", b"d", 2.0)])


def bank(*cases, kind="public"):
    """A bank with these cases of the walk's first claim."""
    return Bank("tiny-hw", kind, {}, {}, {}, [Entry("2", "walk_starts_at_zero", list(cases))])


@pytest.fixture(scope="module")
def walk(tiny):
    """A property that draws nothing."""
    return next(prop for prop in load_properties(tiny) if prop.name == "walk_starts_at_zero")


def settled(prop, before, now, verdict=Verdict.PASSED):
    """Whether the hidden pass takes over a public verdict."""
    known = None if verdict is None else Check("2", prop.name, prop.claim, verdict)
    return Replay(now, Sessions(), lambda name: None, public=False, before=before).settled(prop, known)


@pytest.mark.parametrize("case", [NO_ARGUMENTS, ANSWERED], ids=["no reference asked", "the same answers"])
def test_the_same_case_with_the_same_answers_is_settled(walk, case):
    """There is nothing new to ask."""
    assert settled(walk, bank(case), bank(case, kind="hidden"))


def test_other_answers_of_the_reference_are_another_question(walk):
    """The hidden bank may know more than the public one."""
    assert not settled(walk, bank(ANSWERED), bank(ANSWERED_OTHERWISE))
    assert not settled(walk, bank(NO_ARGUMENTS), bank(ANSWERED))


def test_what_is_drawn_is_asked_again(walk):
    """Only a property without arguments has one case; cases that happen to be the same are none of its business."""
    assert not settled(walk._replace(drawn=True), bank(NO_ARGUMENTS), bank(NO_ARGUMENTS))


def test_without_a_pass_before_nothing_that_held_is_settled(walk):
    """A replay of hidden cases alone asks everything."""
    assert not settled(walk, None, bank(NO_ARGUMENTS))
    assert not settled(walk, bank(NO_ARGUMENTS), bank(NO_ARGUMENTS), verdict=None)


def test_what_failed_stays_failed(walk):
    """Whatever the banks are: a public failure is told in full and not taken back."""
    assert settled(walk, None, bank(ANSWERED), verdict=Verdict.WRONG)
    assert settled(walk._replace(drawn=True), bank(ANSWERED), bank(NO_ARGUMENTS), verdict=Verdict.TIMEOUT)


def test_a_library_that_is_not_there_stops_a_grader_and_no_student(tiny):
    """A machine that lacks what a homework keeps warm costs nobody points; a student's own check goes on without it."""
    lacking = replace(tiny, warm=(*tiny.warm, "no_such_library.part"))

    with pytest.raises(EnvironmentUnusable, match=r"tiny-hw asks for no_such_library\.part, .*setup\.sh --torch"):
        Grader(lacking)
    handed = Submission("", {"moments.py": b"import no_such_library\n"})
    with Grader(lacking, hidden=False) as grader:
        assert grader.zygote(handed).process.poll() is None
