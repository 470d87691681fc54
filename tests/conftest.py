"""What all tests share: how much of the corpus is graded, and how many models are trained."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--corpus N`: grade one corpus submission in N; `make corpus` grades all. `--training N`: train from N seeds."""
    parser.addoption("--corpus", type=int, default=8, metavar="N", help="grade one corpus submission in N (default 8)")
    parser.addoption("--training", type=int, default=1, metavar="N", help="train from N seeds (default 1)")
