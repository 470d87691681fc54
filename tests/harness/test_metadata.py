"""Gradescope's metadata: read as documented, and whatever else stands there ends in a sentence, never in a crash."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.engine import metadata as module
from autograder.engine.metadata import read_metadata
from autograder.scoring.policy import Handed

GOOD = {
    "id": 123456,
    "created_at": "2020-11-05T07:59:00.365935-08:00",
    "assignment": {"due_date": "2020-11-04T23:59:00.000000-08:00", "late_due_date": None, "total_points": "20.0"},
    "submission_method": "upload",
    "users": [{"email": "ada@example.edu", "id": 7, "name": "Ada", "sid": "0042"}],
    "previous_submissions": [{"submission_time": "2020-11-01T00:00:00-08:00", "score": 0.0, "results": {"tests": []}}],
}


@pytest.fixture
def told(tmp_path):
    """What is read from a value written as JSON, or from bytes as they are."""

    def read(content) -> Handed:
        path = tmp_path / "submission_metadata.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return read_metadata(path)

    return read


def test_documented_metadata_is_read(told):
    """Instant, names for overrides and the assignment's date come out, in UTC; earlier results are not looked at."""
    assert told(GOOD) == Handed(
        created_at=datetime(2020, 11, 5, 15, 59, 0, 365935, tzinfo=UTC),
        keys=("123456", "submission_123456", "ada@example.edu", "0042"),
        due=datetime(2020, 11, 5, 7, 59, tzinfo=UTC),
    )


def test_of_several_submitters_the_latest_own_date_is_told(told):
    """A group has the extension of whoever has the longest."""
    users = [{"email": f"{day}@x", "assignment": {"due_date": f"2020-11-0{day}T12:00:00Z"}} for day in (6, 8, 7)]

    assert told({**GOOD, "users": users}).own_due == datetime(2020, 11, 8, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "created",
    [
        None,
        "2020-11-04T23:59:00",
        "2020-11-04",
        "yesterday",
        "",
        1604563140,
        True,
        ["2020-11-04T23:59:00Z"],
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2020-11-04T23:59:00+99:00",
        "2" * 10**6,
    ],
)
def test_an_instant_that_is_none_is_said(told, created):
    """A naive, impossible or absent created_at is no instant, and a sentence says so: no clock is asked instead."""
    found = told({**GOOD, "created_at": created})

    assert found.created_at is None
    assert any("created_at" in trouble and len(trouble) < 400 for trouble in found.troubles)


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"null", b"\xff\xfe", b"{", b'{"id": NaN}', b"[" * 10**5, b'{"id":' * 10**5, b"{}" * 2],
    ids=str,
)
def test_what_is_no_metadata_is_one_sentence(told, content):
    """Garbage of any kind is named, with nothing read from it."""
    found = told(content)

    assert (found.created_at, found.keys) == (None, ())
    assert len(found.troubles) == 1
    assert "submission_metadata.json" in found.troubles[0]


def test_metadata_past_its_limit_is_not_read(told, monkeypatch):
    """A file of any size costs bounded memory."""
    monkeypatch.setattr(module, "METADATA_LIMIT", 10)

    assert "larger than" in told(GOOD).troubles[0]


def test_a_file_that_is_not_there_or_a_link_is_a_sentence(tmp_path):
    """What cannot be read, or only through a link, is said."""
    (tmp_path / "link").symlink_to("/etc/passwd")

    assert all("cannot be read" in read_metadata(tmp_path / name).troubles[0] for name in ("absent", "link", "."))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
odd_users = st.lists(
    st.fixed_dictionaries({}, optional={"email": json_values, "sid": json_values, "assignment": json_values})
    | json_values,
    max_size=60,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    value=st.fixed_dictionaries(
        {},
        optional={
            "id": json_values,
            "created_at": json_values,
            "assignment": json_values | st.fixed_dictionaries({"due_date": json_values}),
            "users": json_values | odd_users,
        },
    )
)
def test_any_json_at_all_is_read_without_a_crash(told, value):
    """Every key may hold anything: what comes out has its types, and its texts can be shown."""
    found = told(value)

    assert all(key and key.isprintable() and len(key) <= 200 for key in found.keys)
    assert found.created_at is None or found.created_at.tzinfo is UTC
