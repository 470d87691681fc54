"""Part 3d: the reference class against scipy and the exact laws; the adapter against students' habits."""

import contextlib
import os
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from reference.cs229_ps3 import lgm, moments
from reference.cs229_ps3.adapters import lgm as adapter
from tests.properties.cs229_ps3.draw_lgm import make_model, noise_level

SEEDS = range(6)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Every test works in a folder of its own, as a worker does."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def student(**methods):
    """A student's module whose class is the reference's, with these methods instead."""
    return SimpleNamespace(LinearGaussianModel=type("LinearGaussianModel", (lgm.LinearGaussianModel,), methods))


@pytest.mark.parametrize("seed", SEEDS)
def test_log_likelihood_matches_scipy(seed):
    """The class read from files gives scipy's log density, for d above and below m."""
    rng = np.random.default_rng(seed)
    (W, b, gamma), x = make_model(rng, int(rng.integers(2, 9)), int(rng.integers(2, 6)), noise_level(rng, 0.1, 2))

    wanted = multivariate_normal(b, W @ W.T + gamma**2 * np.eye(len(b))).logpdf(x)

    assert adapter.log_likelihood(lgm, W, b, gamma, x) == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("gamma", [0.2, 20.0])
def test_log_likelihood_survives_tiny_densities(gamma):
    """In 300 dimensions the value is scipy's, while the density as a float is 0."""
    rng = np.random.default_rng(5)
    (W, b, _), x = make_model(rng, 300, 4, gamma)
    x = b + 2.5 * (x - b)
    law = multivariate_normal(b, W @ W.T + gamma**2 * np.eye(300))

    assert law.pdf(x) == 0
    assert adapter.log_likelihood(lgm, W, b, gamma, x) == pytest.approx(law.logpdf(x), rel=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_elbo_is_exact_when_nothing_is_random(seed):
    """With W = 0, or a spread of e^-20, one draw gives the exact bound."""
    W, b, gamma, x, qm, qr = moments.elbo_instance(seed)
    still = np.full_like(qr, -20.0)

    free = adapter.elbo(lgm, 0 * W, b, gamma, x, qm, qr, 1, seed)
    tight = adapter.elbo(lgm, W, b, gamma, x, qm, still, 1, seed)

    assert free == pytest.approx(moments.exact_elbo(0 * W, b, gamma, x, qm, qr), rel=1e-12)
    assert tight == pytest.approx(moments.exact_elbo(W, b, gamma, x, qm, still), rel=1e-7)


@pytest.mark.parametrize("seed", SEEDS)
def test_elbo_is_an_average_of_draws(seed):
    """400 calls with 64 samples have the exact mean within 5 standard errors, the exact variance within a quarter."""
    case = moments.elbo_instance(seed)
    values = np.array(adapter.elbo_many(lgm, *case, 64, 400, seed))
    variance = moments.draw_variance(*case) / 64

    assert values.mean() == pytest.approx(moments.exact_elbo(*case), abs=5 * np.sqrt(variance / 400))
    assert values.var() == pytest.approx(variance, rel=0.25)


@pytest.mark.parametrize("seed", SEEDS)
def test_sgvb_follows_the_recursions_when_nothing_is_random(seed):
    """With W = 0, or a spread of e^-20, 50 steps end where the recursions do; no step returns the start."""
    W, b, gamma, x, qm, qr = moments.step_instance(seed)
    still = np.full_like(qr, -20.0)

    free = adapter.sgvb(lgm, 0 * W, b, gamma, x, qm, qr, 3, 50, 0.01, seed)
    tight = adapter.sgvb(lgm, W, b, gamma, x, qm, still, 3, 50, 0.01, seed)
    start = adapter.sgvb(lgm, W, b, gamma, x, qm, qr, 3, 0, 0.01, seed)

    assert_pair(free, moments.follow_without_weights(qm, qr, 0.01, 50), 1e-13)
    assert_pair(tight, moments.follow_without_noise(W, b, gamma, x, qm, still, 0.01, 50), 1e-7)
    assert_pair(start, (qm, qr), 0)


def assert_pair(pair, wanted, atol):
    """Two columns equal two vectors."""
    for column, vector in zip(pair, wanted, strict=True):
        np.testing.assert_allclose(column, vector[:, None], rtol=0, atol=atol)


@pytest.mark.parametrize("seed", SEEDS)
def test_sgvb_steps_along_the_mean_gradient(seed):
    """20 steps with 2000 samples average to the exact gradient."""
    case = moments.step_instance(seed)
    ends = adapter.sgvb_many(lgm, *case, 2000, 1, 0.001, 20, seed)
    steps = (np.array(ends).reshape(20, -1) - np.concatenate(case[4:])) / 0.001
    gap = steps.mean(axis=0) - moments.step_mean(*case)

    assert gap @ np.linalg.solve(moments.step_covariance(*case) / 40_000, gap) < 40


@pytest.mark.parametrize("number", [1, 2])
def test_experiment_prints_three_right_numbers(number, folder, capsys):
    """The script's numbers are the likelihood, a bound within 7.5 deviations, and one near the best."""
    for name, text in moments.shipped_files().items():
        (folder / name).write_text(text)
    np.random.seed(229)
    lgm.experiment(number)
    evidence, first, last = (float(line.split()[-1]) for line in capsys.readouterr().out.splitlines())
    model, zeros = moments.shipped(number), np.zeros(4)
    deviation = np.sqrt(moments.draw_variance(*model, zeros, zeros) / 10_000)

    assert evidence == pytest.approx(moments.log_likelihood(*model), abs=6e-5)
    assert first == pytest.approx(moments.exact_elbo(*model, zeros, zeros), abs=7.5 * deviation)
    assert moments.flow_elbo(*model, 1.0) - 1.0 <= last <= moments.best_elbo(*model) + 0.25


def test_deviation_of_the_initial_bound_is_the_known_one():
    """At q = N(0, I) an estimate from 10 000 draws has standard deviation 2.04 and 4.02."""
    zeros = np.zeros(4)
    found = [np.sqrt(moments.draw_variance(*moments.shipped(number), zeros, zeros) / 10_000) for number in (1, 2)]

    np.testing.assert_allclose(found, [2.04, 4.02], atol=0.006)


class TestAdapter:
    """What the adapter promises to students' code."""

    CASE = moments.elbo_instance(1)

    def test_every_call_gets_fresh_columns(self):
        """Overwriting the arguments changes neither later calls nor earlier results."""

        def spoiling(self, x, qm, qr, num_samples, num_iter, lr):
            assert x.shape == (self.d, 1)
            assert qm.shape == qr.shape == (self.m, 1)
            qm += 1
            qr -= 1
            x *= np.nan
            return qm, qr

        ends = adapter.sgvb_many(student(sgvb=spoiling), *self.CASE, 1, 1, 0.1, 3, 0)

        for qm, qr in ends:
            np.testing.assert_allclose([qm[:, 0], qr[:, 0]], [self.CASE[4] + 1, self.CASE[5] - 1])

    def test_one_array_returned_again_and_again_is_copied(self):
        """A program that hands out the same array every time does not change what it returned before."""
        kept = np.zeros((len(self.CASE[4]), 1))

        def reusing(self, x, qm, qr, num_samples, num_iter, lr):
            kept[:] = kept + 1
            return [kept, kept]

        ends = adapter.sgvb_many(student(sgvb=reusing), *self.CASE, 1, 1, 0.1, 3, 0)

        assert [end[0][0, 0] for end in ends] == [1, 2, 3]

    @pytest.mark.parametrize("value", [-3.5, np.float64(-3.5), np.array(-3.5), np.array([[-3.5]])], ids=repr)
    def test_one_number_counts_in_any_dress(self, value):
        """A float, a 0-d array and an array with one entry come back as the number."""
        found = adapter.elbo(student(elbo=lambda self, x, qm, qr, n: value), *self.CASE, 5, 0)

        assert found == -3.5
        assert isinstance(found, float)

    @pytest.mark.parametrize("value", [None, "text", (1.0, 2.0), np.zeros(3)])
    def test_other_values_come_back_as_they_are(self, value):
        """What is not one number is left to the property to name."""
        found = adapter.elbo(student(elbo=lambda self, x, qm, qr, n: value), *self.CASE, 5, 0)

        assert np.array_equal(found, value)

    def test_an_array_with_two_rows_is_a_pair(self):
        """np.array([qm, qr]) unpacks like a pair and counts as one."""
        stacked = student(sgvb=lambda self, x, qm, qr, n, steps, lr: np.array([qm, qr]))

        assert_pair(adapter.sgvb(stacked, *self.CASE, 1, 1, 0.1, 0), self.CASE[4:], 0)

    def test_calls_differ_and_repeat(self):
        """Each call has a seed of its own, and the same seeds give the same results."""
        first, again = (adapter.elbo_many(lgm, *self.CASE, 5, 10, 3) for _ in range(2))

        assert first == again
        assert len(set(first)) == 10

    def test_the_model_is_read_bit_for_bit(self):
        """W, b and gamma reach the class exactly, through files in the working folder."""
        W, b, gamma, x, *_ = self.CASE
        W, b = W / 3, b / 3
        seen = {}

        def looking(self, x):
            seen.update(W=self.W, b=self.b, gamma=self.gamma)
            return 0.0

        adapter.log_likelihood(student(log_likelihood=looking), W, b, gamma, x)

        np.testing.assert_array_equal(seen["W"], W)
        np.testing.assert_array_equal(seen["b"], b[:, None])
        assert seen["gamma"] == gamma

    def test_nothing_stays_behind(self, folder):
        """After a call, also one that raises, the working folder is what it was and holds no new file."""
        for method in (lambda self, x: 0.0, lambda self, x: 1 / 0):
            with contextlib.suppress(ZeroDivisionError):
                adapter.log_likelihood(student(log_likelihood=method), *self.CASE[:4])

            assert os.getcwd() == str(folder)
            assert os.listdir(folder) == []

    def test_what_is_missing_is_named(self):
        """Without the class or the method the adapter says so in a sentence."""
        with pytest.raises(LookupError, match="no class LinearGaussianModel"):
            adapter.log_likelihood(SimpleNamespace(), *self.CASE[:4])
        with pytest.raises(LookupError, match="no method sgvb"):
            adapter.sgvb(student(sgvb=None), *self.CASE, 1, 1, 0.1, 0)
