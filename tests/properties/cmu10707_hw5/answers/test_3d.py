"""Part 3d, answers: posteriors of two small networks."""

from autograder.kit.answers import answer, assert_number


def test_measles_given_both(student):
    """Measles given fever and spots."""
    assert_number(answer(student.answers(), "3d", "measles_both"), 0.965749, atol=0.0001, what="3d measles_both")


def test_measles_given_fever(student):
    """Measles given fever and no spots."""
    assert_number(answer(student.answers(), "3d", "measles_fever"), 0.070229, atol=0.0001, what="3d measles_fever")


def test_cause_given_the_symptom(student):
    """A cause given the symptom."""
    assert_number(
        answer(student.answers(), "3d", "cause_given_symptom"), 0.531814, atol=0.0001, what="3d cause_given_symptom"
    )


def test_cause_given_the_other_cause(student):
    """The same when the other cause is known to be on."""
    assert_number(
        answer(student.answers(), "3d", "cause_given_other"), 0.119643, atol=0.0001, what="3d cause_given_other"
    )
