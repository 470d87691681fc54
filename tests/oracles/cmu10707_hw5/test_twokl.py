"""The reference of twokl.py against quadrature, random alternatives and the catalogue's minima."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import minimize
from scipy.stats import norm

from reference.cmu10707_hw5 import twokl
from tests.properties.cmu10707_hw5.draw_discrete import tables

W, SD = np.array([0.6, 0.4]), np.array([0.8, 0.8])


def reverse(m, mu, sd):
    """KL(q || p) by adaptive quadrature for the mixture W at +-m."""

    def integrand(x):
        log_p = np.logaddexp(np.log(W[0]) + norm.logpdf(x, -m, 0.8), np.log(W[1]) + norm.logpdf(x, m, 0.8))
        return norm.pdf(x, mu, sd) * (norm.logpdf(x, mu, sd) - log_p)

    return quad(integrand, mu - 9 * sd, mu + 9 * sd, limit=300, epsabs=1e-11)[0]


@pytest.mark.parametrize(
    ("a", "mu0", "mu", "sd", "value"),
    [
        (4.0, -4.0, -4.0, 0.8, 0.510825),
        (4.0, 4.0, 4.0, 0.8, 0.916290),
        (3.0, -3.0, -2.9993, 0.8013, 0.510614),
        (3.0, 3.0, 2.9990, 0.8019, 0.915963),
        (2.5, -2.5, -2.4936, 0.8102, 0.508610),
        (2.5, 2.5, 2.4898, 0.8156, 0.912748),
    ],
)
def test_reverse_minima_are_the_catalogue_s(a, mu0, mu, sd, value):
    """From either mode the minimum and its value are those that adaptive quadrature gives."""
    found = twokl.reverse_gaussian(W, np.array([-a, a]), SD, mu0, 0.8)

    assert found == pytest.approx((mu, sd), abs=1e-4)
    assert reverse(a, *found) == pytest.approx(value, abs=1e-6)


def test_a_single_mode_is_not_always_best():
    """For modes two apart from the middle, the broad fit beats the fit of one mode (S17 of the catalogue)."""
    m = np.array([-2.0, 2.0])
    broad, single = twokl.reverse_gaussian(W, m, SD, 0.0, 2.0), twokl.reverse_gaussian(W, m, SD, -2.0, 0.8)

    assert reverse(2.0, *broad) == pytest.approx(0.4856, abs=1e-4)
    assert reverse(2.0, *single) == pytest.approx(0.4915, abs=1e-4)


@pytest.mark.parametrize("a", [1.0, 2.5, 4.0])
def test_the_forward_fit_is_a_minimum(a):
    """Nelder-Mead on quadrature of the cross entropy ends at the moments."""
    m = np.array([-a, a])

    def cross(x):
        return sum(
            w * ((s**2 + (c - x[0]) ** 2) / (2 * np.exp(2 * x[1])) + x[1]) for w, c, s in zip(W, m, SD, strict=True)
        )

    best = minimize(cross, [0.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-14}).x
    assert twokl.forward_gaussian(W, m, SD) == pytest.approx((best[0], np.exp(best[1])), abs=1e-5)


@pytest.mark.parametrize("seed", range(10))
def test_no_product_is_better_than_the_margins(seed):
    """KL(P || row col) is smaller than for a hundred random products."""
    rng = np.random.default_rng(seed)
    P = tables(rng, (12,), 1.0).reshape(3, 4)
    best = twokl.kl(P.ravel(), np.outer(*twokl.forward_product(P)).ravel())
    others = (np.outer(rng.dirichlet(np.ones(3)), rng.dirichlet(np.ones(4))) for _ in range(100))

    assert all(twokl.kl(P.ravel(), q.ravel()) >= best for q in others)


def test_infinities():
    """Infinite exactly where p has probability that q has not; the allowed supports keep both directions finite."""
    p, q = np.array([0.5, 0.5, 0.0]), np.array([0.5, 0.25, 0.25])
    assert twokl.kl(q, p) == np.inf
    assert np.isfinite(twokl.kl(p, q))
    assert twokl.allowed_support(p, "reverse").tolist() == [True, True, False]
    with pytest.raises(ValueError, match="direction"):
        twokl.allowed_support(p, "both")
