"""The wire: plain data comes back bit for bit, everything else is refused, and no bytes can make decoding misbehave."""

import contextlib
import io
import math
import struct
import tracemalloc
from collections import OrderedDict, namedtuple
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder import wire

FIXED = settings(max_examples=200, deadline=None, database=None, derandomize=True)
MIB = 1 << 20


def bits(value):
    """A value as something that is equal exactly when kind, dtype, shape and every bit are."""
    if isinstance(value, np.ndarray | np.generic):
        return type(value).__name__, value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, list | tuple):
        return type(value).__name__, [bits(item) for item in value]
    if isinstance(value, dict):
        return "dict", [(key, bits(item)) for key, item in value.items()]
    if isinstance(value, float):
        return "float", struct.pack("<d", value)
    if isinstance(value, complex):
        return "complex", struct.pack("<dd", value.real, value.imag)
    return type(value).__name__, value


def is_plain(value):
    """The value consists of nothing but the kinds that the wire may deliver."""
    if type(value) in (list, tuple, wire.Tensor):
        return all(is_plain(item) for item in value)
    if type(value) is dict:
        return all(type(key) is str and is_plain(item) for key, item in value.items())
    if type(value) is np.ndarray or isinstance(value, np.generic):
        return value.dtype.kind in "biufc"
    return value is None or type(value) in (bool, int, float, complex, str, bytes)


def message(body, *frames, lengths=None):
    """A message with any body in its head, honest about its frames unless `lengths` says otherwise."""
    head = msgspec.msgpack.encode([body, [len(f) for f in frames] if lengths is None else lengths])
    return raw(head, *frames)


def raw(head, *frames):
    """A message with these bytes as its head."""
    return struct.pack(">I", len(head)) + head + b"".join(frames)


def nested(levels):
    """A list in a list, so many deep."""
    return [] if levels == 1 else [nested(levels - 1)]


@contextlib.contextmanager
def measured():
    """Gives a function that says, once done, how many bytes were held at the most."""
    peaks = []
    tracemalloc.start()
    try:
        yield lambda: peaks[0]
    finally:
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()


class Point(NamedTuple):
    """A tuple with names."""

    x: float
    y: float


class Countdown(float):
    """A float of a class of its own."""


class Liar(tuple):
    """A tuple whose iterator says something else."""

    def __iter__(self):
        return iter((1, 2, 3))


PLAIN = {
    "nothing": None,
    "true": True,
    "false": False,
    "zero": 0,
    "smallest short int": -(2**63),
    "largest short int": 2**63 - 1,
    "first long int": 2**63,
    "first negative long int": -(2**63) - 1,
    "largest int": 2**4096 - 1,
    "negative zero": -0.0,
    "nan": math.nan,
    "inf": math.inf,
    "minus inf": -math.inf,
    "smallest float": 5e-324,
    "whole float": 3.0,
    "complex": complex(-0.0, math.nan),
    "no text": "",
    "text": "naïve Φ 𝔘 \0 \u2028",
    "no bytes": b"",
    "bytes": b"\0\xff",
    "empty list": [],
    "list": [1, [2.0, None], "x"],
    "empty tuple": (),
    "tuple": (1, (2.0, [True])),
    "empty dict": {},
    "dict": {"b": 1, "a": {"": [b"x"]}},
    "0-d array": np.array(1.5),
    "empty array": np.zeros((3, 0, 2), np.float32),
    "array": np.arange(6.0).reshape(2, 3),
    "nan array": np.array([math.nan, -math.inf, -0.0]),
    "arrays in order": [np.arange(3), {"a": np.zeros((2, 2)), "b": (np.array(True), b"between")}, np.float32(1)],
    "tensor": wire.Tensor("float32", np.ones((2, 2), np.float32), True),
}


@pytest.mark.parametrize("value", PLAIN.values(), ids=PLAIN)
def test_plain_data_comes_back_bit_for_bit(value):
    """What is plain data crosses the wall unchanged: kind, dtype, shape and every bit."""
    assert bits(wire.unpack(wire.pack(value))) == bits(value)


@pytest.mark.parametrize("dtype", sorted(wire.WHITELIST))
@pytest.mark.parametrize("index", [..., 1], ids=["array", "scalar"])
def test_every_numeric_dtype_comes_back_as_array_and_as_scalar(index, dtype):
    """An array stays an array and a numpy scalar a scalar, of the same dtype."""
    value = np.array([0, 1], dtype)[index]

    assert bits(wire.unpack(wire.pack(value))) == bits(value)


LAYOUTS = {
    "Fortran order": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    "strided": np.arange(12.0)[::3],
    "reversed": np.arange(4)[::-1],
    "transposed": np.arange(6).reshape(2, 3).T,
    "broadcast": np.broadcast_to(np.arange(3.0), (2, 3)),
    "big-endian": np.arange(4, dtype=">f8"),
    "big-endian 0-d": np.array(7, dtype=">i4"),
    "a subclass": np.arange(4.0).reshape(2, 2).view(np.matrix),
}


@pytest.mark.parametrize("array", LAYOUTS.values(), ids=LAYOUTS)
def test_an_array_of_any_layout_comes_back_plain(array):
    """Layout, byte order and subclass do not cross; the values do."""
    plain = np.array(array, dtype=array.dtype.newbyteorder("<"), order="C", subok=False)

    assert bits(wire.unpack(wire.pack(array))) == bits(plain)


def test_a_read_only_array_comes_back_writable():
    """A property may work in place on what it got."""
    array = np.arange(3.0)
    array.setflags(write=False)

    back = wire.unpack(wire.pack(array))

    back[0] = 5
    assert back.tolist() == [5, 1, 2]


@pytest.mark.parametrize("value", [Point(1.0, 2.0), Liar((1.0, 2.0))], ids=["NamedTuple", "lying tuple"])
def test_a_tuple_of_any_class_comes_back_as_its_items(value):
    """No class crosses the wall, and an iterator of the student's is not asked."""
    assert bits(wire.unpack(wire.pack(value))) == bits((1.0, 2.0))


@pytest.mark.parametrize("value", ["\ud800", {"\udcff": 1}], ids=["text", "key"])
def test_lone_surrogates_come_back_as_escapes(value):
    """Text that is no Unicode is shown, not refused: an exception's text may hold it."""
    assert wire.unpack(wire.pack(value)) in ("\\ud800", {"\\udcff": 1})


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.complex_numbers()
    | st.text(max_size=8)
    | st.binary(max_size=8)
    | st.tuples(st.sampled_from(sorted(wire.WHITELIST)), st.lists(st.integers(0, 3), max_size=3)).map(
        lambda drawn: np.ones(drawn[1], drawn[0])
    ),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


@FIXED
@given(value=values)
def test_any_tree_of_plain_data_comes_back(value):
    """The kinds combine freely."""
    assert bits(wire.unpack(wire.pack(value))) == bits(value)


@pytest.fixture(scope="module")
def torch():
    """Torch, where it is installed."""
    return pytest.importorskip("torch")


@pytest.mark.parametrize("dtype", sorted(wire.TORCH_DTYPES - {"bfloat16"}))
def test_a_tensor_comes_back_as_its_values(torch, dtype):
    """A torch tensor crosses as a Tensor: name of the dtype, values in its shape."""
    tensor = torch.tensor([[0, 1, 1], [1, 0, 1]], dtype=getattr(torch, dtype))

    back = wire.unpack(wire.pack(tensor))

    assert bits(back) == bits(wire.Tensor(dtype, tensor.numpy(), False))


def test_bfloat16_comes_back_by_its_bytes(torch):
    """No dtype of numpy's holds bfloat16, and none of its bits is lost."""
    tensor = torch.tensor([[1.5, -2.0], [float("nan"), 3e38]], dtype=torch.bfloat16)

    back = wire.unpack(wire.pack(tensor))

    assert back.dtype == "bfloat16"
    assert back.data.tobytes() == tensor.view(torch.uint8).numpy().tobytes()


@pytest.mark.parametrize("dtype", ["bfloat16", "float32"])
def test_tensors_of_different_shapes_never_look_alike(torch, dtype):
    """A scalar tensor is not a vector of one entry, whatever its dtype."""
    scalar = torch.tensor(1.5, dtype=getattr(torch, dtype))

    assert wire.pack(scalar) != wire.pack(scalar.reshape(1))


@pytest.mark.parametrize("wanted", [True, False])
def test_requires_grad_comes_back(torch, wanted):
    """A tensor that tracks gradients says so on the other side."""
    assert wire.unpack(wire.pack(torch.ones(2, requires_grad=wanted))).requires_grad is wanted


TENSORS = {
    "a parameter": lambda torch: torch.nn.Parameter(torch.arange(4.0).reshape(2, 2)),
    "a transpose": lambda torch: torch.tensor([[0.0, 2.0], [1.0, 3.0]]).t(),
    "a result": lambda torch: torch.arange(4.0, requires_grad=True).reshape(2, 2) * 1,
    "a view": lambda torch: torch.arange(8.0)[::2].reshape(2, 2) / 2,
}


@pytest.mark.parametrize("make", TENSORS.values(), ids=TENSORS)
def test_a_tensor_of_any_layout_comes_back_plain(torch, make):
    """Parameters, transposes, views and results of a graph cross as values."""
    assert wire.unpack(wire.pack(make(torch))).data.tolist() == [[0, 1], [2, 3]]


REFUSED_TENSORS = {
    "complex": lambda torch: torch.zeros(2, dtype=torch.complex64),
    "sparse": lambda torch: torch.eye(2).to_sparse(),
    "meta": lambda torch: torch.zeros(2, device="meta"),
    "giant view": lambda torch: torch.zeros(1).expand(1 << 40),
    "dtype": lambda torch: torch.float64,
    "module": lambda torch: torch.nn.Linear(1, 1),
}


@pytest.mark.parametrize("make", REFUSED_TENSORS.values(), ids=REFUSED_TENSORS)
def test_torch_objects_without_plain_values_are_refused(torch, make):
    """Only dense tensors of real numbers cross, and no view is blown up to find out."""
    with pytest.raises(wire.Unsendable):
        wire.pack(make(torch))


REFUSED = {
    "generator": ((n for n in [1]), "generator"),
    "object array": (np.array([None]), "an array of object"),
    "text array": (np.array(["x"]), "an array of <U1"),
    "record array": (np.zeros(1, [("a", "f8")]), "an array of"),
    "dates": (np.zeros(1, "M8[s]"), "an array of datetime64"),
    "masked array": (np.ma.array([1.0], mask=[True]), "MaskedArray"),
    "float subclass": (Countdown(1), "Countdown"),
    "class": (Point, "type"),
    "custom object": (FIXED, "settings"),
    "function": (nested, "function"),
    "module": (math, "module"),
    "set": ({1}, "set"),
    "frozenset": (frozenset(), "frozenset"),
    "range": (range(3), "range"),
    "bytearray": (bytearray(b"x"), "bytearray"),
    "dict subclass": (OrderedDict(), "collections.OrderedDict"),
    "decimal": (Decimal(1), "decimal.Decimal"),
    "timedelta": (timedelta(1), "datetime.timedelta"),
    "int key": ({1: 2}, "a key of type int"),
    "inside a list": ([1, [{1}]], "set"),
    "inside a dict": ({"a": (1, {1})}, "set"),
    "inside a NamedTuple": (Point(1, {1}), "set"),
    "too many digits": (2**4096, "4096 bits"),
    "too deep": (nested(wire.DEPTH_LIMIT + 2), "nested deeper"),
    "too many leaves": ([None] * wire.LEAF_LIMIT, "too many parts"),
    "a long text": ("x" * (wire.HEAD_LIMIT + 1), "too many parts"),
}


@pytest.mark.parametrize(("value", "text"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_plain_data_is_refused_by_name(value, text):
    """The refusal names the type, so that the student knows what came back."""
    with pytest.raises(wire.Unsendable, match=text.replace("[", r"\[")):
        wire.pack(value)


def test_a_value_that_holds_itself_is_refused():
    """A loop has no end, so encoding stops at the depth limit."""
    loop = []
    loop.append(loop)

    with pytest.raises(wire.Unsendable, match="nested deeper"):
        wire.pack(loop)


def test_a_value_that_doubles_at_every_level_is_refused():
    """A few shared lists that unfold into millions of leaves are counted unfolded."""
    value = [None] * 100
    for _ in range(8):
        value = [value] * 100

    with pytest.raises(wire.Unsendable, match="too many parts"):
        wire.pack(value)


LARGEST = {"depth": nested(wire.DEPTH_LIMIT + 1), "leaves": [None] * (wire.LEAF_LIMIT - 1)}


@pytest.mark.parametrize("value", LARGEST.values(), ids=LARGEST)
def test_a_value_at_the_limit_comes_back(value):
    """Each limit is what it says, not one less."""
    assert wire.unpack(wire.pack(value)) == value


def test_a_long_double_comes_back_as_a_double():
    """A precision that the wire has not got is rounded, as any other that a student chose."""
    found = wire.unpack(wire.pack(np.array([1.5, 2.5], np.longdouble)))

    assert (found.dtype, found.tolist()) == (np.float64, [1.5, 2.5])


def test_a_giant_view_is_refused_before_it_is_copied():
    """An array that repeats one number by a stride of zero costs nothing to make and nothing to refuse."""
    giant = np.broadcast_to(np.zeros(1), (64 * MIB,))
    with measured() as peak, pytest.raises(wire.Unsendable, match="512 MiB"):
        wire.pack(giant, limit=100 * MIB)

    assert peak() < MIB


@pytest.mark.parametrize("value", [np.zeros(101), [np.zeros(50), np.zeros(51)], (np.zeros(100), np.float32(1))])
def test_arrays_beyond_the_limit_are_refused(value):
    """The limit counts the bytes of all arrays of a value together."""
    with pytest.raises(wire.Unsendable, match="more than may come back"):
        wire.pack(value, limit=800)


READABLE = {
    "arrays": [np.zeros(50), np.zeros(50)],
    "bytes": b"x" * 801,
    "33 axes": np.zeros((1,) * 33),
    "keys alike when escaped": {"\ud800": 1, "\\ud800": 2},
}


@pytest.mark.parametrize("value", READABLE.values(), ids=READABLE)
def test_what_is_packed_under_a_limit_can_be_read_under_it(value):
    """The sender refuses, with the type's name, whatever the receiver would call broken."""
    try:
        data = wire.pack(value, limit=800)
    except wire.Unsendable:
        return

    assert bits(wire.read(io.BytesIO(data).read, limit=800)) == bits(value)


def test_a_tensor_may_fill_the_limit(torch):
    """A tensor's bytes are counted once, as an array's are."""
    assert wire.unpack(wire.pack(torch.zeros(200), limit=800)).data.shape == (200,)


class Asked:
    """A stream that takes down how many bytes it is asked for."""

    def __init__(self, data):
        self.data = data
        self.sizes = []

    def __call__(self, n):
        """The next n bytes."""
        self.sizes.append(n)
        chunk, self.data = self.data[:n], self.data[n:]
        return chunk


@pytest.mark.parametrize("size", [wire.HEAD_LIMIT + 1, 2**31, 2**32 - 1])
def test_a_long_head_is_refused_before_it_is_read(size):
    """A claim of 4 GiB costs four bytes."""
    stream = Asked(struct.pack(">I", size))

    with pytest.raises(wire.WireError, match="a head of"):
        wire.read(stream, limit=2**40)

    assert stream.sizes == [4]


@pytest.mark.parametrize("lengths", [[101], [60, 41], [2**32], [2**63], [0, 2**64 - 1]])
def test_long_frames_are_refused_before_they_are_read(lengths):
    """Frames may hold the limit together, and nothing of them is received when they claim more."""
    data = message(["y", 0], lengths=lengths)
    stream = Asked(data)

    with pytest.raises(wire.WireError, match="where 100 are allowed"):
        wire.read(stream, limit=100)

    assert stream.sizes == [4, len(data) - 4]


@pytest.mark.parametrize("lengths", [[200, -150], [-1], [2**40, -(2**40)]])
def test_a_negative_length_does_not_make_room_for_another(lengths):
    """The sum alone could be lowered by a length below zero."""
    data = message(["y", 0], lengths=lengths)
    stream = Asked(data)

    with pytest.raises(wire.WireError, match="a negative length"):
        wire.read(stream, limit=100)

    assert stream.sizes == [4, len(data) - 4]


def test_a_message_is_read_to_its_end_and_not_further():
    """Two messages in one stream come out one after the other."""
    stream = Asked(wire.pack([np.arange(3), b"x"]) + wire.pack("next"))
    wire.read(stream, limit=100)

    assert wire.read(stream, limit=100) == "next"


WHOLE = wire.pack({"a": [1, 2.5, None, np.arange(4.0), b"xyz"], "b": (True, "text", 2**70, 1j, np.int8(3))})


@pytest.mark.parametrize("size", range(0, len(WHOLE), 7))
def test_a_message_cut_short_is_refused(size):
    """Half a message is none."""
    with pytest.raises(wire.WireError):
        wire.unpack(WHOLE[:size])


def test_bytes_behind_a_message_are_refused():
    """A whole message fills its bytes."""
    with pytest.raises(wire.WireError, match="left over"):
        wire.unpack(WHOLE + b"\0")


F8 = bytes(8)
BROKEN = {
    "no body": message(None),
    "no tag": message([]),
    "a tag that is no text": message([1]),
    "an unknown tag": message(["z", 1]),
    "a tag with too much": message(["n", 1]),
    "a tag with too little": message(["i"]),
    "a bool for an int": message(["i", True]),
    "an int for a bool": message(["b", 1]),
    "a text for a float": message(["f", "1"]),
    "a bool for a float": message(["f", True]),
    "an int that is no number": message(["I", "x"]),
    "an int of too many digits": message(["I", "9" * 1301]),
    "a list that is none": message(["l", 3]),
    "a dict with an int key": message(["d", [[1, ["n"]]]]),
    "a dict with a key twice": message(["d", [["a", ["n"]], ["a", ["n"]]]]),
    "a dict with a lone key": message(["d", [["a"]]]),
    "an array of objects": message(["a", "|O", [1], 0], F8),
    "an array of text": message(["a", "<U2", [1], 0], F8),
    "an array of a dtype in big-endian": message(["a", ">f8", [1], 0], F8),
    "an array of bytes that do not fit": message(["a", "<f8", [2], 0], F8),
    "an array with a negative axis": message(["a", "<f8", [-1, -1], 0], F8),
    "an array with a broken axis": message(["a", "<f8", [1.0], 0], F8),
    "an array with a true axis": message(["a", "<f8", [True], 0], F8),
    "an array with a giant axis": message(["a", "<f8", [2**40, 0], 0], b""),
    "an array with giant axes": message(["a", "<f8", [2**39, 2**39, 0], 0], b""),
    "an array with too many axes": message(["a", "<f8", [1] * 33, 0], F8),
    "an array of broken booleans": message(["a", "|b1", [2], 0], b"\1\2"),
    "a scalar with an axis": message(["g", "<f8", [1], 0], F8),
    "a tensor of an unknown dtype": message(["T", "complex64", ["a", "<c8", [1], 0], False], F8),
    "a tensor of another dtype": message(["T", "float64", ["a", "<i8", [1], 0], False], F8),
    "a tensor of a scalar": message(["T", "float64", ["g", "<f8", [], 0], False], F8),
    "a tensor of nothing": message(["T", "float64", [], False]),
    "a tensor in a tensor": message(["T", "float64", ["T"], False]),
    "a frame that was not sent": message(["y", 0]),
    "a frame before the first": message(["y", -1], F8),
    "a frame twice": message(["l", [["y", 0], ["y", 0]]], F8),
    "frames in the wrong order": message(["l", [["y", 1], ["y", 0]]], F8, F8),
    "a frame that nobody names": message(["n"], F8),
    "a negative length": message(["y", 0], lengths=[-1]),
    "lengths that are no numbers": message(["y", 0], lengths=["1"]),
    "no lengths": raw(msgspec.msgpack.encode([["n"]])),
    "a field too many": raw(msgspec.msgpack.encode([["n"], [], 1])),
    "a map for a head": raw(msgspec.msgpack.encode({"body": ["n"], "lengths": []})),
    "a map in the body": message({"n": 1}),
    "an extension": raw(b"\x92\xd4\x05\x00\x90"),
    "a timestamp": raw(b"\x92\xd6\xff\x00\x00\x00\x00\x90"),
    "a broken timestamp": raw(b"\x92\xc7\x0c\xff" + b"\xff" * 12 + b"\x90"),
    "a map with a map as key": raw(b"\x92\x81\x80\x01\x90"),
    "text that is no Unicode": raw(b"\x92\x92\xa1s\xa1\xff\x90"),
    "no head": raw(b""),
    "nothing": b"",
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_what_no_sender_could_have_sent_is_refused(data):
    """Decoding believes nothing: every count, kind and length is checked, and WireError is the only answer."""
    with pytest.raises(wire.WireError):
        wire.unpack(data)


def deep(levels):
    """A head nested so deep, without the tags of a value."""
    return raw(b"\x92" + b"\x91" * levels)


def tagged(levels):
    """A list in a list, so many deep, as the wire writes it."""
    body = ["n"]
    for _ in range(levels):
        body = ["l", [body]]
    return message(body)


GREEDY = {
    "a frame named many times": message(["l", [["a", "|u1", [MIB], 0]] * 15_000], bytes(MIB)),
    "bytes named many times": message(["l", [["y", 0]] * 40_000], bytes(MIB)),
    "an array of 2**32 entries": raw(b"\x92\xdd\xff\xff\xff\xff"),
    "nested claims of 2**28 entries": raw(b"\x92" + b"\xdd\x10\x00\x00\x00" * 900),
    "a map of 2**32 entries": raw(b"\x92\xdf\xff\xff\xff\xff"),
    "a text of 2**32 bytes": raw(b"\x92\xdb\xff\xff\xff\xff"),
    "bytes of 2**32 bytes": raw(b"\x92\xc6\xff\xff\xff\xff"),
    "lengths of 2**31 entries": raw(b"\x92\xc0\xdd\x7f\xff\xff\xff"),
    "a head of 4 GiB": b"\xff\xff\xff\xff",
    "deep nesting": deep(wire.HEAD_LIMIT - 1),
    "deep lists": tagged(400),
    "a giant empty array": message(["a", "<c16", [0, 2**39], 0], b""),
    "many giant empty arrays": message(["l", [["a", "<c16", [0, 2**39], n] for n in range(4000)]], *[b""] * 4000),
    "many small lists": message(["l", [["l", []]] * 40_000]),
    "many keys": message(["d", [[str(n), ["n"]] for n in range(25_000)]]),
}


@pytest.mark.parametrize("data", GREEDY.values(), ids=GREEDY)
def test_decoding_holds_little_more_than_what_was_sent(data):
    """No claim in a message makes the receiver take memory that the sender did not spend, or end in another way."""
    with measured() as peak, contextlib.suppress(wire.WireError):
        wire.unpack(data)

    assert peak() < 2 * len(data) + 64 * wire.HEAD_LIMIT


def unpacked(data):
    """The message's value, or None when it is refused."""
    try:
        return wire.unpack(data)
    except wire.WireError:
        return None


@FIXED
@given(data=st.binary(max_size=200))
def test_arbitrary_bytes_give_plain_data_or_a_refusal(data):
    """Whatever the bytes are, decoding raises WireError or returns plain data."""
    assert is_plain(unpacked(data))


@FIXED
@given(data=st.binary(max_size=200))
def test_an_arbitrary_head_gives_plain_data_or_a_refusal(data):
    """The same for bytes that get past the length."""
    assert is_plain(unpacked(raw(data)))


@settings(FIXED, max_examples=500)
@given(
    edits=st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=4),
    cut=st.none() | st.integers(0, len(WHOLE)),
)
def test_a_damaged_message_gives_plain_data_or_a_refusal(edits, cut):
    """A few bytes off in a valid message reach every check behind the first."""
    data = bytearray(WHOLE)
    for place, byte in edits:
        data[place] = byte

    assert is_plain(unpacked(bytes(data[:cut])))


tags = st.sampled_from([*wire.READERS, "z"])
bodies = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 9)
    | st.integers(2**62, 2**64 - 1)
    | st.floats()
    | st.sampled_from(["<f8", "|b1", "<i2", "float64", "bfloat16", "bool", "uint8", "9", "x"])
    | tags,
    lambda inner: st.lists(inner, max_size=4) | st.tuples(tags, inner, inner, inner).map(list),
    max_leaves=10,
)
bodies |= st.tuples(st.sampled_from("ag"), st.sampled_from(sorted(wire.WHITELIST)), st.lists(bodies), bodies).map(list)


@settings(FIXED, max_examples=250)
@given(body=bodies, frames=st.lists(st.binary(max_size=16), max_size=3))
def test_a_forged_body_gives_plain_data_or_a_refusal(body, frames):
    """A head that is made up of the wire's own words is read with the same distrust."""
    assert is_plain(unpacked(message(body, *frames)))


def test_a_named_tuple_of_any_module_is_only_a_tuple():
    """Classes are never looked up: two tuples with equal items are the same message."""
    assert wire.pack(namedtuple("Other", "a b")(1, 2)) == wire.pack((1, 2))


def test_what_identifies_a_value_is_its_content():
    """Equal values have equal parts to hash, and a value's arrays are among them."""
    parts = wire.digest_parts({"a": np.arange(3)})

    assert parts == wire.digest_parts({"a": np.arange(6)[:3]})
    assert np.arange(3).tobytes() in parts
