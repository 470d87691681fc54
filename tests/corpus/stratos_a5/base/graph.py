def computation_graph():
    edges = []
    for code in "YZ":
        for name in ("mu_", "var_"):
            edges += [("x", name + code), ("phi", name + code), (name + code, "KL_" + code)]
        edges += [("mu_" + code, code.lower()), ("var_" + code, code.lower()), ("eps_" + code, code.lower())]
        edges += [(code.lower(), "recon"), ("KL_" + code, "loss")]
    edges += [("theta", "recon"), ("x", "recon"), ("recon", "loss")]
    return edges
