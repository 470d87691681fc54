"""Verdicts and scores of one hand-in: the short way to a score is the long one, pins see all they must."""

import dataclasses
import random
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError

import msgspec
import pytest

from autograder.course import pins
from autograder.course.grading import facts_for, full_results, grade_path, score_of, verdicts_of
from autograder.course.handin import Handin, Person
from autograder.course.pins import differences, pins_of
from autograder.engine.grader import Grader
from autograder.engine.overrides import Overrides
from autograder.engine.pipeline import grade
from autograder.engine.sandbox import STAGED
from autograder.manifest import find_homework
from autograder.scoring.gradescope import encode
from autograder.scoring.policy import Facts, Handed, Override, Penalty
from autograder.scoring.stored import store
from autograder.scoring.verdict import Check, Verdict

ROOT_HOMEWORKS = ("cs229-ps3", "stratos-a5", "tiny-hw")
HANDIN = Handin("submission_1", (Person("Ada", "7", "ada@example.edu"),), datetime(2020, 11, 7, tzinfo=UTC))
OVERRIDE = Override(bonus=True, penalties=(Penalty("2b", 0.75, "no labels"),), points={"2c": 1.5}, by_hand={"2c": 1.0})


@pytest.fixture(scope="module", params=ROOT_HOMEWORKS)
def homework(request, project_root, tiny):
    """Homeworks with and without a policy."""
    return tiny if request.param == "tiny-hw" else find_homework(project_root, request.param)


def drawn(homework, rng):
    """Random verdicts of every property, stored."""
    checks = [
        Check(part.id, name, name, rng.choice([*[Verdict.PASSED] * 6, *Verdict]))
        for part in homework.parts.values()
        for name in part.properties
    ]
    return store(checks, [part.id for part in homework.parts.values() if part.pays], ())


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("decided", ["nothing", "time", "override"])
def test_the_short_way_to_a_score_is_the_long_one(homework, graded_as, seed, decided):
    """Points and total of a rescore are those of the results that a student would be shown."""
    stored = drawn(homework, random.Random(seed))
    graded = msgspec.structs.replace(graded_as(parts=()), stored=stored)
    facts = Facts() if decided == "nothing" else facts_for(HANDIN, None)
    if decided == "override":
        facts = facts_for(HANDIN, Overrides({"ada@example.edu": OVERRIDE}))
    short, full = score_of(homework, verdicts_of(stored), facts), full_results(homework, graded, facts)

    assert short.total == full.score
    assert short.points == {row.number: row.score for row in full.tests if row.number in short.points}
    assert list(short.undecided) == full.extra_data["undecided"]


@pytest.mark.parametrize(("manual", "said"), [(1.0, "0.5 of 1 point:"), (2.0, "0.5 of 2 points:")])
def test_one_point_is_no_points(tiny, graded_as, manual, said):
    """A student reads how many points a person could give, in the singular where it is one."""
    part = dataclasses.replace(tiny.parts["2"], manual=manual, by_hand="a proof")
    written = dataclasses.replace(tiny, parts={**tiny.parts, "2": part})
    facts = facts_for(HANDIN, Overrides({"ada@example.edu": Override(by_hand={"2": 0.5})}))
    row = next(row for row in full_results(written, graded_as(), facts).tests if row.number == "2")

    assert row.output.startswith(said)
    assert row.max_score == 3.0 + manual


def test_a_claim_that_was_not_checked_leaves_its_part_undecided(tiny):
    """A property that pays today and is not among the verdicts is nobody's zero."""
    score = score_of(tiny, {"1a": {"matches_reference": Verdict.PASSED}}, Facts())

    assert score.points == {"1a": None}


def test_parts_that_were_not_graded_have_no_score(tiny, graded_as):
    """A regrade of one part says nothing of the others."""
    score = score_of(tiny, verdicts_of(graded_as(parts=("2",)).stored), Facts())

    assert score == msgspec.structs.replace(score, points={"2": 3.0}, total=3.0, raw=3.0)


def test_what_is_kept_gives_the_results_of_grade(grader, submission, tmp_path):
    """From the ledger come the results that `grade` writes for the same files, but for the seconds."""
    path = submission(moments="def mean(x): return 0\n")
    graded = grade_path(grader, path)
    facts = facts_for(HANDIN, None)
    direct = grade(grader, path, handed=Handed(HANDIN.created_at, facts.keys)).results
    mine = full_results(grader.homework, graded, facts)

    assert encode(msgspec.structs.replace(mine, execution_time=direct.execution_time)) == encode(direct)


def test_all_that_stands_beside_students_code_is_pinned():
    """Verdicts are taken again only while each module of a worker's stage is the same."""
    assert set(STAGED) <= {path.relative_to(pins.PACKAGE).as_posix() for path in pins.machinery()}


def test_pins_see_what_verdicts_follow_from(tiny, grader):
    """Limits and properties change the suite's digest, points and titles do not: those need a rescore only."""
    before = pins_of(grader)
    problems = dict(tiny.problems)
    limits = dataclasses.replace(problems["moments"].limits, call_s=9.0)
    slower = dataclasses.replace(
        tiny, problems=problems | {"moments": dataclasses.replace(problems["moments"], limits=limits)}
    )
    parts = {name: dataclasses.replace(part, title="new", points=part.points + 1) for name, part in tiny.parts.items()}
    worth = dataclasses.replace(tiny, parts=parts)

    def other(homework, **options):
        with Grader(homework, **options) as found:
            return differences(before, pins_of(found))

    assert other(tiny) == ()
    assert other(slower) == ("suite",)
    assert other(worth) == ()
    assert other(tiny, parts=("2",)) == ("parts",)


@pytest.mark.parametrize("found", ["1.9.1", None])
def test_pins_see_libraries_that_students_may_import(tiny, grader, monkeypatch, found):
    """Where a homework allows a library, a machine without it, or with another version, finds other verdicts."""
    allowed = dataclasses.replace(tiny, imports=dataclasses.replace(tiny.imports, allowed=("numpy", "sklearn")))
    real = pins.version

    def version(name):
        if name != "scikit-learn":
            return real(name)
        if found is None:
            raise PackageNotFoundError(name)
        return found

    monkeypatch.setattr(pins, "version", lambda name: "0.1" if name == "scikit-learn" else real(name))
    with Grader(allowed) as one:
        before = pins_of(one)
        monkeypatch.setattr(pins, "version", version)
        assert "environment" in differences(before, pins_of(one))
    assert differences(pins_of(grader), pins_of(grader)) == ()


def test_an_override_is_found_without_an_export():
    """A plain folder is known by its name; without overrides nothing is applied to it at all."""
    overrides = Overrides({"ada": OVERRIDE})

    assert facts_for(Handin("ada"), None) == Facts()
    assert facts_for(Handin("ada"), overrides).override == OVERRIDE
    assert facts_for(Handin("bob"), overrides).override is None


def test_a_fault_of_ours_is_graded_once_more(monkeypatch, graded_as):
    """Verdicts with a fault of ours among them are found again once; what stays open then stays open."""
    answers = [graded_as({"2.walk_starts_at_zero": "internal"}), graded_as(), graded_as()]
    monkeypatch.setattr("autograder.course.grading._grade_path", lambda *_: answers.pop(0))

    assert grade_path(None, None).settled
    assert len(answers) == 1
