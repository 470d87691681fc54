"""What all tests share: how much of the corpus is graded."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--corpus N`: grade one corpus submission in N; `make corpus` grades all."""
    parser.addoption("--corpus", type=int, default=5, metavar="N", help="grade one corpus submission in N (default 5)")
