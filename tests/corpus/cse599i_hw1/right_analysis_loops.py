import math

import numpy as np
import scipy.linalg
import scipy.signal
import scipy.special
import torch


def check(sigma):
    if not 0 < sigma < float("inf"):
        raise ValueError("sigma must be positive and finite")


def location_scale(z, mu, sigma):
    check(sigma)
    return mu + sigma * z


def location_scale_inverse(x, mu, sigma):
    check(sigma)
    return x / sigma - mu / sigma


def location_scale_log_density(x, mu, sigma):
    check(sigma)
    base = torch.distributions.Normal(torch.tensor(0.0, dtype=torch.float64), 1.0)
    affine = torch.distributions.AffineTransform(mu, sigma)
    law = torch.distributions.TransformedDistribution(base, [affine], validate_args=False)
    return law.log_prob(torch.tensor(x, dtype=torch.float64))


def location_scale_sample(n, mu, sigma, rng):
    check(sigma)
    a, b = rng.random(n), rng.random(n)
    return [mu + sigma * math.sqrt(-2 * math.log(1 - u)) * math.cos(2 * math.pi * v) for u, v in zip(a, b)]


def weights(log_p):
    if any(math.isnan(v) or v == math.inf for v in log_p) or all(v == -math.inf for v in log_p):
        raise ValueError("log_p holds no weights")
    top = max(log_p)
    return [math.exp(v - top) for v in log_p]


def gumbel_argmax(log_p, z):
    w = weights(log_p)
    if np.ndim(z) != 2 or len(w) != np.shape(z)[1]:
        raise ValueError("shapes")
    out = []
    for row in z:
        best, winner = math.inf, None
        for j, u in enumerate(row):
            if not 0 < u < 1:
                raise ValueError("z")
            time = -math.log(u) / w[j] if w[j] > 0 else math.inf
            if time < best:
                best, winner = time, j
        out.append(winner)
    return out


def sample_gumbel_argmax(log_p, n_samples, rng):
    w = np.array(weights(log_p))
    return rng.choice(len(w), size=n_samples, p=w / w.sum())


def distribution(p):
    if min(p) < 0 or abs(sum(p) - 1) > 1e-8:
        raise ValueError("not a distribution")


def expected_log_score(p, pi):
    distribution(p), distribution(pi)
    if len(p) != len(pi):
        raise ValueError("lengths")
    return -(scipy.special.rel_entr(p, pi).sum() + scipy.special.entr(p).sum())


def score_gap(p, pi):
    distribution(p), distribution(pi)
    if len(p) != len(pi):
        raise ValueError("lengths")
    return scipy.special.rel_entr(p, pi).sum()


def discrete_mle(xs, n):
    if len(xs) == 0 or min(xs) < 0 or max(xs) >= n:
        raise ValueError("xs")
    return [float(np.mean(np.asarray(xs) == j)) for j in range(n)]


def posteriors(X, q):
    if len(q) != len(X):
        raise ValueError("rows")
    for row in q:
        distribution(row)
    return torch.tensor(X), torch.tensor(q)


def gmm_elbo(X, q, pi, mu):
    X, q = posteriors(X, q)
    pi, mu = torch.tensor(pi), torch.tensor(mu)
    if len(pi) != q.shape[1] or mu.shape != (q.shape[1], X.shape[1]):
        raise ValueError("parameters")
    log_n = -(torch.cdist(X, mu, compute_mode="donot_use_mm_for_euclid_dist") ** 2) / 2 - X.shape[1] * math.log(2 * math.pi) / 2
    inner = torch.special.xlogy(q, pi) - torch.special.xlogy(q, q) + q * log_n
    return inner.sum(1).mean()


def gmm_m_step(X, q):
    X, q = posteriors(X, q)
    if bool((q.sum(0) == 0).any()):
        raise ValueError("unused component")
    return q.mean(0), torch.stack([(q[:, k : k + 1] * X).sum(0) / q[:, k].sum() for k in range(q.shape[1])])


def process(rho, sigma, T=1):
    if not -1 < rho < 1 or sigma <= 0 or T < 1:
        raise ValueError("process")


def ar1_moments(rho, mu, sigma, T):
    process(rho, sigma, T)
    return [mu] * T, scipy.linalg.toeplitz([ar1_autocovariance(rho, sigma, k) for k in range(T)])


def ar1_autocovariance(rho, sigma, k):
    process(rho, sigma)
    value = sigma**2 / (1 - rho**2)
    for _ in range(abs(k)):
        value *= rho
    return value


def ar1_path(e, rho, mu, sigma):
    process(rho, sigma, e.shape[1] if np.ndim(e) == 2 else 0)
    noise = sigma * e
    noise[:, 0] /= math.sqrt(1 - rho**2)
    return mu + scipy.signal.lfilter([1.0], [1.0, -rho], noise, axis=1)


def example_info():
    return {"mean": 0, "eps": 0.5, "delta": 1}


def example_paths(n_paths, T, rng):
    return np.repeat(rng.integers(0, 2, (n_paths, 1)) * 2.0 - 1, T, axis=1)


def example_mean_variance(T):
    return 1
