"""Strategies for the sentence VAE of stratos-a5: codes of finitely many values, Gaussian codes with named decoders."""

from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from autograder.kit import rng_of, rounded, seeds
from tests.properties.stratos_a5.draw_em import distributions

Array = NDArray[np.float64]

DECODERS = ("linear_gaussian", "separable", "tiny_rnn")


class Codes(NamedTuple):
    """q(y | x), q(z | x), both priors, and log p(x | y, z) (A, B)."""

    q_y: Array
    q_z: Array
    p_y: Array
    p_z: Array
    log_px: Array


class Gaussian(NamedTuple):
    """Mean and variance (d,) of both codes."""

    mu_y: Array
    var_y: Array
    mu_z: Array
    var_z: Array


class Task(NamedTuple):
    """A decoder's name and parameters, Gaussian codes, and the noise of both."""

    decoder: str
    parameters: dict[str, Any]
    codes: Gaussian
    eps_y: Array
    eps_z: Array


@st.composite
def codes(draw: st.DrawFn, max_size: int = 5) -> Codes:
    """Interior distributions, A and B 1..5."""
    a, b = draw(st.integers(1, max_size)), draw(st.integers(1, max_size))
    rng = rng_of(draw(seeds()))
    q_y, p_y, q_z, p_z = (distributions(rng, 1, k)[0] for k in (a, a, b, b))
    return Codes(q_y, q_z, p_y, p_z, rounded(-3 * rng.exponential(size=(a, b))))


@st.composite
def edged(draw: st.DrawFn) -> Codes:
    """Codes with zeros in q, in the prior where q is 0 or not, and -inf in log_px where q is 0 or not."""
    q_y, q_z, p_y, p_z, log_px = draw(codes().filter(lambda c: len(c.q_y) > 1 and len(c.q_z) > 1))
    where = draw(st.integers(0, 5))
    if where != 4:
        q_y = np.append(q_y[1:-1], [q_y[0] + q_y[-1], 0.0])
    if where == 0:
        log_px = np.vstack([log_px[:-1], np.full((1, len(q_z)), -np.inf)])
    elif where == 1:
        p_y = np.append(p_y[1:-1], [p_y[0] + p_y[-1], 0.0])
    elif where == 2:
        p_z = np.append(0.0, np.append(p_z[1:-1], p_z[0] + p_z[-1]))
    elif where == 3:
        log_px = np.column_stack([np.full(len(q_y), -np.inf), log_px[:, 1:]])
    elif where == 4:
        p_y = np.append(p_y[1:-1], [p_y[0] + p_y[-1], 0.0])
    return Codes(q_y, q_z, p_y, p_z, log_px)


def gaussian(rng: np.random.Generator, d: int) -> Gaussian:
    """Means of spread 2 within [-5, 5], variances from 0.05 to 5."""
    means = np.clip(rounded(2 * rng.standard_normal((2, d))), -5, 5)
    variances = rounded(np.exp(rng.uniform(-3, 1.6, (2, d)))) + 2.0**-20
    return Gaussian(means[0], variances[0], means[1], variances[1])


def parameters(rng: np.random.Generator, decoder: str, d: int) -> dict[str, Any]:
    """Parameters of a decoder for codes of d entries."""

    def normal(*shape: int) -> Array:
        return rounded(rng.standard_normal(shape))

    if decoder == "linear_gaussian":
        n = int(rng.integers(1, 5))
        noise = np.asarray(rounded(rng.uniform(0.3, 2)))
        return {"A": normal(n, d), "B": normal(n, d), "c": normal(n), "x": normal(n), "s2": noise}
    if decoder == "separable":
        return {"u": normal(d), "v": np.abs(normal(d)) + 0.125, "a": normal(d) + 0.25, "b": normal(d)}
    h, V, T = int(rng.integers(2, 5)), int(rng.integers(2, 6)), int(rng.integers(1, 7))
    cell = {"E": normal(V + 1, h), "W": normal(h, h), "I": normal(h, h + d), "U": normal(V, h + d)}
    return cell | {"x": rng.integers(0, V, T)}


@st.composite
def tasks(draw: st.DrawFn, decoders: tuple[str, ...] = DECODERS, max_d: int = 6) -> Task:
    """A decoder, codes of d 1..6 entries and their noise."""
    decoder, d = draw(st.sampled_from(decoders)), draw(st.integers(1, max_d))
    rng = rng_of(draw(seeds()))
    eps = rounded(rng.standard_normal((2, d)))
    return Task(decoder, parameters(rng, decoder, d), gaussian(rng, d), eps[0], eps[1])


@st.composite
def many_codes(draw: st.DrawFn) -> tuple[Array, Array]:
    """Means and variances of one code (d,), or of a batch of them, one or two axes before the last."""
    shape = draw(st.sampled_from([(), (3,), (2, 2)]))
    d = draw(st.integers(1, 8))
    rng = rng_of(draw(seeds()))
    mu = np.clip(rounded(2 * rng.standard_normal((*shape, d))), -5, 5)
    return mu, rounded(np.exp(rng.uniform(-4, 4, (*shape, d)))) + 2.0**-20
