"""The notebook beside a template file: the same functions, one cell for each block, and a cell that runs the check."""

import ast
import hashlib
import warnings
from collections.abc import Iterator
from pathlib import PurePosixPath

from autograder.build.blocks import Block, blocks
from autograder.errors import ManifestError

__all__ = ["SCRIPT_SWITCH", "twin", "twin_path"]

SCRIPT_SWITCH = "RUN_SCRIPT"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def twin_path(file: str) -> str:
    """Where the notebook of a template file lies: beside it."""
    return PurePosixPath(file).with_suffix(".ipynb").as_posix()


def twin(source: str, file: str, parts: tuple[str, ...]) -> bytes:
    """The notebook (nbformat 4.5, no outputs) of a template file, with the same bytes each time.

    The module's docstring is the title; a script's last block runs only when it is switched on; the last cell checks
    `parts`. Raises ManifestError for a line of the source that would begin a cell of its own.
    """
    import jupytext
    import nbformat

    cells = [_title(source), *_code(source), _check(file, parts)]
    percent = "\n\n".join(f"# %%{' [markdown]' if kind == 'markdown' else ''}\n{body}" for kind, body in cells) + "\n"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of jupytext's own making
        notebook = jupytext.reads(percent, fmt="py:percent")
    if [(cell.cell_type, cell.source) for cell in notebook.cells] != [
        (kind, _shown(kind, body)) for kind, body in cells
    ]:
        raise ManifestError(
            [f"{file}: a line of it begins with %, ! or # %%, which means something else in a notebook"]
        )
    for n, cell in enumerate(notebook.cells):
        cell.id = hashlib.blake2b(f"{n} {cell.source}".encode(), digest_size=4).hexdigest()
        cell.metadata = {}
    notebook.metadata = METADATA
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    nbformat.validate(notebook)
    text = str(nbformat.writes(notebook))  # type: ignore[no-untyped-call]
    return (text.rstrip("\n") + "\n").encode()


def _title(source: str) -> tuple[str, str]:
    """The module's docstring, its first line as a heading, commented out as jupytext wants it."""
    told = (ast.get_docstring(ast.parse(source)) or "Homework").split("\n")
    lines = [f"# {told[0]}", *told[1:]]
    return "markdown", "\n".join(f"# {line}".rstrip() for line in lines)


def _shown(kind: str, body: str) -> str:
    """A cell's source as the notebook has it."""
    if kind == "markdown":
        return "\n".join(line[2:] for line in body.split("\n"))
    return "\n".join(line.removeprefix("# ") if line.startswith("# %run") else line for line in body.split("\n"))


def _code(source: str) -> Iterator[tuple[str, str]]:
    """The code cells: functions and classes one by one, imports together, constants together, the script off."""
    kind, group = "", list[Block]()
    for block in blocks(source):
        this = _kind(block.node)
        if group and (this != kind or this in ("definition", "script")):
            yield "code", _cell(group)
            group = []
        if this != "docstring":
            group.append(block)
        kind = this
    if group:
        yield "code", _cell(group)


def _cell(group: list[Block]) -> str:
    if _kind(group[0].node) == "script":
        lines = group[0].text.split("\n")
        head = next(n for n, line in enumerate(lines) if line.startswith("if "))
        lines[head] = f"{SCRIPT_SWITCH} = False  # True runs what the script runs\nif {SCRIPT_SWITCH}:"
        return "\n".join(lines)
    return "".join("\n" * (block.gap + 1 if n else 0) + block.text for n, block in enumerate(group))


def _kind(node: ast.stmt) -> str:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return "import"
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return "definition"
    if isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'":
        return "script"
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        return "docstring"
    return "constant"


def _check(file: str, parts: tuple[str, ...]) -> tuple[str, str]:
    """Two lines that check the saved notebook from within."""
    top = "/".join([".."] * (len(PurePosixPath(file).parts) - 1)) or "."
    lines = (
        f'import sys; sys.path.insert(0, "{top}")  # save the notebook, then run this cell',
        f"# %run -m autograder check {' '.join(parts)} --path {top}",
    )
    return "code", "\n".join(lines)
