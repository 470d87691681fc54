"""The audit audited: it passes the tiny homework, and names what is planted in a copy of it."""

import io
import json
import os
import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner
from rich.console import Console

from autograder import cli
from autograder.audit import steady
from autograder.audit.alike import differences, read_declared
from autograder.audit.audit import Plan, audit
from autograder.audit.corpus import Entry, read_corpus
from autograder.audit.crew import Crew, Means, forked, hurried
from autograder.audit.fresh import fresh_banks
from autograder.audit.generated import fates, remembered_as, stale
from autograder.audit.judge import first_kill, paying
from autograder.audit.memory import Memory, Shelf, sole
from autograder.audit.mutate import mutants_of
from autograder.audit.page import write_page
from autograder.audit.report import as_data, decades, gates
from autograder.audit.stamp import STAMP, require_audited, write_stamp
from autograder.audit.steady import Loss, Stability
from autograder.audit.subject import audited, deciding
from autograder.audit.text import show
from autograder.engine.bank import write_bank
from autograder.engine.freeze import make_banks
from autograder.engine.grader import HIDDEN, PUBLIC, Grader
from autograder.engine.submission import Submission
from autograder.errors import AuditError, EnvironmentUnusable, GradelboError, InternalFault, UsageError
from autograder.manifest import find_homework
from tests.harness.conftest import TINY

PLAN = Plan(seeds=2)
pytestmark = pytest.mark.slow
VACUOUS = "tests/properties/tiny_hw/moments/test_1b.py"
TIGHT = "tests/properties/tiny_hw/moments/test_1a.py"


def quiet(_):
    """Hears the phases."""


@pytest.fixture(scope="module")
def report(tiny):
    """An audit of the tiny homework."""
    return audit(tiny, PLAN, quiet)


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """An audit of a copy with a property that claims nothing and one whose tolerance only the reference meets."""
    root = tmp_path_factory.mktemp("planted") / "root"
    shutil.copytree(TINY, root, ignore=shutil.ignore_patterns("__pycache__"))
    vacuous, tight = root / VACUOUS, root / TIGHT
    vacuous.write_text(re.sub(r"    assert_close\(.*", "    student.standardize(x)", vacuous.read_text()))
    tight.write_text(
        tight.read_text()
        .replace(
            "assert_close(student.mean(x), reference.mean(x), what=",
            "assert_close(student.mean(x), reference.mean(x), tol=TOL, what=",
        )
        .replace("import as_scalar,", "import Tolerance, as_scalar,")
        .replace("\n\n\n@st.composite", '\n\nTOL = Tolerance(0.0, 1e-18, "planted")\n\n\n@st.composite', 1)
    )
    homework = find_homework(root, "tiny-hw")
    public, hidden = make_banks(homework, "planted")
    write_bank(homework.template / PUBLIC, public)
    write_bank(homework.reference / HIDDEN, hidden)
    return audit(homework, PLAN, quiet)


def missed(report, name):
    """What stands in the way of the gate whose name begins so."""
    (gate,) = [gate for gate in gates(report) if gate.name.startswith(name)]
    return gate.missed


def test_a_sound_homework_passes_every_gate(report):
    """The tiny homework has no survivor, and its corpus gets what it must under every bank."""
    assert [(gate.name, gate.missed) for gate in gates(report) if not gate.passed] == []
    assert report.states()["killed"] > 50
    assert report.stability.caught
    assert report.repeated > 0


def test_a_vacuous_property_is_named(planted):
    """A property that claims nothing kills nothing alone, and the mutants it should kill survive."""
    assert any(
        line.startswith("1b.matches_reference: no mutant falls to it") for line in missed(planted, "every paying")
    )
    assert {fate.mutant.function for fate in planted.survivors} >= {"standardize", "spread"}
    assert any(re.search(r"^mutant_standardize_bessel .*1b: 2", line) for line in missed(planted, "catalogue"))


def test_a_tolerance_that_is_too_tight_is_named(planted):
    """A right variant that loses points is named with the property that takes them; so is how far outside it lies."""
    (line,) = missed(planted, "right variants")
    narrow = missed(planted, "right values stay inside")

    assert "right_moments_base (1a: 0" in line
    assert "fails 1a.matches_reference" in line
    assert any(line.startswith("1a.matches_reference: right_moments_base is -") for line in narrow)


def test_what_was_planted_is_all_that_is_named(planted):
    """Other properties stay out of it."""
    named = " ".join(name for gate in gates(planted) for name in gate.missed)

    assert "walk" not in named
    assert "outer" not in named


def test_a_survivor_comes_with_its_diff_and_a_call_that_shows_it(planted):
    """Who reads the report sees what the grader let pass, and where it would have shown."""
    fate = next(fate for fate in planted.survivors if fate.mutant.function == "standardize")

    assert re.search(r"^-    return \(x - spread", fate.mutant.diff, re.MULTILINE)
    assert fate.other.startswith("standardize call ")


def test_the_page_needs_nothing_else(planted, tmp_path):
    """One file: no script, no link, no picture from elsewhere; survivors and margins are on it."""
    write_page(planted, tmp_path / "audit.html")
    page = (tmp_path / "audit.html").read_text()

    assert not re.search(r"<script|<link|<img|src=|@import|url\(http", page)
    assert set(re.findall(r"https?://[^\"' <]+", page)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert planted.survivors[0].mutant.id in page
    assert "<svg" in page
    assert "decades from the tolerance" in page


def test_the_terminal_shows_gates_and_survivors(planted):
    """Every gate has a line, missed ones with names."""
    console = Console(record=True, width=120, file=io.StringIO())
    show(planted, console)
    text = console.export_text()

    assert "MISSED" in text
    assert "right_moments_base" in text
    assert planted.survivors[0].mutant.id in text


def test_a_narrow_terminal_cuts_nothing_off(report):
    """What stands in a gate's way is there to its last character, where the line of the suite is."""
    place = "tests/properties/a_long_homeworks_name/a_long_problems_name/test_1.py:29"
    lost = {"right_base": [Loss(0, f"1.mean (malformed; TypeError at {place})")]}
    console = Console(record=True, width=80, file=io.StringIO())
    show(replace(report, stability=Stability(1, lost)), console)

    assert place in re.sub(r"[│\s]", "", console.export_text())


def test_the_report_is_plain_data(planted):
    """--json holds gates, fates and margins, and is JSON."""
    data = json.loads(json.dumps(as_data(planted), allow_nan=False))

    assert data["passed"] is False
    assert {fate["state"] for fate in data["fates"]} == {"killed", "survived", "equal"}


def test_margins_are_told_in_decades():
    """Ten times the tolerance is one decade beyond it, and nothing is farther than the scale is long."""
    assert [decades(r) for r in (10.0, 0.01, 0.0, float("inf"), float("nan"))] == [1.0, -2.0, -16.0, 16.0, -16.0]


@pytest.mark.parametrize(("caught", "share"), [(20, 1.0), (19, 1.0), (18, 0.5)])
def test_a_mutant_may_slip_through_one_bank_in_twenty(caught, share):
    """Caught under 19 of 20 banks is steady; a right variant must hold under every one."""
    steady = Stability(20, {"right": []}, {"mutant": caught})

    assert steady.share == share
    assert Stability(20, {"right": ["seed 3: 1a.x (wrong)"]}, {"mutant": caught}).share == share - 0.5


def test_a_homework_is_built_only_as_it_was_audited(tiny_copy, report):
    """A stamp of an audit that passed lets build go on until anything that was audited changes."""
    homework = find_homework(tiny_copy, "tiny-hw")
    with pytest.raises(AuditError, match="never audited"):
        require_audited(homework)
    path = write_stamp(report)
    shutil.move(path, homework.reference / STAMP)
    require_audited(homework)
    for name in (
        "reference/tiny_hw/moments.py",
        VACUOUS,
        "tests/corpus/tiny_hw/expected.toml",
        "reference/tiny_hw/hidden.bank",
    ):
        data = (tiny_copy / name).read_bytes()
        (tiny_copy / name).write_bytes(data + b"\n")
        with pytest.raises(AuditError, match="has changed since"):
            require_audited(homework)
        (tiny_copy / name).write_bytes(data)
    require_audited(homework)


def test_an_audit_that_missed_a_gate_lets_nothing_be_built(tiny_copy):
    """A stamp says whether the audit passed, and a damaged one says nothing."""
    homework = find_homework(tiny_copy, "tiny-hw")
    (homework.reference / STAMP).write_text(json.dumps({"audited": audited(homework), "passed": False}))
    with pytest.raises(AuditError, match="missed a gate"):
        require_audited(homework)
    (homework.reference / STAMP).write_text("{")
    with pytest.raises(AuditError, match="damaged"):
        require_audited(homework)


def test_build_refuses_what_was_not_audited_unless_it_is_told_to(tiny_copy):
    """Without a stamp `build` ends with 1 and writes nothing; with --unaudited it goes on and says so."""
    template = tiny_copy / "student_template/tiny_hw/src/moments.py"
    template.unlink()
    refused = CliRunner().invoke(cli.main, ["build", "tiny-hw", "--handout"], obj=tiny_copy)

    assert refused.exit_code == 1
    assert "never audited" in refused.output
    assert "--unaudited" in refused.output
    assert not template.exists()
    assert not (tiny_copy / "dist").exists()
    told = CliRunner().invoke(cli.main, ["build", "tiny-hw", "--unaudited"], obj=tiny_copy)
    assert told.exit_code == 0
    assert "never audited" in told.stderr
    assert template.exists()


def test_a_sampled_audit_of_one_part_leaves_no_stamp(tiny_copy):
    """`audit HOMEWORK PART` grades that part only, and its result does not speak for the homework."""
    done = CliRunner().invoke(
        cli.main, ["audit", "tiny-hw", "1b", "--sample", "3", "--seeds", "1", "--json"], obj=tiny_copy
    )
    start = done.output.index("{")
    data = json.loads(done.output[start:])

    assert done.exit_code == 0
    assert {fate["by"] for fate in data["fates"]} <= {"1b.matches_reference", ""}
    assert data["fates"]
    assert not (tiny_copy / "reference/tiny_hw" / STAMP).exists()


def test_declarations_need_a_reason_and_a_survivor(tiny_copy):
    """A declared mutant does not count; one that is killed, or gone, is a fault; a table without a reason is none."""
    homework = find_homework(tiny_copy, "tiny-hw")
    found, _ = mutants_of(homework, homework.problems["moments"])
    path = tiny_copy / "tests/corpus/tiny_hw/equivalent.toml"
    path.write_text(f'[[equivalent]]\nfunction = "moments"\nmutants = ["{found[0].digest}", "00"]\nreason = "so"\n')
    declared = read_declared(homework)
    ends, _ = fates(Crew(hurried(homework, 1.0), Means(2)), found[:1], [], declared)
    path.write_text('[[equivalent]]\nfunction = "moments"\nmutants = ["00"]\n')

    assert [line.partition(":")[2] for line in stale(ends, declared)] == [
        f" {ends[0].by} kills it",
        " there is no such mutant any more",
    ]
    with pytest.raises(UsageError, match="reason"):
        read_declared(homework)


@pytest.mark.parametrize("text", ['["2c49e3614c16b9eb"]\nreason = "so"\n', 'mutants = ["00"]\n', "[[equivalent\n"])
def test_a_declaration_in_another_form_is_no_silence(tiny_copy, text):
    """What the file cannot say is refused with the form that it has, and not passed over."""
    homework = find_homework(tiny_copy, "tiny-hw")
    (tiny_copy / "tests/corpus/tiny_hw/equivalent.toml").write_text(text)

    with pytest.raises(UsageError, match=r"equivalent\.toml: "):
        read_declared(homework)


def test_equivalence_is_not_judged_by_the_audited_strategies(tiny):
    """A check that no drawn case exercises is told apart by bent arguments; another way to the same value is not."""
    problem = tiny.problems["moments"]
    source = (tiny.reference / "moments.py").read_text()
    template = mutants_of(tiny, problem)[0][0]
    refuses = template._replace(source=source.replace("len(x) == 0", "np.ndim(x) != 1 or len(x) == 0"))
    same = template._replace(source=source.replace("float(np.mean(x))", "float(np.average(x))", 1))
    hangs = template._replace(source=source.replace("return float(np.mean(x))", "import os; os._exit(3)"))
    banks = fresh_banks(tiny, None, 1)

    assert [bool(other) for other in differences(tiny, "moments", [refuses, same, hangs], banks)] == [
        True,
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("signature", "guard", "turns"),
    [
        ('x: "n"', "", False),  # one axis: its transpose is itself
        ("x", "", True),  # nothing says how many axes
        ('x: "n"', "if np.ndim(x) != 1:\n        raise ValueError\n    ", False),
        ('x: "n k"', "", True),  # two axes are as promised
        ('x: "..."', "", True),  # any number of axes
        ('x: "list of n arrays"', "", True),  # no names of axes
    ],
)
def test_the_transpose_of_a_vector_is_no_slip(tiny_copy, signature, guard, turns):
    """What `.T` does to an array with more axes than the signature names is nobody's claim."""
    path = tiny_copy / "reference/tiny_hw/moments.py"
    text = path.read_text().replace('def mean(x: "n")', f"def mean({signature})")
    path.write_text(text.replace("return float(np.mean(x))", f"{guard}return float(x @ np.ones(len(x))) / len(x)"))
    tiny = find_homework(tiny_copy, "tiny-hw")
    made = [m for m in mutants_of(tiny, tiny.problems["moments"])[0] if m.function == "mean"]
    turned = [m for m in made if m.operator == "transposed" and "x.T @" in m.diff]
    (other,) = differences(tiny, "moments", turned, fresh_banks(tiny, None, 1))

    assert bool(other) is turns


def test_the_first_lost_point_ends_a_run(tiny):
    """A kill names the property, the verdict, the points that the rubric takes, and how far off the value was."""
    entry = read_corpus(tiny)["mutant_standardize_bessel"]
    with Grader(tiny) as grader:
        kill = first_kill(grader, entry.submission, paying(grader, ["moments"]))
        right = Submission("right", {"src/moments.py": (tiny.reference / "moments.py").read_bytes()})
        none = first_kill(grader, right, paying(grader, ["moments"]))

    assert (kill.key, kill.verdict, kill.lost, kill.public) == (("1b", "matches_reference"), "wrong", 2.0, True)
    assert kill.ratio > 1e4
    assert none is None


def test_other_banks_hold_a_right_variant_to_its_own_parts_and_to_what_is_drawn(grader, monkeypatch):
    """Of a file that holds one part's functions no other part is asked, and what draws nothing is not asked again."""
    asked: list[tuple[str, bool]] = []
    monkeypatch.setattr(steady, "first_kill", lambda *a, **k: asked.extend((p.part.id, p.drawn) for p in a[2]))
    file = grader.homework.problems["moments"].file
    bounds = {"points": {"1a": 1.0}, "at_most": {}, "at_least": {}}
    entry = Entry("right_one", "one part", "moments", whole=False, files={file: b""}, **bounds)
    steady._kill(grader, entry, {})

    assert set(asked) == {("1a", True)}


def test_graders_share_no_process(tiny):
    """Each grader of a crew works in a process that is not ours, so that nothing of ours must be safe for threads."""
    pids = Crew(tiny, Means(2)).map(lambda grader, number: (number, os.getpid()), range(20))

    assert [number for number, _ in pids] == list(range(20))
    assert os.getpid() not in {pid for _, pid in pids}


def test_a_grader_that_dies_is_told(tiny):
    """A process that is lost ends the audit with a sentence, and never with a result that lacks something."""
    with pytest.raises(InternalFault, match="died"):
        Crew(tiny, Means(2)).map(lambda grader, number: os._exit(9) if number == 3 else number, range(6))


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (OSError("no room for it"), "could not begin: OSError: no room for it"),
        (EnvironmentUnusable("no python there"), "^no python there$"),
    ],
)
def test_why_a_grader_cannot_begin_is_told(error, says):
    """What stops a process before its first task is told in its own words, not as a process that died."""

    def begin():
        raise error

    with pytest.raises(GradelboError, match=says) as caught:
        forked(begin, lambda tool, item: item, [1, 2, 3], Means(2))
    assert caught.value.exit_code == (4 if isinstance(error, GradelboError) else 5)


@pytest.mark.parametrize("spoil", ["text", "page", "layout", "format"])
def test_a_damaged_memory_is_set_aside(tmp_path, spoil):
    """What cannot be read is kept under another name, again and again, and the audit begins anew."""
    file, shelf = tmp_path / "audit.sqlite", Shelf("number", str, int, lambda _: True)
    for name in ("audit.damaged.sqlite", "audit.damaged1.sqlite"):
        with Memory(file, "") as memory:
            memory.fill(shelf, list(range(2000)), iter)
        data = file.read_bytes()
        if spoil == "layout":
            file.unlink()
            with closing(sqlite3.connect(file)) as other:
                other.execute("pragma journal_mode = wal")
                other.execute("create table result (other text)")
        else:
            kinds = {"text": b"no database", "page": data[:8192] + b"\xff" * (len(data) - 8192)}
            file.write_bytes(kinds.get(spoil, data[:47] + b"\x09" + data[48:]))
        spoilt = file.read_bytes()
        with Memory(file, "") as memory:
            assert memory.set_aside == tmp_path / name
            assert memory.fill(shelf, [7], iter) == [7]
            assert memory.recalled == 0
        assert (tmp_path / name).read_bytes() == spoilt
    with Memory(file, "") as memory:
        assert memory.set_aside is None
        memory.fill(shelf, [7], iter)
        assert memory.recalled == 1


def test_two_audits_of_one_homework_do_not_meet(tiny_copy):
    """The second says what the first holds, and touches nothing; when the first is over, or dead, there is no lock."""
    lock = tiny_copy / "build/audit-tiny-hw.lock"
    with sole(lock):
        done = CliRunner().invoke(cli.main, ["audit", "tiny-hw"], obj=tiny_copy)
        with pytest.raises(UsageError, match="at work already"), sole(lock):
            pass

    assert done.exit_code == 2
    assert f"holds {lock}" in done.output
    assert [path.name for path in lock.parent.iterdir()] == [lock.name]
    with sole(lock):
        pass


def test_what_a_task_raises_comes_through(tiny):
    """What stops a grader stops the audit, with its own words."""

    def fails(grader, number):
        raise UsageError("no such mutant")

    with pytest.raises(UsageError, match="no such mutant"):
        Crew(tiny, Means(2)).map(fails, [1])


def test_what_was_found_before_is_not_asked_again(tiny_copy):
    """A second audit of the same thing gives the same report and asks only what stood in a gate's way."""
    homework = find_homework(tiny_copy, "tiny-hw")
    plan, file = Plan(parts=("1b",), seeds=1), tiny_copy / "build/audit.sqlite"
    reports, asked, rates = [], [], []
    for _ in range(2):
        with Memory(file, deciding(homework)) as memory:
            found = audit(homework, plan, lambda _: None, memory)
            reports.append(as_data(found))
            rates.append(found.rate)
            asked.append(memory.recalled)
    for report in reports:
        report.pop("seconds"), report.pop("phases"), report["mutants"].pop("per_second")

    assert asked[0] == 0
    assert asked[1] > 20
    assert reports[0] == reports[1]
    assert rates[0] > 0
    assert rates[1] == 0  # what was remembered was not graded


def test_a_result_that_is_not_good_is_asked_again(tmp_path):
    """What stands in the way of a gate is looked at again each time; what is good is found under its name."""
    shelf = Shelf("parity", str, int, lambda n: n % 2 == 0)
    asked = []

    def ask(items):
        for item in items:
            asked.append(item)
            yield item

    for _ in range(2):
        with Memory(tmp_path / "a.sqlite", "one state") as memory:
            assert memory.fill(shelf, [1, 2, 3], ask) == [1, 2, 3]
    with Memory(tmp_path / "a.sqlite", "another state") as memory:
        memory.fill(shelf, [2], ask)

    assert asked == [1, 2, 3, 1, 3, 2]


def test_a_stopped_audit_goes_on_where_it_was(tmp_path):
    """Every result is kept as it comes, and not when all are there."""
    shelf = Shelf("number", str, int, lambda _: True)

    def stops(items):
        yield items[0]
        raise KeyboardInterrupt

    with Memory(tmp_path / "a.sqlite", "") as memory, pytest.raises(KeyboardInterrupt):
        memory.fill(shelf, [1, 2], stops)
    with Memory(tmp_path / "a.sqlite", "") as memory:
        assert memory.fill(shelf, [1], iter) == [1]
        assert memory.recalled == 1


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("reference/tiny_hw/moments.py", b"\n"),
        ("reference/tiny_hw/homework.toml", b"\n[audit]\ncalls = { moments = 2 }\n"),
        ("reference/tiny_hw/hidden.bank", b"\n"),
    ],
)
def test_what_decides_a_result_is_in_its_digest(tiny_copy, path, more):
    """After any change of homework or bank nothing found before is believed."""
    homework = find_homework(tiny_copy, "tiny-hw")
    before = deciding(homework)
    (tiny_copy / path).write_bytes((tiny_copy / path).read_bytes() + more)

    assert deciding(homework) != before


def test_a_reason_decides_about_no_result(tiny_copy):
    """Saying why a property pays leaves what was found before as it was, but the stamp is another."""
    homework = find_homework(tiny_copy, "tiny-hw")
    before, stamp = deciding(homework), audited(homework)
    manifest = tiny_copy / "reference/tiny_hw/homework.toml"
    manifest.write_text(manifest.read_text() + '\n[audit.because]\n"1a.worked_example" = "it is what students see"\n')

    assert deciding(homework) == before
    assert audited(homework) != stamp


def test_numbers_of_numpy_are_remembered_as_numbers(tmp_path):
    """What a comparison measured may be NumPy's own float; it comes back as the same number."""
    shelf = Shelf("ratio", str, float, lambda _: True)
    with Memory(tmp_path / "a.sqlite", "") as memory:
        memory.fill(shelf, [1], lambda _: [np.float64(2.5)])
        assert memory.fill(shelf, [1], iter) == [2.5]


def test_a_stamp_is_of_what_lay_there_when_the_audit_began(tiny_copy):
    """What is changed while an audit runs was not audited: the stamp does not cover it."""
    homework = find_homework(tiny_copy, "tiny-hw")
    corpus = tiny_copy / "tests/corpus/tiny_hw/expected.toml"

    def meddle(phase):
        if phase == "stability":
            corpus.write_text(corpus.read_text() + "\n# one more thought\n")

    write_stamp(audit(homework, Plan(seeds=2), meddle))
    with pytest.raises(AuditError, match="has changed since"):
        require_audited(homework)


def test_mutants_of_slow_problems_get_the_time_that_the_manifest_names(tiny):
    """A limit below what a right program needs would kill every mutant for the wrong reason."""
    slow = replace(tiny, audit=replace(tiny.audit, calls={"moments": 0.75}))
    limits = {name: problem.limits.call_s for name, problem in hurried(slow, 0.5).problems.items()}

    assert limits == {"moments": 0.75, "shapes": 0.5}
    assert (
        hurried(replace(slow, audit=replace(slow.audit, calls={"moments": 60})), 0.5).problems["moments"].limits
        == tiny.problems["moments"].limits
    )


def test_the_same_slip_in_two_problems_is_two_mutants(tiny):
    """Problems may share a helper: what became of it in one says nothing of the other."""
    mutant = mutants_of(tiny, tiny.problems["moments"])[0][0]

    assert remembered_as(mutant) != remembered_as(mutant._replace(problem="shapes"))


def test_a_whole_audit_without_a_corpus_misses_its_gates(report):
    """Nothing that must get its points is no proof that points are right."""
    bare = replace(report, whole=True, graded=[])
    missed = {gate.name for gate in gates(bare) if not gate.passed}

    assert {"catalogue mutants get their points", "right variants get everything"} <= missed


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ('[right_x]\nwhy = "so"\nproblem = "moments"\nreplace = []\n', "must say what it gets"),
        ('[right_x]\nwhy = "so"\nproblem = "moments"\npoints = { "9" = 1.0 }\n', "must say what it gets"),
        ('[right_x]\nproblem = "moments"\npoints = { "1a" = 4.0 }\n', "lacks the key why"),
        ('[right_x]\nwhy = "so"\nproblem = "moment"\npoints = { "1a" = 4.0 }\n', "there is no problem"),
        ("[right_x\n", "is not TOML"),
        ('[right_x]\nwhy = "so"\nproblem = "moments"\nfile = "gone.py"\npoints = { "1a" = 4.0 }\n', "is not there"),
    ],
)
def test_a_corpus_entry_that_would_be_passed_over_is_a_fault(tiny_copy, table, says):
    """An entry that names no part of the homework would be judged by nothing."""
    (tiny_copy / "tests/corpus/tiny_hw/expected.toml").write_text(table)
    with pytest.raises(UsageError, match=says):
        read_corpus(find_homework(tiny_copy, "tiny-hw"))
