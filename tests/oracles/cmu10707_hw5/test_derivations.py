"""The reference's chains hold on many instances, and their ends are what the functions calculate."""

import numpy as np
import pytest

from autograder.kit.derivation import assert_true_steps, read_chain
from reference.cmu10707_hw5 import derivations, em_spherical, gibbs, meanfield
from tests.properties.cmu10707_hw5.derivations import test_7b, test_8b, test_10c, test_12d

PARTS = {"7b": test_7b, "8b": test_8b, "10c": test_10c, "12d": test_12d}


@pytest.mark.parametrize("part", PARTS)
def test_every_chain_holds(part):
    """All steps are true on the instances of five seeds."""
    chain = read_chain(getattr(derivations, f"chain_{part}")(), PARTS[part].ITEM)
    for seed in range(5):
        assert_true_steps(chain, seed)


@pytest.mark.parametrize("seed", range(10))
def test_the_starts_are_what_the_functions_calculate(seed):
    """7b starts at the gap and ends at log p(x) less the bound; 8b starts at the free energy of two blocks."""
    row = test_7b.instance(np.random.default_rng(seed), 9)
    end = float((row["q"] * np.log(row["q"])).sum() - (row["q"] * row["lj"]).sum() + row["lpx"])
    assert gibbs.gap(row["q"], row["lj"]) == pytest.approx(end, abs=1e-12)
    row = test_8b.instance(np.random.default_rng(seed), 9)
    qi, qj, lj = row["qi"], row["qj"], row["lj"]
    start = float((qi * np.log(qi)).sum() - row["Hj"] - qi @ lj @ qj)
    assert meanfield.cavi(lj, [qi, qj], 0)[0][0] == pytest.approx(qi)
    assert -gibbs.elbo(np.outer(qi, qj).ravel(), lj.ravel()) == pytest.approx(start, abs=1e-12)
    assert meanfield.update([qi, qj], lj, 0) == pytest.approx(np.exp(row["m"] - row["lZ"]), abs=1e-12)


def test_a_step_of_em_is_an_instance_of_10c():
    """Real centres before and after a step make the chain's inequalities true."""
    rng = np.random.default_rng(3)
    X, mu = rng.standard_normal((20, 2)), rng.standard_normal((3, 2))
    q = em_spherical.e_step(X, mu)
    after = em_spherical.m_step(X, q)

    assert em_spherical.log_likelihood(X, after) >= em_spherical.objective(q, X, after)
    assert em_spherical.objective(q, X, after) >= em_spherical.objective(q, X, mu)


def test_the_grid_of_12d_is_a_derivative():
    """On a real grid the start is the derivative of the integral of f p, by differences."""
    x = np.linspace(-9, 9, 4001)
    h = x[1] - x[0]

    def integral(mu):
        return h * float((np.sin(x + mu) * np.exp(-0.5 * (x - mu) ** 2) / np.sqrt(2 * np.pi)).sum())

    p = np.exp(-0.5 * (x - 0.3) ** 2) / np.sqrt(2 * np.pi)
    start = h * float((np.cos(x + 0.3) * p).sum() + (np.sin(x + 0.3) * (x - 0.3) * p).sum())
    assert start == pytest.approx((integral(0.3 + 1e-5) - integral(0.3 - 1e-5)) / 2e-5, abs=1e-8)
