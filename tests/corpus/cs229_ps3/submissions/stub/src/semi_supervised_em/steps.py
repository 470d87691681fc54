"""One E-step and one M-step: as handed out, nothing filled in."""


def e_step(x, phi, mu, sigma):
    """Responsibilities."""
    raise NotImplementedError


def m_step(w, x, x_tilde, z_tilde, alpha):
    """Parameters."""
    raise NotImplementedError
