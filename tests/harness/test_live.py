"""`check --live`: new cases, the smallest failing one, and an end in any case."""

from itertools import count

import msgspec
import pytest
from click.testing import CliRunner

from autograder import cli
from autograder.engine.bank import read_bank, write_bank
from autograder.engine.submission import intake
from autograder.errors import UsageError
from autograder.local.live import keep, kept_case, obstacle, search
from autograder.local.run import opened

BETWEEN = "stays_between_the_extremes"
HIGH = "def mean(x):\n    return max(x) + (1 if len(x) > 2 else 0)\n\n\ndef standardize(x):\n    return x\n"
ENDLESS = "def mean(x):\n    while True:\n        pass\n"


@pytest.fixture
def hunt(grader, submission):
    """Searches the tiny property that needs no reference, on a clock that ticks once a case."""
    prop = next(prop for prop in grader.properties if prop.name == BETWEEN)

    def search_in(source: str, *, seed: int = 0, cases: int = 150):
        with opened(grader, intake(submission(moments=source))) as replay:
            return search(replay, prop, seed=seed, seconds=cases, clock=count().__next__)

    return search_in


def test_a_failure_is_found_and_shrunk(hunt):
    """The mean that fails only for three and more numbers is shown on exactly three."""
    found = hunt(HIGH)

    assert found.check.verdict == "wrong"
    assert found.check.failure.called == "mean(x (3,))"


def test_a_right_function_holds_on_every_new_case(hunt):
    """The search ends when its time is over, and says how many cases it tried."""
    found = hunt("def mean(x):\n    return float(sum(x) / len(x))\n", cases=40)

    assert found.check is None
    assert 30 <= found.tried <= 41


def test_a_seed_gives_the_same_search_again(hunt):
    """What is found can be found again."""
    assert hunt(HIGH, seed=3) == hunt(HIGH, seed=3)


def test_a_timeout_ends_the_search_at_once(hunt):
    """Every smaller case could take as long: the first is the last."""
    found = hunt(ENDLESS)

    assert found.tried == 1
    assert found.check.verdict == "timeout"


@pytest.mark.parametrize(
    ("source", "verdict"),
    [
        ("import os\n\n\ndef mean(x):\n    os._exit(3)\n", "raised"),
        ("def mean(x):\n    raise SystemExit\n", "raised"),
        ("def mean(x):\n    raise NotImplementedError\n", "missing"),
        ("import nothing_of_that_name\n", "raised"),
        ("calls = []\n\n\ndef mean(x):\n    calls.append(x)\n    return 1e9 if len(calls) == 5 else x[0]\n", "wrong"),
    ],
)
def test_whatever_the_code_does_the_search_comes_to_an_end(hunt, source, verdict):
    """Crashes, exits, stubs, imports that fail, and functions that fail once only."""
    found = hunt(source, cases=60)

    assert found.check.verdict == verdict


def test_a_search_leaves_the_property_as_it_was(grader, hunt):
    """The property that was searched is still the one that is replayed."""
    prop = next(prop for prop in grader.properties if prop.name == BETWEEN)
    before = (prop.test.hypothesis.inner_test, prop.test._hypothesis_internal_use_settings)
    hunt(HIGH)

    assert (prop.test.hypothesis.inner_test, prop.test._hypothesis_internal_use_settings) == before


def test_what_cannot_be_searched_says_why(grader):
    """A claim that compares with the reference has recorded answers only; one without strategies has one case."""
    reasons = {(prop.part.id, prop.name): obstacle(prop) for prop in grader.properties}

    assert reasons["1a", "matches_reference"] == "needs the reference: only the recorded cases"
    assert reasons["2", "walk_starts_at_zero"] == "has this one case only"
    assert reasons["1a", BETWEEN] == ""


def test_a_found_case_is_kept_and_read_again(grader, hunt, tmp_path):
    """The case lies beside the files under the id that the failure shows."""
    public = grader.banks.public
    kept = keep(tmp_path, public, hunt(HIGH))
    bank = kept_case(tmp_path, kept.failure.case, public)

    assert kept.failure.case.startswith("live-")
    assert [(entry.part, entry.name, len(entry.cases)) for entry in bank.entries] == [("1a", BETWEEN, 1)]


def test_a_folder_that_cannot_be_written_costs_the_replay_only(grader, hunt, tmp_path):
    """The failure is shown all the same, without a line that would not work."""
    (tmp_path / ".gradelbo").write_text("in the way")
    kept = keep(tmp_path, grader.banks.public, hunt(HIGH))

    assert kept.failure.case == ""
    assert kept.failure.called


@pytest.mark.parametrize("damage", ["version", "bytes", "gone"])
def test_a_kept_case_that_does_not_fit_is_refused(grader, hunt, tmp_path, damage):
    """A case of another version, a damaged one and one that is gone are searched for again, not misread."""
    public = grader.banks.public
    name = keep(tmp_path, public, hunt(HIGH)).failure.case
    path = tmp_path / ".gradelbo" / f"{name}.bank"
    if damage == "version":
        write_bank(path, msgspec.structs.replace(read_bank(path), made_from={"suite": "another"}))
    elif damage == "bytes":
        path.write_bytes(path.read_bytes()[:-3])
    else:
        path.unlink()

    with pytest.raises(UsageError, match="search again with --live"):
        kept_case(tmp_path, name, public)


def test_the_command_searches_shows_and_replays(tmp_path, project_root):
    """From the shell: a wrong e_step of cs229-ps3 is found by a claim that needs no answer, and replayed by its id."""
    folder = tmp_path / "src" / "semi_supervised_em"
    folder.mkdir(parents=True)
    (folder / "steps.py").write_text(
        "import numpy as np\n\n\ndef e_step(x, phi, mu, sigma):\n    return np.ones((len(x), len(phi)))\n"
    )
    words = ["check", "2b", "--homework", "cs229-ps3", "--path", str(tmp_path)]
    found = CliRunner().invoke(cli.main, [*words, "--live", "--seconds", "1"], obj=project_root)
    case = found.output.split("--case live-")[-1].split()[0]
    again = CliRunner().invoke(cli.main, [*words, "--case", f"live-{case}"], obj=project_root)

    assert found.exit_code == again.exit_code == 1
    assert "needs the reference: only the recorded cases" in found.output
    assert "Each row of w is a probability distribution" in again.output
    assert "e_step(\n" in again.output
