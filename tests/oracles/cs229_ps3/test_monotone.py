"""objective and lower_bound of cs229-ps3 (2a) against scipy, and what the theorem says about them."""

import numpy as np
import pytest
from scipy.special import entr, logsumexp
from scipy.stats import multivariate_normal

from autograder.kit import Item, read_chain
from autograder.kit.evaluate import Budget, evaluate
from autograder.kit.formula import parse
from reference.cs229_ps3 import derivations, paths
from reference.cs229_ps3.steps import e_step, lower_bound, m_step, objective
from tests.oracles.cs229_ps3.test_steps import drawn
from tests.properties.cs229_ps3.derivations import test_2a, test_3b
from tests.properties.cs229_ps3.draw_em import bounds, far_mixtures

CASES = drawn(bounds(), 60)
FAR = drawn(bounds(far_mixtures()), 20)


def log_pairs(points, phi, mu, sigma):
    """log p(point_i, z_i = j) by scipy, (points, k)."""
    columns = [multivariate_normal(m, s).logpdf(points) for m, s in zip(mu, sigma, strict=True)]
    return np.log(phi) + np.stack([np.atleast_1d(column) for column in columns], axis=1)


def terms(case):
    """log joint of the unlabelled points, and the labelled term."""
    theta = case.phi, case.mu, case.sigma
    labelled = log_pairs(case.x_tilde, *theta) if len(case.z_tilde) else np.zeros((0, len(case.phi)))
    return log_pairs(case.x, *theta), case.alpha * sum(row[j] for row, j in zip(labelled, case.z_tilde, strict=True))


@pytest.mark.parametrize("cases", [CASES, FAR], ids=["near", "far"])
def test_both_agree_with_scipy(cases):
    """Objective and bound with scipy's densities and entropies, for far points too."""
    for case in cases:
        joint, labelled = terms(case)
        assert objective(*case.objective) == pytest.approx(logsumexp(joint, axis=1).sum() + labelled, rel=1e-11)
        wanted = (case.Q * joint + entr(case.Q)).sum() + labelled
        assert lower_bound(*case) == pytest.approx(wanted, rel=1e-11, abs=1e-10)


def test_cases_are_varied():
    """There are zeros in Q, labelled points and none, every alpha, and far points whose densities are 0."""
    assert any((case.Q == 0).any() for case in CASES)
    assert {len(case.z_tilde) == 0 for case in CASES} == {True, False}
    assert len({case.alpha for case in CASES}) == 5
    assert all(np.abs(case.Q.sum(axis=1) - 1).max() < 1e-12 for case in CASES)
    assert all((np.exp(terms(case)[0]) == 0).all() for case in FAR)


def test_bound_touches_at_the_posterior():
    """With the E-step for Q the bound is the objective to 1e-13, and any other Q lies below."""
    for case in CASES:
        high = objective(*case.objective)
        w = e_step(*case[1:5])
        assert lower_bound(*case._replace(Q=w)) == pytest.approx(high, rel=1e-13, abs=1e-12)
        assert lower_bound(*case) <= high + 1e-12 * (1 + abs(high))


def test_the_gap_is_a_divergence():
    """Objective less bound is the sum over the points of KL(Q || posterior)."""
    for case in CASES:
        w = e_step(*case[1:5])
        gap = np.where(case.Q > 0, case.Q * np.log(np.where(case.Q > 0, case.Q, 1) / w), 0).sum()
        assert objective(*case.objective) - lower_bound(*case) == pytest.approx(gap, rel=1e-7, abs=1e-8)


def test_the_objective_never_falls():
    """Along 1000 pairs of E-step and M-step the objective falls by no more than rounding."""
    pairs = 0
    for instance in range(40):
        x, x_tilde, z_tilde, _, *theta = paths.early_start(instance, True)
        labelled = x_tilde, z_tilde, (1.0, 20.0)[instance % 2]
        values = []
        for _ in range(26):
            values.append(objective(x, *theta, *labelled))
            theta = m_step(e_step(x, *theta), x, *labelled)
        change = np.diff(values)
        pairs += len(change)
        assert (change >= -1e-13 * (1 + np.abs(values[1:]))).all()
    assert pairs == 1000


@pytest.mark.parametrize("exponent", [3, 6])
def test_the_objective_is_unbounded_without_labels(exponent):
    """A component that shrinks onto a point of the plane gains ln 1000 for each factor of 1000 in its variance."""
    x = np.random.default_rng(0).standard_normal((12, 2))
    none = x[:0], np.zeros(0, int), 0.0

    def at(variance):
        return objective(
            x, np.full(2, 0.5), np.stack([x[0], 0 * x[0]]), np.stack([variance * np.eye(2), np.eye(2)]), *none
        )

    assert at(10.0 ** -(exponent + 3)) - at(10.0**-exponent) == pytest.approx(np.log(1000), abs=0.1)


def value(item, text, instance):
    """A formula's value on an instance."""
    return evaluate(parse(text, item.names), instance, Budget())


@pytest.mark.parametrize(
    ("module", "chain"),
    [(test_2a, derivations.chain_2a()), (test_3b, derivations.chain_3b_8()), (test_3b, derivations.chain_3b_9())],
    ids=["2a", "3b, 8", "3b, 9"],
)
def test_relations_hold_with_room(module, chain):
    """Equal lines of the chains agree to 1e-12, and no inequality fails by more."""
    lines = read_chain(chain, module.ITEM).lines
    for instance in module.ITEM.instances(4321):
        found = [value(module.ITEM, line.formula.text, instance) for line in lines]
        for line, before, after in zip(lines[1:], found, found[1:], strict=False):
            slack = 1e-12 * max(1, abs(before))
            assert before >= after - slack
            assert line.relation == ">=" or before <= after + slack


@pytest.mark.parametrize(
    "wrong", ["sum(lj_new) - sum(lj_old)", "sum(ls_new) - sum(ls_old)", "sum(Q*lj_new) - sum(Q*lj_old)"]
)
def test_instances_of_2a_lack_more_than_the_hypotheses(wrong):
    """Neither term gains on its own in every instance, so that steps which claim it are false."""
    item: Item = test_2a.ITEM
    assert min(value(item, wrong, instance) for instance in item.instances(77)) < -0.1


def test_relaxed_instances_tear_equal_lines_apart():
    """Where the hypotheses are dropped, objective and bound of 2a differ, and so do the lines of either chain of 3b."""
    for module, chain in (
        (test_2a, derivations.chain_2a()),
        (test_3b, derivations.chain_3b_8()[:2]),
        (test_3b, derivations.chain_3b_9()),
    ):
        texts = [text for _, text in chain]
        for number in range(2, 8):
            instance = module.ITEM.instance(5, 0) | module.relaxed(np.random.default_rng(number), number)
            found = {round(float(value(module.ITEM, text, instance)), 9) for text in texts}
            assert len(found) == {5: 2, 6: 4, 2: 2, 4: 3}[len(texts)]
