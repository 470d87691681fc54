import math
import numpy as np

# E-step and M-step with plain loops, one entry at a time


def log_gauss(point, mean, cov):
    d = len(point)
    diff = [point[a] - mean[a] for a in range(d)]
    inv = np.linalg.inv(cov)
    q = 0.0
    for a in range(d):
        for b in range(d):
            q += diff[a] * inv[a, b] * diff[b]
    return -0.5 * q - 0.5 * np.linalg.slogdet(cov)[1] - d / 2 * math.log(2 * math.pi)


def finite(*arrays):
    for a in arrays:
        if not np.all(np.isfinite(a)):
            raise ValueError("input has NaN or inf")


def e_step(x, phi, mu, sigma):
    finite(x, phi, mu, sigma)
    if np.ndim(x) != 2 or np.ndim(phi) != 1 or np.ndim(mu) != 2 or np.ndim(sigma) != 3:
        raise ValueError("wrong number of dimensions")
    n, d = x.shape
    k = len(phi)
    if mu.shape != (k, d) or sigma.shape != (k, d, d):
        raise ValueError("shapes do not match")
    if min(phi) < 0 or abs(sum(phi) - 1) > 1e-8:
        raise ValueError("phi is not a distribution")

    w = np.zeros((n, k))
    for i in range(n):
        scores = []
        for j in range(k):
            if phi[j] == 0:
                scores.append(-math.inf)
            else:
                scores.append(math.log(phi[j]) + log_gauss(x[i], mu[j], sigma[j]))
        biggest = max(scores)
        total = 0.0
        for j in range(k):
            w[i, j] = math.exp(scores[j] - biggest)
            total += w[i, j]
        for j in range(k):
            w[i, j] = w[i, j] / total
    return w


def m_step(w, x, x_tilde, z_tilde, alpha):
    finite(w, x, x_tilde, z_tilde, alpha)
    if np.ndim(w) != 2 or np.ndim(x) != 2 or np.ndim(x_tilde) != 2 or np.ndim(z_tilde) != 1:
        raise ValueError("wrong number of dimensions")
    n, k = w.shape
    d = x.shape[1]
    nt = len(z_tilde)
    if x.shape[0] != n or x_tilde.shape != (nt, d):
        raise ValueError("shapes do not match")
    if alpha < 0:
        raise ValueError("alpha is negative")
    for i in range(n):
        if abs(sum(w[i]) - 1) > 1e-8 or min(w[i]) < 0:
            raise ValueError("row of w is not a distribution")
    for i in range(nt):
        if int(z_tilde[i]) != z_tilde[i] or z_tilde[i] < 0 or z_tilde[i] >= k:
            raise ValueError("label out of range")

    phi = np.zeros(k)
    mu = np.zeros((k, d))
    sigma = np.zeros((k, d, d))
    for j in range(k):
        weight = 0.0
        total = np.zeros(d)
        for i in range(n):
            weight += w[i, j]
            total += w[i, j] * x[i]
        for i in range(nt):
            if int(z_tilde[i]) == j:
                weight += alpha
                total += alpha * x_tilde[i]
        phi[j] = weight / (n + alpha * nt)
        mu[j] = total / weight
        cov = np.zeros((d, d))
        for i in range(n):
            diff = (x[i] - mu[j]).reshape(d, 1)
            cov += w[i, j] * diff.dot(diff.T)
        for i in range(nt):
            if int(z_tilde[i]) == j:
                diff = (x_tilde[i] - mu[j]).reshape(d, 1)
                cov += alpha * diff.dot(diff.T)
        sigma[j] = cov / weight
    return phi, mu, sigma


def objective(x, phi, mu, sigma, x_tilde, z_tilde, alpha):
    check(x, phi, mu, sigma, x_tilde, z_tilde, alpha)
    total = 0.0
    for i in range(len(x)):
        terms = [math.log(phi[j]) + log_gauss(x[i], mu[j], sigma[j]) for j in range(len(phi))]
        biggest = max(terms)
        total += biggest + math.log(sum(math.exp(t - biggest) for t in terms))
    return total + labelled_part(phi, mu, sigma, x_tilde, z_tilde, alpha)


def lower_bound(Q, x, phi, mu, sigma, x_tilde, z_tilde, alpha):
    check(x, phi, mu, sigma, x_tilde, z_tilde, alpha)
    finite(Q)
    if np.shape(Q) != (len(x), len(phi)):
        raise ValueError("Q has the wrong shape")
    total = 0.0
    for i in range(len(x)):
        if min(Q[i]) < 0 or abs(sum(Q[i]) - 1) > 1e-8:
            raise ValueError("row of Q is not a distribution")
        for j in range(len(phi)):
            if Q[i, j] != 0:
                total += Q[i, j] * (math.log(phi[j]) + log_gauss(x[i], mu[j], sigma[j]) - math.log(Q[i, j]))
    return np.array([total + labelled_part(phi, mu, sigma, x_tilde, z_tilde, alpha)])


def labelled_part(phi, mu, sigma, x_tilde, z_tilde, alpha):
    part = 0.0
    for i in range(len(z_tilde)):
        j = int(z_tilde[i])
        part += alpha * (math.log(phi[j]) + log_gauss(x_tilde[i], mu[j], sigma[j]))
    return part


def check(x, phi, mu, sigma, x_tilde, z_tilde, alpha):
    e_step(x[:0], phi, mu, sigma)
    m_step(np.ones((len(x), len(phi))) / len(phi), x, x_tilde, z_tilde, alpha)
