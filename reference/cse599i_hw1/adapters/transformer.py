"""Runs beside a student's transformer.py: builds a block, gives it weights, calls it, takes gradients.

`sizes` are (heads, d, k, m); `weights` maps the names of the block's parameters to arrays.
"""

import numpy as np

DROPOUTS = ("dropoutatt", "dropout1", "dropoutfc", "dropout2")


def block_forward(module, sizes, weights, x, mask, dtype="float64"):
    """The output for x (T, B, d) in evaluation mode, computed in `dtype`."""
    return block_forward_many(module, sizes, weights, [(x, mask)], 0.0, dtype)[0]


def block_forward_many(module, sizes, weights, inputs, dropout=0.0, dtype="float64"):
    """The outputs of one block, made with this dropout and in evaluation mode, for several (x, mask) in turn."""
    import torch

    block = _block(module, sizes, weights, dropout, dtype).eval()
    with torch.no_grad():
        return [block(_tensor(x, dtype), _tensor(mask, dtype)) for x, mask in inputs]


def block_gradients(module, sizes, weights, x, mask, direction):
    """The gradients of the sum of output times direction in x and in every parameter, by name."""
    import torch

    block = _block(module, sizes, weights, 0.0, "float64").eval()
    place = _tensor(x, "float64").requires_grad_()
    out = block(place, _tensor(mask, "float64"))
    wanted = {"x": place, **dict(block.named_parameters())}
    if not (torch.is_tensor(out) and out.requires_grad):
        raise TypeError("the output is not a tensor that depends differentiably on input and weights")
    found = torch.autograd.grad((out * _tensor(direction, "float64")).sum(), list(wanted.values()), allow_unused=True)
    return {
        name: torch.zeros_like(leaf) if gradient is None else gradient
        for (name, leaf), gradient in zip(wanted.items(), found, strict=True)
    }


def block_draws(module, sizes, weights, x, mask, where, count, seed):
    """Outputs (T, count, d) for `count` copies of one text x (T, d), dropout 1/2 in the module `where` and no other."""
    import torch

    block = _block(module, sizes, weights, 0.0, "float64").train()
    for name in DROPOUTS:
        getattr(block, name).p = 0.5 if name == where else 0.0
    torch.manual_seed(seed)
    with torch.no_grad():
        copies = _tensor(np.repeat(np.asarray(x)[:, None, :], count, axis=1), "float64")
        return block(copies, _tensor(mask, "float64"))


def block_shapes(module, sizes):
    """The shapes of everything that the state of a new block holds, by name, after one call of it."""
    import torch

    heads, d, k, m = sizes
    block = module.TransformerBlock(heads, d, k, m)
    block(torch.zeros(2, 1, d), torch.zeros(2, 2))
    return {name: list(value.shape) for name, value in block.state_dict().items()}


def _block(module, sizes, weights, dropout, dtype):
    """A block of these sizes with these weights; parameters that are in neither are claims of their own."""
    import torch

    heads, d, k, m = sizes
    block = module.TransformerBlock(heads, d, k, m, dropout).to(getattr(torch, dtype))
    block.load_state_dict({name: _tensor(value, dtype) for name, value in weights.items()}, strict=False)
    return block


def _tensor(value, dtype):
    """A new tensor of these numbers."""
    import torch

    return torch.tensor(np.array(value), dtype=getattr(torch, dtype))
