"""Derivations of cmu10707-hw5: chains of formulas as data.

A chain is a list of pairs of strings (relation, formula). The first pair is ("start", the given left side); stay with
it. Each further line says how it follows from the line before: "=", "<=" or ">=", where (">=", b) after a means a >= b;
one chain has no "<=" beside ">=". There may be 20 further lines of at most 400 characters.

A formula is written as in Python, but it is not run. It has numbers, the names of its chain, + - * / ** @, indices from
0 on, slices, None for a new axis (A[:, None]), exp, log, sqrt, pi, sum(array), sum(array, axis), prod likewise, and
mean, dot, outer, diag, trace, transpose, inv, logdet.

The grader evaluates every line on random instances. It pays for a last line that is the result asked for, and for
milestones, once for passing them and once more when all steps are true. Milestones are looked for on other instances,
where something that the proof needs does not hold, so that lines which are equal only by the theorem come apart there;
the text of a chain says what. Every correct route is welcome.
"""


def chain_7b() -> "list of (relation, formula)":
    """The identity of the lower bound: KL(q || p(z | x)) is minus the bound plus log p(x).

    The names, arrays over the values of z: q, a positive distribution; lj = log p(z, x); lpost = log p(z | x); and the
    number lpx = log p(x). The last line has q, lj and lpx, not lpost: E_q log q less E_q log p(z, x) plus log p(x). One
    milestone: a line in which joint and evidence have taken the place of the posterior, still under the sum over q. To
    look for it the grader takes arrays that have nothing to do with each other and a q that does not sum to 1. Every
    relation is "=". Source: 10707, Gibbs variational principle; problem 7b.
    """
    start = ("start", "sum(q*(log(q)-lpost))")
    # BEGIN SOLUTION
    return [
        start,
        ("=", "sum(q*(log(q)-(lj-lpx)))"),
        ("=", "sum(q*log(q)) - sum(q*lj) + lpx*sum(q)"),
        ("=", "sum(q*log(q)) - sum(q*lj) + lpx"),
    ]
    # END SOLUTION


def chain_8b() -> "list of (relation, formula)":
    """The mean-field objective in one block is a divergence plus a constant.

    Two blocks qi (a,) and qj (b,); lj (a, b) holds log p(z, x); m = lj @ qj, lZ = log sum(exp(m)), and Hj is the
    entropy of qj. The start is the free energy. The last line has qi, m, lZ and Hj, not lj and qj: the divergence of qi
    from exp(m - lZ), less lZ and Hj. One milestone: a line with the expectation m in the place of lj and qj, and no lZ
    yet. To look for it the grader takes m, lZ and Hj that have nothing to do with the rest, and a qi that does not sum
    to 1. Every relation is "=". Source: 10707, mean-field update; problem 8b.
    """
    start = ("start", "sum(qi*log(qi)) - Hj - qi@lj@qj")
    # BEGIN SOLUTION
    return [
        start,
        ("=", "sum(qi*log(qi)) - Hj - qi@m"),
        ("=", "sum(qi*(log(qi)-m)) + lZ*sum(qi) - lZ - Hj"),
        ("=", "sum(qi*(log(qi)-(m-lZ))) - lZ - Hj"),
    ]
    # END SOLUTION


def chain_10c() -> "list of (relation, formula)":
    """That a step of EM does not lower the log-likelihood: from the new centres to the old ones.

    lj_new and lj_old (n, K) hold log p(x_i, z = k) at the centres after and before the step, q (n, K) is the posterior
    at the old centres. The last line is the log-likelihood at the old centres; it has lj_old, not q. Two milestones, on
    lines of their own: the objective of q at the new centres, then that of q at the old ones. To look for them the
    grader takes any rows of distributions as q, and new centres that have nothing to do with the old ones. Source:
    10707, EM as double maximisation; problem 10c.
    """
    start = ("start", "sum(log(sum(exp(lj_new), 1)))")
    # BEGIN SOLUTION
    return [
        start,
        (">=", "sum(q*(lj_new-log(q)))"),
        (">=", "sum(q*(lj_old-log(q)))"),
        ("=", "sum(log(sum(exp(lj_old), 1)))"),
    ]
    # END SOLUTION


def chain_12d() -> "list of (relation, formula)":
    """The gradient of an expectation whose integrand and density both move, with the score in the place of dp.

    On a grid of step h: p holds a density, f the integrand, dp and df their derivatives in the parameter, and dlp that
    of log p. The start is the derivative of h*sum(f*p). The last line has no dp: it is an integral under p itself, and
    is looked for on arrays that have nothing to do with each other, too. Every relation is "=". Source: 10707, score
    function; problem 12d.
    """
    start = ("start", "h*sum(df*p) + h*sum(f*dp)")
    # BEGIN SOLUTION
    return [start, ("=", "h*sum(df*p) + h*sum(f*p*dlp)"), ("=", "h*sum((df+f*dlp)*p)")]
    # END SOLUTION
