import numpy as np

def ok(*things):
    for t in things:
        if not np.isfinite(np.array(t, dtype=float)).all():
            raise ValueError('bad number!')

def same(*pairs):
    for a, n in pairs:
        if np.shape(a) != (n,) and np.shape(a) != (n, 1):
            raise ValueError('bad shape!')

def flat(a):
    return np.array(a, dtype=float).ravel()

def marginal(W, b, gamma):
    ok(W, b, gamma)
    if gamma <= 0: raise ValueError('bad gamma!')
    if np.ndim(W) != 2: raise ValueError('bad shape!')
    same((b, len(W)))
    print('marginal', np.shape(W))
    return list(flat(b)), W.dot(W.T) + gamma**2*np.eye(len(W))

def grad_kl_mu(mu, sigma):
    ok(mu, sigma)
    same((mu, np.size(mu)), (sigma, np.size(mu)))
    if np.min(sigma) <= 0: raise ValueError('bad sigma!')
    return list(flat(mu))

def grad_kl_sigma(mu, sigma):
    ok(mu, sigma)
    same((mu, np.size(mu)), (sigma, np.size(mu)))
    if np.min(sigma) <= 0: raise ValueError('bad sigma!')
    return [s*(s - 1/s) for s in flat(sigma)]

def grad_z_loglik(x, W, b, gamma, z):
    ok(x, W, b, gamma, z)
    if gamma <= 0: raise ValueError('bad gamma!')
    if np.ndim(W) != 2: raise ValueError('bad shape!')
    same((x, len(W)), (b, len(W)), (z, W.shape[1]))
    return W.T.dot(flat(x) - W.dot(flat(z)) - flat(b))/gamma**2

def grad_mu_loglik(x, W, b, gamma, mu, sigma, eps):
    ok(mu, sigma, eps)
    same((mu, np.size(mu)), (sigma, np.size(mu)), (eps, np.size(mu)))
    if np.min(sigma) <= 0: raise ValueError('bad sigma!')
    z = flat(mu) + flat(sigma)*flat(eps)
    print('z', z)
    return grad_z_loglik(x, W, b, gamma, z)

def grad_sigma_loglik(x, W, b, gamma, mu, sigma, eps):
    g = grad_mu_loglik(x, W, b, gamma, mu, sigma, eps)
    g *= flat(eps)
    g *= flat(sigma)   # chain rule
    return g

def posterior(W, b, gamma, x):
    ok(W, b, gamma, x)
    if gamma <= 0: raise ValueError('bad gamma!')
    if np.ndim(W) != 2: raise ValueError('bad shape!')
    same((x, len(W)), (b, len(W)))
    G = np.linalg.inv(marginal(W, b, gamma)[1])
    m = W.T.dot(G).dot(flat(x) - flat(b))
    S = -W.T.dot(G).dot(W)
    for j in range(len(S)): S[j][j] += 1
    print(m, S)
    return m.reshape(-1, 1), S
