"""Runs beside a student's gmvae.py: arrays become tensors, models are made from their parameters, gradients taken here.

Models of `elbo` and `elbo_gradients` are in float64, those that are trained are what torch makes them, in float32.
"""

from functools import lru_cache

import numpy as np


def elbo(module, sizes, state, x, eps):
    """The student's `elbo` of the GMVAE with these sizes (x_dim, w_dim, K, hidden) and parameters."""
    return module.elbo(_model(module, sizes, state), _tensor(x), _tensor(eps))


def elbo_gradients(module, sizes, state, x, eps):
    """The gradients of the bound summed over the rows, by parameter; and the names that it does not depend on."""
    import torch

    model = _model(module, sizes, state)
    terms = module.elbo(model, _tensor(x), _tensor(eps))
    total = sum(terms[name].sum() for name in ("x", "w", "z"))
    if not (torch.is_tensor(total) and total.requires_grad):
        raise TypeError("the bound is not a tensor that depends differentiably on the parameters")
    names, leaves = zip(*model.named_parameters(), strict=True)
    found = torch.autograd.grad(total, leaves, allow_unused=True)
    absent = [name for name, gradient in zip(names, found, strict=True) if gradient is None]
    return {
        name: torch.zeros_like(leaf) if gradient is None else gradient
        for name, leaf, gradient in zip(names, leaves, found, strict=True)
    }, absent


def train_gmvae(module, X, K, w_dim, seed, max_steps):
    """The student's `train_gmvae` in float32, with torch's own generator and the one it is given at this seed.

    It is trained once for the same arguments, however often it is asked for.
    """
    X = np.asarray(X, dtype=np.float32)
    return _trained(module, X.tobytes(), X.shape, K, w_dim, seed, max_steps)


@lru_cache(maxsize=4)
def _trained(module, data, shape, K, w_dim, seed, max_steps):
    import torch

    X = torch.tensor(np.frombuffer(data, dtype=np.float32).reshape(shape).copy())
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    state, trace = module.train_gmvae(X, K, w_dim, generator, max_steps)
    return {name: value.detach() for name, value in state.items()}, [float(value) for value in trace]


def _tensor(value):
    """A new tensor of float64."""
    import torch

    return torch.tensor(np.array(value), dtype=torch.float64)


def _model(module, sizes, state):
    """A GMVAE with these parameters, in float64."""
    model = module.GMVAE(*sizes).double()
    model.load_state_dict({name: _tensor(value) for name, value in state.items()})
    return model
