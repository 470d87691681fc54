"""torch.distributions, loops over samples, Cholesky roots."""
import torch
from torch.distributions import Independent, Normal


def reparam(mu, root, eps):
    rows = [m + (r @ e if r.dim() == 2 else r * e) for m, r, e in zip(mu, root, eps)]
    return torch.stack(rows)


def psd_sqrt(Sigma):
    return torch.linalg.cholesky(Sigma)


def _law(pair):
    return Independent(Normal(pair[0], pair[1].exp()), 1)


def sample_posterior(x, enc, eps):
    if not enc:
        return []
    mu, log_sigma = enc[0](x)
    h = reparam(mu, log_sigma.exp(), eps[0])
    return [h, *sample_posterior(h, enc[1:], eps[1:])]


def log_weight(x, enc, dec, eps):
    hs = sample_posterior(x, enc, eps)
    chain = [x, *hs]
    top = _law((torch.zeros_like(hs[-1]), torch.zeros_like(hs[-1]))).log_prob(hs[-1])
    ratios = [
        _law(d(above)).log_prob(below) - _law(e(below)).log_prob(above)
        for d, e, below, above in zip(dec, enc, chain, chain[1:])
    ]
    return sum(ratios, top)


def elbo(x, enc, dec, eps_list):
    return torch.cat([log_weight(x, enc, dec, eps) for eps in eps_list]).mean()


def score_grads(f, mu, log_sigma, eps, df_dtheta=None):
    out = []
    for e in eps:
        m, s = mu.clone().requires_grad_(), log_sigma.clone().requires_grad_()
        z = (m + s.exp() * e).detach()
        lp = Normal(m, s.exp()).log_prob(z).sum()
        g = torch.stack(torch.autograd.grad(lp, (m, s))) * f(z[None])[0].detach()
        out.append(g if df_dtheta is None else g + df_dtheta(z[None])[0])
    return torch.stack(out)


def reparam_grads(f, mu, log_sigma, eps, df_dtheta=None):
    m, s = (v.expand_as(eps).clone().requires_grad_() for v in (mu, log_sigma))
    z = m + s.exp() * eps
    g = torch.stack(torch.autograd.grad(f(z).sum(), (m, s)), dim=1)
    return g if df_dtheta is None else g + df_dtheta(z.detach())


def generate(dec, n, dim_top, gen):
    hs = [torch.normal(torch.zeros(n, dim_top, dtype=torch.float64), 1.0, generator=gen)]
    for d in dec[::-1]:
        mu, log_sigma = d(hs[0])
        hs = [torch.normal(mu, log_sigma.exp().expand_as(mu), generator=gen), *hs]
    return hs[0], hs[1:]
