"""Question 1: the reference against scipy, 50-digit decimals sums written out, and the chains against themselves."""

from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given, settings
from scipy import stats
from scipy.special import entr, rel_entr

from autograder.errors import CheckFailed
from autograder.kit import assert_checkpoint, assert_ends, assert_true_steps, read_chain
from autograder.kit.derivation import Uses
from reference.cs229_ps3 import derivations, kl
from tests.properties.cs229_ps3.derivations import test_1a, test_1b, test_1c
from tests.properties.cs229_ps3.draw_kl import (
    GRAIN,
    grids,
    near_pairs,
    pairs,
    positives,
    samples,
    sparse_grids,
    sparse_pairs,
    sparse_tables,
    tables,
    tied_grids,
)

CHAINS = {
    "1a": (derivations.chain_1a, test_1a, test_1a.BOUNDS, "0", Uses.of("", "")),
    "1b": (derivations.chain_1b, test_1b, (test_1b.END,), test_1b.END, Uses.of("m n sum", "V A B")),
    "1c": (derivations.chain_1c, test_1c, test_1c.HALFWAY, test_1c.END, Uses.of("n k", "H logp xs")),
}


def exact(p, q):
    """The divergence with 50 digits, rounded once."""
    with localcontext() as context:
        context.prec = 50
        terms = [Decimal(float(a)) * (Decimal(float(a)) / Decimal(float(b))).ln() for a, b in zip(p, q, strict=True)]
        return float(sum(terms, Decimal(0)))


@settings(max_examples=60, deadline=None)
@given(case=pairs())
def test_divergence_and_entropies_match_decimals_and_scipy(case):
    """Distributions without zeros, entries down to 1e-300."""
    p, q = case
    with localcontext() as context:
        context.prec = 50
        surprise = float(
            -sum((Decimal(float(a)) * Decimal(float(b)).ln() for a, b in zip(p, q, strict=True)), Decimal(0))
        )

    assert kl.kl_divergence(p, q) == pytest.approx(exact(p, q), rel=1e-12, abs=1e-13)
    assert kl.kl_divergence(p, q) == pytest.approx(rel_entr(p, q).sum(), rel=1e-12, abs=1e-13)
    assert kl.cross_entropy(p, q) == pytest.approx(surprise, rel=1e-12)
    assert kl.entropy(p) == pytest.approx(entr(p).sum(), rel=1e-12, abs=1e-15)
    assert kl.kl_divergence(p, q) >= -1e-12
    assert kl.kl_divergence(p, p) == pytest.approx(0, abs=1e-14)


@settings(max_examples=60, deadline=None)
@given(case=sparse_pairs())
def test_zeros_are_those_of_scipy(case):
    """0 log 0 is 0, and the divergence is infinite exactly where rel_entr is."""
    p, q = case

    assert kl.kl_divergence(p, q) == pytest.approx(rel_entr(p, q).sum(), rel=1e-12, abs=1e-13)
    assert kl.cross_entropy(p, q) == pytest.approx(entr(p).sum() + rel_entr(p, q).sum(), rel=1e-12, abs=1e-13)


def test_the_facts_of_the_handout():
    """32 equally likely outcomes have 5 bits, a certain one has none; at one spread a Gaussian has the most entropy."""
    nats = {
        "gaussian": stats.norm(0, 1.7).entropy(),
        "logistic": stats.logistic(0, 1.7 * np.sqrt(3) / np.pi).entropy(),
        "laplace": stats.laplace(0, 1.7 / np.sqrt(2)).entropy(),
        "uniform": stats.uniform(0, 1.7 * np.sqrt(12)).entropy(),
    }

    assert kl.entropy(np.full(32, 1 / 32)) / np.log(2) == pytest.approx(5, rel=1e-14)
    assert kl.entropy(np.array([0.0, 1.0, 0.0])) == 0
    assert {name: round(float(value), 4) for name, value in nats.items()} == {
        "gaussian": 1.9496,
        "logistic": 1.9352,
        "laplace": 1.8772,
        "uniform": 1.7731,
    }


@settings(max_examples=60, deadline=None)
@given(case=pairs(), free=positives(), near=near_pairs())
def test_the_certificate_is_one(case, free, near):
    """It sums to the divergence; with 50 digits its entries are positive exactly where both arguments differ."""
    for P, Q in (case, near):
        assert kl.certificate_1a(P, Q).sum() == pytest.approx(exact(P, Q), rel=1e-9, abs=1e-13)
    for P, Q in (free, near):
        with localcontext() as context:
            context.prec = 50
            both = [(Decimal(float(a)), Decimal(float(b))) for a, b in zip(P, Q, strict=True)]
            entries = np.array([float(b - a + a * (a / b).ln()) for a, b in both])
        np.testing.assert_allclose(kl.certificate_1a(P, Q), entries, rtol=1e-6, atol=1e-15 * max(P.max(), Q.max()))
        assert (entries[P != Q] > 0).all()
        assert (kl.certificate_1a(P, Q)[P == Q] == 0).all()


@settings(max_examples=60, deadline=None)
@given(case=tables(), sparse=sparse_tables())
def test_the_conditional_divergence_is_a_mean_of_divergences(case, sparse):
    """scipy's divergence of each row, weighted by P(x); the chain rule gives the joint divergence in both orders."""
    for P, Q in (case, sparse):
        weights = P.sum(axis=1)
        rows = [w * stats.entropy(p / w, q / q.sum()) for w, p, q in zip(weights, P, Q, strict=True) if w > 0]
        joint = rel_entr(P, Q).sum()

        assert kl.kl_conditional(P, Q) == pytest.approx(sum(rows), rel=1e-10, abs=1e-12)
        for p, q in ((P, Q), (P.T, Q.T)):
            first = kl.kl_divergence(kl.marginal_x(p), kl.marginal_x(q))
            assert first + kl.kl_conditional(p, q) == pytest.approx(joint, rel=1e-10, abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(case=tables())
def test_the_parts_of_the_ratio_are_those_of_each_pair(case):
    """One pair at a time, from marginal and conditional probabilities."""
    P, Q = case
    A, B = kl.decomp_1b(P, Q)
    for x in range(len(P)):
        px, qx = sum(P[x]), sum(Q[x])
        assert A[x] == pytest.approx(np.log(px / qx), rel=1e-12, abs=1e-13)
        for y in range(P.shape[1]):
            assert B[x, y] == pytest.approx(np.log((P[x, y] / px) / (Q[x, y] / qx)), rel=1e-10, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(case=samples())
def test_the_empirical_distribution_counts(case):
    """Counted one outcome at a time; and minus entropy less likelihood is scipy's divergence."""
    xs, logp = case
    p = kl.empirical(xs, case.k)

    assert p.tolist() == [sum(1 for x in xs if x == a) / len(xs) for a in range(case.k)]
    assert kl.avg_log_lik(xs, logp) == pytest.approx(sum(logp[x] for x in xs) / len(xs), rel=1e-12)
    assert -kl.entropy(p) - kl.avg_log_lik(xs, logp) == pytest.approx(
        rel_entr(p, np.exp(logp)).sum(), rel=1e-9, abs=1e-11
    )


@settings(max_examples=60, deadline=None)
@given(dense=grids(), sparse=sparse_grids(), tied=tied_grids())
def test_the_likeliest_model_is_the_nearest(dense, sparse, tied):
    """Its divergence from the empirical distribution is least, infinite where the likelihood is 0; of equals, first."""
    for xs, grid in (dense, sparse, tied):
        p = kl.empirical(xs, grid.shape[1])
        divergences = np.array([rel_entr(p, np.exp(row)).sum() for row in grid])
        likelihoods = np.array([kl.avg_log_lik(xs, row) for row in grid])
        best = kl.best_theta(xs, grid)

        assert (np.isinf(divergences) == np.isneginf(likelihoods)).all()
        assert divergences[best] == pytest.approx(divergences.min(), rel=1e-9, abs=1e-11)
        assert not any((row == grid[best]).all() for row in grid[:best])
    assert sum((row == tied.logp[kl.best_theta(*tied)]).all() for row in tied.logp) >= 2
    assert np.isneginf([kl.avg_log_lik(sparse.xs, row) for row in sparse.logp]).sum() == 15


def joint_gaps(P, Q):
    """How far mistakes in the conditional divergence are off, by name."""
    right = kl.kl_conditional(P, Q)
    rows = np.array([stats.entropy(p / p.sum(), q / q.sum()) for p, q in zip(P, Q, strict=True)])
    return {
        "weights Q(x)": abs(Q.sum(axis=1) @ rows - right),
        "uniform weights": abs(rows.mean() - right),
        "given Y": abs(kl.kl_conditional(P.T, Q.T) - right),
        "joint": abs(rel_entr(P, Q).sum() - right),
    }


@pytest.mark.parametrize("name", joint_gaps(np.full((2, 2), 0.25), np.full((2, 2), 0.25)))
def test_every_mistake_shows_on_some_table(name):
    """On tables as the properties draw them most are off by more than 1e-3: far beyond the tolerance."""
    seen = []

    @settings(max_examples=40, deadline=None, derandomize=True, database=None)
    @given(case=tables())
    def collect(case):
        if min(case.P.shape) > 1:
            seen.append(joint_gaps(*case)[name])

    collect()
    assert len(seen) >= 10
    assert np.mean(np.array(seen) > 1e-3) > 0.7


def test_the_other_divergence_chooses_another_model():
    """The least divergence of Phat from the models is at another row on more than one grid in ten."""
    seen = []

    @settings(max_examples=40, deadline=None, derandomize=True, database=None)
    @given(case=grids())
    def collect(case):
        p = kl.empirical(case.xs, case.k)
        reverse = [rel_entr(np.exp(row), p + GRAIN).sum() for row in case.logp]
        seen.append(int(np.argmin(reverse)) != kl.best_theta(*case))

    collect()
    assert len(seen) >= 20
    assert np.mean(seen) > 0.1


@pytest.mark.parametrize("part", CHAINS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_chains_hold_in_full(part, seed):
    """The reference chains are true, pass their milestone and end where they must, whatever the instances."""
    function, properties, milestone, end, uses = CHAINS[part]
    chain = read_chain(function(), properties.ITEM)

    assert_true_steps(chain, seed)
    assert_ends(chain, end, uses, seed)
    assert_checkpoint(chain, properties.relaxed, [milestone], 0, seed, whole=True)


@pytest.mark.parametrize(("part", "number"), [(part, i) for part, row in CHAINS.items() for i in range(len(row[2]))])
def test_no_way_past_a_milestone_is_a_jump(part, number):
    """On the relaxed instances no value that passes is that of the start nor, but in 1b by design, that of the end."""
    _, properties, milestone, end, _ = CHAINS[part]
    item = properties.ITEM
    for line in {item.start, *([] if part == "1b" else [end])}:
        chain = read_chain([("start", item.start), ("=", line)], item)
        with pytest.raises(CheckFailed, match="on no line of its own"):
            assert_checkpoint(chain, properties.relaxed, [(milestone[number],)], 0, 7)


BAD = [[0.5, 0.6], [1.5, -0.5], [0.5, np.nan], [np.inf, 0.5], [[0.5, 0.5]], [0.5, 0.5 + 2e-8]]


@pytest.mark.parametrize("bad", BAD)
def test_what_is_no_distribution_is_refused(bad):
    """By every function that takes distributions over outcomes; a sum that is off by 1e-9 is not refused."""
    good = np.array([0.5, 0.5])

    for call in (
        lambda: kl.entropy(bad),
        lambda: kl.kl_divergence(bad, good),
        lambda: kl.kl_divergence(good, bad),
        lambda: kl.cross_entropy(bad, good),
    ):
        with pytest.raises(ValueError, match=r"distribution|axes"):
            call()
    assert kl.entropy([0.5, 0.5 + 1e-9]) == pytest.approx(np.log(2), abs=1e-8)


def test_tables_and_outcomes_that_do_not_fit_are_refused():
    """Other shapes, entries that must be positive, outcomes that there are not, logarithms of no distribution."""
    P, logp = np.full((2, 2), 0.25), np.log([0.5, 0.5])

    for call in (
        lambda: kl.kl_conditional(P, np.full((2, 4), 0.125)),
        lambda: kl.marginal_x([0.5, 0.5]),
        lambda: kl.decomp_1b([[0.5, 0.0], [0.25, 0.25]], P),
        lambda: kl.certificate_1a([1.0, 0.0], [1.0, 1.0]),
        lambda: kl.certificate_1a([1.0], [1.0, 1.0]),
        lambda: kl.empirical([0, 2], 2),
        lambda: kl.empirical([0, -1], 2),
        lambda: kl.empirical([], 2),
        lambda: kl.avg_log_lik([0], logp + 0.1),
        lambda: kl.avg_log_lik([0], [np.nan, 0.0]),
        lambda: kl.avg_log_lik([0], [np.inf, 0.0]),
        lambda: kl.best_theta([0], logp),
    ):
        with pytest.raises(ValueError, match=r"shape|positive|outcomes|logarithms|axes"):
            call()
