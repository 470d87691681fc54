"""Part 3, answer: whether the claim is true, backed by judging five statements about it."""

from tests.properties.dl2024_hw4.claims import assert_backed, claims


def test_claim_is_judged(student):
    """The claim and each of its statements are judged, by true or false."""
    claims(student.answers(), "3")


def test_claim_is_backed(student, reference):
    """The claim is judged right, and at least four of its five statements are."""
    assert_backed(student.answers(), "3", reference.truth("3"), 1)


def test_claim_is_fully_backed(student, reference):
    """The claim is judged right, and so are all of its statements."""
    assert_backed(student.answers(), "3", reference.truth("3"), 0)
