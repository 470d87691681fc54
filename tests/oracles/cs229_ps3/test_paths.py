"""paths.py of cs229-ps3: on its instances right programs follow the path of EM and every known mistake leaves it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import multivariate_normal

from reference.cs229_ps3 import paths
from tests.properties.cs229_ps3.draw_em import CHECKPOINTS, EARLY, EARLY_INSTANCES, ON_PATH, STOP_INSTANCES, nearest

ALPHA = 20.0
EPS = 1e-3
PARTS = {"2d": False, "2e": True}


# --- a second implementation, with exchangeable pieces ---------------------------------------------------------------


def joint(x, phi, mu, sigma, *, half=0.5, det=0.5, inverse=np.linalg.inv):
    """log phi_j N(x_i; mu_j, sigma_j), (n, k)."""
    gap = x[:, None, :] - mu
    form = np.einsum("ijd,jde,ije->ij", gap, inverse(sigma), gap)
    return np.log(phi) - det * np.log(np.linalg.det(sigma)) - half * form - np.log(2 * np.pi)


def posterior(scores):
    """Rows of exp(scores), each summing to 1."""
    return np.exp(scores - logsumexp(scores, axis=1, keepdims=True))


def e_step(x, theta, **options):
    """The E-step, or one with options of `joint`."""
    return posterior(joint(x, *theta, **options))


def scatter(weights, points, mu):
    """Sum_i weights_ij (points_i - mu_j)(points_i - mu_j)', (k, d, d)."""
    gap = points[:, None, :] - mu
    return np.einsum("ij,ijd,ije->jde", weights, gap, gap)


def m_step(w, x, x_tilde, z_tilde, old, first, alpha=ALPHA):
    """The M-step; `old` are the parameters before it, `first` those at the start of the run."""
    points, weights, _ = stacked(w, x, x_tilde, z_tilde, alpha)
    count = weights.sum(axis=0)
    mu = weights.T @ points / count[:, None]
    return count / count.sum(), mu, scatter(weights, points, mu) / count[:, None, None]


def stacked(w, x, x_tilde, z_tilde, alpha=ALPHA):
    """Points (n + m, d), their weights (n + m, k) and the indicators of the labels (m, k)."""
    one_hot = np.eye(w.shape[1])[z_tilde]
    return np.concatenate([x, x_tilde]), np.concatenate([w, alpha * one_hot]), one_hot


def pairs(x_tilde, z_tilde, theta):
    """log p(x_tilde_i, z_tilde_i), (m,)."""
    return joint(x_tilde, *theta)[np.arange(len(z_tilde)), z_tilde]


def marginal(x, theta):
    """log p(x_i), (n,)."""
    return logsumexp(joint(x, *theta), axis=1)


def objective(x, x_tilde, z_tilde, w, new, old):
    """The objective after an M-step from `old` to `new`."""
    return marginal(x, new).sum() + ALPHA * pairs(x_tilde, z_tilde, new).sum()


@dataclass(frozen=True)
class Program:
    """EM with pieces that may be replaced by wrong or by other right ones."""

    e: Callable[..., Any] = e_step
    m: Callable[..., Any] = m_step
    objective: Callable[..., Any] = objective
    m_first: bool = False
    objective_first: bool = False  # taken between E-step and M-step
    recomputes: bool = False  # returns w at the final parameters
    restart: int | None = None  # ignores the start it is given
    eps: float = EPS
    shown: Callable[..., Any] = lambda w: w

    def runs(self, begin, limit, *, stops):
        """What it returns after 1, 2, ... iterations, up to its stop when `stops`, else up to `limit`."""
        x, x_tilde, z_tilde, w, *theta = six(begin)
        if self.restart is not None:
            theta = paths.start(0, self.restart, len(x), False)[2:]
        first, found, previous = theta, [], None
        with np.errstate(all="ignore"):
            for _ in range(limit):
                old = theta
                if self.m_first:
                    theta = self.m(w, x, x_tilde, z_tilde, old, first)
                    w = self.e(x, theta)
                else:
                    w = self.e(x, old)
                    theta = self.m(w, x, x_tilde, z_tilde, old, first)
                found.append(self.shown(self.e(x, theta) if self.recomputes else w))
                value = self.objective(x, x_tilde, z_tilde, w, old if self.objective_first else theta, old)
                if stops and previous is not None and not abs(value - previous) >= self.eps:
                    break
                previous = value
        return found


def six(begin):
    """The arguments of either run function as x, x_tilde, z_tilde, w, phi, mu, sigma."""
    return begin if len(begin) == 7 else (begin[0], begin[0][:0], np.zeros(0, dtype=np.int64), *begin[1:])


# --- wrong pieces: names in brackets are those of the collection of real mistakes ------------------------------------


def changed(change):
    """An M-step with phi, mu, sigma put through change(phi, mu, sigma, count, points, weights, old)."""

    def wrong(w, x, x_tilde, z_tilde, old, first):
        points, weights, _ = stacked(w, x, x_tilde, z_tilde)
        right = m_step(w, x, x_tilde, z_tilde, old, first)
        return change(*right, weights.sum(axis=0), points, weights, old)

    return wrong


def about(mu):
    """A step to these means and the covariances about them, given everything else is right."""
    return lambda phi, _, s, count, points, weights, old: (
        phi,
        mu(count, points, weights),
        scatter(weights, points, mu(count, points, weights)) / count[:, None, None],
    )


def semi_step(make):
    """An M-step from make(one_hot, w, x, x_tilde, labels) -> (count, sum of points, scatter about mu as a function)."""

    def wrong(w, x, x_tilde, z_tilde, old, first):
        _, _, one_hot = stacked(w, x, x_tilde, z_tilde)
        count, total, spread = make(one_hot, w, x, x_tilde, first)
        mu = total / count[:, None]
        return count / count.sum(), mu, spread(mu) / count[:, None, None]

    return wrong


def halves(a, b):
    """(count, total, scatter) when labelled points count a in sums of points and b in the scatter."""
    return lambda h, w, x, t, first: (
        w.sum(0) + ALPHA * h.sum(0),
        w.T @ x + a * h.T @ t,
        lambda mu: scatter(w, x, mu) + b * scatter(h, t, mu),
    )


def as_unlabelled(w, x, x_tilde, z_tilde, old, first):
    """Labelled points get responsibilities like all others."""
    points, weights = np.concatenate([x, x_tilde]), np.concatenate([w, ALPHA * e_step(x_tilde, old)])
    count = weights.sum(axis=0)
    mu = weights.T @ points / count[:, None]
    return count / count.sum(), mu, scatter(weights, points, mu) / count[:, None, None]


def relabelled(shift):
    """The M-step with labels moved by shift."""
    return lambda w, x, t, z, old, first: m_step(w, x, t, (z + shift) % 4, old, first)


def misplaced_exponent(x, theta):
    """exp(-1/2) times the quadratic form (M5)."""
    form = -2 * (joint(x, *theta) - joint(x, *theta, half=0.0))
    density = theta[0] * form / np.sqrt(np.linalg.det(theta[2]))
    return density / density.sum(axis=1, keepdims=True)


def hard(x, theta):
    """Responsibilities rounded to the largest."""
    return np.eye(4)[joint(x, *theta).argmax(axis=1)]


def padded(x, theta):
    """Joint densities padded by 1e-10 before they are normalised (S10)."""
    density = np.exp(joint(x, *theta)) + 1e-10
    return density / density.sum(axis=1, keepdims=True)


def spoilt(ridge):
    """The M-step with a ridge on the covariances (M10)."""
    return changed(lambda phi, mu, s, *_: (phi, mu, s + ridge * np.eye(2)))


WRONG_STEPS = {
    "M-step before the first E-step (M6)": Program(m_first=True),
    "no one half": Program(e=lambda x, t: e_step(x, t, half=1.0)),
    "no determinant": Program(e=lambda x, t: e_step(x, t, det=0.0)),
    "determinant, not its root (M2)": Program(e=lambda x, t: e_step(x, t, det=1.0)),
    "determinant of the inverse (M3)": Program(e=lambda x, t: e_step(x, t, det=-1.0)),
    "no weights": Program(e=lambda x, t: posterior(joint(x, *t) - np.log(t[0]))),
    "misplaced exponent (M5)": Program(e=misplaced_exponent),
    "hard E-step": Program(e=hard),
    "returns one-hot rows": Program(shown=lambda w: np.eye(4)[w.argmax(axis=1)]),
    "own start": Program(restart=99),
    "covariance about the old means (M1)": Program(
        m=changed(lambda phi, mu, s, n, p, r, old: (phi, mu, scatter(r, p, old[1]) / n[:, None, None]))
    ),
    "Bessel": Program(m=changed(lambda phi, mu, s, n, *_: (phi, mu, s * (n / (n - 1))[:, None, None]))),
    "diagonal covariances": Program(m=changed(lambda phi, mu, s, *_: (phi, mu, s * np.eye(2)))),
    "one covariance for all": Program(
        m=changed(lambda phi, mu, s, *_: (phi, mu, np.tile(np.einsum("j,jde->de", phi, s), (4, 1, 1))))
    ),
    "sum without axis (M4)": Program(
        m=changed(about(lambda n, p, r: np.tile((r.T @ p).sum(axis=1)[:, None] / n[:, None], 2)))
    ),
}
WRONG_SEMI_STEPS = {
    "alpha 1": Program(m=lambda *a: m_step(*a, alpha=1.0)),
    "alpha squared": Program(m=lambda *a: m_step(*a, alpha=ALPHA**2)),
    "labelled points as unlabelled": Program(m=as_unlabelled),
    "labels one too high": Program(m=relabelled(1)),
    "labels one too low (S6)": Program(m=relabelled(-1)),
    "phi from unlabelled points (S1)": Program(
        m=lambda w, *a: (w.mean(axis=0), *m_step(w, *a)[1:]),
    ),
    "covariance from unlabelled points": Program(
        m=lambda w, x, *a: (
            *m_step(w, x, *a)[:2],
            scatter(w, x, m_step(w, x, *a)[1]) / w.sum(axis=0)[:, None, None],
        )
    ),
    "alpha missing in the scatter (S2)": Program(m=semi_step(halves(ALPHA, 1.0))),
    "alpha missing in the means": Program(m=semi_step(halves(1.0, ALPHA))),
    "all labelled points in every denominator (S3)": Program(
        m=semi_step(lambda h, *a: (a[0].sum(0) + ALPHA * len(h), *halves(ALPHA, ALPHA)(h, *a)[1:]))
    ),
    "labelled sum without axis (S4)": Program(
        m=semi_step(
            lambda h, w, x, t, first: (
                w.sum(0) + ALPHA * h.sum(0),
                w.T @ x + ALPHA * (h.T @ t).sum(axis=1, keepdims=True),
                lambda mu: scatter(w, x, mu) + ALPHA * scatter(h, t, mu),
            )
        )
    ),
    "phi n for the count (S5)": Program(
        m=semi_step(
            lambda h, w, *a: (
                (w.sum(0) + ALPHA * h.sum(0)) / (len(w) + ALPHA * len(h)) * len(w) + ALPHA * h.sum(0),
                *halves(ALPHA, ALPHA)(h, w, *a)[1:],
            )
        )
    ),
    "labelled scatter about the first means (S7)": Program(
        m=semi_step(
            lambda h, w, x, t, first: (
                w.sum(0) + ALPHA * h.sum(0),
                w.T @ x + ALPHA * h.T @ t,
                lambda mu: scatter(w, x, mu) + ALPHA * scatter(h, t, first[1]),
            )
        )
    ),
    "labelled scatter once for every point (S8)": Program(m=semi_step(halves(ALPHA, ALPHA * paths.EARLY_N))),
    "means as booleans (S9)": Program(
        m=changed(about(lambda n, p, r: (r.T @ p > 0) / n[:, None])),
    ),
}
RIGHT = {
    "this one": Program(),
    "pseudo-inverse": Program(e=lambda x, t: e_step(x, t, inverse=np.linalg.pinv)),
    "ridge of 1e-6 (M10)": Program(m=spoilt(1e-6)),
    "objective before the M-step": Program(objective_first=True),
    "w at the final parameters": Program(recomputes=True),
    "both": Program(objective_first=True, recomputes=True),
    "phi not divided (M8)": Program(m=changed(lambda phi, mu, s, n, *_: (n, mu, s))),
    "floor under the row sums (M9)": Program(
        e=lambda x, t: np.exp(joint(x, *t)) / np.maximum(np.exp(joint(x, *t)).sum(1, keepdims=True), 1e-300)
    ),
    "bound with the current w": Program(
        objective=lambda x, t, z, w, new, old: (
            np.nansum(w * (joint(x, *new) - np.log(w))) + ALPHA * pairs(t, z, new).sum()
        )
    ),
    "densities of the old, phi of the new parameters (L4)": Program(
        objective=lambda x, t, z, w, new, old: objective(x, t, z, w, (new[0], *old[1:]), old)
    ),
}


def running(x, theta):
    """log of the running sum over all joint entries up to each row (L3)."""
    return np.log(np.cumsum(np.exp(joint(x, *theta)).ravel()).reshape(-1, 4)[:, -1])


def shrunk(theta):
    """phi multiplied onto the covariances (L9)."""
    return np.ones(4), theta[1], theta[2] * theta[0][:, None, None]


WRONG_STOPS = {
    "averaged": lambda x, t, z, w, new, old: objective(x, t, z, w, new, old) / len(x),
    "no inner sum (L1)": lambda x, t, z, w, new, old: joint(x, *new).sum() + ALPHA * pairs(t, z, new).sum(),
    "of normalised w (L2)": lambda x, t, z, w, new, old: np.log(w.sum(axis=1)).sum(),
    "running sum (L3)": lambda x, t, z, w, new, old: running(x, new).sum() + ALPHA * pairs(t, z, new).sum(),
    "phi on the covariance (L9)": lambda x, t, z, w, new, old: objective(x, t, z, w, shrunk(new), old),
    "sigma for its inverse (L11)": lambda x, t, z, w, new, old: (
        logsumexp(joint(x, *new, inverse=lambda s: s), axis=1).sum() + ALPHA * pairs(t, z, new).sum()
    ),
    "0 log 0 in the bound (L18)": lambda x, t, z, w, new, old: (
        (w * (joint(x, *new) - np.log(w))).sum() + ALPHA * pairs(t, z, new).sum()
    ),
}
WRONG_UNSUPERVISED_STOPS = {
    "phi for log phi (L8)": lambda x, t, z, w, new, old: logsumexp(
        joint(x, *new) - np.log(new[0]) + new[0], axis=1
    ).sum(),
}
WRONG_SEMI_STOPS = {
    "alpha missing": lambda x, t, z, w, new, old: marginal(x, new).sum() + pairs(t, z, new).sum(),
    "no labelled term (L5)": lambda x, t, z, w, new, old: marginal(x, new).sum(),
    "labelled marginal (L6)": lambda x, t, z, w, new, old: marginal(x, new).sum() + ALPHA * marginal(t, new).sum(),
    "alpha in the logarithm (L7)": lambda x, t, z, w, new, old: (
        marginal(x, new).sum() + (np.log(ALPHA) + pairs(t, z, new)).sum()
    ),
    "phi for log phi (L8)": lambda x, t, z, w, new, old: (
        marginal(x, new).sum() + ALPHA * (pairs(t, z, new) - np.log(new[0][z]) + new[0][z]).sum()
    ),
    "dot product (L10)": lambda x, t, z, w, new, old: (
        marginal(x, new).sum() + ALPHA * np.log(np.exp(pairs(t, z, new)).sum())
    ),
    "summed over all classes (L12)": lambda x, t, z, w, new, old: marginal(x, new).sum() + ALPHA * joint(t, *new).sum(),
}


@cache
def early_case(instance, semi):
    """Arguments and path of an early instance."""
    return paths.early_start(instance, semi), paths.early_path(instance, semi)


@cache
def stop_case(instance, semi):
    """Arguments, rows, path and stop of an instance for a full run."""
    return paths.stop_start(instance, semi), *paths.stop_path(instance, semi)


def early_gap(program, instance, semi, *, stops=False):
    """The distance of a program's runs from the path, as the property early_path measures it."""
    begin, path = early_case(instance, semi)
    try:
        found = program.runs(begin, max(CHECKPOINTS), stops=stops)
    except np.linalg.LinAlgError:
        return np.inf
    runs = [found[min(m, len(found)) - 1] for m in CHECKPOINTS]
    gaps = [[np.abs(w - path[m - 1 + o]).max() for o in (0, 1)] for m, w in zip(CHECKPOINTS, runs, strict=True)]
    return np.nan_to_num(np.max(gaps, axis=0), nan=np.inf).min()


def stop(program, instance, semi):
    """How many iterations too late a full run ends, and how far from the path, as the properties measure it."""
    begin, rows, path, last = stop_case(instance, semi)
    w = program.runs(begin, len(path), stops=True)[-1]
    index, gap = nearest(w[rows], path)
    return index - last, gap


def cases(*pools):
    """(part, name) for the programs of the pools that belong to a part."""
    both, unsupervised, semi = pools
    return [("2d", n) for n in {**both, **unsupervised}] + [("2e", n) for n in {**both, **semi}]


# --- the instances ---------------------------------------------------------------------------------------------------


def test_strategies_know_the_lists():
    """The strategies draw every instance, and none is listed twice."""
    assert len(set(paths.EARLY)) == EARLY_INSTANCES
    assert len(set(paths.STOP)) == len(set(paths.STOP_SEMI)) == STOP_INSTANCES


@pytest.mark.parametrize(("part", "name"), cases(WRONG_STEPS, {}, WRONG_SEMI_STEPS))
def test_wrong_steps_leave_the_path_early(part, name):
    """On every instance a wrong step is three tolerances or more away within five iterations."""
    program = {**WRONG_STEPS, **WRONG_SEMI_STEPS}[name]
    assert min(early_gap(program, i, PARTS[part]) for i in range(EARLY_INSTANCES)) > 3 * EARLY.atol


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("name", RIGHT)
def test_right_steps_follow_the_path(part, name):
    """On every instance a right program is on the path after five iterations, its own stopping rule included."""
    worst = max(early_gap(RIGHT[name], i, PARTS[part], stops=True) for i in range(EARLY_INSTANCES))
    assert worst < (EARLY.atol / 2 if "ridge" in name else 1e-9)


@pytest.mark.parametrize("part", PARTS)
def test_padding_does_not_matter_early(part):
    """On every early instance a joint padded by 1e-10 (S10) is within the tolerance: no verdict is luck."""
    assert max(early_gap(Program(e=padded), i, PARTS[part]) for i in range(EARLY_INSTANCES)) < EARLY.atol / 2


@pytest.mark.parametrize(("part", "name"), cases(WRONG_STOPS, WRONG_UNSUPERVISED_STOPS, WRONG_SEMI_STOPS))
def test_wrong_objectives_stop_elsewhere(part, name):
    """On every instance a wrong objective stops 3 or more iterations away, which no offset of a right program hides."""
    pool = WRONG_STOPS | (WRONG_SEMI_STOPS if PARTS[part] else WRONG_UNSUPERVISED_STOPS)
    found = [stop(Program(objective=pool[name]), i, PARTS[part]) for i in range(STOP_INSTANCES)]
    assert min(abs(late) for late, _ in found) >= 3


@pytest.mark.parametrize(
    ("part", "name"),
    [case for case in cases(WRONG_STOPS, WRONG_UNSUPERVISED_STOPS, WRONG_SEMI_STOPS) if "(L2)" not in case[1]],
)
def test_wrong_objectives_do_not_cost_the_early_path(part, name):
    """On every early instance all wrong objectives but the constant one go on for five iterations."""
    pool = WRONG_STOPS | (WRONG_SEMI_STOPS if PARTS[part] else WRONG_UNSUPERVISED_STOPS)
    program = Program(objective=pool[name])
    assert max(early_gap(program, i, PARTS[part], stops=True) for i in range(EARLY_INSTANCES)) < 1e-9


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("name", RIGHT)
def test_right_programs_stop_where_they_may(part, name):
    """On every instance a right program stops 0, 1 or 2 iterations late, at a point of the path."""
    found = [stop(RIGHT[name], i, PARTS[part]) for i in range(STOP_INSTANCES)]
    assert {late for late, _ in found} <= {0, 1, 2}
    assert max(gap for _, gap in found) < (ON_PATH / 2 if "ridge" in name else 1e-9)


@pytest.mark.parametrize("part", PARTS)
def test_late_runs_end_near_the_kept_path(part):
    """On every instance w stays near the kept points for 400 iterations: a late stop costs only the stop."""
    for i in range(STOP_INSTANCES):
        begin, rows, path, _ = stop_case(i, PARTS[part])
        later = Program().runs(begin, len(path) + 400, stops=False)[len(path) :: 10]
        assert max(nearest(w[rows], path)[1] for w in later) < ON_PATH / 2


def test_labelled_marginal_stops_late():
    """On every semi-supervised instance the labelled marginal in the objective moves the stop by +3 or more (L6)."""
    program = Program(objective=WRONG_SEMI_STOPS["labelled marginal (L6)"])
    assert min(stop(program, i, True)[0] for i in range(STOP_INSTANCES)) >= 3


def test_padding_shows_at_the_end():
    """On every semi-supervised instance a joint padded by 1e-10 (S10) ends off the path."""
    assert min(stop(Program(e=padded), i, True)[1] for i in range(STOP_INSTANCES)) > 2 * ON_PATH


@pytest.mark.parametrize("part", PARTS)
def test_the_stop_is_not_a_close_call(part):
    """The last change of the objective is 5 % below EPS, all others are 5 % above; neighbours on the path differ."""
    semi = PARTS[part]
    for i in range(STOP_INSTANCES):
        values = []

        def noted(*args, values=values):
            values.append(objective(*args))
            return values[-1]

        begin, rows, path, last = stop_case(i, semi)
        Program(objective=noted).runs(begin, 1000, stops=True)
        change = np.abs(np.diff(values))
        assert change[-1] < 0.95 * EPS
        assert change[:-1].min() > 1.05 * EPS
        assert len(rows) == len(set(rows)) == paths.STOP_ROWS
        assert last + 1 == len(values)
        assert np.abs(np.diff(path, axis=0)).max(axis=(1, 2))[last - 1 : last + 3].min() > 1e-4


def test_data_has_the_law_it_claims():
    """The mean log density of many points is the negative entropy of the mixture within 5 standard errors."""
    x, x_tilde, z_tilde = paths.dataset(5, 20_000)
    rng = np.random.default_rng(0)
    z = rng.choice(4, 20_000, p=paths.WEIGHTS)
    own = np.stack([rng.multivariate_normal(paths.CENTRES[j], paths.COVARIANCES[j]) for j in z])
    theta = np.array(paths.WEIGHTS), paths.CENTRES, paths.COVARIANCES
    a, b = marginal(x, theta), marginal(own, theta)
    assert abs(a.mean() - b.mean()) < 5 * np.sqrt(a.var() / len(a) + b.var() / len(b))
    assert np.abs(x.mean(axis=0) - own.mean(axis=0)).max() < 5 * np.sqrt(2 * own.var(axis=0).max() / len(x))
    assert np.bincount(z_tilde).tolist() == [paths.LABELLED] * 4
    for j in range(4):
        gap = x_tilde[z_tilde == j] - paths.CENTRES[j]
        assert np.einsum("id,de,ie->i", gap, np.linalg.inv(paths.COVARIANCES[j]), gap).max() < 20
    assert (x * 2**20 == np.rint(x * 2**20)).all()


@pytest.mark.parametrize("data", [7, 1])
def test_private_data_have_one_optimum(data):
    """Semi-supervised EM finds the same clusters of the private data from ten random splits."""
    wanted = paths.clusters(data, 0)
    assert np.bincount(wanted, minlength=4).min() > 100
    for split in range(1, 11):
        assert (paths.clusters(data, split) == wanted).mean() > 0.995


def test_density_agrees_with_scipy():
    """The second implementation's joint density is scipy's."""
    x, _, phi, mu, sigma = paths.start(3, 0, 50, False)
    wanted = [np.log(p) + multivariate_normal(m, s).logpdf(x) for p, m, s in zip(phi, mu, sigma, strict=True)]
    assert np.abs(joint(x, phi, mu, sigma) - np.stack(wanted, axis=1)).max() < 1e-12
