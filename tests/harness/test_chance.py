"""The statistical tests of the kit: right programs pass, a named wrong sampler fails, odd values fail in words."""

import numpy as np
import pytest
from scipy.stats import chi2, norm

from autograder.errors import CheckFailed
from autograder.kit import assert_covariance_distance, assert_mean, assert_variance
from autograder.kit.chance import distance_chance, mean_chance, variance_chance

REPEATS = 2000


def draws(calls, samples, seed, scale=1.0):
    """Averages of `samples` draws from N(1, scale^2), a row of `calls` for each repeat."""
    return 1 + scale / np.sqrt(samples) * np.random.default_rng(seed).standard_normal((REPEATS, calls))


def rejected(check, rows):
    """The share of rows that a check rejects."""
    return np.mean([fails(check, row) for row in rows])


def fails(check, row):
    """Whether the check rejects these values."""
    try:
        check(row)
    except CheckFailed as failure:
        return failure.verdict == "wrong"
    return False


class TestMean:
    """S-Z."""

    @pytest.mark.parametrize("limit", [1.0, 2.0, 3.0])
    def test_false_rejections_have_the_stated_rate(self, limit):
        """At small limits, where it can be counted, the rate under the claim is the Gaussian tail's."""
        rate = rejected(lambda row: assert_mean(row, 1.0, 1 / 50, what="v", limit=limit), draws(20, 50, 0))
        wanted = 2 * norm.sf(limit)

        assert rate == pytest.approx(wanted, abs=5 * np.sqrt(wanted / REPEATS))

    def test_right_programs_pass(self):
        """At the limit in use none of 2000 right programs is rejected; the Gaussian tail there is 6e-14."""
        assert rejected(lambda row: assert_mean(row, 1.0, 1 / 50, what="v"), draws(20, 50, 1)) == 0
        assert 2 * norm.sf(7.5) < 1e-13

    def test_a_biased_sampler_fails(self):
        """A mean that is off by 15 standard errors is always seen."""
        bias = 15 / np.sqrt(20 * 50)

        assert rejected(lambda row: assert_mean(row, 1.0 + bias, 1 / 50, what="v"), draws(20, 50, 2)) == 1

    def test_identical_values_count_once(self):
        """Twenty times the same value are judged like one draw: 5 deviations pass, 8 do not."""
        assert not fails(lambda v: assert_mean(v, 0.0, 1.0, what="v"), np.full(20, 5.0))
        assert fails(lambda v: assert_mean(v, 0.0, 1.0, what="v"), np.full(20, 8.0))


class TestVariance:
    """S-VAR."""

    def test_false_rejections_have_the_stated_rate(self):
        """With bounds narrow enough to count, the rate under the claim is that of chi-square."""
        low, high = 0.9, 1.1
        rate = rejected(lambda row: assert_variance(row, 1 / 64, what="v", low=low, high=high), draws(400, 64, 3))
        wanted = chi2.cdf(low * 399, 399) + chi2.sf(high * 399, 399)

        assert rate == pytest.approx(wanted, abs=5 * np.sqrt(wanted / REPEATS))

    def test_right_programs_pass(self):
        """At the bounds in use none of 2000 right programs is rejected; both tails are below 1e-17."""
        assert rejected(lambda row: assert_variance(row, 1 / 64, what="v"), draws(400, 64, 4)) == 0
        assert chi2.cdf(0.5 * 399, 399) + chi2.sf(1.8 * 399, 399) < 1e-17

    @pytest.mark.parametrize("samples", [1, 21, 192, 10_000])
    def test_another_number_of_samples_fails(self, samples):
        """A sampler that shares one draw, or averages a third or three times as many, is always seen."""
        assert rejected(lambda row: assert_variance(row, 1 / 64, what="v"), draws(400, samples, 5)) == 1

    def test_a_constant_fails(self):
        """The exact answer without any draw has no spread, and the message says so."""
        with pytest.raises(CheckFailed, match="repeated calls give the same value"):
            assert_variance(np.full(400, 2.0), 1.0, what="v")


class TestCovarianceDistance:
    """S-GRAD."""

    COVARIANCE = np.array([[2.0, 0.9, 0.0], [0.9, 1.0, -0.3], [0.0, -0.3, 0.5]])

    def rows(self, seed, mean=(0.0, 0.0, 0.0), covariance=COVARIANCE):
        """2000 repeats of 20 rows with this mean and covariance."""
        normal = np.random.default_rng(seed).standard_normal((REPEATS, 20, 3))
        return np.array(mean) + normal @ np.linalg.cholesky(covariance).T

    def rate(self, rows, limit=110.0):
        """The share of repeats rejected for mean 0 and COVARIANCE."""
        return rejected(
            lambda r: assert_covariance_distance(r, np.zeros(3), self.COVARIANCE, what="v", limit=limit), rows
        )

    @pytest.mark.parametrize("limit", [2.0, 6.0, 12.0])
    def test_false_rejections_have_the_stated_rate(self, limit):
        """At small limits the rate under the claim is the tail of chi-square with as many degrees of freedom."""
        wanted = chi2.sf(limit, 3)

        assert self.rate(self.rows(6), limit) == pytest.approx(wanted, abs=5 * np.sqrt(wanted / REPEATS))

    def test_right_programs_pass(self):
        """At the limit in use none of 2000 right programs is rejected; the tail for 8 coordinates is 4e-20."""
        assert self.rate(self.rows(7)) == 0
        assert chi2.sf(110, 8) < 1e-19

    def test_a_small_bias_against_the_correlation_fails(self):
        """A bias that no coordinate shows alone is seen where it goes against the correlation."""
        weakest = np.linalg.eigh(self.COVARIANCE)
        bias = weakest.eigenvectors[:, 0] * np.sqrt(weakest.eigenvalues[0] / 20) * 18

        assert self.rate(self.rows(8, mean=bias)) == 1

    def test_one_draw_shared_by_all_samples_fails(self):
        """Rows that spread 2000 times too far, as when one draw serves for all samples, are nearly always seen."""
        assert self.rate(self.rows(9, covariance=2000 * self.COVARIANCE)) > 0.99

    def test_identical_rows_count_once(self):
        """Twenty equal rows are judged like one draw."""
        row = np.tile([2.0, 1.0, 0.5], (20, 1))

        assert self.rate(row[None]) == 0
        assert self.rate(20 * row[None]) == 1


@pytest.mark.parametrize(
    "check",
    [
        lambda v: assert_mean(v, 0.0, 1.0, what="v"),
        lambda v: assert_variance(v, 1.0, what="v"),
        lambda v: assert_covariance_distance(v.reshape(-1, 2), np.zeros(2), np.eye(2), what="v"),
    ],
    ids=["mean", "variance", "covariance"],
)
@pytest.mark.parametrize(
    "values", [[1e308, 1e308, -1e308, 1.7e308], [np.nan, 1.0, 2.0, 3.0], [np.inf, 0.0, 1.0, 2.0]], ids=str
)
def test_overflow_and_nan_fail_without_a_warning(check, values):
    """Values beyond all bounds fail like wrong ones; warnings are errors here, so none is raised."""
    assert fails(check, np.array(values))


@pytest.mark.parametrize("p", [2, 4, 8])
def test_the_tail_of_the_distance_is_that_of_chi_square(p):
    """For even p the bound is the tail itself."""
    assert distance_chance(20.0, p) == pytest.approx(float(chi2.sf(20.0, p)))


def test_an_odd_distance_is_bounded_from_above():
    """For odd p the bound is that of one degree of freedom more."""
    assert float(chi2.sf(20.0, 5)) < distance_chance(20.0, 5) == distance_chance(20.0, 6)


@pytest.mark.parametrize(("low", "high", "count"), [(0.5, 1.8, 400), (0.8, 1.3, 100)])
def test_the_chance_of_a_variance_bounds_the_true_one(low, high, count):
    """Chernoff's bound lies above both tails of chi-square together."""
    n = count - 1

    assert variance_chance(low, high, count) >= chi2.cdf(low * n, n) + chi2.sf(high * n, n)


@pytest.mark.parametrize(("limit", "draws"), [(7.5, 20_000), (7.5, 40_000), (4.0, 500)])
def test_the_chance_of_a_mean_bounds_the_true_one(limit, draws):
    """For squares, the worst case, the bound lies above both tails, and not by more than a factor of 100."""
    width = limit * np.sqrt(2 * draws)
    true = chi2.sf(draws + width, draws) + chi2.cdf(draws - width, draws)

    assert true <= mean_chance(limit, draws) <= 100 * true
