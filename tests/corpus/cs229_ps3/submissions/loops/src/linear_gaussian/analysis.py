import numpy as np
import scipy.linalg


def check_vector(v, length, name):
    v = np.array(v, dtype=float)
    if v.shape == (length, 1):
        v = v[:, 0]
    if v.shape != (length,):
        raise ValueError(name + ' has the wrong shape')
    for entry in v:
        if not np.isfinite(entry):
            raise ValueError(name + ' is not finite')
    return v


def check_model(W, b, gamma):
    W = np.array(W, dtype=float)
    if W.ndim != 2:
        raise ValueError('W is not a matrix')
    if not np.all(np.isfinite(W)):
        raise ValueError('W is not finite')
    if not np.isfinite(gamma) or gamma <= 0:
        raise ValueError('gamma must be > 0')
    return W, check_vector(b, W.shape[0], 'b')


def check_sigma(sigma, length):
    sigma = check_vector(sigma, length, 'sigma')
    for s in sigma:
        if s <= 0:
            raise ValueError('sigma must be > 0')
    return sigma


def marginal(W, b, gamma):
    W, b = check_model(W, b, gamma)
    d, m = W.shape
    Gamma = np.zeros((d, d))
    for r in range(d):
        for c in range(d):
            Gamma[r, c] = sum(W[r, j] * W[c, j] for j in range(m))
            if r == c:
                Gamma[r, c] += gamma ** 2
    return b, Gamma


def grad_kl_mu(mu, sigma):
    check_sigma(sigma, np.size(mu))
    return check_vector(mu, np.size(mu), 'mu')


def grad_kl_sigma(mu, sigma):
    check_vector(mu, np.size(mu), 'mu')
    sigma = check_sigma(sigma, np.size(mu))
    grad = []
    for s in sigma:
        grad.append(s - 1 / s)
    return np.array(grad)


def grad_z_loglik(x, W, b, gamma, z):
    W, b = check_model(W, b, gamma)
    d, m = W.shape
    x = check_vector(x, d, 'x')
    z = check_vector(z, m, 'z')
    grad = np.zeros(m)
    for j in range(m):
        for i in range(d):
            prediction = b[i] + sum(W[i, k] * z[k] for k in range(m))
            grad[j] += (x[i] - prediction) * W[i, j] / gamma ** 2
    return grad


def grad_mu_loglik(x, W, b, gamma, mu, sigma, eps):
    W, b = check_model(W, b, gamma)
    m = W.shape[1]
    mu, sigma, eps = check_vector(mu, m, 'mu'), check_sigma(sigma, m), check_vector(eps, m, 'eps')
    z = np.zeros(m)
    for j in range(m):
        z[j] = mu[j] + sigma[j] * eps[j]
    return grad_z_loglik(x, W, b, gamma, z)


def grad_sigma_loglik(x, W, b, gamma, mu, sigma, eps):
    grad = grad_mu_loglik(x, W, b, gamma, mu, sigma, eps)
    eps = check_vector(eps, len(grad), 'eps')
    for j in range(len(grad)):
        grad[j] *= eps[j]
    return grad


def posterior(W, b, gamma, x):
    W, b = check_model(W, b, gamma)
    x = check_vector(x, len(b), 'x')
    _, Gamma = marginal(W, b, gamma)
    inv = scipy.linalg.inv(Gamma)
    return W.T.dot(inv).dot(x - b), np.eye(W.shape[1]) - W.T.dot(inv).dot(W)
