"""Where the derivation of part 4 of cse599i-hw1 ends on its second route, by derivatives."""


def stationarity() -> dict:
    """Last line by the name of the chain."""
    return {
        "means": "sum(q[i,k]*(X[i,j] - mu[k,j]) for i in range(n))/n",
        "weights": "sum(q[i,k] for i in range(n))/(n*w[k]) - lam",
        "multiplier": "1 - lam*sum(w[c] for c in range(K))",
    }
