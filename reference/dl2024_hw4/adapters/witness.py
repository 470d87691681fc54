"""Runs beside a student's witness.py: makes tensors, and the functions that gradients are estimated of, by name.

The functions are `quadratic` (a z^2 + b z + c), `sin` (a sin(b z + c)) and `exp` (a exp(b z / 4 + c)).
"""

import numpy as np


def pathwise_gradient(module, name, parameters, mu, sigma, eps):
    """The student's `pathwise_gradient` of the named function."""
    import torch

    a, b, c = (float(value) for value in parameters)
    f = {
        "quadratic": lambda z: a * z**2 + b * z + c,
        "sin": lambda z: a * torch.sin(b * z + c),
        "exp": lambda z: a * torch.exp(b * z / 4 + c),
    }[name]
    return module.pathwise_gradient(f, float(mu), float(sigma), torch.tensor(np.array(eps), dtype=torch.float64))
