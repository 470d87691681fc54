"""Which files of a hand-in count: names come out clean, junk goes, caps hold, and what is left out is counted."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder import members
from autograder.members import Leftovers, choose, clean, is_junk, kind_of

FIXED = settings(max_examples=400, deadline=None, database=None, derandomize=True)

NAMES = {
    "gmm.py": ("gmm.py", ""),
    "./a//b/./gmm.py": ("a/b/gmm.py", ""),
    "src\\em\\gmm.py": ("src/em/gmm.py", ""),
    "/home/me/gmm.py": ("home/me/gmm.py", "rooted"),
    "C:\\Users\\me\\gmm.py": ("Users/me/gmm.py", "rooted"),
    "c:gmm.py": ("gmm.py", "rooted"),
    "\\\\server\\share\\gmm.py": ("server/share/gmm.py", "rooted"),
    "U\u0308bung/gmm.py": ("Übung/gmm.py", ""),
    "\udcdcbung/gmm.py": ("Übung/gmm.py", ""),
    "../gmm.py": ("", "outside"),
    "a/../../gmm.py": ("", "outside"),
    "..\\gmm.py": ("", "outside"),
    "C:..\\gmm.py": ("", "outside"),
    "C:D:\\gmm.py": ("", "name"),
    "a\0b.py": ("", "name"),
    "a\x1b[2Jb.py": ("", "name"),
    "\ud800.py": ("", "name"),
    "": ("", "name"),
    "/": ("", "name"),
    "n" * 201: ("", "name"),
    "é" * 101: ("", "name"),
    "d/" * 13 + "gmm.py": ("", "deep"),
    "d/" * 12 + "gmm.py": ("d/" * 12 + "gmm.py", ""),
    "gmm.py ": ("gmm.py ", ""),
}


@pytest.mark.parametrize(("raw", "found"), NAMES.items(), ids=[repr(name[-20:]) + str(len(name)) for name in NAMES])
def test_a_name_becomes_a_path_inside_or_is_refused(raw, found):
    """Separators, roots, accents and code pages of every system are understood; nothing leads out."""
    assert clean(raw) == found


wild = st.lists(
    st.sampled_from(["/", "\\", "..", ".", "C:", "gmm", ".py", "\0", "\x7f", " ", "é", "u\u0308", "\udcff", "\ud800"])
    | st.text(max_size=3),
    max_size=20,
).map("".join)


@FIXED
@given(raw=wild)
def test_a_clean_path_is_inside_and_stays_as_it_is(raw):
    """Whatever the name: the path has no step out, no odd character, and is its own clean path."""
    path, reason = clean(raw)

    assert bool(path) == (reason in ("", "rooted"))
    if path:
        assert not path.startswith("/")
        assert not {"", ".", ".."} & set(path.split("/"))
        assert clean(path) == (path, "")
        assert "\0" not in path
        path.encode()


listings = st.lists(st.tuples(wild, st.integers(0, 40)), max_size=12)


@FIXED
@given(listed=listings)
def test_what_is_chosen_is_within_the_caps_and_chosen_again(listed):
    """The choice from a choice is itself: both sides of the wall may apply the rules one after the other."""
    chosen = choose(listed)
    pairs = [(path, listed[index][1]) for path, index in chosen.kept.items()]
    again = choose(pairs)

    assert (list(again.kept), again.left.found) == (list(chosen.kept), {})
    assert all(clean(listed[index][0])[0] == path for path, index in chosen.kept.items())
    folders = {path[:at] for path in chosen.kept for at in range(len(path)) if path[at] == "/"}
    assert not folders & set(chosen.kept)


def test_of_two_of_one_name_the_last_counts():
    """As it would on a disk; the student is told."""
    chosen = choose([("a.py", 1), ("b.py", 1), ("./a.py", 2)])

    assert chosen.kept == {"a.py": 2, "b.py": 1}
    assert chosen.left.found == {"twice": (1, ["a.py"])}


def test_sources_come_before_data_and_shallow_before_deep(monkeypatch):
    """What is graded is kept the longest."""
    monkeypatch.setattr(members, "COUNT_LIMIT", 2)
    chosen = choose([("a.csv", 1), ("x/y/z.py", 1), ("x/gmm.py", 9), ("huge.py", 2 << 20)])

    assert set(chosen.kept) == {"x/gmm.py", "x/y/z.py"}


@pytest.mark.parametrize(
    ("path", "junk"),
    [
        ("__MACOSX/hw/._gmm.py", True),
        ("hw/__pycache__/gmm.py", True),
        ("hw\\__pycache__\\gmm.py", True),
        (".DS_Store", True),
        ("Icon\r", True),
        ("gmm.pyc", True),
        ("gmm.py", False),
        ("pycache/gmm.py", False),
        ("_gmm.py", False),
    ],
)
def test_junk_is_what_no_student_wrote(path, junk):
    """Whole names are compared, in archives of every system."""
    assert is_junk(path) == junk


def test_junk_is_not_talked_about():
    """What a system packs costs neither room nor words, even with an odd name."""
    chosen = choose([("Icon\r", 0), ("__MACOSX/../x", 1), ("env/pyvenv.cfg", 1), ("env/lib/x.py", 1), ("a.py", 1)])

    assert (list(chosen.kept), chosen.left.found) == (["a.py"], {})


def test_leftovers_keep_a_few_names_and_count_all():
    """A hundred thousand of a kind take no more room than a few."""
    left = Leftovers()
    for number in range(100):
        left.add("link", "x" * 500 + str(number))
    other = Leftovers()
    other.take(left)

    count, names = other.found["link"]
    assert (count, len(names)) == (100, members.SHOWN)
    assert all(len(name) <= 120 for name in names)
    assert other.found == left.found


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"PK\3\4", "zip"),
        (b"\x1f\x8b\x08", "gz"),
        (b"BZh9", "bz2"),
        (b"\xfd7zXZ\0", "xz"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"Rar!\x1a\7\0", "rar"),
        (b"\0" * 257 + b"ustar", "tar"),
        (b"import numpy", ""),
        (b"", ""),
        (b"PK", ""),
    ],
)
def test_an_archive_is_known_by_its_first_bytes(head, kind):
    """Suffixes lie."""
    assert kind_of(head) == kind
