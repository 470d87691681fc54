"""Distribution functions that properties compare draws with; scipy is loaded when one is first asked."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["beta_cdf", "gaussian_cdf"]


def gaussian_cdf(x: NDArray[np.float64]) -> Any:
    """The distribution function of N(0, 1), entry by entry."""
    from scipy.special import ndtr

    return ndtr(x)


def beta_cdf(x: NDArray[np.float64], a: float, b: float) -> Any:
    """The distribution function of Beta(a, b), entry by entry; 0 below 0 and 1 above 1."""
    from scipy.special import betainc

    return betainc(a, b, np.clip(x, 0, 1))
