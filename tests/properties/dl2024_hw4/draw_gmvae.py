"""Strategies for the mixture VAE of dl2024-hw4: points that stand for q(w | x), a model in one dimension, networks."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from autograder.kit import rounded
from tests.properties.dl2024_hw4.draw_em import distribution, generator
from tests.properties.dl2024_hw4.draw_kl import EPS, MASS

Array = NDArray[np.float64]

HALF_LOG_2PI = 0.5 * np.log(2 * np.pi)
MAP = np.array([[0.8, -0.4, 0.6, 0.2], [0.2, 0.8, -0.6, 0.4]])  # of the data that 7.2 trains on


class Terms(NamedTuple):
    """What `gmvae_elbo_terms` gets: S points, K components."""

    log_px: Array
    log_qw: Array
    log_pw: Array
    log_qz: Array
    log_pz: Array
    weight: Array


class Line(NamedTuple):
    """A mixture VAE with one w and one x: prior, decoder, q(w | x), q(z | w, x) by a slope and an offset each."""

    pi: Array
    mu: Array
    sigma: Array
    decoder: Array
    x: float
    q_mean: float
    q_sd: float
    logits: Array


class Net(NamedTuple):
    """A GMVAE: its sizes, its parameters by name, rows x (B, D) and noise eps (B, w_dim)."""

    sizes: tuple[int, int, int, int]
    state: dict[str, Array]
    x: Array
    eps: Array


@st.composite
def terms(draw: st.DrawFn, max_k: int = 4, min_k: int = 1, *, impossible: bool = False) -> Terms:
    """Any numbers: S points of unequal weight; `impossible`: q(z | w, x) is 0 in places, with p(w | z) 0 in some."""
    S, K = draw(st.integers(1, 6)), draw(st.integers(min_k, max_k))
    rng = generator(draw, "terms", S, K)
    log_px, log_qw = rounded(2 * rng.standard_normal((2, S)) - 2)
    log_pw = rounded(2 * rng.standard_normal((S, K)) - 1)
    qz = np.stack([distribution(rng, K) for _ in range(S)])
    if impossible:
        gone = rng.integers(K, size=S)
        qz[np.arange(S), gone] = 0
        qz /= qz.sum(axis=1, keepdims=True)
        log_pw[0, gone[0]] = -np.inf
    with np.errstate(divide="ignore"):
        log_qz = np.log(qz)
    return Terms(log_px, log_qw, log_pw, log_qz, np.log(distribution(rng, K)), distribution(rng, S))


@st.composite
def lines(draw: st.DrawFn, max_k: int = 4) -> Line:
    """A model in one dimension whose decoder has mean a tanh(b w + c) and log variance d tanh(w) + e."""
    K = draw(st.integers(1, max_k))
    rng = generator(draw, "lines", K)
    decoder = rounded(rng.uniform((0.5, 0.5, -1, -0.5, -1), (2, 1.5, 1, 0.5, 0.5)))
    mu, sigma = rounded(2 * rng.standard_normal(K)), rounded(rng.uniform(0.4, 1.5, K))
    q_mean, x = rounded(rng.standard_normal(2))
    logits = rounded(rng.standard_normal((2, K)))
    q_sd = float(rounded(rng.uniform(0.3, 1)))
    return Line(distribution(rng, K), mu, sigma, decoder, float(x), float(q_mean), q_sd, logits)


def on_grid(line: Line, *, best: bool = False) -> Terms:
    """The line's model at nodes that stand for q(w | x); `best`: with p(z | w) in the place of q(z | w, x)."""
    w = line.q_mean + line.q_sd * EPS[::3]
    weight = MASS[::3] / MASS[::3].sum()
    log_pw = normal(w[:, None], line.mu, line.sigma)
    logits = np.log(line.pi) + log_pw if best else w[:, None] * line.logits[0] + line.logits[1]
    log_qz = logits - logsumexp(logits)[:, None]
    return Terms(log_px(line, w), normal(w, line.q_mean, line.q_sd), log_pw, log_qz, np.log(line.pi), weight)


def evidence_and_gap(line: Line) -> tuple[float, float]:
    """log p(x), and KL(q(w, z | x) || p(w, z | x)), by the trapezoid rule over w and a sum over z."""
    prior = np.linspace(-25, 25, 20001)
    joint = logsumexp(np.log(line.pi) + normal(prior[:, None], line.mu, line.sigma)) + log_px(line, prior)
    top = joint.max()
    evidence = float(top + np.log(np.exp(joint - top).sum() * (prior[1] - prior[0])))
    log_x, log_qw, log_pw, log_qz, log_pz, weight = on_grid(line)
    posterior = log_pz + log_pw + log_x[:, None] - evidence
    gap = weight @ (np.exp(log_qz) * (log_qw[:, None] + log_qz - posterior)).sum(axis=1)
    return evidence, float(gap)


def log_px(line: Line, w: Array) -> Array:
    """log p(x | w) of a line's model at points w."""
    a, b, c, d, e = line.decoder
    return normal(line.x, a * np.tanh(b * w + c), np.exp(0.5 * (d * np.tanh(w) + e)))


def normal(x: Any, mean: Any, sd: Any) -> Array:
    """The log density of N(mean, sd^2) at x, entry by entry."""
    return np.asarray(-0.5 * ((x - mean) / sd) ** 2 - np.log(sd) - HALF_LOG_2PI)


def logsumexp(values: Array) -> Array:
    """log of the sum of exp over the last axis."""
    top = values.max(axis=-1, keepdims=True)
    return np.asarray(top[..., 0] + np.log(np.exp(values - top).sum(axis=-1)))


def state_shapes(sizes: tuple[int, int, int, int]) -> dict[str, tuple[int, ...]]:
    """The names and shapes of a GMVAE's parameters, for x_dim, w_dim, K and hidden."""
    D, W, K, hidden = sizes
    shapes: dict[str, tuple[int, ...]] = {"mu": (K, W), "log_sigma": (K,)}
    for name, (n_in, n_out) in {"enc_w": (D, 2 * W), "enc_z": (D + W, K), "dec": (W, 2 * D)}.items():
        shapes |= {f"{name}.0.weight": (hidden, n_in), f"{name}.0.bias": (hidden,)}
        shapes |= {f"{name}.2.weight": (n_out, hidden), f"{name}.2.bias": (n_out,)}
    return shapes


@st.composite
def nets(draw: st.DrawFn, min_k: int = 1) -> Net:
    """A small GMVAE with random parameters, a batch, and its noise."""
    D, W, K = draw(st.integers(1, 4)), draw(st.integers(1, 3)), draw(st.integers(min_k, 4))
    sizes, B = (D, W, K, draw(st.integers(2, 5))), draw(st.integers(1, 4))
    rng = generator(draw, "nets", *sizes, B)
    state = {name: rounded(0.7 * rng.standard_normal(shape)) for name, shape in state_shapes(sizes).items()}
    return Net(sizes, state, rounded(rng.standard_normal((B, D))), rounded(rng.standard_normal((B, W))))


def network(state: Mapping[str, Array], name: str, x: Array) -> Array:
    """One hidden layer of tanh units."""
    hidden = np.tanh(x @ state[f"{name}.0.weight"].T + state[f"{name}.0.bias"])
    return np.asarray(hidden @ state[f"{name}.2.weight"].T + state[f"{name}.2.bias"])


def bound(state: Mapping[str, Array], x: Array, eps: Array) -> Array:
    """The three terms of the bound added, for each row of x (B, D) with noise eps (B, w_dim)."""
    mean, logvar = np.split(network(state, "enc_w", x), 2, axis=1)
    w = mean + np.exp(logvar / 2) * eps
    x_mean, x_logvar = np.split(network(state, "dec", w), 2, axis=1)
    logits = network(state, "enc_z", np.concatenate([x, w], axis=1))
    log_qz = logits - logsumexp(logits)[:, None]
    log_pw = normal(w[:, None, :], state["mu"], np.exp(state["log_sigma"])[:, None]).sum(axis=2)
    log_x, log_qw = (
        normal(value, at, np.exp(log / 2)).sum(axis=1) for value, at, log in ((x, x_mean, x_logvar), (w, mean, logvar))
    )
    K = log_pw.shape[1]
    return np.asarray(log_x - log_qw + (np.exp(log_qz) * (log_pw - np.log(K) - log_qz)).sum(axis=1))


def clusters(rng: np.random.Generator, n: int) -> Array:
    """Rows x (n, 4) of the handout: three clusters of w at distance 3 from 0, bent by tanh, with noise."""
    angle = 2 * np.pi * rng.integers(3, size=n) / 3
    w = 3 * np.stack([np.cos(angle), np.sin(angle)], axis=1) + 0.3 * rng.standard_normal((n, 2))
    return rounded(2 * np.tanh(w @ MAP / 3) + 0.1 * rng.standard_normal((n, 4)))
