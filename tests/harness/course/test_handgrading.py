"""Pages for people who grade by hand: all that was written is there, none of it runs, points go where they belong."""

import re
import tomllib

import msgspec
import pytest
from click.testing import CliRunner
from markupsafe import escape

from autograder import cli
from autograder.course.deciding import read_decisions
from autograder.course.export import open_export
from autograder.course.handgrading import labelled, skeleton, write_pages
from autograder.course.handin import Handin, Person
from autograder.course.pool import Outcome
from autograder.course.reading import Drawn, Reading, Text, reading_of
from autograder.course.roster import read_roster
from autograder.engine.export import export_zygote
from autograder.errors import UsageError
from tests.harness.course.conftest import TINY
from tests.harness.course.test_course_export import folder_of
from tests.harness.course.test_report import BAD, Page
from tests.harness.notebooks import notebook, words

NAMES = ("Łukasz Żółć", BAD, "\u202eevil\u202c", 'a"b\\c')
READING = Reading(
    notebooks=(Drawn(f"{BAD}.ipynb", b"<p>drawn</p>"), Drawn("b.ipynb", None, BAD)),
    texts=(Text("src/moments.py", f"# {BAD}", 7), Text(f"{BAD}.md", BAD)),
    pictures=(("figure.png", "png", b"\x89PNG"),),
    others=((f"{BAD}.pdf", 12),),
    counts={"1b": "src/moments.py"},
    notes=(BAD,),
)


class Played:
    """A pool that gives these readings in the place of processes; a text is a fault."""

    def __init__(self, folder, readings):
        self.folder, self.readings = folder, readings

    def run(self, tasks, tick):
        """What comes of each task."""
        for key, _ in tasks:
            found = self.readings.get(key, READING)
            data = None if isinstance(found, str) else msgspec.msgpack.encode(found)
            yield Outcome(key, data, found if data is None else "", 1, 0.0)


@pytest.fixture
def write(tmp_path, tiny):
    """Pages of hand-ins of these names, in folders of these ids: gives the folder and what was said."""

    def make(ids, readings=None, *, anonymous=False, names=NAMES):
        for key in ids:
            folder_of(tmp_path / "in", {f"{key}/a.py": b""})
        export = open_export(tmp_path / "in")
        people = dict(zip(ids, names, strict=False))
        handins = [Handin(key, (Person(people.get(key, ""), "007", f"{key}@example.edu"),)) for key in ids]
        whole = labelled(handins, anonymous=anonymous)
        (tmp_path / "pool").mkdir(exist_ok=True)
        pool = Played(tmp_path / "pool", readings or {})
        return tmp_path / "out", write_pages(tmp_path / "out", tiny, export, whole, pool), whole

    return make


IDS = tuple(f"submission_{number}" for number in range(101, 105))


def test_nothing_that_students_wrote_is_more_than_text(write):
    """Names, paths, texts, notes and faults with HTML in them make no tag and no handler; a policy forbids the rest."""
    out, written, _ = write(IDS)
    pages = [path for path in out.rglob("*.html") if path.parent.name != "notebooks"]

    assert len(pages) == 1 + 4 + 2
    for path in pages:
        text = path.read_text()
        page = Page(text)
        assert page.handlers == []
        assert "script" not in page.tags
        assert "default-src 'none'" in text
        assert "{{ 7*7 }}" in text
        for link in page.links:
            inside = link.startswith(("#", "data:image/png;base64,"))
            assert inside or path.parent.joinpath(link).resolve().is_file(), (path, link)
        assert page.headings.count(1) == 1
        assert len(page.ids) == len(set(page.ids))
    assert written.pages == 4
    assert len(written.undrawn) == 4


def test_a_part_is_read_for_everybody_on_one_page(write):
    """What counts for a part stands there for each hand-in, in the order of names; what there is none of is said."""
    out, written, _ = write(IDS, {IDS[1]: Reading(), IDS[2]: "it died"}, names=("Zoë", "Bob", "Eve", "Ada"))
    page = (out / "parts" / "01-1b.html").read_text()
    names = re.findall(r"<bdi>(Zoë|Bob|Eve|Ada)</bdi>", page)

    assert names == ["Ada", "Bob", "Eve", "Zoë"]
    assert page.count("7 more characters") == 2
    assert page.count("No file of its own is there") == 1
    assert "a fault of the grader: it died" in page
    assert written.faults == ("Eve: it died",)
    assert (out / "parts" / "02-3.html").is_file()


def test_anonymous_pages_name_nobody(write, tiny):
    """Neither name, address nor sid is in any file; the order is not that of the export."""
    out, _, whole = write(IDS, {key: Reading() for key in IDS}, anonymous=True, names=("Zoë", "Bob", "Eve", "Ada"))
    told = [path.read_text() for path in out.rglob("*.html")] + [skeleton(tiny, whole)]

    for text in told:
        assert not re.search("Zoë|Bob|Eve|Ada|example.edu|007", text)
    assert all(f"<bdi>{one.label}</bdi>" in "".join(told) for one in whole)
    assert [one.handin.id for one in whole] != sorted(IDS)


def test_a_late_hand_in_shifts_no_anonymous_label():
    """An anonymous label is a function of the id alone: points noted by a label stay whose they are."""
    handins = [Handin(f"submission_{number}") for number in range(300)]
    early = {one.handin.id: one.label for one in labelled(handins[:200], anonymous=True)}
    late = {one.handin.id: one.label for one in labelled(handins, anonymous=True)}

    assert {key: late[key] for key in early} == early
    assert len(set(late.values())) == 300


def test_two_hand_ins_never_share_an_anonymous_label():
    """Where the short forms of two ids are the same, those two labels are longer, and nobody else's."""
    ids = ("submission_2341", "submission_3043", "submission_1")
    labels = {one.handin.id: one.label for one in labelled([Handin(key) for key in ids], anonymous=True)}

    assert labels[ids[0]][:14] == labels[ids[1]][:14]
    assert labels[ids[0]] != labels[ids[1]]
    assert len(labels[ids[2]]) == len("hand-in 123456")


@pytest.mark.parametrize("anonymous", [False, True])
def test_a_page_leads_to_its_table(write, anonymous):
    """The page of a hand-in and its row on a part's page have the name of the table that its points go into."""
    out, _, whole = write(IDS, anonymous=anonymous)
    part = (out / "parts" / "01-1b.html").read_text()

    for one in whole:
        name = f"[students.&#34;{one.handin.id}&#34;]"
        assert name in (out / "handins" / one.page).read_text()
        assert name in part.split(f"<bdi>{escape(one.label)}</bdi>")[1].split("</section>")[0]


def test_a_file_for_points_that_lacks_a_hand_in_is_told(tmp_path):
    """A table of hers, by whatever she is called, is one; who has none is named, and the file stays as it is."""
    folder_of(tmp_path / "in", {"ada/a.py": b"", "Bob/a.py": b"", "eve/a.py": b""})
    file = tmp_path / "out" / "overrides.toml"
    file.parent.mkdir()
    words_ = ["notebooks", str(tmp_path / "in"), "--out", str(file.parent), "--jobs", "1"]

    def call(text):
        file.write_text(text)
        found = CliRunner().invoke(cli.main, words_, obj=TINY)
        assert file.read_text() == text
        return found

    found = call('[students."ada"]\n[students."bob"]\nby_hand."1b" = 0.5\n')
    assert found.exit_code == 0, found.output
    assert '[students."eve"]' in found.stderr
    assert "ada" not in found.stderr
    assert "Bob" not in found.stderr
    found = call('[students."ada"\n')
    assert found.exit_code == 1
    assert "overrides.toml" in found.stderr
    assert (file.parent / "index.html").is_file()


def test_a_homework_that_only_the_machine_grades_needs_no_file_for_points(tmp_path, tiny_copy):
    """One sentence says so; no empty file is written, and one that is there is left and asks for no tables."""
    manifest = tiny_copy / "reference/tiny_hw/homework.toml"
    by_machine = manifest.read_text().split('[parts."3"]')[0]
    manifest.write_text(
        by_machine.replace('points = 3\nmanual = 1\nby_hand = "the explanation in words"\n', "points = 2\n")
    )
    folder_of(tmp_path / "in", {"ada/a.py": b""})
    file = tmp_path / "out" / "overrides.toml"
    words_ = ["notebooks", str(tmp_path / "in"), "--out", str(file.parent), "--jobs", "1"]
    found = CliRunner().invoke(cli.main, words_, obj=tiny_copy)

    assert found.exit_code == 0, found.output
    assert "nothing of tiny-hw is graded by hand, no part has `manual` points: no overrides.toml" in found.stdout
    assert not file.exists()
    file.write_text('[students."bob"]\n')
    found = CliRunner().invoke(cli.main, words_, obj=tiny_copy)
    assert "left as it is" in found.stdout
    assert found.stderr == ""


def test_no_page_links_to_one_that_is_not_there(write):
    """A hand-in that a fault of ours left without a page has its name on a part's page, and no link."""
    out, _, whole = write(IDS, {IDS[2]: "it died"})
    part = (out / "parts" / "01-1b.html").read_text()
    pages = {one.handin.id: one.page for one in whole}

    assert pages[IDS[1]] in part
    assert pages[IDS[2]] not in part


@pytest.mark.parametrize(
    "reading",
    [
        Reading(texts=(Text("a.md", ""),), counts={"1b": "a.md"}),
        Reading(others=(("a.md", 0),), counts={"1b": "a.md"}),
    ],
)
def test_an_empty_answer_is_called_empty(write, reading):
    """Who grades is not sent to look for what the student did not write; what is too large to show is said to be."""
    large = msgspec.structs.replace(reading, texts=(), others=(("a.md", 9),))
    out, _, whole = write(IDS[:2], {IDS[0]: reading, IDS[1]: large})
    page = {one.handin.id: (out / "handins" / one.page).read_text() for one in whole}
    part = (out / "parts" / "01-1b.html").read_text()

    assert "the file is empty" in page[IDS[0]]
    assert "not shown here: open" not in page[IDS[0]]
    assert "the file is empty" not in page[IDS[1]]
    assert "not shown here: open" in page[IDS[1]]
    assert part.count("the file is empty") == part.count("is not shown here") == 1


def test_names_of_all_files_can_be_read(tmp_path, tiny):
    """A picture's and a PDF's name is shown as a text's is: nothing turns it around or hides in it."""
    turned = "\u202egnp.exe"
    folder_of(tmp_path / "in", {f"ada/{turned}{end}": b"x" for end in (".md", ".png", ".pdf")})
    with export_zygote() as zygote:
        found = reading_of(zygote, tiny, tmp_path / "in" / "ada")

    assert [text.path for text in found.texts] == [repr(f"{turned}.md")]
    assert [path for path, _, _ in found.pictures] == [repr(f"{turned}.png")]
    assert [path for path, _ in found.others] == [repr(f"{turned}.pdf")]


def test_folders_that_may_be_called_like_students_are_not_anonymous():
    """An id that says who it is makes numbering the pages a promise that cannot be kept: refused."""
    with pytest.raises(UsageError, match="ada_lovelace"):
        labelled([Handin("ada_lovelace")], anonymous=True)


@pytest.mark.parametrize("ids", [IDS, ('a "quoted" one', "back\\slash", "名前", "\u202eevil\x7f")])
def test_the_file_for_points_is_one_that_overrides_take(write, tiny, tmp_path, ids):
    """As written it decides nothing; with a line filled in it is that decision, whatever names and ids look like."""
    whole = labelled([Handin(key, (Person(BAD),)) for key in ids], anonymous=False)
    text = skeleton(tiny, whole)
    path = tmp_path / "overrides.toml"
    path.write_text(text)

    assert set(tomllib.loads(text)["students"]) == set(ids)
    assert read_decisions(path, tiny).students == {}
    path.write_text(text.replace('# by_hand."1b" =', 'by_hand."1b" = 0.5', 1))
    (decided,) = read_decisions(path, tiny).students.items()
    assert decided[0] == whole[0].handin.id.lower()
    assert decided[1].by_hand == {"1b": 0.5}


def test_pages_of_who_is_gone_do_not_stay(write, tmp_path):
    """A later call leaves no page of a hand-in that is not among its own, and touches nothing else."""
    out, _, _ = write(IDS)
    (out / "notebooks" / "mine.html").write_text("somebody's own")
    before = set((out / "handins").iterdir())
    write(IDS[:2])

    assert len(before) == 4
    assert len(set((out / "handins").iterdir())) == 2
    assert len(list((out / "notebooks").iterdir())) == 3


def test_the_command_runs_and_draws_a_class(tmp_path):
    """Notebooks run behind the wall, hostile ones too; each hand-in has its page, and points stay where they are."""
    hostile = notebook(
        words("<script>alert(1)</script>"),
        words("*écrit*"),
        "print('<img src=x onerror=alert(2)>', 6 * 7)",
        "from IPython.display import HTML\nHTML('<script>alert(3)</script>')",
        "open('/etc/shadow').read()",
        "import os\nos._exit(3)",
    )
    files = {
        "Łukasz/src/moments.ipynb": hostile,
        "Łukasz/essay.md": "# Żółć <script>alert(4)</script>".encode(),
        "bob/src/moments.py": b"x = 1  # words\n",
        "bob/broken.ipynb": b"{",
    }
    folder_of(tmp_path / "in", files)
    words_ = ["notebooks", str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--jobs", "1"]
    found = CliRunner().invoke(cli.main, words_, obj=TINY)
    drawn = "".join(path.read_text() for path in (tmp_path / "out" / "notebooks").iterdir())
    part = (tmp_path / "out" / "parts" / "01-1b.html").read_text()

    assert found.exit_code == 1, found.output
    assert "bob: broken.ipynb has no page" in found.stderr
    assert "2 hand-ins, 1 notebooks" in found.stdout
    assert "<em>écrit</em>" in drawn
    assert "42" in drawn
    assert "<script" not in drawn
    assert "<img" not in drawn
    assert "root:" not in drawn
    assert "moments.ipynb</bdi></a>" in part
    assert "x = 1  # words" in part
    (tmp_path / "out" / "overrides.toml").write_text("# filled in\n")
    assert "left as it is" in CliRunner().invoke(cli.main, words_, obj=TINY).stdout
    assert (tmp_path / "out" / "overrides.toml").read_text() == "# filled in\n"


def test_a_roster_says_whose_a_page_is(tmp_path):
    """A folder called like an address is its student's, as in a regrade."""
    folder_of(tmp_path / "in", {"ada@example.edu/a.py": b""})
    (tmp_path / "r.csv").write_text("Name,Email\nAda Lovelace,ada@example.edu\n")
    export = open_export(tmp_path / "in", read_roster(tmp_path / "r.csv"))

    assert [one.label for one in labelled(export.handins, anonymous=False)] == ["Ada Lovelace"]
