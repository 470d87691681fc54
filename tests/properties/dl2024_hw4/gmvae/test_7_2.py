"""Part 7.2: the bound of a GMVAE with one sample, its gradients, and a model trained on data in three clusters."""

import numpy as np
from hypothesis import given, settings

from autograder.kit import T32, as_array, as_tuple, assert_close, assert_that, fresh_seeds, rng_of, rounded
from tests.properties.dl2024_hw4.draw_gmvae import bound, clusters, nets, network, normal, state_shapes
from tests.properties.dl2024_hw4.draw_kl import EPS, MASS

TERMS = ("x", "w", "z")
STEPS, SEED = 1500, 7240  # one seed for all claims: what was trained for one is there for the others
SIZES = (4, 2, 3, 32)
ENOUGH, BETTER, TRACED = (
    0.70,
    0.30,
    0.60,
)  # nats: three components reach 0.85 and more, and one component 0.4 less than three


@settings(max_examples=4)
@given(net=nets(), seed=fresh_seeds())
def test_shapes_and_contract(student, net, seed):
    """The bound has its three terms, one number a row; a few steps of training give all parameters and a trace."""
    terms_of(student, net)
    X = clusters(rng_of(seed), 50)
    trained(student, X, 3, seed, 10)


@settings(max_examples=30)
@given(net=nets())
def test_terms_match_reference(student, reference, net):
    """Each term of the bound agrees with the reference, row by row."""
    right = reference.elbo(*net)
    for name, found in terms_of(student, net).items():
        assert_close(found, as_array(right[name], (len(net.x),), name), what=f"the {name} term", tol=T32)


@settings(max_examples=12)
@given(net=nets(min_k=2))
def test_gradients_match_reference(student, reference, net):
    """The bound is differentiable in mu, log_sigma and all three networks, with the right gradients."""
    gradients, absent = as_tuple(student.elbo_gradients(*net), 2, "the gradients")
    assert_that(
        list(absent) == [], "the bound does not depend on a parameter in a way that torch could follow", got=str(absent)
    )
    right, _ = reference.elbo_gradients(*net)
    for name, shape in state_shapes(net.sizes).items():
        wanted = as_array(right[name], shape, name)
        assert_close(gradients[name], wanted, what=f"the gradient in {name}", tol=T32)


@settings(max_examples=4)
@given(net=nets().filter(lambda net: net.sizes[1] == 1))
def test_samples_average_to_the_bound(student, net):
    """Averaged over the law of eps, the three terms of one row are the bound that a fine grid over w gives."""
    nodes, weight = EPS[::3], MASS[::3] / MASS[::3].sum()
    many = net._replace(x=np.repeat(net.x[:1], len(nodes), axis=0), eps=rounded(nodes)[:, None])
    average = float(weight @ sum(terms_of(student, many).values()))
    mean, logvar = network(net.state, "enc_w", net.x[:1])[0]
    noise = np.linspace(-9, 9, 2001)
    density = np.exp(normal(noise, 0.0, 1.0))
    on_w = bound(net.state, np.repeat(net.x[:1], len(noise), axis=0), noise[:, None])
    assert_that(bool(np.isfinite(mean + logvar)), "the encoder's output is not finite")
    assert_close(average, float(density @ on_w) * (noise[1] - noise[0]), what="the average bound", tol=T32)


def test_trained_model_reaches_the_bound(student):
    """Trained on 1000 points in three clusters, the model's bound on 1000 other points is at least 0.70 nats."""
    state, _ = trained(student, clusters(rng_of(SEED), 1000), 3, SEED, STEPS)
    value = measured(state)
    assert_that(value >= ENOUGH, f"the bound on other points is below {ENOUGH:g} nats", got=f"{value:.3g}")


def test_trace_rises(student):
    """The last tenth of the trace is above the first, and within 0.6 nats of the trained model's bound."""
    state, trace = trained(student, clusters(rng_of(SEED), 1000), 3, SEED, STEPS)
    tenth = max(1, len(trace) // 10)
    first, last, value = trace[:tenth].mean(), trace[-tenth:].mean(), measured(state)
    assert_that(last > first, "the trace ends no higher than it begins")
    assert_that((trace != np.round(trace)).any(), "the trace has whole numbers only: it must have bounds, in nats")
    far = f"the trace ends more than {TRACED:g} nats from the bound: it must have the mean bound at each step"
    assert_that(abs(last - value) <= TRACED, far, got=f"{last:.3g} against {value:.3g}")


def test_three_clusters_beat_one(student):
    """A model with three components has a bound on other points that is at least 0.3 nats above that with one."""
    X = clusters(rng_of(SEED), 1000)
    three, one = (measured(trained(student, X, K, SEED, STEPS)[0]) for K in (3, 1))
    assert_that(
        three - one >= BETTER, f"three components are not {BETTER:g} nats better than one", got=f"{three - one:.3g}"
    )


def terms_of(student, net):
    """The three terms (B,) by name."""
    found = student.elbo(*net)
    assert_that(isinstance(found, dict) and set(found) == set(TERMS), 'the result must be a dict of "x", "w" and "z"')
    return {name: as_array(found[name], (len(net.x),), f"the {name} term") for name in TERMS}


def trained(student, X, K, seed, steps):
    """The parameters of a trained GMVAE, and the trace."""
    state, trace = as_tuple(student.train_gmvae(X, K, SIZES[1], seed, steps), 2, "the result")
    shapes = state_shapes((X.shape[1], SIZES[1], K, SIZES[3]))
    named = isinstance(state, dict) and set(state) == set(shapes)
    assert_that(named, f"the parameters must be a dict of {', '.join(shapes)}")
    listed = isinstance(trace, list | tuple) and 1 <= len(trace) <= steps
    assert_that(listed, f"the trace must have 1 to {steps} values")
    parameters = {name: as_array(state[name], shape, name) for name, shape in shapes.items()}
    return parameters, as_array(trace, (len(trace),), "the trace")


def measured(state):
    """The mean bound over 1000 other points, with 50 draws of the noise each."""
    rng = rng_of(SEED + 1)
    x = clusters(rng, 1000)
    return float(np.mean([bound(state, x, rng.standard_normal((len(x), SIZES[1]))).mean() for _ in range(50)]))
