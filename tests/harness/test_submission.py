"""Intake: regular files and nothing else, within caps, found under the names students give them."""

import os
import socket
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder import members
from autograder.engine import submission, tree
from autograder.engine.archive import Opened
from autograder.engine.submission import Located, Submission, intake
from autograder.errors import SubmissionUnusable
from autograder.members import Leftovers

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


@pytest.mark.parametrize("name", ["gmm.PY", "gmm.py.txt", "hw.ipynb", "gmm (1).py"])
def test_a_single_source_file_may_have_an_odd_name(folder, name):
    """What can only be a source file or a notebook is read under the name it has."""
    put(folder, name)

    assert intake(folder / name).files == {name: b"x = 1\n"}


@pytest.mark.parametrize("name", ["notes.txt", "gmm", "gmm.pdf", "x\x07.py"])
def test_a_single_file_of_another_kind_is_unusable(folder, name):
    """The refusal says what to do."""
    put(folder, name)

    with pytest.raises(SubmissionUnusable, match="hand in the homework's own files, or a zip of them"):
        intake(folder / name)


def test_an_archive_is_not_opened_without_a_worker(folder):
    """Nothing on the trusted side parses an archive; without anybody who does, the student is told what to do."""
    put(folder, "hw.zip", content=b"PK\3\4")

    with pytest.raises(SubmissionUnusable, match=r"hw\.zip is an archive, which is not opened here; unpack it"):
        intake(folder / "hw.zip")


def test_a_path_that_is_not_there_is_unusable(folder):
    """The refusal says what to give instead."""
    with pytest.raises(SubmissionUnusable, match=r"give the folder, the archive or the \.py file"):
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
    monkeypatch.setattr(members, "FILE_LIMIT", 6)
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


@pytest.fixture
def caps(monkeypatch):
    """Sets caps for one test."""

    def small(**wanted):
        for module in (members, tree):
            for name, value in wanted.items():
                monkeypatch.setattr(module, name, value, raising=False)

    return small


def test_a_submission_at_the_caps_is_read(folder, caps):
    """Each cap is what it says."""
    caps(COUNT_LIMIT=2, TOTAL_LIMIT=12, DEPTH_LIMIT=2, LISTED_LIMIT=4)
    put(folder, "a.py", "b/c/d.py")
    found = intake(folder)

    assert (len(found.files), found.notes) == (2, ())


def test_too_many_files_cost_data_first(folder, caps):
    """Past the count the small sources stay, and what was left out is said in two sentences at most."""
    caps(COUNT_LIMIT=2)
    put(folder, "data/1.csv", "data/2.csv", "data/3.csv", "src/b.py", "c.py")
    found = intake(folder)

    assert list(found.files) == ["c.py", "src/b.py"]
    assert found.notes[0].startswith("data/1.csv was left out: at most")
    assert found.notes[1] == "the same holds for 2 more files"


def test_too_much_in_all_costs_the_largest_data_first(folder, caps):
    """Past the size in all, sources and small files stay."""
    caps(TOTAL_LIMIT=20)
    put(folder, "small.npz", "src/gmm.py", "src/lgm.py")
    put(folder, "large.npz", content=b"1234567")
    found = intake(folder)

    assert list(found.files) == ["small.npz", "src/gmm.py", "src/lgm.py"]
    assert [note.split(":")[0] for note in found.notes] == ["large.npz was left out"]


def test_what_lies_too_deep_is_left_out_and_said(folder, caps):
    """A path bomb costs itself, is not walked to its end, and the rest is graded."""
    put(folder, "gmm.py", "/".join(["d"] * 100) + "/x.py")
    found = intake(folder)

    assert list(found.files) == ["gmm.py"]
    assert [note.split(":")[1] for note in found.notes] == [
        " it lies deeper than 12 folders; hand in only the homework's own files"
    ]


def test_more_entries_than_are_looked_at_are_unusable(folder, caps):
    """What cannot even be listed is refused whole, so that the outcome does not depend on a disk's order."""
    caps(LISTED_LIMIT=2)
    put(folder, "a.py", "b.py", "c.py")

    with pytest.raises(SubmissionUnusable, match="more than 2 files and folders were handed in; hand in only"):
        intake(folder)


def test_the_notes_have_an_end(folder):
    """However many links there are, a few are named and the rest are counted."""
    put(folder, "gmm.py")
    for number in range(100):
        (folder / f"{number:03}").symlink_to("gmm.py")
    notes = intake(folder).notes

    assert (len(notes), notes[-1]) == (members.SHOWN + 1, f"the same holds for {100 - members.SHOWN} more files")


def deny(*args, **kwargs):
    """What the system says about a file of another user."""
    raise PermissionError(13, "Permission denied")


def test_a_file_that_cannot_be_read_is_left_out(folder, monkeypatch):
    """Root can read everything, so the refusal is made by hand; the note names the file."""
    put(folder, "gmm.py")
    monkeypatch.setattr(os, "open", deny)
    found = intake(folder)

    assert (found.files, found.notes) == ({}, ("gmm.py was left out: it cannot be read",))


def test_a_single_file_that_cannot_be_read_is_unusable(folder, monkeypatch):
    """The refusal names file and cause."""
    put(folder, "gmm.py")
    monkeypatch.setattr(os, "open", deny)

    with pytest.raises(SubmissionUnusable, match=r"gmm\.py cannot be read: Permission denied"):
        intake(folder / "gmm.py")


def test_a_folder_that_cannot_be_read_is_unusable(folder, monkeypatch):
    """There is nothing to judge."""
    put(folder, "src/gmm.py")
    monkeypatch.setattr(os, "scandir", deny)

    with pytest.raises(SubmissionUnusable, match="cannot be read: Permission denied"):
        intake(folder)


def test_a_folder_inside_that_cannot_be_read_is_left_out(folder, monkeypatch):
    """One closed folder does not cost the others."""
    put(folder, "src/gmm.py", "closed/x.py")
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: deny() if path.name == "closed" else scandir(path))
    found = intake(folder)

    assert (list(found.files), found.notes) == (["src/gmm.py"], ("closed was left out: it cannot be read",))


def test_a_link_put_in_a_files_place_meanwhile_is_not_followed(folder, monkeypatch):
    """Between looking and reading nothing can be swapped for a secret."""
    put(folder, "gmm.py")
    listed = tree.listed

    def swap(root, left):
        found = listed(root, left)
        (folder / "gmm.py").unlink()
        (folder / "gmm.py").symlink_to("/etc/passwd")
        return found

    monkeypatch.setattr(submission, "listed", swap)

    assert intake(folder).files == {}


@pytest.mark.parametrize("name", ["x" * 201, "a\nb.py", "bell\x07.py"], ids=["too long", "line feed", "control"])
def test_a_file_name_that_no_worker_can_write_is_left_out(folder, name):
    """One odd name costs that file, with a note that can be printed, and nothing else."""
    (folder / name).write_bytes(b"")
    put(folder, "gmm.py")
    found = intake(folder)

    assert list(found.files) == ["gmm.py"]
    assert "rename it" in found.notes[0]
    assert found.notes[0].isprintable()


@pytest.mark.parametrize(
    ("on_disk", "path"),
    [(os.fsdecode(b"\xfcb.py"), "üb.py"), ("u\u0308b.py", "üb.py"), ("src\\gmm.py", "src/gmm.py")],
    ids=["Latin-1", "decomposed", "a separator of Windows"],
)
def test_a_name_of_another_system_is_read_as_it_was_meant(folder, on_disk, path):
    """Code pages, decomposed accents and backslashes are no fault of a student."""
    (folder / on_disk).write_bytes(b"")

    assert (list(intake(folder).files), intake(folder).notes) == ([path], ())


def test_a_file_in_whose_place_there_is_a_folder_is_left_out(folder):
    """No two paths of a submission can stand in each other's way when a worker lays them out."""
    put(folder, "src/gmm.py", "src\\gmm.py\\x.py")
    found = intake(folder)

    assert list(found.files) == ["src/gmm.py/x.py"]
    assert found.notes == ("src/gmm.py was left out: there is a folder of the same name",)


@pytest.mark.parametrize("mark", ["pyvenv.cfg", "conda-meta/history"])
def test_an_installed_python_is_left_out(folder, mark):
    """A virtual environment under any name is not the student's work."""
    put(folder, "gmm.py", f"my env/{mark}", "my env/lib/x.py")

    assert (list(intake(folder).files), intake(folder).notes) == (["gmm.py"], ())


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


@pytest.mark.parametrize("name", ["gm.py", "gnm.py", "g-mm.py", "gmm_.py", "gmm_final.py", "src/gmm1.py", "gmm.pyw"])
def test_a_near_miss_is_not_taken_but_named(name):
    """A misspelt file is not graded in silence, and the student is told what to rename."""
    located = handed_in("README.md", name).locate(WANTED)

    assert located.path is None
    assert located.note == f"{NOWHERE}; {name} looks like it: if it is, rename it to gmm.py"


SURE = ["GMM.py", "gmm.PY", "gmm (1).py", "gmm(2).py", "gmm-1.py", "gmm 2.py", "gmm copy.py", "gmm copy 2.py"]
SURE += [
    "gmm - Copy.py",
    "gmm - Copy (2).py",
    "gmm.py.txt",
    "gmm.py.py",
    "gmm.py ",
    "gmm.py.",
    " gmm.py",
    "x/Gmm (1).PY",
]


@pytest.mark.parametrize("name", SURE)
def test_a_name_that_surely_means_the_file_is_graded_and_said(name):
    """What a browser or a system did to a name costs no points."""
    located = handed_in("README.md", name).locate(WANTED)

    assert located == Located(name, f"{name} was graded as gmm.py: call it gmm.py")


def test_of_two_names_that_surely_mean_the_file_the_shallowest_counts():
    """The choice is by a stated rule, and the student learns of it."""
    located = handed_in("old/gmm (1).py", "gmm (2).py").locate(WANTED)

    assert located.path == "gmm (2).py"
    assert located.note == "gmm.py: 2 files have almost this name; gmm (2).py was graded: call the one you mean gmm.py"


def test_the_right_name_counts_and_its_double_beside_it_is_named():
    """A second download that was meant instead would otherwise go unseen."""
    located = handed_in("gmm.py", "gmm (1).py").locate(WANTED)

    assert located == Located("gmm.py", "gmm.py was graded, and not gmm (1).py beside it")


NOTEBOOKS = {
    "a source file and its twin": (["gmm.py", "gmm.ipynb"], Located("gmm.py", "", "gmm.ipynb")),
    "a twin elsewhere": (["src/em/gmm.py", "nb/gmm.ipynb"], Located("src/em/gmm.py", "", "nb/gmm.ipynb")),
    "the notebook alone": (["hw/gmm.ipynb", "x.ipynb"], Located("hw/gmm.ipynb")),
    "an odd name of it": (
        ["Gmm (1).ipynb", "x.ipynb"],
        Located("Gmm (1).ipynb", "Gmm (1).ipynb was graded as gmm.ipynb: call it gmm.ipynb"),
    ),
    "a source file beside another notebook": (["gmm.py", "x.ipynb"], Located("gmm.py")),
    "the only notebook": (
        ["hw1.ipynb", "lgm.py"],
        Located(
            "hw1.ipynb", "hw1.ipynb is the only notebook: it was read for every problem whose own file is not there"
        ),
    ),
}


@pytest.mark.parametrize(("paths", "located"), NOTEBOOKS.values(), ids=NOTEBOOKS)
def test_a_notebook_is_found_by_the_same_rules(paths, located):
    """The .py comes first with its notebook as twin, then the notebook of that name, then the only one there is."""
    assert handed_in(*paths).locate(WANTED) == located


def test_of_two_other_notebooks_none_is_guessed():
    """Which of several notebooks holds a problem cannot be known."""
    assert handed_in("a.ipynb", "b.ipynb").locate(WANTED).path is None


@pytest.mark.parametrize("paths", [[], ["README.md"], ["xgmm.py/data.csv"], ["kl.py"]], ids=str)
def test_what_is_nowhere_is_said_to_be_missing(paths):
    """Nothing is guessed from names that are far off; what is there is listed."""
    located = handed_in(*paths).locate(WANTED)

    assert (located.path, located.note) == (None, NOWHERE + (f"; found: {paths[0]}" if paths else ""))


@pytest.mark.parametrize("path", ["mygmm.py", "notsrc/em/xgmm.py"])
def test_a_name_that_only_ends_alike_is_another(path):
    """Whole names are compared."""
    assert handed_in(path).locate(WANTED).path is None


def opener(contents):
    """Opens packed things by a table; what is not in it is unusable, as a damaged one is."""

    def opened(name, data):
        if data not in contents:
            raise SubmissionUnusable(f"{name} is damaged")
        return Opened(dict.fromkeys(contents[data], b"y"), Leftovers())

    return opened


ZIP, INNER = b"PK\3\4 outer", b"PK\3\4 inner"


def test_an_archive_is_a_submission_known_by_its_name(folder):
    """`gradelbo grade hw.tar.gz` works as for the folder it was made of, whatever the suffix says."""
    put(folder, "hw.tar.gz", content=ZIP)
    found = intake(folder / "hw.tar.gz", opener({ZIP: ["src/gmm.py"]}))

    assert (found.id, list(found.files)) == ("hw", ["src/gmm.py"])


def test_an_archive_in_a_folder_without_the_homeworks_files_is_opened(folder):
    """What is inside lies below the archive's name, so that messages say where."""
    put(folder, "README.md", "junk.py")
    put(folder, "hw.zip", content=ZIP)
    found = intake(folder, opener({ZIP: ["src/em/gmm.py"]}), (WANTED,))

    assert list(found.files) == ["README.md", "hw.zip/src/em/gmm.py", "junk.py"]


@pytest.mark.parametrize("beside", ["gmm.py", "src/Gmm (1).py", "hw.ipynb"])
def test_an_archive_beside_the_homeworks_files_stays_closed(folder, beside):
    """An old archive that lies about decides nothing."""
    put(folder, beside)
    put(folder, "hw.zip", content=ZIP)

    assert set(intake(folder, opener({}), (WANTED,)).files) == {beside, "hw.zip"}


def test_an_archive_in_an_archive_is_opened_and_a_third_one_is_not(folder):
    """One level may lie inside; the next one gets a sentence."""
    put(folder, "outer.zip", content=b"PK\5\6")
    table = {b"PK\5\6": {"in.zip": ZIP}, ZIP: {"gone.zip": INNER, "a.txt": b""}}

    def opened(name, data):
        return Opened(dict(table[data]), Leftovers())

    found = intake(folder / "outer.zip", opened)

    assert list(found.files) == ["in.zip/a.txt"]
    assert found.notes == (
        "in.zip/gone.zip was left out: it is an archive inside another archive, which is not opened; "
        "put its files in directly",
    )


def test_an_archive_inside_that_cannot_be_opened_costs_itself(folder):
    """Its sentence is a note; what else there is stays."""
    put(folder, "README.md")
    put(folder, "bad.zip", "good.zip", content=ZIP)
    put(folder, "bad.zip", content=INNER)
    found = intake(folder, opener({ZIP: ["gmm.py"]}))

    assert (list(found.files), found.notes) == (["README.md", "good.zip/gmm.py"], ("bad.zip is damaged",))


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("hw.7z", b"7z\xbc\xaf\x27\x1c", "is a 7z archive, which is not read here; make a zip of only your own files"),
        ("hw.rar", b"Rar!\x1a\7\0", "is a RAR archive, which is not read here; make a zip of only your own files"),
        ("hw.zip", b"<html>", "is called an archive and is none; make a zip of only your own files"),
    ],
)
def test_what_cannot_be_an_archive_is_told_without_opening_it(folder, name, content, sentence):
    """The first bytes decide, inside a folder."""
    put(folder, name, content=content)

    assert intake(folder, opener({})).notes[0].startswith(f"{name} {sentence}")


def test_many_archives_are_not_opened(folder):
    """Which of them is meant cannot be known."""
    put(folder, "a.zip", "b.zip", "c.tar", "d.tgz", content=ZIP)

    assert intake(folder, opener({})).notes == (
        "4 archives were handed in, more than are opened; hand in the files themselves",
    )


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
