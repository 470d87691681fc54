"""gradelbo's machinery; `python -m autograder` is the command `gradelbo`."""

__version__ = "0.1.0"
