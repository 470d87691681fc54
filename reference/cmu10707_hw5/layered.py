"""What the vae properties ask the reference: plain arrays in and out, layers and functions by name."""

from reference.cmu10707_hw5 import vae
from reference.cmu10707_hw5.adapters import vae as adapter


def reparam(mu, root, eps) -> "B d":
    """The sample that the noise stands for."""
    return adapter.reparam(vae, mu, root, eps).numpy()


def sample_posterior(x, enc, eps) -> "list of L arrays":
    """The layers of q."""
    return [h.numpy() for h in adapter.sample_posterior(vae, x, enc, eps)]


def sample_gradients(x, enc, eps) -> dict:
    """The gradients of the sum of all squares of the layers, by name."""
    return {name: value.numpy() for name, value in adapter.sample_gradients(vae, x, enc, eps)[0].items()}


def log_weight(x, enc, dec, eps) -> "B":
    """log p(x, h) - log q(h | x)."""
    return adapter.log_weight(vae, x, enc, dec, eps).numpy()


def elbo(x, enc, dec, eps_list) -> float:
    """The lower bound."""
    return float(adapter.elbo(vae, x, enc, dec, eps_list))


def elbo_gradients(x, enc, dec, eps_list) -> dict:
    """The gradients of the lower bound, by name."""
    return {name: value.numpy() for name, value in adapter.elbo_gradients(vae, x, enc, dec, eps_list)[0].items()}


def score_grads(name, a, mu, log_sigma, eps) -> "S 2 d":
    """The score estimates of the named function."""
    return adapter.score_grads(vae, name, a, mu, log_sigma, eps).numpy()


def reparam_grads(name, a, mu, log_sigma, eps) -> "S 2 d":
    """The reparameterised estimates of the named function."""
    return adapter.reparam_grads(vae, name, a, mu, log_sigma, eps).numpy()
