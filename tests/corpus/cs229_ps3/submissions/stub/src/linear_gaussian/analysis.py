"""Closed forms of the linear Gaussian model: as handed out, nothing filled in."""


def marginal(W, b, gamma):
    """Mean and covariance of x."""
    raise NotImplementedError


def grad_kl_mu(mu, sigma):
    """Gradient of the KL term in mu."""
    raise NotImplementedError


def grad_kl_sigma(mu, sigma):
    """Gradient of the KL term in sigma."""
    raise NotImplementedError


def grad_z_loglik(x, W, b, gamma, z):
    """Gradient of ln p(x | z) in z."""
    raise NotImplementedError


def grad_mu_loglik(x, W, b, gamma, mu, sigma, eps):
    """Gradient in mu at a reparametrised sample."""
    raise NotImplementedError


def grad_sigma_loglik(x, W, b, gamma, mu, sigma, eps):
    """Gradient in sigma at a reparametrised sample."""
    raise NotImplementedError


def posterior(W, b, gamma, x):
    """Mean and covariance of z given x."""
    raise NotImplementedError
