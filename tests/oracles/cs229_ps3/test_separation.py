"""How far mutants of 2d and 2e are from the truth: the catalogue's numbers, measured on the instances in use."""

import numpy as np
import pytest

from reference.cs229_ps3 import paths
from tests.oracles.cs229_ps3 import test_paths as em
from tests.properties.cs229_ps3.draw_em import EARLY_INSTANCES, ON_PATH, STOP_INSTANCES
from tests.properties.cs229_ps3.gmm import test_2d

ALL = em.WRONG_STEPS | em.WRONG_SEMI_STEPS
# the least distance from the path in the first five iterations at n = 120, as the catalogue quotes it
QUOTED = {
    "2d": {
        "M-step before the first E-step (M6)": 0.74,
        "no one half": 0.66,
        "no weights": 4.7e-2,
        "hard E-step": 0.85,
        "returns one-hot rows": 0.70,
        "own start": 0.57,
        "covariance about the old means (M1)": 1.9e-2,
        "Bessel": 3.5e-2,
        "diagonal covariances": 0.22,
        "one covariance for all": 0.49,
        "sum without axis (M4)": 1.0,
    },
    "2e": {
        "alpha 1": 0.86,
        "alpha squared": 0.71,
        "labelled points as unlabelled": 0.95,
        "labels one too high": 1.0,
        "phi from unlabelled points (S1)": 4.6e-2,
        "covariance from unlabelled points": 0.91,
        "covariance about the old means (M1)": 0.29,
        "Bessel": 9.8e-3,
        "no weights": 1.4e-2,
        "M-step before the first E-step (M6)": 0.48,
        "own start": 0.36,
    },
}


def least(name, part):
    """The least distance of a mutant from the path over the instances that the properties draw from."""
    return min(em.early_gap(ALL[name], i, em.PARTS[part]) for i in range(EARLY_INSTANCES))


@pytest.mark.parametrize(("part", "name"), [(part, name) for part, names in QUOTED.items() for name in names])
def test_least_early_distances_are_those_quoted(part, name):
    """Within a factor of two, although the catalogue's 24 instances were others."""
    assert 0.5 <= least(name, part) / QUOTED[part][name] <= 2


def test_no_determinant_is_farther_away_than_quoted():
    """The catalogue quotes .14 for the E-step without a determinant; here it is .39, and no six data sets give .14."""
    assert 0.3 < least("no determinant", "2d") < 0.5


@pytest.mark.parametrize(("part", "name"), [("2d", "covariance about the old means (M1)"), ("2e", "own start")])
def test_some_mutants_are_seen_early_only(part, name):
    """At the end of a full run they come as close to the path as right programs: the early rule is not redundant."""
    ends = [em.stop(ALL[name], i, em.PARTS[part])[1] for i in range(STOP_INSTANCES)]
    assert np.median(ends) < ON_PATH / 2


def test_phi_over_the_number_of_points_is_invisible_in_w():
    """phi divided by n + m in place of n + alpha m cancels in every responsibility: 2c must see it, 2e cannot."""

    def divided(phi, mu, s, count, points, weights, old):
        return count / len(points), mu, s

    program = em.Program(m=em.changed(divided))
    assert max(em.early_gap(program, i, True) for i in range(EARLY_INSTANCES)) < 1e-12


STOPS = {
    ("2d", "averaged"): (-141, -4),
    ("2e", "averaged"): (-19, -2),
    ("2e", "alpha missing"): (4, 24),
    ("2e", "labelled marginal (L6)"): (3, 12),
}


@pytest.mark.parametrize(("part", "name"), STOPS)
def test_wrong_objectives_stop_as_far_off_as_quoted(part, name):
    """The median shift of the stop lies in the catalogue's range; that of the labelled marginal is +3 at least."""
    pool = em.WRONG_STOPS | (em.WRONG_SEMI_STOPS if em.PARTS[part] else em.WRONG_UNSUPERVISED_STOPS)
    shifts = [em.stop(em.Program(objective=pool[name]), i, em.PARTS[part])[0] for i in range(STOP_INSTANCES)]
    low, high = STOPS[part, name]

    assert low <= np.median(shifts) <= high
    assert min(map(abs, shifts)) >= 3


def start_statistics(x, mu, sigma):
    """The two numbers that part 2d limits to 60 and 1.5: how far means and covariances are from those of all points."""
    spread = np.linalg.inv(np.cov(x, rowvar=False, bias=True))
    gap = mu - x.mean(axis=0)
    far = len(x) / 4 * np.einsum("jd,de,je->j", gap, spread, gap).max()
    return float(far), float(np.abs(spread @ sigma - np.eye(2)).max())


def moments(groups):
    """Means and covariances of groups of points."""
    return np.stack([g.mean(axis=0) for g in groups]), np.stack([np.cov(g, rowvar=False, bias=True) for g in groups])


def test_random_splits_lie_far_inside_the_bounds_of_the_start():
    """3000 random splits reach 14 or so of 60, and .44 or so of 1.5."""
    x, rng = paths.dataset(3, 980)[0], np.random.default_rng(0)
    found = np.array([start_statistics(x, *moments(np.array_split(x[rng.permutation(980)], 4))) for _ in range(3000)])

    assert 9 < found[:, 0].max() < 20
    assert 0.3 < found[:, 1].max() < 0.6


@pytest.mark.parametrize("seed", [3, 7, 1])
def test_other_starts_lie_outside_the_bounds_of_the_start(seed):
    """K data points as means, a split of sorted points, and the scatter of all points over n / K are refused."""
    x, rng = paths.dataset(seed, 980)[0], np.random.default_rng(seed)
    mean, every = x.mean(axis=0), np.cov(x, rowvar=False, bias=True)
    points = [start_statistics(x, x[rng.choice(980, 4, replace=False)], np.stack([every] * 4))[0] for _ in range(100)]
    by_height = moments(np.array_split(x[np.argsort(x[:, 1])], 4))
    right = moments(np.array_split(x[rng.permutation(980)], 4))

    assert np.median(points) > 300
    assert start_statistics(x, *by_height)[0] > 300
    assert start_statistics(x, right[0], np.stack([4 * every] * 4))[1] == pytest.approx(3, abs=0.05)
    assert start_statistics(x, np.stack([mean] * 4), np.stack([every] * 4)) == pytest.approx((0, 0), abs=1e-9)


def test_the_chance_that_2d_states_is_that_of_chi_square():
    """Four means, each beyond 60 with the tail of chi-square with two degrees of freedom, stay within BY_CHANCE."""
    assert 4 * np.exp(-60 / 2) < test_2d.BY_CHANCE
