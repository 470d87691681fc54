import numpy as np

def e_step(x, phi, mu, sigma):
    print('e_step got', np.shape(x), np.shape(phi), np.shape(mu), np.shape(sigma))
    for thing in [x, phi, mu, sigma]:
        if not np.isfinite(thing).all():
            raise ValueError('bad number!')
    if x.ndim != 2 or np.ndim(phi) != 1 or np.shape(mu) != (len(phi), x.shape[1]) or np.shape(sigma) != (len(phi), x.shape[1], x.shape[1]):
        raise ValueError('bad shape!')
    if np.min(phi) < 0 or abs(np.sum(phi) - 1) > 1e-8:
        raise ValueError('bad phi!')
    w = []
    for j in range(len(phi)):
        xm = x - mu[j]
        lp = -.5*(xm.dot(np.linalg.inv(sigma[j]))*xm).sum(1) - .5*np.linalg.slogdet(sigma[j])[1]
        w.append(lp + (np.log(phi[j]) if phi[j] > 0 else -np.inf))
    w = np.array(w).T
    w -= w.max(1).reshape(-1, 1)
    np.exp(w, out=w)
    w /= w.sum(1).reshape(-1, 1)
    print(w)
    return w.tolist()

def m_step(w, x, x_tilde, z_tilde, alpha):
    print('m_step got', np.shape(w), np.shape(x), np.shape(x_tilde), np.shape(z_tilde), alpha)
    for thing in [w, x, x_tilde, z_tilde, alpha]:
        if not np.isfinite(thing).all():
            raise ValueError('bad number!')
    if w.ndim != 2 or x.ndim != 2 or len(w) != len(x):
        raise ValueError('bad shape of w or x!')
    if x_tilde.ndim != 2 or x_tilde.shape[1] != x.shape[1] or np.shape(z_tilde) != (len(x_tilde),):
        raise ValueError('bad shape of x_tilde or z_tilde!')
    if np.any(w < 0) or np.any(abs(w.sum(1) - 1) > 1e-8):
        raise ValueError('bad w!')
    if alpha < 0:
        raise ValueError('bad alpha!')
    K = w.shape[1]
    if any(z not in range(K) for z in z_tilde):
        raise ValueError('bad label!')
    phi = [0]*K
    mu = [0]*K
    sigma = [0]*K
    for j in range(K):
        wj = w[:, j].reshape(-1, 1)
        xt = x_tilde[z_tilde == j]
        N = wj.sum() + alpha*len(xt)
        phi[j] = N/(len(x) + alpha*len(x_tilde))
        mu[j] = ((wj*x).sum(0) + alpha*xt.sum(0))/N
        sigma[j] = ((wj*(x - mu[j])).T.dot(x - mu[j]) + alpha*(xt - mu[j]).T.dot(xt - mu[j]))/N
    print(phi, mu, sigma)
    return phi, mu, sigma
