def derivation_1():
    return [
        ("start", "ddx(cdf_g, x)"),
        ("=", "ddx(Phi, (x - mu)/sigma)/sigma"),
        ("=", "phi((x - mu)/sigma)/sigma"),
        ("=", "exp(-((x - mu)/sigma)**2/2)/sqrt(2*pi)/sigma"),
    ]


def derivation_2():
    return [
        ("start", "P_argmax(i)"),
        ("=", "integral(lambda u: prod(u**(p[j]/p[i]) for j in range(n) if j != i), 0, 1)"),
        ("=", "integral(lambda u: u**(1/p[i] - 1), 0, 1)"),
        ("=", "p[i]"),
    ]


def derivation_3():
    return [
        ("start", "sum(p[x]*log(w[x]) for x in range(n))"),
        ("=", "p@log(p) - KL(p, w)"),
        ("<=", "p@log(p)"),
    ]


def derivation_4():
    return {
        "means": [("start", "dE_dmu(k, j)"), ("=", "sum(q[i,k]*(X[i,j] - mu[k,j]) for i in range(n))/n")],
        "weights": [("start", "dLag_dw(k)"), ("=", "sum(q[i,k] for i in range(n))/(n*w[k]) - lam")],
        "multiplier": [
            ("start", "sum(w[c]*dLag_dw(c) for c in range(K))"),
            ("=", "1 - lam*sum(w[c] for c in range(K))"),
        ],
    }


def derivation_5_mean():
    return [("start", "E(t)"), ("=", "rho*E(t-1) + (1 - rho)*mu"), ("=", "mu")]


def derivation_5_var():
    return [
        ("start", "Var(t)"),
        ("=", "rho**2*Var(t-1) + sigma**2"),
        ("=", "sigma**2*(1 + rho**2/(1 - rho**2))"),
        ("=", "sigma**2/(1 - rho**2)"),
    ]


def derivation_5_cov():
    return [
        ("start", "Cov(t, t+k)"),
        ("=", "rho**(k-1)*Cov(t, t+1)"),
        ("=", "rho**k*Var(t)"),
        ("=", "rho**k*sigma**2/(1 - rho**2)"),
    ]
