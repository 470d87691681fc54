"""Runs beside a student's gmm.py: makes random generators, and takes step and batch size from the module."""

import numpy as np


def make_gmm_data(module, n_per, seed):
    """The student's `make_gmm_data` with a new generator of this seed."""
    return module.make_gmm_data(np.random.default_rng(seed), n_per)


def fit_sgd(module, X, mu0, lr, batch_size, n_iter, seed):
    """The student's `fit_sgd` with a new generator of this seed."""
    return module.fit_sgd(X, mu0, lr, batch_size, n_iter, np.random.default_rng(seed))


def own_gradient_ascent(module, X, mu0, n_iter):
    """The student's `fit_gradient_ascent` with the student's step size."""
    return module.fit_gradient_ascent(X, mu0, float(module.LR_GA), n_iter)


def own_sgd(module, X, mu0, n_iter, seed):
    """The student's `fit_sgd` with the student's step and batch size."""
    return fit_sgd(module, X, mu0, float(module.LR_SGD), int(module.BATCH_SGD), n_iter, seed)
