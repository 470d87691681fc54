"""The import rule in a graded run: a violation costs the problem that imports it and nothing else, with its place."""

import pytest

from autograder.engine.grader import Grader
from autograder.engine.pipeline import grade
from autograder.manifest import find_homework
from autograder.scoring.verdict import Verdict
from tests.harness.notebooks import notebook

RULE = '[imports]\nallowed = ["numpy", "scipy"]\nforbidden = ["sklearn"]\n\n[problems.moments]'

RIGHT = "the right functions"  # stands for the cell with them


@pytest.fixture
def graded(tiny_copy, submission, tmp_path):
    """Grades right files of the tiny homework, of which some are replaced, under an import rule."""
    manifest = tiny_copy / "reference/tiny_hw/homework.toml"
    manifest.write_text(manifest.read_text().replace("[problems.moments]", RULE, 1))

    def outcome(moments=None, book=None, **more):
        right = (tiny_copy / "reference/tiny_hw/moments.py").read_text()
        text = None if moments is None else moments + "\n" + right
        folder = submission(**({} if text is None and book is None else {"moments": text}))
        for name, content in more.items():
            (folder / "src" / f"{name}.py").parent.mkdir(parents=True, exist_ok=True)
            (folder / "src" / f"{name}.py").write_text(content)
        if book is not None:
            (folder / "src/moments.ipynb").write_bytes(notebook(*(right if cell is RIGHT else cell for cell in book)))
        with Grader(find_homework(tiny_copy, "tiny-hw")) as grader:
            run = grade(grader, folder)
        scores = {score.part.id: score.earned for score in run.scores if score.part.pays}
        return scores, {check.verdict for check in run.checks if check.part == "1a"}, run.results.tests[0].output

    return outcome


def test_a_submission_within_the_rule_loses_nothing(graded):
    """Allowed packages, Python's own library and neighbours cost nothing."""
    scores, verdicts, _ = graded("import json, scipy.stats, tools", tools="import math\n")

    assert scores == {"1a": 4, "1b": 2, "2": 3}
    assert verdicts == {Verdict.PASSED}


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("import os\nimport sklearn.mixture", "line 2 of src/moments.py imports sklearn, which this homework forbids"),
        ("def f():\n    import pandas", "line 2 of src/moments.py imports pandas, which this homework does not allow"),
        ("import tools", "line 3 of src/tools.py imports pandas"),
        ("exec('import pandas')", "importing pandas is not allowed in this homework"),
        ("import importlib; importlib.import_module('pan' + 'das')", "importing pandas is not allowed"),
    ],
)
def test_a_violation_costs_the_problem_that_imports_it_and_names_its_place(graded, line, place):
    """File and line are said; the other problem keeps its points."""
    scores, verdicts, text = graded(line, tools="import math\n\nimport pandas\n")

    assert scores == {"1a": 0, "1b": 0, "2": 3}
    assert verdicts == {Verdict.FORBIDDEN}
    assert place in text


def test_in_a_notebook_the_cell_is_named(graded):
    """A notebook's violation is told by cell and line, and nothing of the notebook runs."""
    scores, verdicts, text = graded(book=["x = 1", "import os\nimport sklearn", RIGHT])

    assert scores == {"1a": 0, "1b": 0, "2": 3}
    assert verdicts == {Verdict.FORBIDDEN}
    assert "cell 2, line 2 of moments.ipynb imports sklearn" in text


def test_a_notebook_may_use_its_own_display(graded):
    """IPython and the local check are a notebook's own, whatever the homework lists."""
    cells = [
        "from IPython.display import display\nnothing = 0",
        RIGHT,
        "def mean(x, m=mean):\n    return m(x) + nothing",
    ]
    scores, _, _ = graded(book=cells)

    assert scores == {"1a": 4, "1b": 2, "2": 3}


def test_nothing_runs_before_the_rule_is_held_against_it(graded):
    """A file that breaks the rule is told so even where its first lines would end the program."""
    _, verdicts, text = graded("import os\nos._exit(0)\nimport sklearn")

    assert verdicts == {Verdict.FORBIDDEN}
    assert "line 3 of src/moments.py imports sklearn" in text


def test_a_file_that_a_cell_writes_may_be_imported(graded):
    """`%%writefile near.py` makes a module of the student's own."""
    cells = [
        "%%writefile near.py\nnothing = 0",
        "from near import nothing",
        RIGHT,
        "def mean(x, m=mean):\n    return m(x) + nothing",
    ]
    scores, _, _ = graded(book=cells)

    assert scores == {"1a": 4, "1b": 2, "2": 3}


def test_a_module_in_another_folder_is_told_from_a_package(graded):
    """A module of the submission that cannot be reached is a module that is not found, and one that can is used."""
    path = "import sys, os; sys.path.append(os.path.join(os.getcwd(), 'deep'))\n"
    scores, _, text = graded(path + "import near", **{"deep/near": "import numpy\n"})
    _, verdicts, lost = graded("import near", **{"deep/near": "import numpy\n"})

    assert scores == {"1a": 4, "1b": 2, "2": 3}, text
    assert verdicts == {Verdict.RAISED}
    assert "No module named 'near'" in lost
