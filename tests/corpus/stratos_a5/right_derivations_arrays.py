"""By the divergence from the posterior, with whole arrays, as lists of lists."""

Q = "qY[:,None]*qZ"
JOINT = "pY[:,None]*pZ*px"


def derivation_2_1():
    return [
        ["start", "log_evidence"],
        ["=", f"sum({Q})*log_evidence"],
        ["=", f"sum({Q}*log({JOINT}/({JOINT}/exp(log_evidence))))"],
        ["=", f"sum({Q}*log({JOINT}/({Q}))) + sum({Q}*log({Q}/({JOINT}/exp(log_evidence))))"],
        [">=", f"sum({Q}*log({JOINT}/({Q})))"],
        ["=", "qY@log(px)@qZ - sum(qY*log(qY/pY)) - KL(qZ, pZ)"],
        ["=", "qY@log(px)@qZ - KL(qY, pY) - KL(qZ, pZ)"],
    ]
