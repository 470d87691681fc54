"""Strategies for the mixture parts 2b to 2e of cs229-ps3, and how a run of EM is compared with a recorded path."""

from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from autograder.kit import Mixture, Tolerance, as_array, assert_close, assert_that, mixtures, rng_of, rounded, seeds
from autograder.kit.draw import covariance, distribution, evened

Array = NDArray[np.float64]

ALPHAS = (0.0, 0.1, 1.0, 20.0, 100.0)
CHECKPOINTS = (1, 2, 3, 5)  # iterations after which a run is looked at
EARLY = Tolerance(3e-3, 0.0, "right programs differ by 1e-9, with a ridge of 1e-6 by 1e-3; wrong ones by 1e-2 or more")
ON_PATH = 5e-3
# how many instances of the reference's lists there are to draw from
EARLY_INSTANCES = 40
STOP_INSTANCES = 28


class Labelled(NamedTuple):
    """What an M-step works on: w (n, k), x (n, d), x_tilde (m, d), z_tilde (m,) integers, alpha."""

    w: Array
    x: Array
    x_tilde: Array
    z_tilde: NDArray[np.int64]
    alpha: float


@st.composite
def far_mixtures(draw: st.DrawFn) -> Mixture:
    """Mixtures with k 1..3, d 2..4 and points whose last coordinate is 80 to 300 away from every component.

    It is independent of the rest, and the components agree in it, but that the last of several may lie twice as far
    away: the densities are 0 in floating point, and the responsibilities are those of the other coordinates. Points
    lie at different distances, so no shift that they share helps.
    """
    near = draw(mixtures(max_n=20, max_k=3, max_d=3))
    rng, far = rng_of(draw(seeds())), draw(st.integers(80, 200)) * draw(st.sampled_from((-1.0, 1.0)))
    n, d = near.x.shape
    k = len(near.phi)
    away = far * rng.choice([1.0, 1.5], n)
    x = np.column_stack([near.x, rounded(away + rng.standard_normal(n))])
    sigma = np.zeros((k, d + 1, d + 1))
    sigma[:, :d, :d] = near.sigma
    sigma[:, d, d] = rounded(rng.uniform(0.5, 2))
    height = np.zeros(k)
    height[-1] = -far if k > 1 and draw(st.booleans()) else 0
    return Mixture(x, near.phi, np.column_stack([near.mu, height]), sigma)


@st.composite
def labelled_points(draw: st.DrawFn, alphas: tuple[float, ...] = ALPHAS) -> Labelled:
    """Responsibilities of n 24..60 points and m points with labels, k 1..5, d 1..4; every component is labelled.

    When alpha is 0 there may be no labelled points at all.
    """
    k, d, n = draw(st.integers(1, 5)), draw(st.integers(1, 4)), draw(st.integers(24, 60))
    alpha = draw(st.sampled_from(alphas))
    extra = draw(st.integers(0, 6))
    none = alpha == 0 and draw(st.booleans())
    rng = rng_of(draw(seeds()))
    w = evened(rounded(rng.dirichlet(np.ones(k), n)))
    z_tilde = np.zeros(0, np.int64) if none else rng.permutation(np.append(np.arange(k), rng.integers(0, k, extra)))
    centres = 1.5 * rng.standard_normal((k, d))
    x = rounded(centres[w.argmax(axis=1)] + rng.standard_normal((n, d)))
    x_tilde = rounded(centres[z_tilde] + 0.5 + rng.standard_normal((len(z_tilde), d)))
    return Labelled(w, x, x_tilde, z_tilde, alpha)


class Bound(NamedTuple):
    """What a lower bound is taken at: Q (n, k) and the arguments of the objective."""

    Q: Array
    x: Array
    phi: Array
    mu: Array
    sigma: Array
    x_tilde: Array
    z_tilde: NDArray[np.int64]
    alpha: float

    @property
    def objective(self) -> tuple[Any, ...]:
        """The arguments of the objective."""
        return tuple(self)[1:]


@st.composite
def bounds(draw: st.DrawFn, mixture: st.SearchStrategy[Mixture] | None = None) -> Bound:
    """A mixture, m 0..6 labelled points that are shifted points x, and Q: rows with a third of their entries 0.

    Labels have nothing to do with where their points lie.
    """
    m = draw(mixtures() if mixture is None else mixture)
    n, k = len(m.x), len(m.phi)
    count, alpha, rng = draw(st.integers(0, 6)), draw(st.sampled_from(ALPHAS)), rng_of(draw(seeds()))
    kept = rng.random((n, k)) < 2 / 3
    kept[np.arange(n), rng.integers(0, k, n)] = True
    Q = rounded(np.where(kept, rng.dirichlet(np.ones(k), n) + 2**-10, 0))
    Q = evened(rounded(Q / np.sum(Q, 1)[:, None]))
    x_tilde = rounded(m.x[rng.integers(0, n, count)] + 0.5 * rng.standard_normal((count, m.x.shape[1])))
    return Bound(Q, *m, x_tilde, rng.integers(0, k, count), alpha)


@st.composite
def evaluated_points(draw: st.DrawFn) -> tuple[Any, ...]:
    """The arguments of part 2c's gradients: labelled points, and parameters that have nothing to do with them."""
    case = draw(labelled_points())
    k, d, rng = case.w.shape[1], case.x.shape[1], rng_of(draw(seeds()))
    sigma = np.stack([covariance(rng, d) for _ in range(k)])
    return *case, distribution(rng, k), rounded(rng.standard_normal((k, d))), sigma


def early_instances() -> st.SearchStrategy[int]:
    """An instance for the first iterations: n = 120."""
    return _instances(EARLY_INSTANCES)


def stop_instances() -> st.SearchStrategy[int]:
    """An instance for a full run: n = 200."""
    return _instances(STOP_INSTANCES)


def _instances(count: int) -> st.SearchStrategy[int]:
    """An index below count; hypothesis begins with 0, which is filtered out, so that two banks begin with two cases."""
    return st.integers(0, count).filter(lambda i: i > 0).map(lambda i: i - 1)


def as_rows(w: Any, shape: tuple[int, ...]) -> Array:
    """What a run returned, its rows scaled to sum 1: joint densities show the same path as responsibilities."""
    array = as_array(w, shape, "w")
    total = array.sum(axis=1, keepdims=True)
    assert_that(bool((total > 0).all()), "w: the entries of a row do not have a positive sum")
    return array / total


def assert_follows(runs: dict[int, Array], path: Array) -> None:
    """After m iterations w is the path's point m - 1, or always the one after it."""
    steps = list(runs)
    gaps = np.array([[np.abs(runs[m] - path[m - 1 + o]).max() for o in (0, 1)] for m in steps])  # (runs, 2)
    offset = int(gaps.max(axis=0).argmin())
    for m in steps:
        what = f"w after {m} iteration{'s' if m > 1 else ''}"
        assert_close(runs[m], path[m - 1 + offset], what=what, tol=EARLY)


def nearest(rows: Array, path: Array) -> tuple[int, float]:
    """The index of the path's point nearest to these rows, and the largest difference from it."""
    gaps = np.abs(path - rows).max(axis=(1, 2))
    index = int(gaps.argmin())
    return index, float(gaps[index])


def assert_stops(rows: Array, path: Array, last: int) -> None:
    """The run ended at the path's point `last`; one or two later when likelihood or w are taken an M-step apart."""
    late = nearest(rows, path)[0] - last
    verb = f"{abs(late)} iterations too {'early' if late < 0 else 'late'}"
    reason = "the run does not end where the objective of the docstring settles to EPS"
    assert_that(0 <= late <= 2, reason, got=verb, expected="the first iteration that changes the objective by less")


def assert_on_path(rows: Array, path: Array) -> None:
    """The responsibilities at the end are a point of the path."""
    gap = nearest(rows, path)[1]
    reason = "the w that a full run returns is none that EM passes through"
    away = f"{gap:.2g} away from the nearest"
    assert_that(gap <= ON_PATH, reason, got=away, expected=f"at most {ON_PATH:g}", ratio=gap / ON_PATH)
