"""The bulk export as hand-ins: whatever form it has, nothing is lost, nothing is guessed, nothing is trusted."""

import os
import shutil
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from autograder.course.export import NO_FILES, open_export
from autograder.course.gradescope_export import METADATA, read_records
from autograder.course.handin import Handin, Person, handed_of
from autograder.course.ledger import Entry
from autograder.course.roster import read_roster
from autograder.course.task import Task
from autograder.engine.submission import intake
from autograder.errors import UsageError
from autograder.manifest import find_homework
from autograder.members import FILE_LIMIT
from tests.harness.course.conftest import PINS
from tests.harness.course.synthetic import students, write_export

RECORD = """\
submission_1:
  :submitters:
  - :name: "Ada"
    :sid: 0123
    :email: ada@example.edu
  :created_at: 2020-11-04 23:59:00.123456789 Z
  :score: 7.5
  :results:
    score: 7.5
    tests:
    - {number: 1a, score: 4.0, output: hidden}
    - {number: "2", score: .nan}
  :history:
  - :created_at: 2020-11-01 00:00:00 Z
    :score: 1.0
    :results: {score: 1.0}
"""


@pytest.fixture
def read(tmp_path):
    """The hand-ins of a metadata file with this text."""

    def make(text):
        path = tmp_path / METADATA
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        with path.open("rb") as stream:
            return list(read_records(stream))

    return make


def folder_of(path, files):
    """A folder with these files."""
    for name, data in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    return path


def test_a_record_is_read_with_its_zeros(read):
    """A sid keeps its zeros, a time its fraction; scores that are no numbers are left out; history is counted."""
    assert read(RECORD) == [
        Handin(
            "submission_1",
            (Person("Ada", "0123", "ada@example.edu"),),
            datetime(2020, 11, 4, 23, 59, 0, 123456, UTC),
            7.5,
            {"1a": 4.0},
            1,
        )
    ]


def test_plain_keys_are_as_good_as_symbols(read):
    """A copy that lost the colons of Ruby's symbols says the same."""
    assert read(RECORD.replace(" :", " ")) == read(RECORD)


@pytest.mark.parametrize("sid", ["12345", '"12345"', "!ruby/string 12345"])
def test_a_sid_may_be_a_number(read, sid):
    """Integers, texts and Ruby's own tags come out as the same text."""
    assert read(RECORD.replace("0123", sid))[0].people[0].sid == "12345"


@pytest.mark.parametrize("sid", ["", "~", "null"])
def test_a_sid_may_be_null(read, sid):
    """Null is no sid, and no sid called "null"."""
    assert read(RECORD.replace("0123", sid))[0].people[0].sid == ""


def test_groups_nobody_and_nulls(read):
    """Several submitters, none, null results, a null record: each is a hand-in with what is known."""
    many = RECORD.replace("  :created_at", "  - {name: Bob}\n  - 7\n  :created_at", 1)
    bare = "submission_2:\n  :submitters: []\n  :results: \n  :created_at: 2020-11-04 10:00:00 Z\nsubmission_3: \n"
    found = {handin.id: handin for handin in read(many + bare)}

    assert [person.name for person in found["submission_1"].people] == ["Ada", "Bob"]
    assert found["submission_2"].score is None
    assert found["submission_2"].troubles == ("the export names nobody for it",)
    assert len(found["submission_3"].troubles) == 2


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2020-11-04 23:59:00 Z", (2020, 11, 4, 23, 59)),
        ("2020-11-04T23:59:00Z", (2020, 11, 4, 23, 59)),
        ("'2020-11-04 15:59:00 -08:00'", (2020, 11, 4, 23, 59)),
        ("2020-11-04 15:59:00.5 -0800", (2020, 11, 4, 23, 59, 0, 500000)),
        ("2020-11-04 23:59:00", (2020, 11, 4, 23, 59)),
    ],
)
def test_times_are_instants(read, text, instant):
    """Every form of a time that Ruby writes is the same instant, in UTC."""
    assert read(RECORD.replace("2020-11-04 23:59:00.123456789 Z", text))[0].created_at == datetime(*instant, tzinfo=UTC)


@pytest.mark.parametrize("text", ["yesterday", "2020-11-04", "2020-13-41 23:59:00 Z", "[1]", "9999-11-04 23:59:00 Z"])
def test_what_is_no_time_is_said(read, text):
    """A time that cannot be read makes nobody late: it is unknown, and staff are told."""
    found = read(RECORD.replace("2020-11-04 23:59:00.123456789 Z", text))[0]

    assert found.created_at is None
    assert "created_at" in found.troubles[0]


def test_aliases_stand_for_what_they_name(read):
    """Ruby writes an object that occurs twice as anchor and alias, inside what is skipped too."""
    text = RECORD.replace("created_at: 2020-11-01 00:00:00 Z", "created_at: &1 2020-11-01 00:00:00 Z")
    again = (
        text.replace("submission_1", "submission_2").replace("2020-11-04 23:59:00.123456789 Z", "*1").replace("&1 ", "")
    )

    assert read(text + again)[1].created_at == datetime(2020, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["- a\n", "just words", "a: [1, 2", "a: " + "[" * 500, "a: {b: c", b"a: \xff\xfe\xff", "a: 'open"]
)
def test_what_is_no_mapping_of_records_is_refused(read, text):
    """A file that is no such YAML ends with a sentence that names it."""
    with pytest.raises(UsageError, match=METADATA):
        read(text)


def test_an_empty_file_has_no_records(read):
    """Nothing handed in is no fault."""
    assert read("--- {}\n") == read("") == read("---\n") == []


def content(export, key, scratch):
    """The files of a hand-in as the grader finds them."""
    with export.place(key, scratch) as place:
        return {p.relative_to(place).as_posix(): p.read_bytes() for p in place.rglob("*") if p.is_file()}


def test_folder_and_zip_are_the_same(tmp_path, tiny):
    """An export unpacked and as it came gives the same hand-ins, the same digests, and the same files."""
    drawn = students(tiny, 30, 3)
    folder = open_export(write_export(drawn, tmp_path / "a"))
    zipped = open_export(write_export(drawn, tmp_path / "b", zipped=True))
    both = [handin.id for handin in zipped.handins if handin.id in zipped.places]  # a zip has no empty folders

    assert len(both) > 25
    assert {h.id for h in folder.handins} >= {h.id for h in zipped.handins}
    for key in both:
        assert folder.digest(key) == zipped.digest(key)
        assert content(folder, key, tmp_path) == content(zipped, key, tmp_path / "scratch" / key)


def test_who_is_named_without_files_and_the_other_way_round(tmp_path, tiny):
    """Nothing is dropped: a record without a folder and a folder without a record are hand-ins with a trouble."""
    drawn = students(tiny, 12, 3)
    export = open_export(write_export(drawn, tmp_path))
    found = {handin.id: handin for handin in export.handins}

    assert len(found) == 12
    assert "does not name it" in found[drawn[3].id].troubles[-1]
    assert "not graded" in found[drawn[7].id].troubles[-1]
    assert drawn[7].id not in export.places


def test_a_path_that_leads_out_is_left_out(tmp_path):
    """Members whose names lead out of their folder are written nowhere, and staff are told."""
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as z:
        z.writestr(f"e/{METADATA}", RECORD)
        z.writestr("e/submission_1/../../../evil.py", "1")
        z.writestr("e/submission_1/src/a.py", "1")
        z.writestr("/etc/cron.d/evil", "1")
        z.writestr("e/../submission_2/evil.py", "1")
    export = open_export(path)

    assert [handin.id for handin in export.handins] == ["submission_1"]
    assert content(export, "submission_1", tmp_path / "s") == {"src/a.py": b"1"}
    assert "evil.py" in export.troubles[0]


def test_a_damaged_member_is_no_students_fault(tmp_path):
    """A zip whose content does not fit its checksum is told as a damaged download."""
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as z:
        z.writestr(f"e/{METADATA}", RECORD)
        z.writestr("e/submission_1/a.py", "x = 12345678")
    path.write_bytes(path.read_bytes().replace(b"x = 12345678", b"x = 87654321"))

    with pytest.raises(UsageError, match=r"a\.py.* is damaged.*download the export again"):
        open_export(path).digest("submission_1")


@pytest.mark.parametrize("part", ["content", "header"])
def test_a_damaged_metadata_member_is_a_sentence(tmp_path, part):
    """The file that says who handed in may be the damaged one: no traceback, and what to do."""
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as z:
        z.writestr(f"e/{METADATA}", RECORD)
        z.writestr("e/submission_1/a.py", "x")
    data = path.read_bytes()
    old, new = (b"ada@example.edu", b"eve@example.edu") if part == "content" else (b"PK\3\4", b"PK\3\5")
    path.write_bytes(data.replace(old, new, 1))

    with pytest.raises(UsageError, match=rf"{METADATA}.* is damaged.*download the export again"):
        open_export(path)


@pytest.mark.parametrize("stray", ["notes.txt", "roster.csv", "sub/.DS_Store", None])
def test_a_zip_of_a_folder_holds_what_the_folder_holds(tmp_path, stray):
    """A stray file beside the hand-ins does not make one hand-in of a whole class."""
    files = {"ada/src/a.py": b"1", "bob/b.py": b"2", "eve.py": b"3", "joe.zip": b"PK"}
    folder_of(tmp_path / "class", files | ({stray: b""} if stray else {}))
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as z:
        for path in (tmp_path / "class").rglob("*"):
            z.write(path, path.relative_to(tmp_path))
    folder, zipped = open_export(tmp_path / "class"), open_export(tmp_path / "class.zip")
    known = {"ada", "bob", "eve.py", "joe.zip"}

    assert [handin.id for handin in zipped.handins] == [handin.id for handin in folder.handins]
    assert set(folder.places) == set(zipped.places) == known
    assert all(folder.digest(key) == zipped.digest(key) for key in known)


def test_a_name_that_is_not_unicode_stops_nothing(tmp_path, ledger):
    """A folder named in Latin-1 is a hand-in as any other, which the ledger and the way to a grader can take."""
    folder = tmp_path / "in" / os.fsdecode(b"Jos\xe9")
    folder_of(folder, {os.fsdecode(b"\xfc.py"): b"1"})
    export = open_export(tmp_path / "in")
    run = ledger.begin("k", PINS, "rubric", export.name)
    ledger.enter(run, Entry(export.handins[0], export.digest("José"), "internal", "x", None, None))
    with export.place("José", tmp_path / "scratch") as place:
        task = msgspec.msgpack.decode(msgspec.msgpack.encode(Task.of(place)), type=Task)

    assert [entry.handin.id for entry in ledger.entries(run)] == ["José"]
    assert task.place == folder


def test_large_archives_come_out_of_a_zip_as_out_of_a_folder(tmp_path):
    """What a grader opens, or tells a student that it was too large, is there: archives whole, others as holes."""
    large = b"PK\3\4" + bytes(FILE_LIMIT)
    files = {"ada/all.zip": large, "bob/data.bin": large, "eve/1.zip": b"", "eve/2.zip": b"", "eve/3.zip": b""}
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in (files | {"eve/4.zip": large}).items():
            z.writestr(name, data)
    export = open_export(path)

    assert content(export, "ada", tmp_path / "s") == {"all.zip": large}
    assert content(export, "bob", tmp_path / "s") == {"data.bin": bytes(len(large))}
    assert content(export, "eve", tmp_path / "s")["4.zip"] == bytes(len(large))
    with export.place("bob", tmp_path / "again") as place:
        assert "data.bin was left out: it is larger than 16 MiB" in intake(place).notes


def test_the_list_of_members_is_read_once(tmp_path, monkeypatch):
    """However many hand-ins are in an archive, its list of members is not read again for each of them."""
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as z:
        for number in range(20):
            z.writestr(f"s{number}/a.py", str(number))
    opened = []
    real = zipfile.ZipFile
    monkeypatch.setattr(zipfile, "ZipFile", lambda *words: opened.append(words) or real(*words))
    export = open_export(path)
    digests = {export.digest(handin.id) for handin in export.handins}

    assert len(digests) == 20
    assert len(opened) == 1


def test_an_archive_that_changed_is_read_anew(tmp_path):
    """An open archive stands for the file as it was opened and for no other of its name."""
    path = tmp_path / "class.zip"
    for text in ("1", "22"):
        with zipfile.ZipFile(path, "w") as z:
            z.writestr("ada/a.py", text)
            z.writestr("bob/a.py", text)
        assert content(open_export(path), "ada", tmp_path / text) == {"a.py": text.encode()}


@pytest.mark.parametrize(("said", "active"), [("true", True), ("false", False), ("", None), ("[1]", None)])
def test_which_one_counts_is_read_where_it_is_told(read, said, active):
    """Where the export marks a submission as the active one, or as none, that is kept; else nothing is guessed."""
    assert read(RECORD.replace("  :score: 7.5", f"  :score: 7.5\n  :active: {said}", 1))[0].active is active
    assert read(RECORD)[0].active is None


def test_a_plain_folder_is_one_hand_in_an_entry(tmp_path):
    """Folders, archives and sources count; what lies about besides does not."""
    files = {
        "ada/src/a.py": b"1",
        "bob.zip": b"PK",
        "eve.ipynb": b"{}",
        "roster.csv": b"",
        ".DS_Store": b"",
        ".git/x": b"",
    }
    export = open_export(folder_of(tmp_path / "in", files))

    assert [handin.id for handin in export.handins] == ["ada", "bob.zip", "eve.ipynb"]


@pytest.mark.parametrize("packed", [False, True])
def test_an_empty_folder_is_a_hand_in_without_files(tmp_path, packed):
    """Whoever has a folder with nothing in it is there and is no zero, in a folder and in the zip of it."""
    path = folder_of(tmp_path / "class", {"ada/src/a.py": b"1", "eve/.DS_Store": b"junk"})
    (path / "cyd").mkdir()
    if packed:
        path = Path(shutil.make_archive(str(tmp_path / "class"), "zip", tmp_path, "class"))
    export = open_export(path)

    assert [handin.id for handin in export.handins if handin.id != "eve"] == ["ada", "cyd"]
    assert set(export.places) == {"ada"}
    assert {handin.id: handin.troubles for handin in export.handins}["cyd"] == (NO_FILES,)


def test_digests_follow_paths_and_contents(tmp_path):
    """Another name, another content, another place: another digest; the same files have the same."""
    kinds = ({"a.py": b"1"}, {"b.py": b"1"}, {"a.py": b"2"}, {"s/a.py": b"1"}, {"a.py": b"1", "b": b""}, {"a.py": b"1"})
    export = open_export(
        folder_of(
            tmp_path / "in", {f"{i}/{name}": data for i, files in enumerate(kinds) for name, data in files.items()}
        )
    )
    digests = [export.digest(str(i)) for i in range(len(kinds))]

    assert len(set(digests[:-1])) == len(kinds) - 1
    assert digests[0] == digests[-1]


@pytest.mark.parametrize("name", ["nothing", "file.txt", "empty"])
def test_what_holds_no_hand_ins_is_refused(tmp_path, name):
    """A path that is no export ends with a sentence, not with an empty run."""
    (tmp_path / "file.txt").write_text("x")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match=name):
        open_export(tmp_path / name)


ROSTERS = {
    "gradescope": "First Name,Last Name,SID,Email,Sections\nAda,Lovelace,0123,ada@example.edu,A\n",
    "canvas": 'Student,ID,SIS User ID,SIS Login ID,Section\n"Lovelace, Ada",77,0123,ada@example.edu,A\n',
    "own": "\ufeffname, Email ,sid,section\r\nAda Lovelace,ada@example.edu,0123,A\r\n",
}


@pytest.mark.parametrize("form", ROSTERS)
def test_rosters_of_every_kind_say_the_same(tmp_path, form):
    """Gradescope's, Canvas' and one's own list name the same person."""
    path = tmp_path / "roster.csv"
    path.write_text(ROSTERS[form], newline="")

    assert read_roster(path).people == (Person("Ada Lovelace", "0123", "ada@example.edu", "A"),)


@pytest.mark.parametrize("name", ["ada@example.edu", "ADA", "0123", "ada_lovelace", "Ada Lovelace"])
def test_a_folder_is_found_in_the_roster(tmp_path, name):
    """A plain folder called like an address, its beginning, a sid or a name is that student's."""
    path = tmp_path / "roster.csv"
    path.write_text(ROSTERS["own"])
    export = open_export(folder_of(tmp_path / "in", {f"{name}/a.py": b""}), read_roster(path))

    assert export.handins[0].names == "Ada Lovelace"


def test_two_of_one_name_are_nobody(tmp_path):
    """Where a name fits two students it is neither's: a score must not go to the wrong one."""
    path = tmp_path / "roster.csv"
    path.write_text(ROSTERS["own"] + "Ada Lovelace,other@example.edu,9,B\n")
    roster = read_roster(path)

    assert roster.of("ada lovelace") == ()
    assert roster.of("other") != ()


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "", "\0\0"])
def test_a_list_without_names_is_refused(tmp_path, text):
    """A CSV that says of nobody who they are ends with a sentence that names its columns."""
    path = tmp_path / "roster.csv"
    path.write_text(text)
    with pytest.raises(UsageError, match=r"roster\.csv"):
        read_roster(path)


def test_overrides_know_a_hand_in_by_every_name():
    """The keys are the id with and without Gradescope's word, addresses and sids of all members."""
    people = (Person("A", "1", "a@x"), Person("B", "", "b@x"))

    handed = handed_of(Handin("submission_5", people))
    assert handed is not None
    assert handed.keys == ("submission_5", "5", "a@x", "1", "b@x")
    assert handed_of(Handin("ada")) is None


def test_the_generated_class_is_the_same_each_time(project_root):
    """A seed names a class: demos, benchmarks and tests speak of the same students."""
    homework = find_homework(project_root, "cs229-ps3")

    assert students(homework, 8, 5) == students(homework, 8, 5)
    assert {s.kind for s in students(homework, 120, 5)} >= {"right", "mutant", "copy", "empty", "hostile", "stub"}
