"""The import hook of a suite: what Python finds nowhere else is a module of the submission, and becomes a proxy.

So the student can take the place of nothing: neither of the standard library nor of the suite's own modules.
"""

import sys
from collections.abc import Iterable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import FrameType, ModuleType
from typing import Any

from autograder.engine.submission import Submission
from autograder.errors import GradelboError, StudentFault
from autograder.suites.link import Link
from autograder.suites.places import deferred, fault, ours
from autograder.suites.proxies import RemoteModule

__all__ = ["StudentFinder", "path_of"]


def path_of(submission: Submission, name: str) -> str | None:
    """The path of a module in a submission: near misses of its file's name count, as in homeworks. None: nowhere."""
    whole = name.replace(".", "/")
    for wanted in (f"{whole}.py", f"{whole}/__init__.py"):
        found = sorted((p for p in submission.files if p == wanted or p.endswith("/" + wanted)), key=_depth)
        if found:
            return found[0]
    return submission.locate(f"{name}.py").path if "." not in name else None


def _depth(path: str) -> tuple[int, str]:
    return path.count("/"), path


class StudentFinder(MetaPathFinder, Loader):
    """Finds the submission's modules for the suite's own files; with `names` these and no others."""

    def __init__(self, link: Link, submission: Submission, names: Iterable[str] | None = None) -> None:
        self.link = link
        self.submission = submission
        self.names = None if names is None else frozenset(names)
        self.missing: set[str] = set()

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> Any:
        """A spec for every module that the suite asks for and that nobody else has."""
        if self.names is not None and name.split(".")[0] not in self.names:
            return None
        asking = _asking()
        if asking is None or not ours(asking.f_code.co_filename):
            return None
        found = path_of(self.submission, name)
        folder = self._is_folder(name)
        if found is None and not folder and (not deferred(asking) or _from_list()):
            return None  # Python's own ModuleNotFoundError
        return ModuleSpec(name, self, origin=found, is_package=folder or found is None or "__init__" in found)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """The proxy, empty."""
        module = RemoteModule(spec.name)
        module._link, module._names, module._broken = self.link, (), ""
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Has the worker import the module, or import it again."""
        assert isinstance(module, RemoteModule)  # noqa: S101 - made above
        name = module.__name__
        asking = _asking()
        path = path_of(self.submission, name)
        if path is None and self._is_folder(name):
            return
        try:
            if path is None:
                self.missing.add(name)
                raise fault(self._absent(name))
            if not path.endswith(".py") and not path.endswith(".py.txt"):
                raise fault(f"{path} is no Python source; hand in {name}.py")
            again = name in self.link.modules
            self.link.modules[name] = module
            names, doc = self.link.load(name, path, again=again)
            module._names = tuple(names)
            module.__doc__ = doc if isinstance(doc, str) else None
        except GradelboError:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever the student's module raises, SystemExit too
            sentence = str(error) if isinstance(error, StudentFault) else _told(path or name, error)
            if asking is None or not deferred(asking):
                raise (StudentFault if isinstance(error, StudentFault) else ImportError)(sentence) from None
            module._broken = sentence

    def _absent(self, name: str) -> str:
        return self.submission.locate(f"{name.replace('.', '/')}.py").note or f"{name} is not among the files handed in"

    def _is_folder(self, name: str) -> bool:
        """Whether a name is a folder of the submission without an __init__.py."""
        inside = name.replace(".", "/") + "/"
        return any(path.startswith(inside) or f"/{inside}" in path for path in self.submission.files)


def _told(path: str, error: BaseException) -> str:
    where = next(iter(getattr(error, "__notes__", ())), "")
    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return f"{path} cannot be imported: {said}{f' ({where})' if where else ''}"


def _from_list() -> bool:
    """Whether the import system looks for the names of a `from … import`, which need not be modules."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and "importlib" in frame.f_code.co_filename:
        if frame.f_code.co_name == "_handle_fromlist":
            return True
        frame = frame.f_back
    return False


def _asking() -> FrameType | None:
    """The frame whose import statement is at work: the innermost one outside the import system and this file."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and (
        frame.f_code.co_filename == __file__ or "importlib" in frame.f_code.co_filename.partition("site-packages")[0]
    ):
        frame = frame.f_back
    return frame
