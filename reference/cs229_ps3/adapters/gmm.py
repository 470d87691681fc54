"""Calls a gmm.py written to the course's starter file, unchanged; runs beside it in the worker and knows no answers."""

import ast
import functools
import inspect
import os
import random
import shutil
import tempfile
import textwrap
import types
from contextlib import contextmanager

import numpy as np

SEED = 229
DATA_FILES = ("train.csv", "ds3_train.csv", "ds4_train.csv")
DATA_FOLDERS = (".", "data", os.path.join("..", "data"))


def run_em(module, x, w, phi, mu, sigma, max_iter=None):
    """The module's run_em; with max_iter it ends after that many iterations."""
    return _rows(_call(module, "run_em", {"x": x, "w": w, "phi": phi, "mu": mu, "sigma": sigma}, max_iter), len(x))


def run_semi_supervised_em(module, x, x_tilde, z_tilde, w, phi, mu, sigma, max_iter=None):
    """The module's run_semi_supervised_em; labels go in as integers with one axis, or else as a column of floats."""
    name = "run_semi_supervised_em"
    given = {"x": x, "x_tilde": x_tilde, "z_tilde": z_tilde, "w": w, "phi": phi, "mu": mu, "sigma": sigma}
    column = {**given, "z_tilde": np.asarray(z_tilde, dtype=np.float64)[:, None]}
    try:
        result = _call(module, name, given, max_iter)
    except (TypeError, IndexError, ValueError) as error:  # what a file made for labels in a column meets
        try:
            result = _call(module, name, column, max_iter)
        except Exception:  # noqa: BLE001 - then that was not the reason: the first error is the one to report
            raise error from None
    return _rows(result, len(x))


def initialise(module, x, x_tilde, z_tilde, trial, seed, semi):
    """What main(semi, trial) hands to its run function after np.random.seed(seed): (x, w, phi, mu, sigma)."""
    wanted, other = ("run_semi_supervised_em", "run_em")[:: 1 if semi else -1]
    main, function = _find(module, "main"), _find(module, wanted)
    seen = []

    def recorder(*args, **kwargs):
        seen.append(_start(function, args, kwargs, semi))
        raise _Reached

    def passed_by(*args, **kwargs):
        return np.full((len(x), 4), 0.25)

    with _data_folder(x, x_tilde, z_tilde), _replaced(module, {wanted: recorder, other: passed_by}):
        random.seed(seed)
        np.random.seed(seed)
        try:
            main(**_main_arguments(main, semi, trial))
        except _Reached:
            pass
        except Exception:
            if not seen:
                raise
    if not seen:
        raise LookupError(f"main never calls {wanted}")
    return seen[0]


class _Reached(BaseException):
    """EM was called: nothing after that is of interest. No `except Exception` of main swallows it."""


def _call(module, name, given, max_iter):
    """The function on fresh copies, as far as its signature takes them, from a fixed random state."""
    function = _find(module, name)
    if hasattr(module, "K"):
        module.K = len(given["phi"])
    options = {}
    if max_iter is not None and _takes(function, "max_iter"):
        options["max_iter"] = max_iter
    elif max_iter is not None:
        function = _with_limit(function, getattr(module, "__source__", None), max_iter)
    values = [value.copy() for key, value in given.items() if key != "w" or not _lacks_w(function, len(given))]
    np.random.seed(SEED)
    return function(*values, **options)


def _find(module, name):
    function = getattr(module, name, None)
    if not callable(function):
        raise LookupError(f"there is no function {name}")
    return function


def _parameters(function):
    """The parameters by name; none where Python cannot tell."""
    try:
        return dict(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return {}


def _takes(function, name):
    found = _parameters(function)
    return name in found or any(p.kind is p.VAR_KEYWORD for p in found.values())


def _lacks_w(function, full):
    """Whether this is an older variant of the file, whose run functions make their own w."""
    required = [p for p in _parameters(function).values() if p.kind is p.POSITIONAL_OR_KEYWORD and p.default is p.empty]
    return len(required) == full - 1 and all(p.name != "w" for p in required)


def _rows(result, n):
    """Responsibilities out of whatever came back: a tuple counts by its first item, rows beyond n are cut."""
    if type(result) is tuple and result:
        result = result[0]
    if isinstance(result, list):
        try:
            result = np.array(result, dtype=np.float64)
        except (TypeError, ValueError):
            return result
    return result[:n] if isinstance(result, np.ndarray) and result.ndim else result


@functools.lru_cache(maxsize=64)
def _with_limit(function, source, max_iter):
    """The function with another number in place of the one that its body gives to max_iter."""
    code = getattr(function, "__code__", None)
    node = None if code is None else _definition(function, source)
    limit = _Limit(max_iter)
    if node is None or not limit.put_into(node):
        raise LookupError(
            f"{getattr(function, '__name__', 'the function')} cannot be stopped after a few iterations: "
            "let it take max_iter, or set max_iter to a number inside it, as the starter file does"
        )
    node.decorator_list = []
    tree = ast.fix_missing_locations(ast.Module([node], []))
    compiled = compile(tree, code.co_filename, "exec", dont_inherit=True)
    body = next(c for c in compiled.co_consts if isinstance(c, types.CodeType) and c.co_name == node.name)
    limited = types.FunctionType(body, function.__globals__, node.name, function.__defaults__)
    limited.__kwdefaults__ = function.__kwdefaults__
    return limited


def _definition(function, source):
    """The function's syntax tree, or None where its source is not to be had."""
    try:
        if source is None:
            source = textwrap.dedent(inspect.getsource(function))
        tree = ast.parse(source)
    except (OSError, TypeError, SyntaxError, ValueError):
        return None
    found = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == function.__name__]
    same = [node for node in found if node.lineno == function.__code__.co_firstlineno]
    return (same or found or [None])[-1]


class _Limit(ast.NodeVisitor):
    """Puts a number in the place of every constant that is assigned to max_iter."""

    def __init__(self, value):
        self.value = value
        self.count = 0

    def put_into(self, node):
        """How many constants were replaced."""
        self.visit(node)
        return self.count

    def visit_Assign(self, node):
        """max_iter = 1000, also among other targets, also eps, max_iter = 1e-3, 1000."""
        for target in node.targets:
            names, values = getattr(target, "elts", []), getattr(node.value, "elts", [])
            if names and len(names) == len(values):
                node.value.elts = [self._limited(name, value) for name, value in zip(names, values, strict=True)]
            else:
                node.value = self._limited(target, node.value)

    def visit_AnnAssign(self, node):
        """max_iter: int = 1000."""
        node.value = self._limited(node.target, node.value)

    def _limited(self, target, value):
        made = isinstance(value, ast.Call) and ast.unparse(value.func) == "int" and value.args
        constant = value.args[0] if made else value  # int(1e3)
        number = isinstance(constant, ast.Constant) and type(constant.value) in (int, float)
        if not number or not isinstance(target, ast.Name) or target.id != "max_iter":
            return value
        self.count += 1
        return ast.Constant(self.value)


def _start(function, args, kwargs, semi):
    """(x, w, phi, mu, sigma) out of the arguments of a run function, as arrays where they can be."""
    try:
        values = list(inspect.signature(function).bind(*args, **kwargs).arguments.values())
    except (TypeError, ValueError):
        values = [*args, *kwargs.values()]
    if _lacks_w(function, 7 if semi else 5):
        values.insert(3 if semi else 1, np.full((len(values[0]), len(values[-3])), 1 / len(values[-3])))
    kept = values[:1] + values[3:7] if semi else values[:5]
    if len(kept) < 5:
        raise LookupError(f"main calls {function.__name__} with fewer arguments than the starter file")
    return tuple(_array(value) for value in kept)


def _array(value):
    try:
        return np.array(value, dtype=np.float64)
    except (TypeError, ValueError):
        return value


def _main_arguments(main, semi, trial):
    """Keyword arguments for main, by what its parameters are called."""
    found, unknown = {}, [semi, trial]
    for name, parameter in _parameters(main).items():
        if "semi" in name or "superv" in name:
            found[name] = semi
        elif "trial" in name:
            found[name] = trial
        elif parameter.default is parameter.empty and parameter.kind is parameter.POSITIONAL_OR_KEYWORD and unknown:
            found[name] = unknown.pop(0)
    return found


@contextmanager
def _data_folder(x, x_tilde, z_tilde):
    """A folder of its own as the current one, with the data under every name that files of the course read."""
    back = os.getcwd()
    top = tempfile.mkdtemp(prefix="run_", dir=back)
    try:
        here = os.path.join(top, "src", "semi_supervised_em")
        os.makedirs(here)
        os.chdir(here)
        rows = [*np.column_stack([x, np.full(len(x), -1.0)]), *np.column_stack([x_tilde, z_tilde])]
        text = "x_1,x_2,z\n" + "".join(f"{a:.17g},{b:.17g},{z:.17g}\n" for a, b, z in rows)
        for folder in DATA_FOLDERS:
            os.makedirs(folder, exist_ok=True)
            for name in DATA_FILES:
                with open(os.path.join(folder, name), "w", encoding="ascii") as file:
                    file.write(text)
        yield
    finally:
        os.chdir(back)
        shutil.rmtree(top, ignore_errors=True)


@contextmanager
def _replaced(module, functions):
    """The module with other functions under these names."""
    kept = {name: vars(module)[name] for name in functions if name in vars(module)}
    vars(module).update(functions)
    try:
        yield
    finally:
        for name in functions:
            vars(module).pop(name, None)
        vars(module).update(kept)
