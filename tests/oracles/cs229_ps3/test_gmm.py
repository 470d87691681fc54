"""gmm.py of cs229-ps3 against torch and plain loops, its script, and the adapter before files of the course."""

import os
import sys
import textwrap
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from reference.cs229_ps3 import gmm, paths, steps
from reference.cs229_ps3.adapters import gmm as adapter

BEGIN = paths.start(12, 3, 150, True)
X, X_TILDE, Z_TILDE, W, PHI, MU, SIGMA = BEGIN
PLAIN = (X, W, PHI, MU, SIGMA)


def density(x, mu, sigma):
    """N(x; mu, sigma) of one point."""
    gap = x - mu
    return np.exp(-0.5 * gap @ np.linalg.inv(sigma) @ gap) / (2 * np.pi * np.sqrt(np.linalg.det(sigma)))


def loops(x, x_tilde, z_tilde, phi, mu, sigma, iterations, alpha=20.0):
    """EM in probability space with a loop over everything: w and the objective of each iteration."""
    path, objectives = [], []
    n, m, k = len(x), len(x_tilde), len(phi)
    phi, mu, sigma = list(phi), list(mu), list(sigma)
    for _ in range(iterations):
        w = np.array([[phi[j] * density(x[i], mu[j], sigma[j]) for j in range(k)] for i in range(n)])
        w = np.array([row / sum(row) for row in w])
        path.append(w)
        for j in range(k):
            mine = [x_tilde[i] for i in range(m) if z_tilde[i] == j]
            count = sum(w[i, j] for i in range(n)) + alpha * len(mine)
            phi[j] = count / (n + alpha * m)
            mu[j] = (sum(w[i, j] * x[i] for i in range(n)) + alpha * sum(mine, np.zeros(2))) / count
            spread = sum(w[i, j] * np.outer(x[i] - mu[j], x[i] - mu[j]) for i in range(n))
            sigma[j] = (spread + alpha * sum((np.outer(p - mu[j], p - mu[j]) for p in mine), np.zeros((2, 2)))) / count
        value = sum(np.log(sum(phi[j] * density(p, mu[j], sigma[j]) for j in range(k))) for p in x)
        value += alpha * sum(
            np.log(phi[j] * density(p, mu[j], sigma[j])) for p, j in zip(x_tilde, z_tilde, strict=True)
        )
        objectives.append(value)
    return path, np.array(objectives)


SEMI_PATH, SEMI_OBJECTIVES = loops(X, X_TILDE, Z_TILDE, PHI, MU, SIGMA, 40)
PLAIN_PATH, PLAIN_OBJECTIVES = loops(X, X_TILDE[:0], Z_TILDE[:0], PHI, MU, SIGMA, 40)


def stop_of(objectives):
    """The iteration after which a run with these objectives stops."""
    return int(np.flatnonzero(np.abs(np.diff(objectives)) < 1e-3)[0]) + 2


@pytest.mark.parametrize("m", [1, 2, 3, 5, 12])
def test_runs_follow_plain_loops(m):
    """After m iterations both functions return what m E-steps of plain loops give."""
    assert np.abs(gmm.run_em(*PLAIN, max_iter=m) - PLAIN_PATH[m - 1]).max() < 1e-9
    assert np.abs(gmm.run_semi_supervised_em(*BEGIN, max_iter=m) - SEMI_PATH[m - 1]).max() < 1e-9


def test_full_run_stops_by_the_objective():
    """A full run returns the E-step of the first iteration that moves the objective of the loops by less than 1e-3."""
    last = stop_of(SEMI_OBJECTIVES)
    assert 8 <= last < 40
    assert np.abs(gmm.run_semi_supervised_em(*BEGIN) - SEMI_PATH[last - 1]).max() < 1e-9
    assert paths.iterations(BEGIN) == last


def test_unsupervised_run_stops_later_than_forty():
    """Without labels the objective of plain loops still moves after 40 iterations, and the run goes on past them."""
    assert (np.abs(np.diff(PLAIN_OBJECTIVES)) > 1e-3).all()
    assert paths.iterations(PLAIN) > 40


@pytest.mark.parametrize("objectives", [SEMI_OBJECTIVES, PLAIN_OBJECTIVES], ids=["semi", "plain"])
def test_objective_never_falls(objectives):
    """No iteration lowers the objective."""
    assert (np.diff(objectives) > -1e-9 * np.abs(objectives[1:])).all()


def test_objective_agrees_with_torch():
    """The objective is torch's mixture log-likelihood plus alpha times its joint log density of the pairs."""
    torch = pytest.importorskip("torch")
    phi, mu, sigma = (torch.from_numpy(v) for v in (PHI, MU, SIGMA))
    mixing, components = torch.distributions.Categorical(phi), torch.distributions.MultivariateNormal(mu, sigma)
    mixture = torch.distributions.MixtureSameFamily(mixing, components)
    joint = mixing.logits + components.log_prob(torch.from_numpy(X_TILDE)[:, None])
    wanted = mixture.log_prob(torch.from_numpy(X)).sum() + 20 * joint[np.arange(20), Z_TILDE].sum()
    assert abs(gmm.log_likelihood(X, X_TILDE, Z_TILDE, PHI, MU, SIGMA) - wanted.item()) < 1e-9


def test_pieces_agree_with_steps():
    """The E-step and the M-step inside are those of parts 2b and 2c."""
    w = gmm.responsibilities(X, PHI, MU, SIGMA)
    assert np.abs(w - steps.e_step(X, PHI, MU, SIGMA)).max() < 1e-12
    for a, b in zip(
        gmm.maximiser(w, X, X_TILDE, Z_TILDE), steps.m_step(w, X, X_TILDE, Z_TILDE, gmm.ALPHA), strict=True
    ):
        assert np.abs(a - b).max() < 1e-12


def test_arguments_are_left_alone():
    """A run changes none of its arguments."""
    before = [value.copy() for value in BEGIN]
    gmm.run_semi_supervised_em(*BEGIN, max_iter=3)
    assert all((a == b).all() for a, b in zip(before, BEGIN, strict=True))


def test_start_has_the_moments_of_groups():
    """The groups of a random start partition the points: weighted means and scatter add up to those of all points."""
    x = X[:148]
    w, phi, mu, sigma = gmm.random_start(x)
    assert (w == 0.25).all()
    assert (phi == 0.25).all()
    assert np.abs(mu.mean(axis=0) - x.mean(axis=0)).max() < 1e-12
    second = (sigma + mu[:, :, None] * mu[:, None, :]).mean(axis=0)
    assert np.abs(second - x.T @ x / len(x)).max() < 1e-12


def write_data(folder):
    """The instance of this file as train.csv."""
    table = [*np.column_stack([X, np.full(len(X), -1.0)]), *np.column_stack([X_TILDE, Z_TILDE])]
    np.savetxt(folder / "train.csv", table, delimiter=",", header="x_1,x_2,z", comments="", fmt="%.17g")


def test_data_set_is_read_back(tmp_path):
    """The loader gives features as written and integer labels with one axis."""
    write_data(tmp_path)
    x, z = gmm.load_gmm_dataset(str(tmp_path / "train.csv"))
    assert (x == np.concatenate([X, X_TILDE])).all()
    assert z.dtype == np.int64
    assert z.tolist() == [-1] * len(X) + Z_TILDE.tolist()


@pytest.mark.parametrize(("semi", "name"), [(False, "pred_2.pdf"), (True, "pred_ss_2.pdf")])
def test_main_writes_its_figure(tmp_path, monkeypatch, semi, name):
    """main runs EM of either kind and writes the figure of its trial."""
    pytest.importorskip("matplotlib").use("Agg")
    write_data(tmp_path)
    monkeypatch.chdir(tmp_path)
    np.random.seed(1)
    gmm.main(semi, 2)
    assert [path.name for path in tmp_path.glob("*.pdf")] == [name]


# --- the adapter -----------------------------------------------------------------------------------------------------

# EM in the manner of the course's starter file; {head} and {limit} differ between its editions
COURSE = """
import numpy as np
from reference.cs229_ps3 import gmm as engine
K = 4
NONE = np.zeros(0, dtype=int)

def run_em({head}):
    {limit}
    it = 0
    while it < max_iter:
        w = engine.responsibilities(x, phi, mu, sigma)
        phi, mu, sigma = engine.maximiser(w, x, x[:0], NONE)
        it += 1
    return {result}
"""


def module_of(source):
    """A module with this source, as the worker makes it."""
    source = textwrap.dedent(source)
    module = ModuleType("handed_in")
    module.__file__ = "src/semi_supervised_em/gmm.py"
    module.__dict__["__source__"] = source.encode()
    exec(compile(source, module.__file__, "exec"), module.__dict__)  # noqa: S102 - as the worker does
    return module


def course(head="x, w, phi, mu, sigma", limit="max_iter = 1000", result="w"):
    """A file of the course."""
    return module_of(COURSE.format(head=head, limit=limit, result=result))


EDITIONS = {
    "a parameter": course(head="x, w, phi, mu, sigma, max_iter=1000", limit="pass"),
    "keyword only": course(head="x, w, phi, mu, sigma, *, max_iter=1000", limit="pass"),
    "any keywords": course(head="x, w, phi, mu, sigma, **options", limit="max_iter = options['max_iter']"),
    "a constant": course(),
    "two constants at once": course(limit="eps, max_iter = 1e-3, 1000"),
    "an annotated constant": course(limit="max_iter: int = 1000"),
    "made an integer": course(limit="max_iter = int(1e3)"),
    "without w": course(head="x, phi, mu, sigma"),
    "a tuple": course(result="w, phi, mu, sigma"),
    "lists": course(result="w.tolist()"),
    "a matrix": course(result="np.matrix(w)"),
    "more rows": course(result="np.concatenate([w, w[:9]])"),
}


@pytest.mark.filterwarnings("ignore:the matrix subclass")
@pytest.mark.parametrize("name", EDITIONS)
@pytest.mark.parametrize("m", [1, 3])
def test_editions_of_the_file_run(name, m):
    """Every edition of the course's file is stopped after m iterations, and its w found."""
    got = adapter.run_em(EDITIONS[name], *PLAIN, max_iter=m)
    assert np.shape(got) == W.shape
    assert np.abs(np.asarray(got) - PLAIN_PATH[m - 1]).max() < 1e-9


def test_a_run_without_limit_is_missing():
    """A function that cannot be stopped is named, and what would help is said."""
    module = module_of("def run_em(x, w, phi, mu, sigma):\n    return w\n")
    with pytest.raises(LookupError, match="run_em cannot be stopped after a few iterations: let it take max_iter"):
        adapter.run_em(module, *PLAIN, max_iter=2)
    assert adapter.run_em(module, *PLAIN).shape == W.shape


def test_an_absent_function_is_missing():
    """A file without the function is told so."""
    with pytest.raises(LookupError, match="there is no function run_semi_supervised_em"):
        adapter.run_semi_supervised_em(ModuleType("empty"), *BEGIN)


def test_a_stub_stays_a_stub():
    """NotImplementedError of the template reaches the worker as it is."""
    module = module_of("def run_semi_supervised_em(*args, max_iter=9):\n    raise NotImplementedError\n")
    with pytest.raises(NotImplementedError):
        adapter.run_semi_supervised_em(module, *BEGIN, max_iter=1)


def test_k_follows_the_data():
    """A global K becomes the number of components, and every call gets fresh copies and the same random state."""
    module = module_of(
        """
        import numpy as np
        K = 9
        def run_em(x, w, phi, mu, sigma, max_iter=1):
            x += 1
            phi *= 0
            return np.full((len(x), K), np.random.rand())
        """
    )
    first, second = adapter.run_em(module, *PLAIN), adapter.run_em(module, *PLAIN)
    assert first.shape == W.shape
    assert (first == second).all()
    assert (PHI == 0.25).all()


@pytest.mark.parametrize("index", ["z_tilde[i]", "z_tilde[i][0]", "z_tilde[i, 0]"])
def test_labels_reach_either_kind_of_file(index):
    """Files made for labels with one axis and files made for a column both get what they index."""
    module = module_of(
        f"""
        import numpy as np
        def run_semi_supervised_em(x, x_tilde, z_tilde, w, phi, mu, sigma):
            for i in range(len(x_tilde)):
                w[i, int({index})] = 7
            return w
        """
    )
    got = adapter.run_semi_supervised_em(module, *BEGIN)
    assert (got[:20].argmax(axis=1) == Z_TILDE).all()


def test_the_first_error_is_reported():
    """When the column of labels does not help either, the error is that of the first call."""
    module = module_of(
        """
        def run_semi_supervised_em(x, x_tilde, z_tilde, w, phi, mu, sigma):
            raise ValueError(f"{z_tilde.ndim} axes") if z_tilde.ndim == 1 else AttributeError("another")
        """
    )
    with pytest.raises(ValueError, match="1 axes"):
        adapter.run_semi_supervised_em(module, *BEGIN)


MAIN = """
import numpy as np
K = 4

def main({parameters}):
    data = np.loadtxt({path!r}, delimiter=',', skiprows=1)
    x = data[data[:, 2] == -1, :2]
    groups = np.array_split(np.random.permutation(len(x)), K)
    mu, sigma = [x[g].mean(axis=0) for g in groups], [np.cov(x[g].T, bias=True) for g in groups]
    phi, w = np.ones(K) / K, np.ones((len(x), K)) / K
    {call}
    raise AssertionError("never reached")

def run_em(x, w, phi, mu, sigma):
    raise AssertionError("never called")

def run_semi_supervised_em(x, x_tilde, z, w, phi, mu, sigma):
    raise AssertionError("never called")
"""
PLAIN_CALL = "run_em(x, w, phi, mu, sigma)"
SEMI_CALL = "run_semi_supervised_em(x, data[:20, :2], data[:20, 2:], w, phi, mu, sigma=sigma)"


@pytest.mark.parametrize("semi", [False, True])
@pytest.mark.parametrize("path", ["train.csv", "../data/ds4_train.csv", "data/ds3_train.csv"])
@pytest.mark.parametrize("parameters", ["is_semi_supervised, trial_num", "trial, with_supervision", "a, b", ""])
def test_main_shows_its_start(tmp_path, monkeypatch, semi, path, parameters):
    """Whatever main is called with and wherever it reads, the start it makes comes back, and nothing is left behind."""
    monkeypatch.chdir(tmp_path)
    module = module_of(MAIN.format(parameters=parameters, path=path, call=SEMI_CALL if semi else PLAIN_CALL))
    before = dict(vars(module))
    x, w, phi, mu, sigma = adapter.initialise(module, X, X_TILDE, Z_TILDE, 0, 5, semi)
    assert (x == X).all()
    assert (w == 0.25).all()
    assert (phi == 0.25).all()
    np.random.seed(5)
    groups = np.array_split(np.random.permutation(len(X)), 4)
    assert np.abs(mu - [X[g].mean(axis=0) for g in groups]).max() < 1e-12
    assert sigma.shape == (4, 2, 2)
    assert vars(module) == before
    assert os.listdir(tmp_path) == []
    assert Path.cwd() == tmp_path


def test_main_may_swallow_everything(tmp_path, monkeypatch):
    """A bare except around the run loses nothing; an error before it is the student's own."""
    monkeypatch.chdir(tmp_path)
    call = "try:\n        run_em(x, w, phi, mu, sigma)\n    except:\n        return"
    module = module_of(MAIN.format(parameters="semi, trial", path="train.csv", call=call))
    assert adapter.initialise(module, X, X_TILDE, Z_TILDE, 0, 5, False)[2].shape == (4,)
    broken = module_of(MAIN.format(parameters="semi, trial", path="nowhere.csv", call=call))
    with pytest.raises(FileNotFoundError):
        adapter.initialise(broken, X, X_TILDE, Z_TILDE, 0, 5, False)
    idle = module_of(MAIN.format(parameters="semi, trial", path="train.csv", call="return"))
    with pytest.raises(LookupError, match="main never calls run_em"):
        adapter.initialise(idle, X, X_TILDE, Z_TILDE, 0, 5, False)


def test_the_adapter_imports_little():
    """The adapter stands on the standard library and numpy alone, and reaches nothing of the reference."""
    found = {
        value.__name__.split(".")[0]
        for value in vars(adapter).values()
        if isinstance(value, ModuleType) and not value.__name__.startswith("numpy")
    }
    assert found <= set(sys.stdlib_module_names)
