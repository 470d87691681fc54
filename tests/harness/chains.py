"""Items and chains of several homeworks, on which the checker of derivations is tried: right, and wrong in one way."""

import math

import numpy as np
from scipy.stats import norm

from autograder.kit.derivation import Item, Uses
from autograder.kit.vocabulary import CALCULUS, ENTROPY, KL, MATRICES, Function


def simplex(rng, n, floor=1e-3):
    """A distribution over n outcomes, each at least the floor."""
    return floor + (1 - n * floor) * rng.dirichlet(np.ones(n))


def elbo(rng, i):
    """Two independent codes: qY, qZ, pY, pZ, px and the evidence."""
    a, b = (1, 1) if i == 0 else (1, 3) if i == 1 else rng.integers(1, 6, 2)
    q_y, p_y, q_z, p_z = simplex(rng, a), simplex(rng, a), simplex(rng, b), simplex(rng, b)
    px = rng.uniform(1e-3, 1, (a, b))
    values = {"qY": q_y, "qZ": q_z, "pY": p_y, "pZ": p_z, "px": px, "A": int(a), "B": int(b)}
    return values | {"log_evidence": math.log(p_y @ px @ p_z)}


def location_scale(rng, i):
    """The law of mu + sigma z and its point x."""
    mu, sigma = rng.normal(), rng.uniform(0.3, 2)
    cdf = Function("cdf_g", lambda t: norm.cdf(t, mu, sigma), (1,))
    return {
        "mu": mu,
        "sigma": sigma,
        "x": mu + sigma * rng.normal(),
        "cdf_g": cdf,
        "phi": Function("phi", norm.pdf, (1,)),
        "Phi": Function("Phi", norm.cdf, (1,)),
    }


def gumbel(rng, i):
    """The race of n Gumbel variables; i is the number of one of them."""
    n = 1 if i == 0 else int(rng.integers(2, 5))
    p = simplex(rng, n, 0.02)
    return {
        "p": p,
        "logp": np.log(p),
        "n": n,
        "i": float(rng.integers(n)),
        "P_argmax": Function("P_argmax", lambda k: p[int(k)], (1,)),
        "gumbel_pdf": Function("gumbel_pdf", lambda g: np.exp(-g - np.exp(-g)), (1,)),
        "gumbel_cdf": Function("gumbel_cdf", lambda g: np.exp(-np.exp(-g)), (1,)),
        "exp_pdf": Function("exp_pdf", lambda t, rate: rate * np.exp(-rate * t), (2,)),
        "exp_sf": Function("exp_sf", lambda t, rate: np.exp(-rate * t), (2,)),
    }


def score(rng, i):
    """A distribution p and another, w."""
    n = 1 if i == 0 else int(rng.integers(2, 7))
    return {"p": simplex(rng, n), "w": simplex(rng, n), "n": n}


def mixture(rng, i):
    """Points, responsibilities, and two parameters of a mixture with unit covariances, one of them the best."""
    n, d, k = (1, 1, 1) if i == 0 else (int(rng.integers(2, 6)), int(rng.integers(1, 3)), int(rng.integers(1, 4)))
    x, q = rng.normal(size=(n, d)), np.stack([simplex(rng, k, 0.02) for _ in range(n)])
    w, mu = simplex(rng, k, 0.02), rng.normal(size=(k, d))
    w_star, mu_star = q.mean(axis=0), q.T @ x / q.sum(axis=0)[:, None]

    def bound(weights, means):
        gaps = ((x[:, None, :] - means) ** 2).sum(axis=2)
        return (q * (-gaps / 2 - d / 2 * np.log(2 * np.pi) + np.log(weights) - np.log(q))).sum() / n

    return {
        "X": x,
        "q": q,
        "w": w,
        "mu": mu,
        "w_star": w_star,
        "mu_star": mu_star,
        "n": n,
        "K": k,
        "d": d,
        "sq": Function("sq", lambda v: np.sum(np.square(v)), (1,)),
        "elbo": Function("elbo", bound, (2,)),
    }


def stationary(rng, i):
    """One k and j of a mixture, with the exact derivatives of its bound."""
    found = dict(mixture(rng, i))
    x, q, w, mu, n = found["X"], found["q"], found["w"], found["mu"], found["n"]
    lam = rng.uniform(0.2, 2)

    def slope(k, j):
        return (q[:, int(k)] * (x[:, int(j)] - mu[int(k), int(j)])).sum() / n

    def lagrange(k):
        return q[:, int(k)].sum() / (n * w[int(k)]) - lam

    return found | {
        "k": float(rng.integers(len(w))),
        "j": float(rng.integers(x.shape[1])),
        "lam": lam,
        "dE_dmu": Function("dE_dmu", slope, (2,)),
        "dLag_dw": Function("dLag_dw", lagrange, (1,)),
    }


def autoregression(rng, i):
    """A stationary autoregression: its exact means, variances and covariances as functions of time."""
    rho, mu, sigma = rng.uniform(-0.9, 0.9), rng.normal(), rng.uniform(0.3, 2)
    variance = sigma**2 / (1 - rho**2)
    return {
        "rho": rho,
        "mu": mu,
        "sigma": sigma,
        "t": float(rng.integers(2, 9)),
        "k": float(rng.integers(1, 6)),
        "E": Function("E", lambda t: mu, (1,)),
        "Var": Function("Var", lambda t: variance, (1,)),
        "Cov": Function("Cov", lambda s, t: rho ** abs(t - s) * variance, (2,)),
    }


def free_energy(rng, i):
    """A posterior, a log joint and any other distribution q."""
    n = 1 if i == 0 else int(rng.integers(2, 7))
    post, log_px = simplex(rng, n), rng.normal()
    return {"q": simplex(rng, n), "post": post, "log_px": log_px, "log_joint": np.log(post) + log_px, "n": n}


def m_step(rng, i):
    """Two log joints and one q; Q, H and F as functions."""
    n = int(rng.integers(1, 6))
    q = simplex(rng, n)
    expected = Function("Q", lambda lj: float(q @ lj), (1,))
    energy = Function("F", lambda lj, r: float(r @ lj - r @ np.log(r)), (2,))
    return {"q": q, "lj": rng.normal(size=n), "lj_new": rng.normal(size=n), "Q": expected, "F": energy}


def gaussians(rng, i):
    """Two Gaussians in d dimensions; E0 is the expectation under the first, exact for cubic polynomials."""
    d = 1 if i == 0 else int(rng.integers(1, 4))
    mu0, mu1, a, b = rng.normal(size=d), rng.normal(size=d), rng.normal(size=(d, d)), rng.normal(size=(d, d))
    s0, s1 = a @ a.T + 0.3 * np.eye(d), b @ b.T + 0.3 * np.eye(d)
    root = np.linalg.cholesky(s0) * math.sqrt(d)

    def expectation(f):
        return sum(f(mu0 + sign * root[:, j]) for sign in (-1, 1) for j in range(d)) / (2 * d)

    def density(x, mu, s):
        return -0.5 * ((x - mu) @ np.linalg.inv(s) @ (x - mu) + np.linalg.slogdet(2 * np.pi * s)[1])

    return {
        "mu0": mu0,
        "mu1": mu1,
        "S0": s0,
        "S1": s1,
        "d": d,
        "E0": Function("E0", expectation, (1,), takes=(0,)),
        "logN": Function("logN", density, (3,)),
    }


def convexity(rng, i):
    """Two pairs of distributions and a weight."""
    n = 1 if i == 0 else int(rng.integers(2, 6))
    return {"lam": rng.uniform(0.05, 0.95), "n": n} | {name: simplex(rng, n) for name in ("p1", "p2", "q1", "q2")}


def two_level(rng, i):
    """A finite code w above a class z, with the exact posterior."""
    w, k = (1, 1) if i == 0 else rng.integers(1, 5, 2)
    p_z, p_x, q_w = simplex(rng, k), rng.uniform(0.01, 1, w), simplex(rng, w)
    p_w, q_z = np.stack([simplex(rng, w) for _ in range(k)]), np.stack([simplex(rng, k) for _ in range(w)])
    joint = (p_z[:, None] * p_w).T * p_x[:, None]
    values = {"p_z": p_z, "p_w": p_w, "p_x": p_x, "q_w": q_w, "q_z": q_z, "post": joint / joint.sum()}
    return values | {"log_px": math.log(joint.sum()), "W": int(w), "K": int(k)}


JENSEN = "sum(qY[a]*qZ[b]*log(pY[a]*pZ[b]*px[a,b]/(qY[a]*qZ[b])) for a in range(A) for b in range(B))"
RECON = "sum(qY[a]*qZ[b]*log(px[a,b]) for a in range(A) for b in range(B))"
WEIGHTED = "log(sum(qY[a]*qZ[b]*(pY[a]*pZ[b]*px[a,b]/(qY[a]*qZ[b])) for a in range(A) for b in range(B)))"
ALL = "qY qZ pY pZ px A B"
RACE = (
    "integral(lambda g: gumbel_pdf(g - logp[i])*prod(gumbel_cdf(g - logp[j]) for j in range(n) if j != i), -inf, inf)"
)
DOUBLE = "integral(lambda g: exp(-(g - logp[i]))*exp(-sum(exp(-(g - logp[j])) for j in range(n))), -inf, inf)"
FACTORED = "p[i]*integral(lambda g: exp(-g)*exp(-exp(-g)*sum(p[j] for j in range(n))), -inf, inf)"
RACING = "p logp n i integral gumbel_pdf gumbel_cdf exp_pdf exp_sf"
GMM = "q w w_star mu mu_star X n K d sq KL"
GAPS = (
    "sum(q[i,k]*(log(w_star[k]/w[k]) + (sq(X[i]-mu[k]) - sq(X[i]-mu_star[k]))/2) for i in range(n) for k in range(K))/n"
)
GAUSS = "mu0 mu1 S0 S1 d E0 inv logdet trace"
CLOSED = "(trace(inv(S1)@S0) + (mu1-mu0)@inv(S1)@(mu1-mu0) - d + logdet(S1) - logdet(S0))/2"
MIXED = "sum((lam*p1[y]+(1-lam)*p2[y])*log((lam*p1[y]+(1-lam)*p2[y])/(lam*q1[y]+(1-lam)*q2[y])) for y in range(n))"
APART = "sum(lam*p1[y]*log(lam*p1[y]/(lam*q1[y])) + (1-lam)*p2[y]*log((1-lam)*p2[y]/((1-lam)*q2[y])) for y in range(n))"
CODES = "p_z p_w p_x q_w q_z"
INSIDE = "p_z[z]*p_w[z,w]*p_x[w]/(q_w[w]*q_z[w,z])"
LOOPS = "for w in range(W) for z in range(K)"
TERMS = (
    "sum(q_w[w]*log(p_x[w]) for w in range(W))",
    f"sum(q_w[w]*q_z[w,z]*log(q_z[w,z]/p_z[z]) {LOOPS})",
    f"sum(q_w[w]*q_z[w,z]*log(q_w[w]/p_w[z,w]) {LOOPS})",
)

# item, target, names of the last line, milestones
ITEMS = {
    "elbo": (
        Item("log_evidence", elbo, (KL,)),
        f"{RECON} - KL(qY, pY) - KL(qZ, pZ)",
        Uses.of(ALL, "qY qZ pY pZ px KL"),
        [Uses.of(ALL, "qY qZ pY pZ px")],
    ),
    "location-scale": (
        Item("ddx(cdf_g, x)", location_scale, CALCULUS, 8),
        "exp(-(x-mu)**2/(2*sigma**2))/(sigma*sqrt(2*pi))",
        Uses.of("x mu sigma", "x mu sigma"),
        [Uses.of("x mu sigma Phi ddx", "Phi"), Uses.of("x mu sigma phi", "phi sigma")],
    ),
    "gumbel": (
        Item("P_argmax(i)", gumbel, CALCULUS, 8),
        "p[i]",
        Uses.of("p logp i", ""),
        [Uses.of(RACING, "integral n"), Uses.of(RACING, "integral")],
    ),
    "discrete": (
        Item("sum(p[x]*log(w[x]) for x in range(n))", score, (KL,)),
        "sum(p[x]*log(p[x]) for x in range(n))",
        Uses.of("p n", "p"),
        [Uses.of("p w n KL", "p w")],
    ),
    "m-step of a mixture": (
        Item("elbo(w_star, mu_star) - elbo(w, mu)", mixture, (KL,)),
        "0",
        Uses.of("", ""),
        [Uses.of(GMM, "q X mu"), Uses.of("w w_star mu mu_star K sq KL", "w mu mu_star")],
    ),
    "slope in mu": (
        Item("dE_dmu(k, j)", stationary),
        "sum(q[i,k]*(X[i,j] - mu[k,j]) for i in range(n))/n",
        Uses.of("q X mu n k j", "q X mu"),
        [],
    ),
    "slope in w": (
        Item("dLag_dw(k)", stationary),
        "sum(q[i,k] for i in range(n))/(n*w[k]) - lam",
        Uses.of("q w n k lam", "q w lam"),
        [],
    ),
    "multiplier": (
        Item("sum(w[c]*dLag_dw(c) for c in range(K))", stationary),
        "1 - lam*sum(w[c] for c in range(K))",
        Uses.of("lam w K", "lam"),
        [],
    ),
    "mean": (Item("E(t)", autoregression), "mu", Uses.of("mu", "mu"), [Uses.of("rho mu E t", "E")]),
    "variance": (
        Item("Var(t)", autoregression),
        "sigma**2/(1-rho**2)",
        Uses.of("rho sigma", "rho sigma"),
        [Uses.of("rho sigma Var t", "Var rho"), Uses.of("rho sigma", "rho sigma")],
    ),
    "covariance": (
        Item("Cov(t, t+k)", autoregression),
        "rho**k*sigma**2/(1-rho**2)",
        Uses.of("rho sigma k", "rho sigma"),
        [Uses.of("rho sigma Cov t k", "Cov rho"), Uses.of("rho sigma Var t k", "Var rho")],
    ),
    "free energy": (
        Item("sum(q[z]*log_joint[z] for z in range(n)) + H(q)", free_energy, (KL, ENTROPY)),
        "log_px",
        Uses.of("log_px", "log_px"),
        [Uses.of("q post log_px n", "q post log_px"), Uses.of("log_px KL q post", "log_px KL")],
    ),
    "m-step": (
        Item("F(lj_new, q) - F(lj, q)", m_step, (ENTROPY,)),
        "Q(lj_new) - Q(lj)",
        Uses.of("Q lj lj_new", "Q lj lj_new"),
        [Uses.of("Q H q lj lj_new", "Q")],
    ),
    "gaussians": (
        Item("E0(lambda x: logN(x, mu0, S0) - logN(x, mu1, S1))", gaussians, MATRICES),
        CLOSED,
        Uses.of("mu0 mu1 S0 S1 d inv logdet trace", "mu0 mu1 S0 S1"),
        [
            Uses.of(GAUSS, "E0 inv logdet S0 S1"),
            Uses.of("mu0 mu1 S0 S1 d inv logdet trace", "trace inv logdet"),
        ],
    ),
    "convexity": (
        Item("KL(lam*p1+(1-lam)*p2, lam*q1+(1-lam)*q2)", convexity, (KL,)),
        "lam*KL(p1, q1) + (1-lam)*KL(p2, q2)",
        Uses.of("lam p1 p2 q1 q2 n KL", "lam p1 p2 q1 q2"),
        [Uses.of("lam p1 p2 q1 q2 n", "lam p1 p2 q1 q2")] * 2,
    ),
    "two-level code": (
        Item("log_px", two_level, (KL,)),
        " - ".join(TERMS),
        Uses.of(CODES + " W K", CODES),
        [Uses.of(CODES + " post log_px W K", CODES)] * 2,
    ),
}

# item, lines
RIGHT = {
    "elbo, reference": (
        "elbo",
        [("=", WEIGHTED), (">=", JENSEN), ("=", f"{RECON} - KL(qY, pY) - KL(qZ, pZ)")],
    ),
    "elbo, by log t <= t - 1": (
        "elbo",
        [
            ("=", f"{JENSEN} - {JENSEN.replace('pY[a]*pZ[b]*px[a,b]', 'pY[a]*pZ[b]*px[a,b]/exp(log_evidence)')}"),
            (">=", f"{JENSEN} - pY@px@pZ/exp(log_evidence) + 1"),
            ("=", JENSEN),
            ("=", f"{RECON} + sum(qY*log(pY/qY)) + sum(qZ*log(pZ/qZ))"),
            ("=", "qY@log(px)@qZ - KL(qY, pY) - KL(qZ, pZ)"),
        ],
    ),
    "elbo, by arrays and the posterior": (
        "elbo",
        [
            ("=", "sum(qY[:,None]*qZ*log_evidence)"),
            (
                "=",
                "sum(qY[:,None]*qZ*log(pY[:,None]*pZ*px/(qY[:,None]*qZ)))"
                " + sum(qY[:,None]*qZ*log(qY[:,None]*qZ*exp(log_evidence)/(pY[:,None]*pZ*px)))",
            ),
            (">=", "sum(qY[:,None]*qZ*log(pY[:,None]*pZ*px/(qY[:,None]*qZ)))"),
            ("=", "qY@log(px)@qZ - (KL(qY, pY) + KL(qZ, pZ))"),
        ],
    ),
    "location-scale": (
        "location-scale",
        [
            ("=", "ddx(lambda t: Phi((t-mu)/sigma), x)"),
            ("=", "phi((x-mu)/sigma)/sigma"),
            ("=", "exp(-(x-mu)**2/(2*sigma**2))/(sigma*sqrt(2*pi))"),
        ],
    ),
    "gumbel": ("gumbel", [("=", RACE), ("=", DOUBLE), ("=", FACTORED), ("=", "p[i]")]),
    "gumbel, by uniform variables": (
        "gumbel",
        [
            ("=", "integral(lambda z: prod(z**(p[j]/p[i]) for j in range(n) if j != i), 0, 1)"),
            ("=", "integral(lambda z: z**(sum(p[j] for j in range(n))/p[i] - 1), 0, 1)"),
            ("=", "p[i]"),
        ],
    ),
    "gumbel, by an exponential race": (
        "gumbel",
        [
            ("=", "integral(lambda t: exp_pdf(t, p[i])*prod(exp_sf(t, p[j]) for j in range(n) if j != i), 0, inf)"),
            ("=", "p[i]*integral(lambda t: exp(-t*sum(p[j] for j in range(n))), 0, inf)"),
            ("=", "p[i]"),
        ],
    ),
    "discrete": (
        "discrete",
        [
            ("=", "sum(p[x]*log(p[x]) for x in range(n)) - KL(p, w)"),
            ("<=", "sum(p[x]*log(p[x]) for x in range(n))"),
        ],
    ),
    "m-step of a mixture": (
        "m-step of a mixture",
        [
            ("=", GAPS),
            ("=", "KL(w_star, w) + sum(w_star[k]*sq(mu_star[k]-mu[k]) for k in range(K))/2"),
            (">=", "0"),
        ],
    ),
    "slope in mu": ("slope in mu", [("=", "sum(q[i,k]*(X[i,j] - mu[k,j]) for i in range(n))/n")]),
    "slope in w": ("slope in w", [("=", "sum(q[i,k] for i in range(n))/(n*w[k]) - lam")]),
    "multiplier": ("multiplier", [("=", "1 - lam*sum(w[c] for c in range(K))")]),
    "mean": ("mean", [("=", "rho*(E(t-1) - mu) + mu"), ("=", "rho*(mu - mu) + mu"), ("=", "mu")]),
    "variance": (
        "variance",
        [
            ("=", "rho**2*Var(t-1) + sigma**2"),
            ("=", "rho**2*sigma**2/(1-rho**2) + sigma**2"),
            ("=", "sigma**2/(1-rho**2)"),
        ],
    ),
    "covariance": (
        "covariance",
        [("=", "rho*Cov(t, t+k-1)"), ("=", "rho**k*Var(t)"), ("=", "rho**k*sigma**2/(1-rho**2)")],
    ),
    "free energy": (
        "free energy",
        [
            ("=", "sum(q[z]*(log(post[z]) + log_px - log(q[z])) for z in range(n))"),
            ("=", "log_px - KL(q, post)"),
            ("<=", "log_px"),
        ],
    ),
    "m-step": ("m-step", [("=", "(Q(lj_new) + H(q)) - (Q(lj) + H(q))"), ("=", "Q(lj_new) - Q(lj)")]),
    "gaussians": (
        "gaussians",
        [
            (
                "=",
                "(logdet(S1) - logdet(S0))/2 + E0(lambda x: (x-mu1)@inv(S1)@(x-mu1) - (x-mu0)@inv(S0)@(x-mu0))/2",
            ),
            (
                "=",
                "(logdet(S1) - logdet(S0))/2 + E0(lambda x: (x-mu1)@inv(S1)@(x-mu1))/2 - trace(inv(S0)@S0)/2",
            ),
            ("=", CLOSED),
        ],
    ),
    "convexity": ("convexity", [("=", MIXED), ("<=", APART), ("=", "lam*KL(p1, q1) + (1-lam)*KL(p2, q2)")]),
    "two-level code": (
        "two-level code",
        [
            ("=", f"log(sum(q_w[w]*q_z[w,z]*({INSIDE}) {LOOPS}))"),
            (">=", f"sum(q_w[w]*q_z[w,z]*log({INSIDE}) {LOOPS})"),
            ("=", " - ".join(TERMS)),
        ],
    ),
    "two-level code, by the posterior": (
        "two-level code",
        [
            ("=", f"sum(q_w[w]*q_z[w,z]*log({INSIDE}/post[w,z]*q_w[w]*q_z[w,z]) {LOOPS})"),
            (
                "=",
                f"sum(q_w[w]*q_z[w,z]*log({INSIDE}) {LOOPS})"
                " + sum(q_w[w]*KL(q_z[w], post[w]/q_w[w]) for w in range(W))",
            ),
            (">=", f"sum(q_w[w]*q_z[w,z]*log({INSIDE}) {LOOPS})"),
            ("=", " - ".join(TERMS)),
        ],
    ),
}

ELBO_END = f"{RECON} - KL(qY, pY) - KL(qZ, pZ)"
# item, lines
WRONG = {
    "elbo: KL added": ("elbo", [("=", WEIGHTED), (">=", JENSEN), ("=", ELBO_END.replace("- KL", "+ KL"))]),
    "elbo: reversed KL": ("elbo", [("=", WEIGHTED), (">=", JENSEN), ("=", f"{RECON} - KL(pY, qY) - KL(qZ, pZ)")]),
    "elbo: a looser bound": ("elbo", [("=", WEIGHTED), (">=", JENSEN), (">=", ELBO_END + " - 1")]),
    "elbo: one KL only": ("elbo", [("=", WEIGHTED), (">=", JENSEN), ("=", f"{RECON} - KL(qY, pY)")]),
    "elbo: a jump": ("elbo", [(">=", ELBO_END)]),
    "elbo: Jensen the other way": ("elbo", [("=", WEIGHTED), ("<=", JENSEN), ("=", ELBO_END)]),
    "elbo: padding": ("elbo", [(">=", ELBO_END), ("=", f"{ELBO_END} + 0*{JENSEN}")]),
    "location-scale: a factor is lost": (
        "location-scale",
        [
            ("=", "ddx(lambda t: Phi((t-mu)/sigma), x)"),
            ("=", "phi((x-mu)/sigma)"),
            ("=", "exp(-(x-mu)**2/(2*sigma**2))/sqrt(2*pi)"),
        ],
    ),
    "location-scale: the variance as scale": (
        "location-scale",
        [
            ("=", "ddx(lambda t: Phi((t-mu)/sigma**2), x)"),
            ("=", "phi((x-mu)/sigma**2)/sigma**2"),
            ("=", "exp(-(x-mu)**2/(2*sigma**4))/(sigma**2*sqrt(2*pi))"),
        ],
    ),
    "location-scale: a jump": ("location-scale", [("=", RIGHT["location-scale"][1][-1][1])]),
    "location-scale: padding": (
        "location-scale",
        [("=", "phi((x-mu)/sigma)/sigma + 0*Phi(x)"), ("=", RIGHT["location-scale"][1][-1][1])],
    ),
    "gumbel: the product over all j": (
        "gumbel",
        [("=", RACE.replace(" if j != i", "")), ("=", DOUBLE), ("=", FACTORED), ("=", "p[i]")],
    ),
    "gumbel: padding by 0": ("gumbel", [("=", "p[i] + 0*integral(lambda g: exp(-g**2)*n, -inf, inf)"), ("=", "p[i]")]),
    "gumbel: padding by t - t": (
        "gumbel",
        [("=", f"p[i] + {RACE} - {RACE}"), ("=", "p[i]")],
    ),
    "gumbel: a jump": ("gumbel", [("=", "p[i]")]),
    "discrete: reversed KL": (
        "discrete",
        [("=", "sum(p[x]*log(p[x]) for x in range(n)) - KL(w, p)"), ("<=", "sum(p[x]*log(p[x]) for x in range(n))")],
    ),
    "discrete: the wrong direction": (
        "discrete",
        [("=", "sum(p[x]*log(p[x]) for x in range(n)) - KL(p, w)"), (">=", "sum(p[x]*log(p[x]) for x in range(n))")],
    ),
    "discrete: ending at 0": ("discrete", [("=", "sum(p[x]*log(p[x]) for x in range(n)) - KL(p, w)"), ("<=", "0")]),
    "discrete: a jump": ("discrete", [("<=", "sum(p[x]*log(p[x]) for x in range(n))")]),
    "discrete: padding by t/t": (
        "discrete",
        [
            ("<=", "sum(p[x]*log(p[x]) for x in range(n))*KL(p, w)/KL(p, w)"),
            ("=", "sum(p[x]*log(p[x]) for x in range(n))"),
        ],
    ),
    "m-step of a mixture: reversed KL": (
        "m-step of a mixture",
        [("=", GAPS), ("=", "KL(w, w_star) + sum(w_star[k]*sq(mu_star[k]-mu[k]) for k in range(K))/2"), (">=", "0")],
    ),
    "m-step of a mixture: a factor is lost": (
        "m-step of a mixture",
        [("=", GAPS), ("=", "KL(w_star, w) + sum(w_star[k]*sq(mu_star[k]-mu[k]) for k in range(K))"), (">=", "0")],
    ),
    "m-step of a mixture: a jump": ("m-step of a mixture", [(">=", "0")]),
    "slope in mu: n is lost": ("slope in mu", [("=", "sum(q[i,k]*(X[i,j] - mu[k,j]) for i in range(n))")]),
    "variance: rho is not squared": (
        "variance",
        [("=", "rho*Var(t-1) + sigma**2"), ("=", "rho*sigma**2/(1-rho**2) + sigma**2"), ("=", "sigma**2/(1-rho**2)")],
    ),
    "variance: a jump": ("variance", [("=", "sigma**2/(1-rho**2)")]),
    "covariance: rho to the 2 k": (
        "covariance",
        [("=", "rho*Cov(t, t+k-1)"), ("=", "rho**(2*k)*Var(t)"), ("=", "rho**(2*k)*sigma**2/(1-rho**2)")],
    ),
    "free energy: reversed KL": (
        "free energy",
        [("=", RIGHT["free energy"][1][0][1]), ("=", "log_px - KL(post, q)"), ("<=", "log_px")],
    ),
    "free energy: the entropy is dropped": (
        "free energy",
        [("=", "sum(q[z]*(log(post[z]) + log_px) for z in range(n))"), ("=", "log_px - KL(q, post)"), ("<=", "log_px")],
    ),
    "free energy: the sign of KL": (
        "free energy",
        [("=", RIGHT["free energy"][1][0][1]), ("=", "log_px + KL(q, post)"), ("<=", "log_px")],
    ),
    "free energy: a jump": ("free energy", [("<=", "log_px")]),
    "m-step: H is dropped once": ("m-step", [("=", "(Q(lj_new) + H(q)) - Q(lj)"), ("=", "Q(lj_new) - Q(lj)")]),
    "gaussians: the matrices swapped": (
        "gaussians",
        [*RIGHT["gaussians"][1][:2], ("=", CLOSED.replace("inv(S1)@S0", "inv(S0)@S1"))],
    ),
    "gaussians: the sign of the determinants": (
        "gaussians",
        [*RIGHT["gaussians"][1][:2], ("=", CLOSED.replace("+ logdet(S1) - logdet(S0)", "- logdet(S1) + logdet(S0)"))],
    ),
    "gaussians: d is lost": ("gaussians", [*RIGHT["gaussians"][1][:2], ("=", CLOSED.replace(" - d", ""))]),
    "convexity: the wrong direction": ("convexity", [("=", MIXED), (">=", APART), RIGHT["convexity"][1][2]]),
    "convexity: a jump": ("convexity", [("<=", "lam*KL(p1, q1) + (1-lam)*KL(p2, q2)")]),
    "convexity: the weights swapped": (
        "convexity",
        [("=", MIXED), ("<=", "(1-lam)*KL(p1, q1) + lam*KL(p2, q2)")],
    ),
    "two-level code: an entropy is lost": (
        "two-level code",
        [
            *RIGHT["two-level code"][1][:2],
            ("=", f"{TERMS[0]} - {TERMS[1]} + sum(q_w[w]*q_z[w,z]*log(p_w[z,w]) {LOOPS})"),
        ],
    ),
    "two-level code: the sign of KL(z)": (
        "two-level code",
        [*RIGHT["two-level code"][1][:2], ("=", f"{TERMS[0]} + {TERMS[1]} - {TERMS[2]}")],
    ),
    "two-level code: a looser bound": (
        "two-level code",
        [*RIGHT["two-level code"][1][:2], (">=", " - ".join(TERMS) + " - 1")],
    ),
    "two-level code: the target alone": ("two-level code", [(">=", " - ".join(TERMS))]),
}
