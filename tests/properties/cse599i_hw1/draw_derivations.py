"""What the derivations of cse599i-hw1 start from: instances of each item, its names and functions."""

import math
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from autograder.kit import CALCULUS, KL, Function, Item
from autograder.kit.draw import interior

Array = NDArray[np.float64]


def location_scale(rng: np.random.Generator, number: int) -> Mapping[str, object]:
    """The law of mu + sigma z and a point x."""
    mu, sigma = rng.normal(), rng.uniform(0.3, 2)

    def cdf(t: float) -> float:
        return math.erfc(-t / math.sqrt(2)) / 2

    return {
        "mu": mu,
        "sigma": sigma,
        "x": mu + sigma * rng.normal(),
        "cdf_g": Function("cdf_g", lambda t: cdf((t - mu) / sigma), (1,)),
        "phi": Function("phi", lambda t: math.exp(-(t**2) / 2) / math.sqrt(2 * math.pi), (1,)),
        "Phi": Function("Phi", cdf, (1,)),
    }


def race(rng: np.random.Generator, number: int) -> Mapping[str, object]:
    """n outcomes with noise of their own, one at first, and the number i of one of them, at second not the last."""
    n = 1 if number == 0 else int(rng.integers(2, 5))
    p = interior(rng, n, floor=0.02)
    return {
        "p": p,
        "logp": np.log(p),
        "n": n,
        "i": float(rng.integers(n) if number != 1 else 0),
        "P_argmax": Function("P_argmax", lambda k: p[whole(k)], (1,)),
        "gumbel_pdf": Function("gumbel_pdf", lambda g: np.exp(-g - np.exp(-g)), (1,)),
        "gumbel_cdf": Function("gumbel_cdf", lambda g: np.exp(-np.exp(-g)), (1,)),
        "exp_pdf": Function("exp_pdf", lambda t, rate: rate * np.exp(-rate * t), (2,)),
        "exp_sf": Function("exp_sf", lambda t, rate: np.exp(-rate * t), (2,)),
    }


def score(rng: np.random.Generator, number: int) -> Mapping[str, object]:
    """A distribution p over n outcomes, one at first, and another distribution w."""
    n = 1 if number == 0 else int(rng.integers(2, 7))
    return {"p": interior(rng, n), "w": interior(rng, n), "n": n}


def mixture(rng: np.random.Generator, number: int) -> Mapping[str, object]:
    """Points, posteriors and two pairs of parameters of a mixture with identity covariances, one of them the best."""
    n, d, k = (1, 1, 1) if number == 0 else (int(rng.integers(low, high)) for low, high in ((2, 6), (1, 3), (1, 4)))
    x, q = rng.normal(size=(n, d)), np.stack([interior(rng, k, floor=0.02) for _ in range(n)])
    w, mu = interior(rng, k, floor=0.02), rng.normal(size=(k, d))

    def bound(weights: Array, means: Array) -> float:
        far = np.square(x[:, None] - means).sum(-1) + d * math.log(math.tau)
        return np.mean(np.sum(q * (np.log(weights) - np.log(q) - far / 2), axis=1))

    w_star, mu_star = best(bound, w, mu)
    return {
        "X": x,
        "q": q,
        "w": w,
        "mu": mu,
        "w_star": w_star,
        "mu_star": mu_star,
        "n": n,
        "K": k,
        "d": d,
        "sq": Function("sq", lambda v: np.sum(np.square(v)), (1,)),
        "elbo": Function("elbo", bound, (2,)),
    }


def gradient(value: Callable[[Array], float], at: Array) -> Array:
    """The derivatives of an analytic function at an array, entry by entry, to the last digits: by complex steps."""
    found = np.empty_like(at)
    for place in np.ndindex(at.shape):
        moved = at.astype(complex)
        moved[place] += 1e-30j
        found[place] = np.imag(value(moved)) * 1e30
    return found


def best(bound: Callable[[Array, Array], float], w: Array, mu: Array) -> tuple[Array, Array]:
    """Where a mixture's bound is largest, from any start: one step each, as it is linear in log w, square in mu."""
    here, there = (gradient(lambda means: bound(w, means), mu + step) for step in (0, 1))
    return w * gradient(lambda weights: bound(weights, mu), w), mu + here / (here - there)


def stationary(rng: np.random.Generator, number: int) -> Mapping[str, object]:
    """The mixture with the exact derivatives of its bound, a component k, a coordinate j and a multiplier."""
    found = dict(mixture(rng, number))
    x, w, mu, bound = found["X"], found["w"], found["mu"], found["elbo"].call
    lam = rng.uniform(0.2, 2)
    by_w = gradient(lambda weights: bound(weights, mu), w) - lam
    by_mu = gradient(lambda means: bound(w, means), mu)
    return found | {
        "k": float(rng.integers(len(w))),
        "j": float(rng.integers(x.shape[1])),
        "lam": lam,
        "dE_dmu": Function("dE_dmu", lambda k, j: by_mu[whole(k), whole(j)], (2,)),
        "dLag_dw": Function("dLag_dw", lambda k: by_w[whole(k)], (1,)),
    }


def autoregression(rng: np.random.Generator, number: int) -> Mapping[str, object]:
    """A stationary process with its exact means, variances and covariances; noise alone (rho = 0) never."""
    rho, mu, sigma = rng.uniform(0.1, 0.9) * rng.choice([-1, 1]), rng.normal(), rng.uniform(0.3, 2)
    variance = sigma * sigma / ((1 - rho) * (1 + rho))

    def cov(s: float, t: float) -> float:
        return variance * rho ** abs(moment(s) - moment(t))

    return {
        "rho": rho,
        "mu": mu,
        "sigma": sigma,
        "t": float(rng.integers(2, 9)),
        "k": float(rng.integers(1, 6)),
        "E": Function("E", lambda t: mu + 0.0 * moment(t), (1,)),
        "Var": Function("Var", lambda t: variance + 0.0 * moment(t), (1,)),
        "Cov": Function("Cov", cov, (2,)),
    }


def whole(value: float) -> int:
    """An index; raises ValueError for what is no whole number from 0 on."""
    if not (value >= 0 and float(value).is_integer()):
        raise ValueError(f"{value} is no index")
    return int(value)


def moment(value: float) -> int:
    """A time; raises ValueError for what is no whole number from 1 on."""
    if not value >= 1:
        raise ValueError(f"there is no x at time {value}")
    return whole(value)


LOCATION_SCALE = Item("ddx(cdf_g, x)", location_scale, CALCULUS, 8)
RACE = Item("P_argmax(i)", race, CALCULUS, 3)  # integrals of products are slow
SCORE = Item("sum(p[x]*log(w[x]) for x in range(n))", score, (KL,))
MIXTURE = Item("elbo(w_star, mu_star) - elbo(w, mu)", mixture, (KL,))
MEANS = Item("dE_dmu(k, j)", stationary)
WEIGHTS = Item("dLag_dw(k)", stationary)
MULTIPLIER = Item("sum(w[c]*dLag_dw(c) for c in range(K))", stationary)
MEAN = Item("E(t)", autoregression)
VARIANCE = Item("Var(t)", autoregression)
COVARIANCE = Item("Cov(t, t+k)", autoregression)
