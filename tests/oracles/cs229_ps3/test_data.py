"""The files that students get: the catalogue's numbers about the training table and the two models."""

import hashlib
import io

import numpy as np
import pytest

from reference.cs229_ps3 import data, gmm, lgm

TABLE = "src/semi_supervised_em/train.csv"
MODELS = "src/linear_gaussian"


@pytest.fixture(scope="module")
def files():
    """Every data file by path."""
    return data.files()


@pytest.fixture(scope="module")
def table(files):
    """The training table as numbers, without its header: x_1, x_2, z."""
    return np.loadtxt(io.StringIO(files[TABLE]), delimiter=",", skiprows=1)


@pytest.fixture
def model(files, tmp_path, monkeypatch):
    """Model 1 or 2 as the script makes it, with its observation."""
    for name in ("W1", "W2", "b", "x1", "x2"):
        (tmp_path / f"{name}.txt").write_text(files[f"{MODELS}/{name}.txt"])
    monkeypatch.chdir(tmp_path)
    return lambda number: (
        lgm.LinearGaussianModel(f"W{number}.txt"),
        np.loadtxt(f"x{number}.txt", delimiter=",").reshape(-1, 1),
    )


def make(seed):
    """The catalogue's recipe, written anew: 980 unlabelled points, then 5 labelled ones of each cluster."""
    rng = np.random.default_rng(seed)
    centres = np.array([(0, 0), (0.4, 0.6), (0, 1.2), (-0.9, 1.4)])
    covariances = [(0.015, -0.004, 0.025), (0.018, -0.005, 0.026), (0.038, 0.008, 0.032), (1.2, -0.15, 1.0)]
    roots = np.linalg.cholesky(np.array([[(a, b), (b, c)] for a, b, c in covariances]))

    def around(z):
        return centres[z] + np.einsum("nij,nj->ni", roots[z], rng.standard_normal((len(z), 2)))

    z = rng.choice(4, size=980, p=(0.22, 0.21, 0.22, 0.35))
    x = around(z)
    labels = np.repeat(np.arange(4), 5)
    return np.concatenate([x, around(labels)]), np.append(np.full(980, -1), labels)


def test_the_table_follows_the_recipe(table):
    """Seed 3 of the catalogue's generator, to the grid on which this project keeps data."""
    x, z = make(3)

    assert np.abs(table[:, :2] - x).max() <= 2.0**-21
    assert (table[:, 2] == z).all()


def test_numbers_come_back_to_the_bit(files, table):
    """17 digits say every bit: what is read is what was drawn."""
    x, x_tilde, _ = data.dataset(data.SEED, data.POINTS)

    assert (table[:, :2] == np.concatenate([x, x_tilde])).all()
    assert files[TABLE].startswith("x_1,x_2,z\n")


def test_the_students_loader_reads_the_table(files, tmp_path):
    """load_gmm_dataset of the template gives 1000 points and integer labels with one axis."""
    (tmp_path / "train.csv").write_text(files[TABLE])
    x, z = gmm.load_gmm_dataset(str(tmp_path / "train.csv"))

    assert x.shape == (1000, 2)
    assert z.dtype == np.int64
    assert np.bincount(z[z != gmm.UNLABELED]).tolist() == [5, 5, 5, 5]


def test_the_files_are_the_same_each_time(files):
    """Text for text; the digest stands here so that nobody changes a term's data by accident."""
    digest = hashlib.blake2b(repr(sorted(files.items())).encode(), digest_size=8).hexdigest()

    assert data.files() == files
    assert digest == "af8be3834bd55e74"


@pytest.mark.parametrize(("number", "wanted"), [(1, -5.563382), (2, -5.563384)])
def test_both_observations_are_equally_likely(model, number, wanted):
    """The log-likelihoods of the two models' observations, by the students' own class."""
    made, x = model(number)

    assert made.log_likelihood(x) == pytest.approx(wanted, abs=1e-6)


def test_the_models_have_the_same_marginal(model):
    """W1 W1' = W2 W2' up to the six digits that are written."""
    first, second = (model(number)[0].W for number in (1, 2))

    assert first.shape == second.shape == (8, 4)
    assert np.abs(first @ first.T - second @ second.T).max() < 2e-5


@pytest.mark.parametrize(("number", "diagonal", "gap"), [(1, (17, 26, 57.25, 226), 0.0), (2, (81.5625,) * 4, 1.02310)])
def test_the_posteriors_differ(model, number, diagonal, gap):
    """Precisions of the posterior, and how far the best factorised q stays below the log-likelihood."""
    W = model(number)[0].W
    precision = np.eye(4) + W.T @ W / 0.2**2

    assert np.diag(precision) == pytest.approx(diagonal, abs=5e-3)
    assert 0.5 * (np.log(np.diag(precision)).sum() - np.linalg.slogdet(precision)[1]) == pytest.approx(gap, abs=5e-6)
