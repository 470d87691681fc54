LOOP = " for a in range(A) for b in range(B))"
INNER = "pY[a]*pZ[b]*px[a,b]/(qY[a]*qZ[b])"


def derivation_2_1():
    start = ("start", "log_evidence")
    return [
        start,
        ("=", "log(sum(pY[a]*pZ[b]*px[a,b]" + LOOP + ")"),
        ("=", "log(sum(qY[a]*qZ[b]*(" + INNER + ")" + LOOP + ")"),
        (">=", "sum(qY[a]*qZ[b]*log(" + INNER + ")" + LOOP),
        ("=", "sum(qY[a]*qZ[b]*log(px[a,b])" + LOOP + " - KL(qY, pY) - KL(qZ, pZ)"),
    ]
