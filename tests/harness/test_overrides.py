"""Overrides: what instructors wrote is read as written, and every fault of the file is named with its place."""

from datetime import UTC, datetime

import pytest

from autograder.engine.overrides import read_overrides
from autograder.errors import ManifestError, UsageError
from autograder.scoring.policy import Override, Penalty

WHOLE = """
[students."Ada@example.edu"]
points = { "1a" = 3.5 }
by_hand = { "1b" = 1, "3" = 2 }
wrongly_tagged = ["1b"]
bonus = false
late_days_before = 2
due = 2020-11-06T23:59:00
zone = "America/Los_Angeles"

[[students."Ada@example.edu".penalties]]
part = "2"
points = 0.25
reason = "plots without labels"

[students.submission_77]
bonus = true
"""


@pytest.fixture
def read(tmp_path, tiny):
    """What is read from a text, or the faults that it has."""

    def reading(text: str):
        path = tmp_path / "overrides.toml"
        path.write_text(text, encoding="utf-8")
        return read_overrides(path, tiny)

    return reading


def test_overrides_are_read_as_written(read):
    """Every key comes out as a value; an extension in local time is an instant."""
    override, trouble = read(WHOLE).find(["123", "ADA@example.edu"])

    assert trouble == ""
    assert override == Override(
        points={"1a": 3.5},
        by_hand={"1b": 1, "3": 2},
        wrongly_tagged=("1b",),
        penalties=(Penalty("2", 0.25, "plots without labels"),),
        bonus=False,
        late_days_before=2,
        due=datetime(2020, 11, 7, 7, 59, tzinfo=UTC),
    )


def test_a_byte_order_mark_is_no_fault(read):
    """Editors on Windows write one; it says nothing."""
    assert read('\ufeff[students."ada@example.edu"]\nbonus = true\n').students["ada@example.edu"].bonus


def test_nobody_has_looked_where_nothing_is_written(read):
    """An empty table decides nothing: no bonus is not a no, no number of late days is not zero."""
    override, _ = read('[students."a"]\n').find(["a"])

    assert (override.bonus, override.late_days_before, override.due) == (None, None, None)


def test_a_student_without_a_table_has_no_override(read):
    """Who is not named is graded as everybody."""
    assert read(WHOLE).find(["bob@example.edu"]) == (None, "")
    assert read("").find(["bob@example.edu"]) == (None, "")


def test_two_tables_that_fit_one_submission_are_told_and_neither_counts(read):
    """Of two decisions about one submission none is picked."""
    override, trouble = read(WHOLE).find(["ada@example.edu", "submission_77"])

    assert override is None
    assert "ada@example.edu and submission_77" in trouble


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("bonos = true", "`bonos` is not a key of this table"),
        ("bonus = 1", "neither true nor false"),
        ('points = { "9z" = 1 }', "names part '9z', which is not among 1a, 1b, 2, 3"),
        ('points = { "1a" = 4.5 }', "not from 0 to 4"),
        ('points = { "1a" = -1 }', "not from 0 to 4"),
        ('points = { "1a" = nan }', "not from 0 to 4"),
        ('points = { "1a" = true }', "not from 0 to 4"),
        ('points = { "1a" = "4" }', "not from 0 to 4"),
        ("points = 3", "of the wrong type"),
        ('by_hand = { "1a" = 1 }', "not from 0 to 0"),
        ('wrongly_tagged = ["9z"]', "names part '9z'"),
        ("wrongly_tagged = [1]", "different names"),
        ("late_days_before = -1", "no number of late days"),
        ("late_days_before = 1.5", "of the wrong type"),
        ('due = "2020-11-06"', "does not say where"),
        ('due = "soon"', "no date and time"),
        ("due = 2020-11-06", "no date and time"),
        ("due = 2020-11-06T12:00:00", "does not say where"),
        ('due = 2020-11-01T01:30:00\nzone = "America/Los_Angeles"', "skip or show twice"),
        ('due = 2020-11-06T12:00:00\nzone = "Mars/Base"', "not known on this machine"),
        ('penalties = [{ part = "1a", points = 1 }]', "`reason` is missing"),
        ('penalties = [{ part = "1a", points = -1, reason = "x" }]', "must be 0 or more"),
        ('penalties = [{ part = "9z", points = 1, reason = " " }]', "must say why"),
        ("penalties = [3]", "`part` is missing"),
    ],
)
def test_a_fault_is_named_with_its_line(read, lines, sentence):
    """Unknown keys, unknown parts and wrong values are faults, told with the line of the student's table."""
    with pytest.raises(ManifestError, match=r"overrides\.toml:[34] \[students\.\"ada\"\]") as caught:
        read(f'\n\n[students."ada"]\n{lines}\n')

    assert sentence in str(caught.value)


def test_a_fault_names_its_own_line_where_one_name_begins_like_another(read):
    """The table of ada is not that of adam, which stands above it."""
    with pytest.raises(ManifestError, match=r"overrides\.toml:4 \[students\.\"ada\"\]"):
        read("[students.adam]\nbonus = true\n[students.ada]\nbonos = true\n")


def test_all_faults_are_told_at_once(read):
    """Who corrects the file sees everything that is wrong with it."""
    with pytest.raises(ManifestError) as caught:
        read('people = 1\n[students."a"]\nx = 1\n[students."A"]\nbonus = "yes"\n')

    assert len(caught.value.faults) == 4


@pytest.mark.parametrize("text", ["students = 3", "x = [", "[students]\nada = 1"])
def test_a_file_of_another_form_is_refused(read, text):
    """What is not TOML, or no tables, says so."""
    with pytest.raises(ManifestError, match=r"overrides\.toml"):
        read(text)


def test_a_file_that_is_not_there_is_a_wrong_call(tmp_path, tiny):
    """A path that leads nowhere is told as one."""
    with pytest.raises(UsageError, match="cannot be read"):
        read_overrides(tmp_path / "none.toml", tiny)
