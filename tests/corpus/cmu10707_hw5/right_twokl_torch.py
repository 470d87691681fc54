import math

import numpy as np
import torch


def forward_gaussian(w, m, s):
    mean = float(w @ m)
    return [mean, math.sqrt(float(w @ s**2 + w @ (m - mean) ** 2))]


def forward_product(P):
    return np.einsum("ab->a", P), np.einsum("ab->b", P)


def reverse_gaussian(w, m, s, mu0, sd0):
    w, m, s = (torch.tensor(v, dtype=torch.float64) for v in (w, m, s))
    x = torch.tensor([mu0, math.log(sd0)], dtype=torch.float64, requires_grad=True)
    t = torch.linspace(-9, 9, 5001, dtype=torch.float64)
    mass = torch.softmax(-(t**2) / 2, dim=0)
    mixture = torch.distributions.MixtureSameFamily(
        torch.distributions.Categorical(w), torch.distributions.Normal(m, s)
    )
    optimiser = torch.optim.LBFGS([x], lr=0.1, max_iter=400, tolerance_grad=1e-7, tolerance_change=1e-14)

    def closure():
        optimiser.zero_grad()
        loss = -x[1] - (mass * mixture.log_prob(x[0] + x[1].exp() * t)).sum()
        loss.backward()
        return loss

    optimiser.step(closure)
    return x[0].item(), x[1].exp().item()


def kl(p, q):
    for r in (p, q):
        if not (np.min(r) >= 0 and abs(np.sum(r) - 1) <= 1e-8):
            raise ValueError
    if len(p) != len(q):
        raise ValueError
    with np.errstate(all="ignore"):
        terms = np.where(p == 0, 0.0, p * np.log(p / q))
    return terms.sum()


def allowed_support(p, direction):
    return {"reverse": np.asarray(p) != 0, "forward": np.sign(p)}[direction] if direction in {"reverse", "forward"} else _no()


def _no():
    raise ValueError("direction")
