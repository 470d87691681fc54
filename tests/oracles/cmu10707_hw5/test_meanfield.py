"""The reference of meanfield.py: no single-block alternative is better, and coordinate ascent ends where it must."""

import numpy as np
import pytest

from reference.cmu10707_hw5 import meanfield
from tests.properties.cmu10707_hw5.draw_tables import bound_of, log_total

SEEDS = range(30)


def instance(seed):
    """Blocks and a log joint of two to four variables."""
    rng = np.random.default_rng(seed)
    card = rng.integers(2, 4, int(rng.integers(2, 5)))
    return [rng.dirichlet(np.ones(c)) for c in card], 1.5 * rng.standard_normal(card), rng


@pytest.mark.parametrize("seed", SEEDS)
def test_no_other_block_is_better(seed):
    """Over five sweeps, no random block in the place of an updated one has a higher bound."""
    Q, log_joint, rng = instance(seed)
    for _ in range(5):
        for i in range(len(Q)):
            Q[i] = meanfield.update(Q, log_joint, i)
            best = bound_of(Q, log_joint)
            others = (rng.dirichlet(np.ones(len(Q[i]))) for _ in range(20))
            assert all(bound_of([*Q[:i], q, *Q[i + 1 :]], log_joint) <= best + 1e-13 for q in others)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_bound_rises_and_stays_below_the_evidence(seed):
    """The trace is the bound of the blocks, rises up to rounding, and is below the log of the sum."""
    Q, log_joint, _ = instance(seed)
    end, trace = meanfield.cavi(log_joint, Q, 30)

    assert (np.diff(trace) >= -1e-13).all()
    assert trace[-1] <= log_total(log_joint) + 1e-12
    assert trace[-1] == pytest.approx(bound_of(end, log_joint), abs=1e-12)


def test_the_table_with_two_optima():
    """q_0(0) = 0.976 and 0.024, the bound -0.669229 in both; the uniform fixed point, -1.273, is none to end in."""
    log_joint = np.log([[0.49, 0.01], [0.01, 0.49]])
    (one, up), (two, down) = (meanfield.cavi(log_joint, Q0, 300) for Q0 in meanfield.two_fixed_points())

    assert [one[0][0], two[0][0]] == pytest.approx([0.976, 0.024], abs=1e-3)
    assert [up[-1], down[-1]] == pytest.approx([-0.669229] * 2, abs=1e-6)
    assert bound_of([np.full(2, 0.5)] * 2, log_joint) == pytest.approx(-1.273, abs=1e-3)


@pytest.mark.parametrize("seed", range(10))
def test_the_gaussian_case_is_where_coordinate_ascent_ends(seed):
    """Gauss-Seidel on the means ends in m, and 1 / Lam_ii minimises KL(q || p), below the marginal variance."""
    rng = np.random.default_rng(seed)
    d = int(rng.integers(2, 5))
    m, a = rng.standard_normal(d), rng.standard_normal((d, d))
    Lam = a @ a.T + 0.5 * np.eye(d)
    mean, var = meanfield.gaussian_mean_field(m, Lam)
    mu = np.zeros(d)
    for _ in range(3000):
        for i in range(d):
            mu[i] = m[i] - (Lam[i] @ (mu - m) - Lam[i, i] * (mu[i] - m[i])) / Lam[i, i]

    assert mu == pytest.approx(mean, abs=1e-9)
    for factor in (0.99, 1.01):  # the terms of 2 KL that depend on the variances
        assert (var * factor * np.diag(Lam) - np.log(var * factor)).sum() > (var * np.diag(Lam) - np.log(var)).sum()
    assert (var <= np.diag(np.linalg.inv(Lam)) + 1e-12).all()
