"""The notebook beside a template file: the same functions, valid, and the same bytes each time."""

import ast
import json
from pathlib import Path

import nbformat
import pytest

from autograder.build.contents import template_files
from autograder.build.twin import SCRIPT_SWITCH, twin, twin_path
from autograder.errors import ManifestError
from autograder.manifest import find_homework, homeworks

ROOT = Path(__file__).parents[2]
TINY = Path(__file__).parent / "tiny"
PAIRS = [
    pytest.param(root, name, problem.file, id=f"{name} {problem.name}")
    for root, name in [(TINY, "tiny-hw"), *((ROOT, name) for name in homeworks(ROOT))]
    for problem in find_homework(root, name).problems.values()
    if problem.file.endswith(".py")
]
SOURCE = '''"""A title.

More of it.
"""

import math
import random

# what it is
X = 1
Y = 2


def f(x: "n") -> float:
    """What f is."""
    raise NotImplementedError


class A:
    """What A is."""

    def g(self, y=X):
        """What g is."""
        raise NotImplementedError


# the script
if __name__ == "__main__":
    print(f(1))
'''


def cells(data, kind="code"):
    """The sources of a notebook's cells of one kind."""
    return [cell.source for cell in nbformat.reads(data.decode(), 4).cells if cell.cell_type == kind]


def interface(source):
    """Names, signatures, docstrings and last statements of all functions of a source, and its classes."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            ending = ast.unparse(node.body[-1])
            found.append((node.name, ast.unparse(node.args), ast.get_docstring(node), ending))
        elif isinstance(node, ast.ClassDef):
            found.append((node.name, [ast.unparse(base) for base in node.bases], ast.get_docstring(node)))
    return found


@pytest.mark.parametrize(("root", "name", "file"), PAIRS)
def test_a_notebook_defines_what_its_twin_defines(root, name, file):
    """The code cells hold the same functions: signatures, docstrings and stubs."""
    files = template_files(find_homework(root, name))
    code = "\n".join(cells(files[twin_path(file)])[:-1])

    assert interface(code) == interface(files[file].decode())
    assert "NotImplementedError" in code


@pytest.mark.parametrize(("root", "name", "file"), PAIRS)
def test_every_stub_of_a_notebook_raises(root, name, file):
    """Run as Jupyter runs it, cell by cell as the main program, a fresh notebook does nothing; its stubs raise."""
    files = template_files(find_homework(root, name))
    names = {"__name__": "__main__"}
    for code in cells(files[twin_path(file)])[:-1]:
        exec(compile(code, file, "exec"), names)  # noqa: S102 - cell by cell, as a notebook runs
    stubs = [node for node in ast.parse(files[file]).body if isinstance(node, ast.FunctionDef) and raises(node)]

    for stub in stubs:
        with pytest.raises(NotImplementedError):
            names[stub.name](*[None] * len(stub.args.args))
    assert stubs or "class " in files[file].decode()


def raises(node):
    """Whether a function ends as a stub does."""
    return ast.unparse(node.body[-1]) == "raise NotImplementedError"


@pytest.mark.parametrize(("root", "name", "file"), PAIRS)
def test_a_notebook_is_valid_and_empty(root, name, file):
    """The format's own check passes, ids differ, and there is no output."""
    data = template_files(find_homework(root, name))[twin_path(file)]
    book = nbformat.reads(data.decode(), 4)
    nbformat.validate(book)

    assert len({cell.id for cell in book.cells}) == len(book.cells)
    assert all(cell.outputs == [] and cell.execution_count is None for cell in book.cells if cell.cell_type == "code")


def test_a_notebook_has_the_same_bytes_each_time():
    """Cell ids come from place and content, never from chance."""
    assert twin(SOURCE, "src/a.py", ("1",)) == twin(SOURCE, "src/a.py", ("1",))


def test_a_changed_cell_has_another_id():
    """An id names a cell's content too."""
    before, after = (json.loads(twin(s, "a.py", ())) for s in (SOURCE, SOURCE.replace("What f is", "What f does")))
    differ = [a["id"] != b["id"] for a, b in zip(before["cells"], after["cells"], strict=True)]

    assert differ == [a["source"] != b["source"] for a, b in zip(before["cells"], after["cells"], strict=True)]
    assert sum(differ) == 1


def test_the_title_is_the_docstring():
    """The first cell is text: the module's docstring, its first line a heading."""
    assert cells(twin(SOURCE, "a.py", ()), "markdown") == ["# A title.\n\nMore of it."]


def test_every_block_has_a_cell_of_its_own():
    """Imports, constants, each function, each class, the script, the check."""
    found = cells(twin(SOURCE, "src/a.py", ("1a", "1b")))

    assert [cell.split("\n")[0] for cell in found] == [
        "import math",
        "# what it is",
        'def f(x: "n") -> float:',
        "class A:",
        "# the script",
        'import sys; sys.path.insert(0, "..")  # save the notebook, then run this cell',
    ]
    assert found[-1].split("\n")[1] == "%run -m autograder check 1a 1b --path .."


def test_the_script_of_a_notebook_is_switched_off():
    """In Jupyter every notebook is the main program: its script must wait until the student wants it."""
    script = cells(twin(SOURCE, "a.py", ()))[-2]

    assert script.split("\n")[:3] == [
        "# the script",
        f"{SCRIPT_SWITCH} = False  # True runs what the script runs",
        f"if {SCRIPT_SWITCH}:",
    ]


@pytest.mark.parametrize("line", ["# %% a cell?", "# %matplotlib inline", "# !ls"])
def test_a_line_that_a_notebook_would_read_otherwise_is_a_fault(line):
    """What is a comment in the file must not become a cell or a magic of the notebook."""
    with pytest.raises(ManifestError, match=r"a\.py"):
        twin(SOURCE.replace("# what it is", line), "a.py", ())
