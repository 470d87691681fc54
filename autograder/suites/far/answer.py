"""What the grader may ask of the student's modules in the worker, and the reply to each request.

The modules of this package run beside the student's, in the worker, and import nothing of ours but each other.
"""

import importlib
import importlib.util
import json
import os
import random
import sys
import threading
import traceback
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.suites.far.ask import speak_as
from autograder.suites.far.desk import DESK, Lane
from autograder.suites.far.values import READERS, SPECIALS, TEXT_LIMIT, CannotCross, Gone, Reader, Writer, parcel

STACK = 32 << 20


def module_of(name: str, path: str, *, again: bool = False) -> types.ModuleType:
    """The student's module at a path of the submission, run when first asked for, or `again`."""
    if name in DESK.modules and not again:
        return DESK.modules[name]
    target = os.path.join(DESK.root, path)
    known = sys.modules.get(name)
    if known is not None and os.path.realpath(getattr(known, "__file__", None) or "/") == target and not again:
        DESK.modules[name] = known
        return known
    steps = name.split(".")
    package = os.path.basename(path) == "__init__.py"
    prefix = os.path.normpath(os.path.join(os.path.dirname(target), *[".."] * (len(steps) - 1 + package)))
    if prefix not in sys.path:
        sys.path.append(prefix)
    if len(steps) > 1:
        importlib.import_module(".".join(steps[:-1]))
    places = [os.path.dirname(target)] if package else None
    spec = importlib.util.spec_from_file_location(name, target, submodule_search_locations=places)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python source")
    module = DESK.modules.get(name) or importlib.util.module_from_spec(spec)
    if known is None or name in DESK.modules:
        sys.modules[name] = module
    DESK.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        DESK.modules.pop(name)
        if sys.modules.get(name) is module:
            del sys.modules[name]
        raise
    if len(steps) > 1:
        setattr(sys.modules[".".join(steps[:-1])], steps[-1], module)
    return module


def do_import(body: dict[str, Any], reader: Reader) -> Any:
    """Public names and documentation of a module; the libraries that it imports are not its own to hand on."""
    module = module_of(body["name"], body["path"], again=body["again"])
    shown = [name for name, value in vars(module).items() if not isinstance(value, types.ModuleType)]
    public = getattr(module, "__all__", None) or [name for name in shown if not name.startswith("_")]
    return {"names": [str(name) for name in public][:2000], "doc": module.__doc__ and str(module.__doc__)[:TEXT_LIMIT]}


def do_call(body: dict[str, Any], reader: Reader) -> Any:
    """What a function, a class or a method gives."""
    function = reader.read(body["of"])
    args = [reader.read(tree) for tree in body["args"]]
    kwargs = {key: reader.read(tree) for key, tree in body["kwargs"].items()}
    reader.watch()
    if body.get("name") is not None:
        function = getattr(function, body["name"])
    return function(*args, **kwargs)


def do_special(body: dict[str, Any], reader: Reader) -> Any:
    """What an operator or a builtin gives."""
    return SPECIALS[body["name"]](*(reader.read(tree) for tree in body["args"]))


def do_get(body: dict[str, Any], reader: Reader) -> Any:
    """An attribute."""
    return getattr(reader.read(body["of"]), body["name"])


def do_set(body: dict[str, Any], reader: Reader) -> None:
    """Sets an attribute."""
    setattr(reader.read(body["of"]), body["name"], reader.read(body["value"]))


def do_del(body: dict[str, Any], reader: Reader) -> None:
    """Deletes an attribute."""
    delattr(reader.read(body["of"]), body["name"])


def do_dir(body: dict[str, Any], reader: Reader) -> Any:
    """The names of attributes."""
    return [str(name) for name in dir(reader.read(body["of"]))]


def do_seed(body: dict[str, Any], reader: Reader) -> None:
    """Seeds a library's global generator."""
    library, value = body["library"], reader.read(body["value"])
    if library == "random":
        random.seed(value)
    elif library == "numpy":
        np.random.seed(value)
    elif "torch" in sys.modules:
        sys.modules["torch"].manual_seed(value)


READERS["M"] = lambda reader, items: module_of(items[0], items[1])
DOES: dict[str, Callable[[dict[str, Any], Reader], Any]] = {
    "import": do_import,
    "call": do_call,
    "special": do_special,
    "get": do_get,
    "set": do_set,
    "del": do_del,
    "dir": do_dir,
    "seed": do_seed,
}


def answer(module: Any, request: dict[str, Any]) -> Any:
    """One request's reply, or the question that the student's code has for the test on the way to it."""
    body, frames = json.loads(request["tree"]), request["frames"]
    DESK.root = DESK.root or root_of(module)
    for number in body.get("drop", ()):
        DESK.drop(number)
    if body["do"] == "resume":
        lane = DESK.lanes[-1]
        waiting, lane.asked = lane.asked, None
        if waiting is not None:
            waiting.put((body, frames))
        return event_of(lane)
    DESK.next = max(DESK.next, body["next"])
    restore()
    if not body["talk"]:
        speak_as([])
        return done(body, frames)
    threading.stack_size(STACK)
    lane = Lane(lambda: done(body, frames))
    DESK.lanes.append(lane)
    speak_as(body["asks"])
    lane.start()
    return event_of(lane)


def root_of(module: Any) -> str:
    """The folder of the submission: the current one, at first, is that of the file that was loaded."""
    return os.path.realpath(os.path.join(os.getcwd(), *[".."] * str(module.__file__).count("/")))


def event_of(lane: Lane) -> Any:
    """The next thing that a lane has to say: a question for the test, or its reply, with which it ends."""
    reply, waiting = lane.events.get()
    lane.asked = waiting
    if waiting is None:
        DESK.lanes.remove(lane)
    return reply


def done(body: dict[str, Any], frames: list[Any]) -> dict[str, Any]:
    """Does what is asked; whatever the student's code raises is a reply as well."""
    reader, writer = Reader(frames), Writer()
    reply: dict[str, Any]
    try:
        reply = {"value": writer.write(DOES[body["do"]](body, reader))}
    except CannotCross as error:
        reply = {"refused": str(error), "gone": isinstance(error, Gone)}
    except BaseException as error:  # SystemExit and KeyboardInterrupt of the student's code too
        reply = {"raised": raised(error, writer)}
    try:
        reply["changed"] = reader.changes(writer)
    except BaseException:  # a value put into the test's own list that fights being looked at
        reply["changed"] = []
    save()
    return parcel(reply, writer)


def raised(error: BaseException, writer: Writer) -> dict[str, Any]:
    """An exception: its class, its arguments, its text, and the student's line."""
    try:
        text = str(error)[:TEXT_LIMIT]
    except BaseException:
        text = "(its text cannot be printed)"
    kind = type(error)
    reply: dict[str, Any] = {"text": text, "where": where(error)}
    reply["mro"] = [[str(k.__module__)[:200], str(k.__qualname__)[:200]] for k in kind.__mro__[:20]]
    try:
        reply["args"] = [writer.write(arg) for arg in error.args]
    except BaseException:
        reply["args"] = [text]
    return reply if kind.__module__ == "builtins" else reply | {"is": writer.kept(error, kind)}


def where(error: BaseException) -> str:
    """The innermost line of the student's files."""
    try:
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith(DESK.root + os.sep)]
    except BaseException:  # a forged traceback
        return ""
    if isinstance(error, SyntaxError) and str(error.filename).startswith(DESK.root + os.sep):
        return f"line {error.lineno} of {str(error.filename)[len(DESK.root) + 1 :]}"
    if not frames:
        return ""
    inside = "" if frames[-1].name == "<module>" else f", in {frames[-1].name}"
    return f"line {frames[-1].lineno} of {frames[-1].filename[len(DESK.root) + 1 :]}{inside}"[:300]


def restore() -> None:
    """The generators go on where the request before left them; the worker's loop seeds them for each."""
    if DESK.state is None:
        return
    random.setstate(DESK.state[0])
    np.random.set_state(DESK.state[1])
    if DESK.state[2] is not None:
        sys.modules["torch"].set_rng_state(DESK.state[2])


def save() -> None:
    """Takes down where the generators stand."""
    torch = sys.modules.get("torch")
    DESK.state = [random.getstate(), np.random.get_state(), torch.get_rng_state() if torch else None]
