"""Part 3e, answers: how far the best bound stays below the log-likelihood of the two models, and why."""

from autograder.kit.answers import answer, assert_choice, assert_number, read_choice, read_number

MODELS = ("model1", "model2")
YES_NO = (True, False)
COLUMNS = ("orthogonal", "correlated")
REASONS = {"W1_columns": COLUMNS, "W2_columns": COLUMNS, "which_matrix_must_be_diagonal": ("W'W", "WW'")}


def test_answers_have_the_right_form(student):
    """In answers.json the gaps of 3e are numbers, its judgements true or false, its reasons among those named."""
    answers = student.answers()
    for name in ("gap1", "gap2"):
        read_number(answer(answers, "3e", name), what=f"3e {name}")
    for model in MODELS:
        judged = answer(answers, "3e", "posterior_in_family", model)
        read_choice(judged, among=YES_NO, what=f"3e posterior_in_family {model}")
    for name, among in REASONS.items():
        read_choice(answer(answers, "3e", "reason", name), among=among, what=f"3e reason {name}")


def test_gaps_are_right(student, reference):
    """gap1 and gap2 are the log-likelihood less the best lower bound of the two models, to 0.01."""
    answers = student.answers()
    for number in (1, 2):
        model = reference.shipped(number)
        gap = reference.log_likelihood(*model) - reference.best_elbo(*model)
        assert_number(answer(answers, "3e", f"gap{number}"), gap, atol=0.01, what=f"3e gap{number}")


def test_family_is_judged(student):
    """For both models it is said rightly whether the exact posterior is among the allowed q."""
    for model, right in zip(MODELS, (True, False), strict=True):
        found = answer(student.answers(), "3e", "posterior_in_family", model)
        assert_choice(found, right, among=YES_NO, what=f"3e posterior_in_family {model}")


def test_reason_is_given(student):
    """How the columns of W1 and W2 lie, and which matrix must be diagonal, is said rightly."""
    for (name, among), right in zip(REASONS.items(), ("orthogonal", "correlated", "W'W"), strict=True):
        assert_choice(answer(student.answers(), "3e", "reason", name), right, among=among, what=f"3e reason {name}")
