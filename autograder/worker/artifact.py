"""Reads the files of a training run as data and as nothing else: a checkpoint, arrays, tables; in a jailed worker.

A checkpoint is a safetensors file, or a state dict saved by torch that loads with weights_only. What asks for more
memory than the worker may use, or than may come back, is told from what is damaged.
"""

import csv
import io
import math
import os
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

__all__ = ["read_artifact"]

TENSOR_LIMIT, NAME_LIMIT = 4096, 200
ROW_LIMIT, COLUMN_LIMIT = 10_000, 40
DTYPES = {"F16": "<f2", "F32": "<f4", "F64": "<f8"}
SAVE = "save model.state_dict() with safetensors.torch.save_file, or with torch.save"
MEMORY = "needs more memory to be read than it may use"


class Refused(Exception):
    """The file is not what it must be; the text says why, and what to do."""


def read_artifact(message: Mapping[str, Any]) -> dict[str, Any]:
    """What each of the named files holds, by name: {"tensors"}, {"array"} or {"columns", "rows"}.

    Where one cannot be read it is {"verdict", "error"}. Raises ImportError where this machine lacks a reader.
    """
    start, room, found = 0, message["reply_limit"], {}
    for name, size in zip(message["names"], message["sizes"].tolist(), strict=True):
        found[name] = _read(name, message["data"][start : start + size], room)
        start += size
    return {"files": found}


def _read(name: str, data: bytes, room: int) -> dict[str, Any]:
    try:
        return READERS[os.path.splitext(name)[1].lower()](data, room)
    except ImportError:
        raise
    except Refused as refusal:
        return {"verdict": "malformed", "error": f"{name} {refusal}"}
    except MemoryError:
        return {"verdict": "memory", "error": f"{name} {MEMORY}"}
    except Exception as error:  # a reader of a library's own: whatever it raises, these bytes are not its format
        if "allocate memory" in str(error):  # how torch says MemoryError
            return {"verdict": "memory", "error": f"{name} {MEMORY}"}
        return {"verdict": "malformed", "error": f"{name} cannot be read ({type(error).__name__}): is it damaged?"}


def _safetensors(data: bytes, room: int) -> dict[str, Any]:
    """The tensors of a safetensors file; bfloat16 comes as float32."""
    from safetensors import deserialize

    entries = deserialize(data)  # type: ignore[no-untyped-call]
    _fits([(name, math.prod(entry["shape"])) for name, entry in entries], room)
    found = {}
    for name, entry in entries:
        kind, shape = entry["dtype"], entry["shape"]
        if kind == "BF16":
            found[name] = (np.frombuffer(entry["data"], "<u2").astype("<u4") << 16).view("<f4").reshape(shape)
        elif kind in DTYPES:
            found[name] = np.frombuffer(entry["data"], DTYPES[kind]).reshape(shape)
        else:
            raise Refused(f"holds {name[:80]!r} as {kind}: weights are float16, bfloat16, float32 or float64")
    return {"tensors": found}


def _state_dict(data: bytes, room: int) -> dict[str, Any]:
    """The tensors of a state dict that torch saved; nothing but weights is unpickled."""
    import torch

    try:
        loaded = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    except Exception as error:
        if type(error).__name__ != "UnpicklingError":
            raise
        raise Refused(f"holds more than weights, a whole pickled module perhaps, and is not loaded: {SAVE}") from None
    if not isinstance(loaded, dict) or not all(isinstance(name, str) for name in loaded):
        raise Refused(f"holds a {type(loaded).__name__} and no state dict: {SAVE}")
    for name, value in loaded.items():
        if not isinstance(value, torch.Tensor):
            raise Refused(f"is no state dict, {name[:80]!r} is a {type(value).__name__} in it: {SAVE}")
        if value.layout is not torch.strided or value.device.type != "cpu" or not value.dtype.is_floating_point:
            raise Refused(f"holds {name[:80]!r} as {value.dtype}, {value.layout}: weights are dense numbers")
    _fits([(name, value.numel()) for name, value in loaded.items()], room)
    kept = (torch.float16, torch.float32, torch.float64)
    plain = {n: v.detach() if v.dtype in kept else v.detach().float() for n, v in loaded.items()}
    return {"tensors": {name: np.array(value.numpy()) for name, value in plain.items()}}


def _fits(tensors: list[tuple[str, int]], room: int) -> None:
    """Refuses too many tensors, names too long, and more numbers than may come back, before any is copied."""
    if len(tensors) > TENSOR_LIMIT:
        raise Refused(f"holds {len(tensors)} tensors, more than any model that was asked for")
    if long := [name for name, _ in tensors if len(name) > NAME_LIMIT]:
        raise Refused(f"holds a tensor with a name of {len(long[0])} characters")
    if 4 * sum(count for _, count in tensors) > room:
        raise MemoryError


def _npy(data: bytes, room: int) -> dict[str, Any]:
    """The array of a .npy file; no objects."""
    stream = io.BytesIO(data)
    version = np.lib.format.read_magic(stream)
    header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = header(stream)
    if dtype.kind not in "iuf":
        raise Refused(f"holds {dtype} and no numbers: save it with np.save")
    size = math.prod(shape) * dtype.itemsize
    if size > room:
        raise MemoryError
    if size != len(data) - stream.tell():
        raise Refused("is shorter or longer than it says: save it with np.save")
    stream.seek(0)
    array = np.lib.format.read_array(stream, allow_pickle=False)
    return {"array": array.astype(np.float64 if dtype.itemsize > 4 else dtype.newbyteorder("="))}


def _csv(data: bytes, room: int) -> dict[str, Any]:
    """A table of numbers below a line with the columns' names."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("is no UTF-8 text") from None
    lines = list(csv.reader(io.StringIO(text), strict=True))
    rows = [line for line in lines[1:] if line]
    if not lines or not 0 < len(lines[0]) <= COLUMN_LIMIT or len(rows) > ROW_LIMIT:
        raise Refused("must be a table of numbers below a line with the columns' names")
    if odd := [n for n, row in enumerate(rows, 2) if len(row) != len(lines[0])]:
        raise Refused(f"has {len(lines[0])} columns, but another number of entries in its row {odd[0]}")
    try:
        numbers = [[float(cell) for cell in row] for row in rows]
    except ValueError as error:
        raise Refused(f"holds what is no number: {str(error)[:80]}") from None
    return {"columns": [name.strip()[:80] for name in lines[0]], "rows": np.array(numbers).reshape(len(rows), -1)}


READERS: dict[str, Callable[[bytes, int], dict[str, Any]]] = {
    ".safetensors": _safetensors,
    ".pt": _state_dict,
    ".npy": _npy,
    ".csv": _csv,
}
