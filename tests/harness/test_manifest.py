"""The manifest: the tiny homework is read as written, and every fault in a copy of it is reported, all at once."""

import dataclasses
import shutil
from pathlib import Path

import pytest

from autograder.engine.properties import load_properties
from autograder.errors import ManifestError, UsageError
from autograder.manifest import Imports, find_homework, homeworks, public_functions, read_homework
from autograder.manifest.place import Place, header_line

TINY = Path(__file__).parent / "tiny"
MANIFEST = "reference/tiny_hw/homework.toml"
TEST_1A = "tests/properties/tiny_hw/moments/test_1a.py"
TEST_1B = "tests/properties/tiny_hw/moments/test_1b.py"


def edit(root, file, old, new):
    """Replaces a text that must be there; without `old` the file is made, without `new` it is removed."""
    path = root / file
    if new is None:
        path.unlink()
    elif old is None:
        path.write_bytes(new if isinstance(new, bytes) else new.encode())
    else:
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))


def read(root):
    """The homework below this root."""
    return read_homework(root / MANIFEST, root)


def faults_of(root):
    """The faults of the homework below this root."""
    with pytest.raises(ManifestError) as caught:
        read(root)
    return caught.value.faults


def test_the_homework_is_read_as_written(tiny):
    """Id, title, libraries and root are the manifest's."""
    assert (tiny.id, tiny.title, tiny.source) == ("tiny-hw", "Moments and shapes", "")
    assert (tiny.warm, tiny.asks_reference, tiny.root) == (("numpy", "scipy.stats"), True, TINY)


def test_problems_are_read_as_written(tiny):
    """File, functions and the modules that answer are the manifest's; a problem's own module answers by default."""
    shapes = tiny.problems["shapes"]

    assert list(tiny.problems) == ["moments", "shapes"]
    assert (shapes.file, shapes.functions) == ("src/shapes.py", ("outer", "walk"))
    assert (shapes.reference, shapes.adapter) == (("shapes",), "adapters/shapes.py")
    assert tiny.problems["moments"].adapter is None


def test_imports_are_read_as_written(tiny_copy):
    """Allowed and forbidden packages are the manifest's; without the table everything may be imported."""
    assert read(tiny_copy).imports == Imports(None, ())

    edit(tiny_copy, MANIFEST, "[problems.moments]", '[imports]\nforbidden = "sklearn"\n\n[problems.moments]')
    assert read(tiny_copy).imports == Imports(None, ("sklearn",))

    edit(tiny_copy, MANIFEST, "forbidden", 'allowed = ["numpy"]\nforbidden')
    assert read(tiny_copy).imports == Imports(("numpy",), ("sklearn",))


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        ('allowed = ["scipy.stats"]', "'scipy.stats' is no package's name"),
        ('allowed = ["numpy"]\nforbidden = ["numpy"]', "'numpy' is both allowed and forbidden"),
        ("allow = []", "`allow` is not a key of this table"),
    ],
)
def test_a_faulty_import_rule_is_reported(tiny_copy, table, fault):
    """A rule that would not do what it says is refused."""
    edit(tiny_copy, MANIFEST, "[problems.moments]", f"[imports]\n{table}\n\n[problems.moments]")

    assert any(fault in text and "[imports]" in text for text in faults_of(tiny_copy))


def test_a_part_whose_public_claim_pays_nothing_still_runs_in_a_handout(tiny_copy):
    """With all paying properties hidden, those that explain are read, held against their file, and loaded."""
    edit(tiny_copy, MANIFEST, "pays = { matches_reference = 2 }", 'hidden = 2\nexplains = ["matches_reference"]')
    shipped = read_homework(tiny_copy / MANIFEST, tiny_copy, handout=True)

    assert [prop.name for prop in load_properties(shipped, ("1b",))] == ["matches_reference"]
    assert any("pays nothing by machine" in text for text in faults_of(tiny_copy)) is False
    assert any("`hidden` is a word of handouts" in text for text in faults_of(tiny_copy))


def test_hidden_points_are_a_word_of_handouts(tiny_copy):
    """In a checkout every property is named; nothing may pay in secret."""
    edit(tiny_copy, MANIFEST, '[parts."1a"]', '[parts."1a"]\nhidden = 1')

    assert any("`hidden` is a word of handouts" in text for text in faults_of(tiny_copy))


def test_limits_that_are_not_given_have_defaults(tiny):
    """A problem states only what differs."""
    limits = tiny.problems["moments"].limits

    assert (limits.call_s, limits.part_s, limits.memory_mb, limits.reply_mb) == (1, 3, 256, 16)


def test_parts_are_read_as_written_and_in_order(tiny):
    """Points, core, public and the rest are the manifest's, and one name stands for a list of one."""
    part = tiny.parts["1a"]

    assert list(tiny.parts) == ["1a", "1b", "2", "3"]
    assert part.pays == {"matches_reference": 2.5, "survives_large_numbers": 1, "rejects_empty_input": 0.5}
    assert (part.core, part.public, part.needs) == (("matches_reference",), ("matches_reference",), ())
    assert part.explains == ("stays_between_the_extremes",)
    assert part.properties == (*part.pays, *part.explains)


@pytest.mark.parametrize(("part", "automatic", "manual"), [("1a", 4, 0), ("1b", 2, 1), ("2", 3, 0), ("3", 0, 2)])
def test_a_part_knows_what_the_machine_gives(tiny, part, automatic, manual):
    """A part's points are the machine's and a person's."""
    assert (tiny.parts[part].automatic, tiny.parts[part].manual) == (automatic, manual)
    assert tiny.parts[part].points == automatic + manual


def test_the_address_is_the_link(tiny):
    """Path and name give homework, problem, part and property."""
    assert tiny.property_file(tiny.parts["1a"]) == TINY / TEST_1A
    assert tiny.package == "tiny_hw"
    assert tiny.template == TINY / "student_template/tiny_hw"


def test_a_part_may_ask_two_problems(tiny_copy):
    """Properties that `elsewhere` names ask the other problem, stand in its folder and count for the same part."""
    edit(
        tiny_copy, MANIFEST, 'independent = ["walk_starts_at_zero"]', 'elsewhere = { moments = "walk_starts_at_zero" }'
    )
    path = "tests/properties/tiny_hw/shapes/test_2.py"
    text = (tiny_copy / path).read_text()
    head, tail = text[: text.index("@given")], text[text.index("def test_walk_starts_at_zero") :]
    edit(tiny_copy, path, tail, "")
    edit(tiny_copy, "tests/properties/tiny_hw/moments/test_2.py", None, head + "\n\n" + tail)
    found = read(tiny_copy)

    assert found.parts["2"].problems == ("shapes", "moments")
    assert {p.name: p.problem for p in load_properties(found, ("2",))} == {
        "outer_matches_reference": "shapes",
        "walk_steps_follow_its_own_state": "shapes",
        "walk_starts_at_zero": "moments",
    }


@pytest.mark.parametrize(
    ("find", "field"),
    [
        (lambda hw: hw, "id"),
        (lambda hw: hw.problems["moments"], "file"),
        (lambda hw: hw.problems["moments"].limits, "call_s"),
        (lambda hw: hw.parts["1a"], "points"),
    ],
    ids=["homework", "problem", "limits", "part"],
)
def test_what_was_read_cannot_be_changed(tiny, find, field):
    """Every table of the manifest is a frozen value."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(find(tiny), field, None)


def test_a_homework_without_its_reference_can_be_read(tiny_copy):
    """The handout has the manifest and the public properties, and no reference."""
    for path in ("__init__.py", "moments.py", "shapes.py", "adapters/shapes.py"):
        edit(tiny_copy, f"reference/tiny_hw/{path}", None, None)

    assert list(read(tiny_copy).parts) == ["1a", "1b", "2", "3"]


def manifest(old, new, *texts):
    """A fault made in the manifest, and what must be said of it."""
    return [(MANIFEST, old, new)], texts


FAULTS = {
    "points that do not add up": manifest("points = 4", "points = 5", "`pays` gives 4", "not `points`, 5"),
    "points by hand that do not add up": manifest("manual = 1\n", "manual = 2\n", "`manual` 2", "not `points`, 3"),
    "points by hand for nothing": manifest('by_hand = "an essay"\n', "", "`by_hand` must say"),
    "negative points by hand": manifest(
        "points = 4\n", 'points = 3\nmanual = -1\nby_hand = "x"\n', '[parts."1a"]', "manual"
    ),
    "points that are no number": manifest("points = 4", "points = nan", '[parts."1a"]', "points"),
    "a property that pays nothing": manifest(
        "= 0.5", "= 0", "`pays` gives 'rejects_empty_input' 0", "a number above 0"
    ),
    "a property that pays less": manifest("= 0.5", "= -0.5", "a number above 0"),
    "a property that pays a word": manifest("= 0.5", '= "half"', "a number above 0"),
    "a property that pays true": manifest("= 0.5", "= true", "a number above 0"),
    "a property that is not there": manifest(
        "rejects_empty_input", "rejects_nothing", "has no function test_rejects_nothing"
    ),
    "an explaining property that is not there": manifest(
        '["stays_between_the_extremes"]', '["stays"]', "has no function test_stays"
    ),
    "an explaining property of a part without points": manifest(
        'title = "Essay"', 'title = "Essay"\nexplains = ["nothing"]', "nothing"
    ),
    "a property that pays and explains": manifest(
        'explains = ["stays_between_the_extremes"]',
        'explains = ["stays_between_the_extremes", "matches_reference"]',
        "'matches_reference' both pays and explains",
    ),
    "a function without a line": manifest(
        'explains = ["stays_between_the_extremes"]', "", "test_stays_between_the_extremes has no line"
    ),
    "an added function": (
        [(TEST_1B, "@settings", 'def test_more(student):\n    """More holds."""\n\n\n@settings')],
        ("test_1b.py:9 test_more has no line in `pays` or `explains`",),
    ),
    "a function without a docstring": (
        [(TEST_1B, '    """Every entry agrees with the reference."""\n', "")],
        ("test_1b.py:11 test_matches_reference has no docstring",),
    ),
    "a need that is not there": manifest('title = "Essay"', 'title = "Essay"\nneeds = "9"', "`needs` names '9'"),
    "a need of itself": manifest('title = "Essay"', 'title = "Essay"\nneeds = "3"', "names the part itself"),
    "a problem that is not there": manifest(
        'problem = "shapes"', 'problem = "forms"', "`problem` 'forms' is not among moments, shapes"
    ),
    "a core that does not pay": manifest(
        'core = "matches_reference"', 'core = "stays_between_the_extremes"', "`core` names 'stays_between_the_extremes'"
    ),
    "an independent that does not pay": manifest(
        'independent = ["walk_starts_at_zero"]', 'independent = ["walk"]', "`independent` names 'walk'"
    ),
    "an independent core": manifest(
        'independent = ["walk_starts_at_zero"]',
        'independent = ["outer_matches_reference"]',
        "'outer_matches_reference' is both core and independent",
    ),
    "a public property that is not there": manifest(
        'public = ["outer_matches_reference"]', 'public = ["outer"]', "`public` names 'outer'"
    ),
    "a property elsewhere that is not there": manifest(
        'independent = ["walk_starts_at_zero"]',
        'elsewhere = { moments = "walk" }',
        "`elsewhere` names 'walk', which is unkn",
    ),
    "a property at two places": manifest(
        'independent = ["walk_starts_at_zero"]',
        'elsewhere = { moments = "walk_starts_at_zero", more = "walk_starts_at_zero" }',
        "`elsewhere` names 'walk_starts_at_zero', which is there twice",
    ),
    "a problem elsewhere that is not there": manifest(
        'independent = ["walk_starts_at_zero"]',
        'elsewhere = { forms = "walk_starts_at_zero" }',
        "`elsewhere` names the problem 'forms'",
    ),
    "a problem elsewhere that is the part's own": manifest(
        'independent = ["walk_starts_at_zero"]',
        'elsewhere = { shapes = "walk_starts_at_zero" }',
        "`elsewhere` names the problem 'shapes'",
    ),
    "no property file elsewhere": manifest(
        'independent = ["walk_starts_at_zero"]',
        'elsewhere = { moments = "walk_starts_at_zero" }',
        "there is no tests/properties/tiny_hw/moments/test_2.py",
    ),
    "a property here that belongs elsewhere": manifest(
        'independent = ["walk_starts_at_zero"]',
        'elsewhere = { moments = "walk_starts_at_zero" }',
        "shapes/test_2.py",
        "test_walk_starts_at_zero has no line",
    ),
    "an unknown key of a part": manifest("independent =", "independant =", "`independant` is not a key"),
    "an unknown key of a problem": manifest("adapter =", "adaptor =", "`adaptor` is not a key"),
    "an unknown key of the homework": manifest("warm =", "warmup =", "`warmup` is not a key"),
    "an unknown limit": manifest("call_s = 1", "calls = 1", "limits: `calls` is not a key"),
    "an unknown table": manifest("[homework]", "[grading]\nstrict = true\n\n[homework]", "`grading` is not a table"),
    "a title that is a number": manifest('title = "Mean"', "title = 3", "`title` is 3, which is of the wrong type"),
    "points that are a text": manifest("points = 4", 'points = "4"', "`points` is '4'"),
    "points that are true": manifest("points = 4", "points = true", "`points` is True"),
    "a flag that is a number": manifest("asks_reference = true", "asks_reference = 1", "`asks_reference` is 1"),
    "pays that is a number": manifest("pays = { matches_reference = 2 }", "pays = 2", "`pays` is 2"),
    "limits that are a number": manifest("limits = { call_s = 1, part_s = 3, memory_mb = 256 }", "limits = 1", "`lim"),
    "a limit that is a text": manifest("call_s = 1", 'call_s = "1"', "limits: `call_s` is '1'"),
    "a limit of nothing": manifest("call_s = 1", "call_s = 0", "limits", "call_s"),
    "a negative limit": manifest("part_s = 3", "part_s = -3", "limits", "part_s"),
    "a limit that is no number": manifest("call_s = 1", "call_s = nan", "limits", "call_s"),
    "a limit without end": manifest("memory_mb = 256", "memory_mb = inf", "limits", "memory_mb"),
    "functions that are numbers": manifest('["mean", "standardize"]', "[1, 2]", "`functions` must be a list of"),
    "functions named twice": manifest('["mean", "standardize"]', '["mean", "mean"]', "list of different names"),
    "no functions": manifest('["mean", "standardize"]', "[]", "`functions` names nothing"),
    "a function that nobody answers": manifest('"standardize"]', '"standardise"]', "standardise"),
    "problems that are a number": (
        [(MANIFEST, None, 'problems = 3\n[homework]\nid = "tiny-hw"\ntitle = "Tiny"\n')],
        ("problems",),
    ),
    "parts that are a list": (
        [(MANIFEST, None, 'parts = ["1a"]\n[homework]\nid = "tiny-hw"\ntitle = "Tiny"\n')],
        ("parts",),
    ),
    "a part without a title": manifest('title = "Mean"\n', "", "`title` is missing"),
    "a part without points": manifest("points = 4\n", "", "`points` is missing"),
    "a part without a problem": manifest('problem = "shapes"\n', "", "`problem` is missing"),
    "a problem without a file": manifest('file = "src/moments.py"\n', "", "`file` is missing"),
    "a homework without an id": manifest('id = "tiny-hw"\n', "", "`id` is missing"),
    "no homework": manifest(
        '[homework]\nid = "tiny-hw"\ntitle = "Moments and shapes"\n',
        "",
        "`id` is missing",
    ),
    "an id that does not fit": manifest('"tiny-hw"', '"small-hw"', "'small-hw' does not fit the folder 'tiny_hw'"),
    "a part's id with a space": manifest('[parts."3"]', '[parts."3 a"]', "a part's id has letters"),
    "a file that is absolute": manifest('"src/moments.py"', '"/src/moments.py"', "must be a path of a .py file"),
    "a file outside": manifest('"src/moments.py"', '"src/../../moments.py"', "must be a path of a .py file"),
    "a file of another kind": manifest('"src/moments.py"', '"src/moments.ipynb"', "must be a path of a .py file"),
    "one file of two problems": manifest('"src/moments.py"', '"src/shapes.py"', "src/shapes.py"),
    "a problem without parts": manifest(
        "[problems.shapes]",
        '[problems.more]\nfile = "more.py"\nfunctions = "f"\nreference = "shapes"\n\n[problems.shapes]',
        "[problems.more]: no part belongs to this problem",
    ),
    "a reference that is not there": manifest(
        'adapter = "adapters/shapes.py"',
        'adapter = "adapters/shapes.py"\nreference = ["shapes", "forms"]',
        "no forms.py beside the manifest",
    ),
    "an adapter that is not there": manifest(
        "adapters/shapes.py", "adapters/forms.py", "`adapter` 'adapters/forms.py'"
    ),
    "a reference that does not parse": (
        [("reference/tiny_hw/moments.py", "def mean", "def def mean")],
        ("moments.py does not parse",),
    ),
    "an adapter that does not parse": (
        [("reference/tiny_hw/adapters/shapes.py", "def walk", "def def walk")],
        ("adapters/shapes.py does not parse",),
    ),
    "a missing property file": ([(TEST_1B, None, None)], (f"there is no {TEST_1B}",)),
    "a property file that does not parse": ([(TEST_1B, "def test", "def def test")], ("does not parse: line 11",)),
    "a property file with a NUL": ([(TEST_1B, None, b"x = 1\0\n")], ("test_1b.py", "parse")),
    "a property file of no part": (
        [("tests/properties/tiny_hw/shapes/test_9.py", None, "")],
        ("tests/properties/tiny_hw/shapes/test_9.py belongs to no part",),
    ),
    "what is not TOML": manifest("[homework]", "[homework", "not TOML", "line 1"),
    "what is not text": ([(MANIFEST, None, b"[homework]\nid = '\xff'\n")], ("homework.toml",)),
}


@pytest.mark.parametrize(("edits", "texts"), FAULTS.values(), ids=FAULTS)
def test_every_fault_is_reported(tiny_copy, edits, texts):
    """Whatever is wrong with a manifest or its files is said in one line that names the place."""
    for change in edits:
        edit(tiny_copy, *change)

    assert [fault for fault in faults_of(tiny_copy) if all(text in fault for text in texts)]


ONE_SLIP = (
    "a property that pays nothing",
    "a property that pays a word",
    "a property that is not there",
    "an explaining property that is not there",
    "pays that is a number",
    "points that are a text",
    "a part without points",
    "a part without a problem",
    "a problem that is not there",
    "a problem without a file",
    "functions that are numbers",
)


@pytest.mark.parametrize("name", ONE_SLIP)
def test_one_slip_is_told_once(tiny_copy, name):
    """What only follows from a value that could not be used is no fault of its own."""
    edits, texts = FAULTS[name]
    for change in edits:
        edit(tiny_copy, *change)
    edit(tiny_copy, MANIFEST, '[parts."1a"]', '[audit]\nbecause = { "1b.matches_reference" = "so" }\n\n[parts."1a"]')
    (fault,) = faults_of(tiny_copy)

    assert all(text in fault for text in texts)


def test_what_hangs_on_pays_is_not_told_when_pays_is_no_use(tiny_copy):
    """A part whose `pays` is a word has that fault, not one for each name that stands elsewhere in it."""
    edit(tiny_copy, MANIFEST, 'title = "Essay"', 'title = "Essay"\npays = "all"\nexplains = ["so"]\ncore = "nice"')
    edit(tiny_copy, MANIFEST, 'title = "Essay"', 'title = "Essay"\nelsewhere = { shapes = ["nice"] }')

    (told,) = [fault for fault in faults_of(tiny_copy) if "nice" in fault or "'so'" in fault or "pays" in fault]
    assert "`pays` is 'all', which is of the wrong type" in told


def test_a_name_among_nothing_is_said_as_a_person_would(tiny_copy):
    """Where a part pays nothing, `core` names what is unknown, and the sentence says why."""
    edit(tiny_copy, MANIFEST, 'title = "Essay"', 'title = "Essay"\ncore = "nice"\npublic = "fine"')

    core, public = faults_of(tiny_copy)
    assert core.endswith("`core` names 'nice', which is unknown: `pays` names no property")
    assert public.endswith("`public` names 'fine', which is unknown: the part has no property")


def test_all_faults_are_reported_at_once(tiny_copy):
    """Five mistakes make one message of five lines."""
    for name in (
        "points that do not add up",
        "a function without a docstring",
        "an adapter that is not there",
        "a property file of no part",
        "an unknown key of the homework",
    ):
        for change in FAULTS[name][0]:
            edit(tiny_copy, *change)

    assert len(faults_of(tiny_copy)) == 5


def test_a_fault_names_its_line(tiny_copy):
    """An editor can jump to the key that is wrong; where the table lacks it, to the table."""
    edit(tiny_copy, MANIFEST, 'title = "Essay"', "title = 3")
    lines = (tiny_copy / MANIFEST).read_text().splitlines()
    table, key = lines.index('[parts."3"]') + 1, lines.index("title = 3") + 1

    assert faults_of(tiny_copy)[0].startswith(f'{MANIFEST}:{key} [parts."3"]: ')

    edit(tiny_copy, MANIFEST, "title = 3\n", "")
    assert faults_of(tiny_copy)[0].startswith(f'{MANIFEST}:{table} [parts."3"]: ')


@pytest.mark.parametrize(
    ("text", "fault", "line"),
    [
        ("[parts.'1']\npays = { a = 0 }", "`pays` gives 'a' 0", 2),
        ("[parts.1] # the first\n\npays = 3", "`pays` is 3", 3),
        ('[parts."1"]\n[parts."1".pays]\na = 0', "`pays` gives 'a' 0", 2),
        ('[parts."1"]\npays.a = 0', "`pays` gives 'a' 0", 2),
        ('[parts."1"]\n[parts."2"]\npays = 0', "`pays` is missing", 1),
        ('[parts."1"]\ntitle = "[parts.1]"', "it has `nothing`", 1),
        ("[homework]\npays = 1\n[parts]\n1 = { pays = 0 }", "`pays` is 0", 1),
        ('[parts."1"]\nby_hand = """\npays = 7\n"""\npays = 0', "`pays` is 0", 5),
        ('[parts."1"]\npublic = [\n  ["a"],\n]\npays = 0', "`pays` is 0", 5),
    ],
)
def test_the_line_of_a_key_is_found_however_toml_writes_it(text, fault, line):
    """Quoted or bare headers, comments behind them, tables below and dotted keys are all one to the reader."""
    lines = tuple(text.splitlines())

    assert Place("x.toml", 'parts."1"', header_line(lines, "parts", "1"), lines).line_of(fault) == line


def test_a_limit_is_at_the_line_of_its_table():
    """An inline table has its key's line, one with a header of its own the line of the key inside."""
    inline, below = ("[a]", "x = 1", "limits = { call_s = 0 }"), ("[a]", "x = 1", "[a.limits]", "call_s = 0")

    assert [Place("x", "a", 1, lines).within("limits").line_of("`call_s` is 0") for lines in (inline, below)] == [3, 4]


def test_the_only_homework_need_not_be_named():
    """With one homework, `--homework` is optional."""
    assert find_homework(TINY, None).id == find_homework(TINY, "tiny-hw").id == "tiny-hw"


@pytest.mark.parametrize("name", ["no-hw", "tiny_hw", "../tiny-hw"])
def test_an_unknown_homework_is_a_usage_error_with_the_known_ones(name):
    """A wrong name is answered with the right ones."""
    with pytest.raises(UsageError, match="there are: tiny-hw"):
        find_homework(TINY, name)


def test_one_of_several_homeworks_must_be_named(tiny_copy):
    """With two homeworks nothing is guessed."""
    shutil.copytree(tiny_copy / "reference/tiny_hw", tiny_copy / "reference/other_hw")

    with pytest.raises(UsageError, match=r"which homework.*other-hw, tiny-hw"):
        find_homework(tiny_copy, None)


def test_homeworks_are_listed_by_id(tiny_copy):
    """A homework is a folder with a manifest."""
    shutil.copytree(tiny_copy / "reference/tiny_hw", tiny_copy / "reference/a_hw")
    (tiny_copy / "reference/empty").mkdir()

    assert homeworks(tiny_copy) == ["a-hw", "tiny-hw"]


def test_public_functions_are_those_at_top_level_without_an_underscore():
    """Helpers, methods and classes are no functions of a module's interface."""
    source = b"def a(): pass\ndef _b(): pass\nclass C:\n    def d(self): pass\nif True:\n    def e(): pass\n"

    assert public_functions(source) == ("a",)


def test_the_gates_of_an_audit_have_defaults_and_can_be_set(tiny, tiny_copy):
    """Without a table nearly every mutant must be killed and every variant must hold; a manifest may say otherwise."""
    edit(
        tiny_copy,
        MANIFEST,
        '[parts."1a"]',
        '[audit]\ngenerated = 0.9\ninside = 0\ncalls = { shapes = 9 }\n\n[parts."1a"]',
    )
    audit = read(tiny_copy).audit

    assert (tiny.audit.generated, tiny.audit.catalogue, tiny.audit.accepts, tiny.audit.stability) == (0.99, 1, 1, 1)
    assert (audit.generated, audit.inside, audit.accepts) == (0.9, 0.0, 1.0)
    assert (tiny.audit.calls, audit.calls) == ({}, {"shapes": 9.0})


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("generated = 1.5", "`generated` is 1.5, which is no share"),
        ("accept = 1", "`accept` is not a key of this table"),
        ('because = { "1a.none" = "it is so" }', "`because` names '1a.none', which is no part.property that pays"),
        ('because = { "1a.matches_reference" = " " }', "`because` of '1a.matches_reference' must say why"),
        ("calls = { none = 3 }", "`calls` names 'none', which is no problem"),
        ("calls = { moments = 0 }", "`calls` of 'moments' is 0: write CPU seconds a call"),
        ('calls = { moments = "3" }', "`calls` of 'moments' is '3': write CPU seconds a call"),
    ],
)
def test_a_gate_that_means_nothing_is_a_fault(tiny_copy, line, text):
    """Shares lie between 0 and 1, a reason belongs to a property that pays, and a limit to a problem."""
    edit(tiny_copy, MANIFEST, '[parts."1a"]', f'[audit]\n{line}\n\n[parts."1a"]')

    assert any(text in fault for fault in faults_of(tiny_copy))
