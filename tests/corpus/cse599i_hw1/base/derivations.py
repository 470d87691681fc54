def derivation_1():
    return [
        ("start", "ddx(cdf_g, x)"),
        ("=", "ddx(lambda y: Phi((y - mu)/sigma), x)"),
        ("=", "phi((x - mu)/sigma)/sigma"),
        ("=", "exp(-(x - mu)**2/(2*sigma**2))/sqrt(2*pi*sigma**2)"),
    ]


def derivation_2():
    return [
        ("start", "P_argmax(i)"),
        ("=", "integral(lambda t: exp_pdf(t, p[i])*prod(exp_sf(t, p[j]) for j in range(n) if j != i), 0, inf)"),
        ("=", "p[i]*integral(lambda t: exp(-t*sum(p[j] for j in range(n))), 0, inf)"),
        ("=", "p[i]"),
    ]


def derivation_3():
    return [
        ("start", "sum(p[x]*log(w[x]) for x in range(n))"),
        ("=", "sum(p[x]*log(p[x]) for x in range(n)) + sum(p[x]*log(w[x]/p[x]) for x in range(n))"),
        ("<=", "sum(p[x]*log(p[x]) for x in range(n)) + sum(p[x]*(w[x]/p[x] - 1) for x in range(n))"),
        ("=", "sum(p[x]*log(p[x]) for x in range(n))"),
    ]


def derivation_4():
    return [
        ("start", "elbo(w_star, mu_star) - elbo(w, mu)"),
        ("=", "sum(q[i,k]*(log(w_star[k]/w[k]) + (sq(X[i] - mu[k]) - sq(X[i] - mu_star[k]))/2) for k in range(K) for i in range(n))/n"),
        ("=", "KL(w_star, w) + sum(w_star[k]*sq(mu_star[k] - mu[k]) for k in range(K))/2"),
        (">=", "sum(w_star[k]*sq(mu_star[k] - mu[k]) for k in range(K))/2"),
        (">=", "0"),
    ]


def derivation_5_mean():
    return [
        ("start", "E(t)"),
        ("=", "rho*(E(t-1) - mu) + mu"),
        ("=", "rho*0 + mu"),
        ("=", "mu"),
    ]


def derivation_5_var():
    return [
        ("start", "Var(t)"),
        ("=", "rho**2*Var(t-1) + sigma**2"),
        ("=", "rho**2*(sigma**2/(1 - rho**2)) + sigma**2"),
        ("=", "sigma**2/(1 - rho**2)"),
    ]


def derivation_5_cov():
    return [
        ("start", "Cov(t, t+k)"),
        ("=", "rho*Cov(t, t+k-1)"),
        ("=", "rho**k*Var(t)"),
        ("=", "sigma**2*rho**k/(1 - rho**2)"),
    ]
