"""By the tangent of the logarithm, whole arrays, and the likelihood before the entropy."""


def chain_1a():
    return [
        ["start", "sum(P*log(P/Q))"],
        ["=", "-sum(P*log(Q/P))"],
        [">=", "-sum(P*(Q/P - 1))"],
        ["=", "sum(P) - sum(Q)"],
        ["=", "1 - 1"],
        ["=", "0"],
    ]


def chain_1b():
    return [
        ["start", "sum(V*L)"],
        ["=", "sum(V*(A[:, None] + B))"],
        ["=", "sum(V*A[:, None]) + sum(V*B)"],
        ["=", "dot(sum(V, 1), A) + trace(transpose(V)@B)"],
    ]


def chain_1c():
    return [
        ["start", "sum(Phat*(log(Phat)-logp))"],
        ["=", "sum(Phat*log(Phat)) - dot(Phat, logp)"],
        ["=", "sum(Phat*log(Phat)) - mean(logp[xs])"],
        ["=", "-H - mean(logp[xs])"],
    ]
