"""S-KL: draws of a discrete law judged by the divergence of their frequencies, with a bound that holds for every n."""

import math

import numpy as np
from numpy.typing import NDArray

from autograder.errors import CheckFailed
from autograder.kit import margin

__all__ = ["assert_law", "divergence_limit"]


def divergence_limit(k: int, level: float = 1e-10) -> float:
    """The t with t - (k - 1) (1 + log(t / (k - 1))) = log(1 / level): n KL(frequencies || p) > t has chance <= level.

    Chernoff's bound, from E exp(s n KL) <= (1 - s)^-(k - 1) for k cells, s < 1 and every n. 0 for a single cell.
    """
    if k < 2:
        return 0.0
    low, high = float(k - 1), 10.0 * (k - 1 - math.log(level))
    for _ in range(200):
        t = (low + high) / 2
        low, high = (low, t) if t - (k - 1) * (1 + math.log(t / (k - 1))) > -math.log(level) else (t, high)
    return high


def assert_law(cells: NDArray[np.int64], p: NDArray[np.float64], *, what: str, level: float = 1e-10) -> None:
    """S-KL: integer draws (n,) out of 0..k-1 come from the distribution p (k,).

    Only cells of positive probability count towards k; a draw in another one, or outside of 0..k-1, rejects at once.
    A right sampler is rejected with probability <= `level`.
    """
    n = len(cells)
    if ((cells < 0) | (cells >= len(p))).any():
        raise CheckFailed("wrong", f"{what}: a draw lies outside of the possible values")
    frequency = np.bincount(cells, minlength=len(p)) / max(n, 1)
    impossible = (p == 0) & (frequency > 0)
    if impossible.any():
        margin.note(what, math.inf, level)
        raise CheckFailed("wrong", f"{what}: an outcome of probability 0 was drawn")
    seen = frequency > 0
    distance = n * float((frequency[seen] * np.log(frequency[seen] / p[seen])).sum())
    limit = divergence_limit(int((p > 0).sum()), level)
    margin.note(what, distance / limit if limit else 0.0, level)
    if not distance <= limit + 1e-6:
        raise CheckFailed(
            "wrong",
            f"{what}: the draws do not follow the law",
            got=f"n KL(frequencies || law) = {distance:.4g} for {n} draws",
            expected=f"at most {limit:.4g}",
        )
