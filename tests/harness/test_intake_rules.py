"""The course's rule on what may be handed in, held against real archives and the caps as they are."""

import io
import stat
import tarfile
import zipfile

import pytest

from autograder.engine.archive import open_packed
from autograder.engine.leftovers import sentences
from autograder.engine.pipeline import grade
from autograder.members import COUNT_LIMIT, TOTAL_LIMIT

FULL = 9


def zipped(members, links=()) -> bytes:
    """A zip of these members; `links` are symbolic links to /etc/passwd."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as f:
        for name, content in members.items():
            f.writestr(name, content)
        for name in links:
            info = zipfile.ZipInfo(name)
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            f.writestr(info, "/etc/passwd")
    return data.getvalue()


def told(zygote, data) -> tuple[dict, str]:
    """The files that are read from an archive, and what is said of the rest."""
    opened = open_packed(zygote, "submission.zip", data)
    return opened.files, "\n".join(sentences(opened.left))


@pytest.mark.parametrize("folder", ["", "ps3/", "my homework 3/"])
def test_a_zip_with_or_without_a_leading_folder_earns_the_same(grader, tiny, tmp_path, folder):
    """The course's script zips without a folder, systems' own commands with one: neither costs a point."""
    files = {
        f"{folder}{problem.file}": (tiny.reference / f"{name}.py").read_text()
        for name, problem in tiny.problems.items()
    }
    (tmp_path / "submission.zip").write_bytes(zipped(files))
    run = grade(grader, tmp_path / "submission.zip")

    assert run.results.score == FULL
    assert "not among your files" not in run.results.output


def test_what_is_missing_is_listed_by_its_path(grader, submission):
    """Whoever forgot a file reads which one, at the top of the results and not only in its parts."""
    run = grade(grader, submission(shapes=None))

    assert "not among your files: src/shapes.py" in run.results.output.splitlines()


@pytest.mark.parametrize("name", ["../gmm.py", "src/../../gmm.py", "..\\gmm.py"])
def test_a_path_that_leads_out_is_refused(zygote, name):
    """Such a member is left out, with its name; the others are read."""
    files, said = told(zygote, zipped({name: "x = 1", "steps.py": "y = 2"}))

    assert files == {"steps.py": b"y = 2"}
    assert "leads out of the folder" in said


@pytest.mark.parametrize("name", ["/gmm.py", "C:\\work\\gmm.py", "//server/gmm.py"])
def test_an_absolute_path_never_stays_one(zygote, name):
    """It is read as if it lay inside, with a note: a student's zip tool is no reason for a zero."""
    files, said = told(zygote, zipped({name: "x = 1"}))

    assert [path for path in files if path.startswith("/") or ":" in path or "\\" in path] == []
    assert list(files.values()) == [b"x = 1"]
    assert "begins at the root of a disk" in said


def test_links_are_refused(zygote):
    """Neither a zip's nor a tar's link is followed or made."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as f:
        for name, kind in (("soft.py", tarfile.SYMTYPE), ("hard.py", tarfile.LNKTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            f.addfile(info)

    for packed, names in ((zipped({}, links=["soft.py"]), ["soft.py"]), (data.getvalue(), ["soft.py", "hard.py"])):
        files, said = told(zygote, packed)

        assert files == {}
        assert all(f"{name} was left out: it is a link" in said for name in names)


def test_no_more_entries_are_read_than_the_cap(zygote):
    """Of more than 2000 files the sources are read first, and the rest is counted in a note."""
    many = {f"data/{number}.txt": "" for number in range(COUNT_LIMIT + 500)} | {"zz/steps.py": "x = 1"}
    files, said = told(zygote, zipped(many))

    assert COUNT_LIMIT == 2000
    assert len(files) == COUNT_LIMIT
    assert "zz/steps.py" in files
    assert "at most 2000 files are read" in said
    assert "500 more files" in said


def test_no_more_bytes_are_unpacked_than_the_cap(zygote):
    """A small zip that unpacks to more than the cap costs its large files and not the sources."""
    big = {f"{number}.csv": bytes(15 << 20) for number in range(8)} | {"zz/steps.py": "x = 1"}
    data = zipped(big)
    files, said = told(zygote, data)

    assert len(data) < 1 << 20
    assert sum(map(len, files.values())) <= TOTAL_LIMIT == 64 << 20
    assert files["zz/steps.py"] == b"x = 1"
    assert "at most 64 MiB in all are read" in said
