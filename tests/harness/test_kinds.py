"""Answers and texts as they are read, and the form that a script's account must have."""

import json

import numpy as np
import pytest

from autograder.engine.kinds import SIZE_LIMIT, checked_script, read_answers, read_text
from autograder.errors import StudentError


def test_answers_are_plain_data():
    """What JSON says comes back as Python has it, with a byte order mark or in another encoding, too."""
    text = '{"2f": {"i": "a", "n": [1, 2.5, null, true]}, "é": {}}'
    wanted = json.loads(text)

    assert read_answers(text.encode(), "answers.json") == wanted
    assert read_answers(text.encode("utf-8-sig"), "answers.json") == wanted
    assert read_answers(text.encode("utf-16"), "answers.json") == wanted
    assert read_answers(text.encode("latin-1"), "answers.json") == wanted


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not valid JSON: Expecting value; it is empty (line 1, column 1)"),
        (b'{\n  "a": 1,\n}', "double quotes (line "),
        (b'{"a": 1\n "b": 2}', "Expecting ',' delimiter (line 2, column 2)"),
        (b"[1]", "must be one object"),
        (b'{"a": NaN}', "holds NaN, which is not JSON: write null for what you have no number for (line 1, column 7)"),
        (b'{"a": -Infinity}', "holds -Infinity"),
        (b'{"a": 1e999}', "too large (line 1, column 7)"),
        (b'{"a": 1,\n "a": 2}', "has the key 'a' twice in one object (line 2, column 2)"),
        (b'{"a": ' + b"9" * 30 + b"}", "an integer of 30 digits (line 1, column 7)"),
        (b'{"a": ' + b"9" * 5000 + b"}", "an integer of 5000 digits"),
        (b'{"a": "\\ud800"}', "half a character"),
        (b'{"a":' * 13 + b"1" + b"}" * 13, "nested deeper than 12 levels"),
        (b"[" * SIZE_LIMIT, "nested deeper than 12 levels"),
        (b'"' + b'\\"' * 200_000, "not valid JSON"),
        (b" " * (SIZE_LIMIT + 1), "larger than 1 MiB"),
    ],
)
def test_what_is_no_plain_json_is_told_with_its_place(data, words):
    """Every bomb and every slip is `malformed`, with a sentence that says where."""
    with pytest.raises(StudentError) as caught:
        read_answers(data, "folder/answers.json")

    assert caught.value.verdict == "malformed"
    assert words in caught.value.reason
    assert "folder" not in caught.value.reason


def test_brackets_in_strings_nest_nothing():
    """Only what JSON reads as structure counts as depth."""
    assert read_answers(b'{"a": "' + b"[" * 50 + b'\\""}', "answers.json")["a"].startswith("[[")


def test_texts_come_in_any_usual_encoding():
    """UTF-8 and UTF-16 with their marks, Latin-1 otherwise; line ends are newlines."""
    for data in ("é\r\nx\r".encode("utf-8-sig"), "é\nx\n".encode("utf-16"), "é\nx\n".encode("latin-1")):
        assert read_text(data, "out.txt") == "é\nx\n"
    with pytest.raises(StudentError, match="larger than 1 MiB"):
        read_text(b"x" * (SIZE_LIMIT + 1), "out.txt")


FIGURE = {
    "event": "figure",
    "file": "a.png",
    "points": np.zeros((2, 2)),
    "colours": np.zeros((2, 4)),
    "markers": np.zeros(2, dtype=np.int64),
    "title": "",
    "xlabel": "",
    "ylabel": "",
}
CALL = {"event": "call", "name": "f", "within": "", "value": np.zeros(3)}
ACCOUNT = {"finished": True, "verdict": "", "error": "", "stdout": "", "files": {"a.png": 3}, "events": [CALL, FIGURE]}


def test_an_account_passes_as_it_is():
    """What the worker makes has the form."""
    found = checked_script(ACCOUNT)

    assert found["files"] == {"a.png": 3}
    assert [event["event"] for event in found["events"]] == ["call", "figure"]


@pytest.mark.parametrize(
    "change",
    [
        {"finished": 1},
        {"files": {"a": "x"}},
        {"files": []},
        {"events": [3]},
        {"events": [{"event": "other"}]},
        {"events": [CALL | {"value": "x"}]},
        {"events": [CALL | {"value": np.array([1j])}]},
        {"events": [FIGURE | {"points": np.zeros((3, 2))}]},
        {"events": [FIGURE | {"points": np.zeros((2, 3))}]},
        {"events": [FIGURE | {"colours": np.zeros(2)}]},
        {"events": [FIGURE | {"title": 3}]},
        {"error": None},
    ],
)
def test_a_forged_account_is_malformed(change):
    """A program can reach its own account: of another form it never comes to a property."""
    with pytest.raises(StudentError) as caught:
        checked_script(ACCOUNT | change)

    assert caught.value.verdict == "malformed"
