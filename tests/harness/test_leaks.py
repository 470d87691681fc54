"""The guards around what students get: each fault, planted, is refused with file and line."""

import re

import pytest

from autograder.build import contents
from autograder.build.contents import template_files
from autograder.build.handout import handout_files
from autograder.build.leaks import check_template, refuse_solutions, solutions
from autograder.build.words import code_words, text_words, windows
from autograder.errors import ManifestError
from autograder.manifest import find_homework

SECRET = "    # BEGIN SOLUTION\n    total = sum(x) / max(len(x), 1)\n    return total\n    # END SOLUTION\n"
LEAKS = {
    "code": "def g(x):\n    y = 1\n    total = sum(x) / max(len(x), 1)\n",
    "code over lines": "def g(x):\n    y = 1\n    total = (sum(x)\n      # half\n      / max(len(x), 1))\n",
    "a comment": "X = 1\n\n# total = sum(x) / max(len(x), 1)\n",
    "a docstring": '"""A.\n\nWrite total = sum(x) / max(len(x), 1).\n"""\n',
}


@pytest.fixture
def homework(tiny_copy):
    """The tiny homework with one more solution."""
    module = tiny_copy / "reference" / "tiny_hw" / "moments.py"
    module.write_text(module.read_text() + '\n\ndef more(x):\n    """More."""\n' + SECRET)
    return find_homework(tiny_copy, "tiny-hw")


@pytest.fixture
def files(homework):
    """Its template, which is in order."""
    return template_files(homework)


def refused(check, *args):
    """The sentences of a refusal."""
    with pytest.raises(ManifestError) as caught:
        check(*args)
    return "\n".join(caught.value.faults)


@pytest.mark.parametrize("leak", LEAKS.values(), ids=LEAKS)
@pytest.mark.parametrize(
    "path", ["src/moments.py", "public/tests/properties/draw.py", "public/adapters/for_moments.py"]
)
def test_six_words_of_a_solution_in_python_are_refused(homework, files, path, leak):
    """Code, comments and docstrings are searched, whatever the layout; the message names both places."""
    message = refused(refuse_solutions, homework, files | {path: leak.encode()})

    assert re.search(rf"{re.escape(path)}:\d+: .*total = sum.*moments\.py:\d+", message)


@pytest.mark.parametrize("path", ["README.md", "answers.json", "public/homework.toml"])
def test_six_words_of_a_solution_in_prose_are_refused(homework, files, path):
    """README, answers and manifest are searched too."""
    assert f"{path}:2: " in refused(
        refuse_solutions, homework, files | {path: b"So:\ntotal = sum(x) / max(len(x), 1)\n"}
    )


def test_six_words_of_a_solution_in_a_notebook_are_refused(homework, files):
    """A notebook's cells are searched, of either kind; the number is the cell's."""
    book = files["src/moments.ipynb"].replace(b"raise NotImplementedError", b"total = sum(x) / max(len(x), 1)", 1)

    assert "src/moments.ipynb:3: " in refused(refuse_solutions, homework, files | {"src/moments.ipynb": book})


def test_every_window_of_every_region_is_looked_for(homework):
    """No solution of the tiny homework is too short or too plain to be found again."""
    source = (homework.reference / "moments.py").read_text()

    assert {where.partition(":")[0] for where in solutions(homework).values()} == {"moments.py", "shapes.py"}
    assert ("total", "=", "sum", "x", "/", "max") in solutions(homework)
    assert refused(refuse_solutions, homework, {"leak.py": source.encode()}).count("\n") > 10


def test_names_alone_and_what_stands_outside_give_nothing_away(homework, files):
    """The two kinds of runs that the rule lets pass: no operator or keyword, or handed out anyway."""
    calls = b"student.more(x, y, z, model, case, task)\nother(x, y, z, model, case, task)\n"
    module = homework.reference / "moments.py"
    refuse_solutions(homework, files | {"public/tests/a.py": calls})
    module.write_text(module.read_text() + "\n\ndef given(x):\n    total = sum(x) / max(len(x), 1)\n    return total\n")

    refuse_solutions(homework, {"src/moments.py": LEAKS["code"].encode()})


def test_strings_and_comments_of_a_solution_are_no_code(homework):
    """A message that a solution raises may be told in a docstring."""
    words = code_words('raise ValueError("x is not one of 0")  # a b c = d e f\n')

    assert [place.word for place in words] == ["raise", "ValueError"]


def test_a_window_is_six_words_and_the_line_of_the_first():
    """Brackets, dots and commas are no words."""
    assert list(windows(text_words("a.b(c)\n+ d[1], e"))) == [
        (("a", "b", "c", "+", "d", "1"), 1),
        (("b", "c", "+", "d", "1", "e"), 1),
    ]


@pytest.mark.parametrize(
    ("stub", "fault"),
    [
        ("def mean(x):\n    return None\n", "src/moments.py:1: mean does not raise"),
        ("def mean(x):\n    pass\n", "src/moments.py:1: mean does not raise"),
        ("def mean(x):\n    if x:\n        raise NotImplementedError\n", "src/moments.py:1: mean does not raise"),
        ("def mean(x):\n    return 1\n    raise NotImplementedError\n", "src/moments.py:1: mean does not raise"),
        ("def mean(x):\n    raise ValueError\n", "src/moments.py:1: mean does not raise"),
        (
            "def mean(x)\n    raise NotImplementedError\n",
            "src/moments.py:1: the template of moments.py does not compile",
        ),
    ],
)
def test_a_template_that_does_not_work_as_one_is_refused(homework, files, stub, fault):
    """What compiles and raises when called is a stub; nothing else is handed out."""
    assert fault in refused(check_template, homework, files | {"src/moments.py": stub.encode()})


def test_a_method_that_does_not_raise_is_refused(homework, files):
    """Methods are stubs too."""
    stub = (
        b"def outer(a, b):\n    raise NotImplementedError\n\n\nclass Walk:\n    def states(self):\n        return 1\n"
    )

    assert "src/shapes.py:6: Walk.states" in refused(check_template, homework, files | {"src/shapes.py": stub})


def test_the_build_refuses_a_leak(homework, monkeypatch):
    """The guards are part of making the template, not of the tests alone."""
    monkeypatch.setattr(contents, "readme", lambda *_: "total = sum(x) / max(len(x), 1)\n")

    assert "README.md:1: " in refused(template_files, homework)


def test_the_handout_refuses_a_leak_in_an_adapter(homework):
    """Adapters are public: a solution in one stops the handout."""
    adapter = homework.reference / "adapters" / "shapes.py"
    adapter.write_text(adapter.read_text() + "\n\n" + LEAKS["code"])

    assert "public/adapters/for_shapes.py:" in refused(handout_files, homework)


def test_the_handout_refuses_a_leak_in_a_public_property(homework):
    """What a public property says is read by students."""
    properties = homework.properties / "moments" / "test_1a.py"
    line = "    assert_close(student.mean(x), reference.mean(x), what="
    leaking = f"    total = sum(x) / max(len(x), 1)\n{line}"
    properties.write_text(properties.read_text().replace(line, leaking, 1))

    assert "public/tests/properties/tiny_hw/moments/test_1a.py:" in refused(handout_files, homework)
