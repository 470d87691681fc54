def chain_1a():
    start = ("start", "sum(P*log(P/Q))")
    return [
        start,
        ("=", "sum(P[i]*-log(Q[i]/P[i]) for i in range(k))"),
        (">=", "-log(sum(P[i]*Q[i]/P[i] for i in range(k)))"),
        ("=", "-log(sum(Q))"),
        ("=", "-log(1)"),
        ("=", "0"),
    ]


def chain_1b():
    start = ("start", "sum(V*L)")
    return [
        start,
        ("=", "sum(V[x,y]*(A[x] + B[x,y]) for x in range(m) for y in range(n))"),
        ("=", "sum(A[x]*sum(V[x,y] for y in range(n)) for x in range(m)) + sum(V*B)"),
    ]


def chain_1c():
    start = ("start", "sum(Phat*(log(Phat)-logp))")
    return [
        start,
        ("=", "sum(Phat*log(Phat)) - sum(Phat*logp)"),
        ("=", "-H - sum(Phat*logp)"),
        ("=", "-H - sum(logp[xs[i]] for i in range(n))/n"),
    ]
