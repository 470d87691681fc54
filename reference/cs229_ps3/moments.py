"""SECRET: exact laws of what part 3d estimates, and the models it is tested on; only properties and oracles use it.

x | z ~ N(W z + b, gamma^2 I_d), z ~ N(0, I_m), q = N(qm, diag(exp(qr))^2); vectors have one axis, logarithms are
natural. Everywhere below sigma = exp(qr), r = x - b - W qm, A = W diag(sigma), M = W'W and h = W'r, so that for
z = qm + sigma eps, eps standard normal, log p(x | z) = const - |r - A eps|^2 / (2 gamma^2).
Source: CS229 Fall 2020 PS3 3(d).
"""

import io
import itertools

import numpy as np
from scipy.linalg import cho_solve, cholesky, expm

GRID = 2.0**20  # made models lie on a grid: the same bits on every machine
SAMPLES = 40_000  # draws of one statistical test: 20 calls of 2000
BAND = 0.06  # how far below the noiseless path the experiment may end: 8 times the largest of 200 right runs
TIME = 1.0  # lr times num_iter of the experiment

# Model 1 is U diag(0.8, 1, 1.5, 3) with orthonormal columns U (QR of default_rng(229) normals), model 2 the same times
# a Hadamard matrix over 2: equal W W', so the same density of x, but other posteriors. x2 - b is scaled so that both
# observations are equally likely.
GAMMA = 0.2
WEIGHTS = {
    1: """
      -0.020015 -0.227779  0.095287  0.006793
      -0.115154 -0.668547 -0.570261 -0.072506
      -0.124201  0.523897  0.037548  0.274228
      -0.329802 -0.189324 -0.110272 -0.236755
      -0.592286  0.226208  0.196300 -0.921014
      -0.138769 -0.369134  1.124168 -0.318393
       0.331584  0.033188  0.197119 -2.507838
      -0.148783  0.048154 -0.749006 -1.274579""",
    2: """
      -0.072857  0.148129 -0.174937  0.059635
      -0.713234  0.027819 -0.070467  0.525574
       0.355736 -0.442389  0.043960 -0.205709
      -0.433076 -0.006998 -0.086049 -0.133480
      -0.545396  0.149410  0.179317 -0.967904
       0.148936  0.836463 -0.656839 -0.606098
      -0.972973  1.501676  1.337745 -1.203281
      -1.062107  0.164318  0.961478 -0.361255""",
}
OFFSET = "1.3051 1.1272 -0.9077 -0.7191 1.2627 -1.5164 -0.4403 1.0774"
OBSERVED = {
    1: "1.2673 1.9211 -1.6598 -0.5852 0.2617 -2.3497 -1.7487 0.9291",
    2: "1.349621 1.270008 0.010331 -0.721191 0.520415 -2.831047 -4.933594 -0.450102",
}


def shipped(number: int) -> "tuple of (8 4), (8), float, (8)":
    """(W, b, gamma, x) of the script's model 1 or 2."""
    weights = np.array(WEIGHTS[number].split(), dtype=float).reshape(8, 4)
    return weights, np.array(OFFSET.split(), dtype=float), GAMMA, np.array(OBSERVED[number].split(), dtype=float)


def shipped_files() -> dict:
    """Name -> text of the five data files that the script reads: W1.txt, W2.txt, b.txt, x1.txt, x2.txt."""
    (first, b, _, x1), (second, _, _, x2) = shipped(1), shipped(2)
    arrays = {"W1.txt": first, "W2.txt": second, "b.txt": b, "x1.txt": x1, "x2.txt": x2}
    files = {}
    for name, array in arrays.items():
        text = io.StringIO()
        np.savetxt(text, array, fmt="%.6f", delimiter=",")
        files[name] = text.getvalue()
    return files


def log_likelihood(W: "d m", b: "d", gamma: float, x: "d") -> float:
    """The log-likelihood: -[(x-b)' G^-1 (x-b) + log|G| + d log 2 pi] / 2 with G = W W' + gamma^2 I."""
    factor = cholesky(W @ W.T + gamma**2 * np.eye(len(b)), lower=True)
    quadratic = (x - b) @ cho_solve((factor, True), x - b)
    return float(-0.5 * (quadratic + len(b) * np.log(2 * np.pi)) - np.log(np.diag(factor)).sum())


def kl(qm: "m", qr: "m") -> float:
    """KL(q || N(0, I)) = sum of -qr + (sigma^2 + qm^2 - 1) / 2."""
    return float(np.sum(0.5 * (np.exp(2 * qr) + qm**2 - 1) - qr))


def exact_elbo(W: "d m", b: "d", gamma: float, x: "d", qm: "m", qr: "m") -> float:
    """The evidence lower bound: -d/2 log(2 pi gamma^2) - (|r|^2 + |A|^2) / (2 gamma^2) - KL."""
    r, A = x - b - W @ qm, W * np.exp(qr)
    return float(-len(b) / 2 * np.log(2 * np.pi * gamma**2) - (r @ r + np.sum(A**2)) / (2 * gamma**2) - kl(qm, qr))


def draw_variance(W: "d m", b: "d", gamma: float, x: "d", qm: "m", qr: "m") -> float:
    """The variance of log p(x | z) for one z of q: (4 |A'r|^2 + 2 tr (A'A)^2) / (4 gamma^4)."""
    r, A = x - b - W @ qm, W * np.exp(qr)
    return float((4 * np.sum((A.T @ r) ** 2) + 2 * np.sum((A.T @ A) ** 2)) / (4 * gamma**4))


def step_mean(W: "d m", b: "d", gamma: float, x: "d", qm: "m", qr: "m") -> "2m":
    """The gradient of the lower bound in (qm, qr): h / gamma^2 - qm, and -sigma^2 diag(M) / gamma^2 - (sigma^2 - 1)."""
    h, variance = W.T @ (x - b - W @ qm), np.exp(2 * qr)
    return np.concatenate([h / gamma**2 - qm, 1 - variance * (1 + np.sum(W**2, axis=0) / gamma**2)])


def step_covariance(W: "d m", b: "d", gamma: float, x: "d", qm: "m", qr: "m") -> "2m 2m":
    """The covariance of the gradient of one draw: of W'(r - A eps) / gamma^2 and of that times sigma eps.

    Times gamma^4, with N = diag(sigma) M diag(sigma), the blocks are C_mm = M diag(sigma^2) M, C_mr[i, k] =
    -M[i, k] sigma_k^2 h_k, C_rr[k, l] = N[k, l]^2 and C_rr[k, k] = sigma_k^2 h_k^2 + N[k, k]^2 + sum_j N[k, j]^2.
    """
    sigma, M, h = np.exp(qr), W.T @ W, W.T @ (x - b - W @ qm)
    squares = (sigma[:, None] * M * sigma) ** 2  # N[k, l]^2, (m, m)
    cross = -M * (sigma**2 * h)
    corner = squares + np.diag((sigma * h) ** 2 + squares.sum(axis=1))
    return np.block([[M * sigma**2 @ M, cross], [cross.T, corner]]) / gamma**4


def follow_without_weights(qm: "m", qr: "m", lr: float, steps: int) -> "tuple of (m), (m)":
    """Where ascent goes when W = 0, whatever the draws: qm (1 - lr)^steps, and qr by qr - lr (exp(2 qr) - 1)."""
    for _ in range(steps):
        qm, qr = qm - lr * qm, qr - lr * (np.exp(2 * qr) - 1)
    return qm, qr


def follow_without_noise(
    W: "d m", b: "d", gamma: float, x: "d", qm: "m", qr: "m", lr: float, steps: int
) -> "tuple of (m), (m)":
    """Where ascent goes when sigma is next to 0: qm by its exact gradient, qr up by lr a step."""
    for _ in range(steps):
        qm, qr = qm + lr * (W.T @ (x - b - W @ qm) / gamma**2 - qm), qr + lr
    return qm, qr


def posterior_law(W: "d m", b: "d", gamma: float, x: "d") -> "tuple of (m), (m m)":
    """Mean and precision of z given x; the precision is I + M / gamma^2."""
    precision = np.eye(W.shape[1]) + W.T @ W / gamma**2
    return np.linalg.solve(precision, W.T @ (x - b)) / gamma**2, precision


def best_elbo(W: "d m", b: "d", gamma: float, x: "d") -> float:
    """The largest lower bound of any q: log p(x) - (sum of log P_jj - log|P|) / 2, P the posterior precision."""
    _, precision = posterior_law(W, b, gamma, x)
    gap = 0.5 * (np.log(np.diag(precision)).sum() - np.linalg.slogdet(precision)[1])
    return log_likelihood(W, b, gamma, x) - float(gap)


def flow_elbo(W: "d m", b: "d", gamma: float, x: "d", time: float) -> float:
    """The lower bound that gradient flow from q = N(0, I) reaches at `time`, in closed form.

    qm goes to mean - exp(-P time) mean; 1/sigma^2 is P_jj + (1 - P_jj) exp(-2 time), P the posterior precision.
    """
    mean, precision = posterior_law(W, b, gamma, x)
    inverse = np.diag(precision) + (1 - np.diag(precision)) * np.exp(-2 * time)
    return exact_elbo(W, b, gamma, x, mean - expm(-precision * time) @ mean, -0.5 * np.log(inverse))


def experiment_target(number: int) -> dict:
    """What the property of the experiment needs: the best bound, the lowest accepted one, and the posterior's law."""
    model = shipped(number)
    mean, precision = posterior_law(*model)
    return {"best": best_elbo(*model), "low": flow_elbo(*model, TIME) - BAND, "mean": mean, "precision": precision}


def recorded_bands(number: int) -> "tuple of 3 pairs":
    """(low, high) of each number that the script prints for a model: log-likelihood, bound at the start and at the end.

    To four decimals; 7.5 standard deviations of the estimate from 10000 draws; from 1 nat below gradient flow's end to
    0.25 above the best bound, which 1000 steps with 10 draws and an estimate pass once in 1e9 runs at most.
    """
    model = shipped(number)
    zeros = np.zeros(model[0].shape[1])
    value, start = log_likelihood(*model), exact_elbo(*model, zeros, zeros)
    noise = 7.5 * float(np.sqrt(draw_variance(*model, zeros, zeros) / 10_000))
    end = (flow_elbo(*model, TIME) - 1.0, best_elbo(*model) + 0.25)
    return (value - 1e-4, value + 1e-4), (start - noise, start + noise), end


def elbo_instance(seed: int) -> "tuple of (d m), (d), float, (d), (m), (m)":
    """(W, b, gamma, x, qm, qr) with d 3..8, m 2..4, |qr| in [.15, 1], |gamma - 1| >= .1, where wrong samplers show.

    Five wrong ways to draw z move the mean by at least 20 standard errors, and no density underflows within six
    standard deviations, so that a program that takes the logarithm of a density loses nothing here.
    """
    for attempt in itertools.count():
        made = _instance(np.random.default_rng([seed, attempt]))
        error = np.sqrt(draw_variance(*made) / SAMPLES)
        if _sampler_gap(*made) >= 20 * error and _lowest_log_density(*made) > -600:
            return made


def step_instance(seed: int) -> "tuple of (d m), (d), float, (d), (m), (m)":
    """(W, b, gamma, x, qm, qr) as `elbo_instance`, but d >= m and a well conditioned covariance of the gradient.

    Noise shared by all coordinates moves the mean gradient by a squared distance of at least 400.
    """
    for attempt in itertools.count():
        made = _instance(np.random.default_rng([seed, attempt]))
        W, _, gamma, _, _, qr = made
        covariance = step_covariance(*made)
        scale = np.sqrt(np.diag(covariance))
        sigma, M = np.exp(qr), W.T @ W
        shift = np.concatenate([0 * qr, (sigma**2 * np.diag(M) - sigma * (M @ sigma)) / gamma**2])
        if len(W) < len(qr) or np.linalg.cond(covariance / np.outer(scale, scale)) >= 1e4:
            continue
        if shift @ np.linalg.solve(covariance / SAMPLES, shift) >= 400:
            return made


def _instance(rng):
    """A random model, an observation of it with its noise enlarged, and an unrelated q."""
    d, m = int(rng.integers(3, 9)), int(rng.integers(2, 5))
    gamma = float(_on_grid(rng.uniform(0.4, 0.9) if rng.random() < 0.5 else rng.uniform(1.1, 1.6)))
    W, b = _on_grid(0.6 * rng.standard_normal((d, m))), _on_grid(rng.standard_normal(d))
    x = _on_grid(b + W @ rng.standard_normal(m) + 1.5 * gamma * rng.standard_normal(d))
    qm = _on_grid(rng.standard_normal(m))
    qr = _on_grid(rng.uniform(0.15, 1, m) * rng.choice([-1, 1], m))
    return W, b, gamma, x, qm, qr


def _on_grid(array):
    """The array rounded to multiples of 2**-20."""
    return np.rint(np.asarray(array) * GRID) / GRID


def _sampler_gap(W, b, gamma, x, qm, qr):
    """How far the nearest of five wrong samplers moves the mean of log p(x | z).

    They take sigma^2 or sqrt(sigma) for sigma, no noise at all, one eps for all coordinates, or the prior.
    """
    r, A = x - b - W @ qm, W * np.exp(qr)
    right = r @ r + np.sum(A**2)
    wrong = [
        r @ r + np.sum((W * np.exp(2 * qr)) ** 2),
        r @ r + np.sum((W * np.exp(qr / 2)) ** 2),
        r @ r,
        r @ r + np.sum(A.sum(axis=1) ** 2),
        np.sum((x - b) ** 2) + np.sum(W**2),
    ]
    return np.abs(np.array(wrong) - right).min() / (2 * gamma**2)


def _lowest_log_density(W, b, gamma, x, qm, qr):
    """A bound below log p(x | z) for every z within six standard deviations of qm."""
    r, A = x - b - W @ qm, W * np.exp(qr)
    reach = np.sqrt(r @ r) + 6 * np.linalg.norm(A, 2)
    return -len(b) / 2 * np.log(2 * np.pi * gamma**2) - reach**2 / (2 * gamma**2)
