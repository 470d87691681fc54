"""Runs beside a student's vae.py: arrays become float64 tensors, decoders are made by name, gradients are taken here.

A decoder is named, with its parameters as arrays: `linear_gaussian` (A, B (n, d), c, x (n,), s2 ()), `separable` (u,
v, a, b (d,)) and `tiny_rnn` (embeddings E (V + 1, h), cell W (h, h), I (h, h + d), output U (V, h + d), words x (T,)).
"""

import numpy as np

CODES = ("mu_y", "var_y", "mu_z", "var_z")


def reparameterize(module, mu, var, eps):
    """The student's `reparameterize` on tensors."""
    return module.reparameterize(*map(_tensor, (mu, var, eps)))


def kl_to_standard_normal(module, mu, var):
    """The student's `kl_to_standard_normal` on tensors."""
    return module.kl_to_standard_normal(_tensor(mu), _tensor(var))


def elbo_single_sample(module, decoder, parameters, mu_y, var_y, mu_z, var_z, eps_y, eps_z):
    """The student's `elbo_single_sample` with the named decoder."""
    log_px = _decoder(decoder, {name: _tensor(value) for name, value in parameters.items()})
    return module.elbo_single_sample(log_px, *map(_tensor, (mu_y, var_y, mu_z, var_z, eps_y, eps_z)))


def elbo_at(module, decoder, parameters, mu_y, var_y, mu_z, var_z, noise):
    """`elbo_single_sample` for each row of noise (n, 2, d): a list of n values."""
    return [
        elbo_single_sample(module, decoder, parameters, mu_y, var_y, mu_z, var_z, eps_y, eps_z)
        for eps_y, eps_z in noise
    ]


def elbo_gradients(module, decoder, parameters, mu_y, var_y, mu_z, var_z, eps_y, eps_z):
    """The gradients of `elbo_single_sample` in codes and decoder, by name; and the names it does not depend on."""
    import torch

    leaves = {name: _leaf(value) for name, value in parameters.items()}
    codes = {name: _leaf(value) for name, value in zip(CODES, (mu_y, var_y, mu_z, var_z), strict=True)}
    log_px = _decoder(decoder, leaves)
    value = module.elbo_single_sample(log_px, *codes.values(), _tensor(eps_y), _tensor(eps_z))
    wanted = {name: leaf for name, leaf in (codes | leaves).items() if leaf.requires_grad}
    if not (torch.is_tensor(value) and value.requires_grad):
        raise TypeError("the result is not a tensor that depends differentiably on the parameters")
    found = torch.autograd.grad(value.reshape(()), list(wanted.values()), allow_unused=True)
    absent = [name for name, gradient in zip(wanted, found, strict=True) if gradient is None]
    return {
        name: torch.zeros_like(leaf) if gradient is None else gradient
        for (name, leaf), gradient in zip(wanted.items(), found, strict=True)
    }, absent


def _tensor(value):
    """A new tensor: float64, or int64 for whole numbers."""
    import torch

    array = np.array(value)
    return torch.tensor(array, dtype=torch.int64 if array.dtype.kind in "iu" else torch.float64)


def _leaf(value):
    """A new tensor that gradients are taken in, unless it holds whole numbers."""
    tensor = _tensor(value)
    return tensor.requires_grad_(tensor.is_floating_point())


def _decoder(name, p):
    """The decoder's log p(x | y, z) as a function of tensors y and z."""
    return {"linear_gaussian": _linear_gaussian, "separable": _separable, "tiny_rnn": _tiny_rnn}[name](p)


def _linear_gaussian(p):
    """x is N(A y + B z + c, s2 I)."""

    def log_px(y, z):
        gap = p["x"] - p["A"] @ y - p["B"] @ z - p["c"]
        return -0.5 * (gap @ gap / p["s2"] + len(gap) * (2 * np.pi * p["s2"]).log())

    return log_px


def _separable(p):
    """A function of y plus a function of z."""

    def log_px(y, z):
        return (p["u"] * (p["a"] * y).tanh()).sum() - (p["v"] * (z - p["b"]) ** 2).sum()

    return log_px


def _tiny_rnn(p):
    """A recurrent softmax decoder: the cell sees the word before and z, the output layer its state and y."""
    import torch

    def log_px(y, z):
        state = torch.zeros(len(p["W"]), dtype=torch.float64)
        before, total = len(p["E"]) - 1, torch.zeros((), dtype=torch.float64)
        for word in p["x"].tolist():
            state = torch.tanh(p["W"] @ state + p["I"] @ torch.cat([p["E"][before], z]))
            total = total + torch.log_softmax(p["U"] @ torch.cat([state, y]), dim=0)[word]
            before = word
        return total

    return log_px
