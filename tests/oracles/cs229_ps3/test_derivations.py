"""The gradients of part 2c against automatic differentiation, and the answers against the mathematics."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from reference.cs229_ps3 import derivations, moments, steps

ANSWERS = json.loads((Path(derivations.__file__).parent / "handed_in" / "answers.json").read_text())


def instance(seed):
    """Responsibilities, points, labels, alpha, and parameters that have nothing to do with them."""
    rng = np.random.default_rng(seed)
    k, d, n, m = int(rng.integers(1, 5)), int(rng.integers(1, 4)), 20, 9
    root = rng.standard_normal((k, d, d))
    return (
        rng.dirichlet(np.ones(k), n),
        rng.standard_normal((n, d)),
        rng.standard_normal((m, d)),
        rng.integers(0, k, m),
        float(rng.choice([0.1, 1, 20])),
        rng.dirichlet(np.ones(k)),
        rng.standard_normal((k, d)),
        root @ root.transpose(0, 2, 1) + 0.3 * np.eye(d),
    )


def by_autograd(w, x, x_tilde, z_tilde, alpha, phi, mu, sigma):
    """The gradients of the bound in phi, mu and sigma, the last with all entries free."""
    theta = [torch.tensor(value, requires_grad=True) for value in (phi, mu, sigma)]

    def joint(points):
        gap = torch.tensor(points)[:, None, :] - theta[1]
        form = torch.einsum("ijd,jde,ije->ij", gap, torch.linalg.inv(theta[2]), gap)
        return torch.log(theta[0]) - 0.5 * torch.logdet(theta[2]) - 0.5 * form

    labelled = joint(x_tilde)[torch.arange(len(z_tilde)), torch.tensor(z_tilde)]
    bound = (torch.tensor(w) * joint(x)).sum() + alpha * labelled.sum()
    return [gradient.numpy() for gradient in torch.autograd.grad(bound, theta)]


@pytest.mark.parametrize("seed", range(8))
def test_the_gradients_are_those_of_the_bound(seed):
    """At parameters that are no maximum; sigma's is compared after both are made symmetric."""
    case = instance(seed)
    in_phi, in_mu, in_sigma = by_autograd(*case)
    found = derivations.grad_sigma(*case)

    np.testing.assert_allclose(derivations.grad_phi(*case), in_phi, rtol=1e-10)
    np.testing.assert_allclose(derivations.grad_mu(*case), in_mu, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found, (in_sigma + in_sigma.transpose(0, 2, 1)) / 2, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("seed", range(4))
def test_the_m_step_is_where_the_gradients_vanish(seed):
    """At the M-step's answer grad_phi is the multiplier in every entry, and the other two are 0."""
    *given, _, _, _ = instance(seed)
    case = (*given, *steps.m_step(*given))

    np.testing.assert_allclose(derivations.grad_phi(*case), derivations.lagrange(*case), rtol=1e-10)
    assert np.abs(derivations.grad_mu(*case)).max() < 1e-7
    assert np.abs(derivations.grad_sigma(*case)).max() < 1e-5


def test_the_gaps_are_those_of_the_shipped_models():
    """Log-likelihood less the best bound of a factorised q, to the 0.01 that is asked for."""
    for number in (1, 2):
        model = moments.shipped(number)
        gap = moments.log_likelihood(*model) - moments.best_elbo(*model)

        assert ANSWERS["3e"][f"gap{number}"] == pytest.approx(gap, abs=1e-4)
        assert ANSWERS["3e"]["posterior_in_family"][f"model{number}"] == (gap < 1e-3)


def test_the_reason_is_true_of_the_shipped_models():
    """The columns of W1 are orthogonal, those of W2 are not; it is W'W that makes the posterior factorise or not."""
    kinds = {}
    for number in (1, 2):
        W, *_ = moments.shipped(number)
        inner = W.T @ W
        kinds[f"W{number}_columns"] = (
            "orthogonal" if np.abs(inner - np.diag(np.diag(inner))).max() < 1e-4 else "correlated"
        )

    assert ANSWERS["3e"]["reason"] == kinds | {"which_matrix_must_be_diagonal": "W'W"}
    assert ANSWERS["2b"]["latent"] == ["z"]
    assert ANSWERS["2c"]["params"] == ["phi", "mu", "Sigma"]
