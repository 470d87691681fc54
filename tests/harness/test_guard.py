"""The import guard in a running process: what a submission's files may not import they do not get; libraries may."""

import subprocess
import sys

import pytest

START = """
import sys
sys.path.insert(0, {checkout!r})
from autograder.imports import Rule
from autograder.worker.guard import ForbiddenImport, install
import numpy
install(Rule(("numpy", "scipy"), ("hypothesis",)), {root!r})
def run(source, **globals):
    try:
        exec(source, globals)
    except ForbiddenImport as error:
        return f"refused: {{error}}"
    return "ran"
"""


@pytest.fixture
def asked(tmp_path, request):
    """Runs one line of code as a submission's in a process with the guard; gives what it came to."""

    def answer(source, **given):
        checkout = str(request.config.rootpath)
        given = {"__name__": "gmm", "__file__": "src/gmm.py"} | given
        code = START.format(checkout=checkout, root=str(tmp_path)) + f"print(run({source!r}, **{given!r}))"
        words = [sys.executable, "-P", "-c", code]
        return subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True).stdout.strip()

    return answer


@pytest.mark.parametrize(
    "source",
    [
        "import hypothesis",
        "exec('import hypothesis')",
        "exec('import hypothesis', {})",
        "import importlib; importlib.import_module('hypo' + 'thesis')",
        "__import__('hypo' + 'thesis')",
        "import msgspec",
    ],
)
def test_a_submission_does_not_get_what_it_may_not_import(asked, source):
    """Whichever way the name is put together."""
    assert asked(source).startswith("refused: importing")


@pytest.mark.parametrize(
    "source", ["import numpy", "import scipy.special", "import json, ctypes", "from numpy import linalg"]
)
def test_a_submission_gets_what_it_may_import(asked, source):
    """Allowed packages with all that they import themselves, and Python's own library."""
    assert asked(source) == "ran"


def test_a_library_may_import_what_it_needs(asked):
    """Code in an installed file is not judged."""
    assert asked("import hypothesis", __name__="rich.table", __file__="/usr/lib/python3/rich/table.py") == "ran"


def test_a_neighbour_may_be_imported_and_is_judged_itself(asked, tmp_path):
    """A file in the submission's folder is no package; its own imports are."""
    (tmp_path / "tools.py").write_text("import hypothesis\n")

    assert asked(f"import sys; sys.path.append({str(tmp_path)!r}); import tools").startswith("refused: importing hypo")


def test_a_file_of_the_same_name_does_not_make_a_package_the_submissions(asked, tmp_path):
    """What counts is what the import finds: an installed package comes before a neighbour of its name."""
    (tmp_path / "msgspec.py").write_text("")
    (tmp_path / "rich").mkdir()
    start = f"import sys; sys.path.append({str(tmp_path)!r}); "

    assert asked(start + "import msgspec").startswith("refused: importing")
    assert asked(start + "import rich").startswith("refused: importing")


def test_a_folder_without_init_is_the_submissions_own(asked, tmp_path):
    """A namespace package below the submission is no installed one."""
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "inner.py").write_text("x = 1\n")

    assert asked(f"import sys; sys.path.append({str(tmp_path)!r}); from parts.inner import x") == "ran"
