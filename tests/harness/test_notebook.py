"""Notebooks: whatever Jupyter saved, or somebody damaged, becomes a module or one clear sentence."""

import inspect
import json
from pathlib import Path
from types import ModuleType

import jupytext
import nbformat
import pytest
from IPython.core import inputtransformer2

from autograder.engine import loading
from autograder.engine import worker as worker_module
from autograder.engine.grader import MAGICS, Grader, preload
from autograder.engine.loading import LoadReport
from autograder.engine.pipeline import grade
from autograder.engine.submission import FILE_LIMIT, Submission
from autograder.engine.worker import Budget
from autograder.errors import StudentError
from autograder.manifest import find_homework
from autograder.source.notebook import CELL_LIMIT, Unreadable, read
from autograder.source.twins import notebook_counts, states
from autograder.worker.cells import Cells
from autograder.worker.magics import as_python
from tests.harness.notebooks import code, notebook, version_3, words
from tests.harness.test_pipeline import FULL, points, text

ROOT = Path(__file__).parents[2]
MEAN = "def mean(x):\n    if len(x) == 0:\n        raise ValueError('empty')\n    return float(np.mean(x))"
STANDARDIZE = "def standardize(x):\n    return (x - np.mean(x)) / np.std(x)"
STUB = "def mean(x):\n    raise NotImplementedError"
RIGHT = ("import numpy as np", MEAN, STANDARDIZE)


def ran(*cells, name: str = "gmm.ipynb", **top) -> tuple[ModuleType, Cells]:
    """The module of a notebook whose cells have all run, in this process."""
    module = ModuleType("notebook_gmm")
    found = Cells(notebook(*cells, **top), name, module)
    for index in range(len(found)):
        found.run(index)
    return module, found


def hand_in(folder: Path, **files: bytes | str) -> Path:
    """A submission with these files in src/; `moments_ipynb` is moments.ipynb."""
    for name, data in files.items():
        path = folder / "src" / name.replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    return folder


# --- reading ---------------------------------------------------------------------------------------------------------


def sources(data: bytes) -> list[tuple[int, str]]:
    """Number and source of every cell."""
    return [(cell.number, cell.source) for cell in read(data)]


def test_code_cells_count_from_one_in_the_order_of_the_document():
    """Text cells have no number; an empty code cell has one, as Jupyter shows a box for it."""
    assert sources(notebook(words("# a"), "x = 1", "", words("b"), "y = 2")) == [
        (0, "# a"), (1, "x = 1"), (2, ""), (0, "b"), (3, "y = 2")
    ]  # fmt: skip


GOOD = notebook("x = 1\n")


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + GOOD,
        GOOD.decode().encode("utf-16"),
        GOOD.decode().encode("utf-16-le"),
        GOOD.decode().encode("utf-16-be"),
        b"\n\n" + GOOD,
        notebook(code(["x = 1\n"])),
        notebook(code("x = 1\r\n")),
        notebook(code("x = 1\r")),
        notebook({"cell_type": "code", "source": "x = 1\n"}),
        notebook({"source": "x = 1\n"}),
        notebook(code("x = 1\n", outputs=None)),
        notebook(code("x = 1\n"), metadata=None),
        notebook(code("x = 1\n"), nbformat=5, nbformat_minor=99),
        notebook(code("x = 1\n"), nbformat="four"),
        json.dumps({"cells": [{"cell_type": "code", "source": ["x = 1\n"]}]}).encode(),
        version_3({"cell_type": "code", "input": ["x = 1\n"], "language": "python", "outputs": []}),
    ],
    ids=[
        "byte order mark", "utf-16", "utf-16-le", "utf-16-be", "blank lines", "list of lines", "windows lines",
        "old mac lines", "no outputs", "no cell type", "outputs null", "metadata null", "version 5", "version a word",
        "nothing but cells", "version 3",
    ],
)  # fmt: skip
def test_what_can_be_repaired_is_repaired(data):
    """Encodings, line ends, missing keys and strange versions cost nobody a point."""
    assert sources(data) == [(1, "x = 1\n")]


def test_an_integer_for_a_source_is_that_number():
    """A source that a tool wrote as a number is read as its text."""
    assert sources(notebook(code(7), code(None))) == [(1, "7"), (2, "")]


def test_twice_the_same_id_is_no_fault():
    """Cells that were copied keep their id; nobody needs it."""
    assert len(read(notebook(code("a = 1", id="same"), code("b = 2", id="same")))) == 2


def test_headings_of_version_3_become_text():
    """What version 3 knew as a heading is a text cell with its marks."""
    data = version_3({"cell_type": "heading", "level": 2, "source": "Title"}, {"cell_type": "raw", "source": "r"})

    assert sources(data) == [(0, "## Title")]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "it is empty"),
        (b" \n", "it is empty"),
        (GOOD[:-20], "it is not valid JSON (it ends in the middle)"),
        (GOOD.replace(b'"metadata"', b"metadata", 1), "it is not valid JSON (line 1 breaks off)"),
        (b"def f(): pass", "it is not valid JSON"),
        (b"<<<<<<< HEAD\n" + GOOD, "it is not valid JSON"),
        (b"{\n<<<<<<< HEAD\n" + GOOD, "both sides of a merge"),
        (b"\xff\xfe\x00", "it is not text"),
        ('{"a": "é"}'.encode("latin-1"), "it is not text in UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"cells": [' + b"1" * 10_000 + b"]}", "it is not valid JSON"),
        (b"[]", "it is JSON, but not a notebook"),
        (b"7", "it is JSON, but not a notebook"),
        (b"{}", "it has no cells"),
        (b'{"cells": {}, "nbformat": 4}', "it has no cells"),
        (b'{"nbformat": 6}', "claims version 6"),
        (notebook(7), "item 1 of its cells is no cell"),
        (notebook(code({"a": 1})), "cell 1 holds no text"),
        (notebook(code(["a", 1])), "cell 1 holds no text"),
        (notebook(*["x"] * (CELL_LIMIT + 1)), f"{CELL_LIMIT + 1} code cells"),
        (notebook("x <- 1", metadata={"kernelspec": {"language": "R"}}), "it is written in R"),
        (notebook("x", metadata={"language_info": {"name": "julia"}}), "it is written in julia"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(data, sentence):
    """Each kind of damage is named, in one sentence, by one exception."""
    with pytest.raises(Unreadable) as raised:
        read(data)

    assert sentence in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["semi_supervised_em/steps", "semi_supervised_em/gmm", "linear_gaussian/analysis"])
def test_our_reading_agrees_with_nbformat(name):
    """On a notebook without faults, cells and sources are those that nbformat reads."""
    path = ROOT / "tests/corpus/cs229_ps3/submissions/notebooks/src" / f"{name}.ipynb"
    theirs = nbformat.read(path, as_version=4)

    assert [cell.source for cell in read(path.read_bytes())] == [cell.source for cell in theirs.cells]


def test_our_reading_of_version_3_agrees_with_nbformats_upgrade():
    """The upgrade that nbformat makes and our own reading give the same code cells."""
    data = version_3(
        {"cell_type": "heading", "level": 1, "source": "T", "metadata": {}},
        {"cell_type": "code", "input": ["a = 1\n", "b = 2"], "language": "python", "outputs": [], "metadata": {}},
    )
    theirs = nbformat.reads(data.decode(), as_version=4)

    assert [cell.source for cell in read(data)] == [cell.source for cell in theirs.cells]


def test_outputs_are_dropped_however_large():
    """Fifteen megabytes of output are no part of what is kept."""
    data = notebook(code("x = 1", outputs=[{"output_type": "stream", "text": "y" * (15 << 20)}]))

    assert sum(len(cell.source) for cell in read(data)) == 5


# --- magics ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell",
    [
        "%matplotlib inline\nx = 1",
        "%load_ext autoreload\n%autoreload 2\nx = 1",
        "%config InlineBackend.figure_format = 'retina'\nx = 1",
        "%env A=1\nx = 1",
        "%%time\nx = 1",
        "\n%%capture out\n%%time\nx = 1",
        "%time x = 1",
        "x = %time 1",
        "%timeit -n 1 explode()\nx = 1",
        "!rm -rf /\nx = 1",
        "files = !ls\nx = 1 + len(files)",
        "%pip install numpy\nx = 1",
        "pip install numpy\nx = 1",
        "%conda install numpy\nx = 1",
        "print?\nx = 1",
        "?print\nx = 1",
        "%who\nx = 1",
        "%no_such_magic a b\nx = 1",
        "get_ipython().magic('matplotlib inline')\nx = 1",
        "get_ipython().events.register('post_execute', print)\nx = 1",
        "get_ipython().run_line_magic('time', 'x = 1')",
        "display('a', 'b')\nx = 1",
        ">>> x = 1",
        "In [3]: x = 1",
        "import asyncio\nawait asyncio.sleep(0)\nx = 1",
        "    x = 1",
    ],
)
def test_a_magic_costs_nothing(cell):
    """Settings, timings, shell commands, installs and questions leave the cell's Python as it is."""
    module, cells = ran(cell)

    assert (vars(module)["x"], cells.failures) == (1, {})


@pytest.mark.parametrize(
    "cell",
    [
        "%%bash\nrm -rf /",
        "%%latex\n\\alpha",
        "%%html\n<b>",
        "%%timeit\nexplode()",
        "%%javascript\nalert()",
        "%%R\nx <- 1",
    ],
)
def test_a_cell_that_is_no_python_is_left_out(cell):
    """Cells in other languages, and cells that only measure, run nothing and fail nothing."""
    assert ran(cell)[1].failures == {}


@pytest.mark.parametrize(
    ("cell", "note"),
    [
        ("!ls -la", "cell 2: !ls -la"),
        ("%pip install a", "cell 2: %pip install a"),
        ("pip install a", "cell 2: %pip install a"),
        ("%%bash\nls", "cell 2: %%bash"),
        ("%nothing 1", "cell 2: %nothing 1"),
        ("for i in range(3):\n    !ls", "cell 2: !ls"),
    ],
)
def test_what_is_left_out_is_said(cell, note):
    """Shell commands, installs, other languages and unknown magics are told once, with their cell."""
    assert ran("x = 1", cell)[1].notes() == [note]


def test_settings_and_looks_are_left_out_without_a_word():
    """Nobody needs to hear that %matplotlib did nothing."""
    assert ran("%matplotlib inline\n%%time", "%%html\n<b>", "%timeit f()", "f?")[1].notes() == []


def test_notes_have_an_end():
    """A notebook with a command in each of many cells fills no page."""
    notes = ran(*(f"!command {i}" for i in range(50)))[1].notes()

    assert len(notes) == 6
    assert "45 other cells" in notes[-1]


def test_lines_stay_where_they_are():
    """Dropping a cell magic shifts no line: messages name the line that the student sees."""
    _, cells = ran("\n%%time\n\n!ls\nx = 1\nboom")

    assert "(line 6: boom)" in cells.failures[1].text


def test_writefile_writes_beside_the_notebook_and_run_takes_its_names(tmp_path, monkeypatch):
    """%%writefile and %run do what they do in Jupyter, but for the file's `__main__` block."""
    monkeypatch.chdir(tmp_path)
    module, cells = ran(
        "%%writefile part.py\ny = 5\nif __name__ == '__main__':\n    y = 6\n",
        "%%writefile -a part.py\nz = 7\n",
        "%run part.py",
    )

    assert (cells.failures, vars(module)["y"], vars(module)["z"]) == ({}, 5, 7)


def test_time_sees_what_stands_where_it_stands():
    """%time inside a function sees the function's own variables."""
    assert ran("def f(a):\n    b = %time a + 1\n    return b\nx = f(2)")[0].x == 3


def test_as_python_never_raises_on_a_cell_that_is_too_much(monkeypatch):
    """More magics than IPython's transformer takes are left for the compiler to refuse."""
    monkeypatch.setattr(inputtransformer2, "TRANSFORM_LOOP_LIMIT", 5)

    assert as_python("!ls\n" * 6).text == "!ls\n" * 6


# --- running ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "failing",
    ["1 / 0", "raise SystemExit", "raise KeyboardInterrupt", "def f(:", "x = (", "return 1",
     "class E(BaseException): pass\nraise E", "'\\ud800'.encode()", "x = '\0'", "await nothing"],
)  # fmt: skip
def test_a_cell_that_fails_stops_no_other(failing):
    """As in Jupyter, the cells after a failing one run; even after sys.exit or a syntax error."""
    module, cells = ran("a = 1", failing, "b = a + 1")

    assert (vars(module)["b"], list(cells.failures)) == (2, [2])


def test_the_last_definition_that_ran_counts():
    """A stub above, a first try, and the solution below: the solution counts."""
    assert ran(STUB, "def mean(x): return 1", "def mean(x): return 2")[0].mean([]) == 2


def test_a_failed_definition_leaves_the_one_before():
    """What the failing cell would have defined is what stood there before, and the cell is known."""
    module, cells = ran("def mean(x): return 1", "1 / 0\ndef mean(x): return 2")

    assert (module.mean([]), cells.held_up["mean"].cell) == (1, 2)


def test_a_definition_that_came_later_after_all_holds_nothing_up():
    """A cell that failed is of no interest once another one defined the name."""
    assert ran("1 / 0\ndef mean(x): return 2", "def mean(x): return 3")[1].held_up == {}


def test_a_cell_that_fails_after_its_definition_holds_nothing_up():
    """A function is there once its def ran, whatever the lines below it raise."""
    module, cells = ran("def mean(x): return 2\nmean(1, 2, 3)")

    assert (module.mean([]), cells.held_up, list(cells.failures)) == (2, {}, [1])


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("x = 1\nnp.zeros(3)\ndef f(): pass", "NameError: name 'np' is not defined (line 2: np.zeros(3))"),
        ("def f(x)\n    return x", "SyntaxError: expected ':' (line 1: def f(x))"),
        ("x = 1\nreturn 7\ndef f(): pass", "SyntaxError: 'return' outside function (line 2: return 7)"),
        ("raise SystemExit\ndef f(): pass", "SystemExit (line 1: raise SystemExit)"),
    ],
)
def test_a_failure_names_line_and_text(cell, said):
    """What is kept of a failed cell is the error, its line in the cell, and what stands there."""
    assert ran("a = 1\nb = 2", cell)[1].held_up["f"].text == said


def test_an_exception_that_fights_being_read_is_kept_all_the_same():
    """An exception whose text raises, or is half a surrogate, still makes a sentence that can be sent."""
    _, cells = ran("class E(Exception):\n    def __str__(self): raise E\nraise E", "raise ValueError('\\ud800')")

    assert [failure.text.encode() != b"" for failure in cells.failures.values()] == [True, True]


def test_main_blocks_do_not_run():
    """`if __name__ == '__main__':` is left out, as it is in a .py file that is imported."""
    assert "x" not in vars(ran("if __name__ == '__main__':\n    x = 1")[0])


def test_source_and_lines_are_those_of_all_cells_together():
    """`inspect.getsource` gives the definition that counts, and `__source__` has it at the function's own line."""
    module, _ = ran(
        "%matplotlib inline\ndef f():\n    return 1", "x = 1", "def f():\n    return 2\n\n\nclass C:\n    pass"
    )
    line = module.f.__code__.co_firstlineno

    assert inspect.getsource(module.f) == "def f():\n    return 2\n"
    assert vars(module)["__source__"].decode().split("\n")[line - 1 : line + 1] == ["def f():", "    return 2"]


@pytest.mark.parametrize(("line", "place"), [(1, (1, 1)), (2, (1, 2)), (3, (2, 1)), (4, (3, 1)), (5, (3, 2))])
def test_a_line_of_all_cells_together_is_found_in_its_cell(line, place):
    """What is told by a line of the whole source can be told by cell and line."""
    assert ran("a = 1\nb = 2", "c = 3", "d = 4\ne = 5")[1].place(line) == place


# --- which of two files counts ---------------------------------------------------------------------------------------

WANTED = ["mean", "standardize"]
STUBS = STUB + "\n\n\n" + STUB.replace("mean", "standardize")


@pytest.mark.parametrize(
    ("python", "cells", "counts"),
    [
        (STUBS, [STUBS], False),
        (STUBS, [MEAN], True),
        (STUBS, [STUB, MEAN], True),
        (STUBS, [MEAN, STUB], False),
        (STUBS, ["%matplotlib inline\n%%time", "!ls", MEAN], True),
        (STUBS, ["def mean(x)\n  return"], True),
        (STUBS, ["x = 1"], False),
        (STUBS.replace("raise NotImplementedError", "..."), [MEAN], True),
        (MEAN + "\n\n" + STUB.replace("mean", "standardize"), [MEAN, STANDARDIZE], False),
        (MEAN, [STANDARDIZE], False),
        ("", [MEAN], True),
        ("import numpy as np\n", [MEAN], True),
        ("def mean(x)\n", [MEAN], False),
        ("mean = lambda x: 1\n", [MEAN], False),
        ("def other(): return 1\n", [MEAN], True),
        ("def mean(x):\n    if x is None:\n        raise NotImplementedError\n    return 1", [MEAN], False),
        ("def mean(x):\n    for i in x:\n        raise NotImplementedError\n    return 1", [MEAN], True),
        ("def mean(x):\n    'Words.'\n    raise NotImplementedError('to do')", [MEAN], True),
    ],
)
def test_the_py_counts_unless_nothing_is_written_in_it(python, cells, counts):
    """The stated rule, on stubs, half-written files, broken files and files of other functions."""
    assert notebook_counts(python.encode(), notebook(*cells), WANTED) is counts


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"[" * 100_000, notebook(code({}))])
def test_a_notebook_that_cannot_be_read_never_counts_beside_a_py(data):
    """A broken notebook beside a file of stubs changes nothing."""
    assert notebook_counts(STUBS.encode(), data, WANTED) is False


def twin_of(source: str) -> bytes:
    """The notebook of a .py file, a cell for each blank-line block at the top level."""
    blocks = "\n\n# %%\n".join(source.split("\n\n\n"))
    return jupytext.writes(jupytext.reads("# %%\n" + blocks, fmt="py:percent"), fmt="ipynb").encode()


CS229 = find_homework(ROOT, "cs229-ps3")
CODE = [problem for problem in CS229.problems.values() if problem.kind == "code"]
CORPUS = ROOT / "tests" / "corpus" / "cs229_ps3"


@pytest.mark.parametrize("problem", CODE, ids=lambda problem: problem.name)
def test_the_rule_fits_the_course_s_own_files(problem):
    """On every problem of cs229-ps3: stubs give way to a solution on the other side, and to nothing else."""
    stubs = (CS229.template / problem.file).read_text()
    solution = (CORPUS / "base" / f"{problem.name}.py").read_text()
    either = {"stub": stubs, "done": solution}
    pairs = {
        (a, b): notebook_counts(either[a].encode(), twin_of(either[b]), problem.functions)
        for a in either
        for b in either
    }

    assert pairs == {("stub", "stub"): False, ("stub", "done"): True, ("done", "stub"): False, ("done", "done"): False}


@pytest.mark.parametrize("path", sorted(CORPUS.glob("right_*.py")), ids=lambda path: path.stem)
def test_a_right_file_is_never_taken_for_a_stub(path):
    """However a solution is written, its .py counts against a written notebook."""
    problem = CS229.problems[path.stem.split("_")[1]]
    solution = (CORPUS / "base" / f"{problem.name}.py").read_text()

    assert not notebook_counts(path.read_bytes(), twin_of(solution), problem.functions)


def test_every_stub_of_the_templates_is_seen_as_one():
    """In each generated file something is a stub and what is given is not."""
    for problem in CODE:
        found = states((CS229.template / problem.file).read_text())
        assert not all(found.values()), problem.file


# --- through the real path -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def nb_grader() -> Grader:
    """A grader of the tiny homework."""
    with Grader(find_homework(Path(__file__).parent / "tiny", "tiny-hw")) as found:
        yield found


def test_a_notebook_alone_gets_full_points_whatever_is_in_it(nb_grader, tmp_path):
    """Magics, failing cells, stubs and plots beside a right solution cost nothing; one notebook serves all."""
    shapes = (nb_grader.homework.reference / "shapes.py").read_text()
    data = notebook(
        words("# Homework"),
        "%matplotlib inline\n%load_ext autoreload\n!pip install numpy\nimport numpy as np",
        STUB,
        "mean([1, 2])",
        MEAN,
        "%%time\n" + STANDARDIZE,
        shapes,
        "input('name? ')",
        "import sys\nsys.exit()",
        code("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()", outputs=[{"text": "x" * 1_000_000}]),
    )
    run = grade(nb_grader, hand_in(tmp_path, homework_ipynb=data))

    assert points(run) == FULL
    assert "homework.ipynb, cell 1: !pip install numpy was left out" in run.results.output


def test_a_single_notebook_file_can_be_handed_in(nb_grader, tmp_path):
    """The path may be the notebook itself."""
    path = tmp_path / "moments.ipynb"
    path.write_bytes(notebook(*RIGHT))

    assert points(grade(nb_grader, path)) == FULL | {"2": 0.0}


def test_a_twin_is_graded_when_the_py_is_a_stub_and_said(nb_grader, tmp_path):
    """The template's .py beside a written notebook: the notebook counts, and the results say so once."""
    stub = (nb_grader.homework.template / "src/moments.py").read_bytes()
    run = grade(nb_grader, hand_in(tmp_path, moments_py=stub, moments_ipynb=notebook(*RIGHT)))

    assert points(run) == FULL | {"2": 0.0}
    assert run.results.output.count("moments.ipynb was graded, because nothing of its problem is written") == 1


def test_a_written_py_counts_and_its_twin_is_not_run(nb_grader, tmp_path):
    """A notebook beside a right .py is neither run nor mentioned, whatever it holds."""
    data = notebook("while True: pass", "def mean(x): return 0")
    shapes = (nb_grader.homework.reference / "shapes.py").read_text()
    run = grade(nb_grader, hand_in(tmp_path, moments_py="\n".join(RIGHT), moments_ipynb=data, shapes_py=shapes))

    assert points(run) == FULL
    assert "moments.ipynb" not in run.results.output


def read_1a(grader, folder, *cells) -> str:
    """What the student reads of part 1a."""
    return text(grade(grader, hand_in(folder, moments_ipynb=notebook(*cells))), "1a")


def test_a_missing_function_is_explained_by_its_cell(nb_grader, tmp_path):
    """Where the defining cell failed, its number and error are the reason; not that the function is not there."""
    said = read_1a(nb_grader, tmp_path, "x = 1", "table = np.zeros(3)\n" + MEAN)

    assert "mean is not there, because cell 2 of moments.ipynb did not run: NameError: name 'np' is not defined" in said
    assert "(line 1: table = np.zeros(3))" in said


def test_a_stub_is_explained_by_the_cell_that_should_have_replaced_it(nb_grader, tmp_path):
    """A stub that stands because the solution's cell does not compile is not just "not written"."""
    said = read_1a(nb_grader, tmp_path, STUB, "def mean(x)\n    return 1")

    assert "not written yet; cell 2 of moments.ipynb did not run: SyntaxError: expected ':'" in said


def test_a_name_error_is_explained_by_the_cell_that_failed(nb_grader, tmp_path):
    """np is not defined, because the cell that imports it failed."""
    said = read_1a(
        nb_grader, tmp_path, "import no_such_module\nimport numpy as np", MEAN.replace("len(x)", "np.size(x)")
    )

    assert "cell 2, line 2 of moments.ipynb, in mean" in said
    assert "cell 1 of moments.ipynb did not run: ModuleNotFoundError" in said


def test_an_adapters_class_is_explained_by_its_cell(nb_grader, tmp_path):
    """What an adapter looks for in vain, in a hidden case too, is explained by the cell that would have defined it."""
    data = notebook("import numpy as np\nouter = np.outer", "1 / 0\nclass Walk:\n    pass")
    said = text(grade(nb_grader, hand_in(tmp_path, shapes_ipynb=data)), "2")

    assert "cell 2 of shapes.ipynb did not run" in said
    assert "ZeroDivisionError" not in said


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("while True: pass", "cell 2 of moments.ipynb took too long: all cells together may compute for 1 s"),
        ("import os\nos._exit(0)", "the program ended itself (os._exit or similar) instead of returning (in cell 2)"),
        ("import ctypes\nctypes.string_at(0)", "the program crashed (Segmentation fault) (in cell 2)"),
    ],
)
def test_a_cell_that_ends_everything_is_named(nb_grader, tmp_path, monkeypatch, cell, said):
    """Endless loops and crashes cannot be gone on after; the message names the cell."""
    monkeypatch.setattr(worker_module, "IMPORT_S", 1.0)
    monkeypatch.setattr(loading, "IMPORT_S", 1.0)
    assert said in read_1a(nb_grader, tmp_path, "x = 1", cell, *RIGHT)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'{"cells": [{"cell_type": "code", "source": ["def mean(x', "it is not valid JSON (it ends in the middle)"),
        (b"", "it is empty"),
        (b"[" * 1_000_000, "its JSON is nested too deeply"),
    ],
)
def test_a_broken_notebook_is_one_sentence(nb_grader, tmp_path, data, said):
    """The message names the file, what is wrong with it and what to do; other problems are graded."""
    right = (nb_grader.homework.reference / "shapes.py").read_bytes()
    run = grade(nb_grader, hand_in(tmp_path, moments_ipynb=data, shapes_py=right))

    assert points(run) == {"1a": 0.0, "1b": 0.0, "2": 3.0}
    assert f"src/moments.ipynb cannot be imported: {said}" in text(run, "1a")


def test_a_notebook_above_the_size_limit_is_left_out(nb_grader, tmp_path):
    """Fifty megabytes of output are never read: the file is left out, by name."""
    huge = notebook(*RIGHT, code("", outputs=[{"text": "y" * (50 << 20)}]))
    assert len(huge) > FILE_LIMIT
    run = grade(nb_grader, hand_in(tmp_path, moments_ipynb=huge))

    assert "moments.ipynb was left out: it is larger than" in run.results.output


def test_hidden_cases_repeat_nothing_of_a_cell(nb_grader):
    """Where messages may not tell what the student's code says, a failed cell is only numbered."""
    report = LoadReport.of("a.ipynb", {"missing": ["mean"], "held": {"mean": [2, "SECRET", ""]}, "notes": []})

    assert "SECRET" not in str(report.unwritten("mean", ("mean",), told=False))
    assert "SECRET" not in str(report.blamed(StudentError("missing", "no"), "mean", told=False))
    assert "SECRET" in str(report.unwritten("mean", ("mean",), told=True))


@pytest.mark.parametrize("claim", [7, [], {"mean": 1}, {"mean": [1]}, {"mean": ["1", "a", "b"]}, {"mean": [1, 2, 3]}])
def test_a_forged_report_is_no_fault_of_ours(claim):
    """A worker's report in any other form says nothing and breaks nothing."""
    report = LoadReport.of("a.ipynb", {"missing": ["f"], "held": claim, "failed": claim, "notes": claim, "odd": claim})

    assert report.unwritten("f", ("f",), told=True).verdict == "missing"
    assert report.failed == ()


@pytest.mark.parametrize("graded", [7, None, [], "b.py", b"a.ipynb"])
def test_a_forged_choice_falls_back_on_the_py(worker_of, graded):
    """What counts is one of the two files that were named, whatever the worker says."""
    worker = worker_of("def f(): return 1")
    answers = iter([{"laid": 1}, {"graded": graded}, {"steps": 0}, {"missing": []}])
    worker._ask = lambda *args: next(answers)
    worker.load(files={"a.py": b""}, file="a.py", twin="a.ipynb", adapter=None, functions=("f",))

    assert worker.graded == "a.py"


@pytest.mark.parametrize("steps", [-1, 1_000_000, None, "3", True])
def test_a_forged_count_of_cells_ends_the_worker(worker_of, steps):
    """No worker keeps the grader busy with cells that are not there."""
    worker = worker_of("def f(): return 1")
    answers = iter([{"laid": 1}, {"graded": "a.ipynb"}, {"steps": steps}])
    worker._ask = lambda *args: next(answers)

    with pytest.raises(StudentError, match="not in the form"):
        worker.load(files={"a.ipynb": b""}, file="a.ipynb", adapter=None, functions=("f",))
    assert not worker.alive


def test_all_cells_share_one_budget(zygote, monkeypatch):
    """Many cells that each stay below the limit do not add up to more than an import may take."""
    monkeypatch.setattr(worker_module, "IMPORT_S", 2.0)
    worker = zygote.fork(Budget(call_s=0.1, total_s=30, memory_mb=256))
    cell = "import time\nstart = time.process_time()\nwhile time.process_time() < start + 0.6: pass"
    with pytest.raises(StudentError) as raised:
        worker.load(files={"a.ipynb": notebook(*[cell] * 8)}, file="a.ipynb", adapter=None, functions=())

    assert raised.value.verdict == "timeout"
    assert worker.cell == 4


@pytest.mark.parametrize(
    ("files", "warm"),
    [
        ({"moments.py": b"import numpy"}, ("numpy",)),
        ({"moments.py": b"import numpy", "moments.ipynb": GOOD}, ("numpy",)),
        ({"moments.py": b"raise NotImplementedError", "moments.ipynb": GOOD}, ("numpy", MAGICS)),
        ({"moments.ipynb": notebook("from scipy import stats\n")}, ("numpy", "scipy.stats", MAGICS)),
        ({"moments.ipynb": notebook("x = 1\nimport scipy")}, ("numpy", "scipy.stats", MAGICS)),
        ({"moments.ipynb": notebook("import scipyish")}, ("numpy", MAGICS)),
        ({"moments.py": b"import numpy", "other.ipynb": notebook("import scipy")}, ("numpy",)),
    ],
)
def test_only_who_needs_notebooks_pays_for_them(files, warm):
    """What reads magics is warm where a notebook may count; a notebook's own imports are warm too."""
    assert preload(("numpy", "scipy.stats"), Submission("a", files), ("src/moments.py",)) == warm


def test_a_placeholder_below_the_answer_is_no_stub():
    """What stands after a return is never run, so the function is written."""
    assert states("def f(x):\n    return x\n    raise NotImplementedError\n") == {"f": True}
    assert states("def f(x):\n    raise NotImplementedError\n    return x\n") == {"f": False}


@pytest.mark.parametrize(
    "source",
    [
        "from impl import f",
        "from impl import *",
        "from impl import g as f",
        "import impl\nf = impl.f",
        "f, g = impl.pair",
        "f: object = lambda x: x",
        "with impl:\n    def f(x): return x",
        "if impl:\n    pass\nelse:\n    def f(x): return x",
    ],
)
def test_a_function_that_comes_from_elsewhere_is_written(source):
    """However the name is bound in the .py, an old notebook beside it does not take its place."""
    assert notebook_counts(source.encode(), notebook("def f(x):\n    return 0.0"), ["f"]) is False


def test_a_star_import_does_not_write_what_is_a_stub():
    """`from numpy import *` above the template's stubs leaves them stubs."""
    stubs = "from numpy import *\ndef f(x):\n    raise NotImplementedError\n"

    assert notebook_counts(stubs.encode(), notebook("def f(x):\n    return 0.0"), ["f"]) is True
