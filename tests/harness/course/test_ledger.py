"""The ledger: one row a hand-in, verdicts apart from scores, nothing half written, and older files still read."""

import shutil
import sqlite3
from datetime import UTC, datetime

import msgspec
import pytest

from autograder.commands.ledgers import open_ledger
from autograder.commands.regrade import Asked, _choice
from autograder.course.grading import score_of, verdicts_of
from autograder.course.handin import Handin, Person
from autograder.course.ledger import Entry, Ledger
from autograder.course.schema import MIGRATIONS
from autograder.errors import UsageError
from autograder.scoring.policy import Facts, Override
from tests.harness.course.conftest import PINS

OLD_RUN = (
    "INSERT INTO runs (id, key, kind, homework, suite, bank, environment, parts, rubric, source, started) "
    "VALUES (1, 'k', 'regrade', 'h', 's', 'b', 'e', '[]', 'r', 'old', 'then')"
)
HANDIN = Handin(
    "submission_1", (Person("Łukasz", "007", "l@example.edu"),), datetime(2020, 11, 4, tzinfo=UTC), 3.5, {"1a": 2}
)


@pytest.fixture
def entry_of(tiny):
    """The entry of a hand-in with these verdicts."""

    def make(graded, number, handin=HANDIN):
        return Entry(handin, "d1", "graded", "", number, score_of(tiny, verdicts_of(graded.stored), Facts()))

    return make


def test_what_is_kept_comes_back(ledger, graded_as, entry_of):
    """Verdicts, texts, people, scores and overrides read as they were written, in another process too."""
    graded = graded_as({"1a.matches_reference": "wrong"})
    run = ledger.begin("k", PINS, "rubric", "export")
    number = ledger.keep(PINS, "d1", msgspec.structs.replace(graded, signs=("a.pdf",), unread=("b.pdf",)))
    entry = entry_of(graded, number)._replace(override=Override(points={"1a": 3.0}))
    ledger.enter(run, entry)
    ledger.close()

    with Ledger(ledger.path) as again:
        assert list(again.entries(again.run(run.id))) == [entry]
        assert again.graded(number).stored == graded.stored
        assert again.signs(number) == (("a.pdf",), ("b.pdf",))
        assert again.verdicts(number) == verdicts_of(graded.stored)
        assert again.level(number) == "strict"


def test_a_key_is_one_run(ledger):
    """Beginning again what was begun is going on with it: no second run, whatever the name of the export."""
    first = ledger.begin("k", PINS, "rubric", "export")

    assert ledger.begin("k", PINS, "rubric", "export").id == first.id
    assert ledger.begin("other", PINS, "rubric", "export").id != first.id
    assert first.finished is None
    ledger.finish(first)
    assert ledger.run(first.id).finished == "2020-12-01T00:00:00+00:00"


def test_a_hand_in_has_one_row_in_a_run(ledger, graded_as, entry_of):
    """Entering a hand-in twice leaves the later entry alone."""
    run = ledger.begin("k", PINS, "rubric", "export")
    ledger.enter(run, Entry(HANDIN, "d1", "internal", "the grader died", None, None))
    number = ledger.keep(PINS, "d1", graded_as())
    ledger.enter(run, entry_of(graded_as(), number))

    assert [entry.state for entry in ledger.entries(run)] == ["graded"]


def test_settled_verdicts_stay(ledger, graded_as):
    """What was decided once is never decided otherwise under the same digests; a fault of ours gives way."""
    open_ = graded_as({"2.walk_starts_at_zero": "internal"})
    number = ledger.keep(PINS, "d1", open_)
    assert ledger.known(PINS, "d1") is None
    assert ledger.keep(PINS, "d1", graded_as({"1a.matches_reference": "wrong"})) == number
    assert ledger.known(PINS, "d1") == number
    ledger.keep(PINS, "d1", graded_as())

    assert ledger.verdicts(number)["1a"]["matches_reference"] == "wrong"


@pytest.mark.parametrize("pin", ["homework", "suite", "bank", "environment", "parts"])
def test_every_pin_makes_another_key(ledger, graded_as, pin):
    """Verdicts of another suite, bank, environment or choice of parts are not taken for these."""
    ledger.keep(PINS, "d1", graded_as())
    other = msgspec.structs.replace(PINS, **{pin: ("1a",) if pin == "parts" else "other"})

    assert ledger.known(PINS, "d1") is not None
    assert ledger.known(other, "d1") is None
    assert ledger.known(PINS, "d2") is None


def test_a_score_needs_its_verdicts(ledger):
    """The file itself refuses a graded hand-in without verdicts: no program can write a score from nowhere."""
    run = ledger.begin("k", PINS, "rubric", "export")
    with pytest.raises(sqlite3.IntegrityError):
        ledger.enter(run, Entry(HANDIN, "d1", "graded", "", None, None))

    assert list(ledger.entries(run)) == []


def test_the_latest_run_is_the_one_that_was_gone_on_with(ledger):
    """Neither the number nor a clock that stands still says which run is the latest, but the order of the work."""
    first = ledger.begin("old suite", PINS, "rubric", "export")
    second = ledger.begin("new suite", PINS, "rubric", "export")
    assert ledger.latest() == second
    ledger.begin("old suite", PINS, "rubric", "export")

    assert ledger.latest() == ledger.run(first.id)
    assert ledger.latest("tiny-hw").id == first.id
    assert ledger.latest("other") is None


def test_an_interrupted_run_is_none_to_choose_from(ledger):
    """`--failed-only` chooses from the latest finished run: the one that it was interrupted in knows only some."""
    whole = ledger.begin("whole", PINS, "rubric", "export")
    ledger.finish(whole)
    ledger.begin("some of them", PINS, "rubric", "export")

    assert ledger.latest("tiny-hw", finished=True).id == whole.id
    assert _choice(Asked(failed_only=True, since=None, sample=None), ledger, "tiny-hw").failed_in.id == whole.id


def test_runs_of_an_older_ledger_are_in_the_order_of_their_ends(tmp_path):
    """Before turns were counted, a run's end told when it was last gone on with."""
    path = tmp_path / "ledger.sqlite"
    db = sqlite3.connect(path)
    for statement in (s for step in MIGRATIONS[:2] for s in step):
        db.execute(statement)
    row = OLD_RUN.replace("(id, ", "(finished, id, ")
    db.execute(row.replace("VALUES (1, 'k'", "VALUES ('2020-12-03', 1, 'a'").replace("'then'", "'2020-12-01'"))
    db.execute(row.replace("VALUES (1, 'k'", "VALUES ('2020-12-02', 2, 'b'").replace("'then'", "'2020-12-02'"))
    db.execute("PRAGMA user_version = 2")
    db.commit()
    db.close()
    with Ledger(path) as ledger:
        assert [run.turn for run in ledger.runs()] == [2, 1]
        assert ledger.latest().id == 1


def test_a_transaction_is_all_or_nothing(ledger, graded_as, entry_of):
    """One bad entry among many leaves none of them, and the ledger usable."""
    run = ledger.begin("k", PINS, "rubric", "export")
    good = entry_of(graded_as(), ledger.keep(PINS, "d1", graded_as()))
    with pytest.raises(sqlite3.IntegrityError):
        ledger.enter_all(run, [good, good._replace(graded=None)])
    assert list(ledger.entries(run)) == []
    ledger.enter(run, good)

    assert len(list(ledger.entries(run))) == 1


def test_an_older_ledger_is_brought_up(tmp_path, graded_as):
    """A file of any earlier form opens with all its rows, in today's form."""
    for form in range(1, len(MIGRATIONS) + 1):
        path = tmp_path / f"{form}.sqlite"
        db = sqlite3.connect(path)
        for statement in (s for step in MIGRATIONS[:form] for s in step):
            db.execute(statement)
        db.execute(OLD_RUN)
        db.execute(f"PRAGMA user_version = {form}")
        db.commit()
        db.close()
        with Ledger(path) as ledger:
            assert [run.source for run in ledger.runs()] == ["old"]
            ledger.keep(PINS, "d1", graded_as())
        db = sqlite3.connect(path)
        assert db.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        db.close()


def test_looking_at_an_older_ledger_leaves_it_as_it_is(tmp_path):
    """A dry run reads a ledger of any form and writes nothing: not the file, not beside it; a writer's log is read."""
    path = tmp_path / "ledger.sqlite"
    db = sqlite3.connect(path)
    db.execute("PRAGMA journal_mode = WAL")
    for statement in MIGRATIONS[0]:
        db.execute(statement)
    db.execute("PRAGMA user_version = 1")
    db.execute(OLD_RUN)
    db.commit()
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir() if not file.name.endswith("-shm")}
    with open_ledger(tmp_path, dry=True) as ledger:
        assert [run.source for run in ledger.runs()] == ["old"]
    after = {file.name: file.read_bytes() for file in tmp_path.iterdir() if not file.name.endswith("-shm")}
    db.close()

    assert set(before) == {"ledger.sqlite", "ledger.sqlite-wal"}
    assert after == before


@pytest.mark.parametrize("open_before", [True, False])
def test_a_dry_run_sees_one_moment_of_a_ledger_that_is_written(tmp_path, monkeypatch, open_before):
    """Whatever a writer does between looking at one of its files and at the other, what was committed is there."""
    path = tmp_path / "ledger.sqlite"
    writers = [Ledger(path)]
    writers[0].begin("first", PINS, "", "first")
    if not open_before:
        writers.pop().close()

    def copied(source, target, copy=shutil.copyfile):
        copy(source, target)
        if not source.name.endswith("-wal"):  # the log goes into the file, and is empty
            writers[:] = writers or [Ledger(path)]
            writers[0].begin("second", PINS, "", "second")
            writers[0]._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    monkeypatch.setattr(shutil, "copyfile", copied)
    with open_ledger(tmp_path, dry=True) as ledger:
        assert [run.source for run in ledger.runs()] == ["first"] + ["second"] * (not open_before)
    writers[0].close()


def test_every_form_ends_in_the_same_tables(tmp_path):
    """However old a ledger was, after it was opened its tables are those of a new one."""

    def tables(path):
        with Ledger(path):
            pass
        db = sqlite3.connect(path)
        found = db.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
        db.close()
        return found

    fresh = tables(tmp_path / "fresh.sqlite")
    for form in range(1, len(MIGRATIONS) + 1):
        db = sqlite3.connect(tmp_path / f"{form}.sqlite")
        for statement in (s for step in MIGRATIONS[:form] for s in step):
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {form}")
        db.commit()
        db.close()
        assert tables(tmp_path / f"{form}.sqlite") == fresh


def test_a_later_form_is_refused(tmp_path):
    """A ledger of a newer gradelbo is not written to."""
    path = tmp_path / "ledger.sqlite"
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 999")
    db.close()

    with pytest.raises(UsageError, match="later gradelbo"):
        Ledger(path)


def test_what_is_no_ledger_is_refused(tmp_path):
    """A file of another kind is told with a sentence, and left as it is."""
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"this is a text, longer than the header of a database file" * 20)

    with pytest.raises(UsageError, match="cannot be used as a ledger"):
        Ledger(path)
    assert path.read_bytes().startswith(b"this is")


def test_a_run_that_is_not_there_is_told_with_those_that_are(ledger):
    """Asking for an unknown run names the known ones."""
    ledger.begin("k", PINS, "rubric", "export")
    with pytest.raises(UsageError, match="there are: 1"):
        ledger.run(7)
