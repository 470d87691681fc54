"""bench/peers: every tool is asked the same, what is said of it is what was found, and nothing is left running."""

import ast
import importlib.util
import json
import re
import shutil
import time
import tomllib
import warnings
from pathlib import Path

import numpy as np
import pytest

from bench.peers import checkout, measuring, notebook_tools, plain_tools, running, table
from bench.peers.environments import PEERS, locked
from bench.rows import Row, line

PLACE = Path(checkout.__file__).parent
MANIFEST = tomllib.loads((checkout.HERE / f"reference/{checkout.PACKAGE}/homework.toml").read_text(encoding="utf-8"))
PAYS = {check: points for part in MANIFEST["parts"].values() for check, points in part["pays"].items()}
NAMES = ("e_step", "m_step", "log_likelihood", "run", "kl", "bound")
FUNCTIONS = {check: next(filter(check.startswith, NAMES)) for check in PAYS}
FIGURES = table.Figures("otter-grader", "1.0", 4.0, 3.0, 20.0, 5.0, "none", "none")
OWN = table.Figures("gradelbo", "0.1.0", 2.0, 2.0, 500.0, 0.2, "results", "results")
REPORT = table.Report("2026-11-28", 1.5, 3, 20, 200, 1.0, 1.0, OWN._replace(a_minute=1000.0), [OWN, FIGURES], "NumPy 2")


# --- the same homework -----------------------------------------------------------------------------------------------


def asked(source: str) -> dict[str, str]:
    """Check -> function of each loop `for … in CASES[check]: near(function(…), …)` of a test file or cell."""
    loops = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.For)]
    return {ast.literal_eval(loop.iter.slice): ast.unparse(loop.body[0].value.args[0].func) for loop in loops}


@pytest.mark.parametrize("suite", ["gradescope_utils", "pytest_gradescope", "otter_grader"])
def test_a_suite_asks_what_the_manifest_pays(suite):
    """Each test file has the manifest's checks, each once, for the same points, and calls the same function."""
    files = [path for path in (PLACE / "suites" / suite).rglob("*.py") if "CASES[" in path.read_text(encoding="utf-8")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    found = {check: function.rpartition(".")[2] for check, function in asked(text).items()}

    assert found == FUNCTIONS
    assert text.count("CASES[") == len(PAYS)
    points = [int(one or other) for one, other in re.findall(r"@weight\((\d+)\)|points=(\d+)", text)]
    assert points == list(PAYS.values())


def test_the_notebook_asks_what_the_manifest_pays():
    """So have the cells for nbgrader."""
    cells = notebook_tools.source_cells(FUNCTIONS)
    graded = [cell for cell in cells if cell["metadata"]["nbgrader"]["grade"]]
    found = {check: function for cell in graded for check, function in asked(cell["source"]).items()}

    assert found == FUNCTIONS
    assert {c["metadata"]["nbgrader"]["grade_id"]: c["metadata"]["nbgrader"]["points"] for c in graded} == PAYS


def test_the_properties_are_what_the_manifest_pays():
    """And the properties of gradelbo itself, which make one call each."""
    text = "\n".join(p.read_text(encoding="utf-8") for p in (checkout.HERE / "tests").rglob("test_*.py"))
    found = dict(re.findall(r"def test_(\w+)\(.*\n.*\n    agree\(student\.(\w+)\(\*instance\)", text))

    assert found == FUNCTIONS


def loaded(folder: Path):
    """The module checking.py, beside the cases in this folder."""
    shutil.copy(PLACE / "suites/checking.py", folder)
    spec = importlib.util.spec_from_file_location("checking", folder / "checking.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_peers_read_the_values_that_were_exported(tmp_path):
    """Arguments and the reference's answers come back bit for bit, by check."""
    answer = (np.array([1 / 3, 2.0]), np.eye(2))
    checkout.export({"run_matches_reference": [checkout.Case("run", (np.arange(3.0), 4), answer)]}, tmp_path)

    [(args, wanted)] = loaded(tmp_path).CASES["run_matches_reference"]
    assert args[0].tolist() == [0.0, 1.0, 2.0]
    assert args[1] == 4
    assert [value.tobytes() for value in wanted] == [value.tobytes() for value in answer]


@pytest.mark.parametrize(
    "found", [(np.ones(2), 2.1), (np.ones(2),), (np.ones(3), 2.0), (np.array([1.0, np.nan]), 2.0)], ids=repr
)
def test_peers_refuse_what_is_not_near(found, tmp_path):
    """Another number, a value too few, another shape, NaN."""
    checkout.export({}, tmp_path)
    near, wanted = loaded(tmp_path).near, (np.ones(2), 2.0)

    near((np.ones(2) + 1e-9, 2.0), wanted)
    with pytest.raises(AssertionError):
        near(found, wanted)


class Careless:
    """A tool that grades by doing nothing, and says of every submission that it lost this."""

    name = version = "careless"

    def __init__(self, lost):
        self.said = lost

    def hand_in(self, student, files):
        """Takes nothing in."""

    def all_of(self, students):
        """Does nothing."""
        return [running.Command(("true",), Path("/"))]

    def lost(self, students):
        """The same of everyone."""
        return dict.fromkeys(students, self.said)


@pytest.mark.parametrize("lost", [frozenset(), measuring.MUST_LOSE["wrong"], None], ids=["nothing", "five", "none"])
def test_a_tool_that_grades_wrongly_is_not_timed(lost, tmp_path):
    """Full points for all, the wrong one's for all, and no results at all end the measurement."""
    with pytest.raises(SystemExit, match="careless did not grade every submission as it must"):
        measuring.throughput([measuring.Way(Careless(lost), 4)], 1, tmp_path, lambda _: None)


def test_both_courses_of_nbgrader_get_right_and_wrong_submissions(tmp_path):
    """Two processes at once have as much to do as each other."""
    tool = notebook_tools.Nbgrader.__new__(notebook_tools.Nbgrader)
    tool.courses, tool.count, tool.course = [tmp_path / "even", tmp_path / "odd"], 0, {}
    for course in tool.courses:
        (course / "release" / notebook_tools.ASSIGNMENT).mkdir(parents=True)
        (course / "release" / notebook_tools.ASSIGNMENT / "em.ipynb").write_text('{"cells": []}')
    kinds = {f"s{number}": measuring.KINDS[number % 2] for number in range(8)}
    for student in kinds:
        tool.hand_in(student, {})

    given = [sorted(kinds[s] for s in kinds if tool.course[s] == course) for course in tool.courses]
    assert given[0] == given[1] == ["right", "right", "wrong", "wrong"]


@pytest.mark.slow
def test_the_submissions_lose_what_they_must_on_the_frozen_cases(tmp_path):
    """On the cases that gradelbo froze, by the peers' comparison: the right one nothing, the wrong one what is said."""
    pytest.importorskip("torch")
    cases = checkout.all_cases(checkout.checkout(tmp_path / "root"))
    checkout.export(cases, tmp_path)
    checking = loaded(tmp_path)
    assert {check: found[0].function for check, found in cases.items()} == FUNCTIONS
    assert 120 <= sum(map(len, checking.CASES.values())) <= 140

    for kind, wanted in measuring.MUST_LOSE.items():
        names: dict = {}
        for text in checkout.submission(kind, 0).values():
            exec(text, names)  # noqa: S102 - a submission of ours
        lost = {check for check in checking.CASES if not holds(checking, names[FUNCTIONS[check]], check)}
        assert lost == wanted, kind


def holds(checking, function, check: str) -> bool:
    """Whether every case of a check does."""
    with warnings.catch_warnings(action="ignore"):
        try:
            for args, wanted in checking.CASES[check]:
                checking.near(function(*args), wanted)
        except AssertionError:
            return False
    return True


def test_no_two_students_hand_in_the_same_bytes():
    """A tool that remembers what it graded must grade each; the code is the same."""
    first, second = checkout.submission("right", 1), checkout.submission("right", 2)

    assert first.keys() == second.keys()
    for name in first:
        assert first[name] != second[name]
        assert ast.dump(ast.parse(first[name])) == ast.dump(ast.parse(second[name]))


@pytest.mark.parametrize("peer", PEERS)
def test_an_environment_is_made_of_exact_versions(peer):
    """Each line names one version; NumPy and torch come from where gradelbo has them, never from a registry."""
    lines = locked(peer).read_text(encoding="utf-8").splitlines()

    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in lines)
    assert any(line.startswith(f"{peer}==") for line in lines)
    assert not {line.split("==")[0].lower() for line in lines} & {"numpy", "torch"}


# --- what is said of a tool ------------------------------------------------------------------------------------------


def test_scores_that_differ_are_told():
    """No results, a check lost too many and one too few each name the tool; equal scores name none."""
    wanted = {"right": frozenset(), "wrong": frozenset({"a"})}
    found = {
        "same": wanted,
        "strict": {**wanted, "right": frozenset({"b"})},
        "mild": {**wanted, "wrong": frozenset()},
        "gone": {**wanted, "wrong": None},
    }

    assert measuring.disagreeing(found, "same", wanted) == {
        "strict": "the right submission lost b",
        "mild": "the wrong submission lost nothing",
        "gone": "no results for the wrong submission",
    }


@pytest.mark.parametrize("text", [None, "", '{"tests": []}', '{"tests": [{"na'])
def test_a_file_without_scores_is_no_result(text, tmp_path):
    """Absent, empty, without a test, cut off: none of these is full points."""
    place = tmp_path / "results.json"
    if text is not None:
        place.write_text(text)

    assert plain_tools.lost_in(place) is None


def test_a_results_file_says_what_was_lost(tmp_path):
    """Tests below their points, by unittest's names and by pytest's."""
    rows = [("test_a (tests.T.test_a)", 1), ("test_b (tests.T.test_b)", 0), ("test_c", 0.5)]
    tests = [{"name": name, "score": score, "max_score": 1} for name, score in rows]
    (tmp_path / "results.json").write_text(json.dumps({"tests": tests}))

    assert plain_tools.lost_in(tmp_path / "results.json") == {"b", "c"}


@pytest.mark.parametrize(
    ("grades", "lost"), [((1.0, 0.0), {"b"}), ((1.0, 1.0), set()), ((None, None), None), ((1.0, None), None)]
)
def test_a_notebook_without_grades_is_no_result(grades, lost):
    """An empty grade is what nbgrader leaves when the kernel died: it is neither full points nor none."""
    assert notebook_tools.graded_below([("a", grades[0], 1.0), ("b", grades[1], 1.0)]) == lost
    assert notebook_tools.graded_below([]) is None


def test_the_summary_of_otter_names_what_failed():
    """A line for each test case that failed, among others that passed and texts of errors."""
    said = (
        "kl results:\n    kl_a result:\n        ✅ Test case passed\n\n    kl_b result:\n        ❌ Test case failed\n"
    )

    assert notebook_tools.FAILED.findall(said) == ["kl_b"]


# --- tables ----------------------------------------------------------------------------------------------------------


def test_a_report_is_read_as_it_was_kept(tmp_path):
    """Through JSON and back nothing is lost."""
    table.keep(REPORT, tmp_path / "deep/peers.json")

    assert table.read(tmp_path / "deep/peers.json") == REPORT


@pytest.mark.parametrize(("rate", "word"), [(20.0, "met"), (20.1, "missed")])
def test_a_target_is_met_from_its_ratio_on(rate, word):
    """50 times otter's submissions a minute meets the target of 50, less does not; all tables say the same."""
    report = REPORT._replace(tools=[OWN, FIGURES._replace(a_minute=rate)])
    [row] = [row for row in table.rows_of(report) if row.target and row.least]

    assert row.met is (word == "met")
    assert f"(target 50: {word})" in table.markdown(report)
    assert f"target at least 50 x: {word if word == 'met' else 'MISSED'}" in table.text(report)


@pytest.mark.parametrize(("seconds", "met"), [(1.6, True), (1.7, False)])
def test_a_cold_run_is_judged_by_the_imports(seconds, met):
    """Computing of our own cold run over that of the imports, at most 1.6; another tool's is not judged."""
    own = OWN._replace(cold_cpu_s=seconds)
    [row] = [row for row in table.rows_of(REPORT._replace(tools=[own, FIGURES])) if row.name.startswith("from cold")]

    assert row.met is met


def test_a_peer_without_a_target_is_compared_and_not_judged():
    """The ratio is there, no word of a target."""
    peer = FIGURES._replace(tool="pytest-gradescope", a_minute=100.0)
    text = table.markdown(REPORT._replace(tools=[OWN, peer]))

    assert "10.0 × with 200 |" in text
    assert "target" not in text


def test_a_tool_with_other_scores_says_so_in_its_row():
    """What is wrong stands where "agree" would."""
    wrong = FIGURES._replace(trouble="the right submission lost b")
    said = table.text(REPORT._replace(tools=[OWN, wrong])).splitlines()

    assert next(each for each in said if each.startswith("gradelbo 0.1.0")).endswith("agree")
    assert next(each for each in said if each.startswith("otter-grader 1.0")).endswith("the right submission lost b")


@pytest.mark.parametrize(("value", "most", "least"), [(1.9, True, False), (2.0, True, True), (2.1, False, True)])
def test_a_row_has_a_most_or_a_least(value, most, least):
    """The bound itself meets both."""
    assert Row("a", "b", value, 2.0).met is most
    assert Row("a", "b", value, 2.0, least=True).met is least
    assert ("MISSED" in line(Row("a", "b", value, 2.0, least=True))) is not least


# --- what is started -------------------------------------------------------------------------------------------------


@pytest.mark.timeout(60)
def test_what_does_not_end_is_ended_with_all_that_it_started(tmp_path):
    """A child in a session of its own, as a notebook's kernel is, does not survive its tool."""
    script = "setsid sleep 600 & echo $! > child; wait"

    assert not running.patiently(running.Command(("sh", "-c", script), tmp_path), tmp_path, 2)
    child = int((tmp_path / "child").read_text())
    while alive(child):  # it was told to end, and on a busy machine has yet to; pytest's own limit ends this
        time.sleep(0.1)


def alive(pid: int) -> bool:
    """Whether a process runs: it is there, and not only waits to be asked how it ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_what_ends_is_left_alone(tmp_path):
    """A tool that ends by itself is said to, whatever its status."""
    assert running.patiently(running.Command(("sh", "-c", "exit 3"), tmp_path), tmp_path, 60)
