"""CS229 problem set 3, 2b and 2c: one E-step and one semi-supervised M-step of a Gaussian mixture."""

import numpy as np


def e_step(x, phi, mu, sigma):
    """w[i, j] = p(z_i = j | x_i), shape (n, K), computed in log space."""
    x, phi, mu, sigma = numbers(x, phi, mu, sigma)
    check_mixture(x, phi, mu, sigma)
    scores = np.empty((len(x), len(phi)))
    for j in range(len(phi)):
        dev = x - mu[j]
        cov = sigma[j]
        maha = (dev * np.linalg.solve(cov, dev.T).T).sum(axis=1)
        logdet = np.linalg.slogdet(cov)[1]
        with np.errstate(divide="ignore"):
            prior = np.log(phi[j])
        scores[:, j] = prior - 0.5 * logdet - 0.5 * maha
    scores -= scores.max(axis=1, keepdims=True)
    post = np.exp(scores)
    return post / post.sum(axis=1, keepdims=True)


def m_step(w, x, x_tilde, z_tilde, alpha):
    """(phi (K,), mu (K, d), sigma (K, d, d)) from unlabelled points and alpha copies of the labelled ones."""
    w, x, x_tilde, z_tilde, alpha = numbers(w, x, x_tilde, z_tilde, alpha)
    check_data(w, x, x_tilde, z_tilde, alpha)
    k = w.shape[1]
    labels = z_tilde.astype(int)
    one_hot = np.eye(k)[labels]
    points = np.vstack([x, x_tilde])  # (n + nt, d)
    weights = np.vstack([w, alpha * one_hot])  # (n + nt, k)
    mass = weights.sum(axis=0)
    phi = mass / (len(x) + alpha * len(x_tilde))
    mu = (weights.T @ points) / mass[:, None]
    scatter = np.empty((k, x.shape[1], x.shape[1]))
    for j in range(k):
        centred = points - mu[j]
        scatter[j] = (weights[:, j, None] * centred).T @ centred
    sigma = scatter / mass[:, None, None]
    return phi, mu, sigma


def numbers(*values):
    """Every value as a float array; ValueError if one is not made of finite numbers."""
    arrays = []
    for value in values:
        try:
            array = np.array(value, dtype=float)
        except TypeError as error:
            raise ValueError("expected numbers") from error
        if not np.isfinite(array).all():
            raise ValueError("NaN or infinite input")
        arrays.append(array)
    return arrays


def check_mixture(x, phi, mu, sigma):
    """ValueError unless the shapes fit, phi is a distribution and every sigma is positive definite."""
    if x.ndim != 2 or phi.ndim != 1:
        raise ValueError("x must be (n, d) and phi (K,)")
    k, d = len(phi), x.shape[1]
    if mu.shape != (k, d) or sigma.shape != (k, d, d):
        raise ValueError("mu must be (K, d) and sigma (K, d, d)")
    if (phi < 0).any() or abs(phi.sum() - 1) > 1e-8:
        raise ValueError("phi is not a distribution")
    for cov in sigma:
        if (np.linalg.eigvalsh((cov + cov.T) / 2) <= 0).any():
            raise ValueError("sigma is not positive definite")


def check_data(w, x, x_tilde, z_tilde, alpha):
    """ValueError unless the shapes fit, the rows of w are distributions, labels lie in 0..K-1 and alpha >= 0."""
    if w.ndim != 2 or x.ndim != 2 or len(w) != len(x):
        raise ValueError("w must be (n, K) and x (n, d)")
    if x_tilde.ndim != 2 or x_tilde.shape[1] != x.shape[1] or z_tilde.shape != (len(x_tilde),):
        raise ValueError("x_tilde must be (nt, d) and z_tilde (nt,)")
    if (w < 0).any() or (abs(w.sum(axis=1) - 1) > 1e-8).any():
        raise ValueError("a row of w is not a distribution")
    if ((z_tilde < 0) | (z_tilde >= w.shape[1]) | (z_tilde != np.floor(z_tilde))).any():
        raise ValueError("a label is not one of 0..K-1")
    if alpha.ndim != 0 or alpha < 0:
        raise ValueError("alpha must be a number >= 0")


# ---------------------------------------------------------------- 2a: what EM raises


def objective(x, phi, mu, sigma, x_tilde, z_tilde, alpha):
    """log p(x) summed over the unlabelled points, plus alpha times log p(x, z) of the labelled pairs."""
    unlabelled = logs(x, phi, mu, sigma)
    peak = unlabelled.max(axis=1)
    marginals = peak + np.log(np.exp(unlabelled - peak[:, None]).sum(axis=1))
    return marginals.sum() + alpha * supervised(phi, mu, sigma, x_tilde, z_tilde, alpha)


def lower_bound(Q, x, phi, mu, sigma, x_tilde, z_tilde, alpha):
    """Expected complete log-likelihood under Q, plus the entropy of Q, plus the supervised part."""
    expected = logs(x, phi, mu, sigma)
    (Q,) = numbers(Q)
    if Q.shape != expected.shape or (Q < 0).any() or (abs(Q.sum(axis=1) - 1) > 1e-8).any():
        raise ValueError("every row of Q must be a distribution over the K components")
    used = Q > 0
    entropy = -(Q[used] * np.log(Q[used])).sum()
    return (Q * expected).sum() + entropy + alpha * supervised(phi, mu, sigma, x_tilde, z_tilde, alpha)


def supervised(phi, mu, sigma, x_tilde, z_tilde, alpha):
    """Summed log p(x, z) of the labelled pairs."""
    pts, lab, factor = numbers(x_tilde, z_tilde, alpha)
    if lab.ndim != 1 or len(pts) != len(lab):
        raise ValueError("z_tilde must be (nt,), a label for each row of x_tilde")
    if ((lab < 0) | (lab >= len(phi)) | (lab % 1 != 0)).any():
        raise ValueError("labels must be whole numbers from 0 to K-1")
    if factor < 0:
        raise ValueError("alpha must not be negative")
    table = logs(pts, phi, mu, sigma)
    return sum(table[i, int(label)] for i, label in enumerate(lab))


def logs(pts, phi, mu, sigma):
    """log phi_j N(pts_i; mu_j, sigma_j), shape (number of points, K)."""
    pts, phi, mu, sigma = numbers(pts, phi, mu, sigma)
    check_mixture(pts, phi, mu, sigma)
    columns = []
    for weight, centre, matrix in zip(phi, mu, sigma):
        values, axes = np.linalg.eigh(matrix)
        turned = (pts - centre) @ axes
        squared = (turned**2 / values).sum(axis=1)
        columns.append(np.log(weight) - 0.5 * (squared + np.log(2 * np.pi * values).sum()))
    return np.stack(columns, axis=1)


# ---------------------------------------------------------------- 2f: twenty trials of either kind


def compare(x, x_tilde, z_tilde, rng, num_trials=20):
    """Iterations and final clusters of EM without and with the labelled points, from the same random splits."""
    result = {"iters_unsup": [], "iters_semi": [], "labels_unsup": [], "labels_semi": []}
    for trial in range(num_trials):
        belongs = rng.integers(0, 4, size=len(x))
        groups = [x[belongs == j] for j in range(4)]
        start = ([0.25] * 4, [g.mean(axis=0) for g in groups], [np.cov(g.T) for g in groups])
        count, final = em(x, None, None, *start)
        result["iters_unsup"].append(count)
        result["labels_unsup"].append(np.argmax(final, axis=1))
        count, final = em(x, x_tilde, z_tilde, *start)
        result["iters_semi"].append(count)
        result["labels_semi"].append(np.argmax(final, axis=1))
    result["labels_unsup"] = np.array(result["labels_unsup"])
    result["labels_semi"] = np.array(result["labels_semi"])
    return result


def em(x, x_tilde, z_tilde, phi, mu, sigma):
    """(number of iterations, responsibilities); the labelled points are None for the unsupervised kind."""
    extra = 0 if x_tilde is None else len(x_tilde)
    everything = x if extra == 0 else np.concatenate([x, x_tilde])
    soft = np.zeros((len(everything), 4))
    if extra:
        soft[np.arange(len(x), len(everything)), z_tilde] = 20.0
    last = None
    for count in range(1, 1001):
        resp = densities(x, phi, mu, sigma)
        resp /= resp.sum(axis=1, keepdims=True)
        soft[: len(x)] = resp
        sizes = soft.sum(axis=0)
        phi = sizes / sizes.sum()
        mu = [soft[:, j] @ everything / sizes[j] for j in range(4)]
        sigma = [(soft[:, j] * (everything - mu[j]).T) @ (everything - mu[j]) / sizes[j] for j in range(4)]
        ll = np.log(densities(x, phi, mu, sigma).sum(axis=1)).sum()
        if extra:
            ll += 20.0 * np.log(densities(x_tilde, phi, mu, sigma)[np.arange(extra), z_tilde]).sum()
        if last is not None and abs(ll - last) < 1e-3:
            break
        last = ll
    return count, resp


def densities(pts, phi, mu, sigma):
    """phi_j N(pts_i; mu_j, sigma_j) in the plane."""
    out = np.empty((len(pts), 4))
    for j in range(4):
        away = pts - mu[j]
        power = np.einsum("ia,ab,ib->i", away, np.linalg.inv(sigma[j]), away)
        out[:, j] = phi[j] * np.exp(-0.5 * power) / (2 * np.pi * np.sqrt(np.linalg.det(sigma[j])))
    return out
