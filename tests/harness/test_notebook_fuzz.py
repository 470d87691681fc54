"""Notebooks made of anything: always a module, or one clear sentence; never an exception that nobody expects."""

import json
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.engine.worker import Budget
from autograder.errors import StudentError
from autograder.source.notebook import Cell, Unreadable, read
from autograder.source.twins import notebook_counts
from autograder.worker.cells import Cells, Failure
from autograder.worker.harmless import harmless
from autograder.worker.magics import as_python
from tests.harness.notebooks import notebook

FUZZ = settings(
    max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
FEW = settings(FUZZ, max_examples=25)

KEYS = st.sampled_from(
    [
        "cells",
        "cell_type",
        "source",
        "input",
        "metadata",
        "nbformat",
        "nbformat_minor",
        "worksheets",
        "outputs",
        "level",
        "attachments",
        "kernelspec",
        "language_info",
        "language",
        "name",
        "id",
    ]
)
WORDS = st.sampled_from(["code", "markdown", "heading", "raw", "python", "R", "x = 1\n", "%%time\n", "\r\n"]) | st.text(
    max_size=20
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | WORDS
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=5), inner, max_size=5),
    max_leaves=20,
)
LINES = st.sampled_from(
    [
        "x = 1",
        "def mean(x):",
        "    return 1",
        "  raise NotImplementedError",
        "%matplotlib inline",
        "!ls",
        "%%bash",
        "%%time",
        "%%capture out",
        "%time y = 2",
        "a = !ls",
        "print?",
        "?x",
        ">>> z = 3",
        "1 / 0",
        "raise SystemExit",
        "return",
        "await f()",
        "class A:",
        "\\",
        "'''",
        "(",
        ")",
        "%run x",
        "%%writefile",
        "\t",
        "\x0c",
        "é = '\ud800'",
        "\0",
        "if x:",
        "%",
        "%%",
        "!",
        "get_ipython().f.g()",
        "display(1)",
        "# %%",
        "import math",
        "lambda: 0",
        "del x",
        "%%timeit",
        "pip install a",
    ]
)
SOURCES = st.lists(LINES, max_size=7).map("\n".join) | st.text(max_size=40)


@st.composite
def mutated(draw) -> bytes:
    """A right notebook with bytes changed, cut out or doubled."""
    data = bytearray(notebook(*draw(st.lists(SOURCES, max_size=3))))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 8)))
        data[start:end] = draw(
            st.binary(max_size=4) | st.just(bytes(data[start:end]) * 2) | st.sampled_from([b'"', b"[", b"}", b","])
        )
    return bytes(data)


def cells_or_sentence(data: bytes) -> list[Cell] | str:
    """What reading gives: cells, or the one sentence."""
    try:
        return read(data)
    except Unreadable as error:
        return str(error)


def is_sound(found: list[Cell] | str) -> bool:
    """Whether this is a list of numbered cells, or one line of text."""
    if isinstance(found, str):
        return 10 < len(found) < 300 and "\n" not in found and found.isprintable()
    numbers = [cell.number for cell in found if cell.number]
    return numbers == list(range(1, len(numbers) + 1)) and all(isinstance(cell.source, str) for cell in found)


@FUZZ
@given(value=JSON)
def test_any_json_is_cells_or_a_sentence(value: Any):
    """JSON with a notebook's words in any arrangement."""
    assert is_sound(cells_or_sentence(json.dumps(value).encode()))


@FUZZ
@given(cells=st.lists(JSON, max_size=4), rest=st.dictionaries(KEYS, JSON, max_size=3))
def test_any_cells_are_cells_or_a_sentence(cells: list[Any], rest: dict[str, Any]):
    """A notebook whose cells, metadata and versions are anything."""
    assert is_sound(cells_or_sentence(json.dumps(rest | {"cells": cells}).encode()))


@FUZZ
@given(data=st.binary(max_size=60) | mutated())
def test_any_bytes_are_cells_or_a_sentence(data: bytes):
    """Random bytes, and notebooks with damaged bytes."""
    assert is_sound(cells_or_sentence(data))


@FUZZ
@given(source=SOURCES)
def test_any_source_becomes_text_of_as_many_lines(source: str):
    """The transformation of a cell never raises and gives a text that ends with its last line."""
    python = as_python(source.replace("\r\n", "\n").replace("\r", "\n"))

    assert python.text.endswith("\n")
    assert all(len(what) <= 60 for what in python.left_out)


@FUZZ
@given(sources=st.lists(SOURCES, max_size=4))
def test_any_cells_run_to_the_last(monkeypatch_here, sources: list[str]):
    """Whatever stands in the cells, each is tried, what failed is a sentence, and the last cell's name is there."""
    module = ModuleType("notebook_a")
    cells = Cells(notebook(*sources, "last = 1"), "a.ipynb", module)
    for index in range(len(cells)):
        cells.run(index)

    assert vars(module)["last"] == 1
    assert all(isinstance(failure, Failure) and failure.text.encode() for failure in cells.failures.values())


@FUZZ
@given(python=SOURCES, sources=st.lists(SOURCES, max_size=3), damaged=mutated())
def test_the_choice_between_twins_never_raises(python: str, sources: list[str], damaged: bytes):
    """Any .py beside any notebook is decided."""
    data = python.encode("utf-8", "surrogatepass")

    assert notebook_counts(data, notebook(*sources), ["mean"]) in (True, False)
    assert notebook_counts(data, damaged, ["mean"]) in (True, False)


@FUZZ
@given(
    html=st.lists(
        st.sampled_from(
            [
                "<",
                ">",
                "</",
                "<!--",
                "-->",
                "<![CDATA[",
                "<!",
                "<?",
                "script",
                "svg",
                "style",
                "img",
                "a",
                "p",
                "math",
                " src=",
                " href=",
                " onerror=",
                "'",
                '"',
                "javascript:x",
                "data:image/png;base64,AA==",
                "&lt;",
                "&#60;",
                "/",
                "=",
                " x",
            ]
        )
        | st.text(max_size=3),
        max_size=25,
    ).map("".join)
)
def test_any_html_becomes_harmless_for_good(html: str):
    """No arrangement of pieces gives a handler, an active tag or another result the second time."""
    try:
        made = harmless(html)
    except AssertionError:  # html.parser on an unknown kind of declaration; the page then shows the cell as text
        return

    assert harmless(made) == made
    assert not any(f"<{tag}" in made for tag in ("script", "svg", "style", "math", "!", "?"))


@FEW
@given(data=mutated() | st.binary(max_size=40))
def test_the_jailed_worker_loads_it_or_says_why(zygote, data: bytes):
    """Through the real wall: a report, or one StudentError with a reason."""
    worker = zygote.fork(Budget(call_s=5, total_s=20, memory_mb=256))
    try:
        told = set(worker.load(files={"a.ipynb": data}, file="a.ipynb", adapter=None, functions=("mean",)))
    except StudentError as error:
        told = {error.verdict, bool(error.text)}
    finally:
        worker.close()

    assert told in ({"missing", "names", "odd", "held", "failed", "notes"}, {"raised", True})


@pytest.fixture(scope="module")
def monkeypatch_here(tmp_path_factory: pytest.TempPathFactory):
    """A folder in which the cells may write."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("cells"))
        yield patch
