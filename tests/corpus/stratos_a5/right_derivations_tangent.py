"""By log t <= t - 1 instead of Jensen's inequality."""

JOINT = "pY[a]*pZ[b]*px[a,b]"
Q = "qY[a]*qZ[b]"
FOR = "for a in range(A) for b in range(B)"


def derivation_2_1():
    bound = f"sum({Q}*log({JOINT}/({Q})) {FOR})"
    return [
        ("start", "log_evidence"),
        ("=", f"{bound} - sum({Q}*log({JOINT}/({Q}*exp(log_evidence))) {FOR})"),
        (">=", f"{bound} - sum({Q}*({JOINT}/({Q}*exp(log_evidence)) - 1) {FOR})"),
        ("=", f"{bound} - sum({JOINT} {FOR})/exp(log_evidence) + 1"),
        ("=", bound),
        ("=", f"sum({Q}*(log(px[a, b]) - log(qY[a]/pY[a]) - log(qZ[b]/pZ[b])) {FOR})"),
        ("=", f"sum(qZ[b]*sum(qY[a]*log(px[a, b]) for a in range(A)) for b in range(B)) - (KL(qY, pY) + KL(qZ, pZ))"),
    ]
