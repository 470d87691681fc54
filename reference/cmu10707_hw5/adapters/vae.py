"""Runs beside a student's vae.py: arrays become float64 tensors, layers and functions are made by name.

A layer is a dict of arrays: with W, b, c it is linear, mu = h W' + b, log_sigma = c; with A, a, M, b, C, c it has one
hidden layer t = tanh(h A' + a), mu = t M' + b, log_sigma = t C' + c. A function f is named `square` (the sum of z^2),
`sine` (the sum of sin(a z), with a (d,)) or `tilted` (the sum of a z^2, where a is mu + 2 log_sigma).
"""


def reparam(module, mu, root, eps):
    """The student's `reparam` on tensors."""
    return module.reparam(*map(_tensor, (mu, root, eps)))


def psd_sqrt(module, Sigma):
    """The student's `psd_sqrt` on a tensor."""
    return module.psd_sqrt(_tensor(Sigma))


def sample_posterior(module, x, enc, eps):
    """The student's `sample_posterior` with these layers."""
    return module.sample_posterior(_tensor(x), _layers(enc), list(map(_tensor, eps)))


def sample_gradients(module, x, enc, eps):
    """The gradients of the sum of all squares of `sample_posterior` in noise and parameters; and what has none."""
    leaves, noise = _leaves(enc, "enc"), [_tensor(e).requires_grad_() for e in eps]
    found = module.sample_posterior(_tensor(x), _layers(_regrouped(leaves, "enc", len(enc))), noise)
    named = leaves | {f"eps[{i}]": e for i, e in enumerate(noise)}
    return _gradients(sum((h**2).sum() for h in found), named)


def log_weight(module, x, enc, dec, eps):
    """The student's `log_weight` with these layers."""
    return module.log_weight(_tensor(x), _layers(enc), _layers(dec), list(map(_tensor, eps)))


def log_weights(module, x, enc, dec, eps_list):
    """`log_weight` for each of several lists of noise."""
    return [log_weight(module, x, enc, dec, noise) for noise in eps_list]


def elbo(module, x, enc, dec, eps_list):
    """The student's `elbo` with these layers."""
    return module.elbo(_tensor(x), _layers(enc), _layers(dec), [list(map(_tensor, eps)) for eps in eps_list])


def elbo_gradients(module, x, enc, dec, eps_list):
    """The gradients of `elbo` in every parameter, by name; and the names it does not depend on."""
    leaves = _leaves(enc, "enc") | _leaves(dec, "dec")
    layers = [_layers(_regrouped(leaves, side, len(enc))) for side in ("enc", "dec")]
    value = module.elbo(_tensor(x), *layers, [list(map(_tensor, eps)) for eps in eps_list])
    return _gradients(value, leaves)


def score_grads(module, name, a, mu, log_sigma, eps):
    """The student's `score_grads` with the named function."""
    return _estimate(module.score_grads, name, a, mu, log_sigma, eps)


def reparam_grads(module, name, a, mu, log_sigma, eps):
    """The student's `reparam_grads` with the named function."""
    return _estimate(module.reparam_grads, name, a, mu, log_sigma, eps)


def generate(module, dec, n, dim_top, seed):
    """The student's `generate` with a new torch generator of this seed."""
    import torch

    return module.generate(_layers(dec), n, dim_top, torch.Generator().manual_seed(seed))


def _estimate(estimator, name, a, mu, log_sigma, eps):
    """Calls an estimator, with the derivative of f in its own parameters where f has any."""
    import torch

    a, mu, log_sigma, eps = map(_tensor, (a, mu, log_sigma, eps))
    if name == "tilted":
        a = mu + 2 * log_sigma
        return estimator(
            lambda z: (a * z**2).sum(dim=-1), mu, log_sigma, eps, lambda z: torch.stack([z**2, 2 * z**2], dim=1)
        )
    f = {"square": lambda z: (z**2).sum(dim=-1), "sine": lambda z: (a * z).sin().sum(dim=-1)}[name]
    return estimator(f, mu, log_sigma, eps)


def _tensor(value):
    """A new float64 tensor."""
    import numpy as np
    import torch

    return torch.tensor(np.array(value), dtype=torch.float64)


def _layers(parameters):
    """The layers as functions of h."""
    return [_layer({name: _as_tensor(value) for name, value in layer.items()}) for layer in parameters]


def _as_tensor(value):
    """A tensor as it is, an array as a new one."""
    import torch

    return value if torch.is_tensor(value) else _tensor(value)


def _layer(p):
    """One layer as a function of h."""
    if "W" in p:
        return lambda h: (h @ p["W"].T + p["b"], p["c"].expand(h.shape[0], -1))

    def hidden(h):
        t = (h @ p["A"].T + p["a"]).tanh()
        return t @ p["M"].T + p["b"], t @ p["C"].T + p["c"]

    return hidden


def _leaves(layers, side):
    """Every parameter as a tensor that gradients are taken in, by name."""
    return {
        f"{side}[{i}].{name}": _tensor(value).requires_grad_()
        for i, p in enumerate(layers)
        for name, value in p.items()
    }


def _regrouped(leaves, side, count):
    """The parameters of each layer of one side."""
    return [{n.split(".")[1]: v for n, v in leaves.items() if n.startswith(f"{side}[{i}]")} for i in range(count)]


def _gradients(value, leaves):
    """The gradients by name, 0 where there is no path; and the names without a path."""
    import torch

    if not (torch.is_tensor(value) and value.requires_grad):
        raise TypeError("the result is not a tensor that depends differentiably on the parameters")
    found = torch.autograd.grad(value.reshape(()), list(leaves.values()), allow_unused=True)
    absent = [name for name, gradient in zip(leaves, found, strict=True) if gradient is None]
    return {
        name: torch.zeros_like(leaf) if gradient is None else gradient
        for (name, leaf), gradient in zip(leaves.items(), found, strict=True)
    }, absent
