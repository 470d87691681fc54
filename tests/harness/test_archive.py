"""Archives are opened in a jail, and what comes back is believed only as far as it can be checked."""

import io
import os
import tarfile
import zipfile

import numpy as np
import pytest

from autograder.engine import archive
from autograder.engine.archive import open_packed
from autograder.engine.grader import Grader
from autograder.engine.pipeline import grade
from autograder.engine.sandbox import Zygote
from autograder.engine.submission import Submission
from autograder.engine.worker import Worker
from autograder.errors import InternalFault, StudentError, SubmissionUnusable
from autograder.local.run import check_submission

FULL = {"1a": 4.0, "1b": 2.0, "2": 3.0}


def zipped(members) -> bytes:
    """A zip of these members."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as f:
        for name, content in members.items():
            f.writestr(name, content)
    return data.getvalue()


def tarred(members, mode="w:gz") -> bytes:
    """A tar of these members."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=mode) as f:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            f.addfile(info, io.BytesIO(content))
    return data.getvalue()


FILES = {"src/a.py": b"x = 1\n", "empty.txt": b"", "data.bin": bytes(range(256)) * 1000}
PACKED = {"zip": zipped(FILES)} | {mode: tarred(FILES, mode) for mode in ("w", "w:gz", "w:bz2", "w:xz")}


@pytest.mark.parametrize("data", PACKED.values(), ids=PACKED)
def test_every_kind_of_archive_is_read_whole(zygote, data):
    """Zip, and tar plain or compressed in three ways, by content: the name says nothing."""
    opened = open_packed(zygote, "hw", data)

    assert (opened.files, opened.left.found) == (FILES, {})


def test_an_empty_archive_is_a_submission_of_nothing(zygote):
    """What to say about it is decided later."""
    assert open_packed(zygote, "hw.zip", zipped({})).files == {}
    assert open_packed(zygote, "hw.tar", tarred({}, "w")).files == {}


def forged(**changes):
    """What an honest worker answers for two files, changed."""
    sizes = np.array([1, 2], dtype=np.int64)
    return {"paths": b"a.py\0b/c.py", "sizes": sizes, "data": b"xyz", "left": {}} | changes


LIES = {
    "a path outside": {"paths": b"a.py\0../c.py"},
    "an absolute path": {"paths": b"a.py\0/etc/c.py"},
    "a path that is no Unicode": {"paths": b"a.py\0\xff"},
    "a path twice": {"paths": b"a.py\0a.py"},
    "a file that is a folder, too": {"paths": b"a.py\0a.py/c.py"},
    "a path too deep": {"paths": b"a.py\0" + b"d/" * 50 + b"c.py"},
    "junk": {"paths": b"a.py\0__pycache__/c.py"},
    "more paths than sizes": {"paths": b"a.py\0b.py\0c.py"},
    "more sizes than paths": {"sizes": np.array([1, 1, 1], dtype=np.int64)},
    "sizes that do not add up": {"sizes": np.array([1, 9], dtype=np.int64)},
    "a negative size": {"sizes": np.array([5, -2], dtype=np.int64)},
    "sizes that are no integers": {"sizes": np.array([1.0, 2.0])},
    "sizes in two dimensions": {"sizes": np.array([[1, 2]], dtype=np.int64)},
    "more files than are allowed": {
        "paths": b"\0".join(b"%d.py" % n for n in range(2001)),
        "sizes": np.zeros(2001, dtype=np.int64),
        "data": b"",
    },
    "text instead of bytes": {"data": "xyz"},
    "nothing": {"paths": None},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_worker_that_lies_yields_one_sentence(zygote, monkeypatch, lie):
    """Every path, size, count and sum is checked again on this side of the wall."""
    monkeypatch.setattr(Worker, "unpack", lambda self, data: forged(**lie))

    with pytest.raises(SubmissionUnusable, match=r"hw\.zip cannot be opened: the program that reads it crashed"):
        open_packed(zygote, "hw.zip", b"PK\3\4")


def test_an_honest_answer_passes_the_same_check(zygote, monkeypatch):
    """The check of lies is able to pass."""
    monkeypatch.setattr(Worker, "unpack", lambda self, data: forged())

    assert open_packed(zygote, "hw.zip", b"PK\3\4").files == {"a.py": b"x", "b/c.py": b"yz"}


@pytest.mark.parametrize(
    "left",
    [7, {"link": 3}, {"link": [1]}, {"nonsense": [1, ["x"]]}, {"link": ["9", ["x"]]}, {3: [1, []]}],
    ids=str,
)
def test_leftovers_of_another_form_say_nothing(zygote, monkeypatch, left):
    """Only our own sentences, with counts and short names, come from what a worker reports."""
    monkeypatch.setattr(Worker, "unpack", lambda self, data: forged(left=left))

    assert open_packed(zygote, "hw.zip", b"PK\3\4").left.found == {}


def test_a_worker_cannot_choose_the_words_of_a_failure(zygote, monkeypatch):
    """A key that we have no sentence for becomes one that we have."""
    monkeypatch.setattr(Worker, "unpack", lambda self, data: {"failed": "you get full points"})

    with pytest.raises(SubmissionUnusable, match=r"^hw\.zip is damaged and cannot be opened"):
        open_packed(zygote, "hw.zip", b"PK\3\4")


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ("timeout", "takes more than 8 s"),
        ("memory", "needs more memory"),
        ("raised", "crashed"),
        ("malformed", "crashed"),
    ],
)
def test_what_an_archive_does_to_its_worker_is_a_sentence_about_the_archive(zygote, monkeypatch, verdict, words):
    """A crash, a time-out or too much memory is never a fault of ours."""

    def fail(self, data):
        raise StudentError(verdict, "the call failed")

    monkeypatch.setattr(Worker, "unpack", fail)

    with pytest.raises(SubmissionUnusable, match=words):
        open_packed(zygote, "hw.zip", b"PK\3\4")


def test_a_folder_without_archives_starts_no_process(tiny, submission, monkeypatch):
    """The usual hand-in costs nothing for those that are packed."""
    monkeypatch.setattr(Grader, "zygote", lambda *_: pytest.fail("a zygote was started"))
    with Grader(tiny) as fresh:
        assert set(fresh.intake(submission()).files) == {"src/moments.py", "src/shapes.py"}


def test_a_zygote_that_dies_over_an_archive_is_started_again(tiny, tmp_path):
    """A fault of ours is tried once more before it is told as one."""
    (tmp_path / "hw.zip").write_bytes(zipped({"src/moments.py": b"x"}))
    with Grader(tiny) as fresh:
        first = fresh.zygote(Submission("", {}))
        first.process.kill()
        first.process.wait()

        assert list(fresh.intake(tmp_path / "hw.zip").files) == ["src/moments.py"]


def test_a_zygote_that_keeps_dying_is_a_fault_of_ours(tiny, tmp_path, monkeypatch):
    """No sentence blames the student for it."""
    (tmp_path / "hw.zip").write_bytes(zipped({"src/moments.py": b"x"}))

    def fail(self, budget):
        raise InternalFault("no worker")

    monkeypatch.setattr(Zygote, "fork", fail)
    with Grader(tiny) as fresh, pytest.raises(InternalFault):
        fresh.intake(tmp_path / "hw.zip")


@pytest.mark.parametrize("pack", [zipped, tarred], ids=["zip", "tar.gz"])
def test_a_packed_submission_earns_what_its_folder_earns(grader, tiny, tmp_path, pack):
    """`gradelbo grade` and `gradelbo check` take an archive wherever they take a folder."""
    right = {f"hw/src/{name}.py": (tiny.reference / f"{name}.py").read_bytes() for name in tiny.problems}
    path = tmp_path / "hw.zip"
    path.write_bytes(pack(right))
    run = grade(grader, path)

    assert {score.part.id: score.earned for score in run.scores if score.part.pays} == FULL
    assert (run.submission.id, run.notes) == ("hw", ())
    assert {str(check.verdict) for check in check_submission(grader, grader.intake(path))} == {"passed"}


def test_an_archive_that_cannot_be_opened_is_graded_as_nothing(grader, tmp_path):
    """Every row is there with 0, and the sentence about the archive stands above them."""
    (tmp_path / "hw.zip").write_bytes(zipped({"a.py": b"x"})[:-30])
    run = grade(grader, tmp_path / "hw.zip")

    assert run.unusable.startswith("hw.zip is damaged and cannot be opened; look whether it opens on your machine")
    assert run.results.score == 0
    assert len(run.results.tests) == 4


def test_nothing_of_an_archive_reaches_a_disk(zygote, tmp_path, monkeypatch):
    """Members live in memory only: while a worker unpacks, its scratch folder stays empty."""
    seen = []
    close = Worker.close

    def look(self):
        if self.alive:
            seen.extend(os.listdir(self.scratch))
        close(self)

    monkeypatch.setattr(Worker, "close", look)
    opened = open_packed(zygote, "hw.zip", zipped({"../../x.py": b"x", "/tmp/y.py": b"y", "z.py": b"z"}))

    assert (set(opened.files), seen) == ({"z.py", "tmp/y.py"}, [])


def test_the_limits_of_what_is_unpacked_fit_a_worker():
    """The largest answer that the rules allow can be sent and held."""
    assert archive.BUDGET.reply_mb << 20 > archive.TOTAL_LIMIT
    assert archive.BUDGET.memory_mb << 20 > 4 * archive.TOTAL_LIMIT


def test_a_header_of_an_absurd_size_ends_the_archive_there(zygote):
    """What came before it is graded; attributes of 200 MB are never parsed."""
    header = tarfile.TarInfo("pax")
    header.type, header.size = tarfile.XHDTYPE, 200 << 20
    data = tarred({"a.py": b"x"}, "w")[:1024] + header.tobuf() + b"9 a=bcde\n" * 100_000
    opened = open_packed(zygote, "hw.tar", data)

    assert (opened.files, opened.left.found) == ({"a.py": b"x"}, {"cut": (1, [])})
