"""Strategies for the transformer block of cse599i-hw1: weights so large that slips show, masks of all kinds."""

from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from autograder.kit import rng_of, rounded, seeds

Array = NDArray[np.float64]
Sizes = tuple[int, int, int, int]

SPREAD = 0.5  # of the weights: with the 0.02 of a new block a missing scale would change the output by 1e-5
MASKS = ("none", "causal", "band", "numbers")


class Call(NamedTuple):
    """A block's sizes (heads, d, k, m) and weights, x (T, B, d) and the mask (T, T)."""

    sizes: Sizes
    weights: dict[str, Array]
    x: Array
    mask: Array


def weights_of(rng: np.random.Generator, sizes: Sizes) -> dict[str, Array]:
    """All weights of a block, of standard deviation SPREAD, those of the LayerNorms around 1."""
    heads, d, k, m = sizes
    shapes = {f"w{name}.weight": (heads * k, d) for name in "qkv"}
    shapes |= {"wc.weight": (d, heads * k), "w1.weight": (m, d), "w1.bias": (m,), "w2.weight": (d, m), "w2.bias": (d,)}
    shapes |= {f"layernorm{i}.{name}": (d,) for i in (1, 2) for name in ("weight", "bias")}
    drawn = {name: SPREAD * rng.standard_normal(shape) for name, shape in shapes.items()}
    return {name: rounded(value + ("norm" in name and "weight" in name)) for name, value in drawn.items()}


def mask_of(rng: np.random.Generator, kind: str, T: int) -> Array:
    """A mask (T, T): nothing, the future hidden, a band seen, or numbers to add with some places hidden."""
    ahead = np.subtract.outer(-np.arange(T), -np.arange(T))  # s - t
    if kind == "none":
        return np.zeros((T, T))
    if kind == "causal":
        return np.where(ahead > 0, -np.inf, 0.0)
    if kind == "band":
        return np.where((ahead > 1) | (ahead < -2), -np.inf, 0.0)
    hidden = (rng.random((T, T)) < 0.3) & (ahead != 0)
    return np.where(hidden, -np.inf, rounded(1.5 * rng.standard_normal((T, T))))


def call_of(seed: int, sizes: Sizes, T: int, B: int, kind: str) -> Call:
    """A call of these sizes from a seed."""
    rng = rng_of(seed)
    return Call(sizes, weights_of(rng, sizes), rounded(rng.standard_normal((T, B, sizes[1]))), mask_of(rng, kind, T))


@st.composite
def calls(
    draw: st.DrawFn, *, min_t: int = 1, min_d: int = 1, kinds: tuple[str, ...] = MASKS
) -> tuple[int, Sizes, int, int, str]:
    """What `call_of` makes a call of: heads 1..4, d 1..12, k 1..8, m 1..16, T 1..9, B 1..4."""
    heads, d, k = draw(st.integers(1, 4)), draw(st.integers(min_d, 12)), draw(st.integers(1, 8))
    m, T, B = draw(st.integers(1, 16)), draw(st.integers(min_t, 9)), draw(st.integers(1, 4))
    return draw(seeds()), (heads, d, k, m), T, B, draw(st.sampled_from(kinds))
