"""The bound of a small VAE with a linear decoder, in torch; arrays of float64 come in, tensors or arrays go out."""

import torch


def kl(mean: "n d", log_var: "n d") -> "n":
    """KL(N(mean, exp(log_var)) || N(0, 1)) of each row."""
    # BEGIN SOLUTION
    return _kl(torch.as_tensor(mean), torch.as_tensor(log_var)).numpy()
    # END SOLUTION


def bound(x: "n m", mean: "n d", log_var: "n d", weights: "d m", noise: "n d") -> "(), n d, n d, d m":
    """The mean over rows of log p(x | z) - KL, and its gradients in mean, log_var and weights.

    z is mean + exp(log_var / 2) noise, and x holds bits with p(x = 1 | z) = sigmoid(z weights).
    """
    # BEGIN SOLUTION
    leaves = [torch.as_tensor(value).clone().requires_grad_() for value in (mean, log_var, weights)]
    place, spread, decoder = leaves
    logits = (place + (spread / 2).exp() * torch.as_tensor(noise)) @ decoder
    fits = (torch.as_tensor(x) * logits - torch.nn.functional.softplus(logits)).sum(dim=1)
    value = (fits - _kl(place, spread)).mean()
    return value.item(), *(gradient.numpy() for gradient in torch.autograd.grad(value, leaves))
    # END SOLUTION


# BEGIN SOLUTION
def _kl(mean: "n d", log_var: "n d") -> "n":
    """The same in tensors."""
    return 0.5 * (mean**2 + log_var.exp() - 1 - log_var).sum(dim=1)


# END SOLUTION
