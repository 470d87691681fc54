"""The import rule: what a file imports against it is named with file and line; what it may import costs nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.imports import Rule, Violation, judged, own_modules, reached, sentence, violations

FIXED = settings(max_examples=100, deadline=None, database=None, derandomize=True)
RULE = Rule(("numpy", "scipy", "matplotlib"), ("sklearn",))


def found(*lines, rule=RULE, file="src/gmm.py", **others):
    """The violations of a file with these lines, beside other files of the submission by their names."""
    sources = {file: "\n".join(lines)} | {f"src/{name}.py": text for name, text in others.items()}
    return violations(sources, file, rule)


@pytest.mark.parametrize(
    "line",
    [
        "import numpy as np",
        "import scipy.stats, matplotlib.pyplot as plt",
        "from collections import Counter",
        "from __future__ import annotations",
        "import os.path, sys, ctypes",
        "from . import steps",
        "text = 'import sklearn'  # import sklearn",
    ],
)
def test_what_is_allowed_costs_nothing(line):
    """Allowed packages, Python's own library, relative imports and mere text are no violations."""
    assert found(line) == ()


@pytest.mark.parametrize(
    ("line", "package"),
    [
        ("import sklearn", "sklearn"),
        ("import numpy, pandas", "pandas"),
        ("from sklearn.mixture import GaussianMixture as np", "sklearn"),
        ("def f():\n    import torch.nn", "torch"),
        ("m = __import__('sklearn')", "sklearn"),
        ("import importlib\nm = importlib.import_module('sklearn.mixture')", "sklearn"),
        ("from importlib import import_module\nm = import_module('jax')", "jax"),
        ("if False:\n    import pandas", "pandas"),
    ],
)
def test_what_is_not_allowed_is_named_with_its_line(line, package):
    """Every way to import is seen, in functions and branches too, under whatever name."""
    violation = Violation("src/gmm.py", len(line.split("\n")), package)

    assert found(line) == (violation,)


def test_the_first_line_comes_first():
    """Violations stand in the order of their lines, however deep they are nested."""
    lines = found("def f():", "    if True:", "        import pandas", "import torch")

    assert [(v.line, v.package) for v in lines] == [(3, "pandas"), (4, "torch")]


def test_an_import_that_the_code_can_do_without_is_no_violation():
    """A try that catches ImportError may ask for a package that is only not listed."""
    assert found("try:", "    import tqdm", "except ImportError:", "    tqdm = None") == ()
    assert found("try:", "    import tqdm", "except (ValueError, ImportError):", "    tqdm = None") == ()
    assert found("try:", "    import tqdm", "except ValueError:", "    tqdm = None") != ()
    assert found("try:", "    x = 1", "except ImportError:", "    import tqdm") != ()


def test_what_is_forbidden_by_name_is_so_inside_a_try_too():
    """Asking whether a forbidden package is there is using it."""
    assert found("try:", "    import sklearn", "except ImportError:", "    pass") != ()


def test_a_file_of_the_submission_may_be_imported_and_is_looked_at():
    """A neighbour is no package; what it imports counts for whoever imports it."""
    assert found("import tools", tools="import numpy") == ()
    assert found("import tools", tools="\nimport pandas") == (Violation("src/tools.py", 2, "pandas"),)
    assert found("x = 1", tools="import pandas") == ()


def test_neighbours_that_import_one_another_end():
    """A circle of imports is walked once."""
    assert found("import one", one="import two", two="import one, pandas") == (Violation("src/two.py", 1, "pandas"),)


def test_a_package_of_the_submission_is_followed():
    """`import package.module` runs both files."""
    sources = {
        "src/gmm.py": "from kit.deep import f",
        "src/kit/__init__.py": "",
        "src/kit/deep.py": "import pandas",
    }

    assert violations(sources, "src/gmm.py", RULE) == (Violation("src/kit/deep.py", 1, "pandas"),)


def test_a_neighbour_cannot_stand_for_a_forbidden_package():
    """A file called sklearn.py does not make `import sklearn` allowed."""
    assert found("import sklearn", sklearn="") != ()


def test_a_notebook_may_use_its_own_display():
    """Cells may import IPython and the local check; a .py may not."""
    cells = "from IPython.display import display\nfrom autograder.notebook import check"

    assert found(cells, file="src/gmm.ipynb") == ()
    assert found(cells) != ()


def test_without_a_list_everything_but_the_forbidden_may_be_imported():
    """A homework that lists nothing only forbids by name."""
    open_rule = Rule(None, ("sklearn",))

    assert judged("pandas", open_rule)
    assert not judged("sklearn", open_rule)
    assert not judged("sklearn", Rule(("sklearn",), ("sklearn",)))


def test_the_sentence_says_where_what_and_what_else():
    """File, line, package, how many more, and what may be imported instead."""
    text = sentence(found("import pandas", "import torch"), RULE)
    forbidden = sentence(found("import sklearn"), RULE)

    assert text == (
        "line 1 of src/gmm.py imports pandas (and 1 more such imports), which this homework does not allow; "
        "it allows numpy, scipy, matplotlib, Python's own library"
    )
    assert "forbids" in forbidden


@FIXED
@given(st.text())
def test_no_text_breaks_it(text):
    """A file that is not Python is passed over: running it will say what is wrong with it."""
    assert isinstance(found(text), tuple)


@pytest.mark.parametrize("line", ["from helpers import inner", "import helpers.inner", "from helpers.inner import f"])
def test_a_folder_of_files_is_a_package_of_the_submission(line):
    """A folder without __init__.py is imported like any other; what its files import counts."""
    sources = {"src/gmm.py": line, "src/helpers/inner.py": "import numpy"}
    against = sources | {"src/helpers/inner.py": "import pandas"}

    assert violations(sources, "src/gmm.py", RULE) == ()
    assert violations(against, "src/gmm.py", RULE) == (Violation("src/helpers/inner.py", 1, "pandas"),)
    assert "src/helpers/inner.py" in reached(sources, "src/gmm.py")


def test_imports_that_begin_with_dots_are_followed():
    """They count from the file's own folder."""
    sources = {
        "src/gmm.py": "import kit",
        "src/kit/__init__.py": "from .inner import f",
        "src/kit/inner.py": "from . import deep",
        "src/kit/deep.py": "import pandas",
    }

    assert reached(sources, "src/gmm.py") == tuple(sources)
    assert violations(sources, "src/gmm.py", RULE) == (Violation("src/kit/deep.py", 1, "pandas"),)


def test_several_names_from_one_package_are_one_violation():
    """One line is one place."""
    assert len(found("from sklearn import mixture, cluster")) == 1


def test_a_module_that_lies_elsewhere_in_the_submission_is_no_package_of_others():
    """What a path brings in reach is the student's; a forbidden name stays forbidden."""
    own = own_modules(["src/util.py", "src/kit/deep.py", "notes.txt", "sklearn.py"])
    sources = {"src/em/gmm.py": "import util\nfrom kit.deep import f\nimport pandas\nimport sklearn"}

    assert own == {"src", "util", "kit", "deep", "sklearn"}
    assert [v.package for v in violations(sources, "src/em/gmm.py", RULE, own)] == ["pandas", "sklearn"]


def test_what_only_a_type_checker_reads_is_never_imported():
    """Imports under TYPE_CHECKING do not run."""
    assert found("from typing import TYPE_CHECKING", "if TYPE_CHECKING:", "    import pandas") == ()
    assert found("if typing.TYPE_CHECKING:", "    import pandas", "else:", "    import torch") != ()
