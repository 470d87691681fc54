"""A script as the worker runs it: once, in its folder, watched, and with its figures read before they are closed."""

import json

import numpy as np
import pytest

from autograder.engine.kinds import checked_script
from autograder.engine.worker import Budget
from autograder.errors import StudentError
from autograder.manifest import Imports

ANYTHING = Imports()
BUDGET = Budget(call_s=10, total_s=60, memory_mb=700)


@pytest.fixture
def run(zygote):
    """Runs a text as a script in a worker; gives its account."""
    workers = []

    def make(source, *, watch=(), files=None, file="src/a.py", imports=ANYTHING, times=1):
        worker = zygote.fork(BUDGET)
        workers.append(worker)
        handed = {file: source.encode() if isinstance(source, str) else source, **(files or {})}
        worker.load(files=handed, file=file, adapter=None, functions=("script",), imports=imports, watch=watch)
        return [checked_script(worker.call("script", (), {}, seed=0)) for _ in range(times)][-1]

    yield make
    for worker in workers:
        worker.close()


def test_it_runs_as_main_in_its_own_folder(run):
    """`__name__`, `sys.argv` and the current folder are those of `python a.py`; what it prints and writes is kept."""
    source = """
import os, sys
from beside import ONE
print(__name__, sys.argv, os.path.basename(os.getcwd()), os.path.basename(os.path.dirname(__file__)), ONE)
with open("b.txt") as f:
    text = f.read()
with open("c.txt", "w") as f:
    f.write(text * 2)
"""
    found = run(source, files={"src/beside.py": b"ONE = 1\n", "src/b.txt": b"xy"})

    assert found["finished"]
    assert found["stdout"] == "__main__ ['a.py'] src src 1\n"
    assert found["files"] == {"c.txt": 4}


def test_it_runs_once_a_worker(run):
    """A second call gives the account of the first."""
    found = run("with open('n.txt', 'a') as f:\n    f.write('x')\n", times=3)

    assert found["files"] == {"n.txt": 1}


@pytest.mark.parametrize(
    ("source", "finished", "error"),
    [
        ("raise SystemExit", True, ""),
        ("raise SystemExit(0)", True, ""),
        ("raise SystemExit(3)", False, "SystemExit: 3 (line 1 of src/a.py, in <module>)"),
        ("x = 1\n1 / 0", False, "ZeroDivisionError: division by zero (line 2 of src/a.py, in <module>)"),
        ("raise ValueError('two\\nlines')", False, "ValueError: two lines (line 1 of src/a.py, in <module>)"),
        ("x = (", False, "SyntaxError: '(' was never closed (src/a.py line 1: x = ()"),
    ],
)
def test_how_it_ended_is_told_on_one_line(run, source, finished, error):
    """Kind and message of what it raised; leaving by sys.exit() without an error is an end like another."""
    found = run(source)

    assert (found["finished"], found["error"]) == (finished, error)


def test_a_stub_is_told_as_missing(run):
    """What is not written yet is another matter than what is wrong."""
    assert run("def f():\n    raise NotImplementedError\n\n\nf()\n")["verdict"] == "missing"


def test_watched_functions_tell_what_they_return(run):
    """Each return, as it was then: later changes in place do not count; of a tuple the first item."""
    source = """
from __future__ import annotations
import numpy as np


def em(x: Undefined, n):
    w = np.full(2, float(n))
    return (w, n) if n else w


if __name__ == "__main__":
    def other():
        return em(None, 1)[0].tolist()

    w, _ = em(None, 3)
    w += 1
    em(None, 0)
    other()
    print(em.__name__)
"""
    found = run(source, watch=("em", "other", "absent"))

    assert found["error"] == ""
    made = [(event["name"], event["within"]) for event in found["events"]]
    assert made == [("em", ""), ("em", ""), ("em", "other"), ("other", "")]
    assert [event["value"] if event["value"] is None else event["value"].tolist() for event in found["events"]] == [
        [3.0, 3.0],
        [0.0, 0.0],
        [1.0, 1.0],
        None,
    ]
    assert found["stdout"] == "em\n"


DRAWN = {
    "one scatter": "plt.scatter(x[:, 0], x[:, 1], c=[COLOURS[k] for k in z])",
    "one scatter a point": "[plt.scatter(a, b, color=COLOURS[k], alpha=0.25) for (a, b), k in zip(x, z)]",
    "one scatter a cluster": "[plt.scatter(*x[z == k].T, c=COLOURS[k], marker='x') for k in range(3)]",
    "only edges": "[plt.scatter(*x[z == k].T, facecolors='none', edgecolors=COLOURS[k]) for k in range(3)]",
    "a colour map": "plt.scatter(x[:, 0], x[:, 1], c=z, cmap=matplotlib.colors.ListedColormap(COLOURS))",
    "lines": "[plt.plot(*x[z == k].T, 'o', color=COLOURS[k]) for k in range(3)]",
    "open markers": "[plt.plot(*x[z == k].T, 'o', mfc='none', mec=COLOURS[k]) for k in range(3)]",
    "two axes": "fig, axes = plt.subplots(1, 2)\naxes[0].scatter(*x[z < 2].T, c=[COLOURS[k] for k in z[z < 2]])\n"
    "axes[1].scatter(*x[z == 2].T, c=COLOURS[2])",
}


@pytest.mark.parametrize("way", DRAWN)
def test_a_figure_is_read_however_it_was_drawn(run, way):
    """Points and colours come out of scatters and lines, one for all or one for each."""
    source = f"""
import matplotlib
matplotlib.use("TkAgg")
import matplotlib.pyplot as plt
import numpy as np
COLOURS = ["red", "blue", "orange"]
x = np.arange(12.0).reshape(6, 2)
z = np.array([0, 1, 2, 0, 1, 2])
plt.figure()
{DRAWN[way]}
plt.title("t"); plt.xlabel("a"); plt.ylabel("b")
plt.savefig("out.pdf")
plt.show()
plt.close()
"""
    found = run(source)
    (figure,) = found["events"]
    order = np.argsort(figure["points"][:, 0])

    assert found["finished"], found["error"]
    assert figure["file"] == "out.pdf"
    assert found["files"].keys() == {"out.pdf"}
    assert figure["points"][order].tolist() == np.arange(12.0).reshape(6, 2).tolist()
    assert np.round(figure["colours"][order, :3], 2).tolist() == [[1, 0, 0], [0, 0, 1], [1, 0.65, 0]] * 2


def test_markers_and_names_tell_figures_apart(run):
    """Points of another marker have another number; a file without an ending gets matplotlib's."""
    source = """
import matplotlib.pyplot as plt
fig, ax = plt.subplots()
ax.scatter([0, 1], [0, 1])
ax.plot([2], [2], "o")
ax.scatter([3], [3], marker="^")
fig.savefig("sub")
"""
    (figure,) = run(source)["events"]
    markers = dict(zip(figure["points"][:, 0].tolist(), figure["markers"].tolist(), strict=True))

    assert figure["file"] == "sub.png"
    assert markers[0.0] == markers[1.0] == markers[2.0] != markers[3.0]


def test_the_import_rule_holds(run):
    """A script is held against the homework's rule before it runs, and while it runs."""
    rule = Imports(("numpy",), ())
    with pytest.raises(StudentError) as caught:
        run("import scipy\n", imports=rule)
    assert (caught.value.verdict, "line 1 of src/a.py imports scipy" in caught.value.text) == ("forbidden", True)
    with pytest.raises(StudentError) as caught:
        run("import importlib\nname = 'sci' + 'py'\nimportlib.import_module(name)\n", imports=rule)
    assert caught.value.verdict == "forbidden"


def test_a_notebook_serves_as_a_script(run):
    """Its cells run the same way; what holds the template's main block back does not count here."""
    cells = [
        "def em():\n    import numpy as np\n    return np.ones(2)\n",
        "%matplotlib inline\nRUN_SCRIPT = False  # True runs what the script runs\nif RUN_SCRIPT:\n"
        "    em()\n    print('ran')\n",
    ]
    made = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": cell} for cell in cells]
    data = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": made}).encode()
    found = run(data, file="src/a.ipynb", watch=("em",))

    assert found["finished"], found["error"]
    assert found["stdout"] == "ran\n"
    assert [event["name"] for event in found["events"]] == ["em"]


HOSTILE = {
    "leaves": ("import os\nos._exit(0)", "raised"),
    "starts a program": ("import subprocess\nsubprocess.run(['true'])", "forbidden"),
    "writes into the connection": ("import os\nos.write(3, b'junk' * 9)", "malformed"),
    "forges its account": (
        "import gc\nfor o in gc.get_objects():\n    if type(o).__name__ == 'Account':\n        o.events.append(3)",
        "malformed",
    ),
    "loops": ("while True:\n    pass", "timeout"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_gives_no_account_has_a_verdict(zygote, name):
    """A script that ends itself, the walls or the wire is a StudentError like any call."""
    source, verdict = HOSTILE[name]
    worker = zygote.fork(BUDGET._replace(call_s=0.5))
    try:
        worker.load(files={"a.py": source.encode()}, file="a.py", adapter=None, functions=("script",), watch=())
        with pytest.raises(StudentError) as caught:
            checked_script(worker.call("script", (), {}, seed=0))
    finally:
        worker.close()

    assert caught.value.verdict == verdict


BOUNDED = {
    "prints a lot": "for _ in range(300):\n    print('x' * (1 << 20))",
    "writes to a closed stream": "import sys\nsys.stdout.close()",
    "has no stream": "import sys\nsys.stdout = None",
    "calls a watched function often": "import numpy as np\ndef em(): return np.ones((1000, 4))\n"
    "for _ in range(3000): em()",
    "writes many files": "for i in range(900): open(f'{i}.txt', 'w').close()",
    "replaces savefig": "import matplotlib.figure as f\nf.Figure.savefig = lambda *a, **k: None",
    "breaks matplotlib": "import matplotlib.collections as c\nc.PathCollection.get_offsets = lambda s: 1 / 0\n"
    "import matplotlib.pyplot as plt\nplt.savefig('a.png')",
    "saves many figures": "import matplotlib.pyplot as plt\nfig = plt.figure(figsize=(0.1, 0.1), dpi=10)\n"
    "for i in range(300): fig.savefig('a.png')",
    "saves nowhere": "import io\nimport matplotlib.pyplot as plt\nplt.savefig(io.BytesIO())",
}


@pytest.mark.parametrize("name", BOUNDED)
def test_too_much_of_anything_is_cut(run, name):
    """The account has room for what an honest script does, and ends there."""
    found = run(BOUNDED[name], watch=("em",))

    assert found["finished"], found["error"]
    assert len(found["stdout"]) <= 1 << 16
    assert len(found["files"]) <= 200
    assert len(found["events"]) <= 1000
