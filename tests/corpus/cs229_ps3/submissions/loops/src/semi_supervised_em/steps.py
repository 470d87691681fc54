import numpy as np
from scipy.special import logsumexp
from scipy.stats import multivariate_normal


def check_finite(**arrays):
    for name in arrays:
        if not np.all(np.isfinite(np.array(arrays[name], dtype=float))):
            raise ValueError(name + ' contains nan or inf')


def e_step(x, phi, mu, sigma):
    check_finite(x=x, phi=phi, mu=mu, sigma=sigma)
    if np.ndim(x) != 2 or np.ndim(phi) != 1:
        raise ValueError('x must be a matrix and phi a vector')
    n, d = np.shape(x)
    K = len(phi)
    if np.shape(phi) != (K,) or np.shape(mu) != (K, d) or np.shape(sigma) != (K, d, d):
        raise ValueError('shapes of phi, mu, sigma do not match')
    for j in range(K):
        if phi[j] < 0:
            raise ValueError('phi has a negative entry')
    if abs(sum(phi) - 1) > 1e-8:
        raise ValueError('phi does not sum to 1')

    w = np.zeros((n, K))
    for i in range(n):
        log_joint = np.zeros(K)
        for j in range(K):
            if phi[j] > 0:
                log_joint[j] = np.log(phi[j]) + multivariate_normal.logpdf(x[i], mu[j], sigma[j])
            else:
                log_joint[j] = -np.inf
        for j in range(K):
            w[i, j] = np.exp(log_joint[j] - logsumexp(log_joint))
    return w


def m_step(w, x, x_tilde, z_tilde, alpha):
    check_finite(w=w, x=x, x_tilde=x_tilde, z_tilde=z_tilde, alpha=alpha)
    if np.ndim(w) != 2 or np.ndim(x) != 2 or np.ndim(x_tilde) != 2 or np.ndim(z_tilde) != 1:
        raise ValueError('w, x, x_tilde must be matrices, z_tilde a vector')
    n, K = np.shape(w)
    d = np.shape(x)[1]
    n_tilde = len(z_tilde)
    if np.shape(x) != (n, d) or np.shape(x_tilde) != (n_tilde, d):
        raise ValueError('numbers of rows or columns do not match')
    if alpha < 0:
        raise ValueError('alpha < 0')
    for i in range(n):
        if abs(sum(w[i]) - 1) > 1e-8:
            raise ValueError('row of w does not sum to 1')
        for j in range(K):
            if w[i, j] < 0:
                raise ValueError('w has a negative entry')
    for i in range(n_tilde):
        if z_tilde[i] not in range(K):
            raise ValueError('unknown label')

    phi = np.zeros(K)
    mu = np.zeros((K, d))
    sigma = np.zeros((K, d, d))
    for j in range(K):
        total = 0
        for i in range(n):
            total += w[i, j]
            mu[j] += w[i, j] * x[i]
        for i in range(n_tilde):
            if z_tilde[i] == j:
                total += alpha
                mu[j] += alpha * x_tilde[i]
        mu[j] /= total
        for i in range(n):
            sigma[j] += w[i, j] * np.outer(x[i] - mu[j], x[i] - mu[j])
        for i in range(n_tilde):
            if z_tilde[i] == j:
                sigma[j] += alpha * np.outer(x_tilde[i] - mu[j], x_tilde[i] - mu[j])
        sigma[j] /= total
        phi[j] = total / (n + alpha * n_tilde)
    return phi, mu, sigma
