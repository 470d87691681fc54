"""The worker's loop: reads one message, does it, answers with a value or an error, until the socket closes."""

import os
import random
import socket
import sys
from typing import Any

from autograder import wire
from autograder.worker.artifact import read_artifact
from autograder.worker.faults import describe
from autograder.worker.load import Loaded, fault_of, lay_out, load
from autograder.worker.page import make_page
from autograder.worker.pdf import made_with
from autograder.worker.script import Script
from autograder.worker.unpack import unpack

__all__ = ["seed_generators", "serve", "tensors"]

REQUEST_LIMIT = 256 * 1024 * 1024
READ, CHUNK = 1 << 16, 1 << 20  # a read takes in at least, and at most, so much


def serve(reply: socket.socket, scratch: str) -> None:
    """Answers messages until the other side closes; never returns into the zygote's code."""
    state: Loaded | None = None
    limit = 16 * 1024 * 1024

    held = bytearray()

    def receive(n: int) -> bytes:
        while len(held) < n:
            chunk = reply.recv(min(max(n - len(held), READ), CHUNK))
            if not chunk:
                os._exit(0)
            held.extend(chunk)
        taken = bytes(memoryview(held)[:n])
        del held[:n]
        return taken

    while True:
        message = wire.read(receive, limit=REQUEST_LIMIT)
        if message["do"] == "files":
            answer = lay_out(scratch, message)
        elif message["do"] == "unpack":
            limit = message["reply_limit"]
            answer = unpack(message["data"])
        elif message["do"] == "pdf":
            answer = made_with(message["data"])
        elif message["do"] == "artifact":
            limit = message["reply_limit"]
            answer = _artifact(message)
        elif message["do"] == "page":
            answer = _page(scratch, message)
        elif message["do"] == "load":
            limit = message["reply_limit"]
            state = load(scratch, message, Script)
            answer = {"graded": state.file}
        elif state is None:
            answer = {"error": {"verdict": "raised", "kinds": [], "text": "nothing is loaded", "where": ""}}
        else:
            answer = _call(state, message) if message["do"] == "call" else _step(state, message)
        _flush()
        reply.sendall(_packed(answer | {"to": message["id"]}, limit))


def _step(state: Loaded, message: dict[str, Any]) -> dict[str, Any]:
    """One step on the way from a file to a module: read it, run a part of it, say what there is."""
    try:
        if message["do"] == "read":
            steps = state.read()
            seed_generators(0)  # what is drawn at the top level is the same each time
            return {"steps": steps}
        if message["do"] == "run":
            state.run(message["step"])
            return {}
        if message["do"] == "show":
            return state.show(message["step"])
        return state.report(message["functions"])
    except BaseException as error:  # whatever the student's code raises at import, SystemExit included, is its verdict
        return {"error": fault_of(error)}


def _artifact(message: dict[str, Any]) -> dict[str, Any]:
    """What a training run's files hold; or what this machine lacks to read them, which is not the student's fault."""
    try:
        return read_artifact(message)
    except ImportError as error:
        return {"lacking": str(error)[:200]}


def _page(scratch: str, message: dict[str, Any]) -> dict[str, Any]:
    """The HTML of a notebook that ran elsewhere; its pictures lie below `scratch`."""
    folder = os.path.join(scratch, "submission", os.path.dirname(message["file"]))
    try:
        return {"page": make_page(message["notebook"], message["shown"], message["file"], folder)}
    except BaseException as error:  # a text that no renderer can take
        return {"error": fault_of(error)}


def _call(state: Loaded, message: dict[str, Any]) -> dict[str, Any]:
    seed_generators(message["seed"])
    try:
        args = [tensors(a) for a in message["args"]]
        kwargs = {k: tensors(v) for k, v in message["kwargs"].items()}
        return {"value": state.call(message["function"], args, kwargs)}
    except BaseException as error:  # SystemExit and KeyboardInterrupt of the student's code are verdicts too
        return {"error": describe(error)}


def _packed(answer: dict[str, Any], limit: int) -> bytes:
    to = answer["to"]
    try:
        return wire.pack(answer, limit=limit)
    except wire.Unsendable as refusal:
        text = str(refusal)
    except BaseException as error:  # a value that fights being looked at
        text = f"a value that cannot be read ({type(error).__name__})"
    return wire.pack({"error": {"verdict": "malformed", "kinds": [], "text": text[:300], "where": ""}, "to": to})


def seed_generators(seed: int) -> None:
    """Fixes the global generators, so that one submission gives one answer."""
    random.seed(seed)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(seed)
    if "torch" in sys.modules:
        torch = sys.modules["torch"]
        cpu_only = not any(getattr(torch.version, name, None) for name in ("cuda", "hip", "xpu"))
        if cpu_only and sys.platform == "linux":  # for devices it keeps a stack trace of every call, for later
            torch.default_generator.manual_seed(seed)
        else:
            torch.manual_seed(seed)


def tensors(value: Any) -> Any:
    """An argument with every wire.Tensor made a torch tensor."""
    if isinstance(value, wire.Tensor):
        import torch

        dtype = getattr(torch, value.dtype)
        data = torch.from_numpy(value.data.copy())
        tensor = data.view(dtype) if value.dtype == "bfloat16" else data.to(dtype)
        return tensor.requires_grad_(value.requires_grad)
    if isinstance(value, list):
        return [tensors(item) for item in value]
    if isinstance(value, tuple):
        return tuple(tensors(item) for item in value)
    if isinstance(value, dict):
        return {k: tensors(v) for k, v in value.items()}
    return value


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:  # noqa: S112 - the student may have closed or replaced it; its output is all that is lost
            continue
