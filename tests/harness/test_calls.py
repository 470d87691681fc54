"""Claims about how a function behaves: which end of a call is a rejection, and which keeps a verdict of its own."""

import pytest

from autograder.errors import CheckFailed, StudentError
from autograder.kit.calls import assert_rejects

OTHERS = ["missing", "timeout", "memory", "malformed", "forbidden"]


def raising(*kinds, verdict="raised", text="boom"):
    """A student's function whose call ends with this error."""

    def function(*args, **kwargs):
        raise StudentError(verdict, "the call raised an exception", text=text, kinds=kinds)

    return function


def failure(function):
    """The CheckFailed of a rejection that did not come."""
    with pytest.raises(CheckFailed) as caught:
        assert_rejects(function, -1, because="sigma is not positive")
    return caught.value


@pytest.mark.parametrize("kinds", [("ValueError", "Exception"), ("LinAlgError", "ValueError", "Exception")])
def test_a_value_error_rejects(kinds):
    """ValueError and its subclasses are the rejection that was asked for."""
    assert_rejects(raising(*kinds), -1, because="sigma is not positive")


@pytest.mark.parametrize("kinds", [("TypeError", "Exception"), ("MyValueErrors", "Exception"), ()])
def test_another_exception_is_wrong(kinds):
    """A crash over the bad input is not a rejection of it."""
    error = failure(raising(*kinds))

    assert error.verdict == "wrong"
    assert error.detail.got == "another exception: boom"


@pytest.mark.parametrize("value", [None, 0.0, False, "ValueError"])
def test_a_value_is_wrong(value):
    """Bad input must not be answered, not even with None."""
    error = failure(lambda sigma: value)

    assert error.verdict == "wrong"
    assert error.detail.got == "a value came back"


@pytest.mark.parametrize(
    "function", [lambda sigma: 1.0, raising("TypeError", text="-1 is odd")], ids=["value", "raise"]
)
def test_the_reason_says_what_was_wrong_with_the_input_and_nothing_of_the_students(function):
    """The reason is shown for hidden cases too."""
    assert failure(function).detail.reason == "bad input must raise ValueError: sigma is not positive"


@pytest.mark.parametrize("verdict", OTHERS)
def test_a_call_that_did_not_come_to_an_end_keeps_its_verdict(verdict):
    """A time-out, a crash or a stub is no rejection, even where the worker claims a ValueError."""
    with pytest.raises(StudentError) as caught:
        assert_rejects(raising("ValueError", verdict=verdict), because="x is empty")

    assert caught.value.verdict == verdict


def test_the_arguments_are_passed_on():
    """The function is called once, with just what the property gives."""
    calls = []
    with pytest.raises(CheckFailed):
        assert_rejects(lambda *args, **kwargs: calls.append((args, kwargs)), 1, 2, because="x", alpha=3)

    assert calls == [((1, 2), {"alpha": 3})]
