"""Derivations of cs229-ps3: chains of formulas as data, and below them the gradients of part 2c as functions.

A chain is a list of pairs of strings (relation, formula). The first pair is ("start", the given left side); stay with
it. Each further line says how it follows from the line before: "=", "<=" or ">=", where (">=", b) after a means a >= b;
one chain has no "<=" beside ">=". There may be 20 further lines of at most 400 characters.

A formula is written as in Python, but it is not run. It has numbers, the names of its chain, + - * / ** @, indices from
0 on, slices, None for a new axis (A[:, None]), exp, log, sqrt, pi, sums over ranges (sum(f[x] for x in range(k) if x !=
y)), sum(array), sum(array, axis), prod likewise, and mean, dot, outer, diag, trace, transpose, inv, logdet. A line may
be a number or an array. An array of whole numbers may be an index: logp[xs] holds the entries of logp that xs names.

The grader evaluates every line on random instances. It pays for a last line that is the result asked for, for steps
that are all true, and for milestones. Milestones are looked for on other instances, where something that the proof
needs does not hold, so that lines which are equal only by the theorem come apart there; the text of a chain says what.
The relations need not hold there. Every correct route is welcome.
"""

import numpy as np


def chain_1a() -> "list of (relation, formula)":
    """That D(P || Q) is not negative: from its definition to 0.

    P and Q are distributions over outcomes 0..k-1, all of P and Q positive; the names are P, Q and k. The last line is
    0 and has no names. One milestone: the inequality stands on a line of its own, before the sums of P and Q are
    replaced by 1 to reach the 0. To look for it the grader takes P and Q that do not sum to 1: some line must have the
    value there that a known inequality for the logarithm gives, as Jensen's or that of a tangent.
    Source: CS229 Fall 2020 PS3 1(a).
    """
    start = ("start", "sum(P*log(P/Q))")
    raise NotImplementedError


def chain_1b() -> "list of (relation, formula)":
    """The chain rule: from D(P(X, Y) || Q(X, Y)) to the divergence of the marginals plus that of the conditionals.

    The names: V[x, y] = P(x, y), L[x, y] = log P(x, y) / Q(x, y), A[x] = log P(x) / Q(x), B[x, y] = log P(y | x) /
    Q(y | x), and m and n, the numbers of values of X and Y. The last line has V, A and B, not L: the mean of A under
    the marginal distribution of X, which is the sum of V over Y, plus the mean of B under V. One milestone: a line that
    has the value of that sum also when V is any distribution and L, A and B are arrays that have nothing to do with it.
    Every relation is "=".
    Source: CS229 Fall 2020 PS3 1(b).
    """
    start = ("start", "sum(V*L)")
    raise NotImplementedError


def chain_1c() -> "list of (relation, formula)":
    """That the divergence from the empirical distribution is a constant less the mean log-likelihood.

    xs holds n outcomes among 0..k-1, each of which occurs; Phat is their empirical distribution, H its entropy, a
    number, and logp holds the logarithms of the probabilities of a model. The names: xs, Phat, logp, n, k, H. The last
    line has H, logp and xs, not Phat: minus H less the mean of the log-likelihoods of xs. One milestone: that Phat
    counts xs is used once for the entropy and once for the likelihoods, on different lines. To look for it the grader
    takes an H and positive weights Phat that have nothing to do with each other or with xs. Every relation is "=".
    Source: CS229 Fall 2020 PS3 1(c).
    """
    start = ("start", "sum(Phat*(log(Phat)-logp))")
    raise NotImplementedError


# What part 2c derives: the gradients of the lower bound of semi-supervised EM, at any parameters. As a function of the
# parameters alone the bound is
#
#     sum_ij w[i, j] log p(x_i, z_i = j) + alpha * sum_i log p(x_tilde_i, z_tilde_i)
#
# with natural logarithms. n unlabelled points x, m labelled ones x_tilde with labels z_tilde, k components, d
# dimensions. All four functions take the same arguments, those of m_step and then the parameters: phi and the
# parameters are arbitrary, not the maximiser.


def grad_phi(
    w: "n k", x: "n d", x_tilde: "m d", z_tilde: "m", alpha: float, phi: "k", mu: "k d", sigma: "k d d"
) -> "k":
    """The gradient of the bound in phi, as if its entries were free (no constraint on their sum).

    Source: CS229 Fall 2020 PS3 2(c).
    """
    raise NotImplementedError


def lagrange(
    w: "n k", x: "n d", x_tilde: "m d", z_tilde: "m", alpha: float, phi: "k", mu: "k d", sigma: "k d d"
) -> float:
    """The Lagrange multiplier of the constraint that phi sums to 1: what every entry of grad_phi is at the best phi.

    Source: CS229 Fall 2020 PS3 2(c).
    """
    raise NotImplementedError


def grad_mu(
    w: "n k", x: "n d", x_tilde: "m d", z_tilde: "m", alpha: float, phi: "k", mu: "k d", sigma: "k d d"
) -> "k d":
    """The gradient of the bound in mu, row j for component j.

    Source: CS229 Fall 2020 PS3 2(c).
    """
    raise NotImplementedError


def grad_sigma(
    w: "n k", x: "n d", x_tilde: "m d", z_tilde: "m", alpha: float, phi: "k", mu: "k d", sigma: "k d d"
) -> "k d d":
    """The gradient of the bound in sigma, entry j for component j: symmetric matrices, all d * d entries taken as free.

    In sigma itself. If you have it in the inverse of sigma, return the pair (gradient, "precision"): the word says so.
    Source: CS229 Fall 2020 PS3 2(c).
    """
    raise NotImplementedError


def chain_2a() -> "list of (relation, formula)":
    """That an iteration of semi-supervised EM does not lower the objective: from the new parameters to the old ones.

    lj_new and lj_old hold log p(x_i, z_i = j) of the n unlabelled points and k components, as (n, k) arrays, at the
    parameters after and before the iteration; ls_new and ls_old hold log p(x_tilde_i, z_tilde_i) of the m labelled
    points; Q is the posterior that the E-step found at the old parameters, (n, k), and alpha the weight of labelled
    points. Further names: n, k, m. The last line is the objective at the old parameters; it has lj_old, ls_old and
    alpha, not Q. Two milestones: the lower bound with Q at the new parameters, then the lower bound with Q at the old
    parameters, each on a line of its own. To look for them the grader takes rows of Q that are any distributions, and
    new parameters that have nothing to do with the old ones.
    Source: CS229 Fall 2020 PS3 2(a).
    """
    start = ("start", "sum(log(sum(exp(lj_new), 1))) + alpha*sum(ls_new)")
    raise NotImplementedError


def chain_3b_8() -> "list of (relation, formula)":
    """Equation 8: the lower bound is the expected log-likelihood less the divergence of q from the prior.

    Integrals over z are sums over n quadrature nodes with weights w, which sum to 1: sum(w*f) is the mean of f under q.
    At the nodes lpxz, lpx_z, lpz, lpz_x and lq hold the logarithms of p(x, z), p(x | z), p(z), p(z | x) and q(z); lpx
    is log p(x), a number; n is a name too. The last line has w, lpx_z, lq and lpz: the mean of lpx_z less the
    divergence, which is the mean of lq - lpz. One milestone: a line before the last in which likelihood and prior have
    taken the place of the joint. To look for it the grader takes arrays that have nothing to do with each other and
    weights that do not sum to 1.
    Source: CS229 Fall 2020 PS3 3(b), equation 8.
    """
    start = ("start", "sum(w*(lpxz - lq))")
    raise NotImplementedError


def chain_3b_9() -> "list of (relation, formula)":
    """Equation 9: the lower bound is the log-likelihood of x less the divergence of q from the posterior.

    Names and start are those of chain_3b_8. The last line has lpx, w, lq and lpz_x: lpx less the mean of lq - lpz_x.
    One milestone: a line before the last in which lpx and the posterior have taken the place of the joint, still under
    the mean; the weights' sum is used after it. The grader looks for it as in chain_3b_8.
    Source: CS229 Fall 2020 PS3 3(b), equation 9.
    """
    start = ("start", "sum(w*(lpxz - lq))")
    raise NotImplementedError
