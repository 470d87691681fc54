"""What the em properties ask beside the solutions: everything by enumeration of all sequences of classes."""

import itertools

import numpy as np


def enumerated(x: "T", p_z_given_x: "V+1 m", p_x_given_z: "m V") -> "tuple of (T, m), float":
    """The posteriors of the places and the log-likelihood, from the joint probability of every sequence of classes."""
    V, m = len(p_z_given_x) - 1, p_z_given_x.shape[1]
    gamma, total = np.zeros((len(x), m)), 0.0
    for z in itertools.product(range(m), repeat=len(x)):
        joint, before = 1.0, V
        for word, label in zip(x, z, strict=True):
            joint *= p_z_given_x[before, label] * p_x_given_z[label, word]
            before = word
        total += joint
        gamma[np.arange(len(x)), z] += joint
    return gamma / total, float(np.log(total))
