"""Students' recorded answers decide as the live reference would: a fixed share of the corpus, both ways."""

from collections.abc import Iterator

import pytest

from autograder.engine.grader import Grader
from autograder.manifest import find_homework
from tests.harness.public_verdicts import ROOT, SHARE, differing, verdicts, without_answers
from tests.harness.test_corpus import CORPORA, lay_out

ENTRIES = CORPORA["cs229-ps3"]
SAMPLE = list(ENTRIES)[::SHARE]


@pytest.fixture(scope="module")
def homework():
    """The homework that the corpus belongs to."""
    return find_homework(ROOT, "cs229-ps3")


@pytest.fixture(scope="module")
def grader(homework) -> Iterator[Grader]:
    """A grader without hidden cases, as on a student's machine, with the reference at hand."""
    with Grader(homework, hidden=False) as found:
        yield found


@pytest.mark.parametrize("name", SAMPLE)
def test_recorded_answers_give_the_verdicts_of_the_live_reference(name, grader, homework):
    """The same verdict for every public property, and none that could not be decided."""
    assert differing(grader, homework, name) == []


def test_the_share_has_right_and_wrong_submissions_of_every_problem(homework):
    """What runs each time is a fair sample."""
    problems = {(name.split("_")[0], ENTRIES[name].problem) for name in SAMPLE}

    code = [problem.name for problem in homework.problems.values() if problem.kind == "code"]
    assert {("mutant", name) for name in code} <= problems
    assert "right" in {kind for kind, _ in problems}


def test_without_answers_every_question_is_live(grader, homework, tmp_path):
    """The comparison compares two ways: where neither answers nor reference are at hand, nothing is decided."""
    bank = without_answers(grader.banks.public)
    cases = [case for prop in grader.properties for case in bank.cases(prop)]
    known = [case for prop in grader.properties for case in grader.banks.public.cases(prop)]

    assert [case.id for case in cases] == [case.id for case in known]
    assert not any(case.answers for case in cases)
    assert any(case.answers for case in known)


def test_a_reference_that_answers_otherwise_is_noticed(grader, homework, tmp_path, monkeypatch):
    """The live way really asks: with another reference the right submission no longer agrees."""
    lay_out(ENTRIES["right_steps_scipy"], tmp_path / "right")
    assert verdicts(grader, tmp_path / "right", live=True)["2b", "matches_reference"] == "passed"
    real = grader.reference("steps")
    monkeypatch.setitem(vars(real), "e_step", lambda *args: 1 - real.m_step(*args) if len(args) == 5 else args[0])

    assert verdicts(grader, tmp_path / "right", live=True)["2b", "matches_reference"] != "passed"
