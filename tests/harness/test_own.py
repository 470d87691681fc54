"""Which files of a student's folder are the homework's own."""

import json
import os

import pytest

from autograder.errors import SubmissionUnusable
from autograder.imports import reached
from autograder.local.own import find_own
from autograder.local.source import code_of, fault_of, unfilled
from autograder.members import FILE_LIMIT
from autograder.source.twins import untouched

STUBS = "def mean(x):\n    'Doc.'\n    raise NotImplementedError\ndef standardize(x): raise NotImplementedError()\n"
UNWRITTEN = "raise NotImplementedError"  # the body of a stub as templates hand it out: the subject of these tests
BLOCK = "class A:\n    def __init__(self): self.x = 1\n    def forward(self, x):\n        " + UNWRITTEN + "\n"
WRITTEN = "def mean(x):\n    return sum(x) / len(x)\n\n\ndef standardize(x):\n    raise NotImplementedError\n"


def lay(folder, **files):
    """Writes files, named with two underscores for a slash and one ending after the last."""
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_py", ".py").replace("_ipynb", ".ipynb")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def notebook(*cells: str) -> str:
    """A notebook with these code cells."""
    made = [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]
    return json.dumps({"nbformat": 4, "cells": [{"cell_type": "markdown", "source": ["x ="]}, *made]})


def test_each_file_is_taken_at_its_place(tiny, tmp_path):
    """The manifest's path is where a file is looked for first; a copy elsewhere is not the homework's."""
    own = find_own(tiny, lay(tmp_path, src__moments_py=WRITTEN, src__shapes_py="", old__moments_py=STUBS))

    assert sorted(own.contents) == ["src/moments.py", "src/shapes.py"]
    assert own.problems == {"moments": ("src/moments.py",), "shapes": ("src/shapes.py",)}


def test_a_file_elsewhere_is_found_by_its_name(tiny, tmp_path):
    """A wrapped folder or a file at the top is the same homework."""
    own = find_own(tiny, lay(tmp_path, ps__src__moments_py=WRITTEN, shapes_py=""))

    assert own.problems == {"moments": ("ps/src/moments.py",), "shapes": ("shapes.py",)}


def test_a_near_miss_is_named(tiny, tmp_path):
    """A misspelt file is not taken, and the note says which one it might be."""
    own = find_own(tiny, lay(tmp_path, src__moment_py=WRITTEN, src__shapes_py=""))

    assert own.problems["moments"] == ()
    assert "src/moment.py looks like it" in own.notes["moments"]


def test_a_folder_with_nothing_of_the_homework_is_refused(tiny, tmp_path):
    """No file at all is another matter than a missing one; so is a path that is no folder."""
    with pytest.raises(SubmissionUnusable, match=r"src/moments\.py, src/shapes\.py"):
        find_own(tiny, lay(tmp_path, other_py=""))
    with pytest.raises(SubmissionUnusable, match="no folder"):
        find_own(tiny, tmp_path / "nowhere")


def test_local_modules_come_along_and_nothing_else_does(tiny, tmp_path):
    """What a file imports from beside it, through others too, is the homework's; data, caches, environments are not."""
    files = {
        "src__moments_py": "import near\nfrom pkg.inner import x\nimport numpy\n",
        "src__near_py": "import far",
        "src__far_py": "",
        "src__unused_py": "",
        "src__pkg____init___py": "",
        "src__shapes_py": "",
    }
    lay(tmp_path, **files)
    lay(tmp_path / "src" / "pkg", inner_py="x = 1")
    (tmp_path / "src" / "pkg" / "__init__.py").write_text("")
    lay(tmp_path / "venv", moments_py="", pyvenv_cfg="")
    (tmp_path / "data.csv").write_text("1")
    own = find_own(tiny, tmp_path)

    assert set(own.contents) == {
        "src/moments.py",
        "src/near.py",
        "src/far.py",
        "src/pkg/__init__.py",
        "src/pkg/inner.py",
        "src/shapes.py",
    }


@pytest.mark.parametrize("place", ["venv/moments.py", ".hidden/moments.py", "__pycache__/moments.py"])
def test_no_file_is_taken_from_an_environment_or_a_cache(tiny, tmp_path, place):
    """A search by name does not end in somebody else's folder."""
    lay(tmp_path, src__shapes_py="")
    (tmp_path / place).parent.mkdir()
    (tmp_path / place).write_text(WRITTEN)
    (tmp_path / "venv").mkdir(exist_ok=True)
    (tmp_path / "venv" / "pyvenv.cfg").touch()

    assert find_own(tiny, tmp_path).problems["moments"] == ()


@pytest.mark.parametrize("folder", ["autograder", "public", "reference", "tests", "student_template"])
def test_no_file_is_taken_from_the_machinery(tiny, tmp_path, folder):
    """Beside the program, its own folders are not the student's."""
    lay(tmp_path, src__shapes_py="", autograder__cli_py="")
    lay(tmp_path / folder, moments_py=WRITTEN)

    assert find_own(tiny, tmp_path).problems["moments"] == ()


def test_a_twin_comes_along(tiny, tmp_path):
    """The notebook of the same name is the homework's too."""
    own = find_own(tiny, lay(tmp_path, src__moments_py=WRITTEN, src__moments_ipynb=notebook(STUBS), src__shapes_py=""))

    assert own.problems["moments"] == ("src/moments.py", "src/moments.ipynb")
    assert own.twin("moments") == "src/moments.ipynb"
    assert own.notebook_counts(tiny.problems["moments"]) is None


def test_a_notebook_counts_where_nothing_is_written_beside_it(tiny, tmp_path):
    """The .py file counts, unless all of it is stubs still."""
    own = find_own(tiny, lay(tmp_path, src__moments_py=STUBS, src__moments_ipynb=notebook(WRITTEN), src__shapes_py=""))

    assert own.notebook_counts(tiny.problems["moments"]) == "src/moments.ipynb"


def test_a_notebook_counts_where_given_methods_stand_beside_a_stub(tiny, tmp_path):
    """A class whose constructor is given is not written by that."""
    written = BLOCK.replace(UNWRITTEN, "return x")
    own = find_own(tiny, lay(tmp_path, src__moments_py=BLOCK, src__moments_ipynb=notebook(written)))
    template = find_own(tiny, lay(tmp_path / "template", src__moments_py=BLOCK, src__moments_ipynb=notebook(BLOCK)))

    assert own.notebook_counts(tiny.problems["moments"]) == "src/moments.ipynb"
    assert template.notebook_counts(tiny.problems["moments"]) is None


@pytest.mark.parametrize(
    "beside",
    [
        "",
        "import numpy as np\n",
        "def mean(x):\n    'Doc.'\n    ...\n",
        "def mean(x): pass\ndef standardize(x): pass\n",
        f"def mean(x):\n    for value in x:\n        {UNWRITTEN}\n    return 1\n",
        "def other(): return 1\n",
    ],
)
def test_a_notebook_counts_beside_what_the_grader_takes_for_a_stub(tiny, tmp_path, beside):
    """`check` and `pack` tell which of two files counts by the grader's own rule, whatever a stub's body looks like."""
    own = find_own(tiny, lay(tmp_path, src__moments_py=beside, src__moments_ipynb=notebook(WRITTEN)))

    assert own.notebook_counts(tiny.problems["moments"]) == "src/moments.ipynb"


def test_the_py_file_counts_while_nothing_is_written_in_either(tiny, tmp_path):
    """A fresh handout holds both, untouched: nothing is said of notebooks."""
    own = find_own(tiny, lay(tmp_path, src__moments_py=STUBS, src__moments_ipynb=notebook(STUBS), src__shapes_py=""))

    assert own.notebook_counts(tiny.problems["moments"]) is None


def test_a_notebook_alone_serves_every_problem(tiny, tmp_path):
    """Who wrote everything in one notebook hands that in."""
    own = find_own(tiny, lay(tmp_path, mine_ipynb=notebook(WRITTEN)))

    assert own.problems == {"moments": ("mine.ipynb",), "shapes": ("mine.ipynb",)}


def test_a_missing_file_is_watched_for(tiny, tmp_path):
    """A file that appears later is a change like any other."""
    watched = find_own(tiny, lay(tmp_path, src__shapes_py="")).watched(tiny)

    assert tmp_path / "src/moments.py" in watched["moments"]
    assert tmp_path / "src/moments.ipynb" in watched["moments"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (STUBS, True),
        (WRITTEN, False),
        ("def other(): return 1\n", False),
        ("def mean(x): pass\n", True),
        ("def other():\n    raise NotImplementedError\n", True),
        ("class A:\n    def mean(self):\n        raise NotImplementedError\n\n\ndef given():\n    return 1\n", True),
        (BLOCK, True),
        (BLOCK.replace(UNWRITTEN, "return x"), False),
        ("def mean(x:\n", False),
        ("", True),
    ],
)
def test_a_file_is_untouched_while_all_of_the_problems_functions_are_stubs(tiny, source, expected):
    """Given functions do not count, methods do, and what cannot be read was written by somebody."""
    assert untouched("moments.py", source.encode(), tiny.problems["moments"].functions) is expected


@pytest.mark.parametrize(
    "data",
    [
        "x = 'é'\n".encode(),
        "\ufeffx = 'é'\n".encode(),
        "x = 'é'\n".encode("utf-16"),
        "# coding: latin-1\nx = 'é'\n".encode("latin-1"),
        "x = 'é'\r\n".encode(),
    ],
)
def test_source_is_read_in_the_encodings_that_python_reads(data):
    """BOM, UTF-16, a declared encoding, line ends of Windows: all the same text."""
    assert code_of("a.py", data).splitlines()[-1] == "x = 'é'"


def test_a_notebooks_magics_are_no_faults():
    """Lines and cells of IPython's own are passed over; the rest stays where it stood."""
    book = notebook("%matplotlib inline\nx = 1", "%%time\nnot python", "if x:\n    !ls\nx?")

    assert fault_of("a.ipynb", book.encode()) == ""
    assert "x = 1" in code_of("a.ipynb", book.encode())


@pytest.mark.parametrize(
    ("path", "data", "words"),
    [
        ("a.py", b"x = 1\ndef f(:\n", "line 2: "),
        ("a.py", b"\xff", "encoding"),
        ("a.py", b"x = 1\0", "line 1: the file holds NUL bytes"),
        ("a.py", b"# coding: nonsense\n", "encoding"),
        ("a.ipynb", b"{", "ends in the middle"),
        ("a.ipynb", b"[]", "not a notebook"),
        ("a.ipynb", b"[" * 100_000, "nested too deeply"),
        ("a.py", b"(" * 10_000, ""),
    ],
)
def test_a_damaged_file_has_a_fault_and_raises_nothing(path, data, words):
    """Whatever the bytes are, the answer is a sentence."""
    fault = fault_of(path, data)

    assert fault
    assert words in fault


def test_a_written_file_elsewhere_comes_before_a_notebook_at_its_place(tiny, tmp_path):
    """The template's untouched notebook does not hide a .py that lies at the top, or has another name."""
    own = find_own(tiny, lay(tmp_path, moments_py=WRITTEN, src__moments_ipynb=notebook(STUBS), src__shapes_py=""))

    assert own.problems["moments"] == ("moments.py", "src/moments.ipynb")
    assert own.notebook_counts(tiny.problems["moments"]) is None


def test_what_a_cell_runs_or_times_is_the_students_code():
    """`%run near.py` reaches the file, and a timed cell's imports count."""
    book = notebook("%run near.py", "%%time\nimport other", "%%html\nimport nothing").encode()

    assert reached({"a.ipynb": code_of("a.ipynb", book), "near.py": "", "other.py": ""}, "a.ipynb") == (
        "a.ipynb",
        "near.py",
        "other.py",
    )


@pytest.mark.parametrize(
    "cell",
    [
        "from near import g\nfor i in range(3):  # vectorise?\n    pass",
        "from near import g\nout = %time f(3)",
        "from near import g\nfiles = !ls",
        "x = (7\n% 2)\nimport near",
        "%%time\nimport near",
        "import near\nnear?\n?near.g\n!pip install it",
        "pip install it\nimport near",
    ],
)
def test_what_ipython_adds_hides_no_module(cell):
    """Whatever is written around an import, the module comes along into the zip."""
    book = notebook("This is prose, in the wrong kind of cell.", cell).encode()

    assert fault_of("a.ipynb", book) == ""
    assert reached({"a.ipynb": code_of("a.ipynb", book), "near.py": ""}, "a.ipynb") == ("a.ipynb", "near.py")


def test_a_cell_that_breaks_off_is_told_by_its_number():
    """A function that Python cannot read will be missing: whoever packs hears of it."""
    book = notebook("x = 1", "def mean(x:\n    return 1").encode()

    assert fault_of("a.ipynb", book).startswith("cell 2: ")
    assert code_of("a.ipynb", book) == "x = 1\n"


def test_a_method_that_does_nothing_is_no_stub():
    """Of files that are handed in besides, only what says itself that it is not written is missing."""
    source = f"class A:\n    def close(self): pass\n    def fit(self):\n        {UNWRITTEN}\n"

    assert unfilled("model.py", source.encode()) == "not filled in: fit"


def test_a_placeholder_below_the_answer_is_no_stub(tiny):
    """What stands after a return is never run."""
    source = "def mean(x):\n    return 1\n    raise NotImplementedError\n"

    assert not untouched("a.py", source.encode(), tiny.problems["moments"].functions)


def test_a_pipe_beside_the_files_is_passed_by(tiny, tmp_path):
    """What is no regular file is not waited for; a link to nothing is not there."""
    folder = lay(tmp_path, src__moments_py=WRITTEN, src__shapes_py="")
    os.mkfifo(folder / "src" / "pipe.py")
    os.symlink("nowhere", folder / "src" / "gone.py")

    assert sorted(find_own(tiny, folder).contents) == ["src/moments.py", "src/shapes.py"]


def test_a_notebook_too_large_to_be_graded_is_left_out_of_the_check(tiny, tmp_path):
    """A twin full of saved pictures costs the .py beside it nothing."""
    folder = lay(tmp_path, src__moments_py=WRITTEN, src__shapes_py="", src__moments_ipynb=" " * (FILE_LIMIT + 1))

    assert sorted(find_own(tiny, folder).submission.files) == ["src/moments.py", "src/shapes.py"]
