"""An old program's quarrel with a newer NumPy or SciPy is said to be one, with what to write instead."""

import numpy as np
import pytest

from autograder.engine.kinds import checked_script
from autograder.engine.worker import Budget
from autograder.errors import StudentError
from autograder.manifest import Imports
from autograder.worker.versions import NUMPY, changed_in_a_library

BUDGET = Budget(call_s=10, total_s=30, memory_mb=700)


@pytest.fixture
def worker(zygote):
    """A worker that holds a program of this text, as code or as a script."""
    workers = []

    def make(source, *, watch=None):
        found = zygote.fork(BUDGET)
        workers.append(found)
        functions = ("f",) if watch is None else ("script",)
        found.load(
            files={"a.py": source.encode()},
            file="a.py",
            adapter=None,
            functions=functions,
            imports=Imports(),
            watch=watch,
        )
        return found

    yield make
    for found in workers:
        found.close()


@pytest.mark.parametrize("name", ["float", "int", "math", "product", "trapz", "alltrue", "Inf"])
def test_a_name_that_numpy_removed_is_named_with_its_replacement(worker, name):
    """In a function, at import and in a script: the sentence names the old name, the versions and the new name."""
    words = f"np.{name} is gone from the NumPy used here; this is a matter of versions: write {NUMPY[name]}"
    with pytest.raises(StudentError) as called:
        worker(f"import numpy as np\ndef f():\n    return np.{name}").call("f", (), {}, seed=0)
    with pytest.raises(StudentError) as loaded:
        worker(f"import numpy as np\nold = np.{name}\ndef f():\n    pass")
    run = checked_script(worker(f"import numpy as np\nold = np.{name}", watch=()).call("script", (), {}, seed=0))

    assert words in called.value.text
    assert words in loaded.value.text
    assert words in run["error"]
    assert {called.value.verdict, loaded.value.verdict, run["verdict"]} == {"raised"}


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("from numpy import product", "write np.prod"),
        ("from scipy.misc import logsumexp", "import scipy.special.logsumexp"),
        ("import numpy as np\nint(np.ones((1, 1)))", "take the entry first"),
    ],
)
def test_other_changes_are_named_too(worker, source, words):
    """Imports of what is gone, and arrays with one entry that are no numbers any more."""
    with pytest.raises(StudentError) as loaded:
        worker(source)

    assert words in loaded.value.text
    assert "a matter of versions" in loaded.value.text


def test_the_names_are_gone():
    """No name in the table is in the pinned NumPy: the sentence is never false."""
    assert [name for name in NUMPY if hasattr(np, name)] == []


@pytest.mark.parametrize(
    "error",
    [
        AttributeError("module 'numpy' has no attribute 'flaot'"),
        AttributeError("'list' object has no attribute 'product'"),
        ImportError("cannot import name 'product' from 'mine'"),
        TypeError("unsupported operand"),
        ValueError("module 'numpy' has no attribute 'float'"),
    ],
)
def test_another_error_stays_as_it_is(error):
    """A name that never was, another object's attribute, another module's name: no matter of versions."""
    assert changed_in_a_library(error, str(error)) == ""
