"""Strategies for deep Gaussian models of cmu10707-hw5: layers as arrays, noise, and models that are known exactly."""

from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from autograder.kit import fresh_seeds, rng_of, rounded

Array = NDArray[np.float64]
Layer = dict[str, Array]


class Deep(NamedTuple):
    """Points x (B, n), encoders and decoders, and several draws of noise."""

    x: Array
    enc: list[Layer]
    dec: list[Layer]
    eps_list: list[list[Array]]


class Exact(NamedTuple):
    """A linear model with its exact posterior as encoders, noise, and log p(x) of every point."""

    x: Array
    enc: list[Layer]
    dec: list[Layer]
    eps_list: list[list[Array]]
    evidence: Array


def layer(rng: np.random.Generator, inputs: int, outputs: int) -> Layer:
    """A linear layer or one with three hidden units."""
    names = {"b": (outputs,), "c": (outputs,)}
    names |= {"W": (outputs, inputs)} if rng.random() < 0.4 else {
        "A": (3, inputs), "a": (3,), "M": (outputs, 3), "C": (outputs, 3)
    }  # fmt: skip
    return {name: rounded(0.6 * rng.standard_normal(shape)) for name, shape in sorted(names.items())}


@st.composite
def models(draw: st.DrawFn, min_layers: int = 1, samples: int = 3) -> Deep:
    """One to three layers of widths 1 to 4, a batch of 1 to 4 points."""
    L, B = draw(st.integers(min_layers, 3)), draw(st.integers(1, 4))
    rng = np.random.default_rng((draw(fresh_seeds()), L, B))  # two banks may draw one seed, with other sizes
    widths = [int(n) for n in rng.integers(1, 5, L + 1)]
    enc = [layer(rng, widths[i], widths[i + 1]) for i in range(L)]
    dec = [layer(rng, widths[i + 1], widths[i]) for i in range(L)]
    x = rounded(rng.standard_normal((B, widths[0])))
    return Deep(x, enc, dec, [noise(rng, B, widths[1:]) for _ in range(samples)])


def noise(rng: np.random.Generator, B: int, widths: list[int]) -> list[Array]:
    """Standard normal noise for each layer."""
    return [rounded(rng.standard_normal((B, w))) for w in widths]


@st.composite
def exact_models(draw: st.DrawFn) -> Exact:
    """x has three coordinates, h1 and h2 two; A is diagonal and B's columns are orthogonal in the noise's metric."""
    rng = rng_of(draw(fresh_seeds()))
    A, a, c = rounded(rng.uniform(0.5, 1.5, 2)), rounded(rng.standard_normal(2)), rounded(rng.standard_normal(3))
    log_s1, log_s0 = rounded(rng.uniform(-0.7, 0.7, 2)), rounded(rng.uniform(-0.7, 0.7, 3))
    u, v, w = rng.uniform(0.5, 1.5, 3)
    s0, s1 = np.exp(log_s0), np.exp(log_s1)
    B = s0[:, None] * np.array([[u, v], [v, -u], [w, 0.0]])
    prior = A**2 + s1**2
    precision = 1 / prior + (B**2 / s0[:, None] ** 2).sum(axis=0)
    W = (B / s0[:, None] ** 2).T / precision[:, None]
    above = 1 + A**2 / s1**2
    gain = A / s1**2 / above
    enc = [
        {"W": W, "b": a / prior / precision - (W * c).sum(axis=1), "c": -0.5 * np.log(precision)},
        {"W": np.diag(gain), "b": -gain * a, "c": -0.5 * np.log(above)},
    ]
    dec = [{"W": B, "b": c, "c": log_s0}, {"W": np.diag(A), "b": a, "c": log_s1}]
    x = rounded(2 * rng.standard_normal((3, 3)))
    gap = (x - c - (B * a).sum(axis=1)) / s0
    along = (gap[:, :, None] * (B / s0[:, None])).sum(axis=1)  # (3 points, 2)
    size = prior * (precision - 1 / prior)
    squares = (gap**2).sum(axis=1) - (along**2 / precision).sum(axis=1)
    logdet = 2 * log_s0.sum() + np.log1p(size).sum()
    evidence = -0.5 * (squares + logdet + 3 * np.log(2 * np.pi))
    return Exact(x, enc, dec, [noise(rng, 3, [2, 2]) for _ in range(2)], evidence)


@st.composite
def generators(draw: st.DrawFn) -> list[Layer]:
    """Two linear decoders of two coordinates each, with log_sigma of at least 0.7 in size."""
    rng = rng_of(draw(fresh_seeds()))
    found = []
    for _ in range(2):
        c = rng.uniform(0.7, 0.9, 2) * np.array([1, -1])[rng.permutation(2)]
        W = rng.uniform(0.6, 1.2, (2, 2)) * rng.choice([-1, 1], (2, 2))
        found.append({"W": rounded(W), "b": rounded(rng.uniform(0.5, 1.5, 2)), "c": rounded(c)})
    return found
