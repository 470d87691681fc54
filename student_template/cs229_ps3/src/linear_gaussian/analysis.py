"""Analysis of the linear Gaussian model: parts 3a, 3c and 3e of cs229-ps3, `src/linear_gaussian/analysis.py`.

x given z is N(W z + b, gamma^2 I) in d dimensions, z is N(0, I) in m dimensions; gamma > 0 is a standard deviation.
The approximate posterior is q = N(mu, diag(sigma)^2) with sigma > 0, a vector of standard deviations. Vectors are
one-dimensional arrays. Every function raises ValueError when shapes do not fit, an entry is NaN or infinite, gamma is
not positive, or an entry of sigma is not positive.
"""

import numpy as np


def marginal(W: "d m", b: "d", gamma: float) -> "tuple of (d), (d d)":
    """The pair (nu, Gamma): mean and covariance of the marginal distribution of x, which is Gaussian.

    d may be smaller than m. Source: CS229 Fall 2020 PS3 3(a).
    """
    raise NotImplementedError


def grad_kl_mu(mu: "m", sigma: "m") -> "m":
    """The gradient in mu of KL(q || N(0, I)). Source: CS229 Fall 2020 PS3 3(c)i."""
    raise NotImplementedError


def grad_kl_sigma(mu: "m", sigma: "m") -> "m":
    """The gradient in sigma (not in its square or logarithm) of KL(q || N(0, I)). Source: CS229 Fall 2020 PS3 3(c)i."""
    raise NotImplementedError


def grad_z_loglik(x: "d", W: "d m", b: "d", gamma: float, z: "m") -> "m":
    """The gradient in z of log p(x | z). Source: CS229 Fall 2020 PS3 3(c)ii."""
    raise NotImplementedError


def grad_mu_loglik(x: "d", W: "d m", b: "d", gamma: float, mu: "m", sigma: "m", eps: "m") -> "m":
    """The gradient in mu of log p(x | z) at z = mu + sigma * eps (entry by entry), with eps held fixed.

    Source: CS229 Fall 2020 PS3 3(c)ii.
    """
    raise NotImplementedError


def grad_sigma_loglik(x: "d", W: "d m", b: "d", gamma: float, mu: "m", sigma: "m", eps: "m") -> "m":
    """The gradient in sigma of log p(x | z) at z = mu + sigma * eps (entry by entry), with eps held fixed.

    Source: CS229 Fall 2020 PS3 3(c)ii.
    """
    raise NotImplementedError


def posterior(W: "d m", b: "d", gamma: float, x: "d") -> "tuple of (m), (m m)":
    """The pair (mu_x, Sigma_x): mean and covariance of the distribution of z given x, which is Gaussian.

    It lives in the space of z: shapes (m,) and (m, m), whatever a printed handout may say.
    Source: CS229 Fall 2020 PS3 3(e)i.
    """
    raise NotImplementedError
