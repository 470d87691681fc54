"""Fixtures of the suite."""

import numpy as np
import pytest


@pytest.fixture(scope="module")
def signal():
    """A noisy wave."""
    rng = np.random.default_rng(3)
    return np.sin(np.linspace(0, 9, 60)) + rng.normal(0, 0.1, 60)


@pytest.fixture(scope="module")
def bank():
    """A filter of the student's that all tests of a file share."""
    import filters

    return filters.Bank([filters.mean_filter(3), filters.mean_filter(5)])


@pytest.fixture
def fresh(bank):
    """The bank, which counts from 0 in every test."""
    bank.used = 0
    return bank
