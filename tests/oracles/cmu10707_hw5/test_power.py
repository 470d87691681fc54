"""How far wrong samplers are beyond the thresholds: laws in closed form against what was measured for the catalogue.

A statistic counts over its threshold, as the audit tells it. What was measured for one or a few models is to be met
within a factor of two by the middle one of many models of the strategies' kind.
"""

import math

import numpy as np
import pytest
from scipy.special import ndtr, roots_jacobi

from autograder.kit.multinomial import divergence_limit
from reference.cmu10707_hw5 import firing, lda, noisy_or
from tests.properties.cmu10707_hw5 import draw_mixture, draw_noisy_or
from tests.properties.cmu10707_hw5.draw_discrete import states, tables
from tests.properties.cmu10707_hw5.vae.test_12f import DIRECTIONS

DRAWS = 20_000
APART = math.sqrt(math.log(2 / 1e-10) / (2 * DRAWS))  # the limit of S-DKW
GRID = np.linspace(-8, 8, 4001)


def divergence(q, p):
    """n KL(frequencies || p) over the threshold, as many draws from q have it in the mean."""
    seen, k = q > 0, int((p > 0).sum())
    return (DRAWS * float((q[seen] * np.log(q[seen] / p[seen])).sum()) + (k - 1) / 2) / divergence_limit(k)


def distance(mean, covariance, directions):
    """The largest distance to N(0, 1) of the distribution functions of N(mean, covariance) in these directions."""
    laws = [(GRID - d @ mean) / math.sqrt(max(d @ covariance @ d, 1e-300)) for d in directions]
    return max(float(np.abs(ndtr(law) - ndtr(GRID)).max()) for law in laws) / APART


def near(found, low, high=None):
    """Within a factor of two of what was measured, a number or a range."""
    return low / 2 <= found <= 2 * (low if high is None else high)


def test_a_right_sampler_stays_inside():
    """The catalogue's right samplers have .11 to .24 of the threshold in S-KL: half of k - 1 over the limit."""
    for k in (8, 16, 32, 64):
        assert near((k - 1) / 2 / divergence_limit(k), 14 / 123, 29 / 123)


def network(seed):
    """Five variables of two or three values, two parents for each as far as there are any."""
    rng = np.random.default_rng(seed)
    card = rng.integers(2, 4, 5)
    while card.prod() > 64:
        card[np.argmax(card)] -= 1
    parents = [rng.permutation(k)[:2].tolist() for k in range(5)]
    return parents, [tables(rng, (*card[parents[k]], card[k])) for k in range(5)]


def joint(parents, cpts):
    """The probabilities of all joint states."""
    X = states([t.shape[-1] for t in cpts])
    return np.prod([t[tuple(X[:, [*above, k]].T)] for k, (above, t) in enumerate(zip(parents, cpts, strict=True))], 0)


SLIPS_2A = {  # what the last variable is drawn from -> the catalogue's number, the tenth percentile of 40 networks
    "axes of the parents swapped": (lambda t: t.swapaxes(0, 1).reshape(t.shape), 9.3),
    "one parent left out": (lambda t: np.broadcast_to(t.mean(axis=1, keepdims=True), t.shape), 9.6),
    "parents that are not set yet": (lambda t: np.broadcast_to(t[0, 0], t.shape), 16),
}


@pytest.mark.parametrize("slip", SLIPS_2A)
def test_2a_slips_in_one_variable(slip):
    """Of 400 networks all but a tenth reject at least half as clearly as measured."""
    wrong, measured = SLIPS_2A[slip]
    found = []
    for seed in range(400):
        parents, cpts = network(seed)
        found.append(divergence(joint(parents, [*cpts[:4], wrong(cpts[4])]), joint(parents, cpts)))

    assert near(np.quantile(found, 0.1), measured)


def test_2a_product_of_marginals():
    """Variables drawn on their own, each by its marginal law: 57 times the threshold."""
    found = []
    for seed in range(400):
        parents, cpts = network(seed)
        p = joint(parents, cpts)
        table = p.reshape([t.shape[-1] for t in cpts])
        marginals = [table.sum(axis=tuple(j for j in range(5) if j != k)) for k in range(5)]
        found.append(divergence(np.einsum("a,b,c,d,e->abcde", *marginals).ravel(), p))

    assert near(np.quantile(found, 0.1), 57)


def test_3b_one_uniform_for_all_symptoms():
    """A symptom is on where one number u lies below its probability: 4392 where the threshold is 123."""
    found = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        W, rho = draw_noisy_or.weights(rng, 3, 3, low=0.3), rng.uniform(0.2, 0.6)
        D, S = draw_noisy_or.bits(3), draw_noisy_or.bits(3)
        on = noisy_or.activation_prob(D, W)[:, None]
        length = np.where(S == 1, on, 1).min(axis=2) - np.where(S == 0, on, 0).max(axis=2)
        q = np.where(D == 1, rho, 1 - rho).prod(axis=1)[:, None] * np.maximum(length, 0)
        found.append(divergence(q.ravel(), firing.joint_law(W, rho)))

    assert near(np.median(found), 4392 / 123)
    assert min(found) > 2


ROOTS = {  # what noise is multiplied with -> the catalogue's range over five covariances
    "the covariance itself": (lambda S: S, (4.5, 11)),
    "L'": (lambda S: np.linalg.cholesky(S).T, (4, 9.7)),
    "the diagonal only": (lambda S: np.diag(np.sqrt(np.diag(S))), (4.9, 8.3)),
    "the root of each entry": (lambda S: np.sign(S) * np.sqrt(np.abs(S)), (4.6, 12)),
}


@pytest.mark.parametrize("root", ROOTS)
def test_4b_wrong_roots(root):
    """Correlations of 0.7 and more and unequal variances show every wrong root, in all of 60 covariances."""
    wrong, measured = ROOTS[root]
    found = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        sd = np.array([1.0, 1.5]) ** rng.choice([-1, 1]) * math.exp(rng.uniform(-0.5, 0.5))
        r = rng.uniform(0.7, 0.85) * rng.choice([-1, 1])
        S = np.outer(sd, sd) * np.array([[1, r], [r, 1]])
        white = np.linalg.solve(np.linalg.cholesky(S), wrong(S))
        found.append(distance(np.zeros(2), white @ white.T, draw_mixture.DIRECTIONS))

    assert near(np.median(found), *measured)
    assert near(min(found), *measured)
    assert near(max(found), *measured)


THETA, WEIGHTS = roots_jacobi(60, -0.7, -0.7)  # nodes for Beta(0.3, 0.3), moved from -1..1 to 0..1
THETA, WEIGHTS = (THETA + 1) / 2, WEIGHTS / WEIGHTS.sum()
BETA = np.array([[0.9, 0.1], [0.1, 0.9]])


def documents(theta):
    """The probabilities of all documents of four words whose proportions are theta, 1 - theta."""
    return (theta * BETA[0] + (1 - theta) * BETA[1])[states([2] * 4)].prod(axis=1)


def softmax(theta):
    """The softmax of (theta, 1 - theta), its first entry."""
    return 1 / (1 + np.exp(1 - 2 * theta))


SLIPS_5C = {  # the law of documents -> the catalogue's statistic, where the threshold is 58
    "new proportions for each word": (documents(0.5), 5867),
    "one topic for each document": ((documents(0.0) + documents(1.0)) / 2, 2039),
    "proportions through a softmax": (WEIGHTS @ [documents(softmax(t)) for t in THETA], 3533),
    "proportions are their mean": (documents(0.5), 6082),
}


@pytest.mark.parametrize("slip", SLIPS_5C)
def test_5c_wrong_documents(slip):
    """Two topics, alpha = 0.3, documents of four words: the evidence is far from what wrong generators draw."""
    right = np.exp([lda.doc_log_likelihood(w, np.full(2, 0.3), BETA) for w in states([2] * 4)])
    wrong, measured = SLIPS_5C[slip]

    assert WEIGHTS @ [documents(t) for t in THETA] == pytest.approx(right, rel=1e-10)
    assert divergence_limit(16) == pytest.approx(58, abs=0.5)
    assert near(divergence(wrong, right), measured / 58)


def test_5c_one_theta_for_the_corpus():
    """Whatever the one theta, its documents are far beyond the threshold, in the mean of all by about 13699."""
    right = np.exp([lda.doc_log_likelihood(w, np.full(2, 0.3), BETA) for w in states([2] * 4)])
    found = [divergence(documents(t), right) for t in np.linspace(0, 1, 101)]

    assert min(found) > 50
    assert near(max(found), 13699 / 58)
    assert near(WEIGHTS @ [divergence(documents(t), right) for t in THETA], 13699 / 58)


MEASURED_12F = {  # the catalogue's range over four models, at |log sigma| of about 0.4
    "variances for deviations": (1.3, 5.2),
    "roots of deviations": (0.95, 2.0),
    "no noise in layer 1": (1.2, 5.3),
    "the mean for x": (7, 15),
    "no biases": (4, 20),
    "one noise for all layers": (1.9, 8.8),
}


def test_12f_wrong_generators():
    """Two linear layers, x brought to N(0, I): the middle one of 200 models, at 0.4 and as the strategy draws them."""
    weak, strong = generators(0.4, 0.4), generators(0.7, 0.9)
    found = {slip: weak[slip] for slip in MEASURED_12F} | {"the mean for x": strong["the mean for x"]}

    assert {slip: off for slip, off in found.items() if not near(off, *MEASURED_12F[slip])} == {}
    assert min(strong.values()) > 2


def generators(low, high):
    """For each slip the median over models of the largest distance, |log sigma| between low and high."""
    found = {slip: [] for slip in MEASURED_12F}
    for seed in range(200):
        rng = np.random.default_rng(seed)
        s0, s1 = (np.exp(rng.uniform(low, high, 2) * np.array([1, -1])[rng.permutation(2)]) for _ in range(2))
        B, A = (rng.uniform(0.6, 1.2, (2, 2)) * rng.choice([-1, 1], (2, 2)) for _ in range(2))
        bias = B @ rng.uniform(0.5, 1.5, 2) + rng.uniform(0.5, 1.5, 2)
        white, one = np.linalg.inv(np.linalg.cholesky(law(B, A, s0, s1))), B @ (A + np.diag(s1)) + np.diag(s0)
        laws = {
            "variances for deviations": law(B, A, s0**2, s1**2),
            "roots of deviations": law(B, A, s0**0.5, s1**0.5),
            "no noise in layer 1": law(B, A, s0, 0 * s1),
            "the mean for x": law(B, A, 0 * s0, s1),
            "no biases": law(B, A, s0, s1),
            "one noise for all layers": one @ one.T,
        }
        for slip, covariance in laws.items():
            mean = -bias if slip == "no biases" else 0 * bias
            found[slip].append(distance(white @ mean, white @ covariance @ white.T, DIRECTIONS))
    return {slip: float(np.median(off)) for slip, off in found.items()}


def law(B, A, s0, s1):
    """The covariance of x."""
    return B @ (A @ A.T + np.diag(s1**2)) @ B.T + np.diag(s0**2)
