"""Existing suites, unittest or pytest decorated by gradescope-utils, run with the student's code behind the wall."""
