"""Runs beside a student's steps.py: makes the random generator, which cannot cross the wall, and keeps long tables."""

import functools

import numpy as np


def compare(module, x, x_tilde, z_tilde, seed, num_trials):
    """The student's `compare` with a new generator of this seed; asked again, the table it gave before."""
    packed = tuple((array.tobytes(), array.shape, array.dtype.str) for array in (x, x_tilde, z_tilde))
    return _table(module, packed, seed, num_trials)


@functools.lru_cache(maxsize=8)
def _table(module, packed, seed, num_trials):
    x, x_tilde, z_tilde = (np.frombuffer(data, dtype).reshape(shape).copy() for data, shape, dtype in packed)
    np.random.seed(seed)  # for a program that draws from there against the docstring: every grading is the same
    return module.compare(x, x_tilde, z_tilde, np.random.default_rng(seed), num_trials)
