"""A script as the worker runs it: once, in its folder, watched, and with its figures read before they are closed."""

import json

import numpy as np
import pytest

from autograder.engine.kinds import checked_script
from autograder.engine.worker import Budget
from autograder.errors import StudentError
from autograder.kit.figure import calls, figures
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


def test_what_is_still_in_a_buffer_counts_as_written(run):
    """Python writes open files out when a program ends: one that was never closed is not empty here either."""
    source = """
import sys
kept = open("text.txt", "w")
kept.write("abc")
def main():
    global raw
    raw = open("raw.bin", "wb")
    raw.write(b"abcd")
main()
sys.exit()
"""
    assert run(source)["files"] == {"raw.bin": 4, "text.txt": 3}


def test_a_watched_function_keeps_what_its_decorator_gave_it(run):
    """Listening to a function takes nothing from it: a cache can still be emptied."""
    source = """
import functools
import numpy as np
@functools.lru_cache
def em(n):
    return np.full(1, n)
em(3)
em(3)
print(em.cache_info().hits)
em.cache_clear()
"""
    found = run(source, watch=("em",))

    assert (found["error"], found["stdout"]) == ("", "1\n")
    assert [event["value"].tolist() for event in found["events"]] == [[3], [3]]


SAVED = {
    "an open file": ("with open('out.png', 'wb') as f:\n    plt.savefig(f)", "out.png"),
    "an open file elsewhere": (
        "import os\nos.mkdir('sub')\nwith open(os.path.abspath('sub/out.png'), 'wb') as f:\n    plt.savefig(f)",
        "sub/out.png",
    ),
    "a name by keyword": ("plt.savefig(fname='out.png')", "out.png"),
    "pages": (
        "from matplotlib.backends.backend_pdf import PdfPages\nwith PdfPages('out.pdf') as pages:\n    pages.savefig()",
        "out.pdf",
    ),
    "no ending": ("plt.savefig('out')", "out.png"),
    "a dot and no ending": ("plt.savefig('out.')", "out.png"),
    "no ending, but a format": ("plt.savefig('out', format='pdf')", "out"),
    "the canvas": ("plt.gcf().canvas.print_figure('out.png')", "out.png"),
}


@pytest.mark.parametrize("way", SAVED)
def test_a_figure_has_the_name_of_the_file_that_was_written(run, way):
    """By whatever way it is saved, the account's name is that of the file, and each saving is one figure."""
    source, name = SAVED[way]
    found = run(f"import matplotlib.pyplot as plt\nplt.plot([1], [2], 'o')\n{source}\n")

    assert found["error"] == ""
    assert [event["file"] for event in found["events"]] == list(found["files"]) == [name]


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


UNSEEN = {
    "no size": "plt.scatter([1, 2], [1, 2], s=0)",
    "no size for one": "plt.scatter([1, 2, 0], [1, 2, 0], s=[0, 0, 9])",
    "no opacity": "plt.scatter([1, 2], [1, 2], alpha=0)",
    "no opacity of faces and edges": "plt.scatter([1, 2], [1, 2], c=[(1, 0, 0, 0)] * 2)",
    "a line without opacity": "plt.plot([1, 2], [1, 2], 'o', alpha=0)",
    "a line without size": "plt.plot([1, 2], [1, 2], 'o', ms=0)",
    "axes that do not show": "plt.scatter([1, 2], [1, 2])\nplt.gca().set_visible(False)\nplt.gcf().add_subplot()",
    "a scatter that does not show": "plt.scatter([1, 2], [1, 2], visible=False)",
}


@pytest.mark.parametrize("way", UNSEEN)
def test_what_nobody_sees_is_not_shown(run, way):
    """A claim that points are shown is not met by points without size or opacity, or on hidden axes."""
    found = run(f"import matplotlib.pyplot as plt\n{UNSEEN[way]}\nplt.scatter([0], [0])\nplt.savefig('a.png')\n")
    (figure,) = found["events"]

    assert np.unique(figure["points"]).tolist() == [0]


def test_a_point_with_an_edge_only_has_the_edges_colour(run):
    """A face without opacity is no colour that anyone sees."""
    found = run(
        "import matplotlib.pyplot as plt\n"
        "plt.scatter([0, 1], [0, 1], c=[(0, 0, 0, 0)] * 2, edgecolors=['red', 'blue'])\nplt.savefig('a.png')\n"
    )

    assert found["events"][0]["colours"].tolist() == [[1, 0, 0, 1], [0, 0, 1, 1]]


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


@pytest.mark.parametrize(("last", "finished"), [("sys.exit()", True), ("sys.exit(0)", True), ("sys.exit(2)", False)])
def test_a_notebook_may_leave_as_a_program_does(run, last, finished):
    """A cell that ends by `sys.exit()` without an error is no failure of the notebook."""
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source}
        for source in ("import sys\nprint(1)", last)
    ]
    data = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()

    assert run(data, file="src/a.ipynb")["finished"] is finished


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


TOGETHER = "import numpy as np\n{0}def em():\n{0}    return np.ones(2)\n{0}em()\n"


def test_a_function_is_watched_from_its_definition_on(run):
    """A notebook of one cell, or a `with` around all, calls a function where it defines it: that counts."""
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "source": TOGETHER.format("")}
    data = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}).encode()
    block = TOGETHER.format("    ").replace("numpy as np\n", "numpy as np\nwith np.errstate():\n", 1)
    for found in (run(data, file="src/a.ipynb", watch=("em",)), run(block, watch=("em",))):
        assert found["finished"], found["error"]
        assert [(event["name"], event["within"]) for event in found["events"]] == [("em", "")]


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


def test_plots_of_a_module_in_a_folder_below_are_seen(run):
    """Where the program draws is its own affair: any module that it may import can be the one with matplotlib."""
    draw = (
        b"import matplotlib.pyplot as plt\n\n\ndef go():\n    plt.scatter([0, 1], [2, 3])\n    plt.savefig('p.pdf')\n"
    )
    found = run("from plots.draw import go\n\ngo()\n", files={"src/plots/draw.py": draw})

    assert [event["file"] for event in found["events"]] == ["p.pdf"]


def test_a_folder_called_like_a_module_is_no_fault(run):
    """What lies beside the program is none of its errors."""
    assert run("print(1)\n", files={"src/x.py/notes.txt": b""})["stdout"] == "1\n"


def test_past_the_most_calls_a_figure_still_has_its_own(run):
    """Of too many calls those are forgotten that no figure needs."""
    source = """
import matplotlib.pyplot as plt
import numpy as np


def em(i):
    return np.full(1, float(i))


for i in range(801):
    em(i)
for name in ("a.png", "b.png"):
    em(0)
    em(-1 if name == "a.png" else -2)
    plt.savefig(name)
em(-3)
"""
    found = run(source, watch=("em",))

    assert {name: figure.value.tolist() for name, figure in figures(found).items()} == {"a.png": [-1], "b.png": [-2]}
    made = calls(found, "em")
    assert (len(made), made[-1].tolist()) == (800, [-3])


def test_many_long_names_and_titles_do_not_cost_the_account(run):
    """At all of its limits at once an account still comes through the wall: what there is no room for is left out."""
    source = """
import matplotlib.pyplot as plt
import numpy as np


def run_semi_supervised_em():
    return np.zeros(2)


print("y" * 70_000)
for i in range(200):
    with open("ж" * 90 + str(i), "w") as f:
        f.write("1")
figure = plt.figure()
for set_text in (figure.gca().set_title, figure.gca().set_xlabel, figure.gca().set_ylabel):
    set_text("ж" * 300)
for i in range(200):
    for _ in range(5):
        run_semi_supervised_em()
    try:
        figure.savefig("a.nothing")
    except ValueError:
        pass
"""
    found = run(source, watch=("run_semi_supervised_em",))

    assert found["error"] == ""
    assert len(found["files"]) > 100
    assert sum(event["event"] == "figure" for event in found["events"]) > 20
