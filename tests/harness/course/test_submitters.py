"""Who hands in counts where questions are drawn for each student: in a regrade as on Gradescope."""

import dataclasses
import json
import shutil
from datetime import UTC, datetime

import msgspec
import pytest

from autograder.course import cluster
from autograder.course.cluster import Cluster, grade_parcel
from autograder.course.export import open_export
from autograder.course.handin import Handin, Person, handed_of, submitters_of
from autograder.course.regrade import Choice, local_pool, plan_regrade, regrade
from autograder.course.roster import read_roster
from autograder.engine.grader import Grader
from autograder.engine.pipeline import grade
from autograder.manifest import find_homework
from tests.harness.course import remote
from tests.harness.course.crash import pretended
from tests.harness.course.test_cluster import Scheduler, worker_of

ADA, BOB = "ada@example.edu", "bob@example.edu"
PEOPLE = (Person("Ada", "0071", ADA), Person("Bob", "", BOB))
ROSTER = f"Name,SID,Email\nAda,0071,{ADA}\nBob,,{BOB}\n"


@pytest.fixture(scope="module")
def statements(project_root):
    """A grader of the part whose statements are drawn; no process is started of it here."""
    with Grader(find_homework(project_root, "cmu10707-hw5"), parts=("1c",)) as found:
        yield found


@pytest.fixture
def signed(statements, tmp_path):
    """An export of Ada and Bob whose right answers are signed with Ada's address: the second one's are a copy."""
    reference = statements.homework.reference
    answers = json.loads((reference / "handed_in" / "answers.json").read_text())
    for name in (ADA, BOB):
        (tmp_path / "class" / name / "src").mkdir(parents=True)
        shutil.copy(reference / "bayesnet.py", tmp_path / "class" / name / "src")
        (tmp_path / "class" / name / "answers.json").write_text(json.dumps({"1c": answers["1c"] | {"email": ADA}}))
    (tmp_path / "roster.csv").write_text(ROSTER)
    return open_export(tmp_path / "class", read_roster(tmp_path / "roster.csv"))


def test_another_s_address_earns_no_more_than_on_gradescope(statements, signed, ledger):
    """The same bytes of two people have a verdict each: that of `grade` with what Gradescope knows of them."""
    plan = plan_regrade(statements, signed, ledger)
    said = []
    with local_pool(statements, 1) as pool:
        run = regrade(plan, statements, ledger, pool, said.append)
    scores = {entry.handin.id: entry.score.total for entry in ledger.entries(run)}
    with Grader(statements.homework, parts=("1c",)) as direct:
        there = {h.id: grade(direct, signed.places[h.id], handed=handed_of(h)).results.score for h in signed.handins}

    assert scores == there == {ADA: 2.5, BOB: 1.0}
    assert [done.how for done in said] == ["graded", "graded"]
    assert {done.entry.digest for done in said} == {signed.digest(ADA)}
    assert all("policy" not in ledger.graded(done.entry.graded).stamp for done in said)
    assert plan_regrade(statements, signed, ledger).to_grade == ()


def test_who_hands_in_goes_to_other_machines_too(statements, signed, ledger, monkeypatch):
    """What a worker of a cluster gets has the people beside the files, and it grades by them."""
    monkeypatch.setattr(cluster, "_grader", lambda homework, parts: statements)
    plan = plan_regrade(statements, signed, ledger)
    worker = worker_of(msgspec.to_builtins(plan.pins))

    def work(told):
        worker(told) if told.function is remote.ask else told.settle("finished", grade_parcel(*told.words))

    options = {"ask": remote.ask, "connect": lambda _: Scheduler(a=work)}
    with Cluster("tcp://nowhere", plan.pins, 600.0, **options) as runner:
        run = regrade(plan, statements, ledger, runner, lambda _: None)
    statements.close()

    assert {entry.handin.id: entry.score.total for entry in ledger.entries(run)} == {ADA: 2.5, BOB: 1.0}


@pytest.fixture
def personal(tiny):
    """A grader of the tiny homework, one of whose problems asks everybody something else."""
    problems = {name: dataclasses.replace(problem, personal=True) for name, problem in tiny.problems.items()}
    with Grader(dataclasses.replace(tiny, problems=problems)) as found:
        yield found


def test_a_change_of_people_alone_is_graded_again(personal, signed, ledger):
    """A mended list gives new verdicts and a run of its own, and makes the hand-in one that changed `--since` then."""
    pretend = pretended(personal.homework, 0.0)
    with local_pool(personal, 1, pretend) as pool:
        run = regrade(plan_regrade(personal, signed, ledger), personal, ledger, pool, lambda _: None)
    ada, bob = signed.handins
    mended = dataclasses.replace(signed, handins=(ada, msgspec.structs.replace(bob, people=(Person("Bob", "8", BOB),))))
    plan = plan_regrade(personal, mended, ledger)
    entered = {entry.handin.id for entry in ledger.entries(run) if entry.graded is not None}

    assert plan.key != plan_regrade(personal, signed, ledger).key
    assert set(plan.known) == entered - {BOB}
    assert [h.id for h in plan_regrade(personal, mended, ledger, choice=Choice(since=run)).handins] == [BOB]


def test_without_personal_questions_people_change_no_verdict(tiny, signed, ledger, graded_as):
    """Everywhere else the same bytes are graded once, and what an older ledger knows of them stays known."""
    with Grader(tiny) as plain:
        plan = plan_regrade(plain, signed, ledger)
        assert plan.to_grade == (ADA, BOB)
        assert len({plan.subject(key) for key in plan.to_grade}) == 1
        ledger.keep(plan.pins, signed.digest(ADA), graded_as())

        assert set(plan_regrade(plain, signed, ledger).known) == {ADA, BOB}


def test_who_is_not_known_is_believed_and_keeps_what_was_found(personal, signed, ledger, graded_as):
    """Of nobody's hand-ins the files alone say who it is: their key is that of ledgers before people counted."""
    nobody = tuple(msgspec.structs.replace(handin, people=()) for handin in signed.handins)
    plan = plan_regrade(personal, dataclasses.replace(signed, handins=nobody), ledger)
    ledger.keep(plan.pins, signed.digest(ADA), graded_as())

    assert set(plan_regrade(personal, dataclasses.replace(signed, handins=nobody), ledger).known) == {ADA, BOB}
    assert plan_regrade(personal, signed, ledger).known == {}


def test_the_order_of_a_group_and_the_spelling_of_a_name_do_not_count(personal, signed, ledger):
    """One group has one key, in whatever order and letters an export lists its members."""
    shouted = tuple(msgspec.structs.replace(person, email=person.email.upper()) for person in PEOPLE[::-1])
    found = set()
    for people in (PEOPLE, shouted):
        handins = tuple(msgspec.structs.replace(handin, people=people) for handin in signed.handins)
        plan = plan_regrade(personal, dataclasses.replace(signed, handins=handins), ledger)
        found |= {plan.subject(key) for key in plan.to_grade}

    assert len(found) == 1


@pytest.mark.parametrize("id_", ["submission_71", "ada", ADA])
def test_the_people_of_an_export_are_those_of_gradescope_s_metadata(id_):
    """Addresses and sids, and no name of a folder; of Gradescope's hand-ins they are the keys that are no id's."""
    handin = Handin(id_, (*PEOPLE, PEOPLE[0]), datetime(2020, 11, 7, tzinfo=UTC))

    assert submitters_of(handin) == (ADA, "0071", BOB)
    assert submitters_of(Handin(id_)) == ()
    if id_.startswith("submission_"):
        assert submitters_of(handin) == handed_of(handin).people
