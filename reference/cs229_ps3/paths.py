"""SECRET: data, starting points and the paths of EM from them, for the properties of parts 2d and 2e.

w^(0) is the E-step at the start, w^(t) the E-step after t M-steps. EM is deterministic, so a run is compared with this
path: at the stop the responsibilities may still be far from their limit, and a wrong M-step can share that limit.
The instances are listed, not drawn, because not every one separates right from wrong: the oracle test_paths.py holds
what each of them must tell apart.
"""

import numpy as np

from reference.cs229_ps3 import gmm

GRID = 2.0**20
WEIGHTS = (0.22, 0.21, 0.22, 0.35)
CENTRES = np.array([[0.0, 0.0], [0.4, 0.6], [0.0, 1.2], [-0.9, 1.4]])
COVARIANCES = np.array(
    [
        [[0.015, -0.004], [-0.004, 0.025]],
        [[0.018, -0.005], [-0.005, 0.026]],
        [[0.038, 0.008], [0.008, 0.032]],
        [[1.2, -0.15], [-0.15, 1.0]],
    ]
)
LABELLED = 5  # points of each cluster

EARLY_N = 120
EARLY_LAST = 5  # the path is kept up to w^(5)
STOP_N = 200
STOP_MORE = 30  # points of the path that are kept beyond the stop
STOP_ROWS = 16  # rows of w that are kept: those that still move

# fmt: off
# (data seed, split seed)
EARLY = (
    (201, 1), (204, 4), (205, 0), (208, 3), (209, 4), (211, 1), (212, 2), (214, 4), (215, 0), (216, 1),
    (218, 3), (221, 1), (223, 3), (226, 1), (228, 3), (230, 0), (232, 2), (233, 3), (234, 4), (236, 1),
    (239, 4), (244, 4), (249, 4), (251, 1), (252, 2), (256, 1), (262, 2), (265, 0), (268, 3), (273, 3),
    (279, 4), (280, 0), (283, 3), (286, 1), (292, 2), (294, 4), (296, 1), (297, 2), (300, 0), (301, 1),
)
STOP = (
    (312, 4), (326, 4), (416, 3), (486, 3), (643, 6), (669, 4), (758, 2), (927, 3), (933, 2), (1023, 1),
    (1089, 4), (1092, 0), (1125, 5), (1154, 6), (1214, 3), (1229, 4), (1295, 0), (1353, 2), (1395, 2),
    (1463, 0), (1541, 1), (1587, 5), (1664, 5), (1710, 2), (1774, 3), (1812, 6), (1987, 6), (2019, 3),
)
STOP_SEMI = (
    (300, 6), (329, 0), (515, 4), (548, 2), (604, 2), (617, 1), (1035, 6), (1151, 3), (1153, 5), (1160, 5),
    (1231, 6), (1383, 4), (1541, 1), (1606, 3), (2027, 4), (2033, 3), (2272, 4), (2278, 3), (2765, 0),
    (2807, 0), (2888, 4), (3005, 2), (3052, 0), (3157, 0), (3362, 2), (3444, 0), (3458, 0), (3468, 3),
)
# fmt: on


def dataset(seed: int, n: int) -> "tuple[n 2, m 2, m]":
    """Data of the homework's kind: x (n unlabelled points), x_tilde, z_tilde (5 labelled points of each cluster).

    Three tight clusters and a broad one; coordinates lie on a grid of 2**-20. Public data: seed 3 with n = 980.
    """
    rng = np.random.default_rng(seed)
    z = rng.choice(len(WEIGHTS), size=n, p=WEIGHTS)
    x = _around(z, rng.standard_normal((n, 2)))
    z_tilde = np.repeat(np.arange(len(WEIGHTS)), LABELLED)
    return x, _around(z_tilde, rng.standard_normal((len(z_tilde), 2))), z_tilde


def origins(seed: int, n: int) -> "n":
    """The component that each unlabelled point of a data set was drawn from."""
    return np.random.default_rng(seed).choice(len(WEIGHTS), size=n, p=WEIGHTS)


def start(data_seed: int, split_seed: int, n: int, semi: bool) -> tuple:
    """The arguments of run_em, or of run_semi_supervised_em: a data set and the moments of a random split of its x."""
    x, x_tilde, z_tilde = dataset(data_seed, n)
    k = len(WEIGHTS)
    groups = np.array_split(np.random.default_rng(split_seed).permutation(n), k)
    mu = _on_grid(np.stack([x[group].mean(axis=0) for group in groups]))
    sigma = _on_grid(np.stack([np.cov(x[group], rowvar=False, bias=True) for group in groups]))
    labelled = (x_tilde, z_tilde) if semi else ()
    return x, *labelled, np.full((n, k), 1 / k), np.full(k, 1 / k), mu, sigma


def early_start(instance: int, semi: bool) -> tuple:
    """The arguments of a run function for an instance of EARLY, n = 120."""
    return start(*EARLY[instance], EARLY_N, semi)


def early_path(instance: int, semi: bool) -> "steps n k":
    """w^(0) to w^(5) from early_start."""
    return _path(early_start(instance, semi), EARLY_LAST + 1)


def stop_start(instance: int, semi: bool) -> tuple:
    """The arguments of a run function for an instance of STOP or STOP_SEMI, n = 200."""
    return start(*(STOP_SEMI if semi else STOP)[instance], STOP_N, semi)


def stop_path(instance: int, semi: bool) -> "tuple[rows, steps rows k, int]":
    """(rows, path, last) from stop_start: these rows of w^(0), w^(1), ... and the index of the one that a run returns.

    The path goes on for 30 points after the last. Half the rows are those that move most there, half those that move
    most in the steps around the stop.
    """
    given = stop_start(instance, semi)
    last = iterations(given) - 1
    path = _path(given, last + 1 + STOP_MORE)
    moved = np.abs(np.diff(path, axis=0)).max(axis=2)  # (steps, n)
    late = np.argsort(-moved[last - 2 : last + 3].sum(axis=0), kind="stable")[: STOP_ROWS // 2]
    rest = np.argsort(-moved.sum(axis=0), kind="stable")
    rows = np.sort(np.concatenate([late, rest[~np.isin(rest, late)][: STOP_ROWS - len(late)]]))
    return rows, path[:, rows], last


def iterations(given: tuple) -> int:
    """T, the number of iterations that a run from these arguments takes."""
    x, x_tilde, z_tilde, theta = _unpacked(given)
    previous = np.inf
    for t in range(1, 1001):
        theta = gmm.maximiser(gmm.responsibilities(x, *theta), x, x_tilde, z_tilde)
        objective = gmm.log_likelihood(x, x_tilde, z_tilde, *theta)
        if abs(objective - previous) < gmm.EPS:
            return t
        previous = objective
    return 1000


def clusters(data_seed: int, split_seed: int) -> "n":
    """The clusters that semi-supervised EM gives the 980 unlabelled points of a data set."""
    return gmm.run_semi_supervised_em(*start(data_seed, split_seed, 980, True)).argmax(axis=1)


def _path(given: tuple, length: int) -> "steps n k":
    x, x_tilde, z_tilde, theta = _unpacked(given)
    path = []
    for _ in range(length):
        path.append(gmm.responsibilities(x, *theta))
        theta = gmm.maximiser(path[-1], x, x_tilde, z_tilde)
    return np.stack(path)


def _unpacked(given: tuple) -> tuple:
    """x, x_tilde, z_tilde, (phi, mu, sigma) of the arguments of either run function; no labelled points in run_em's."""
    if len(given) == 7:
        return given[0], given[1], given[2], given[4:]
    return given[0], given[0][:0], np.zeros(0, dtype=np.int64), given[2:]


def _around(z: "n", noise: "n 2") -> "n 2":
    """Points of the clusters z from standard normal noise: centre + L noise, L the lower Cholesky factor."""
    a, b, c = (COVARIANCES[z][:, i, j] for i, j in ((0, 0), (1, 0), (1, 1)))
    first = np.sqrt(a) * noise[:, 0]
    second = b / np.sqrt(a) * noise[:, 0] + np.sqrt(c - b**2 / a) * noise[:, 1]
    return _on_grid(CENTRES[z] + np.stack([first, second], axis=1))


def _on_grid(array: np.ndarray) -> np.ndarray:
    return np.rint(array * GRID) / GRID
