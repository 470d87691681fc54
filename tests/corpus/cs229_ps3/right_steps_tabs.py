"""Indented with tabs, prints what it does, moments as E[xx^T] - mu mu^T."""
import numpy as np


def e_step(x, phi, mu, sigma):
	print("e_step", x.shape, phi)
	for a in (x, phi, mu, sigma):
		if np.isnan(a).any() or np.isinf(a).any():
			raise ValueError("nan")
	if np.ndim(x) != 2 or np.ndim(phi) != 1 or mu.shape != (len(phi), x.shape[1]) or sigma.shape != (len(phi),) + 2 * x.shape[1:]:
		raise ValueError("shape")
	if (phi < 0).any() or abs(phi.sum() - 1) > 1e-8:
		raise ValueError("phi")
	log_w = np.zeros((len(x), len(phi)))
	for j in range(len(phi)):
		L = np.linalg.cholesky(sigma[j])
		y = np.linalg.solve(L, (x - mu[j]).T)
		log_w[:, j] = -(y * y).sum(0) / 2 - np.log(L.diagonal()).sum()
	with np.errstate(divide="ignore"):
		log_w += np.log(phi)
	w = np.exp(log_w - log_w.max(1)[:, None])
	w = w / w.sum(1)[:, None]
	print("rows sum to", w.sum(1))
	return w


def m_step(w, x, x_tilde, z_tilde, alpha):
	for a in (w, x, x_tilde, z_tilde, alpha):
		if np.isnan(a).any() or np.isinf(a).any():
			raise ValueError("nan")
	if w.ndim != 2 or x.ndim != 2 or z_tilde.ndim != 1:
		raise ValueError("axes")
	if w.shape[0] != x.shape[0] or x_tilde.shape != (z_tilde.shape[0], x.shape[1]):
		raise ValueError("shape")
	if alpha < 0 or (w < 0).any() or (abs(w.sum(1) - 1) > 1e-8).any():
		raise ValueError("range")
	k = w.shape[1]
	if not np.isin(z_tilde, range(k)).all():
		raise ValueError("label")
	one_hot = np.zeros((len(z_tilde), k))
	for i in range(len(z_tilde)):
		one_hot[i, int(z_tilde[i])] = 1
	N = w.sum(0) + alpha * one_hot.sum(0)
	mu = (w.T @ x + alpha * one_hot.T @ x_tilde) / N[:, None]
	sigma = []
	for j in range(k):
		second = (w[:, j] * x.T) @ x + alpha * (one_hot[:, j] * x_tilde.T) @ x_tilde
		sigma.append(second / N[j] - np.outer(mu[j], mu[j]))
	print("phi", N / N.sum())
	return N / N.sum(), mu, np.array(sigma)
