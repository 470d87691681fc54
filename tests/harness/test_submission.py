"""Intake: regular files and nothing else, within caps, found under the names students give them."""

import os
import socket
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.engine import submission
from autograder.engine.submission import Submission, intake
from autograder.errors import SubmissionUnusable

FIXED = settings(max_examples=150, deadline=None, database=None, derandomize=True)
WANTED = "src/em/gmm.py"


@pytest.fixture
def folder(tmp_path):
    """A folder to hand in."""
    (tmp_path / "handed-in").mkdir()
    return tmp_path / "handed-in"


def put(folder, *paths, content=b"x = 1\n"):
    """Writes files below the folder."""
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def handed_in(*paths):
    """A submission of these files."""
    return Submission("s", dict.fromkeys(paths, b""))


def test_a_folder_is_read_with_all_its_files(folder):
    """Paths are relative, with slashes, and contents are bytes as they are."""
    put(folder, "a.py", WANTED)
    put(folder, "data/train.csv", content=b"\xff\x00\r\n")

    assert intake(folder).files == {"a.py": b"x = 1\n", WANTED: b"x = 1\n", "data/train.csv": b"\xff\x00\r\n"}


def test_a_folder_gives_its_name(folder):
    """A submission is known by its folder, also when that is the current one."""
    assert intake(folder).id == intake(folder / ".." / folder.name).id == "handed-in"


def test_a_single_file_is_a_submission(folder):
    """`gradelbo check gmm.py` needs no folder around it."""
    put(folder, "gmm.py")
    found = intake(folder / "gmm.py")

    assert (found.id, found.files, found.notes) == ("gmm", {"gmm.py": b"x = 1\n"}, ())


def test_an_empty_folder_is_a_submission_of_nothing(folder):
    """What to say about it is decided later."""
    assert intake(folder).files == {}


@pytest.mark.parametrize("name", ["hw.zip", "notes.txt", "gmm.PY", "gmm"])
def test_a_single_file_of_another_kind_is_unusable(folder, name):
    """The refusal says what to do."""
    put(folder, name)

    with pytest.raises(SubmissionUnusable, match=r"not a folder and not a \.py file"):
        intake(folder / name)


def test_a_path_that_is_not_there_is_unusable(folder):
    """The refusal says what to give instead."""
    with pytest.raises(SubmissionUnusable, match=r"give the folder or the \.py file"):
        intake(folder / "missing")


@pytest.mark.parametrize("name", ["fifo.py", "socket.py", "link.py", "device"])
def test_a_path_to_a_special_file_is_unusable(folder, name):
    """Nothing is followed and nothing is waited for."""
    special(folder)

    with pytest.raises(SubmissionUnusable, match="neither a folder nor a file"):
        intake(Path("/dev/null") if name == "device" else folder / name)


def special(folder):
    """Puts a file of every kind that is no file of its own into the folder."""
    put(folder, "real.py")
    put(folder.parent, "outside/secret.py")
    os.mkfifo(folder / "fifo.py")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "socket.py"))
    (folder / "link.py").symlink_to("real.py")
    (folder / "out.py").symlink_to("/etc/passwd")
    (folder / "loop.py").symlink_to("loop.py")
    (folder / "dangling.py").symlink_to("nowhere")
    (folder / "folder").symlink_to(folder.parent / "outside")


def test_links_and_special_files_are_left_out(folder):
    """Only regular files inside the folder count."""
    special(folder)

    assert list(intake(folder).files) == ["real.py"]


@pytest.mark.parametrize(
    "name", ["fifo.py", "socket.py", "link.py", "out.py", "loop.py", "dangling.py", "folder"], ids=str
)
def test_what_was_left_out_is_said(folder, name):
    """The student learns which file was not graded, and why."""
    special(folder)

    assert f"{name} was left out: it is a link or a special file, not a file of its own" in intake(folder).notes


JUNK = [
    "__pycache__/gmm.cpython-311.py",
    "src/__pycache__/x.py",
    "__MACOSX/gmm.py",
    ".git/config",
    ".venv/lib/numpy.py",
    "src/.ipynb_checkpoints/gmm.py",
    ".DS_Store",
    "src/.DS_Store",
    "Thumbs.db",
    "gmm.pyc",
    "src/._gmm.py",
]


@pytest.mark.parametrize("path", JUNK)
def test_caches_and_system_files_are_left_out_silently(folder, path):
    """What no student wrote is neither graded nor talked about."""
    put(folder, "gmm.py", path)
    found = intake(folder)

    assert (list(found.files), found.notes) == (["gmm.py"], ())


@pytest.mark.parametrize("name", ["git.py", ".hidden.py", "__MACOSX.py", "_gmm.py", "pycache/gmm.py"])
def test_a_file_that_only_looks_like_junk_is_kept(folder, name):
    """Nothing a student wrote is dropped for its name."""
    put(folder, name)

    assert list(intake(folder).files) == [name]


def test_a_large_file_is_left_out_and_said(folder, monkeypatch):
    """A forgotten data set does not spoil the submission."""
    monkeypatch.setattr(submission, "FILE_LIMIT", 6)
    put(folder, "at.py", content=b"123456")
    put(folder, "over.bin", content=b"1234567")
    found = intake(folder)

    assert list(found.files) == ["at.py"]
    assert [note.split(":")[0] for note in found.notes] == ["over.bin was left out"]


def test_a_large_single_file_is_never_graded_in_part(folder, monkeypatch):
    """A file is read whole or refused."""
    monkeypatch.setattr(submission, "FILE_LIMIT", 6)
    put(folder, "over.py", content=b"x = 12345")

    with pytest.raises(SubmissionUnusable):
        intake(folder / "over.py")


def test_a_submission_at_the_caps_is_read(folder, monkeypatch):
    """Each cap is what it says."""
    monkeypatch.setattr(submission, "COUNT_LIMIT", 2)
    monkeypatch.setattr(submission, "TOTAL_LIMIT", 12)
    monkeypatch.setattr(submission, "DEPTH_LIMIT", 2)
    put(folder, "a.py", "b/c/d.py")

    assert len(intake(folder).files) == 2


@pytest.mark.parametrize(
    ("cap", "value", "text"),
    [("COUNT_LIMIT", 2, "more than 2 files"), ("TOTAL_LIMIT", 17, "MiB in all"), ("DEPTH_LIMIT", 1, "deeper than 1")],
    ids=["count", "total", "depth"],
)
def test_a_submission_past_a_cap_is_unusable(folder, monkeypatch, cap, value, text):
    """Count, size in all and depth are capped, and the refusal says what to hand in instead."""
    monkeypatch.setattr(submission, cap, value)
    put(folder, "a.py", "b.py", "c/d/e.py")

    with pytest.raises(SubmissionUnusable, match=f"{text}.*hand in only the homework's own"):
        intake(folder)


def test_a_hundred_folders_deep_is_unusable(folder):
    """A path bomb is refused before it is walked to its end."""
    put(folder, "/".join(["d"] * 100) + "/x.py")

    with pytest.raises(SubmissionUnusable, match="deeper than 12"):
        intake(folder)


def deny(*args, **kwargs):
    """What the system says about a file of another user."""
    raise PermissionError(13, "Permission denied")


def test_a_file_that_cannot_be_read_is_unusable(folder, monkeypatch):
    """Root can read everything, so the refusal is made by hand; the message names file and cause."""
    put(folder, "gmm.py")
    monkeypatch.setattr(os, "open", deny)

    with pytest.raises(SubmissionUnusable, match=r"gmm\.py cannot be read: Permission denied"):
        intake(folder)


def test_a_folder_that_cannot_be_read_is_unusable(folder, monkeypatch):
    """A closed folder is told like a closed file."""
    put(folder, "src/gmm.py")
    monkeypatch.setattr(os, "scandir", deny)

    with pytest.raises(SubmissionUnusable, match="cannot be read: Permission denied"):
        intake(folder)


def test_a_link_put_in_a_files_place_meanwhile_is_not_followed(folder, monkeypatch):
    """Between looking and reading nothing can be swapped for a secret."""
    put(folder, "gmm.py")
    lstat = Path.lstat

    def swap(path):
        found = lstat(path)
        if path.name == "gmm.py":
            path.unlink()
            path.symlink_to("/etc/passwd")
        return found

    monkeypatch.setattr(Path, "lstat", swap)

    with pytest.raises(SubmissionUnusable, match=r"gmm\.py cannot be read"):
        intake(folder)


@pytest.mark.parametrize("name", [os.fsdecode(b"\xff.py"), "x" * 201], ids=["no Unicode", "too long"])
def test_a_file_name_that_no_worker_can_write_is_left_out(folder, name):
    """One odd name costs that file, with a note, and nothing else."""
    (folder / name).write_bytes(b"")
    put(folder, "gmm.py")
    found = intake(folder)

    assert list(found.files) == ["gmm.py"]
    assert "rename it" in found.notes[0]


PLACES = {
    "where it belongs": (["gmm.py", WANTED, "x/src/em/gmm.py"], WANTED),
    "in a wrapping folder": (["ps3/src/em/gmm.py", "ps3/README.md"], "ps3/src/em/gmm.py"),
    "in two wrapping folders": (["me/ps3/src/em/gmm.py"], "me/ps3/src/em/gmm.py"),
    "loose at the root": (["gmm.py", "other.py"], "gmm.py"),
    "elsewhere": (["answers/gmm.py"], "answers/gmm.py"),
    "wrapped rather than loose": (["gmm.py", "ps3/src/em/gmm.py"], "ps3/src/em/gmm.py"),
    "shallow rather than deep": (["a/b/gmm.py", "z/gmm.py"], "z/gmm.py"),
    "not by half a folder's name": (["notsrc/em/gmm.py", "z/gmm.py"], "z/gmm.py"),
    "first in the alphabet": (["b/gmm.py", "a/gmm.py"], "a/gmm.py"),
}


@pytest.mark.parametrize(("paths", "found"), PLACES.values(), ids=PLACES)
def test_a_file_is_found_where_students_put_it(paths, found):
    """The path itself, then below wrapping folders, then anywhere by name."""
    assert handed_in(*paths).locate(WANTED).path == found


@pytest.mark.parametrize("paths", [[WANTED, "old/gmm.py"], ["gmm.py"], ["ps3/src/em/gmm.py", "gmm.py"]], ids=str)
def test_a_clear_find_needs_no_note(paths):
    """A note stands only where something was chosen."""
    assert handed_in(*paths).locate(WANTED).note == ""


def test_a_choice_between_files_is_said():
    """Of several files of one name the student learns which was graded."""
    note = handed_in("old/gmm.py", "new/gmm.py").locate(WANTED).note

    assert note == "gmm.py: 2 files have this name; new/gmm.py was graded"


NOWHERE = f"gmm.py is not among your files: put it at {WANTED}, or anywhere under that name"


@pytest.mark.parametrize("name", ["gm.py", "gnm.py", "GMM.py", "gmm_.py", "gmm (1).py", "src/gmm1.py"])
def test_a_near_miss_is_not_taken_but_named(name):
    """A misspelt file is not graded in silence, and the student is told what to rename."""
    located = handed_in("README.md", name).locate(WANTED)

    assert located.path is None
    assert located.note == f"{NOWHERE}; {name} looks like it: if it is, rename it to gmm.py"


@pytest.mark.parametrize("paths", [[], ["README.md"], ["xgmm.py/data.csv"], ["kl.py"]], ids=str)
def test_what_is_nowhere_is_said_to_be_missing(paths):
    """Nothing is guessed from names that are far off; what is there is listed."""
    located = handed_in(*paths).locate(WANTED)

    assert (located.path, located.note) == (None, NOWHERE + (f"; found: {paths[0]}" if paths else ""))


@pytest.mark.parametrize("path", ["mygmm.py", "notsrc/em/xgmm.py"])
def test_a_name_that_only_ends_alike_is_another(path):
    """Whole names are compared."""
    assert handed_in(path).locate(WANTED).path is None


trees = st.dictionaries(st.text("ab/ 12", min_size=1, max_size=4), st.binary(max_size=3), max_size=4)


@FIXED
@given(files=trees, order=st.randoms(use_true_random=False))
def test_the_digest_does_not_depend_on_the_order(files, order):
    """The same files are the same submission, in whatever order a disk lists them."""
    items = list(files.items())
    order.shuffle(items)

    assert Submission("a", dict(items)).digest == Submission("b", files).digest


@FIXED
@given(one=trees, other=trees)
def test_the_digest_tells_submissions_apart(one, other):
    """Two submissions have one digest only if every path and byte is equal."""
    assert (Submission("a", one).digest == Submission("a", other).digest) == (one == other)


TWINS = {
    "a byte moved to the next file": ({"a": b"xy", "b": b""}, {"a": b"x", "b": b"y"}),
    "a path that eats its content": ({"a": b"1 b"}, {"a 3 1": b"b"}),
    "names swapped": ({"a": b"1", "b": b"2"}, {"a": b"2", "b": b"1"}),
    "an empty file": ({}, {"a": b""}),
}


@pytest.mark.parametrize(("one", "other"), TWINS.values(), ids=TWINS)
def test_the_digest_is_not_fooled_by_joining(one, other):
    """Where one file ends and the next begins is part of what is hashed."""
    assert Submission("a", one).digest != Submission("a", other).digest


def test_the_digest_is_the_same_in_every_process():
    """Results carry it for years."""
    assert Submission("a", {"a.py": b"x", "b/c.py": b""}).digest == "8d08f80ec42eba5c21ed9c773768eafd"
