"""Claims about answers: found by their place, blank ones missing, right ones in any usual spelling."""

import pytest

from autograder.errors import CheckFailed
from autograder.kit.answers import answer, assert_choice, assert_number, is_blank

ANSWERS = {"2f": {"i": "yes", "ii": None, "iii": " "}, "3e": {"a": {"b": None}}, "t": [1, None], "n": 0, "f": False}


def fails(call, *args, **kwargs):
    """The failure of a claim."""
    with pytest.raises(CheckFailed) as caught:
        call(*args, **kwargs)
    return caught.value


def test_an_answer_is_found_by_its_place():
    """Keys lead through objects, numbers through lists; 0 and false are answers."""
    assert answer(ANSWERS, "2f", "i") == "yes"
    assert answer(ANSWERS, "t", 0) == 1
    assert answer(ANSWERS, "n") == 0
    assert answer(ANSWERS, "f") is False


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (("2f", "ii"), "no answer yet at 2f > ii"),
        (("2f", "iii"), "no answer yet at 2f > iii"),
        (("3e", "a", "b"), "no answer yet at 3e > a > b"),
        (("t", 1), "no answer yet at t > entry 2"),
        (("t", 2), "has 2 entries at t, and no number 3"),
        (("2f", "iv"), "no key 2f > iv; the template has it"),
        (("9",), "no key 9"),
    ],
)
def test_what_is_not_there_or_blank_is_missing(path, words):
    """As in the template is as good as not there; the sentence names the place."""
    found = fails(answer, ANSWERS, *path)

    assert found.verdict == "missing"
    assert words in found.detail.reason


def test_a_place_of_another_form_is_malformed():
    """A text where the template has an object, an object where it has a list."""
    assert fails(answer, ANSWERS, "2f", "i", "x").verdict == "malformed"
    assert fails(answer, {"t": {"a": 1}}, "t", 0).verdict == "malformed"


def test_blank_is_nothing_or_made_of_nothing():
    """An object of empty answers is blank, whatever its keys."""
    assert is_blank({"a": None, "b": {"c": ""}, "d": []})
    assert not is_blank({"a": None, "b": 0})


@pytest.mark.parametrize("value", ["semi_more", "Semi more", " SEMI-MORE "])
def test_a_choice_counts_in_any_spelling(value):
    """Case, blanks and what joins the words do not count."""
    assert_choice(value, "semi_more", among=["semi_more", "unsup_more"], what="2f ii")


@pytest.mark.parametrize(("value", "verdict"), [("unsup more", "wrong"), ("both", "malformed"), (3, "malformed")])
def test_another_choice_is_wrong_and_none_is_malformed(value, verdict):
    """What is allowed is always said, which one is right only where values are shown."""
    found = fails(assert_choice, value, "semi_more", among=["semi_more", "unsup_more"], what="2f ii")

    assert found.verdict == verdict
    if verdict == "wrong":
        assert "semi" not in found.detail.reason
    else:
        assert "'semi_more', 'unsup_more'" in found.detail.reason


def test_booleans_are_choices():
    """true, "true" and "yes" say the same."""
    for value in (True, "true", "Yes"):
        assert_choice(value, True, among=[True, False], what="model1")
    assert fails(assert_choice, "no", True, among=[True, False], what="model1").verdict == "wrong"


@pytest.mark.parametrize("value", [1.02, 1, "1.025", " +1.02e0"])
def test_a_number_counts_as_number_or_text(value):
    """Within the tolerance, however it is written."""
    assert_number(value, 1.0231, atol=0.03, what="gap2")


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (2, "wrong"),
        ("-1.0231", "wrong"),
        (True, "malformed"),
        ("about 1", "malformed"),
        ("1" * 400, "malformed"),
        (float("nan"), "malformed"),
        ([1.0231], "malformed"),
    ],
)
def test_what_is_no_number_is_malformed(value, verdict):
    """true is no 1, and words around a number are no number; the right one stands in no reason."""
    found = fails(assert_number, value, 1.0231, atol=0.01, what="gap2")

    assert found.verdict == verdict
    assert "1.0231" not in found.detail.reason
