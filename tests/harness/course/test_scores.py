"""From verdicts to a gradebook: scoring a run again, what changed between two, and the CSV files."""

import csv
import dataclasses
import io
from datetime import UTC, datetime

import msgspec
import pytest
from click.testing import CliRunner

from autograder import cli
from autograder.course.comparing import causes, changes
from autograder.course.deciding import require_clear, unfitting
from autograder.course.gradebook import canvas, gradescope
from autograder.course.grading import Score, facts_for, score_of, verdicts_of
from autograder.course.handin import Handin, Person
from autograder.course.ledger import Entry, Ledger
from autograder.course.rescoring import rescore_run
from autograder.course.roster import read_roster
from autograder.engine.overrides import Overrides
from autograder.errors import UsageError
from autograder.manifest import Policy
from autograder.scoring.policy import Override, Penalty
from tests.harness.course.conftest import PINS, TINY

LARGE = "1a.survives_large_numbers"
CREATED = datetime(2020, 11, 4, 12, tzinfo=UTC)
OVERRIDE = Override(bonus=True)


@pytest.fixture
def run_with(ledger, tiny, graded_as):
    """A finished run of hand-ins with these verdicts: {"ada": {"1a.…": "wrong"}}; None stands for a fault of ours."""

    def make(key, students, pins=PINS, digest="of {}", people=None):
        run = ledger.begin(key, pins, "rubric", "export")
        for name, others in students.items():
            who = (people or {}).get(name, (Person(name.title(), "", f"{name}@example.edu"),))
            handin = Handin(name, who, CREATED, 9.0)
            if others is None:
                ledger.enter(run, Entry(handin, "", "internal", "it died", None, None))
                continue
            graded = graded_as(others)
            number = ledger.keep(pins, digest.format(name), graded)
            score = score_of(tiny, verdicts_of(graded.stored), facts_for(handin, None))
            ledger.enter(run, Entry(handin, digest.format(name), "graded", "", number, score))
        ledger.finish(run)
        return ledger.run(run.id)

    return make


def scores(ledger, run):
    """Totals by hand-in."""
    return {entry.handin.id: entry.score and entry.score.total for entry in ledger.entries(run)}


def test_a_fix_of_one_property_names_exactly_whom_it_touches(ledger, run_with):
    """After a property was mended, the difference is the students whose verdict on it changed, and that property."""
    before = run_with(
        "a", {"ada": {LARGE: "wrong"}, "bob": {}, "eve": {LARGE: "raised", "2.walk_starts_at_zero": "wrong"}}
    )
    fixed = msgspec.structs.replace(PINS, suite="fixed")
    after = run_with("b", {"ada": {}, "bob": {}, "eve": {"2.walk_starts_at_zero": "wrong"}}, fixed)
    found = {change.id: change for change in changes(ledger, before, after)}

    assert set(found) == {"ada", "eve"}
    assert [str(flip) for flip in found["ada"].flips] == [f"{LARGE}: wrong -> passed"]
    assert found["eve"].totals == (7.0, 8.0)
    assert found["eve"].parts == {"1a": (3.0, 4.0)}
    assert found["ada"].causes == ()
    assert causes(list(found.values())) == {LARGE: 2}


def test_a_run_is_no_different_from_itself(ledger, run_with):
    """Nothing changed is nothing said."""
    run = run_with("a", {"ada": {LARGE: "wrong"}, "bob": None})

    assert list(changes(ledger, run, run)) == []


def test_new_files_and_missing_hand_ins_are_told(ledger, run_with):
    """Who handed something else in, who is only in one run, and whom a fault of ours struck, all stand in it."""
    before = run_with("a", {"ada": {}, "bob": {}, "eve": None})
    after = run_with("b", {"ada": {LARGE: "wrong"}, "eve": {}, "new": {}}, digest="later of {}")
    found = {change.id: change for change in changes(ledger, before, after)}

    assert found["ada"].causes == ("new files",)
    assert found["bob"].after is None
    assert found["new"].before is None
    assert found["eve"].totals == (None, 9.0)


def test_runs_of_different_homeworks_are_not_compared(ledger, run_with):
    """Comparing apples is refused with both names."""
    before = run_with("a", {"ada": {}})
    other = ledger.begin("b", msgspec.structs.replace(PINS, homework="other"), "rubric", "export")
    with pytest.raises(UsageError, match=r"tiny-hw.*other"):
        list(changes(ledger, before, other))


def test_scoring_again_changes_nothing_when_nothing_changed(ledger, run_with, tiny):
    """Same manifest, same decisions: the same scores, and no verdict is touched."""
    run = run_with("a", {"ada": {LARGE: "wrong"}, "bob": {}, "eve": None})
    again = rescore_run(ledger, run, tiny)

    assert again.based_on == run.id
    assert list(changes(ledger, run, again)) == []
    assert scores(ledger, again) == scores(ledger, run)


def test_points_change_without_grading(ledger, run_with, tiny):
    """A manifest with other points gives other scores, and the difference says that it is the points."""
    run = run_with("a", {"ada": {LARGE: "wrong"}, "bob": {}})
    part = tiny.parts["1a"]
    pays = {**part.pays, "survives_large_numbers": 0.0, "matches_reference": 3.5}
    generous = dataclasses.replace(tiny, parts={**tiny.parts, "1a": dataclasses.replace(part, pays=pays)})
    again = rescore_run(ledger, run, generous)

    assert scores(ledger, run) == {"ada": 8.0, "bob": 9.0}
    assert scores(ledger, again) == {"ada": 9.0, "bob": 9.0}
    (change,) = changes(ledger, run, again)
    assert change.id == "ada"
    assert change.flips == ()
    assert change.causes == ("points",)


def test_decisions_stay_until_others_are_given(ledger, run_with, tiny):
    """Overrides are kept in the run; a later file takes their place; an empty one takes them back."""
    run = run_with("a", {"ada": {}, "bob": {}})
    decided = Overrides({"ada@example.edu": Override(points={"2": 1.0}, penalties=(Penalty("2", 0.5, "late"),))})
    first = rescore_run(ledger, run, tiny, overrides=decided)
    second = rescore_run(ledger, first, tiny)
    third = rescore_run(ledger, second, tiny, overrides=Overrides({}))

    assert scores(ledger, first) == scores(ledger, second) == {"ada": 6.5, "bob": 9.0}
    assert scores(ledger, third) == {"ada": 9.0, "bob": 9.0}
    (change,) = changes(ledger, run, first)
    assert change.causes == ("decision by hand",)


def test_a_run_of_another_homework_is_not_scored(ledger, run_with, tiny):
    """Verdicts of one homework never meet the points of another."""
    run = run_with("a", {"ada": {}})
    with pytest.raises(UsageError, match="not of other"):
        rescore_run(ledger, run, dataclasses.replace(tiny, id="other"))


# --- CSV -------------------------------------------------------------------------------------------------------------


def table(sheet):
    """The rows of a sheet as dicts."""
    return list(csv.DictReader(io.StringIO(sheet.text, newline="")))


def entry(name="Ada Lovelace", *, state="graded", points=None, **person):
    """An entry with these points."""
    who = (Person(name, person.get("sid", "07"), person.get("email", "ada@example.edu"), "A"),)
    given = {"1a": 4.0, "1b": 2.0, "2": 3.0} if points is None else points
    score = Score(sum(p or 0.0 for p in given.values()), 9.0, given) if state == "graded" else None
    return Entry(Handin("submission_5", who, CREATED, None, {}, 2), "d", state, "", None, score)


def test_gradescope_columns(tiny):
    """The columns are Gradescope's own, a question a part; undecided and manual parts are empty cells."""
    due = dataclasses.replace(tiny, policy=Policy(due=datetime(2020, 11, 4, 10, 29, 30, tzinfo=UTC)))
    (row,) = table(gradescope(due, [entry(points={"1a": 4.0, "1b": None, "2": 2.5})]))

    assert list(row)[:13] == [
        "First Name", "Last Name", "SID", "Email", "Sections", "Total Score", "Max Points", "Status", "Submission ID",
        "Submission Time", "Lateness (H:M:S)", "View Count", "Submission Count",
    ]  # fmt: skip
    assert list(row)[13:] == ["1a: Mean (4 pts)", "1b: Standardize (2 pts)", "2: Outer product and a walk (3 pts)"]
    assert list(row.values())[13:] == ["4", "", "2.5"]
    assert row["SID"] == "07"
    assert (row["First Name"], row["Last Name"]) == ("Ada", "Lovelace")
    assert (row["Total Score"], row["Max Points"], row["Status"]) == ("", "9", "Ungraded")
    assert (row["Submission ID"], row["Submission Count"]) == ("5", "3")
    assert row["Lateness (H:M:S)"] == "01:30:30"


def test_a_group_is_a_row_each_and_nobody_is_told(tiny):
    """Every member has the score; a hand-in of nobody is in the file by its id, and said."""
    group = entry()._replace(handin=Handin("g", (Person("A B", "1", ""), Person("C", "", "c@x"))))
    nobody = entry()._replace(handin=Handin("n"))
    sheet = gradescope(tiny, [group, nobody])

    assert [row["First Name"] for row in table(sheet)] == ["A", "C", ""]
    assert {row["Total Score"] for row in table(sheet)} == {"9"}
    assert len(sheet.notes) == 1


def test_who_is_missing_and_what_is_ours_have_no_score(tiny, tmp_path):
    """No score is an empty cell and never a zero: for faults of ours, and for who handed nothing in."""
    (tmp_path / "r.csv").write_text("Name,SID,Email\nAda,07,ada@example.edu\nBob,8,bob@example.edu\n")
    rows = table(gradescope(tiny, [entry(state="internal")], read_roster(tmp_path / "r.csv")))

    assert [(row["Email"], row["Status"], row["Total Score"]) for row in rows] == [
        ("ada@example.edu", "Ungraded", ""),
        ("bob@example.edu", "Missing", ""),
    ]


def test_a_part_that_a_fault_of_ours_left_open_leaves_the_total_open(tiny, tmp_path):
    """The sum of the other parts would be a zero for that one: the cell for Canvas is empty, and it is told."""
    (tmp_path / "canvas.csv").write_text(CANVAS)
    sheet = canvas(tiny, [entry(points={"1a": 4.0, "1b": None, "2": 2.5})], read_roster(tmp_path / "canvas.csv"), "HW")

    assert table(sheet)[1]["HW"] == ""
    assert "1b" in sheet.notes[0]


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ({"state": "internal"}, "a fault of ours"),
        ({"state": "absent"}, "nothing was handed in that could be graded"),
        ({"points": {"1a": 4.0, "1b": None, "2": 2.5}}, "part 1b is undecided"),
    ],
)
def test_who_has_no_score_is_told_once_in_either_form(tiny, tmp_path, made, said):
    """An empty cell is never silent: the note says whose it is and why, once for a group, and none for the others."""
    (tmp_path / "canvas.csv").write_text(CANVAS)
    group = entry(**made)
    people = (*group.handin.people, Person("Bob", "08", "bob@example.edu"))
    group = group._replace(handin=msgspec.structs.replace(group.handin, people=people))
    roster = read_roster(tmp_path / "canvas.csv")

    for sheet in (canvas(tiny, [group], roster, "HW"), gradescope(tiny, [group], roster)):
        (note,) = sheet.notes
        assert said in note
        assert "Ada Lovelace, Bob (submission_5)" in note
    assert canvas(tiny, [entry()], roster, "HW").notes == gradescope(tiny, [entry()], roster).notes == ()


@pytest.mark.parametrize(
    ("name", "whose"),
    [
        ("jo.smith.zip", "jo.smith@x.edu"),
        ("jo@x.edu.py", "jo@x.edu"),
        ("ada@x.edu.tar.gz", "ada@x.edu"),
        ("jo.brown", ""),
        ("jo.zip", "jo@x.edu"),
    ],
)
def test_a_hand_in_is_given_to_whom_its_name_means(tmp_path, name, whose):
    """The ending of a file is left out and nothing else: jo.smith's work is not jo's."""
    (tmp_path / "r.csv").write_text("Name,Email\nJ S,jo.smith@x.edu\nJo,jo@x.edu\nAda,ada@x.edu\n")
    found = read_roster(tmp_path / "r.csv").completed(Handin(name)).people

    assert [person.email for person in found] == ([whose] if whose else [])


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x")', "+1+1|cmd", "@SUM(A1)", "-2+3", "\t=1"])
def test_no_cell_is_a_formula(tiny, name):
    """What a student calls themselves is text in every spreadsheet."""
    for row in csv.reader(io.StringIO(gradescope(tiny, [entry(name)]).text, newline="")):
        for cell in row:
            assert not cell.startswith(("=", "+", "@", "\t", "-")), cell


CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,HW 2 (11)\r\n"
    "    Points Possible,,,,,10\r\n"
    '"Lovelace, Ada",77,07,ada@example.edu,A,5\r\n'
    '"Builder, Bob",78,08,bob@example.edu,A,6\r\n'
)


def test_canvas_rows_are_canvas_own(tiny, tmp_path):
    """IDs and names stand as Canvas wrote them, points possible come second, others' cells are empty."""
    (tmp_path / "c.csv").write_bytes(CANVAS.encode())
    stranger = entry("Eve", sid="", email="eve@example.edu")
    sheet = canvas(tiny, [entry(), stranger], read_roster(tmp_path / "c.csv"), "HW 3 (12)")

    assert sheet.text.splitlines() == [
        "Student,ID,SIS User ID,SIS Login ID,Section,HW 3 (12)",
        "    Points Possible,,,,,9",
        '"Lovelace, Ada",77,07,ada@example.edu,A,9',
        '"Builder, Bob",78,08,bob@example.edu,A,',
    ]
    assert len(sheet.notes) == 1
    assert "Eve" in sheet.notes[0]


SHARED = CANVAS.replace(",78,08,bob@", ",78,07,bob@")


@pytest.mark.parametrize(
    ("person", "cells"),
    [
        ({"email": "ada@example.edu", "sid": ""}, ["9", ""]),
        ({"email": "ada@example.edu", "sid": "07"}, ["9", ""]),
        ({"email": "", "sid": "07"}, ["", ""]),
        ({"email": "elsewhere@example.edu", "sid": "07"}, ["", ""]),
    ],
)
def test_a_sid_that_two_rows_of_canvas_have_gives_nobody_anothers_score(tiny, tmp_path, person, cells):
    """The address decides between two rows of one sid; where it cannot, neither row has the score, and it is told."""
    (tmp_path / "c.csv").write_bytes(SHARED.encode())
    sheet = canvas(tiny, [entry(**person)], read_roster(tmp_path / "c.csv"), "HW")

    assert [row["HW"] for row in table(sheet)][1:] == cells
    assert len(sheet.notes) == (cells == ["", ""])


def test_two_students_of_one_row_of_canvas_are_told(tiny, tmp_path):
    """A score is never chosen between two people: by the address one is the row, by the sid the other."""
    (tmp_path / "c.csv").write_bytes(CANVAS.encode())
    both = [entry(sid=""), entry("Eve", email="", sid="07")]
    both[1] = both[1]._replace(handin=msgspec.structs.replace(both[1].handin, id="submission_6"))
    sheet = canvas(tiny, both, read_roster(tmp_path / "c.csv"), "HW")

    assert [row["HW"] for row in table(sheet)][1:] == ["", ""]
    assert "Ada Lovelace (submission_5) and Eve (submission_6) fit one row" in sheet.notes[0]


def several(*facts):
    """Hand-ins of Ada's, as (hour, active, points of part 2)."""
    found = []
    for number, (hour, active, points) in enumerate(facts, 5):
        one = entry(points={"1a": 4.0, "1b": 2.0, "2": points})
        created = None if hour is None else CREATED.replace(hour=hour)
        handin = msgspec.structs.replace(one.handin, id=f"submission_{number}", created_at=created, active=active)
        found.append(one._replace(handin=handin))
    return found


@pytest.mark.parametrize(
    ("facts", "total", "counts"),
    [
        ([(9, None, 3.0), (8, None, 1.0)], "9", "submission_5 counts, because it is the latest"),
        ([(9, None, 3.0), (8, True, 1.0)], "7", "submission_6 counts, because Gradescope marks it"),
        ([(9, False, 3.0), (8, None, 1.0)], "7", "submission_6 counts, because Gradescope marks the others"),
        ([(9, True, 3.0), (8, True, 1.0), (7, True, 0.0)], "9", "submission_6 and submission_7 does not"),
        ([(9, None, 3.0), (9, None, 1.0)], "", "not known: no score"),
        ([(None, None, 3.0), (9, None, 1.0)], "", "not known: no score"),
    ],
)
@pytest.mark.parametrize("backwards", [False, True])
def test_of_two_hand_ins_of_a_student_one_counts_and_the_other_is_named(
    tiny, tmp_path, facts, total, counts, backwards
):
    """What is active, else the latest; in whatever order they are read, and an empty cell where nothing says which."""
    (tmp_path / "c.csv").write_bytes(CANVAS.encode())
    found = several(*facts)[:: -1 if backwards else 1]
    theirs = canvas(tiny, found, read_roster(tmp_path / "c.csv"), "HW")
    ours = gradescope(tiny, found)

    assert [row["HW"] for row in table(theirs)][1:] == [total, ""]
    assert [row["Total Score"] for row in table(ours)] == [total]
    if not backwards:
        assert counts in ours.notes[0]
    assert "submission_5" in ours.notes[0]
    assert "submission_6" in ours.notes[0]


def test_who_shares_a_name_only_is_not_one_student(tiny):
    """Two hand-ins by people of one name, of whom nothing else is known, are two rows."""
    both = several((9, None, 3.0), (8, None, 1.0))
    people = (Person("Wei Zhang"),)
    named = [one._replace(handin=msgspec.structs.replace(one.handin, people=people)) for one in both]

    assert [row["Total Score"] for row in table(gradescope(tiny, named))] == ["9", "7"]


def test_a_list_of_names_alone_makes_nobody_missing(tiny, tmp_path):
    """Who handed in is found by name where the list has nothing else; rows that name nobody are nobody."""
    (tmp_path / "r.csv").write_text("Name,SID,Email\nAda Lovelace,,\n,,\nBob,,\n    Points Possible,,\nWei,,\nWei,,\n")
    wei = entry("Wei", sid="", email="wei@example.edu")
    wei = wei._replace(handin=msgspec.structs.replace(wei.handin, id="submission_6"))
    sheet = gradescope(tiny, [entry(), wei], read_roster(tmp_path / "r.csv"))

    assert [(row["First Name"], row["Status"]) for row in table(sheet)] == [
        ("Ada", "Graded"),
        ("Wei", "Graded"),
        ("Bob", "Missing"),
    ]
    assert "wei is the name of several" in sheet.notes[0]


def test_a_hand_in_known_by_name_is_not_missing_from_a_list_with_addresses(tiny, tmp_path):
    """An export that has names only is held against the names of the list."""
    (tmp_path / "r.csv").write_text("Name,Email\nAda Lovelace,ada@example.edu\n")
    sheet = gradescope(tiny, [entry(sid="", email="")], read_roster(tmp_path / "r.csv"))

    assert [row["Status"] for row in table(sheet)] == ["Graded"]


# --- overrides of a class --------------------------------------------------------------------------------------------

CLASS = (
    Handin("submission_5", (Person("Ada", "77", "ada@example.edu"),), CREATED),
    Handin("submission_77", (Person("Bob", "8", "bob@example.edu"),), CREATED),
    Handin("9", (Person("Eve", "9", "Eve@example.edu"),), CREATED),
)


def test_a_number_that_could_mean_two_students_is_refused():
    """The sid of one and the number of another one's hand-in: the sentence names both, and nothing is scored."""
    with pytest.raises(
        UsageError, match=r'students."77".*sid of Ada.*number of submission_77, handed in by Bob.*write'
    ):
        require_clear(Overrides({"77": OVERRIDE}), CLASS)
    for clear in ("submission_77", "ada@example.edu", "8", "5", "9", "eve@example.edu"):
        require_clear(Overrides({clear: OVERRIDE}), CLASS)


def test_a_sid_of_several_hand_ins_is_clear():
    """A student with two hand-ins is one student, whatever is decided of them."""
    again = Handin("submission_6", CLASS[0].people, CREATED)
    require_clear(Overrides({"ada@example.edu": OVERRIDE, "8": OVERRIDE}), (*CLASS, again))


def test_a_sid_that_numbers_a_hand_in_of_the_same_student_is_clear():
    """Her sid and the number of one of her own hand-ins: one student, whichever of them is meant."""
    ada = (Person("Ada", "123", "ada@example.edu"),)
    own = Handin("submission_123", ada, CREATED), Handin("submission_456", ada, CREATED)
    require_clear(Overrides({"123": OVERRIDE}), own)
    with pytest.raises(UsageError, match=r"sid of Ada.*number of submission_123, handed in by Bob"):
        require_clear(Overrides({"123": OVERRIDE}), (Handin("submission_123", (Person("Bob"),), CREATED), own[1]))


def test_tables_that_fit_nobody_are_told():
    """A misspelt address is said; every way in which a hand-in can be called fits."""
    names = ["77", "submission_5", "5", "submission_77", "eve@example.edu", "9", "ada@exmaple.edu", "submission_9"]

    assert unfitting(Overrides(dict.fromkeys(names, OVERRIDE)), CLASS) == ("ada@exmaple.edu", "submission_9")
    assert unfitting(Overrides({"ada": OVERRIDE}), (Handin("Ada"),)) == ()


def test_the_commands_hold_overrides_against_the_class(run_with, ledger, tmp_path):
    """`rescore` refuses what could mean two, and says what fits nobody."""
    people = {"submission_5": (Person("Ada", "77"),), "submission_77": (Person("Bob", "8"),)}
    run_with("a", {"submission_5": {}, "submission_77": {}}, people=people)
    ledger.close()
    file = tmp_path / "overrides.toml"

    def call(name):
        file.write_text(f'[students."{name}"]\npoints = {{ "2" = 0.0 }}\n')
        return CliRunner().invoke(
            cli.main, ["rescore", str(ledger.path.parent), "--overrides", str(file), "--run", "1"], obj=TINY
        )

    assert call("77").exit_code == 2
    found = call("nobody")
    assert found.exit_code == 0
    assert '[students."nobody"] fits no hand-in of run 1' in found.stderr
    assert "fits no" not in call("submission_77").stderr


def test_the_commands(run_with, ledger, tmp_path):
    """`rescore`, `diff` and `gradebook` speak of the same runs, and their exit codes say what was found."""
    run_with("a", {"ada": {LARGE: "wrong"}, "bob": {}})
    run_with("b", {"ada": {}, "bob": {}}, msgspec.structs.replace(PINS, suite="fixed"))
    ledger.close()
    folder = str(ledger.path.parent)

    def call(*words):
        return CliRunner().invoke(cli.main, words, obj=TINY)

    found = call("diff", "1", "2", "--runs", folder)
    assert found.exit_code == 1
    assert "ada  Ada  8 -> 9 (+1)  1a 3 -> 4" in found.stdout
    assert "bob" not in found.stdout
    assert '"parts": {' in call("diff", "1", "2", "--runs", folder, "--json").stdout
    assert call("diff", "2", "2", "--runs", folder).exit_code == 0
    assert call("diff", "2", "9", "--runs", folder).exit_code == 2
    assert "run 3: run 2 scored again, 0 changed" in call("rescore", folder).stdout
    assert call("gradebook", str(tmp_path / "g.csv"), "--runs", folder).exit_code == 0
    assert call("gradebook", str(tmp_path / "g.csv"), "--runs", folder, "--canvas", "HW").exit_code == 2
    assert call("gradebook", str(tmp_path / "g.csv"), "--runs", str(tmp_path / "none")).exit_code == 2
    assert "Ada" in (tmp_path / "g.csv").read_text()
    with Ledger(ledger.path) as again:
        assert len(again.runs()) == 3


def test_the_ledger_that_is_read_has_one_name(ledger, tmp_path, monkeypatch):
    """`--out` is where a command writes; where it meant the ledger that is read it still does, with a notice."""
    ledger.begin("a", PINS, "", "a")
    ledger.begin("b", PINS, "", "b")
    ledger.close()
    folder = str(ledger.path.parent)
    old, new, both = (
        CliRunner().invoke(cli.main, ["diff", "1", "2", *words], obj=TINY)
        for words in (["--out", folder], ["--runs", folder], ["--out", folder, "--runs", folder])
    )

    assert (old.exit_code, old.stdout) == (new.exit_code, new.stdout) == (0, "nothing changed\n")
    assert "--out is --runs now" in old.stderr
    assert new.stderr == ""
    assert both.exit_code == 2
    for command in ("diff", "report", "gradebook"):
        shown = CliRunner().invoke(cli.main, [command, "--help"], obj=TINY).stdout
        assert "--runs PATH" in shown
        assert "--out" not in shown
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert "--runs names another folder" in CliRunner().invoke(cli.main, ["diff", "1", "2"], obj=TINY).stderr


def test_a_gradebook_in_which_somebody_has_no_score_is_not_clean(run_with, ledger, tmp_path):
    """A fault of ours is an empty cell: the command says whose, with the fault, and exits with 1."""
    run_with("a", {"ada": {}, "bob": None})
    ledger.close()
    words = ["gradebook", str(tmp_path / "g.csv"), "--runs", str(ledger.path.parent)]
    found = CliRunner().invoke(cli.main, words, obj=TINY)

    assert found.exit_code == 1
    assert "Bob (bob)" in found.stderr
    assert "it died" in found.stderr


def test_a_gradebook_of_a_part_of_the_class_says_so(run_with, ledger, tmp_path):
    """A run of those who failed is no gradebook of the class, and is not taken for one silently."""
    run_with("a", {"ada": {LARGE: "wrong"}, "bob": {}})
    run_with("b", {"ada": {}}, msgspec.structs.replace(PINS, suite="fixed"))
    ledger.close()
    words = ["gradebook", str(tmp_path / "g.csv"), "--runs", str(ledger.path.parent)]

    assert "run 2 is one of 1 hand-ins, run 1 of 2" in CliRunner().invoke(cli.main, words, obj=TINY).stderr
    assert "hand-ins, run" not in CliRunner().invoke(cli.main, [*words, "--run", "1"], obj=TINY).stderr


def test_no_gradebook_of_what_is_not_whole(run_with, ledger, tmp_path):
    """A run that was killed, or one of some parts only, would give students fewer points than they have: refused."""
    run_with("a", {"ada": {}}, msgspec.structs.replace(PINS, parts=("1a",)))
    ledger.begin("b", PINS, "rubric", "export")
    ledger.close()
    found = {}
    for number in ("1", "2"):
        words = ["gradebook", str(tmp_path / "g.csv"), "--runs", str(ledger.path.parent), "--run", number]
        found[number] = CliRunner().invoke(cli.main, words, obj=TINY)

    assert [done.exit_code for done in found.values()] == [2, 2]
    assert "1b, 2 would have no points" in found["1"].output
    assert "goes on" in found["2"].output
    assert not (tmp_path / "g.csv").exists()
