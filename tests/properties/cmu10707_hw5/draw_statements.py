"""The statements about independence of cmu10707-hw5, and which eight of them a student's e-mail draws. No answers."""

from autograder.kit.personal import drawn_for, signature

SALT = "cmu10707-hw5, 1c"  # another one gives everybody other statements: change it for a new term, not in one
COUNT = 8
STATEMENTS = (
    "x1, x2",
    "x1, x2 | x4",
    "x1, x2 | x6",
    "x2, x5",
    "x2, x5 | x4",
    "x4, x5",
    "x4, x5 | x1, x3",
    "x6, x7 | x4",
    "x6, x7",
    "x2, x5 | x7",
    "x1, x7 | x4, x5",
    "x5, x6 | x4",
    "x5, x6 | x1, x3",
)


def drawn(answers, submitters):
    """The e-mail that signs part 1c, and its statements; raises CheckFailed as `signature` does."""
    email = signature(answers, "1c", "email", submitters=submitters, what="1c > email")
    return email, drawn_for(email, STATEMENTS, COUNT, salt=SALT)
