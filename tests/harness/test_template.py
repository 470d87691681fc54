"""The template: solution regions become stubs, and nothing of a solution is left."""

import ast
import importlib.util
import inspect
import io
import tokenize
from pathlib import Path

import pytest

from autograder.build.contents import stray_files, template_files, write_template
from autograder.build.template import regions, stub
from autograder.build.twin import twin_path
from autograder.engine.grader import PUBLIC
from autograder.errors import ManifestError
from autograder.manifest import find_homework, homeworks

ROOT = Path(__file__).parents[2]
TINY = Path(__file__).parent / "tiny"
HOMEWORKS = [(TINY, "tiny-hw"), *((ROOT, name) for name in homeworks(ROOT))]
FILES = [
    pytest.param(root, name, problem, id=f"{name} {problem}")
    for root, name in HOMEWORKS
    for problem, found in find_homework(root, name).problems.items()
    if found.kind == "code"
]
WINDOW = 6
LAYOUT = {tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT, tokenize.ENDMARKER}
OPERATIONS = {*"+-*/@%<>~&|[", "**", "//", "<=", ">=", "==", "!=", "+=", "-=", "for", "if", "while", "return", "raise"}

FUNCTION = '''"""A module."""


def f(x):
    """What f is."""
    # BEGIN SOLUTION
    secret = x
    return secret
    # END SOLUTION
'''


def statements(source):
    """Every statement of a source: the line it starts in, and its words without layout and comments."""
    found, words = [], []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NEWLINE:
            found.append((words[0].start[0], [word.string for word in words]))
            words = []
        elif token.type not in LAYOUT:
            words.append(token)
    return found


def phrases(source, lines=None):
    """Every run of six words that does something, in the statements of these lines.

    Runs of names and commas do nothing: arguments have the names that the interface gives them.
    """
    return {
        tuple(words[n : n + WINDOW])
        for line, words in statements(source)
        if lines is None or line in lines
        for n in range(len(words) - WINDOW + 1)
        if OPERATIONS & set(words[n : n + WINDOW])
    }


def faults_of(source):
    """The faults of a source's markers."""
    with pytest.raises(ManifestError) as caught:
        stub(source, "gmm.py")
    return caught.value.faults


def test_a_region_in_a_function_raises_instead():
    """Signature, docstring and what stands before the region stay."""
    assert stub(FUNCTION, "f.py") == (
        '"""A module."""\n\n\ndef f(x):\n    """What f is."""\n    raise NotImplementedError\n'
    )


def test_what_stands_around_a_region_stays():
    """Students get what the author put before and behind it."""
    source = "def f(x):\n    y = x\n    # BEGIN SOLUTION\n    y = 2\n    # END SOLUTION\n    return y  # kept\n"

    assert stub(source, "f.py") == "def f(x):\n    y = x\n    raise NotImplementedError\n    return y  # kept\n"


def test_a_region_at_top_level_is_gone():
    """Helpers of the solution leave no trace, and no more than two blank lines."""
    source = "import math\n\n\n# BEGIN SOLUTION\ndef helper():\n    return 1\n\n\n# END SOLUTION\n\n\nX = 1\n"

    assert stub(source, "f.py") == "import math\n\n\nX = 1\n"


def test_a_region_at_the_end_leaves_one_line_break():
    """A file ends as a file should."""
    assert stub("X = 1\n\n\n# BEGIN SOLUTION\nY = 2\n# END SOLUTION\n\n\n", "f.py") == "X = 1\n"


def test_a_region_in_a_method_raises_at_its_own_depth():
    """Indentation is the marker's."""
    source = "class A:\n    def f(self):\n        # BEGIN SOLUTION\n        return 1\n        # END SOLUTION\n"

    assert stub(source, "f.py") == "class A:\n    def f(self):\n        raise NotImplementedError\n"


def test_several_regions_are_found_in_order():
    """First and last line, markers included, and the column."""
    source = FUNCTION + "\n\n# BEGIN SOLUTION\nX = 1\n# END SOLUTION\n"

    assert regions(source, "f.py") == ((6, 9, 4), (12, 14, 0))


def test_a_source_without_regions_is_its_own_stub():
    """What is no solution is handed out as it is."""
    source = '"""A module."""\n\nX = 1  # SOLUTION\n'

    assert stub(source, "f.py") == source
    assert regions(source, "f.py") == ()


@pytest.mark.parametrize("quote", ['"""', "'''"])
def test_markers_in_a_string_are_text(quote):
    """Only comments are markers: a docstring may explain them."""
    source = f"X = {quote}\n# BEGIN SOLUTION\nnothing\n# END SOLUTION\n{quote}\n"

    assert stub(source, "f.py") == source


UNPAIRED = {
    "begin alone": ("X = 1\n# BEGIN SOLUTION\n", "gmm.py:2: # BEGIN SOLUTION without # END SOLUTION"),
    "end alone": ("# END SOLUTION\n", "gmm.py:1: # END SOLUTION without its counterpart"),
    "begin twice": (
        "# BEGIN SOLUTION\n# BEGIN SOLUTION\n# END SOLUTION\n",
        "gmm.py:2: # BEGIN SOLUTION without its counterpart",
    ),
    "end twice": (
        "# BEGIN SOLUTION\n# END SOLUTION\n\n# END SOLUTION\n",
        "gmm.py:4: # END SOLUTION without its counterpart",
    ),
    "end in a string": (
        '# BEGIN SOLUTION\nX = """\n# END SOLUTION\n"""\n',
        "gmm.py:1: # BEGIN SOLUTION without # END SOLUTION",
    ),
}


@pytest.mark.parametrize(("source", "fault"), UNPAIRED.values(), ids=UNPAIRED)
def test_markers_that_do_not_pair_up_are_a_fault(source, fault):
    """A forgotten marker is said with its line, before anything is handed out."""
    assert faults_of(source) == (fault,)


@pytest.mark.parametrize(
    "begin",
    [
        "#BEGIN SOLUTION",
        "# begin solution",
        "# Begin Solution",
        "# BEGIN SOLUTION:",
        "# BEGIN SOLUTIONS",
        "# BEGIN_SOLUTION",
        "#  BEGIN  SOLUTION",
        "## BEGIN SOLUTION",
    ],
)
def test_a_misspelt_marker_is_a_fault(begin):
    """A marker that is not recognised would hand the solution out."""
    end = begin.replace("BEGIN", "END").replace("begin", "end").replace("Begin", "End")
    source = FUNCTION.replace("# BEGIN SOLUTION", begin).replace("# END SOLUTION", end)

    assert "gmm.py:6" in faults_of(source)[0]


@pytest.mark.parametrize("line", ["    secret = x  # BEGIN SOLUTION", "    if x:  # BEGIN SOLUTION"])
def test_a_marker_beside_code_is_a_fault(line):
    """A marker stands alone on its line: beside code nobody can tell which side of it the line is on."""
    assert "gmm.py:6" in faults_of(FUNCTION.replace("    # BEGIN SOLUTION", line))[0]


@pytest.mark.parametrize("column", [0, 2, 8])
def test_a_region_is_never_replaced_by_nothing_inside_a_function(column):
    """Wherever its markers stand, a stub raises NotImplementedError or the author is told: it never returns None."""
    source = FUNCTION.replace("    # BEGIN", " " * column + "# BEGIN").replace("    # END", " " * column + "# END")
    try:
        made = stub(source, "f.py")
    except ManifestError:
        return

    assert made == stub(FUNCTION, "f.py")


METHODS = "class A:\n    x = 1\n\n    # BEGIN SOLUTION\n    def helper(self):\n        return 1\n    # END SOLUTION\n"
PLACES = {
    "alone": METHODS,
    "below a function": f"def f():\n    return 1\n\n\n{METHODS}",
    "above a function": f"{METHODS}\n\ndef f():\n    return 1\n",
    "right below a method": METHODS.replace("x = 1\n", "def g(self):\n        return 1"),
}


@pytest.mark.parametrize("source", PLACES.values(), ids=PLACES)
def test_a_region_of_methods_leaves_a_class_that_can_be_made(source):
    """Helpers may stand in a class: without them the template can still be imported."""
    assert "raise" not in stub(source, "f.py")
    assert "helper" not in stub(source, "f.py")


@pytest.mark.parametrize("column", [0, 8])
def test_markers_in_different_columns_are_a_fault(column):
    """A region begins and ends at one depth."""
    assert "gmm.py:9" in faults_of(FUNCTION.replace("    # END", " " * column + "# END"))[0]


@pytest.mark.parametrize("character", ["\f", "\v", "\x1c", "\x85", "\u2028"])
def test_an_odd_line_break_does_not_shift_the_region(character):
    """Only the line breaks that Python counts are counted: otherwise the end of a solution would be handed out."""
    source = FUNCTION.replace("A module.", f"A{character}{character}module.")

    assert "secret" not in stub(source, "f.py")
    assert "What f is" in stub(source, "f.py")


@pytest.mark.parametrize("source", ["x = (1,\n# BEGIN SOLUTION\n", 'x = """\n', "if 1:\n        x\n    y\n"])
def test_a_reference_that_is_no_python_is_a_fault(source):
    """The author reads the file's name, not a traceback of the tokenizer."""
    assert "gmm.py" in faults_of(source)[0]


def test_text_in_a_string_is_handed_out_as_it_is():
    """Only blank lines of code are tidied."""
    source = FUNCTION.replace("What f is.", "A\n\n\n\n    figure.")

    assert "A\n\n\n\n    figure." in stub(source, "f.py")


@pytest.fixture
def homework(request):
    """A homework by root and id."""
    return find_homework(*request.param)


every_homework = pytest.mark.parametrize("homework", HOMEWORKS, indirect=True, ids=[name for _, name in HOMEWORKS])


@every_homework
def test_the_template_has_the_files_that_students_hand_in(homework):
    """A file and a notebook for each problem at the manifest's path, the further files, and a README."""
    modules = {problem.file for problem in homework.problems.values() if problem.runs}

    assert set(template_files(homework)) >= modules | {twin_path(m) for m in modules} | {*homework.files, "README.md"}


@every_homework
def test_the_template_is_reproducible(homework):
    """The same reference gives the same bytes."""
    assert template_files(homework) == template_files(find_homework(homework.root, homework.id))


@pytest.mark.parametrize(("root", "name", "problem"), FILES)
def test_a_template_file_compiles(root, name, problem):
    """What students get is Python."""
    homework = find_homework(root, name)
    path = homework.problems[problem].file

    assert compile(template_files(homework)[path], path, "exec")


@pytest.mark.parametrize(("root", "name", "problem"), FILES)
def test_nothing_of_a_solution_is_in_the_template(root, name, problem):
    """No six words in a row of any statement of a solution stand anywhere in the template."""
    homework = find_homework(root, name)
    source = (homework.reference / f"{problem}.py").read_text()
    files = template_files(homework)
    template = set().union(*(phrases(data.decode()) for path, data in files.items() if path.endswith(".py")))
    solutions = [phrases(source, range(*region[:2])) for region in regions(source, problem)]

    assert any(solutions)
    assert set().union(*solutions) & template == set()


@pytest.mark.parametrize(("root", "name", "problem"), FILES)
def test_a_template_file_keeps_the_interface(root, name, problem):
    """Signatures and docstrings outside the solution regions are the reference's."""
    homework = find_homework(root, name)
    source = (homework.reference / f"{problem}.py").read_text()
    hidden = [range(region.first, region.last) for region in regions(source, problem)]

    def interface(source, hidden=()):
        return [
            (node.name, ast.unparse(node.args), ast.get_docstring(node))
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.FunctionDef) and not any(node.lineno in lines for lines in hidden)
        ]

    assert interface(template_files(homework)[homework.problems[problem].file]) == interface(source, hidden)


@pytest.fixture
def written(tiny_copy):
    """The tiny homework's template, written anew."""
    homework = find_homework(tiny_copy, "tiny-hw")
    for path in homework.template.rglob("*.py"):
        path.unlink()
    write_template(homework)
    return homework


def test_the_template_is_written_where_students_find_it(written):
    """What is written is what was made, and nothing else."""
    files = template_files(written)

    assert {path: (written.template / path).read_bytes() for path in files} == files
    assert stray_files(written, files) == []


def test_the_files_that_were_written_are_named(written):
    """The command can say what it did."""
    assert write_template(written) == [written.template / path for path in template_files(written)]


def test_what_an_earlier_build_left_is_removed(written):
    """A file that the reference no longer makes does not stay with the students."""
    stray = written.template / "src" / "old.py"
    stray.write_text("X = 1\n")
    bank = (written.template / PUBLIC).read_bytes()

    write_template(written)

    assert not stray.exists()
    assert (written.template / PUBLIC).read_bytes() == bank


@pytest.mark.parametrize(
    ("problem", "name"),
    [("moments", "mean"), ("moments", "standardize"), ("shapes", "outer"), ("shapes", "Walk.states")],
)
def test_every_stub_raises_not_implemented(written, problem, name):
    """A part that was not written is `missing`, which is told by this exception."""
    spec = importlib.util.spec_from_file_location(f"stub_{problem}", written.template / written.problems[problem].file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    owner, _, method = name.rpartition(".")
    function = getattr(getattr(module, owner)() if owner else module, method)

    with pytest.raises(NotImplementedError):
        function(*[None] * len(inspect.signature(function).parameters))
