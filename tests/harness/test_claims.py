"""Claims are counted one by one: what is blank, misspelt or wrong counts for nothing and spoils nothing."""

from autograder.kit.claims import judged_rightly

CLAIMS = {"a": (True, [True, False]), "b": (False, [True, False]), "c": ("argmin", ["argmin", "argmax"])}


def test_right_claims_are_counted():
    """Each right one counts, in any spelling that answers may have."""
    assert judged_rightly({"1": {"a": True, "b": "no", "c": "Argmin"}}, "1", CLAIMS) == 3
    assert judged_rightly({"1": {"a": False, "b": False, "c": "argmax"}}, "1", CLAIMS) == 1


def test_what_is_not_answered_counts_for_nothing():
    """Blank, missing and unreadable claims leave the others as they are; so does a part that is not there."""
    assert judged_rightly({"1": {"a": None, "b": False, "c": 7}}, "1", CLAIMS) == 1
    assert judged_rightly({"1": []}, "1", CLAIMS) == 0
    assert judged_rightly({}, "1", CLAIMS) == 0
