"""Entry by entry, columns out, the inversion lemma for the posterior."""
import numpy as np


def column(v, name):
    v = np.asarray(v, dtype=float)
    if v.ndim == 1:
        v = v.reshape(-1, 1)
    if v.ndim != 2 or v.shape[1] != 1:
        raise ValueError(name + " is not a vector")
    if not np.isfinite(v).all():
        raise ValueError(name + " is not finite")
    return v


def checked(W, b, gamma):
    W = np.asarray(W, dtype=float)
    if W.ndim != 2:
        raise ValueError("W is not a matrix")
    b = column(b, "b")
    if W.shape[0] != b.shape[0]:
        raise ValueError("W and b do not fit")
    if not np.isfinite(W).all():
        raise ValueError("W is not finite")
    if not (np.isfinite(gamma) and gamma > 0):
        raise ValueError("gamma is not positive")
    return W, b


def marginal(W, b, gamma):
    W, b = checked(W, b, gamma)
    d, m = W.shape
    Gamma = np.zeros((d, d))
    for r in range(d):
        for c in range(d):
            for j in range(m):
                Gamma[r, c] += W[r, j] * W[c, j]
        Gamma[r, r] += gamma * gamma
    return b.copy(), Gamma


def positive(sigma, m):
    sigma = column(sigma, "sigma")
    if len(sigma) != m:
        raise ValueError("mu and sigma differ in length")
    for s in sigma[:, 0]:
        if s <= 0:
            raise ValueError("sigma is not positive")
    return sigma


def grad_kl_mu(mu, sigma):
    mu = column(mu, "mu")
    positive(sigma, len(mu))
    return mu


def grad_kl_sigma(mu, sigma):
    sigma = positive(sigma, len(column(mu, "mu")))
    return np.array([[s - 1.0 / s] for s in sigma[:, 0]])


def grad_z_loglik(x, W, b, gamma, z):
    W, b = checked(W, b, gamma)
    x, z = column(x, "x"), column(z, "z")
    d, m = W.shape
    if len(x) != d or len(z) != m:
        raise ValueError("x or z has the wrong length")
    grad = np.zeros((m, 1))
    for j in range(m):
        for r in range(d):
            resid = x[r, 0] - b[r, 0]
            for i in range(m):
                resid -= W[r, i] * z[i, 0]
            grad[j, 0] += W[r, j] * resid / gamma / gamma
    return grad


def grad_mu_loglik(x, W, b, gamma, mu, sigma, eps):
    mu, eps = column(mu, "mu"), column(eps, "eps")
    if len(mu) != len(eps):
        raise ValueError("mu and eps differ in length")
    return grad_z_loglik(x, W, b, gamma, mu + positive(sigma, len(mu)) * eps)


def grad_sigma_loglik(x, W, b, gamma, mu, sigma, eps):
    return grad_mu_loglik(x, W, b, gamma, mu, sigma, eps) * column(eps, "eps")


def posterior(W, b, gamma, x):
    W, b = checked(W, b, gamma)
    x = column(x, "x")
    if len(x) != len(b):
        raise ValueError("x has the wrong length")
    Gamma_inv = np.linalg.inv(marginal(W, b, gamma)[1])
    gain = W.T.dot(Gamma_inv)
    return gain.dot(x - b), np.identity(W.shape[1]) - gain.dot(W)
