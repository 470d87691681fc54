"""`gradelbo pack`: the zip holds the homework and nothing else, and what is missing is said."""

import zipfile

import pytest
from click.testing import CliRunner

from autograder import cli
from autograder.engine.pipeline import grade
from autograder.engine.submission import FILE_LIMIT
from autograder.local.own import find_own
from autograder.local.pack import import_faults, packing_of, write_zip
from autograder.local.source import unfilled
from autograder.manifest import Imports
from tests.harness.test_own import STUBS, WRITTEN, notebook


@pytest.fixture
def run(tiny):
    """Runs `pack` on the tiny homework."""

    def command(*words: object):
        return CliRunner().invoke(cli.main, ["pack", *map(str, words)], obj=tiny.root)

    return command


def packed(path):
    """The names in a zip."""
    with zipfile.ZipFile(path) as archive:
        return sorted(archive.namelist())


def test_a_complete_homework_is_packed_and_ready(run, submission, tmp_path):
    """Everything written: 0, the zip, and what to do with it."""
    result = run("--path", submission(), "--out", tmp_path / "a.zip")

    assert result.exit_code == 0
    assert packed(tmp_path / "a.zip") == ["src/moments.py", "src/shapes.py"]
    assert f"hand in {tmp_path / 'a.zip'} on Gradescope" in result.output


def test_the_zip_lies_beside_the_files_by_default(run, submission):
    """Without --out the name says which homework it is; packing again does not pack the zip."""
    folder = submission()
    run("--path", folder)
    run("--path", folder)

    assert packed(folder / "tiny-hw-submission.zip") == ["src/moments.py", "src/shapes.py"]


def test_what_was_packed_is_graded_as_the_folder_is(run, submission, grader, tmp_path):
    """The zip unpacked elsewhere gets the points that the folder gets."""
    folder = submission(moments="import near\n" + WRITTEN)
    (folder / "src" / "near.py").write_text("x = 1\n")
    run("--path", folder, "--out", tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        archive.extractall(tmp_path / "there")

    scores = [[score.earned for score in grade(grader, path).scores] for path in (folder, tmp_path / "there")]

    assert "src/near.py" in packed(tmp_path / "a.zip")
    assert scores[0] == scores[1]


def test_the_same_files_give_the_same_bytes(tmp_path):
    """No date, order or owner of this machine stands in the zip."""
    write_zip(tmp_path / "one.zip", {"b.py": b"2", "a.py": b"1"})
    write_zip(tmp_path / "two.zip", {"a.py": b"1", "b.py": b"2"})

    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


@pytest.mark.parametrize("strict", [False, True])
def test_what_is_not_written_is_said(run, submission, tmp_path, strict):
    """A part that is still a stub is named: 1, and the zip all the same, unless --strict."""
    target = tmp_path / "a.zip"
    result = run("--path", submission(moments=WRITTEN), "--out", target, *(["--strict"] if strict else []))

    assert result.exit_code == 1
    assert "part 1b is not written yet" in result.output
    assert "not written: 1b" in result.output
    assert target.exists() is not strict


def test_a_missing_file_is_named_with_what_looks_like_it(run, submission, tmp_path):
    """A slip in a file's name is found before the deadline and not after."""
    folder = submission(moments=None)
    (folder / "src" / "moment.py").write_text(WRITTEN)
    result = run("--path", folder, "--out", tmp_path / "a.zip")

    assert result.exit_code == 1
    assert "src/moment.py looks like it" in result.output
    assert packed(tmp_path / "a.zip") == ["src/shapes.py"]


def test_a_folder_with_nothing_of_the_homework_is_refused(run, tmp_path):
    """No file at all is no submission: 3, and no zip."""
    (tmp_path / "empty").mkdir()
    result = run("--path", tmp_path / "empty", "--out", tmp_path / "a.zip")

    assert result.exit_code == 3
    assert not (tmp_path / "a.zip").exists()


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("def mean(x:\n", "cannot be read: line 1: "),
        ("import nothing_of_that_name\n", "cannot be imported"),
        ("raise SystemExit\n", "cannot be imported"),
    ],
)
def test_a_file_that_cannot_be_graded_is_said(run, submission, tmp_path, source, words):
    """A fault of syntax with its line, and whatever goes wrong when the file is imported."""
    result = run("--path", submission(moments=source), "--out", tmp_path / "a.zip")

    assert result.exit_code == 1
    assert words in " ".join(result.output.split())


def test_a_notebook_in_which_nothing_is_written_stays_at_home(tiny, submission):
    """The generated twin is left out while it is as it was; once something is written in it, it comes along."""
    folder = submission()
    twin = folder / "src" / "moments.ipynb"
    for source, expected in ((STUBS, False), (WRITTEN, True)):
        twin.write_text(notebook(source))
        packing = packing_of(tiny, find_own(tiny, folder), [], {})

        assert ("src/moments.ipynb" in packing.files) is expected
        assert packing.lacks == ()


def test_a_notebook_that_counts_is_packed_with_the_stubs_beside_it(tiny, submission):
    """Who works in the notebook hands in both, and reads which one counts."""
    folder = submission(moments=STUBS)
    (folder / "src" / "moments.ipynb").write_text(notebook(WRITTEN))
    packing = packing_of(tiny, find_own(tiny, folder), [], {})
    states = {row.path: row.state for row in packing.rows}

    assert states["src/moments.py"] == "goes along; moments.ipynb counts"
    assert states["src/moments.ipynb"] == "ready"
    assert {"src/moments.py", "src/moments.ipynb"} <= set(packing.files)


def test_a_file_too_large_to_be_read_is_said(tiny, submission):
    """The grader's limit is known at home."""
    folder = submission(moments=WRITTEN + "#" * FILE_LIMIT)

    assert "larger than 16 MiB" in packing_of(tiny, find_own(tiny, folder), [], {}).lacks[0]


def test_other_files_of_the_homework_come_along_or_are_missed(tiny, submission):
    """answers.json is the homework's too."""
    from dataclasses import replace

    homework = replace(tiny, files=("answers.json", "derivations.py"))
    folder = submission()
    (folder / "answers.json").write_text("{}")
    packing = packing_of(homework, find_own(homework, folder), [], {})

    assert "answers.json" in packing.files
    assert packing.lacks == ("derivations.py is not there",)


@pytest.mark.parametrize("main", ["import sklearn\n", "import near\n"])
def test_an_import_that_the_homework_forbids_is_said(tiny, submission, main):
    """Directly or through a file of one's own: named with file and line before it costs anything."""
    from dataclasses import replace

    homework = replace(tiny, imports=Imports(("numpy",), ("sklearn",)))
    folder = submission(moments=main + WRITTEN)
    (folder / "src" / "near.py").write_text("x = 1\nimport sklearn\n")
    own = find_own(homework, folder)

    assert "imports sklearn" in import_faults(homework, own.contents, "src/moments.py")
    assert any("imports sklearn" in lack for lack in packing_of(homework, own, [], {}).lacks)


def test_a_file_found_elsewhere_says_where_it_was_wanted(tiny, submission):
    """A file at another place is found by its name, and the student knows."""
    folder = submission(moments=None)
    (folder / "moments.py").write_text(WRITTEN)
    states = {row.path: row.state for row in packing_of(tiny, find_own(tiny, folder), [], {}).rows}

    assert states["moments.py"] == "ready: found by its name, not at src/moments.py"


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        (
            "answers.json",
            '{"collaborators": null, "2b": {"latent": null}, "3e": {"gap1": 0.1}}',
            "not filled in: 2b latent",
        ),
        ("answers.json", '{"2b": ', "cannot be read: answers.json is not valid JSON"),
        ("answers.json", '{"2b": NaN}', "cannot be read: answers.json holds NaN, which is not JSON"),
        ("answers.json", '{"collaborators": null, "2b": {"latent": ["z"]}}', ""),
        ("derivations.py", "def grad_phi(w):\n    raise NotImplementedError\n", "not filled in: grad_phi"),
        ("derivations.py", "def grad_phi(w:\n", "cannot be read: line 1"),
        ("derivations.py", "def grad_phi(w):\n    return w\n", ""),
        ("notes.txt", "anything", ""),
    ],
)
def test_a_file_beside_the_problems_says_what_is_still_to_do(name, text, words):
    """Answers that are null, stubs and files that cannot be read are not ready; the collaborators may stay away."""
    found = unfilled(name, text.encode())
    if name.endswith(".json"):
        assert unfilled(name, text.encode("utf-16")) == found  # as it is graded

    assert found.startswith(words) if words else found == ""
