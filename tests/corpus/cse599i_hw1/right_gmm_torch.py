import numpy as np
import torch

LR_GA = 3.0
LR_SGD = 0.05
BATCH_SGD = 100


def make_gmm_data(rng, n_per=1000):
    X, y = [], []
    for label, mean in enumerate(((-2.0, 0.0), (1.0, 3.0), (2.0, -2.0))):
        for _ in range(n_per):
            X.append(rng.normal(mean, 1.0))
            y.append(label)
    return np.array(X), np.array(y)


def tensors(X, mu):
    X, mu = torch.tensor(np.array(X), dtype=torch.float32), torch.tensor(np.array(mu), dtype=torch.float32)
    if X.numel() == 0 or X.shape[1] != mu.shape[1]:
        raise ValueError("X and mu do not fit")
    return X, mu


def objective(X, mu):
    mixture = torch.distributions.MixtureSameFamily(
        torch.distributions.Categorical(logits=torch.zeros(len(mu))),
        torch.distributions.Independent(torch.distributions.Normal(mu, torch.ones_like(mu)), 1),
        validate_args=False,
    )
    return mixture.log_prob(X).mean()


def avg_log_likelihood(X, mu):
    return objective(*tensors(X, mu)).item()


def climb(X, mu, lr, batches):
    if lr <= 0:
        raise ValueError("lr must be positive")
    mu.requires_grad_(True)
    optimiser = torch.optim.SGD([mu], lr=lr, maximize=True)
    mus = [mu.detach().clone()]
    for rows in batches:
        optimiser.zero_grad()
        objective(X[rows], mu).backward()
        optimiser.step()
        mus.append(mu.detach().clone())
    mus = torch.stack(mus)
    with torch.no_grad():
        values = [objective(X, m) for m in mus]
    return mus, torch.stack(values)


def fit_gradient_ascent(X, mu0, lr, n_iter=10):
    X, mu = tensors(X, mu0)
    return climb(X, mu, lr, [slice(None)] * n_iter)


def epochs(n, size, count, rng):
    done = 0
    while True:
        order = torch.from_numpy(rng.permutation(n))
        for start in range(0, n, size):
            if done == count:
                return
            done += 1
            yield order[start : start + size]


def fit_sgd(X, mu0, lr, batch_size, n_iter=5000, rng=None):
    X, mu = tensors(X, mu0)
    return climb(X, mu, lr, epochs(len(X), batch_size, n_iter, rng))


def fit_em(X, mu0, n_iter=10):
    X, mu = tensors(X, mu0)
    mus = [mu]
    for _ in range(n_iter):
        r = torch.softmax(-((X[:, None] - mus[-1]) ** 2).sum(-1) / 2, dim=1)
        mus.append(torch.stack([(r[:, k, None] * X).sum(0) / r[:, k].sum() for k in range(len(mu))]))
    return torch.stack(mus), torch.stack([objective(X, m) for m in mus])
