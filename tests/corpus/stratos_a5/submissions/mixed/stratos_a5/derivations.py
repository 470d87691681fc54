"""One inequality for each code: first z is bounded for every y, then y."""

FOR_A, FOR_B = "for a in range(A)", "for b in range(B)"
Z = f"sum(qZ[b]*log(pZ[b]*px[a,b]/qZ[b]) {FOR_B})"


def derivation_2_1():
    return [
        ("start", "log_evidence"),
        ("=", f"log(sum(pY[a]*sum(pZ[b]*px[a,b] {FOR_B}) {FOR_A}))"),
        ("=", f"log(sum(qY[a]*(pY[a]/qY[a]*sum(pZ[b]*px[a,b] {FOR_B})) {FOR_A}))"),
        (">=", f"sum(qY[a]*(log(pY[a]/qY[a]) + log(sum(pZ[b]*px[a,b] {FOR_B}))) {FOR_A})"),
        (">=", f"sum(qY[a]*(log(pY[a]/qY[a]) + {Z}) {FOR_A})"),
        ("=", f"sum(qY[a]*sum(qZ[b]*log(px[a,b]) {FOR_B}) {FOR_A}) - KL(qZ, pZ) - KL(qY, pY)"),
    ]
