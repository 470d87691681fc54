import math

import numpy as np
from scipy.special import xlogy
from scipy.stats import norm


def ok_sigma(sigma):
    if not (np.isfinite(sigma) and sigma > 0):
        raise ValueError("sigma")


def location_scale(z, mu, sigma):
    ok_sigma(sigma)
    return np.asarray(z) * sigma + mu


def location_scale_inverse(x, mu, sigma):
    ok_sigma(sigma)
    return (np.asarray(x) - mu) / sigma


def location_scale_log_density(x, mu, sigma):
    ok_sigma(sigma)
    return norm.logpdf(x, mu, sigma)


def location_scale_sample(n, mu, sigma, rng):
    ok_sigma(sigma)
    return rng.normal(mu, sigma, n)


def ok_log_p(log_p):
    log_p = np.array(log_p, float)
    if np.isnan(log_p).any() or (log_p == np.inf).any() or not np.isfinite(log_p).any():
        raise ValueError("log_p")
    return log_p


def gumbel_argmax(log_p, z):
    log_p = ok_log_p(log_p)
    z = np.array(z, float)
    if z.ndim != 2 or z.shape[1] != log_p.size:
        raise ValueError("shape")
    if not np.all((0 < z) & (z < 1)):
        raise ValueError("z")
    out = np.zeros(len(z), dtype=np.int32)
    for s, row in enumerate(z):
        score = log_p - np.log(-np.log(row))
        out[s] = np.argmax(score)
    return out


def sample_gumbel_argmax(log_p, n_samples, rng):
    log_p = ok_log_p(log_p)
    noise = -np.log(rng.exponential(size=(n_samples, log_p.size)))
    return (log_p + noise).argmax(1)


def ok_distribution(p):
    p = np.array(p, float)
    if (p < 0).any() or abs(p.sum() - 1) > 1e-8:
        raise ValueError("no distribution")
    return p


def expected_log_score(p, pi):
    p, pi = ok_distribution(p), ok_distribution(pi)
    if len(p) != len(pi):
        raise ValueError("lengths")
    return xlogy(p, pi).sum()


def score_gap(p, pi):
    return expected_log_score(p, p) - expected_log_score(p, pi)


def discrete_mle(xs, n):
    if len(xs) == 0:
        raise ValueError("empty")
    counts = [0] * n
    for x in xs:
        if not 0 <= x < n:
            raise ValueError("outside")
        counts[x] += 1
    return np.array(counts) / len(xs)


def ok_q(X, q):
    X, q = np.array(X, float), np.array(q, float)
    if len(X) != len(q) or (q < 0).any() or (abs(q.sum(1) - 1) > 1e-8).any():
        raise ValueError("q")
    return X, q


def gmm_elbo(X, q, pi, mu):
    X, q = ok_q(X, q)
    n, d = X.shape
    if np.shape(pi) != (q.shape[1],) or np.shape(mu) != (q.shape[1], d):
        raise ValueError("parameters")
    total = 0.0
    for i in range(n):
        for k in range(q.shape[1]):
            if q[i, k] == 0:
                continue
            if pi[k] == 0:
                return -math.inf
            log_n = -0.5 * np.sum((X[i] - mu[k]) ** 2) - 0.5 * d * math.log(2 * math.pi)
            total += q[i, k] * (log_n + math.log(pi[k]) - math.log(q[i, k]))
    return total / n


def gmm_m_step(X, q):
    X, q = ok_q(X, q)
    weight = q.sum(0)
    if (weight == 0).any():
        raise ValueError("unused component")
    pi = weight / len(X)
    mu = np.einsum("ik,id->kd", q, X) / weight[:, None]
    return pi, mu


def ok_process(rho, sigma):
    if abs(rho) >= 1:
        raise ValueError("rho")
    if sigma <= 0:
        raise ValueError("sigma")


def ar1_moments(rho, mu, sigma, T):
    ok_process(rho, sigma)
    if T < 1:
        raise ValueError("T")
    cov = np.empty((T, T))
    for s in range(T):
        for t in range(T):
            cov[s, t] = ar1_autocovariance(rho, sigma, t - s)
    return mu * np.ones(T), cov


def ar1_autocovariance(rho, sigma, k):
    ok_process(rho, sigma)
    lag = abs(k)
    return rho**lag * sigma**2 / (1 - rho**2)


def ar1_path(e, rho, mu, sigma):
    ok_process(rho, sigma)
    if e.ndim != 2 or e.shape[1] < 1:
        raise ValueError("T")
    x = np.zeros(e.shape)
    x[:, 0] = mu + sigma / math.sqrt(1 - rho**2) * e[:, 0]
    for t in range(1, e.shape[1]):
        x[:, t] = rho * (x[:, t - 1] - mu) + mu + sigma * e[:, t]
    return x


def example_info():
    return {"mean": 0.0, "eps": 0.5, "delta": 0.5}


def example_paths(n_paths, T, rng):
    level = rng.standard_normal(n_paths)
    return np.tile(level[:, None], (1, T))


def example_mean_variance(T):
    return 1.0
