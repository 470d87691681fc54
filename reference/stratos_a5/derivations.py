"""The derivation of part 2.1 of stratos-a5, as data that the grader checks line by line.

A derivation is a list of pairs of strings (relation, formula). The first pair is ("start", the given left side); stay
with it. Each further line says how it follows from the line before: "=", "<=" or ">=", where ("<=", b) after a means a
<= b; one derivation has no "<=" beside ">=". There may be 20 further lines of at most 400 characters.

A formula is written as in Python, but it is not run: numbers, the names of the derivation, + - * / ** @, indices from
0 on, exp, log, sqrt, pi, and sums and products over ranges: sum(f[a] for a in range(A) if a != b), prod(...). The
grader evaluates every line on random instances. It pays for a last line that is the result asked for, for steps that
are all true, and for passing the milestones; a line that only adds zero times something passes none.
"""


def derivation_2_1() -> "list of (relation, formula)":
    """From the evidence to the bound in the form "expected reconstruction less the two KL divergences".

    The codes have finitely many values: y = 0..A-1 with prior pY and q(y | x) = qY, z = 0..B-1 with prior pZ and q(z |
    x) = qZ; px[a, b] is p(x | y = a, z = b), all of it positive. Two more names: log_evidence, the logarithm of p(x),
    and KL(a, b), the divergence of two distributions, which the last line must use. In the last line log_evidence may
    not occur, and the result must depend on qY, qZ, pY, pZ and px. One milestone: a line without KL and without
    log_evidence that depends on all of qY, qZ, pY, pZ and px. Source: Stratos, assignment 5, problem 2.1.
    """
    start = ("start", "log_evidence")
    # BEGIN SOLUTION
    codes = "for a in range(A) for b in range(B)"
    ratio = "pY[a]*pZ[b]*px[a,b]/(qY[a]*qZ[b])"
    return [
        start,
        ("=", f"log(sum(qY[a]*qZ[b]*({ratio}) {codes}))"),
        (">=", f"sum(qY[a]*qZ[b]*log({ratio}) {codes})"),
        ("=", f"sum(qY[a]*qZ[b]*log(px[a,b]) {codes}) - KL(qY, pY) - KL(qZ, pZ)"),
    ]
    # END SOLUTION
