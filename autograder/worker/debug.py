"""Runs one call of a student's function under the debugger, on the student's own machine and without walls.

Started by path as `python debug.py REQUEST`: a file of the wire with the student's folder, the file to load, the call
and its seed. Loads the file as a worker does, stops at the first line of the student's that the call reaches, and where
the exception was raised when one is.
"""

import linecache
import os
import pdb
import sys
import sysconfig
import tempfile
import traceback
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from autograder import wire
from autograder.worker.load import Loaded, fault_of, load
from autograder.worker.script import Script
from autograder.worker.serve import seed_generators, tensors

sys.path.pop(0)


# in a handout both may lie below the student's folder
NOT_THEIRS = tuple(
    os.path.realpath(path) + os.sep for path in (Path(__file__).parents[1], sysconfig.get_path("purelib"))
)


class Landing(pdb.Pdb):
    """A debugger that first stops on a line of the student's own, below the folder `root`."""

    def __init__(self, root: str) -> None:
        super().__init__()
        self._root = root
        self.landed = False

    def canonic(self, filename: str) -> str:
        """The file's real path: code of the student's is named relative to their folder."""
        theirs = not os.path.isabs(filename) and not filename.startswith("<")
        return os.path.join(self._root, filename) if theirs else str(super().canonic(filename))

    def stop_here(self, frame: FrameType) -> bool:
        """Whether to stop in this frame: before the first stop only in the student's functions."""
        if not self.landed and not (self._theirs(frame) and frame.f_code.co_name != "<module>"):
            return False
        return bool(super().stop_here(frame))

    def user_call(self, frame: FrameType, argument_list: None) -> None:
        """A call is passed over until the first line was reached: the debugger stands in a function, not before it."""
        if self.landed:
            super().user_call(frame, argument_list)

    def user_line(self, frame: FrameType) -> None:
        """Stops; from the first stop on this is the debugger that everybody knows."""
        self.landed = True
        super().user_line(frame)

    def _theirs(self, frame: FrameType) -> bool:
        path = self.canonic(frame.f_code.co_filename)
        return path.startswith(self._root + os.sep) and not path.startswith(NOT_THEIRS)


def main(request: str) -> int:
    """Debugs the call that the file `request` describes; 1 when the student's file cannot be loaded."""
    asked = wire.unpack(Path(request).read_bytes())
    root = os.path.realpath(asked["folder"])
    with tempfile.TemporaryDirectory(prefix="gradelbo-debug-") as scratch:
        os.symlink(root, os.path.join(scratch, "submission"))
        plain: dict[str, Any] = {"twin": None, "imports": [None, []], "functions": [asked["function"]], "watch": None}
        loaded = load(scratch, asked | plain, Script)
        try:
            for step in range(loaded.read()):
                loaded.run(step)
            loaded.report([])
        except BaseException as error:  # whatever the student's code raises at import
            fault = fault_of(error)
            print(f"{asked['file']} cannot be loaded: {fault['text']} {fault['where']}")
            return 1
        _file_away(root, loaded)
        _debug(loaded, asked, root)
    return 0


def _debug(loaded: Loaded, asked: dict[str, Any], root: str) -> None:
    args = [tensors(value) for value in asked["args"]]
    kwargs = {name: tensors(value) for name, value in asked["kwargs"].items()}
    seed_generators(asked["seed"])
    debugger = Landing(root)
    print(f"{asked['function']}: type n for the next line, p NAME to print, c to go on, q to quit")
    try:
        value = debugger.runcall(loaded.call, asked["function"], args, kwargs)
    except BaseException as error:
        traceback.print_exception(error)
        _post_mortem(debugger, error.__traceback__)
        return
    if debugger.landed:
        print(f"returned {value!r}")
    else:
        print(f"{asked['function']} reached no line of {asked['file']}")


def _post_mortem(debugger: Landing, trace: TracebackType | None) -> None:
    """The debugger where the exception was raised."""
    debugger.landed = True
    debugger.reset()
    debugger.interaction(None, trace)


def _file_away(root: str, loaded: Loaded) -> None:
    """Lets the debugger show a notebook's cells, which lie in no file, under the paths that it gives them."""
    if loaded.cells is not None:
        for name in [name for name in linecache.cache if name.startswith(loaded.cells.name)]:
            linecache.cache[os.path.join(root, name)] = linecache.cache[name]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
