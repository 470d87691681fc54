WZ = " for w in range(W) for z in range(K))"
JOINT = "p_z[z]*p_w[z,w]*p_x[w]"


def derivation_5_e():
    start = ("start", "sum(q[z]*log_joint[z] for z in range(n)) + H(q)")
    return [
        start,
        ("=", "sum(q[z]*(log_joint[z] - log(q[z])) for z in range(n))"),
        ("=", "sum(q[z]*log_px for z in range(n)) - sum(q[z]*log(q[z]/post[z]) for z in range(n))"),
        ("=", "log_px - KL(q, post)"),
        ("<=", "log_px"),
    ]


def derivation_5_m():
    start = ("start", "F(lj_new, q) - F(lj, q)")
    return [
        start,
        ("=", "Q(lj_new) + H(q) - F(lj, q)"),
        ("=", "Q(lj_new) + H(q) - Q(lj) - H(q)"),
        ("=", "Q(lj_new) - Q(lj)"),
    ]


def derivation_6_1():
    start = ("start", "E0(lambda x: logN(x, mu0, S0) - logN(x, mu1, S1))")
    return [
        start,
        ("=", "E0(lambda x: (x-mu1)@inv(S1)@(x-mu1) - (x-mu0)@inv(S0)@(x-mu0) + logdet(S1) - logdet(S0))/2"),
        ("=", "(trace(inv(S1)@S0) + (mu0-mu1)@inv(S1)@(mu0-mu1) - trace(inv(S0)@S0) + logdet(S1) - logdet(S0))/2"),
        ("=", "(trace(inv(S1)@S0) + (mu1-mu0)@inv(S1)@(mu1-mu0) - d + logdet(S1) - logdet(S0))/2"),
    ]


def derivation_6_2():
    start = ("start", "KL(lam*p1+(1-lam)*p2, lam*q1+(1-lam)*q2)")
    return [
        start,
        ("=", "sum((lam*p1[y]+(1-lam)*p2[y])*log((lam*p1[y]+(1-lam)*p2[y])/(lam*q1[y]+(1-lam)*q2[y])) for y in range(n))"),
        ("<=", "sum(lam*p1[y]*log(lam*p1[y]/(lam*q1[y])) + (1-lam)*p2[y]*log((1-lam)*p2[y]/((1-lam)*q2[y])) for y in range(n))"),
        ("=", "lam*KL(p1, q1) + (1-lam)*KL(p2, q2)"),
    ]


def derivation_7_1():
    start = ("start", "log_px")
    return [
        start,
        ("=", "log(sum(" + JOINT + WZ + ")"),
        (">=", "sum(q_w[w]*q_z[w,z]*log(" + JOINT + "/(q_w[w]*q_z[w,z]))" + WZ),
        ("=", "sum(q_w[w]*log(p_x[w]) for w in range(W)) - sum(q_w[w]*q_z[w,z]*log(q_z[w,z]/p_z[z])" + WZ + " - sum(q_w[w]*q_z[w,z]*log(q_w[w]/p_w[z,w])" + WZ),
    ]
