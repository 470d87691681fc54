"""The only format that crosses the wall: framed plain data; both sides import it, of ours it imports `plain` only.

A message is one frame: 4 bytes length, a msgpack head of at most 256 KiB, then the raw bytes of its arrays in the
order in which the head announces them. Nothing is ever unpickled; whatever the bytes are, decoding gives plain values
or raises WireError, and holds no more memory than `limit` plus a small multiple of the head's cap.
"""

import math
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from autograder.plain import Tensor

__all__ = [
    "HEAD_LIMIT",
    "Tensor",
    "Unsendable",
    "WireError",
    "decode",
    "digest_parts",
    "encode",
    "pack",
    "read",
    "unpack",
]

HEAD_LIMIT = 256 * 1024
DEPTH_LIMIT = 12
LEAF_LIMIT = 16_384
AXES_LIMIT = 32
LENGTH = struct.Struct(">I")
DTYPES = {
    "b": ("|b1",),
    "i": ("|i1", "<i2", "<i4", "<i8"),
    "u": ("|u1", "<u2", "<u4", "<u8"),
    "f": ("<f2", "<f4", "<f8"),
    "c": ("<c8", "<c16"),
}
WHITELIST = {name for names in DTYPES.values() for name in names}
ITEMSIZES = {name: int(name[2:]) for name in WHITELIST}
LARGEST = 1 << 31  # entries of an array, counting an empty axis as one
TORCH_DTYPES = {"float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool"}


class WireError(Exception):
    """These bytes are not a message."""


class Unsendable(Exception):
    """This value is not plain data; the text names its type."""


@dataclass
class Sink:
    """What one encoding has gathered, and how much more it may."""

    frames: list[bytes]
    leaves: int
    room: int

    def add(self, data: bytes) -> int:
        """The index of one more frame."""
        self.frames.append(data)
        return len(self.frames) - 1

    def reserve(self, shape: tuple[int, ...], itemsize: int) -> None:
        """Takes room for an array of this shape, or refuses it before anything is copied."""
        self.check(shape, itemsize)
        self.room -= math.prod(shape) * itemsize

    def check(self, shape: tuple[int, ...], itemsize: int) -> None:
        """Refuses an array for which there is no room."""
        size = math.prod(shape) * itemsize
        if len(shape) > AXES_LIMIT or math.prod(max(n, 1) for n in shape) > LARGEST:
            raise Unsendable(f"an array of shape {shape}"[:200])
        if size > self.room:
            raise Unsendable(f"an array of shape {shape}, {size / 2**20:.4g} MiB, which is more than may come back")


class Frames:
    """The arrays' bytes of one message, each to be used once and in order: a head cannot multiply what was sent."""

    def __init__(self, frames: list[bytes]) -> None:
        self.frames = frames
        self.used = 0

    def take(self, index: int) -> bytes:
        """The next frame, which must be the one with this index."""
        if index != self.used or index >= len(self.frames):
            raise WireError("a frame that was not sent")
        self.used += 1
        return self.frames[index]


class Head(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """A message's head: the body as a tree of tagged lists, and the lengths of the array frames behind it."""

    body: Any
    lengths: list[int]


def encode(value: Any, *, limit: int = 1 << 31) -> tuple[Any, list[bytes]]:
    """A plain value as a tree of tagged lists and the raw bytes of its arrays.

    Types are exact: None, bool, int, float, complex, str, bytes, list, tuple, dict with str keys, numpy arrays and
    scalars of the kinds b i u f c, torch tensors. Anything else raises Unsendable with the type's name; so do arrays of
    more than `limit` bytes together, by their shape and before they are copied.
    """
    sink = Sink([], LEAF_LIMIT, limit)
    return _encode(value, sink, 0), sink.frames


def decode(body: Any, frames: list[bytes]) -> Any:
    """The value that `encode` described; raises WireError for anything that it could not have produced."""
    source = Frames(frames)
    value = _decode(body, source, 0)
    if source.used != len(frames):
        raise WireError("frames are left over")
    return value


def pack(value: Any, *, limit: int = 1 << 31) -> bytes:
    """A value as one message; raises Unsendable as `encode` does."""
    body, frames = encode(value, limit=limit)
    try:
        head = msgspec.msgpack.encode(Head(body, [len(f) for f in frames]))
    except (OverflowError, msgspec.MsgspecError) as error:
        raise Unsendable(str(error)) from None
    if len(head) > HEAD_LIMIT:
        raise Unsendable("a value with too many parts: return arrays instead of long lists")
    return b"".join([LENGTH.pack(len(head)), head, *frames])


def read(receive: Callable[[int], bytes], *, limit: int) -> Any:
    """The next message of a stream; `receive(n)` gives exactly n bytes, `limit` caps the arrays' bytes together.

    The caps are checked before anything is read, so a claim of 4 GiB costs nothing.
    """
    size = LENGTH.unpack(receive(LENGTH.size))[0]
    if size > HEAD_LIMIT:
        raise WireError(f"a head of {size} bytes")
    head = _head(receive(size))
    if sum(head.lengths) > limit:
        raise WireError(f"arrays of {sum(head.lengths)} bytes where {limit} are allowed")
    return decode(head.body, [receive(n) for n in head.lengths])


def unpack(data: bytes) -> Any:
    """The value of one whole message held in memory (a bank's case, a test)."""
    position = 0

    def receive(n: int) -> bytes:
        nonlocal position
        chunk = data[position : position + n]
        if len(chunk) != n:
            raise WireError("the message is cut short")
        position += n
        return chunk

    value = read(receive, limit=len(data))
    if position != len(data):
        raise WireError("bytes are left over")
    return value


def digest_parts(value: Any) -> list[bytes]:
    """What identifies a value: its tree and its arrays' bytes, for hashing."""
    body, frames = encode(value)
    return [msgspec.msgpack.encode(body), *frames]


def _head(data: bytes) -> Head:
    try:
        head = msgspec.msgpack.decode(data, type=Head)
    except (msgspec.MsgspecError, ValueError, RecursionError, OverflowError) as error:
        raise WireError(f"not a head: {error}") from None
    if len(head.lengths) > LEAF_LIMIT:
        raise WireError(f"{len(head.lengths)} frames")
    if any(n < 0 for n in head.lengths):
        raise WireError("a negative length")
    return head


def _encode(value: Any, sink: Sink, depth: int) -> Any:
    sink.leaves -= 1
    if sink.leaves < 0:
        raise Unsendable("a value with too many parts: return arrays instead of long lists")
    if depth > DEPTH_LIMIT:
        raise Unsendable(f"a value nested deeper than {DEPTH_LIMIT} levels")
    kind = type(value)
    if value is None:
        return ["n"]
    if kind is bool:
        return ["b", value]
    if kind is float:
        return ["f", value]
    if kind is int:
        return ["i", value] if -(2**63) <= value < 2**63 else ["I", _big(value)]
    if kind is str:
        return ["s", value if value.isascii() else value.encode("utf-8", "backslashreplace").decode()]
    if kind is bytes:
        sink.reserve((len(value),), 1)
        return ["y", sink.add(value)]
    if kind is complex:
        return ["c", value.real, value.imag]
    if kind is list:
        return ["l", [_encode(item, sink, depth + 1) for item in value]]
    if kind is np.ndarray:
        return _encode_array(value, sink)
    if kind is Tensor:
        return ["T", value.dtype, _encode_array(value.data, sink), value.requires_grad]
    if isinstance(value, tuple):
        return ["t", [_encode(item, sink, depth + 1) for item in tuple.__iter__(value)]]
    if kind is dict:
        items = [[_key(k), v] for k, v in value.items()]
        if len({k for k, _ in items}) < len(items):
            raise Unsendable("a dict with keys that differ only in what Unicode does not know")
        return ["d", [[k, _encode(v, sink, depth + 1)] for k, v in items]]
    if isinstance(value, np.generic | np.ndarray):
        return _encode_array(value, sink)
    if kind.__module__ == "torch" or kind.__module__.startswith("torch."):
        return _encode_torch(value, sink)
    raise Unsendable(_type_name(kind))


def _big(value: int) -> str:
    if value.bit_length() > 4096:
        raise Unsendable("an integer of more than 4096 bits")
    return str(value)


def _key(key: Any) -> str:
    if type(key) is not str:
        raise Unsendable(f"a dict with a key of type {_type_name(type(key))}")
    return key if key.isascii() else key.encode("utf-8", "backslashreplace").decode()


def _type_name(kind: type) -> str:
    name = str(getattr(kind, "__qualname__", "?"))[:80]
    module = str(getattr(kind, "__module__", ""))[:80]
    return name if module in ("builtins", "__main__", "") else f"{module}.{name}"


def _encode_array(value: Any, sink: Sink) -> Any:
    if type(value) is np.ndarray and value.dtype.str in WHITELIST and _fits(value, sink):
        sink.room -= value.nbytes
        return ["a", value.dtype.str, list(value.shape), sink.add(value.tobytes())]
    if isinstance(value, np.ma.MaskedArray):
        raise Unsendable("numpy.ma.MaskedArray")
    if value.dtype.kind in "fc" and value.dtype.itemsize > (8 if value.dtype.kind == "f" else 16):
        sink.reserve(value.shape, 0)  # long double: as precise as the wire goes
        value = value.astype(np.float64 if value.dtype.kind == "f" else np.complex128)
    dtype = value.dtype
    little = dtype.newbyteorder("<").str if dtype.itemsize > 1 else dtype.str
    if little not in WHITELIST:
        raise Unsendable(f"an array of {dtype}"[:80])
    sink.reserve(value.shape, dtype.itemsize)
    plain = np.array(value, dtype=little, order="C", copy=True, subok=False)
    tag = "g" if isinstance(value, np.generic) else "a"
    return [tag, little, list(plain.shape), sink.add(plain.tobytes())]


def _fits(value: np.ndarray[Any, Any], sink: Sink) -> bool:
    """Whether there is room for an array that has entries, without a look at each axis."""
    return 0 < value.nbytes <= min(sink.room, LARGEST) and value.ndim <= AXES_LIMIT


def _encode_torch(value: Any, sink: Sink) -> Any:
    import torch

    if not isinstance(value, torch.Tensor):
        raise Unsendable(_type_name(type(value)))
    name = str(value.dtype).removeprefix("torch.")
    if name not in TORCH_DTYPES or value.layout is not torch.strided or value.device.type == "meta":
        raise Unsendable(f"a torch tensor of {name}, {value.layout}, on {value.device.type}")
    sink.check(tuple(value.shape), value.element_size())
    plain = value.detach().to("cpu").contiguous()
    data = plain.view(torch.int16) if name == "bfloat16" else plain
    return ["T", name, _encode_array(data.numpy(), sink), bool(value.requires_grad)]


def _decode(body: Any, frames: Frames, depth: int) -> Any:
    if depth > DEPTH_LIMIT or type(body) is not list or not body or type(body[0]) is not str:
        raise WireError("not a value")
    reader = READERS.get(body[0])
    if reader is None:
        raise WireError("an unknown kind of value")
    try:
        return reader(body, frames, depth)
    except (TypeError, ValueError, IndexError, KeyError, OverflowError, MemoryError) as error:
        raise WireError(f"a malformed value: {type(error).__name__}") from None


def _exactly(n: int, body: list[Any], *kinds: type) -> list[Any]:
    if len(body) != n + 1:
        raise WireError("a malformed value")
    for item, kind in zip(body[1:], kinds, strict=False):
        if type(item) is not kind:
            raise WireError("a malformed value")
    return body[1:]


def _read_none(body: list[Any], frames: Frames, depth: int) -> None:
    _exactly(0, body)


def _read_float(body: list[Any], frames: Frames, depth: int) -> float:
    (value,) = _exactly(1, body)
    if type(value) not in (float, int):
        raise WireError("not a float")
    return float(value)


def _read_big(body: list[Any], frames: Frames, depth: int) -> int:
    (text,) = _exactly(1, body, str)
    if len(text) > 1300:
        raise WireError("an integer too long")
    return int(text)


def _read_list(body: list[Any], frames: Frames, depth: int) -> list[Any]:
    (items,) = _exactly(1, body, list)
    return [_decode(item, frames, depth + 1) for item in items]


def _read_dict(body: list[Any], frames: Frames, depth: int) -> dict[str, Any]:
    (items,) = _exactly(1, body, list)
    found = {}
    for item in items:
        if type(item) is not list or len(item) != 2 or type(item[0]) is not str or item[0] in found:
            raise WireError("a malformed dict")
        found[item[0]] = _decode(item[1], frames, depth + 1)
    return found


def _read_bytes(body: list[Any], frames: Frames, depth: int) -> bytes:
    data: bytes = frames.take(_exactly(1, body, int)[0])
    return data


def _read_array(body: list[Any], frames: Frames, depth: int) -> np.ndarray[Any, Any]:
    dtype, shape, index = _exactly(3, body, str, list, int)
    data = frames.take(index)
    if dtype not in ITEMSIZES or len(shape) > AXES_LIMIT:
        raise WireError("a malformed array")
    size = 1
    for n in shape:
        if type(n) is not int or n < 0:
            raise WireError("a malformed array")
        size *= n
    if (size or math.prod(max(n, 1) for n in shape)) > LARGEST:  # giant axes beside an empty one cost nothing to send
        raise WireError("an array of giant axes")
    if size * ITEMSIZES[dtype] != len(data):
        raise WireError("an array whose bytes do not fit its shape")
    if dtype == "|b1" and data.strip(b"\0\1"):
        raise WireError("a boolean that is neither 0 nor 1")
    return np.frombuffer(data, dtype=dtype).reshape(shape).copy()


def _read_scalar(body: list[Any], frames: Frames, depth: int) -> Any:
    array = _read_array(body, frames, depth)
    if array.shape != ():
        raise WireError("a scalar with a shape")
    return array[()]


def _read_tensor(body: list[Any], frames: Frames, depth: int) -> Tensor:
    dtype, array, requires_grad = _exactly(3, body, str, list, bool)
    if dtype not in TORCH_DTYPES or not array or array[0] != "a":
        raise WireError("a malformed tensor")
    data = _read_array(array, frames, depth)
    if data.dtype.name != ("int16" if dtype == "bfloat16" else dtype):
        raise WireError("a tensor whose bytes do not fit its dtype")
    return Tensor(dtype, data, requires_grad)


READERS: dict[str, Callable[[list[Any], Frames, int], Any]] = {
    "n": _read_none,
    "b": lambda body, frames, depth: _exactly(1, body, bool)[0],
    "i": lambda body, frames, depth: _exactly(1, body, int)[0],
    "s": lambda body, frames, depth: _exactly(1, body, str)[0],
    "c": lambda body, frames, depth: complex(*_exactly(2, body, float, float)),
    "t": lambda body, frames, depth: tuple(_read_list(body, frames, depth)),
    "f": _read_float,
    "I": _read_big,
    "l": _read_list,
    "d": _read_dict,
    "y": _read_bytes,
    "a": _read_array,
    "g": _read_scalar,
    "T": _read_tensor,
}
