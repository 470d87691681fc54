"""The cases of the homework, and when a value is near the right one: the same file for every peer."""

import pickle
from pathlib import Path

import numpy as np

CASES = pickle.loads(Path(__file__).with_name("cases.pickle").read_bytes())  # noqa: S301 - the course's own file


def near(found, wanted):
    """Raises AssertionError unless what was found is near the right value, or is several values near the right ones."""
    if isinstance(wanted, tuple):
        assert len(found) == len(wanted)
        for one, other in zip(found, wanted, strict=True):
            near(one, other)
        return
    np.testing.assert_allclose(np.asarray(found), wanted, rtol=1e-5, atol=1e-6)
