"""CS229 problem set 3: chains of question 1, gradients of 2c, chains of 2a and 3b."""

import numpy as np


def chain_1a():
    start = ("start", "sum(P*log(P/Q))")
    return [
        start,
        ("=", "sum(P[i]*-log(Q[i]/P[i]) for i in range(k))"),
        (">=", "-log(sum(P[i]*Q[i]/P[i] for i in range(k)))"),
        ("=", "-log(sum(Q))"),
        ("=", "-log(1)"),
        ("=", "0"),
    ]


def chain_1b():
    start = ("start", "sum(V*L)")
    return [
        start,
        ("=", "sum(V[x,y]*(A[x] + B[x,y]) for x in range(m) for y in range(n))"),
        ("=", "sum(A[x]*sum(V[x,y] for y in range(n)) for x in range(m)) + sum(V*B)"),
    ]


def chain_1c():
    start = ("start", "sum(Phat*(log(Phat)-logp))")
    return [
        start,
        ("=", "sum(Phat*log(Phat)) - sum(Phat*logp)"),
        ("=", "-H - sum(Phat*logp)"),
        ("=", "-H - sum(logp[xs[i]] for i in range(n))/n"),
    ]


def counts(w, z_tilde, alpha):
    """Total weight of each component, labelled points counted alpha times."""
    total = np.array(w.sum(axis=0))
    for label in z_tilde:
        total[label] += alpha
    return total


def grad_phi(w, x, x_tilde, z_tilde, alpha, phi, mu, sigma):
    return counts(w, z_tilde, alpha) / phi


def lagrange(w, x, x_tilde, z_tilde, alpha, phi, mu, sigma):
    return len(x) + alpha * len(z_tilde)


def grad_mu(w, x, x_tilde, z_tilde, alpha, phi, mu, sigma):
    rows = []
    for j in range(len(phi)):
        pull = w[:, j] @ (x - mu[j]) + alpha * (x_tilde[z_tilde == j] - mu[j]).sum(axis=0)
        rows.append(np.linalg.solve(sigma[j], pull))
    return np.array(rows)


def grad_sigma(w, x, x_tilde, z_tilde, alpha, phi, mu, sigma):
    total = counts(w, z_tilde, alpha)
    rows = []
    for j in range(len(phi)):
        a, b = x - mu[j], x_tilde[z_tilde == j] - mu[j]
        scatter = (w[:, j, None] * a).T @ a + alpha * b.T @ b
        inv = np.linalg.inv(sigma[j])
        rows.append(0.5 * inv @ scatter @ inv - 0.5 * total[j] * inv)
    return np.array(rows)


def chain_2a():
    """Jensen, then the M-step, then the equality that the E-step gives."""
    return [
        ("start", "sum(log(sum(exp(lj_new), 1))) + alpha*sum(ls_new)"),
        ("=", "sum(log(sum(Q*exp(lj_new)/Q, 1))) + alpha*sum(ls_new)"),
        (">=", "sum(Q*(lj_new - log(Q))) + alpha*sum(ls_new)"),
        (">=", "sum(Q*(lj_old - log(Q))) + alpha*sum(ls_old)"),
        ("=", "sum(log(sum(exp(lj_old), 1))) + alpha*sum(ls_old)"),
    ]


def chain_3b_8():
    return [
        ("start", "sum(w*(lpxz - lq))"),
        ("=", "sum(w*lpx_z + w*lpz - w*lq)"),
        ("=", "sum(w*lpx_z) - sum(w*(lq - lpz))"),
    ]


def chain_3b_9():
    return [
        ("start", "sum(w*(lpxz - lq))"),
        ("=", "sum(w*lpx) + sum(w*lpz_x) - sum(w*lq)"),
        ("=", "lpx - sum(w*lq - w*lpz_x)"),
    ]
