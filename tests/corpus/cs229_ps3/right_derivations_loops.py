"""Sums over ranges, the gap of the bound as a divergence, 3b in the other direction of thought, everything in loops."""

import numpy as np


def weight_of(i, j, w, n, z_tilde, alpha):
    return w[i, j] if i < n else alpha * (z_tilde[i - n] == j)


def every_weight(w, x, x_tilde, z_tilde, alpha):
    n, k = w.shape
    r = np.array([[weight_of(i, j, w, n, z_tilde, alpha) for j in range(k)] for i in range(n + len(z_tilde))])
    return r, list(x) + list(x_tilde)


def grad_phi(w, x, x_tilde, z_tilde, alpha, phi, mu, sigma):
    r, _ = every_weight(w, x, x_tilde, z_tilde, alpha)
    return [[sum(r[:, j]) / phi[j]] for j in range(len(phi))]


def lagrange(w, x, x_tilde, z_tilde, alpha, phi, mu, sigma):
    r, _ = every_weight(w, x, x_tilde, z_tilde, alpha)
    return np.array([r.sum()])


def grad_mu(w, x, x_tilde, z_tilde, alpha, phi, mu, sigma):
    r, points = every_weight(w, x, x_tilde, z_tilde, alpha)
    return [
        sum(r[i, j] * (np.linalg.inv(sigma[j]) @ (point - mu[j])) for i, point in enumerate(points))
        for j in range(len(phi))
    ]


def grad_sigma(w, x, x_tilde, z_tilde, alpha, phi, mu, sigma):
    """In the precision matrix."""
    r, points = every_weight(w, x, x_tilde, z_tilde, alpha)
    found = []
    for j in range(len(phi)):
        g = np.zeros_like(sigma[j])
        for i, point in enumerate(points):
            g += r[i, j] * (sigma[j] - np.outer(point - mu[j], point - mu[j])) / 2
        found.append(g)
    return np.array(found), "precision"


FOR = "for j in range(k)) for i in range(n))"
LABELLED = " + alpha*sum(ls_{}[i] for i in range(m))"


def chain_2a():
    """log t <= t - 1 at both ends: the objective is the bound plus a divergence that is not negative, or 0."""
    new, old = LABELLED.format("new"), LABELLED.format("old")
    ratio = "exp(lj_new[i,j])/sum(exp(lj_new[i,c]) for c in range(k))"
    bound = "sum(sum(Q[i,j]*(lj_{}[i,j] - log(Q[i,j])) " + FOR
    return [
        ["start", "sum(log(sum(exp(lj_new), 1))) + alpha*sum(ls_new)"],
        ["=", bound.format("new") + f" - sum(sum(Q[i,j]*log({ratio}/Q[i,j]) {FOR}" + new],
        [">=", bound.format("new") + f" - sum(sum({ratio} - Q[i,j] {FOR}" + new],
        ["=", bound.format("new") + new],
        [">=", bound.format("old") + old],
        ["=", f"sum(sum(Q[i,j]*log(sum(exp(lj_old[i,c]) for c in range(k))) {FOR}" + old],
        ["=", "sum(log(sum(exp(lj_old[i,j]) for j in range(k))) for i in range(n))" + old],
    ]


def chain_3b_8():
    return [
        ("start", "sum(w*(lpxz - lq))"),
        ("=", "sum(w*lpxz) - sum(w*lq)"),
        ("=", "sum(w*(lpx_z + lpz)) - sum(w*lq)"),
        ("=", "sum(w*lpx_z) + sum(w*lpz) - sum(w*lq)"),
        ("=", "sum(w[i]*lpx_z[i] for i in range(n)) - sum(w[i]*(lq[i] - lpz[i]) for i in range(n))"),
    ]


def chain_3b_9():
    """By the divergence from the prior: Bayes' rule turns it into the one from the posterior."""
    return [
        ("start", "sum(w*(lpxz - lq))"),
        ("=", "sum(w*(lpx_z + lpz - lq))"),
        ("=", "sum(w*(lpx - lq + lpz_x))"),
        ("=", "sum(w)*lpx - sum(w*(lq - lpz_x))"),
        ("=", "-sum(w*(lq - lpz_x)) + lpx"),
    ]
