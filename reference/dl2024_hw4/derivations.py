"""The derivations of dl2024-hw4, as data that the grader checks line by line.

A derivation is a list of pairs of strings (relation, formula). The first pair is ("start", the given left side); stay
with it. Each further line says how it follows from the line before: "=", "<=" or ">=", where ("<=", b) after a means a
<= b; one derivation has no "<=" beside ">=". There may be 20 further lines of at most 400 characters.

A formula is written as in Python, but it is not run: numbers, the names of the derivation, + - * / ** @, indices from
0 on, exp, log, sqrt, pi, and sums and products over ranges: sum(f[a] for a in range(A) if a != b), prod(...). The
grader evaluates every line on random instances. It pays for a last line that is the result asked for, for steps that
are all true, and for passing the milestones; a line that only adds zero times something passes none.
"""


def derivation_5_e() -> "list of (relation, formula)":
    """F(theta, q) of one observation is at most log p(x), and what lies between them is a divergence.

    z is in 0..n-1. Names: q, log_joint and post, the arrays over z of q(z), log p(x, z) and p(z | x); log_px, which is
    log p(x); H(q), the entropy, and KL(a, b), the divergence of two distributions. The last line must have the value of
    log_px and may not use anything else. Milestones, in this order: a line without log_joint, H and KL that depends on
    q, post and log_px; a line with only log_px, KL, q and post that depends on log_px and KL. Source: Deep Learning
    2024, homework 4, problem 5.
    """
    start = ("start", "sum(q[z]*log_joint[z] for z in range(n)) + H(q)")
    # BEGIN SOLUTION
    return [
        start,
        ("=", "sum(q[z]*(log(post[z]) + log_px - log(q[z])) for z in range(n))"),
        ("=", "log_px - KL(q, post)"),
        ("<=", "log_px"),
    ]
    # END SOLUTION


def derivation_5_m() -> "list of (relation, formula)":
    """What a change of the parameters adds to F at a fixed q is what it adds to Q.

    Names: q, an array; lj_new and lj, the arrays over z of log p(x, z) under new and old parameters; F(a, q), the free
    energy of problem 5 for log_joint = a; Q(a), the expectation of a under q; H(q), the entropy. The last line must
    have the value of Q(lj_new) - Q(lj), with no other names than these three. One milestone: a line without F that
    depends on Q. Source: Deep Learning 2024, homework 4, problem 5.
    """
    start = ("start", "F(lj_new, q) - F(lj, q)")
    # BEGIN SOLUTION
    return [
        start,
        ("=", "(Q(lj_new) + H(q)) - (Q(lj) + H(q))"),
        ("=", "Q(lj_new) - Q(lj)"),
    ]
    # END SOLUTION


def derivation_6_1() -> "list of (relation, formula)":
    """The divergence of two Gaussians in d dimensions, from its definition to its closed form.

    Names: mu0, mu1 (vectors), S0, S1 (covariances), d; E0(f), the expectation under N(mu0, S0) of a function, as in
    E0(lambda x: x @ x), exact for polynomials up to degree 3; logN(x, mu, S), the log density; logdet, inv, trace. The
    last line is the closed form, without E0 and logN. Milestones, in this order: a line without logN that depends on
    E0, inv, logdet, S0 and S1; a line without logN and E0 that depends on trace, inv and logdet, behind another line
    without logN. Source: Deep Learning 2024, homework 4, problem 6.1.
    """
    start = ("start", "E0(lambda x: logN(x, mu0, S0) - logN(x, mu1, S1))")
    # BEGIN SOLUTION
    log_ratio = "(logdet(S1) - logdet(S0))/2"
    return [
        start,
        ("=", f"{log_ratio} + E0(lambda x: (x-mu1)@inv(S1)@(x-mu1) - (x-mu0)@inv(S0)@(x-mu0))/2"),
        ("=", f"{log_ratio} + E0(lambda x: (x-mu1)@inv(S1)@(x-mu1))/2 - trace(inv(S0)@S0)/2"),
        ("=", "(trace(inv(S1)@S0) + (mu1-mu0)@inv(S1)@(mu1-mu0) - d + logdet(S1) - logdet(S0))/2"),
    ]
    # END SOLUTION


def derivation_6_2() -> "list of (relation, formula)":
    """The divergence of two mixtures is at most the mixture of the divergences.

    Names: lam, between 0 and 1; p1, p2, q1, q2, positive distributions over 0..n-1; KL(a, b), their divergence. The
    last line must have the value of lam*KL(p1, q1) + (1-lam)*KL(p2, q2). Two milestones of one kind, on two lines: a
    line without KL that depends on lam and all four distributions. Source: Deep Learning 2024, homework 4, problem 6.2.
    """
    start = ("start", "KL(lam*p1+(1-lam)*p2, lam*q1+(1-lam)*q2)")
    # BEGIN SOLUTION
    p, q = "(lam*p1[y]+(1-lam)*p2[y])", "(lam*q1[y]+(1-lam)*q2[y])"
    first, second = "lam*p1[y]*log(lam*p1[y]/(lam*q1[y]))", "(1-lam)*p2[y]*log((1-lam)*p2[y]/((1-lam)*q2[y]))"
    return [
        start,
        ("=", f"sum({p}*log({p}/{q}) for y in range(n))"),
        ("<=", f"sum({first} + {second} for y in range(n))"),
        ("=", "lam*KL(p1, q1) + (1-lam)*KL(p2, q2)"),
    ]
    # END SOLUTION


def derivation_7_1() -> "list of (relation, formula)":
    """From the evidence of a mixture VAE to its bound in three terms, with finitely many values of w and z.

    w is in 0..W-1 and z in 0..K-1, and all probabilities are positive. Names: p_z[z], p_w[z, w] = p(w | z) and p_x[w] =
    p(x | w); q_w[w] = q(w | x) and q_z[w, z] = q(z | w, x); post[w, z] = p(w, z | x); log_px, the logarithm of p(x).
    The last line may not use log_px or post; its terms are the expectation of log p(x | w), less the expected
    divergence of q(z | w, x) from p(z), less the expectation of log q(w | x) - log p(w | z). Two milestones of one
    kind, on two lines: a line without log_px and post that depends on p_z, p_w, p_x, q_w and q_z; the last line may be
    the second. Source: Deep Learning 2024, homework 4, problem 7.1.
    """
    start = ("start", "log_px")
    # BEGIN SOLUTION
    both, ratio = "for w in range(W) for z in range(K)", "p_z[z]*p_w[z,w]*p_x[w]/(q_w[w]*q_z[w,z])"
    x_term = "sum(q_w[w]*log(p_x[w]) for w in range(W))"
    z_term = f"sum(q_w[w]*q_z[w,z]*log(q_z[w,z]/p_z[z]) {both})"
    w_term = f"sum(q_w[w]*q_z[w,z]*log(q_w[w]/p_w[z,w]) {both})"
    return [
        start,
        ("=", f"log(sum(q_w[w]*q_z[w,z]*({ratio}) {both}))"),
        (">=", f"sum(q_w[w]*q_z[w,z]*log({ratio}) {both})"),
        ("=", f"{x_term} - {z_term} - {w_term}"),
    ]
    # END SOLUTION
