import torch


def kl(mean, log_var):
    mean, log_var = torch.as_tensor(mean), torch.as_tensor(log_var)
    return (0.5 * (mean.pow(2) + log_var.exp() - 1 - log_var)).sum(-1)


def bound(x, mean, log_var, weights, noise):
    x, noise = torch.tensor(x), torch.tensor(noise)
    mean = torch.tensor(mean, requires_grad=True)
    log_var = torch.tensor(log_var, requires_grad=True)
    weights = torch.tensor(weights, requires_grad=True)
    z = mean + torch.exp(0.5 * log_var) * noise
    fit = torch.distributions.Bernoulli(logits=z @ weights, validate_args=False).log_prob(x).sum(-1)
    elbo = (fit - kl(mean, log_var)).mean()
    elbo.backward()
    return elbo.detach(), mean.grad, log_var.grad, weights.grad
