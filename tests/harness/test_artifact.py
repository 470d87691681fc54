"""What training runs leave is data: read behind the wall, held to a form, found in its own folder."""

import collections
import io
import json
import pickle
import zipfile

import numpy as np
import pytest

from autograder.engine.artifact import checked_artifact
from autograder.engine.grader import reachable_python
from autograder.engine.sandbox import Zygote
from autograder.engine.session import Session
from autograder.engine.submission import Submission
from autograder.errors import CheckFailed, StudentError, SubmissionUnusable, Ungraded
from autograder.kit.artifact import (
    array_in,
    assert_finite,
    assert_shapes,
    record_in,
    table_in,
    tensors_in,
    undecidable,
)
from autograder.local.own import find_own
from autograder.local.pack import packing_of
from autograder.manifest import Homework, Limits, Problem

torch = pytest.importorskip("torch")
from safetensors.torch import save  # noqa: E402 - it needs torch

MEMORY_MB, REPLY_MB = 512, 32
PROBLEM = Problem(
    "run",
    "handed/7/model.safetensors",
    ("artifact",),
    (),
    None,
    Limits(20, 60, MEMORY_MB, REPLY_MB),
    kind="artifact",
    beside=("values.npy", "report.json", "log.csv"),
)
TENSORS = {
    "half": torch.tensor([[1.0, -2.5], [0.25, 3.0]], dtype=torch.float16),
    "brain": torch.tensor([1.5, -0.0078125], dtype=torch.bfloat16),
    "single": torch.tensor([0.1], dtype=torch.float32),
    "double": torch.tensor([0.1, 0.2], dtype=torch.float64),
}


class Calls:
    """Something that would write a file if it were unpickled."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return open, (self.path, "w")


def saved(value) -> bytes:
    """What torch.save writes."""
    stream = io.BytesIO()
    torch.save(value, stream)
    return stream.getvalue()


def npy(array) -> bytes:
    """What np.save writes."""
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def claimed(shape, size) -> bytes:
    """A safetensors file that says it holds so much, and holds nothing."""
    head = json.dumps({"w": {"dtype": "F32", "shape": shape, "data_offsets": [0, size]}}).encode()
    return len(head).to_bytes(8, "little") + head


def bomb(megabytes) -> bytes:
    """A state dict of zeros, deflated: a thousandth of what it unpacks to."""
    small = zipfile.ZipFile(io.BytesIO(saved({"w": torch.zeros(1)})))
    large = io.BytesIO()
    with zipfile.ZipFile(large, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for info in small.infolist():
            data = small.read(info)
            if info.filename.endswith("data/0"):
                with target.open(info.filename, "w", force_zip64=True) as member:
                    for _ in range(megabytes):
                        member.write(bytes(1 << 20))
                continue
            target.writestr(info.filename, data.replace(b"K\x01", b"J" + (megabytes << 18).to_bytes(4, "little")))
    return large.getvalue()


@pytest.fixture(scope="module")
def zygote():
    """One that forks the workers of these tests."""
    with Zygote(("numpy", "torch"), python=reachable_python()) as found:
        yield found


@pytest.fixture
def read(zygote):
    """Reads files of a run, `read(**{"model.pt": …})`, in a jailed worker; gives what a property would get."""
    sessions = []

    def call(files):
        main = next(name for name in files if name.startswith("model."))
        session = Session(
            zygote, PROBLEM, {f"handed/7/{name}": data for name, data in files.items()}, f"handed/7/{main}", None
        )
        sessions.append(session)
        return session.student().artifact()

    yield call
    for session in sessions:
        session.close()


@pytest.mark.parametrize("name", ["model.safetensors", "model.pt"])
def test_a_checkpoint_comes_as_arrays_of_its_floats(read, name):
    """float16, float32 and float64 come as they were stored, bfloat16 as the same numbers in float32."""
    data = save(TENSORS) if name == "model.safetensors" else saved(TENSORS)
    found = read({name: data})[name]["tensors"]

    assert {key: str(value.dtype) for key, value in found.items()} == {
        "half": "float16",
        "brain": "float32",
        "single": "float32",
        "double": "float64",
    }
    for key, value in TENSORS.items():
        np.testing.assert_array_equal(found[key], value.double().numpy())


def test_tensors_come_in_the_order_of_their_names(read):
    """However a library orders them: recorded answers are found by the bytes that were asked about."""
    names = [f"blocks.{n}.weight" for n in range(20)]
    data = save({name: torch.zeros(1) for name in reversed(names)})

    assert list(read({"model.safetensors": data})["model.safetensors"]["tensors"]) == sorted(names)


def test_the_files_beside_come_by_their_kinds(read):
    """Arrays, records and tables lie beside the checkpoint, and what is not asked for is not read."""
    found = read(
        {
            "model.safetensors": save(TENSORS),
            "values.npy": npy(np.array([1, 2], dtype=np.int16)),
            "report.json": b'{"epochs": 3}',
            "log.csv": "\ufeffepoch, loss\r\n1,2.5\r\n2,nan\r\n\r\n".encode(),
            "state.pt": b"whatever",
        }
    )

    assert sorted(found) == ["log.csv", "model.safetensors", "report.json", "values.npy"]
    assert found["values.npy"]["array"].tolist() == [1, 2]
    assert found["report.json"] == {"record": {"epochs": 3}}
    assert found["log.csv"]["columns"] == ["epoch", "loss"]
    np.testing.assert_array_equal(found["log.csv"]["rows"], [[1, 2.5], [2, np.nan]])


def test_a_long_record_is_a_record(read):
    """A loss for each step of a long run comes as it was written, each time anew."""
    data = json.dumps({"losses": [0.5] * 20_000}).encode()
    found = read({"model.safetensors": save(TENSORS), "report.json": data})

    assert found["report.json"] == {"record": {"losses": [0.5] * 20_000}}


@pytest.mark.parametrize(
    ("name", "data", "verdict"),
    [
        ("model.safetensors", b"", "malformed"),
        ("model.safetensors", save(TENSORS)[:-3], "malformed"),
        ("model.safetensors", (1 << 40).to_bytes(8, "little") + b"{}", "malformed"),
        ("model.safetensors", claimed([1 << 30, 64], 1 << 38), "malformed"),
        ("model.safetensors", save({"w": torch.zeros(2, dtype=torch.int64)}), "malformed"),
        ("model.safetensors", save({"w": torch.zeros((REPLY_MB + 1) << 18)}), "memory"),
        ("model.pt", saved(torch.nn.Linear(2, 2)), "malformed"),
        ("model.pt", saved({"model": {"w": torch.zeros(2)}}), "malformed"),
        ("model.pt", saved([torch.zeros(2)]), "malformed"),
        ("model.pt", saved({"w": torch.zeros(2).to_sparse()}), "malformed"),
        ("model.pt", saved({"w": torch.zeros(2, dtype=torch.complex64)}), "malformed"),
        ("model.pt", pickle.dumps(collections.Counter("ab")), "malformed"),
        ("model.pt", b"no zip" * 99, "malformed"),
        ("model.pt", saved({"w": torch.zeros(1).expand(1 << 20, 1 << 20)}), "memory"),
    ],
)
def test_a_checkpoint_that_is_none_says_what_is_wrong(read, name, data, verdict):
    """Damaged, pickled, nested or oversized weights: a verdict for the file alone, with a sentence that names it."""
    found = read({name: data, "report.json": b"{}"})

    assert found[name]["verdict"] == verdict
    assert found[name]["error"].startswith(name)
    assert found["report.json"] == {"record": {}}


def test_a_pickle_is_never_run(read, tmp_path):
    """What unpickling would call is not called, in a whole object or hidden among weights."""
    target = tmp_path / "written"
    tmp_path.chmod(0o777)
    for data in (pickle.dumps(Calls(target)), saved({"w": torch.zeros(1), "x": Calls(target)})):
        assert read({"model.pt": data})["model.pt"]["verdict"] == "malformed"

    assert not target.exists()


def test_a_checkpoint_that_unpacks_to_more_than_there_is_room_for_is_told_so(read):
    """Half a megabyte that becomes more than a worker's memory ends in that worker, with the verdict `memory`."""
    data = bomb(MEMORY_MB)

    assert len(data) < MEMORY_MB << 13
    assert read({"model.pt": data})["model.pt"]["verdict"] == "memory"


@pytest.mark.parametrize(
    ("name", "data", "verdict"),
    [
        ("values.npy", npy(np.array([{}], dtype=object)), "malformed"),
        ("values.npy", npy(np.array(["a"])), "malformed"),
        ("values.npy", npy(np.zeros(9))[:-1], "malformed"),
        ("values.npy", b"PK\3\4", "malformed"),
        ("values.npy", npy(np.zeros(9)).replace(b"(9,)", b"(99999999999,)"), "memory"),
        ("report.json", b"[1]", "malformed"),
        ("report.json", b"{" * 99, "malformed"),
        ("log.csv", b"", "malformed"),
        ("log.csv", b"epoch,loss\n1\n", "malformed"),
        ("log.csv", b"epoch,loss\n1,much\n", "malformed"),
        ("log.csv", b"epoch\xff\n1\n", "malformed"),
    ],
)
def test_a_file_beside_that_cannot_be_read_spoils_no_other(read, name, data, verdict):
    """Each file has a verdict of its own: weights are judged whatever the log looks like."""
    found = read({"model.safetensors": save(TENSORS), name: data})

    assert found[name]["verdict"] == verdict
    assert len(found["model.safetensors"]["tensors"]) == len(TENSORS)


def test_files_are_read_once(read, zygote, monkeypatch):
    """However many claims ask, one worker reads: it knows of no case, and the answer is the same bytes."""
    forked = []
    fork = type(zygote).fork
    monkeypatch.setattr(type(zygote), "fork", lambda self, budget: forked.append(budget) or fork(self, budget))
    session = Session(
        zygote, PROBLEM, {"handed/7/model.safetensors": save(TENSORS)}, "handed/7/model.safetensors", None
    )
    first, again = (session.student().artifact() for _ in range(2))
    later = Session(zygote, PROBLEM, {}, "handed/7/model.safetensors", None, account=session.account)

    assert sorted(later.student().artifact()) == sorted(first) == sorted(again)
    assert len(forked) == 1


GOOD = {"array": np.zeros(2)}


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        {"a": GOOD, "b": GOOD},
        {"a": None},
        {"a": {}},
        {"a": GOOD | {"more": 1}},
        {"a": {"array": [1.0]}},
        {"a": {"array": np.array(["x"])}},
        {"a": {"array": np.zeros(2, dtype=bool)}},
        {"a": {"tensors": [np.zeros(2)]}},
        {"a": {"tensors": {"w": np.zeros(2, dtype=int)}}},
        {"a": {"tensors": {"w": 1.0}}},
        {"a": {"columns": ["x"], "rows": np.zeros(2)}},
        {"a": {"columns": ["x"], "rows": np.zeros((2, 2))}},
        {"a": {"columns": [1], "rows": np.zeros((2, 1))}},
        {"a": {"columns": "x", "rows": np.zeros((2, 1))}},
        {"a": {"verdict": "passed", "error": ""}},
        {"a": {"verdict": "internal", "error": ""}},
        {"a": {"verdict": 3, "error": ""}},
    ],
)
def test_an_account_of_another_form_reaches_no_property(value):
    """A worker that was taken over can say anything: what is not exactly of the form is malformed."""
    with pytest.raises(StudentError) as caught:
        checked_artifact(value, ("a",))

    assert caught.value.verdict == "malformed"


def test_what_a_worker_says_of_a_file_is_one_short_line():
    """An error's text is bounded and on one line, whatever the worker sent."""
    found = checked_artifact({"a": {"verdict": "memory", "error": "x\n" * 5000}}, ("a",))

    assert len(found["a"]["error"]) <= 400
    assert "\n" not in found["a"]["error"]


@pytest.mark.parametrize(
    ("paths", "chosen"),
    [
        (["handed/7/model.safetensors"], "handed/7/model.safetensors"),
        (["handed/7/model.pt"], "handed/7/model.pt"),
        (["handed/7/model.pt", "handed/7/model.safetensors"], "handed/7/model.safetensors"),
        (["me/handed/7/model.pt", "handed/8/model.safetensors"], "me/handed/7/model.pt"),
        (["a/b/c/7/model.pt", "7/model.safetensors"], "7/model.safetensors"),
        (["x/7/model.safetensors", "handed/7/model.pt"], "handed/7/model.pt"),
        (["handed/8/model.safetensors", "model.safetensors"], None),
        (["handed/7/other.safetensors"], None),
        ([], None),
    ],
)
def test_a_checkpoint_is_that_of_its_own_folder(paths, chosen):
    """Runs of several parts have files of the same names: one that is missing is never replaced by another's."""
    located = Submission("s", dict.fromkeys(paths, b"")).locate("handed/7/model.safetensors")

    assert located.path == chosen
    assert bool(located.note) == (chosen is None or len([path for path in paths if "/7/" in f"/{path}"]) > 1)


def verdict_of(call) -> str:
    """The verdict with which a claim fails."""
    with pytest.raises(CheckFailed) as caught:
        call()
    return caught.value.verdict


def test_a_claim_gets_what_it_asks_for_or_the_verdict_of_the_file():
    """A file that is not there is missing, one that could not be read is what reading it came to."""
    run = {
        "model.pt": {"tensors": {"w": np.ones(2)}},
        "v.npy": {"array": np.arange(3)},
        "log.csv": {"columns": ["n", "x"], "rows": np.array([[1.0, 2.0]])},
        "report.json": {"record": {"a": 1}},
        "bad.npy": {"verdict": "memory", "error": "bad.npy is large"},
    }

    assert tensors_in(run) == run["model.pt"]["tensors"]
    assert array_in(run, "v.npy", (3,)).dtype == np.float64
    assert table_in(run, "log.csv", ("x",))["x"].tolist() == [2.0]
    assert record_in(run, "report.json") == {"a": 1}
    assert verdict_of(lambda: tensors_in({})) == "missing"
    assert verdict_of(lambda: array_in(run, "v.npy", (4,))) == "malformed"
    assert verdict_of(lambda: table_in(run, "log.csv", ("y",))) == "malformed"
    assert verdict_of(lambda: array_in(run, "bad.npy", (1,))) == "memory"
    with pytest.raises(Ungraded, match="a person"):
        undecidable("a person must look")


def test_weights_must_be_those_of_the_model():
    """A name too many, one too few, another shape, NaN, and what overflows float32 are told by name."""
    right = {"w": (2,), "b": (1,)}
    assert_shapes({"w": np.zeros(2), "b": np.zeros(1)}, right)
    assert_finite({"w": np.zeros(2, dtype=np.float16)})

    for tensors in ({"w": np.zeros(2)}, {"w": np.zeros(3), "b": np.zeros(1)}):
        assert verdict_of(lambda tensors=tensors: assert_shapes(tensors, right)) == "wrong"
    extra = {"w": np.zeros(2), "b": np.zeros(1), "c": np.zeros(1)}
    assert verdict_of(lambda: assert_shapes(extra, right)) == "wrong"
    for value in (np.nan, np.inf, 1e300):
        assert verdict_of(lambda value=value: assert_finite({"w": np.array([value])})) == "malformed"


@pytest.fixture
def homework(tmp_path):
    """One with nothing but a training run."""
    return Homework("tiny-hw", "", "", (), {"run": PROBLEM}, {}, False, 60.0, tmp_path)


def test_a_run_is_packed_with_what_lies_beside_it(homework, tmp_path):
    """The checkpoint and its files go into the zip, nothing else of the folder does, and what is missing is named."""
    place = tmp_path / "mine" / "handed" / "7"
    place.mkdir(parents=True)
    for name, data in (("model.pt", b"weights"), ("values.npy", b"1"), ("report.json", b"{}"), ("state.pt", b"large")):
        (place / name).write_bytes(data)
    own = find_own(homework, tmp_path / "mine")
    packing = packing_of(homework, own, (), {})

    assert sorted(packing.files) == ["handed/7/model.pt", "handed/7/report.json", "handed/7/values.npy"]
    assert packing.lacks == ("log.csv is not beside handed/7/model.pt",)
    assert own.submission.locate(PROBLEM.file).path == "handed/7/model.pt"


def test_a_run_that_is_not_there_is_missing_in_the_zip(homework, tmp_path):
    """Files beside a checkpoint are of no use without it."""
    (tmp_path / "mine" / "handed" / "7").mkdir(parents=True)
    (tmp_path / "mine" / "handed" / "8").mkdir()
    (tmp_path / "mine" / "handed" / "8" / "model.pt").write_bytes(b"of another part")
    (tmp_path / "mine" / "handed" / "7" / "log.csv").write_bytes(b"epoch")
    with pytest.raises(SubmissionUnusable, match="none of the files"):
        find_own(homework, tmp_path / "mine")
