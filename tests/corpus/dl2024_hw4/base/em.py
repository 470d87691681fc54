import numpy as np
from scipy.special import xlogy
from scipy.stats import binom


def free_energy(log_joint, q):
    total = 0.0
    for l, a in zip(log_joint, q):
        if a > 0:
            total += a * l - a * np.log(a)
    return total


def best_q(log_joint):
    log_joint = np.asarray(log_joint)
    m = np.max(log_joint)
    if m == -np.inf:
        raise ValueError("impossible")
    w = np.exp(log_joint - m)
    return w / w.sum()


def q_function(log_joint_new, log_joint_old):
    total = 0.0
    for new, old in zip(log_joint_new, log_joint_old):
        r = best_q(old)
        total += sum(r[k] * new[k] for k in range(len(r)) if r[k] > 0)
    return total


def joint(h, m, pi, theta):
    return np.array([[np.log(pi[k]) + binom.logpmf(x, m, theta[k]) for k in range(len(pi))] for x in h])


def posterior(lj):
    return np.array([best_q(row) for row in lj])


def F(lj, q):
    return sum(free_energy(a, b) for a, b in zip(lj, q))


def m_step(h, m, q):
    return np.array([(q[:, k] * h).sum() / (m * q[:, k].sum()) for k in range(q.shape[1])]).clip(0, 1)


def check(h, m, theta0):
    if np.any(np.asarray(theta0) <= 0) or np.any(np.asarray(theta0) >= 1):
        raise ValueError("theta0")
    if min(h) < 0 or max(h) > m:
        raise ValueError("h")


def em_coins(h, m, pi, theta0, n_iter):
    check(h, m, theta0)
    thetas = [np.array(theta0)]
    for t in range(n_iter):
        q = posterior(joint(h, m, pi, thetas[-1]))
        thetas.append(m_step(h, m, q))
    return np.stack(thetas)


def f_ascent_coins(h, m, pi, theta0, n_iter):
    check(h, m, theta0)
    lj = joint(h, m, pi, theta0)
    q = posterior(lj)
    thetas, values = [np.array(theta0)], [F(lj, q)]
    for t in range(n_iter):
        theta = m_step(h, m, q)
        lj = joint(h, m, pi, theta)
        values.append(F(lj, q))
        q = posterior(lj)
        values.append(F(lj, q))
        thetas.append(theta)
    return np.stack(thetas), np.array(values)
