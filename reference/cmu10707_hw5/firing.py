"""What part 3b asks the reference: the joint law that draws are held against, as numbers."""

import numpy as np

from reference.cmu10707_hw5 import noisy_or


def joint_law(W, rho) -> "2**(nd + ns)":
    """The probabilities of all causes and symptoms, causes first, in the order of binary numbers."""
    nd, ns = np.shape(W)
    D, S = (np.array(list(np.ndindex((2,) * k))) for k in (nd, ns))
    on = noisy_or.activation_prob(D, W)[:, None]
    p = np.where(D == 1, rho, 1 - rho).prod(axis=1)[:, None] * np.where(S == 1, on, 1 - on).prod(axis=2)
    return p.ravel() / p.sum()
