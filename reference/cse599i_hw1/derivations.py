"""The derivations of parts 1 to 5 of cse599i-hw1, as data that the grader checks line by line.

A derivation is a list of pairs of strings (relation, formula). The first pair is ("start", the given left side); stay
with it. Each further line says how it follows from the line before: "=", "<=" or ">=", where ("<=", b) after a means a
<= b; one derivation has no "<=" beside ">=". There may be 20 further lines of at most 400 characters.

A formula is written as in Python, but it is not run: numbers, the names of the derivation, + - * / ** @, indices from
0 on, exp, log, sqrt, pi, inf, and sums and products over ranges: sum(f[a] for a in range(A) if a != b), prod(...).
Functions that take a function get a name or a lambda: ddx(f, x) is the derivative of f at x, integral(lambda t: f(t),
a, b) the integral from a to b. The grader evaluates every line on random instances. It pays for a last line that is the
result asked for, for passing the milestones, and for passing them in a chain whose steps are all true; a line that only
adds zero times something passes none.
"""


def derivation_1() -> "list of (relation, formula)":
    """From the distribution function of g(z) = mu + sigma z to the density of N(mu, sigma^2).

    cdf_g(t) is the probability that g(z) <= t; Phi and phi are distribution function and density of N(0, 1). The last
    line has x, mu and sigma only. Milestones: a line without cdf_g and phi that depends on Phi; then one without Phi
    and ddx that depends on phi and sigma. Source: CSE 599i, homework 1, problem 1.
    """
    start = ("start", "ddx(cdf_g, x)")
    # BEGIN SOLUTION
    return [
        start,
        ("=", "ddx(lambda t: Phi((t-mu)/sigma), x)"),
        ("=", "phi((x-mu)/sigma)/sigma"),
        ("=", "exp(-(x-mu)**2/(2*sigma**2))/(sigma*sqrt(2*pi))"),
    ]
    # END SOLUTION


def derivation_2() -> "list of (relation, formula)":
    """From the probability that index i wins the race of part 2 to p[i].

    P_argmax(i) is that probability; p (n,) is a distribution and logp its logarithm. gumbel_pdf and gumbel_cdf belong
    to log(1 / log(1 / z)) for a uniform z; exp_pdf(t, rate) and exp_sf(t, rate) are density and P(T > t) of an
    exponential variable, for those who prefer that race. The last line has p, logp and i only. Milestones: a line
    without P_argmax whose integral depends on n; then another line without P_argmax that still depends on integral.
    Source: CSE 599i, homework 1, problem 2.
    """
    start = ("start", "P_argmax(i)")
    # BEGIN SOLUTION
    others = "prod(gumbel_cdf(g - logp[j]) for j in range(n) if j != i)"
    return [
        start,
        ("=", f"integral(lambda g: gumbel_pdf(g - logp[i])*{others}, -inf, inf)"),
        ("=", "integral(lambda g: exp(-(g - logp[i]))*exp(-sum(exp(-(g - logp[j])) for j in range(n))), -inf, inf)"),
        ("=", "p[i]*integral(lambda g: exp(-g)*exp(-exp(-g)*sum(p[j] for j in range(n))), -inf, inf)"),
        ("=", "p[i]"),
    ]
    # END SOLUTION


def derivation_3() -> "list of (relation, formula)":
    """From the expected log score of w under p to the largest that there is, the one of p itself.

    p and w are distributions over 0..n-1, KL(a, b) is the divergence of two. The last line has p and n only. One
    milestone: a line between the first and the last that depends on p and w. Source: CSE 599i, homework 1, problem 3.
    """
    start = ("start", "sum(p[x]*log(w[x]) for x in range(n))")
    # BEGIN SOLUTION
    return [
        start,
        ("=", "sum(p[x]*log(p[x]) for x in range(n)) - KL(p, w)"),
        ("<=", "sum(p[x]*log(p[x]) for x in range(n))"),
    ]
    # END SOLUTION


def derivation_4() -> "list of (relation, formula), or dict of three":
    """Why no weights w and means mu give a larger bound than w_star and mu_star, those of the M step.

    q (n, K) are the posteriors of the points X (n, d), elbo(w, mu) is the bound of part 4. sq(v) is the squared length
    of a vector, KL(a, b) the divergence of two distributions. Take one of two routes.

    By the gap: a list as above from the start given here to ("..", "0"), the relations saying that the gap is not
    negative. Milestones: a line without elbo that depends on q, X and mu; then one without q, X and n that depends on
    w, mu and mu_star.

    By derivatives: a dict of three lists, each with its own start. "means" goes from "dE_dmu(k, j)", the derivative of
    elbo(w, mu) in mu[k, j], to a line in q, X, mu, n, k and j. "weights" goes from "dLag_dw(k)", the derivative of
    elbo(w, mu) + lam (1 - the sum of w) in w[k], to a line in q, w, lam, n and k. "multiplier" goes from "sum(w[c]*
    dLag_dw(c) for c in range(K))", written without the break, to a line in w, lam and K. Source: CSE 599i, homework 1,
    problem 4.
    """
    start = ("start", "elbo(w_star, mu_star) - elbo(w, mu)")
    # BEGIN SOLUTION
    nearer = "(sq(X[i]-mu[k]) - sq(X[i]-mu_star[k]))/2"
    return [
        start,
        ("=", f"sum(q[i,k]*(log(w_star[k]/w[k]) + {nearer}) for i in range(n) for k in range(K))/n"),
        ("=", "KL(w_star, w) + sum(w_star[k]*sq(mu_star[k]-mu[k]) for k in range(K))/2"),
        (">=", "0"),
    ]
    # END SOLUTION


def derivation_5_mean() -> "list of (relation, formula)":
    """From the mean E(t) of x_t to mu, by the recursion of the process; t is at least 2.

    The last line has mu only. One milestone: a line that depends on E and mu. Source: CSE 599i, homework 1, problem 5.
    """
    start = ("start", "E(t)")
    # BEGIN SOLUTION
    return [start, ("=", "rho*(E(t-1) - mu) + mu"), ("=", "rho*(mu - mu) + mu"), ("=", "mu")]
    # END SOLUTION


def derivation_5_var() -> "list of (relation, formula)":
    """From the variance Var(t) of x_t to its value, by the recursion of the process; t is at least 2.

    The last line has rho and sigma only. Milestones: a line in rho, sigma, t and Var that depends on Var and rho; then
    one in rho and sigma alone. Source: CSE 599i, homework 1, problem 5.
    """
    start = ("start", "Var(t)")
    # BEGIN SOLUTION
    return [
        start,
        ("=", "rho**2*Var(t-1) + sigma**2"),
        ("=", "rho**2*sigma**2/(1-rho**2) + sigma**2"),
        ("=", "sigma**2/(1-rho**2)"),
    ]
    # END SOLUTION


def derivation_5_cov() -> "list of (relation, formula)":
    """From the covariance Cov(t, t+k) of x_t and x_{t+k} to its value; k is at least 1.

    The last line has rho, sigma and k only. Milestones: a line in rho, sigma, t, k and Cov that depends on Cov and
    rho; then one in rho, sigma, t, k and Var that depends on Var and rho. Source: CSE 599i, homework 1, problem 5.
    """
    start = ("start", "Cov(t, t+k)")
    # BEGIN SOLUTION
    return [
        start,
        ("=", "rho*Cov(t, t+k-1)"),
        ("=", "rho**k*Var(t)"),
        ("=", "rho**k*sigma**2/(1-rho**2)"),
    ]
    # END SOLUTION
