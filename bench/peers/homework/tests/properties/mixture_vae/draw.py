"""Instances of the small homework, and what it means that two values agree."""

import numpy as np
from hypothesis import strategies as st

from autograder.kit import T64L, as_tuple, assert_close, rng_of, rounded, seeds

CASES = 9  # of each property


def agree(found, right, *, what, values=1):
    """What was found is near the right value, or is so many values near the right ones; to what several rounds lose."""
    if values == 1:
        assert_close(found, right, what=what, tol=T64L)
        return
    for number, (one, other) in enumerate(zip(as_tuple(found, values, what), right, strict=True), 1):
        assert_close(one, other, what=f"value {number} of {what}", tol=T64L)


@st.composite
def models(draw: st.DrawFn, far: float = 0.0, max_k: int = 4):
    """Points, weights, means and covariances; the points moved by `far` along every axis."""
    n, k, d = draw(st.integers(50, 200)), draw(st.integers(min(2, max_k), max_k)), draw(st.integers(2, 4))
    rng = rng_of(draw(seeds()))
    means = rounded(2 * rng.standard_normal((k, d)))
    x = rounded(means[rng.integers(k, size=n)] + 1.2 * rng.standard_normal((n, d)))
    covs = np.stack([np.diag(rounded(rng.uniform(0.5, 2, d))) for _ in range(k)])
    return x + far, rounded(rng.dirichlet([5.0] * k)), means, covs


@st.composite
def starts(draw: st.DrawFn, max_k: int = 4):
    """A model with its points, and how many rounds of EM."""
    return *draw(models(max_k=max_k)), draw(st.integers(15, 25))


@st.composite
def assignments(draw: st.DrawFn, sure: bool = False):
    """Points and the share of each component in each; with `sure` shares are 0 and 1, and none is without points."""
    k, d, n = draw(st.integers(2, 4)), draw(st.integers(2, 4)), draw(st.integers(50, 200))
    rng = rng_of(draw(seeds()))
    x = rounded(2 * rng.standard_normal((n, d)))
    if sure:
        return x, (rng.permutation(n)[:, None] % k == range(k)).astype(float)
    shares = rounded(rng.dirichlet([1.0] * k, size=n)) + 2**-20
    return x, shares / shares.sum(axis=1, keepdims=True)


@st.composite
def posteriors(draw: st.DrawFn, narrow: float = 0.0):
    """Means and log variances of rows, the latter lowered by `narrow`."""
    n, d = draw(st.integers(20, 100)), draw(st.integers(2, 8))
    rng = rng_of(draw(seeds()))
    return rounded(rng.standard_normal((n, d))), rounded(rng.standard_normal((n, d)) - narrow)


@st.composite
def batches(draw: st.DrawFn):
    """Bits, means, log variances, a decoder, noise."""
    mean, log_var = draw(posteriors())
    m = draw(st.integers(5, 20))
    rng = rng_of(draw(seeds()))
    weights = rounded(rng.standard_normal((mean.shape[1], m)))
    x, noise = rng.integers(2, size=(len(mean), m)).astype(float), rounded(rng.standard_normal(mean.shape))
    return x, mean, log_var, weights, noise
