"""What a suite asks for that cannot be had of code in another process, read from its source before anything runs."""

import ast
import sys
from collections.abc import Iterator
from importlib.machinery import PathFinder
from pathlib import Path

__all__ = ["refusals"]

REPLACED = (
    "what the test puts in its place would not reach the student's code, which runs in another process; only "
    "builtins.input, builtins.print, sys.stdin and sys.stdout do"
)
REACHING = ("builtins.input", "builtins.print", "sys.stdin", "sys.stdout", "sys.stderr")
PROGRAMS = ("subprocess", "runpy", "pexpect", "imp")
LOADERS = ("spec_from_file_location", "SourceFileLoader", "load_source", "run_path", "run_module")
SOURCES = ("getsource", "getsourcelines", "getsourcefile", "findsource")
RUNS = ("exec", "eval", "compile")
IN_PROCESS = "its code runs only shut in, in another process"


def refusals(folder: Path, start: Path, modules: tuple[str, ...] = ()) -> list[str]:
    """One sentence for each place, with file and line. `modules` are the student's whatever lies in the suite."""
    found = []
    for path in sorted(start.rglob("*.py")):
        try:
            tree = ast.parse(path.read_bytes())
        except (OSError, SyntaxError, ValueError):  # pytest says what is wrong with it
            continue
        place = path.relative_to(folder).as_posix()
        look = _Look(_theirs(tree, (start, folder), modules))
        found += [f"{place}:{line}: {sentence}" for line, sentence in sorted(set(look.at(tree)))]
    return found


def _theirs(tree: ast.AST, places: tuple[Path, ...], modules: tuple[str, ...]) -> dict[str, str]:
    """The names in a file that stand for the student's modules and what comes from them, by what they stand for."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if _is_theirs(alias.name, places, modules):
                    names[alias.asname or alias.name.split(".")[0]] = alias.name
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and _is_theirs(node.module or "", places, modules):
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def _is_theirs(module: str, places: tuple[Path, ...], modules: tuple[str, ...]) -> bool:
    root = module.split(".")[0]
    if root in modules:
        return True
    if root in sys.stdlib_module_names:
        return False
    return PathFinder.find_spec(root, [*map(str, places), *sys.path]) is None


class _Look:
    """Walks a test file; `theirs` are the names of the student's."""

    def __init__(self, theirs: dict[str, str]) -> None:
        self.theirs = theirs

    def at(self, tree: ast.AST) -> Iterator[tuple[int, str]]:
        """Lines and sentences."""
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                yield from self._class(node)
            elif isinstance(node, ast.Call):
                yield from self._call(node)
            elif isinstance(node, ast.Assign | ast.AugAssign | ast.Delete):
                targets: list[ast.expr] = [node.target] if isinstance(node, ast.AugAssign) else [*node.targets]
                yield from self._targets(targets)

    def _class(self, node: ast.ClassDef) -> Iterator[tuple[int, str]]:
        for base in node.bases:
            if name := self._name(base):
                yield node.lineno, f"the class {node.name} is a subclass of the student's {name}; {IN_PROCESS}"

    def _targets(self, targets: list[ast.expr]) -> Iterator[tuple[int, str]]:
        for target in targets:
            if isinstance(target, ast.Attribute) and (name := self._name(target.value)):
                yield target.lineno, f"{name}.{target.attr} is replaced; {REPLACED}"

    def _call(self, node: ast.Call) -> Iterator[tuple[int, str]]:
        name, owner = _named(node.func)
        first = node.args[0] if node.args else None
        text = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
        theirs = self._name(first) if first is not None else ""
        if name in RUNS and not owner:
            yield (
                node.lineno,
                f"{name} is called; text that the student's code could have chosen would run in the grader",
            )
        elif owner.split(".")[0] in PROGRAMS or (owner == "os" and name in ("system", "popen")):
            yield node.lineno, f"{owner}.{name} starts a program; the student's runs only shut in: import and call it"
        elif name in LOADERS:
            yield node.lineno, f"{name} runs a file; {IN_PROCESS}: import it by its name"
        elif name in SOURCES and theirs:
            yield node.lineno, f"the source of the student's {theirs} is asked for; read the file handed in as text"
        elif name == "patch" and text and text not in REACHING:
            yield node.lineno, f"{text} is patched; {REPLACED}"
        elif (name in ("object", "multiple") and owner.endswith("patch")) or name in ("setattr", "delattr"):
            what = theirs or (text if "." in text and owner == "monkeypatch" and text not in REACHING else "")
            if what:
                yield node.lineno, f"{what} is patched; {REPLACED}"

    def _name(self, node: ast.AST) -> str:
        """What of the student's a name, or a dotted name, stands for; "" for all else."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.insert(0, node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or node.id not in self.theirs:
            return ""
        return ".".join([self.theirs[node.id], *parts])


def _named(function: ast.expr) -> tuple[str, str]:
    """The last name of what is called, and the dotted name before it."""
    if isinstance(function, ast.Name):
        return function.id, ""
    if isinstance(function, ast.Attribute):
        return function.attr, ast.unparse(function.value)
    return "", ""
