"""One case in full: the call as code, as a program of its own, and in the debugger."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from autograder import cli
from autograder.engine.submission import intake
from autograder.local.debugger import debug
from autograder.local.literal import call_lines, literal
from autograder.local.replay import Call, replay_case, script
from autograder.plain import Tensor

FIXED = settings(max_examples=200, deadline=None, database=None, derandomize=True)
WRONG = "import numpy as np\n\n\ndef mean(x):\n    total = float(np.sum(x))\n    return total\n"
KINDS = st.one_of(arrays.floating_dtypes(sizes=(32, 64), endianness="="), arrays.integer_dtypes(endianness="="))
PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary()
    | st.complex_numbers()
    | arrays.arrays(
        KINDS | st.just(np.dtype(bool)) | st.just(np.dtype(complex)), arrays.array_shapes(min_dims=0, min_side=0)
    ),
    lambda inner: st.lists(inner) | st.tuples(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@pytest.fixture
def failing(grader, submission):
    """The tiny homework with a wrong mean: the folder, and the id of the smallest failing case."""
    folder = submission(moments=WRONG + "\n\ndef standardize(x):\n    return x\n")
    case = grader.banks.public.cases(grader.properties[0])[-1].id
    return folder, case


def evaluated(code):
    """The value of an expression that uses np and nothing else."""
    return eval(code, {"np": np})  # noqa: S307 - made by `literal` a moment ago


def parts(value):
    """The numbers of an array as floats, real and imaginary parts side by side."""
    return np.array([value.real, value.imag], dtype=np.longdouble)


def same(one, other):
    """Whether two values are alike, types and signs of zeros included; any NaN is any other."""
    if isinstance(one, np.ndarray):
        return (
            one.dtype == other.dtype
            and one.shape == other.shape
            and np.array_equal(one, other, equal_nan=one.dtype.kind in "fc")
            and bool(np.all((np.signbit(parts(one)) == np.signbit(parts(other))) | np.isnan(parts(one))))
        )
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and repr(one) == repr(other)


@FIXED
@given(value=PLAIN)
def test_a_literal_makes_the_same_value_again(value):
    """What a student copies into a terminal is what their function was called with: types, shapes, NaN, zeros."""
    assert same(value, evaluated(literal(value)))


@pytest.mark.parametrize("value", [np.float64(0.1), np.float32("nan"), np.int8(-3), np.bool(True), np.float64("-inf")])
def test_a_number_of_numpys_stays_one(value):
    """np.float32(0.1) is not 0.1."""
    back = evaluated(literal(value))

    assert type(back) is type(value)
    assert repr(back) == repr(value)


def test_a_large_array_is_shown_by_its_shape_and_written_whole():
    """On the screen the shape, in the saved program every number."""
    value = np.arange(5000, dtype=np.float32).reshape(100, 50)

    assert literal([value], most=60) == "[<array (100, 50) of float32>]"
    assert same(value, evaluated(literal(value)))


def test_a_tensor_is_made_by_torch():
    """A tensor keeps its type, bfloat16's bits included, and whether it wants a gradient."""
    torch = pytest.importorskip("torch")
    bits = Tensor("bfloat16", np.array([16256], dtype=np.int16), requires_grad=False)
    wants = Tensor("float32", np.array([[1.5, np.nan]], dtype=np.float32), requires_grad=True)

    made = [eval(literal(value), {"np": np, "torch": torch}) for value in (bits, wants)]  # noqa: S307 - as above

    assert (made[0].dtype, made[0].item()) == (torch.bfloat16, 1.0)
    assert (made[1].dtype, made[1].requires_grad, made[1].shape) == (torch.float32, True, (1, 2))


def test_a_call_names_its_arguments():
    """An argument a line, with what it is called in the signature behind it."""
    lines = call_lines("f", (1, np.eye(2)), {"k": 3}, ["n", "a"])

    assert lines[0] == "f("
    assert lines[1] == "    1,  # n"
    assert lines[-2:] == ["    k=3,", ")"]
    assert evaluated("(lambda f: " + "\n".join(lines) + ")(lambda n, a, k: (n, a.sum(), k))") == (1, 2.0, 3)


def test_a_replay_knows_the_call_and_what_came_back(grader, failing):
    """Function, arguments, seed and value of the last call are there to be shown."""
    folder, case = failing
    (found,) = replay_case(grader, intake(folder), case)

    assert found.check.verdict == "wrong"
    assert found.call.function == "mean"
    assert found.call.names == ["x"]
    assert found.call.values == (float(np.sum(found.call.args[0])),)


def test_a_replay_of_a_call_that_raises_has_no_value(grader, submission):
    """Nothing came back, and nothing that came back earlier is shown in its place."""
    folder = submission(moments="def mean(x): return 1 / 0\ndef standardize(x): return x\n")
    case = grader.banks.public.cases(grader.properties[0])[0].id

    assert replay_case(grader, intake(folder), case)[0].call.values == ()


def test_the_replay_shows_code_that_can_be_copied(failing, tiny):
    """The printed call runs as it stands."""
    folder, case = failing
    shown = CliRunner().invoke(cli.main, ["check", "--path", str(folder), "--case", case], obj=tiny.root).output
    code = shown.split("called\n")[1].split("returned\n")[0]
    value = shown.split("returned\n")[1].split("\n")[0].strip()

    assert repr(evaluated(code.strip().replace("mean(", "(lambda x: float(np.sum(x)))(", 1))) == value


def test_the_saved_program_calls_the_function_without_gradelbo(failing, tiny, tmp_path):
    """In an interpreter that cannot find the project it prints what the check saw."""
    folder, case = failing
    target = tmp_path / "elsewhere" / "case.py"
    target.parent.mkdir()
    words = ["check", "--path", str(folder), "--case", case, "--save", str(target)]
    shown = CliRunner().invoke(cli.main, words, obj=tiny.root).output
    done = subprocess.run([sys.executable, "-I", str(target)], cwd="/", capture_output=True, text=True, check=True)

    assert "autograder" not in target.read_text()
    assert done.stdout.strip() == shown.split("returned\n")[1].split("\n")[0].strip()


@pytest.mark.parametrize("ending", [".py", ".ipynb"])
def test_the_saved_program_goes_through_the_adapter(tiny, tmp_path, ending):
    """Where the check calls an object of the student's, so does the program; of a notebook it runs the cells."""
    source = (tiny.reference / "shapes.py").read_text()
    file = tmp_path / f"shapes{ending}"
    cells = [{"cell_type": "code", "source": ["%matplotlib inline\n", "import numpy as np"]}]
    book = json.dumps({"cells": [*cells, {"cell_type": "code", "source": source.splitlines(keepends=True)}]})
    file.write_text(book if ending == ".ipynb" else source)
    adapter = (tiny.reference / tiny.problems["shapes"].adapter).read_text()
    target = tmp_path / "case.py"
    target.write_text(script(Call("walk", (3,), {}, ["n"], 7, 1, ()), file, adapter, target, "A walk"))
    done = subprocess.run([sys.executable, "-I", str(target)], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[0.  1.  1.5]"


def debugged(capfd, monkeypatch, tmp_path, call: Call, folder: Path, file: str, keys: str, adapter=None) -> str:
    """What the terminal shows when these keys are typed in the debugger."""
    typed = tmp_path / "keys"
    typed.write_text(keys)
    with typed.open() as source:
        monkeypatch.setattr(sys, "stdin", source)
        saved = sys.stdin.fileno()
        kept = os.dup(0)
        os.dup2(saved, 0)
        try:
            debug(call, folder, file, adapter)
        finally:
            os.dup2(kept, 0)
            os.close(kept)
    out, err = capfd.readouterr()
    return out + err


def test_the_debugger_lands_in_the_students_function(capfd, monkeypatch, tmp_path, failing):
    """It stops on the function's first line, shows the source, and knows the arguments."""
    call = Call("mean", (np.array([1.0, 2.0]),), {}, ["x"], 1, 1, ())
    shown = debugged(capfd, monkeypatch, tmp_path, call, failing[0], "src/moments.py", "p x\nn\np total\nc\n")

    assert "moments.py(5)mean()" in shown
    assert "-> total = float(np.sum(x))" in shown
    assert "array([1., 2.])" in shown
    assert "3.0" in shown
    assert "returned 3.0" in shown


def test_the_debugger_stands_where_an_exception_was_raised(capfd, monkeypatch, tmp_path):
    """After the traceback the frame that raised is there to be looked at."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "moments.py").write_text("def mean(x):\n    here = 41\n    return x / 0\n")
    call = Call("mean", (1,), {}, ["x"], 1, 1, ())
    shown = debugged(capfd, monkeypatch, tmp_path, call, tmp_path, "src/moments.py", "c\np here + 1\nq\n")

    assert "ZeroDivisionError" in shown
    assert "(Pdb) 42" in shown


def test_the_debugger_passes_by_the_adapter(capfd, monkeypatch, tmp_path, tiny):
    """The code between check and student is not where a student wants to stand."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "shapes.py").write_bytes((tiny.reference / "shapes.py").read_bytes())
    adapter = (tiny.reference / tiny.problems["shapes"].adapter).read_bytes()
    call = Call("walk", (3,), {}, ["n"], 1, 1, ())
    shown = debugged(capfd, monkeypatch, tmp_path, call, tmp_path, "src/shapes.py", "p n\nc\n", adapter)

    assert "states()" in shown.split("(Pdb)")[0]
    assert "(Pdb) 3" in shown


def test_the_debugger_lands_in_a_notebooks_cell(capfd, monkeypatch, tmp_path):
    """It stops on the first line of a function in a cell and shows that cell's source."""
    source = ["def f(x):\n", "    twice = 2 * x\n", "    return twice / 0\n"]
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": code} for code in (["a = 1\n"], source)]
    book = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    (tmp_path / "a.ipynb").write_text(json.dumps(book))
    call = Call("f", (3,), {}, ["x"], 1, 1, ())
    shown = debugged(capfd, monkeypatch, tmp_path, call, tmp_path, "a.ipynb", "n\np twice\nc\np twice + 1\nq\n")

    assert "-> twice = 2 * x" in shown
    assert "(Pdb) 6" in shown
    assert "ZeroDivisionError" in shown
    assert "(Pdb) 7" in shown


def test_the_debugger_sees_the_same_random_numbers(capfd, monkeypatch, tmp_path):
    """The generators start as they did in the check."""
    (tmp_path / "a.py").write_text("import numpy as np\n\n\ndef f():\n    return np.random.rand()\n")
    np.random.seed(5)
    expected = np.random.rand()
    shown = debugged(capfd, monkeypatch, tmp_path, Call("f", (), {}, [], 5, 1, ()), tmp_path, "a.py", "c\n")

    assert f"returned {expected!r}" in shown


def test_a_file_that_cannot_be_loaded_is_said_so(capfd, monkeypatch, tmp_path):
    """There is nothing to debug before the file runs."""
    (tmp_path / "a.py").write_text("import nothing_of_that_name\n")
    shown = debugged(capfd, monkeypatch, tmp_path, Call("f", (), {}, [], 5, 1, ()), tmp_path, "a.py", "")

    assert "a.py cannot be loaded: ModuleNotFoundError" in shown


def test_a_debugger_without_a_call_is_refused(submission, tiny, grader):
    """A file that cannot be imported calls nothing: the reason is shown, and that there is nothing to run."""
    case = grader.banks.public.cases(grader.properties[0])[0].id
    words = ["check", "--path", str(submission(moments="import nothing_of_that_name\n")), "--case", case, "--pdb"]
    result = CliRunner().invoke(cli.main, words, obj=tiny.root)

    assert result.exit_code == 2
    assert "cannot be imported" in result.output
    assert "there is nothing to run" in result.output
