def chain_7b():
    return [
        ("start", "sum(q*(log(q)-lpost))"),
        ("=", "sum(q*log(q)) - sum(q*lpost)"),
        ("=", "sum(q*log(q)) - sum(q*(lj-lpx))"),
        ("=", "sum(q*log(q)) - sum(q*lj) + sum(q)*lpx"),
        ("=", "sum(q*log(q)) - sum(q*lj) + lpx"),
    ]


def chain_8b():
    return [
        ("start", "sum(qi*log(qi)) - Hj - qi@lj@qj"),
        ("=", "sum(qi*log(qi)) - Hj - sum(qi*m)"),
        ("=", "sum(qi*log(qi)) - sum(qi*m) + sum(qi)*lZ - lZ - Hj"),
        ("=", "sum(qi*(log(qi)-(m-lZ))) - lZ - Hj"),
    ]


def chain_10c():
    return [
        ("start", "sum(log(sum(exp(lj_new), 1)))"),
        ("=", "sum(log(sum(q*exp(lj_new)/q, 1)))"),
        (">=", "sum(q*log(exp(lj_new)/q))"),
        (">=", "sum(q*lj_old) - sum(q*log(q))"),
        ("=", "sum(log(sum(exp(lj_old), 1)))"),
    ]


def chain_12d():
    return [
        ("start", "h*sum(df*p) + h*sum(f*dp)"),
        ("=", "h*(sum(df*p) + sum(f*dlp*p))"),
        ("=", "h*sum((df+f*dlp)*p)"),
    ]
