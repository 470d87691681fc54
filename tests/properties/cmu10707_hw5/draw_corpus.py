"""Strategies for the corpora and variational parameters of cmu10707-hw5."""

from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from autograder.kit import fresh_seeds, rounded
from tests.properties.cmu10707_hw5.draw_discrete import tables

Array = NDArray[np.float64]


class Variational(NamedTuple):
    """Documents, variational parameters and priors."""

    docs: list[NDArray[np.int64]]
    phi: list[Array]
    gamma: Array
    lam: Array
    alpha: Array
    eta: float


@st.composite
def corpora(draw: st.DrawFn, min_k: int = 1, *, certain: bool = False, wide: bool = False) -> Variational:
    """1 to 4 documents of 1 to 9 words out of 2 to 8, 1 to 4 topics; words come again.

    `certain` makes a third of the rows of phi certain; `wide` draws gamma and lam from 1e-2 to 1e3.
    """
    K, V, D = draw(st.integers(min_k, 4)), draw(st.integers(2, 8)), draw(st.integers(1, 4))
    rng = np.random.default_rng((draw(fresh_seeds()), K, V, D))  # two banks may draw one seed, with other sizes
    lengths = np.append(rng.integers(1, 10, D - 1), 1 + 2 * rng.integers(0, 4))
    docs = [rng.integers(0, V, int(n)) for n in lengths]
    docs[0] = np.append(docs[0], docs[0][0])
    phi = [tables(rng, (len(words), K), 1.0) for words in docs]
    if certain:
        for rows in phi:
            chosen = rng.random(len(rows)) < 0.35
            rows[chosen] = np.eye(K)[rng.integers(K, size=int(chosen.sum()))]
    low, high = (-2, 3) if wide else (-0.5, 1)
    gamma, lam = (np.maximum(rounded(10 ** rng.uniform(low, high, s)), 0.01) for s in ((D, K), (K, V)))
    return Variational(docs, phi, gamma, lam, rounded(rng.uniform(0.2, 2, K)), float(rounded(rng.uniform(0.2, 1.5))))
