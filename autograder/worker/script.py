"""Runs a student's file once as a program of its own, in its folder, and keeps an account of what it did.

Its top-level statements run one after another as `__main__`; a watched function is wrapped as soon as it is there.
What is printed, which files are written, what watched functions return and what figures show is kept, all bounded.
"""

import __future__

import ast
import contextlib
import functools
import gc
import importlib.util
import io
import itertools
import os
import re
import sys
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from autograder.imports import Rule
from autograder.worker.faults import describe
from autograder.worker.load import Loaded
from autograder.worker.pictures import force_agg, listen

__all__ = ["Script"]

PRINTED_LIMIT = 64 * 1024
EVENTS_LIMITS = {"call": 800, "figure": 200}
FILES_LIMIT, NAME_LIMIT = 200, 200
WORDS_LIMIT = 32 * 1024  # bytes of the files' names together, and of what the figures' texts are
ERROR_LIMIT = 500
PLOTS = re.compile(r"\b(matplotlib|pylab|seaborn)\b")
SWITCHED_OFF, SWITCHED_ON = b"RUN_SCRIPT = False", b"RUN_SCRIPT = True "  # the line in a notebook that holds main back
LISTENING = "__listening__"  # what marks watched functions, in the program's own names
STREAMS = (io.TextIOWrapper, io.BufferedWriter, io.BufferedRandom)

NOTHING: dict[str, Any] = {"verdict": "", "text": "", "where": "", "refusal": ""}


class Kept(io.RawIOBase):
    """The end of a stream of bytes that keeps the first ones and forgets the rest."""

    def __init__(self) -> None:
        self.head = b""

    def writable(self) -> bool:
        """It can be written to."""
        return True

    def write(self, data: Any) -> int:
        """Keeps what there is room for; claims to have written everything."""
        self.head += bytes(data[: max(0, PRINTED_LIMIT - len(self.head))])
        return len(data)


class Account:
    """What a run did, in order, within `room` bytes of arrays; half of them are the figures'."""

    def __init__(self, room: int) -> None:
        self.events: list[dict[str, Any]] = []
        self.running: list[str] = []
        self._left = dict(EVENTS_LIMITS)
        self._room = dict.fromkeys(EVENTS_LIMITS, room // 2)
        self._words = WORDS_LIMIT

    def take(self, event: dict[str, Any]) -> None:
        """Takes an event down; a call without its array where there is no room, and nothing past the limits."""
        kind = event["event"]
        if not self._left[kind]:
            if kind == "figure":
                return
            self._room[kind] += _size(self.events.pop(self._least()))
            self._left[kind] += 1
        size = _size(event)
        said = sum(map(_bytes, event.values())) if kind == "figure" else 0
        if size > self._room[kind] or said > self._words:
            if kind == "figure":
                return
            event, size = event | {"value": None}, 0
        self._words -= said
        self._left[kind] -= 1
        self._room[kind] -= size
        self.events.append(event)

    def _least(self) -> int:
        """Of too many calls the one to forget: the last that no figure follows, so that each figure keeps its own."""
        at, after = len(self.events) - 1, "call"
        while (kind := self.events[at]["event"]) == "figure" or after == "figure":
            at, after = at - 1, kind
        return at

    def returned(self, name: str, value: Any) -> None:
        """A watched function returned: its value, of a tuple the first item, if that is a plain array of numbers."""
        first = value[0] if isinstance(value, tuple) and value else value
        plain = isinstance(first, np.ndarray) and first.dtype.kind in "biuf" and first.nbytes <= self._room["call"]
        kept = np.array(first, dtype=None if first.dtype.itemsize <= 8 else float, subok=False) if plain else None
        within = self.running[-1] if self.running else ""
        self.take({"event": "call", "name": name, "within": within, "value": kept})


def _size(event: dict[str, Any]) -> int:
    return sum(value.nbytes for value in event.values() if isinstance(value, np.ndarray))


def _bytes(value: Any) -> int:
    """How many bytes a text takes; 0 for what is none."""
    return len(value.encode("utf-8", "backslashreplace")) if isinstance(value, str) else 0


class Script(Loaded):
    """A file that is run as a whole when `script` is called, the first time; later calls get the same account."""

    def __init__(self, root: str, file: str, rule: Rule, watch: tuple[str, ...], room: int) -> None:
        super().__init__(root, file, None, rule)
        self._watch = watch
        self._account = Account(room)
        self._result: dict[str, Any] | None = None
        self._folder = os.path.dirname(self._path)
        self.module = ModuleType("__main__")

    def read(self) -> int:
        """Makes the source known and holds its imports against the rule; nothing is to be run before the call."""
        if self.file.lower().endswith(".ipynb"):
            _switch_on(self._path)
        super().read()
        self.module.__file__ = self._path
        return 0

    def report(self, functions: list[str]) -> dict[str, Any]:
        """Nothing is missing: `script` is ours."""
        return {"missing": [], "names": [], "odd": {}}

    def call(self, function: str, args: Any, kwargs: Any) -> Any:
        """The account of the run: see docs/kinds.md. Raises what the walls and the import rule refuse."""
        if self._result is None:
            self._result = self._run()
        return self._result

    def _run(self) -> dict[str, Any]:
        printed = Kept()
        if any(PLOTS.search(text) for text in self._texts()) and importlib.util.find_spec("matplotlib"):
            force_agg()
            listen(self._account.take, self._folder)
        before = _files(self._folder)
        kept = sys.stdout
        sys.stdout = io.TextIOWrapper(printed, "utf-8", errors="backslashreplace", write_through=True)
        error: BaseException | None = None
        try:
            self._execute()
        except SystemExit as end:
            error = None if end.code in (None, 0) else end
        except BaseException as raised:  # an account is given of a program that fails, too
            error = raised
        finally:
            stream, sys.stdout = sys.stdout, kept
            _flush(stream)
        told = NOTHING if error is None else describe(error)
        if error is not None and (told["refusal"] or told["verdict"] == "forbidden"):
            raise error
        said = " ".join(part for part in (told["text"], f"({told['where']})" if told["where"] else "") if part)
        _write_out()
        after = _files(self._folder)
        changed = {name: state for name, state in after.items() if before.get(name) != state}
        return {
            "finished": error is None,
            "verdict": told["verdict"],
            "error": " ".join(said.split())[:ERROR_LIMIT],
            "stdout": printed.head.decode("utf-8", "ignore"),
            "files": {name: after[name][0] for name in sorted(_latest(changed))},
            "events": self._account.events,
        }

    def _texts(self) -> Iterator[str]:
        """The program, and the modules beside it and below that it could import."""
        yield str(vars(self.module)["__source__"])
        for name in sorted(_files(self._folder)):
            if name.endswith(".py"):
                with open(os.path.join(self._folder, name), encoding="utf-8", errors="replace") as f:
                    yield f.read()

    def _execute(self) -> None:
        space = vars(self.module)
        space[LISTENING] = lambda name: functools.partial(self._heard, name)
        if self.cells is None:
            tree = ast.parse(space["__source__"], self.file)
            self._mark(tree)
            self._statements(tree.body, 0)
            return
        self.cells.prepare = self._mark
        for index in range(len(self.cells)):
            self.cells.run(index)
            self._wrap()
        failed = [failure for number, failure in self.cells.failures.items() if number not in self.cells.left]
        for failure in failed:
            raise RuntimeError(f"cell {failure.cell} did not run: {failure.text}")

    def _statements(self, body: list[ast.stmt], flags: int) -> None:
        """Runs statements one by one; those of a branch that is taken, too."""
        space = vars(self.module)
        for node in body:
            if isinstance(node, ast.If):
                test = compile(ast.Expression(node.test), self.file, "eval", flags, dont_inherit=True)
                taken = eval(test, space)  # noqa: S307 - running it is the worker's purpose
                self._statements(node.body if taken else node.orelse, flags)
                continue
            flags |= _future(node)
            exec(compile(ast.Module([node], []), self.file, "exec", flags, dont_inherit=True), space)
            self._wrap()

    def _mark(self, tree: ast.Module) -> None:
        """Watched functions that the module defines get a decorator: they may be called before a statement's end."""
        places: list[ast.AST] = [tree]
        for node in places:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                places += [] if isinstance(node, ast.ClassDef | ast.expr) else ast.iter_child_nodes(node)
            elif node.name in self._watch:
                mark = ast.Call(ast.Name(LISTENING, ast.Load()), [ast.Constant(node.name)], [])
                node.decorator_list.insert(0, ast.fix_missing_locations(ast.copy_location(mark, node)))

    def _wrap(self) -> None:
        """Every watched function that is there now is listened to."""
        space = vars(self.module)
        for name in self._watch:
            if name in space:
                space[name] = self._heard(name, space[name])

    def _heard(self, name: str, found: Any) -> Any:
        """The function, listened to; what is listened to already, or is no function, as it is."""
        if not callable(found) or isinstance(found, type) or hasattr(found, "__watched__"):
            return found
        return _listened(found, name, self._account)


def _listened(function: Callable[..., Any], name: str, account: Account) -> Callable[..., Any]:
    """The function, each of its returns taken down."""

    @functools.wraps(function)
    def watched(*args: Any, **kwargs: Any) -> Any:
        account.running.append(name)
        try:
            value = function(*args, **kwargs)
        finally:
            account.running.pop()
        try:
            account.returned(name, value)
        except Exception:  # a value that fights being looked at
            account.returned(name, None)
        return value

    for key in () if isinstance(function, FunctionType) else dir(function):  # cache_clear and the like
        if not hasattr(watched, key):
            with contextlib.suppress(Exception):
                setattr(watched, key, getattr(function, key))
    watched.__watched__ = True  # type: ignore[attr-defined]  # a mark of ours: it is not wrapped twice
    return watched


def _future(node: ast.stmt) -> int:
    """What `from __future__ import …` asks of the statements below it."""
    if not isinstance(node, ast.ImportFrom) or node.module != "__future__":
        return 0
    features = (getattr(__future__, alias.name, None) for alias in node.names)
    return sum(feature.compiler_flag for feature in features if feature is not None)


def _files(folder: str) -> dict[str, tuple[int, int]]:
    """Size and time of every file below a folder."""
    found = {}
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        for name in names:
            path = os.path.join(place, name)
            try:
                status = os.lstat(path)
            except OSError:
                continue
            found[os.path.relpath(path, folder)] = (status.st_size, status.st_mtime_ns)
            if len(found) > 10_000:
                return found
    return found


def _latest(files: dict[str, tuple[int, int]]) -> list[str]:
    """The files that changed last, as many as there is room for their names."""
    newest = sorted((name for name in files if len(name) <= NAME_LIMIT), key=lambda name: -files[name][1])
    ends = itertools.accumulate(map(_bytes, newest))
    return [name for name, end in zip(newest, ends, strict=True) if end <= WORDS_LIMIT][:FILES_LIMIT]


def _write_out() -> None:
    """What open files still hold goes into them, as at the end of a program; nothing is closed."""
    for stream in gc.get_objects():
        if type(stream) in STREAMS:
            with contextlib.suppress(Exception):  # it is closed, or there is no room
                stream.flush()


def _switch_on(path: str) -> None:
    """The template's notebook holds its main block back; here it is to run."""
    with open(path, "rb") as f:
        data = f.read()
    if SWITCHED_OFF in data:
        with open(path, "wb") as f:
            f.write(data.replace(SWITCHED_OFF, SWITCHED_ON))


def _flush(stream: Any) -> None:
    try:
        stream.flush()
    except BaseException:  # the program may have closed or replaced it
        return
