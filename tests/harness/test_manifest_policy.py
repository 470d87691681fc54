"""The manifest's table `[policy]`: read as written, and every fault of it is told at once with its line."""

from datetime import UTC, datetime

import pytest

from autograder.errors import ManifestError
from autograder.manifest import Bonus, LateDays, Policy, find_homework, instant
from tests.harness.test_manifest import MANIFEST, edit, read

WHOLE = """[policy]
due = 2020-11-04T23:59:00
zone = "America/Los_Angeles"
grace_s = 30
late_days = { homework = 2, total = 3, beyond = "zero" }
bonus = { points = 1, cap = 0.5, reason = "written in LaTeX", sign = "latex" }
tag_penalty = 0.5

"""
DUE = datetime(2020, 11, 5, 7, 59, tzinfo=UTC)


@pytest.fixture
def policy_of(tiny_copy):
    """The policy of the tiny homework with a table of its own."""

    def reading(table: str) -> Policy | None:
        edit(tiny_copy, MANIFEST, "[problems.moments]", f"{table}\n[problems.moments]")
        return read(tiny_copy).policy

    return reading


def test_a_policy_is_read_as_written(policy_of):
    """Every key comes out as a value."""
    found = policy_of(WHOLE)

    assert found == Policy(
        due=found.due,
        grace_s=30,
        late=LateDays(2, 3, "zero"),
        bonus=Bonus(1, 0.5, "written in LaTeX", "latex"),
        tag_penalty=0.5,
    )
    assert found.due == DUE


def test_what_is_not_written_is_not_applied(policy_of):
    """A bare due date has a minute of grace, and neither caps nor bonus nor penalty."""
    found = policy_of('[policy]\ndue = "2020-11-04T23:59:00-08:00"\n')

    assert found == Policy(due=DUE, grace_s=60)


def test_without_the_table_there_is_no_policy(tiny):
    """A homework says nothing of dates unless it wants to."""
    assert tiny.policy is None


@pytest.mark.parametrize(
    "due",
    [
        'due = "2020-11-04T23:59:00-08:00"',
        "due = 2020-11-04T23:59:00-08:00",
        'due = "2020-11-05T07:59:00Z"',
        'due = "2020-11-04T23:59"\nzone = "America/Los_Angeles"',
        'due = "2020-11-04T23:59:00-08:00"\nzone = "America/Los_Angeles"',
    ],
)
def test_one_instant_may_be_written_in_many_ways(policy_of, due):
    """Text or TOML's own date-time, with an offset or a zone."""
    assert policy_of(f"[policy]\n{due}\n").due == DUE


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ('due = "2020-11-04T23:59:00"', "does not say where"),
        ("due = 2020-11-04T23:59:00", "does not say where"),
        ("due = 2020-11-04", "a date without a time"),
        ("due = 3", "of the wrong type"),
        ('due = "Wednesday"', "no date and time"),
        ('due = "0020-11-04T23:59:00-08:00"', "not one of a course"),
        ('due = "2020-11-04T23:59:00-07:00"\nzone = "America/Los_Angeles"', "another offset than"),
        ('due = "2020-11-01T01:30:00"\nzone = "America/Los_Angeles"', "skip or show twice"),
        ('due = "2020-03-08T02:30:00"\nzone = "America/Los_Angeles"', "skip or show twice"),
        ('due = "2020-11-04T23:59:00"\nzone = "Pacific"', "not known on this machine"),
        ('due = "2020-11-04T23:59:00"\nzone = "../../etc/passwd"', "not known on this machine"),
        ("grace_s = -1", "must be 0 or more"),
        ("grace_s = nan", "must be 0 or more"),
        ("grace_s = true", "of the wrong type"),
        ("tag_penalty = inf", "must be 0 or more"),
        ('late_days = { homework = 2, total = 3, beyond = "zero" }', "needs `due`"),
        ('late_days = { homework = -2, total = 3, beyond = "zero" }', "no number of late days"),
        ("late_days = { homework = 2 }", "`total` is missing"),
        ('late_days = { homework = 2, total = 3, beyond = "mercy" }', "not among zero, refuse, report"),
        ('late_days = { homework = 2.5, total = 3, beyond = "zero" }', "of the wrong type"),
        ("late_days = 3", "of the wrong type"),
        ("bonus = { points = 1 }", "`reason` is missing"),
        ('bonus = { points = -1, reason = "x" }', "must be 0 or more"),
        ('bonus = { points = 1, reason = "x", sign = "word" }', "not among latex"),
        ("dew = 1", "not a key of this table"),
    ],
)
def test_a_fault_of_the_policy_is_named(policy_of, lines, sentence):
    """A policy that could be read in two ways, or not at all, is a fault of the manifest, told with its line."""
    with pytest.raises(ManifestError, match=r"homework\.toml:\d+ \[policy\]") as caught:
        policy_of(f"[policy]\n{lines}\n")

    assert sentence in str(caught.value)


def test_all_faults_are_told_at_once(policy_of):
    """Whoever writes a policy sees everything that is wrong with it."""
    with pytest.raises(ManifestError) as caught:
        policy_of('[policy]\ndue = "soon"\ngrace_s = -1\nbonus = { points = 1 }\nx = 1\n')

    assert len(caught.value.faults) == 4


def test_a_policy_must_be_a_table(policy_of):
    """A word in its place is told."""
    with pytest.raises(ManifestError, match="must be tables"):
        policy_of("[[policy]]\nx = 1\n")


def test_an_instant_keeps_its_offset():
    """The due date is shown as the course writes it."""
    assert instant("2020-11-04T23:59:00-08:00").isoformat() == "2020-11-04T23:59:00-08:00"


def test_ps3_is_due_as_its_handout_says(project_root):
    """Wednesday 4 November 2020, 23:59 in California, a minute of grace, one bonus point, half a point a wrong tag."""
    found = find_homework(project_root, "cs229-ps3").policy

    assert (found.due, found.grace_s, found.tag_penalty) == (DUE, 60, 0.5)
    assert (found.bonus.points, found.bonus.cap, found.bonus.sign) == (1, 1, "latex")
