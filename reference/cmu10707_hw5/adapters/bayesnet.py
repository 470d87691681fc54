"""Runs beside a student's bayesnet.py: makes random generators, which cannot cross the wall."""

import numpy as np


def ancestral_sample(module, parents, cpts, n, seed):
    """The student's `ancestral_sample` with a new generator of this seed."""
    return module.ancestral_sample(parents, cpts, n, np.random.default_rng(seed))


def marginal_sample(module, parents, cpts, keep, n, seed):
    """The student's `marginal_sample` with a new generator of this seed."""
    return module.marginal_sample(parents, cpts, keep, n, np.random.default_rng(seed))
