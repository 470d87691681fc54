"""Existing suites, unittest or pytest with gradescope-utils' decorators, run with the student's code behind the wall."""
