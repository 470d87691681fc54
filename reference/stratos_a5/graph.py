"""The computation graph of part 2.3 of stratos-a5, as data."""


def computation_graph() -> "list of (parent, child)":
    """The edges of the computation graph of the loss of part 2.2: one sample of each code, closed KL terms.

    An edge (a, b) says that b is computed from a. Use these names: x (the sentence), phi and theta (the parameters of
    q and of the decoder), mu_Y, var_Y, mu_Z, var_Z, eps_Y, eps_Z, y, z, recon (log p(x | y, z)), KL_Y, KL_Z and loss,
    which is minus the bound; signs are no edges. You may add nodes of your own between them (h, sigma_Y, elbo). A node
    without parents that is not in this list must be a prior or a constant: its name begins with prior or const. Arrows
    show how values are computed, not how gradients flow, so there is no cycle and nothing comes after loss. The
    decoder predicts every word from the words before it. Instead of a list you may return a text: "a -> b; b -> c",
    with or without digraph { } around it. Graded node by node: y, z, recon, loss 0.5 each, KL_Y and KL_Z 0.25 each,
    the other four 0.125 each. Source: Stratos, assignment 5, problem 2.3.
    """
    # BEGIN SOLUTION
    feeds = {
        "mu_Y": "x phi",
        "var_Y": "x phi",
        "mu_Z": "x phi",
        "var_Z": "x phi",
        "y": "mu_Y var_Y eps_Y",
        "z": "mu_Z var_Z eps_Z",
        "recon": "y z theta x",
        "KL_Y": "mu_Y var_Y",
        "KL_Z": "mu_Z var_Z",
        "loss": "recon KL_Y KL_Z",
    }
    return [(parent, child) for child, parents in feeds.items() for parent in parents.split()]
    # END SOLUTION
