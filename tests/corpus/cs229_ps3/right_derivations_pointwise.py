"""The certificate summed, loops with conditions, and the ratio averaged over the sample first."""


def chain_1a():
    return [
        ("start", "sum(P*log(P/Q))"),
        ("=", "sum(Q - P + P*log(P/Q))"),
        (">=", "0"),
    ]


def chain_1b():
    return [
        ("start", "sum(V*L)"),
        ("=", "sum(V[x,y]*L[x,y] for x in range(m) for y in range(n))"),
        ("=", "sum(V[x,y]*A[x] + V[x,y]*B[x,y] for x in range(m) for y in range(n))"),
        ("=", "sum(V, 1) @ A + sum(sum(V[x]*B[x]) for x in range(m))"),
    ]


def chain_1c():
    count = "sum(1 for i in range(n) if xs[i] == x)"
    return [
        ("start", "sum(Phat*(log(Phat)-logp))"),
        ("=", f"sum({count}/n*(log(Phat[x]) - logp[x]) for x in range(k))"),
        ("=", "sum(log(Phat[xs[i]]) - logp[xs[i]] for i in range(n))/n"),
        ("=", "sum(log(Phat[xs]))/n - sum(logp[xs])/n"),
        ("=", "-H - sum(logp[xs])/n"),
    ]
