"""Which imports a homework allows, judged from source text alone; used on both sides of the wall, it uses nothing."""

import ast
import sys
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import NamedTuple

__all__ = [
    "NOTEBOOK",
    "Rule",
    "Violation",
    "judged",
    "local_file",
    "own_modules",
    "reached",
    "sentence",
    "violations",
    "with_notebooks",
]

NOTEBOOK = ("IPython", "autograder")  # what a notebook's own cells may use: its display, the local check
IMPORT_ERRORS = ("ImportError", "ModuleNotFoundError", "Exception", "BaseException")


class Rule(NamedTuple):
    """The packages that may be imported besides Python's own library (None: any), and those that never may."""

    allowed: tuple[str, ...] | None = None
    forbidden: tuple[str, ...] = ()


class Violation(NamedTuple):
    """An import that the rule does not allow: where it stands and which package it names."""

    file: str
    line: int
    package: str


class Found(NamedTuple):
    """An import statement: its line, the module it names, and whether the code goes on where that is not there."""

    line: int
    module: str
    optional: bool


def judged(package: str, rule: Rule) -> bool:
    """Whether the rule allows a package, by its top-level name."""
    if package in rule.forbidden:
        return False
    return rule.allowed is None or package in rule.allowed or package in sys.stdlib_module_names


def with_notebooks(rule: Rule) -> Rule:
    """The rule for a notebook's cells, which may also use what notebooks bring."""
    return rule if rule.allowed is None else rule._replace(allowed=(*rule.allowed, *NOTEBOOK))


def violations(sources: Mapping[str, str], file: str, rule: Rule, own: Container[str] = ()) -> tuple[Violation, ...]:
    """What `file` imports against the rule, itself or through other files of the submission, in order.

    `sources` holds the text of the submission's Python files by path. A file that does not parse is passed over: it
    cannot be run either. An import that the code can do without (in a `try` that catches ImportError) counts only when
    the package is forbidden by name. `own` are names of modules that the submission has somewhere, or makes while it
    runs: what a path or a package brings in reach is no package of others.
    """
    found: list[Violation] = []
    seen: set[str] = set()
    queue = [file]
    folder = str(PurePosixPath(file).parent)
    while queue:
        path = queue.pop(0)
        if path in seen or path not in sources:
            continue
        seen.add(path)
        here = with_notebooks(rule) if path.endswith(".ipynb") else rule
        for line, module, optional in _imports(sources[path]):
            package = module.split(".")[0]
            neighbours = _neighbours(module, path, folder, sources)
            if not package or ((neighbours or package in own) and package not in rule.forbidden):
                queue += neighbours
            elif not judged(package, here) and (not optional or package in rule.forbidden):
                found.append(Violation(path, line, package))
    return tuple(dict.fromkeys(found))


def reached(sources: Mapping[str, str], file: str) -> tuple[str, ...]:
    """The submission's files that running `file` runs, itself first: those it imports, and those that these import."""
    folder = str(PurePosixPath(file).parent)
    queue = [file]
    for path in queue:
        steps = (_neighbours(found.module, path, folder, sources) for found in _imports(sources.get(path, "")))
        queue += dict.fromkeys(name for step in steps for name in step if name not in queue)
    return tuple(queue)


def own_modules(paths: Iterable[str]) -> frozenset[str]:
    """The names under which files of a submission could be imported: their stems, and the folders that hold them."""
    python = [PurePosixPath(path) for path in paths if path.endswith(".py")]
    return frozenset(name for path in python for name in (path.stem, *path.parent.parts))


def local_file(module: str, folder: str, files: Mapping[str, object]) -> list[str]:
    """The submission's own files that `import module` runs from a file in `folder`; none when it is not among them."""
    steps = module.split(".")
    start = "" if folder in (".", "") else folder + "/"
    found = []
    for depth in range(1, len(steps) + 1):
        place = start + "/".join(steps[:depth])
        found += [path for path in (f"{place}.py", f"{place}/__init__.py") if path in files]
    return found


def _neighbours(module: str, path: str, folder: str, files: Mapping[str, object]) -> list[str]:
    """The same for an import in the file `path`: one that begins with dots counts from the file's own folder."""
    name = module.lstrip(".")
    for _ in range(len(module) - len(name)):
        path = str(PurePosixPath(path).parent)
    return local_file(name, folder if name == module else path, files)


def sentence(found: tuple[Violation, ...], rule: Rule, where: Callable[[Violation], str] | None = None) -> str:
    """What a student reads of violations: the first one's place and package, and what is allowed instead.

    `where` says a place in another way than by line and file, as a notebook's cells ask for.
    """
    first = found[0]
    place = f"{where(first) if where else f'line {first.line} of {first.file}'} imports {first.package}"
    more = f" (and {len(found) - 1} more such imports)" if len(found) > 1 else ""
    if first.package in rule.forbidden:
        return f"{place}{more}, which this homework forbids: write what you need from it yourself"
    allowed = ", ".join((*(rule.allowed or ()), "Python's own library"))
    return f"{place}{more}, which this homework does not allow; it allows {allowed}"


def _imports(source: str) -> Iterator[Found]:
    """Every import of a file, `__import__("x")` and `import_module("x")` among them, in the order of its lines."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    optional: set[ast.AST] = set()
    unreached: set[ast.AST] = set()
    found = []
    for node in ast.walk(tree):  # breadth first: a try is met before what stands in it
        if isinstance(node, ast.If) and getattr(node.test, "id", getattr(node.test, "attr", "")) == "TYPE_CHECKING":
            unreached |= {inner for statement in node.body for inner in ast.walk(statement)}
        if isinstance(node, ast.Try) and any(_catches(handler) for handler in node.handlers):
            optional |= {inner for statement in node.body for inner in ast.walk(statement)}
        if node not in unreached:
            found += [Found(line, name, node in optional) for line, name in _named(node)]
    yield from sorted(found)


def _named(node: ast.AST) -> Iterator[tuple[int, str]]:
    """The modules that this one statement or call imports, with its line; what `from` names may be one of them."""
    if isinstance(node, ast.Import):
        yield from ((node.lineno, alias.name) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        start = "." * node.level + (f"{node.module}." if node.module else "")
        yield from ((node.lineno, start + alias.name) for alias in node.names)
    elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in ("__import__", "import_module") and isinstance(node.args[0].value, str):
            yield node.lineno, node.args[0].value


def _catches(handler: ast.ExceptHandler) -> bool:
    """Whether a handler catches a missing package."""
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or getattr(kind, "id", "") in IMPORT_ERRORS for kind in kinds)
