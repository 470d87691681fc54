"""Runs beside a student's lda.py: makes the random generator, and joins the documents, which are many, into arrays."""

import numpy as np


def sample(module, alpha, beta, lengths, seed):
    """The student's `sample`: theta, and for z and w each the lengths of the documents and all their entries."""
    theta, z, w = module.sample(alpha, beta, lengths, np.random.default_rng(seed))
    return theta, *_joined(z), *_joined(w)


def _joined(documents):
    """The lengths of arrays with one axis, and their entries one after the other."""
    arrays = [np.asarray(document) for document in documents]
    if any(array.ndim != 1 for array in arrays):
        raise TypeError("z and w must be lists with one array of one axis for each document")
    kinds = [array for array in arrays if array.size]
    return np.array([len(array) for array in arrays]), np.concatenate(kinds) if kinds else np.zeros(0, dtype=np.int64)
