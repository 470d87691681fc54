"""A regrade: every hand-in once, nothing again that is known, and the same ledger whatever happens on the way."""

import contextlib
import os
import random
import shutil
import signal
import sqlite3
import time
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from autograder import cli
from autograder.course.export import open_export
from autograder.course.ledger import Ledger
from autograder.course.regrade import Choice, local_pool, plan_regrade, regrade
from autograder.course.task import Task
from autograder.engine.grader import Grader
from autograder.engine.overrides import Overrides
from autograder.scoring.policy import Override
from tests.harness.course.conftest import TINY
from tests.harness.course.crash import pretended, rows, trial
from tests.harness.course.synthetic import students, write_export

COUNT = 24


@pytest.fixture(scope="module")
def export_path(tmp_path_factory, tiny):
    """An export of a small class."""
    return write_export(students(tiny, COUNT, 3), tmp_path_factory.mktemp("export"), output=40)


@pytest.fixture(scope="module")
def tiny_grader(tiny):
    """A grader that no process is started of."""
    with Grader(tiny) as grader:
        yield grader


@pytest.fixture
def run_of(ledger, tiny, tiny_grader, export_path):
    """Carries out a regrade with the pretended grader; gives the run and what was said of each hand-in."""

    def make(choice=None, overrides=None, grader=tiny_grader, path=export_path):
        plan = plan_regrade(grader, open_export(path), ledger, choice=choice or Choice(), overrides=overrides)
        said = []
        with local_pool(grader, 2, pretended(tiny, 0.0)) as pool:
            run = regrade(plan, grader, ledger, pool, said.append)
        return run, said

    return make


def test_every_hand_in_has_its_entry(run_of, ledger, export_path):
    """Right, wrong, deadly, absent: each has one entry in the state that it must have, and the run is finished."""
    run, said = run_of()
    entries = {entry.handin.id: entry for entry in ledger.entries(run)}

    assert len(said) == len(entries) == COUNT
    assert run.finished is not None
    assert {entry.state for entry in entries.values()} == {"graded", "absent", "internal"}
    for entry in entries.values():
        assert (entry.score is not None) == (entry.state == "graded")
        assert bool(entry.fault) == (entry.state != "graded")


def test_what_is_known_is_not_graded_again(run_of, ledger):
    """The same command once more grades only what a fault of ours left open, and is the same run."""
    run, first = run_of()
    again, said = run_of()

    assert again.id == run.id
    assert {done.how for done in said} == {"known", "absent", "internal"}
    assert [done.how for done in first].count("internal") == [done.how for done in said].count("internal") > 0


def test_the_same_bytes_are_graded_once(run_of, ledger, tiny, tmp_path):
    """Students who handed in the same files have the same verdicts, found once."""
    some = [s for s in students(tiny, 40, 3) if s.kind == "right"][:1]
    twins = [*some, *(type(some[0])(**{**vars(some[0]), "id": f"submission_{i}"}) for i in range(3))]
    run, said = run_of(path=write_export(twins, tmp_path))

    assert sorted(done.how for done in said) in (["graded", "known", "known", "known"], ["internal"] * 4)
    assert len({entry.graded for entry in ledger.entries(run)}) == 1


def test_decisions_make_another_run_and_no_grading(run_of, ledger, export_path):
    """New overrides give new scores from the same verdicts."""
    run, _ = run_of()
    someone = next(entry for entry in ledger.entries(run) if entry.state == "graded")
    other, said = run_of(overrides=Overrides({someone.handin.id: Override(points={"2": 0.5})}))
    entry = next(entry for entry in ledger.entries(other) if entry.handin.id == someone.handin.id)

    assert other.id != run.id
    assert "graded" not in {done.how for done in said}
    assert entry.score.points["2"] == 0.5
    assert entry.graded == someone.graded
    assert entry.override == Override(points={"2": 0.5})


def test_two_decisions_for_one_hand_in_are_told_in_its_entry(run_of, ledger):
    """None of them is taken, and the entry keeps why: a rescore later knows it."""
    run, _ = run_of()
    someone = next(entry for entry in ledger.entries(run) if entry.state == "graded" and entry.handin.people)
    number = someone.handin.id.removeprefix("submission_")
    decided = {someone.handin.id: Override(points={"2": 0.5}), number: Override(points={"2": 1.5})}
    other, _ = run_of(overrides=Overrides(decided))
    entry = next(entry for entry in ledger.entries(other) if entry.handin.id == someone.handin.id)

    assert (entry.override, entry.score.points) == (None, someone.score.points)
    assert f"overrides for {number} and {someone.handin.id} all fit" in entry.conflict


def test_failed_only_means_who_lost_something(run_of, ledger, tiny_grader, export_path):
    """Hand-ins in which everything passed are left alone; those a fault of ours left open are not."""
    run, _ = run_of()
    _, said = run_of(Choice(failed_in=run))
    meant = {done.entry.handin.id for done in said}

    for entry in ledger.entries(run):
        verdicts = ledger.verdicts(entry.graded) if entry.graded else {}
        passed = bool(verdicts) and all(v == "passed" for found in verdicts.values() for v in found.values())
        assert (entry.handin.id in meant) == (not passed and entry.state != "absent")


def test_since_means_new_or_changed(run_of, tiny, tmp_path):
    """Of a later export only what is not the same as in the run."""
    drawn = students(tiny, COUNT, 3)
    run, _ = run_of(path=write_export(drawn, tmp_path / "a", output=40))
    right = next(s for s in drawn if s.kind == "right" and s.there)
    changed = [type(s)(**{**vars(s), "files": {"src/moments.py": b"new"}}) if s is right else s for s in drawn]
    late = type(right)(**{**vars(right), "id": "submission_new", "files": {"src/moments.py": b"late"}})
    _, said = run_of(Choice(since=run), path=write_export([*changed, late], tmp_path / "b", output=40))

    assert {done.entry.handin.id for done in said} == {right.id, "submission_new"}


def test_a_sample_is_the_same_each_time(run_of):
    """So many hand-ins, chosen by their ids alone."""
    _, first = run_of(Choice(sample=5))
    _, second = run_of(Choice(sample=5))

    assert len(first) == 5
    assert {done.entry.handin.id for done in first} == {done.entry.handin.id for done in second}


def test_other_parts_are_another_run(run_of, tiny, ledger):
    """`--only` keeps its verdicts apart: a part alone never stands for the whole."""
    run, _ = run_of()
    with Grader(tiny, parts=("2",)) as grader:
        other, said = run_of(grader=grader)

    assert other.id != run.id
    assert "graded" in {done.how for done in said}
    assert other.parts == ("2",)


@pytest.mark.parametrize("seed", range(3))
def test_a_killed_regrade_goes_on(tmp_path, tiny, seed):
    """After SIGKILL at random moments there is one row a hand-in, equal to those of an uninterrupted run."""
    assert trial(tmp_path, tiny, 16, random.Random(seed), 2) == 2


FREE = {"id", "run", "started", "finished", "turn", "at", "seconds", "verdicts of handins"}  # clocks and numbers
OTHER = {"TEXT": "'other'", "INTEGER": "77", "REAL": "77.5", "BLOB": "x'77'"}


def test_the_comparison_of_ledgers_sees_every_column(run_of, ledger, tmp_path):
    """Whatever a kill could change in a ledger, but clocks and numbers, makes it unlike the uninterrupted one."""
    run_of()
    ledger.close()
    whole = rows(ledger.path)
    for table in ("runs", "handins", "verdicts"):
        db = sqlite3.connect(ledger.path)
        columns = [(name, kind) for _, name, kind, *_ in db.execute(f"PRAGMA table_info({table})")]
        db.close()
        for name, kind in columns:
            if FREE.isdisjoint({name, f"{name} of {table}"}):
                copy = Path(shutil.copy(ledger.path, tmp_path / "copy.sqlite"))
                db = sqlite3.connect(copy)
                db.execute("PRAGMA ignore_check_constraints = ON")
                last = f"(SELECT MAX(rowid) FROM {table})"  # noqa: S608 - names of our own tables
                db.execute(f"UPDATE {table} SET {name} = {OTHER[kind]} WHERE rowid = {last}")  # noqa: S608
                db.execute("PRAGMA ignore_check_constraints = OFF")
                db.commit()
                db.close()
                assert seen(copy) != whole, (table, name)


def seen(path):
    """What the comparison sees of a ledger; nothing where it finds it damaged."""
    try:
        return rows(path)
    except AssertionError:
        return None


def test_the_command_grades_for_real(tmp_path, tiny):
    """From an export to a ledger, in lines without a terminal; the dry run writes nothing; a second run knows all."""
    drawn = [s for s in students(tiny, 30, 3) if s.kind in ("right", "mutant") and s.there and s.named][:3]
    path = write_export(drawn, tmp_path, zipped=True, output=20)
    command = ["regrade", str(path), "--out", str(tmp_path / "runs"), "--jobs", "2"]

    dry = CliRunner().invoke(cli.main, [*command, "--dry-run"], obj=TINY)
    assert "3 to grade" in dry.stderr
    assert not dry.stdout
    assert not (tmp_path / "runs").exists()
    first = CliRunner().invoke(cli.main, command, obj=TINY)
    assert first.exit_code == 0, first.output
    assert "[3/3]" in first.stdout
    assert "3 graded" in first.stdout
    second = CliRunner().invoke(cli.main, command, obj=TINY)
    assert "3 known" in second.stdout
    with Ledger(tmp_path / "runs" / "ledger.sqlite") as ledger:
        (run,) = ledger.runs()
        scores = {entry.handin.id: entry.score.total for entry in ledger.entries(run)}
    full = [student.id for student in drawn if student.kind == "right"]
    assert len(scores) == 3
    assert all(scores[key] == 9.0 for key in full)


def test_an_undecided_part_is_no_success(export_path, tmp_path, monkeypatch, graded_as):
    """A fault of ours in one part is counted in the summary and sets the exit code, as one of the whole does."""

    @contextlib.contextmanager
    def start(_):
        yield lambda _: msgspec.msgpack.encode(graded_as({"2.walk_starts_at_zero": "internal"}))

    monkeypatch.setattr("autograder.course.regrade.servant", lambda _: start)
    words = ["regrade", str(export_path), "--out", str(tmp_path / "runs"), "--sample", "2", "--jobs", "1"]
    found = CliRunner().invoke(cli.main, words, obj=TINY)

    assert "2 graded, 2 of them with an undecided part (2)" in found.stdout
    assert found.exit_code == 5


def test_going_back_to_an_older_suite_makes_its_run_the_latest(export_path, tmp_path, monkeypatch, graded_as):
    """What `--failed-only` and reports start from is the run that was graded last, which is said by number."""

    @contextlib.contextmanager
    def start(_):
        yield lambda _: msgspec.msgpack.encode(graded_as({"1a.matches_reference": "wrong"}))

    monkeypatch.setattr("autograder.course.regrade.servant", lambda _: start)
    words = ["regrade", str(export_path), "--out", str(tmp_path / "runs"), "--sample", "2", "--jobs", "1"]
    for only in ((), ("--only", "2"), ()):
        assert CliRunner().invoke(cli.main, [*words, *only], obj=TINY).exit_code == 0
    found = CliRunner().invoke(cli.main, [*words, "--failed-only", "--dry-run"], obj=TINY)

    assert "run 1 is taken" in found.stderr
    assert "0 to grade" in found.stderr


def test_an_interrupted_command_says_how_to_go_on(export_path, tmp_path, monkeypatch):
    """Ctrl-C ends with 130 and a sentence; the ledger is there to go on with."""

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("autograder.course.regrade.regrade", interrupted)
    found = CliRunner().invoke(cli.main, ["regrade", str(export_path), "--out", str(tmp_path / "runs")], obj=TINY)

    assert found.exit_code == 130
    assert "the same command goes on" in found.stderr


def mentioning(text):
    """The processes whose command lines hold this text."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            with contextlib.suppress(OSError):
                if text in (process / "cmdline").read_text():
                    found.append(process.name)
    return found


def test_a_killed_grader_takes_its_workers_along(tiny, submission):
    """When a grading process is killed its zygote and workers end, its files go, and the task is a fault."""
    path = submission(moments="import time\ntime.sleep(600)\n")
    with Grader(tiny) as grader, local_pool(grader, 1) as pool:

        def tick():
            if mentioning(str(pool.folder)):
                for pid in pool.pids:
                    os.kill(pid, signal.SIGKILL)

        (outcome,) = pool.run([("a", msgspec.msgpack.encode(Task.of(path)))], tick)
        deadline = time.monotonic() + 60
        while mentioning(str(pool.folder)) and time.monotonic() < deadline:
            time.sleep(0.1)

        assert "ended by signal 9" in outcome.fault
        assert mentioning(str(pool.folder)) == []
        assert list(pool.folder.iterdir()) == []
