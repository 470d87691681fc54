"""The report: complete pages that need no network, in which nothing that students chose is more than text."""

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from xml.etree import ElementTree

import msgspec
import pytest
from click.testing import CliRunner
from markupsafe import escape

from autograder import cli
from autograder.course.grading import facts_for, score_of, verdicts_of
from autograder.course.handin import Handin, Person
from autograder.course.items import items, property_items, spread, verdict_mix
from autograder.course.ledger import Entry
from autograder.course.likeness import alike, earlier
from autograder.course.pages import page_name
from autograder.course.plots import histogram, mix, parts
from autograder.course.report import write_report
from autograder.engine.pipeline import rubric_of
from autograder.errors import UsageError
from tests.harness.course.conftest import PINS, TINY

BAD = "<script>alert(1)</script><img src=x onerror='alert(2)'>\"'>&{{ 7*7 }}"
VOID = {"meta", "img", "br", "wbr", "hr", "input", "link"}
CREATED = datetime(2020, 11, 4, 12, tzinfo=UTC)


class Page(HTMLParser):
    """The tags, attributes, ids, links and headings of a page; raises AssertionError where tags do not close."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.ids, self.links, self.headings, self.handlers = [], set(), [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        """Takes a tag down."""
        found = dict(attributes)
        self.tags.add(tag)
        self.handlers += [name for name in found if name.startswith("on")]
        self.ids += [found["id"]] if "id" in found else []
        self.links += [found[name] for name in ("href", "src", "xlink:href") if name in found]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        """A tag that closes itself is not left open."""
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        """Closes the tag that is open."""
        if tag in ("path", "use", "rect", "defs", "clippath") or self.open[-1] != tag:
            assert self.open[-1] == tag, (self.open, tag)
        self.open.pop()


@pytest.fixture
def written(ledger, tiny, graded_as, tmp_path):
    """The report of a class with hostile names and texts: gives the folder."""
    run = ledger.begin("k", PINS, rubric_of(tiny), BAD)
    names = ["Ada", BAD, "\u202eevil\u202c", "\u0000\x1b[31m", "O'Brien & <b>Sons</b>", "Zoë", "=1+1", "名前"]
    for number, name in enumerate(names):
        others = {"1a.matches_reference": "wrong"} if number % 2 else {}
        graded = graded_as(others | ({"2.walk_starts_at_zero": "raised"} if number % 3 == 0 else {}))
        checks = [msgspec.structs.replace(check, reason=check.reason and BAD) for check in graded.stored.checks]
        graded = msgspec.structs.replace(
            graded, stored=msgspec.structs.replace(graded.stored, checks=checks, notes=BAD)
        )
        handin = Handin(f"{number}{BAD}", (Person(name, BAD, BAD),), CREATED, 1.5, {"1a": 4.0}, troubles=(BAD,))
        kept = ledger.keep(PINS, f"d{number}", graded)
        score = score_of(tiny, verdicts_of(graded.stored), facts_for(handin, None))
        ledger.enter(run, Entry(handin, f"d{number}", "graded", "", kept, score))
        ledger.keep_prints("tiny-hw", f"d{number}", {number // 2: 40, 100 + number: 20})
    ledger.enter(run, Entry(Handin("gone", troubles=(BAD,)), "", "absent", BAD, None, None))
    ledger.enter(run, Entry(Handin("died"), "", "internal", BAD, None, None))
    ledger.finish(run)
    write_report(ledger, ledger.run(run.id), tiny, tmp_path / "pages")
    return tmp_path / "pages"


def test_every_hand_in_has_its_pages(written):
    """One page for the class, two a hand-in, and every link leads to a page that is there."""
    pages = {path.relative_to(written).as_posix() for path in written.rglob("*.html")}

    assert len(pages) == 1 + 2 * 10
    for name in pages:
        for link in Page((written / name).read_text()).links:
            if not link.startswith("#"):
                assert (written / name).parent.joinpath(link).resolve().is_file(), (name, link)


def test_nothing_of_a_students_is_more_than_text(written):
    """Names, ids, reasons, notes and troubles with HTML in them make no tag, no handler, no script of their own."""
    for path in written.rglob("*.html"):
        text = path.read_text()
        page = Page(text)
        assert page.handlers == [], path
        assert "img" not in page.tags
        assert text.count("<script>") == (path.name == "index.html")
        assert "49" not in re.findall(r"&amp;(\d+)", text), "a template ran what a student wrote"
    for number in (0, 1, 7):  # what was escaped is there, whole
        for folder in ("students", "staff"):
            text = (written / folder / page_name(f"{number}{BAD}")).read_text()
            assert str(escape(BAD)) in text, (number, folder)
    assert str(escape(BAD)) in (written / "index.html").read_text()


def test_no_page_needs_anything_from_elsewhere(written):
    """No address but those of the folder's own pages, and a policy that forbids the rest."""
    for path in written.rglob("*.html"):
        text = path.read_text()
        assert "default-src 'none'" in text
        without = re.sub(r'xmlns(:\w+)?="[^"]*"', "", text)
        assert not re.search(r"https?://|//cdn|@import|url\((?!#)", without), path


def test_pages_can_be_read_by_everybody(written):
    """A language, a title, one first heading, no level left out, no id twice, a name for every figure."""
    for path in written.rglob("*.html"):
        text = path.read_text()
        page = Page(text)
        assert '<html lang="en">' in text
        assert "<title></title>" not in text
        assert page.headings.count(1) == 1
        assert all(b - a <= 1 for a, b in zip(page.headings, page.headings[1:], strict=False)), page.headings
        assert len(page.ids) == len(set(page.ids)), path
        assert text.count("<figure ") == text.count('role="img" aria-label=')


def test_students_see_only_their_own(written):
    """A student's page names nobody else, and says nothing that is for staff."""
    name = page_name(f"0{BAD}")
    page = (written / "students" / name).read_text()

    assert "Ada" in page
    assert "Zoë" not in page
    assert "For staff" not in page
    assert "index.html" not in page
    assert "level of isolation" in (written / "staff" / name).read_text()


def test_a_fault_of_ours_is_told_as_such(written):
    """Who could not be graded reads that it is not their fault, and has no score."""
    died = next(p for p in (written / "students").iterdir() if "fault of the grader" in p.read_text())

    assert "Total" not in died.read_text()
    assert BAD[:8] not in died.read_text()


def test_the_same_run_is_the_same_pages(written, ledger, tiny, tmp_path):
    """Written twice, every page has the same bytes."""
    write_report(ledger, ledger.run(1), tiny, tmp_path / "again")

    for path in written.rglob("*.html"):
        assert path.read_bytes() == (tmp_path / "again" / path.relative_to(written)).read_bytes()


def test_copies_of_an_earlier_year_are_found(written, ledger, tiny, graded_as, tmp_path):
    """Hand-ins of an older class in the ledger stand among the pairs; a student's own earlier one does not."""
    graded = graded_as()
    old = ledger.begin("old", PINS, rubric_of(tiny), "class of 2019")
    for name, digest in (("Grace Old", "old1"), ("Ada", "old2")):
        person = Person(name, "", BAD if name == "Ada" else "grace@example.edu")
        score = score_of(tiny, verdicts_of(graded.stored), facts_for(Handin("x"), None))
        number = ledger.keep(PINS, digest, graded)
        ledger.enter(old, Entry(Handin(f"submission of {name}", (person,)), digest, "graded", "", number, score))
        ledger.keep_prints("tiny-hw", digest, {100: 20, 0: 40})
    text = write_report(ledger, ledger.run(1), tiny, tmp_path / "again").read_text()

    assert "<bdi>Grace Old</bdi> (run 2, submission of Grace Old)" in text
    assert "submission of Ada" not in text
    assert "Grace Old" not in (written / "index.html").read_text()


def test_a_page_keeps_its_name_and_no_older_page_stays(written, ledger, tiny):
    """Whoever else hands in, a student's page is at its place; pages of who is not in the report any more are gone."""
    before = {path.name for path in (written / "students").iterdir()}
    (written / "students" / "00007.html").write_text("a page of an earlier form")
    (written / "staff" / "notes.html").write_text("somebody's own")
    other = ledger.begin("k2", PINS, rubric_of(tiny), "export")
    kept = [entry for entry in ledger.entries(ledger.run(1)) if entry.handin.id != "gone"]
    ledger.enter_all(other, [*kept, Entry(Handin("!first"), "", "absent", "", None, None)])
    write_report(ledger, other, tiny, written)
    after = {path.name for path in (written / "students").iterdir()}

    assert before - after == {page_name("gone")}
    assert after - before == {page_name("!first")}
    assert (written / "staff" / "notes.html").is_file()


def test_names_of_exports_and_folders_come_again_each_year(ledger, tiny, graded_as, tmp_path):
    """Two years that are both called export, each with a group1, are compared; the same hand-in is not, nor its own."""
    graded = graded_as()
    score = score_of(tiny, verdicts_of(graded.stored), facts_for(Handin("x"), None))
    ada, bob, eve = (Person(name, "", f"{name.lower()}@example.edu") for name in ("Ada", "Bob", "Eve"))
    years = {
        "last": [("group1", (ada,), "d1"), ("plain", (), "d2"), ("group2", (eve,), "d3")],
        "this": [("group1", (bob,), "d4"), ("plain", (), "d5"), ("late", (eve,), "d6")],
    }
    for year, handins in years.items():
        run = ledger.begin(year, PINS, rubric_of(tiny), "export")
        for id_, people, digest in handins:
            number = ledger.keep(PINS, digest, graded)
            ledger.enter(run, Entry(Handin(id_, people), digest, "graded", "", number, score))
    for digest in ("d1", "d4"):
        ledger.keep_prints("tiny-hw", digest, {1: 40})
    for digest in ("d2", "d5", "d3", "d6"):
        ledger.keep_prints("tiny-hw", digest, {int(digest[1]) % 3 + 10: 40})
    found = alike(ledger, run, list(ledger.entries(run)), 50)

    assert [(pair.first.entry.handin.names, pair.second.entry.handin.names) for pair in found] == [("Bob", "Ada")]
    assert [whose.entry.handin.id for whose in earlier(ledger, run, ledger.entries(run))] == ["group1"]


def test_other_points_are_not_mixed_with_old_scores(ledger, tiny, tmp_path):
    """A report of a run whose manifest changed since asks for a rescore."""
    run = ledger.begin("k", PINS, "older rubric", "export")
    with pytest.raises(UsageError, match="rescore"):
        write_report(ledger, run, tiny, tmp_path / "pages")


def test_the_command_writes_it(ledger, tiny, tmp_path):
    """`gradelbo report` writes an empty run too, and says where."""
    ledger.begin("k", PINS, rubric_of(tiny), "export")
    ledger.close()
    found = CliRunner().invoke(cli.main, ["report", str(tmp_path / "p"), "--runs", str(ledger.path.parent)], obj=TINY)

    assert found.exit_code == 0, found.output
    assert (tmp_path / "p" / "index.html").is_file()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("report", ""), "holds a ledger"),
        (("report", "ledger.sqlite"), "is a file"),
        (("gradebook", ""), "is a directory"),
    ],
)
def test_pages_and_tables_go_where_no_ledger_is(ledger, tiny, words, sentence):
    """Whoever names the ledger's place for what is to be written is told so, and nothing is written there."""
    ledger.begin("k", PINS, rubric_of(tiny), "export")
    ledger.close()
    place = ledger.path.parent
    before = set(place.iterdir())
    found = CliRunner().invoke(cli.main, [words[0], str(place / words[1]), "--runs", str(place)], obj=TINY)

    assert found.exit_code == 2, found.output
    assert sentence in " ".join(found.output.split())
    assert set(place.iterdir()) == before


# --- numbers ---------------------------------------------------------------------------------------------------------


def entries_of(tiny, graded_as, classes):
    """Entries with these verdicts."""
    found = []
    for number, others in enumerate(classes):
        verdicts = verdicts_of(graded_as(others).stored)
        found.append(
            (
                Entry(
                    Handin(str(number)),
                    "d",
                    "graded",
                    "",
                    number,
                    score_of(tiny, verdicts, facts_for(Handin("x"), None)),
                ),
                verdicts,
            )
        )
    return found


def test_difficulty_and_discrimination(tiny, graded_as):
    """Difficulty is the mean share of the points; discrimination leaves the part's own points out of the rest."""
    weak = {"1a.matches_reference": "wrong", "1b.matches_reference": "wrong"}
    found = entries_of(tiny, graded_as, [{}, {}, {}, weak, weak, weak])
    by_part = {item.part: item for item in items(tiny, [entry for entry, _ in found])}

    assert by_part["1a"].difficulty == 0.5
    assert by_part["1a"].discrimination == pytest.approx(1.0)
    assert (by_part["1a"].full, by_part["1a"].none, by_part["1a"].of) == (3, 3, 6)
    assert by_part["2"].discrimination is None
    assert items(tiny, [entry for entry, _ in found[:3]])[0].discrimination is None


def test_what_fails_most_comes_first_with_an_example(tiny, graded_as):
    """Properties by how many fail; the example fails in the commonest way that says something."""
    missing = {"2.walk_starts_at_zero": "missing"}
    classes = [missing, missing, {"2.walk_starts_at_zero": "wrong"}, {"1a.matches_reference": "raised"}, {}]
    graded = [(str(i), verdicts) for i, (_, verdicts) in enumerate(entries_of(tiny, graded_as, classes))]
    first, second, *_ = property_items(tiny, graded)

    assert (first.part, first.name, first.failed, first.passed) == ("2", "walk_starts_at_zero", 3, 2)
    assert first.verdicts == {"missing": 2, "wrong": 1}
    assert first.example == "2"
    assert (second.name, second.example) == ("matches_reference", "3")
    classes = [{"2.walk_starts_at_zero": "missing"}] * 4 + [{"1a.matches_reference": "wrong"}]
    told = property_items(tiny, [(str(i), found) for i, (_, found) in enumerate(entries_of(tiny, graded_as, classes))])
    assert [item.name for item in told[:2]] == ["matches_reference", "walk_starts_at_zero"]
    assert verdict_mix(graded)["2"] == {"passed": 12, "missing": 2, "wrong": 1}


def test_the_spread_of_few_scores():
    """One score and none have a spread as well, without a warning."""
    assert spread([]).of == 0
    assert spread([3.0])[1:] == (3.0, 3.0, 3.0, 3.0, 0.0)
    assert spread([1.0, 2.0, 3.0, 4.0, 5.0])[:5] == (5, 3.0, 3.0, 2.0, 4.0)


DRAWINGS = {
    "no scores": lambda: histogram([], 10.0),
    "scores": lambda: histogram([1.0, 9.0], 10.0, [3.0]),
    "no parts": lambda: parts([]),
    "no verdicts": lambda: mix({}),
}


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_drawings_are_svg_and_stay_the_same(drawing):
    """Every drawing is well-formed, also of nothing, and the same each time."""
    first = DRAWINGS[drawing]()

    assert ElementTree.fromstring(first).tag.endswith("svg")  # noqa: S314 - ours
    assert DRAWINGS[drawing]() == first
