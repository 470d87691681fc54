"""Part 3b, derivations: two ways to divide the lower bound, with integrals as sums over 30 quadrature nodes."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import (
    MATRICES,
    Item,
    Uses,
    assert_checkpoint,
    assert_ends,
    assert_true_steps,
    fresh_seeds,
    read_chain,
)

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(30)
ROOT = np.sqrt(2 * np.pi)
TOOLS = " ".join(tool.name for tool in MATRICES)
START = "sum(w*(lpxz - lq))"
PRIOR_ROUTE = ("sum(w*(lpx_z + lpz - lq))",)
POSTERIOR_ROUTE = ("sum(w*(lpx + lpz_x - lq))",)


def log_normal(t, mean, sd):
    """The log density of normal distributions at t."""
    u = (t - mean) / sd
    return -np.log(ROOT * sd) - u * u / 2


def instance(rng, number):
    """A model with one latent number z and d observed ones, any q, and Gauss-Hermite nodes for q."""
    d = 1 if number == 0 else int(rng.integers(1, 5))
    W, b, gamma = rng.standard_normal(d), rng.standard_normal(d), rng.uniform(0.4, 1.5)
    x = b + W * rng.standard_normal() + gamma * rng.standard_normal(d)
    mean, sd = rng.standard_normal(), rng.uniform(0.3, 1.5)
    z = mean + sd * NODES
    lpz, lpx_z = log_normal(z, 0.0, 1.0), log_normal(x, np.outer(z, W) + b, gamma).sum(-1)
    slope, rest = W / gamma, (x - b) / gamma
    spread = 1 / np.sqrt(1 + slope @ slope)
    lpz_x = log_normal(z, (slope @ rest) * spread * spread, spread)
    lpx = (lpx_z + lpz - lpz_x)[len(NODES) // 2]  # the same at every z
    arrays = {"lpxz": lpx_z + lpz, "lpx_z": lpx_z, "lpz": lpz, "lpz_x": lpz_x, "lq": log_normal(z, mean, sd)}
    return arrays | {"w": WEIGHTS / WEIGHTS.sum(), "lpx": float(lpx), "n": len(NODES)}


def relaxed(rng, number):
    """All log densities unrelated, and weights that do not sum to 1."""
    found = instance(rng, number)
    arrays = {name: rng.standard_normal(len(NODES)) for name in ("lpxz", "lpx_z", "lpz", "lpz_x", "lq")}
    return found | arrays | {"lpx": float(rng.standard_normal()), "w": rng.choice((0.3, 2.5)) * found["w"]}


ITEM = Item(START, instance, MATRICES)


def before_the_end(chain):
    """The chain without its last line, and without lines above it that are written alike."""
    last = chain.lines[-1].formula.form
    kept = [line for line in chain.lines[1:] if line.formula.form != last]
    return chain._replace(lines=(chain.lines[0], *kept))


def assert_passes(chain, route, seed, *, whole=False):
    """A line before the last has the value of `route` where all hypotheses are dropped; `whole`: all steps are true."""
    assert_checkpoint(before_the_end(chain), relaxed, [route], 0, seed)
    if whole:
        assert_true_steps(chain, seed)


@settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it
@given(instances=fresh_seeds())
def test_ends_with_the_prior(student, reference, instances):
    """The first chain ends at the expected log-likelihood less the divergence of q from the prior."""
    chain = read_chain(student.chain_3b_8(), ITEM)
    assert_ends(chain, reference.chain_3b_8()[-1][1], Uses.of(f"n {TOOLS}", "w lpx_z lq lpz"), instances)


@settings(max_examples=2)
@given(instances=fresh_seeds())
def test_steps_to_the_prior_hold(student, instances):
    """Every line of the first chain follows from the one before."""
    assert_true_steps(read_chain(student.chain_3b_8(), ITEM), instances)


@settings(max_examples=2)
@given(instances=fresh_seeds())
def test_divides_the_joint_by_the_prior(student, instances):
    """A line of the first chain before the last has likelihood and prior in place of the joint."""
    assert_passes(read_chain(student.chain_3b_8(), ITEM), PRIOR_ROUTE, instances)


@settings(max_examples=2)
@given(instances=fresh_seeds())
def test_proves_the_form_with_the_prior(student, instances):
    """The first chain passes such a line, and each of its steps is true."""
    assert_passes(read_chain(student.chain_3b_8(), ITEM), PRIOR_ROUTE, instances, whole=True)


@settings(max_examples=2)
@given(instances=fresh_seeds())
def test_ends_with_the_posterior(student, reference, instances):
    """The second chain ends at the evidence less the divergence of q from the posterior."""
    chain = read_chain(student.chain_3b_9(), ITEM)
    assert_ends(chain, reference.chain_3b_9()[-1][1], Uses.of(f"n {TOOLS}", "w lpx lq lpz_x"), instances)


@settings(max_examples=2)
@given(instances=fresh_seeds())
def test_steps_to_the_posterior_hold(student, instances):
    """Every line of the second chain follows from the one before."""
    assert_true_steps(read_chain(student.chain_3b_9(), ITEM), instances)


@settings(max_examples=2)
@given(instances=fresh_seeds())
def test_divides_the_joint_by_the_evidence(student, instances):
    """A line of the second chain before the last has evidence and posterior in place of the joint."""
    assert_passes(read_chain(student.chain_3b_9(), ITEM), POSTERIOR_ROUTE, instances)


@settings(max_examples=2)
@given(instances=fresh_seeds())
def test_proves_the_form_with_the_posterior(student, instances):
    """The second chain passes such a line, and each of its steps is true."""
    assert_passes(read_chain(student.chain_3b_9(), ITEM), POSTERIOR_ROUTE, instances, whole=True)
