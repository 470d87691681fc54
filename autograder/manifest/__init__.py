"""The manifest of a homework, `homework.toml`, as frozen values; of ours it imports `errors` only."""

from autograder.manifest.policy import Bonus, LateDays, Policy, instant
from autograder.manifest.proof import public_functions
from autograder.manifest.read import HANDOUT, find_homework, homeworks, read_homework
from autograder.manifest.values import HANDED_IN, KINDS, PERSONAL, Gates, Homework, Imports, Limits, Part, Problem

__all__ = [
    "HANDED_IN",
    "HANDOUT",
    "KINDS",
    "PERSONAL",
    "Bonus",
    "Gates",
    "Homework",
    "Imports",
    "LateDays",
    "Limits",
    "Part",
    "Policy",
    "Problem",
    "find_homework",
    "homeworks",
    "instant",
    "public_functions",
    "read_homework",
]
