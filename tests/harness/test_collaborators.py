"""Collaborators that a student names: repeated in the report, bounded and clean, whatever the file holds."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.engine.collaborators import collaborators_note
from autograder.engine.submission import Submission

FIXED = settings(max_examples=100, deadline=None, database=None, derandomize=True)
FILES = ("answers.json", "src/derivations.py")


def note(content, path="answers.json", files=FILES) -> str:
    """The sentence for this content of answers.json."""
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return collaborators_note(Submission("s", {path: data}), files)


def test_what_a_student_wrote_is_repeated():
    """The string stands in one sentence, also below a wrapping folder and behind a byte-order mark."""
    said = "collaborators, as answers.json names them: Ada, Grace"

    assert note({"collaborators": "Ada,\n Grace", "1a": 3}) == said
    assert note({"collaborators": "Ada, Grace"}, path="ps3/answers.json") == said
    assert note(b'\xef\xbb\xbf{"collaborators": "Ada, Grace"}') == said
    assert note('{"collaborators": "Ada, Grace"}'.encode("utf-16")) == said


def test_control_characters_and_length_are_bounded():
    """Nothing that a terminal obeys gets through, and no novel."""
    said = note({"collaborators": "\x1b[31m\u202e\x00" + "x" * 10**5})

    assert said.isprintable()
    assert len(said) < 600


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"3",
        b"\xff",
        b"[" * 10**5,
        b'{"a":' * 10**5,
        {},
        {"collaborators": None},
        {"collaborators": " "},
    ],
    ids=range(10),
)
def test_nothing_readable_says_nothing(content):
    """A file that is no JSON object, or names nobody, adds no sentence and does no harm."""
    assert note(content) == ""


@pytest.mark.parametrize("value", [3, True, ["Ada"], {"a": 1}])
def test_another_type_is_not_repeated(value):
    """Only a text is printed; what else stands there is told to be of the wrong kind."""
    assert "is not a text" in note({"collaborators": value})


def test_a_file_past_its_limit_is_not_read():
    """An answers.json of many MiB is not parsed for a name."""
    assert note(b'{"collaborators": "Ada"}' + b" " * (1 << 20)) == ""


def test_a_homework_without_answers_has_no_collaborators():
    """Where answers.json is not asked for it is not looked at."""
    assert note({"collaborators": "Ada"}, files=()) == ""


@FIXED
@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: json.dumps({"collaborators": text}).encode()))
def test_any_bytes_give_a_bounded_printable_sentence(data):
    """Whatever is handed in, what is said can be shown."""
    said = note(data)

    assert said.isprintable()
    assert len(said) < 600
