"""The derivations of dl2024-hw4: what their instances mean, what starts and ends are worth, what a jump earns."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from autograder.errors import CheckFailed
from autograder.kit.evaluate import Budget, evaluate
from autograder.kit.formula import parse
from autograder.manifest import find_homework
from reference.dl2024_hw4 import derivations, em, gmvae, kl

HOMEWORK = find_homework(Path(__file__).parents[3], "dl2024-hw4")
SEED = 20240514


def properties_of(part):
    """The module of a part's properties, by its path: to pytest it is a file of tests and no module of a package."""
    path = HOMEWORK.properties / "derivations" / f"test_{part.replace('.', '_')}.py"
    spec = importlib.util.spec_from_file_location(f"dl2024_hw4_derivations_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


part_5, part_6_1, part_6_2, part_7_1 = map(properties_of, ("5", "6.1", "6.2", "7.1"))
CHAINS = {  # function: its item, its property module, its part, the beginning of its properties' names
    "derivation_5_e": (part_5.E, part_5, "5", "e_"),
    "derivation_5_m": (part_5.M, part_5, "5", "m_"),
    "derivation_6_1": (part_6_1.ITEM, part_6_1, "6.1", ""),
    "derivation_6_2": (part_6_2.ITEM, part_6_2, "6.2", ""),
    "derivation_7_1": (part_7_1.ITEM, part_7_1, "7.1", ""),
}


class Student:
    """Someone who hands in these chains."""

    def __init__(self, **chains):
        for name, chain in chains.items():
            setattr(self, name, lambda chain=chain: chain)


def share(name, chain):
    """Which share of a derivation's points this chain earns, by the real properties."""
    _, module, part, begins = CHAINS[name]
    pays = HOMEWORK.parts[part].pays
    mine = [p for p in HOMEWORK.parts[part].elsewhere["derivations"] if p.startswith(begins) and p in pays]
    earned = 0.0
    for prop in mine:
        test = getattr(module, f"test_{prop}").hypothesis.inner_test
        given = {"student": Student(**{name: chain}), "reference": derivations, "seed": SEED}
        try:
            test(**{key: given[key] for key in test.__code__.co_varnames[: test.__code__.co_argcount]})
        except CheckFailed:
            continue
        earned += pays[prop]
    return earned / sum(pays[prop] for prop in mine)


def values(name, line):
    """(instance, value) of one line of the reference's chain, on every instance."""
    item = CHAINS[name][0]
    formula = parse(getattr(derivations, name)()[line][1], item.names)
    return [(at, float(evaluate(formula, at, Budget()))) for at in item.instances(SEED)]


@pytest.mark.parametrize("name", CHAINS)
def test_the_reference_earns_everything(name):
    """Every property that pays holds of the reference's chain."""
    assert share(name, getattr(derivations, name)()) == pytest.approx(1)


@pytest.mark.parametrize(("name", "most"), [("derivation_6_1", 0.2), ("derivation_6_2", 0.2), ("derivation_5_e", 0.2)])
@pytest.mark.parametrize("padding", [0, 3])
def test_a_jump_earns_its_end_only(name, most, padding):
    """From the start to the target, or after lines like the start, a fifth is earned."""
    chain = getattr(derivations, name)()
    start = ("=", chain[0][1])
    relation = "<=" if any(sign == "<=" for sign, _ in chain) else "="

    assert share(name, [chain[0], *[start] * padding, (relation, chain[-1][1])]) == pytest.approx(most)


def test_a_jump_to_the_three_terms_has_one_milestone():
    """In 7.1 the target serves as one of two lines in p and q, so that a true jump earns 0.2 + 0.8 / 2."""
    chain = derivations.derivation_7_1()

    assert share("derivation_7_1", [chain[0], (">=", chain[-1][1])]) == pytest.approx(0.6)


def test_the_e_step_goes_from_the_free_energy_to_the_evidence():
    """The first line is F of problem 5, the last log p(x), and F is log p(x) where q is the posterior."""
    for (at, first), (_, last) in zip(values("derivation_5_e", 0), values("derivation_5_e", -1), strict=True):
        assert first == pytest.approx(em.free_energy(at["log_joint"], at["q"]), abs=1e-12)
        assert last == pytest.approx(np.log(np.exp(at["log_joint"]).sum()), abs=1e-12)
        assert em.free_energy(at["log_joint"], at["post"]) == pytest.approx(last, abs=1e-12)
        assert first <= last + 1e-12


def test_the_m_step_changes_both_alike():
    """F at new less old parameters is Q there, an expectation under q."""
    for at, last in values("derivation_5_m", -1):
        change = em.free_energy(at["lj_new"], at["q"]) - em.free_energy(at["lj"], at["q"])
        assert last == pytest.approx(change, abs=1e-12)
        assert last == pytest.approx(float(at["q"] @ (at["lj_new"] - at["lj"])), abs=1e-12)


def test_the_points_of_6_1_have_the_moments_of_a_gaussian():
    """E0 gives means, covariances and third moments; logN is scipy's; start and end are the reference's divergence."""
    for (at, first), (_, last) in zip(values("derivation_6_1", 0), values("derivation_6_1", -1), strict=True):
        mean, S0, expectation = at["mu0"], at["S0"], at["E0"].call
        a = np.linspace(1, 2, len(mean))
        np.testing.assert_allclose(expectation(lambda x: x), mean, atol=1e-12)
        np.testing.assert_allclose(expectation(lambda x, m=mean: np.outer(x - m, x - m)), S0, atol=1e-11)
        third = (a @ mean) ** 3 + 3 * (a @ mean) * (a @ S0 @ a)
        assert expectation(lambda x, a=a: (a @ x) ** 3) == pytest.approx(third, rel=1e-9, abs=1e-9)
        right = multivariate_normal.logpdf(mean + a, at["mu1"], at["S1"])
        assert at["logN"].call(mean + a, at["mu1"], at["S1"]) == pytest.approx(right, rel=1e-10)
        divergence = kl.kl_mvn(mean, S0, at["mu1"], at["S1"])
        assert (first, last) == pytest.approx((divergence, divergence), rel=1e-9, abs=1e-9)


def test_the_ends_of_6_2_differ_by_the_gap():
    """The last line less the first is `convexity_gap`, which is not negative."""
    for (at, first), (_, last) in zip(values("derivation_6_2", 0), values("derivation_6_2", -1), strict=True):
        gap = kl.convexity_gap(at["lam"], at["p1"], at["p2"], at["q1"], at["q2"])
        assert last - first == pytest.approx(gap, abs=1e-12)
        assert gap >= -1e-12


def test_the_end_of_7_1_is_the_bound_of_the_code():
    """The last line is the sum of `gmvae_elbo_terms`, below log p(x) by the divergence of q from the posterior."""
    for (at, first), (_, last) in zip(values("derivation_7_1", 0), values("derivation_7_1", -1), strict=True):
        arrays = at["p_x"], at["q_w"], at["p_w"].T, at["q_z"], at["p_z"]
        terms = gmvae.gmvae_elbo_terms(*map(np.log, arrays), at["q_w"])
        q = at["q_w"][:, None] * at["q_z"]
        assert last == pytest.approx(sum(terms), abs=1e-12)
        assert first - last == pytest.approx(float((q * np.log(q / at["post"])).sum()), abs=1e-12)
