"""Runs beside a student's lgm.py: builds its class from files, then calls its methods as their docstrings say.

Every call gets fresh arrays, columns for vectors, and a seed of its own for the global generators. Vectors given here
have one axis; what the methods return goes back as it is, except that one number in an array becomes a float and a
vector is copied before the next call may overwrite it.
"""

import contextlib
import os
import random
import tempfile

import numpy as np


def log_likelihood(module, W, b, gamma, x):
    """`LinearGaussianModel.log_likelihood` of x (d,) under the model (W, b, gamma)."""
    with _model(module, W, b, gamma, "log_likelihood") as method:
        return _plain(method(_column(x)))


def elbo(module, W, b, gamma, x, qm, qr, num_samples, seed):
    """`LinearGaussianModel.elbo` of x (d,) with q given by qm, qr (m,)."""
    return elbo_many(module, W, b, gamma, x, qm, qr, num_samples, 1, seed)[0]


def elbo_many(module, W, b, gamma, x, qm, qr, num_samples, calls, seed):
    """The results of `calls` calls of `elbo` on one model object, call i with seed + i."""
    with _model(module, W, b, gamma, "elbo") as method:
        found = []
        for i in range(calls):
            _seed(seed + i)
            found.append(_plain(method(_column(x), _column(qm), _column(qr), num_samples)))
    return found


def sgvb(module, W, b, gamma, x, qm, qr, num_samples, num_iter, lr, seed):
    """`LinearGaussianModel.sgvb` of x (d,) from qm, qr (m,): a pair."""
    return sgvb_many(module, W, b, gamma, x, qm, qr, num_samples, num_iter, lr, 1, seed)[0]


def sgvb_many(module, W, b, gamma, x, qm, qr, num_samples, num_iter, lr, calls, seed):
    """The results of `calls` calls of `sgvb` on one model object, call i with seed + i."""
    with _model(module, W, b, gamma, "sgvb") as method:
        found = []
        for i in range(calls):
            _seed(seed + i)
            found.append(_pair(method(_column(x), _column(qm), _column(qr), num_samples, num_iter, lr)))
    return found


@contextlib.contextmanager
def _model(module, W, b, gamma, name):
    """The named method of a model made in a folder of its own, which is the working folder meanwhile."""
    if not callable(getattr(module, "LinearGaussianModel", None)):
        raise LookupError("lgm.py defines no class LinearGaussianModel")
    if not callable(getattr(module.LinearGaussianModel, name, None)):
        raise LookupError(f"LinearGaussianModel has no method {name}")
    home = os.getcwd()
    with tempfile.TemporaryDirectory(prefix="model-", dir=home, ignore_cleanup_errors=True) as folder:
        np.savetxt(os.path.join(folder, "W1.txt"), W, fmt="%.17g", delimiter=",")
        np.savetxt(os.path.join(folder, "b.txt"), b, fmt="%.17g", delimiter=",")
        try:
            os.chdir(folder)
            model = module.LinearGaussianModel("W1.txt")
            model.gamma = float(gamma)
            yield getattr(model, name)
        finally:
            os.chdir(home)


def _seed(seed):
    """Seeds both global generators."""
    random.seed(seed)
    np.random.seed(seed % 2**32)


def _column(vector):
    """A new column (n, 1) of this vector."""
    return np.array(vector, dtype=np.float64).reshape(-1, 1)


def _plain(value):
    """The value, copied if it is an array; an array of one number as a float."""
    if not isinstance(value, np.ndarray | np.generic):
        return value
    plain = np.array(value, subok=False)
    return float(plain.reshape(())) if plain.size == 1 and plain.dtype.kind in "iuf" else plain


def _pair(value):
    """The pair as a tuple of copies; an array with two rows is a pair."""
    if isinstance(value, list | tuple) or (isinstance(value, np.ndarray) and value.ndim > 1 and len(value) == 2):
        return tuple(np.array(item, subok=False) if isinstance(item, np.ndarray) else item for item in value)
    return value
