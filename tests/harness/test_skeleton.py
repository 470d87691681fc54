"""Answers and further functions as students get them: the questions, and nothing of the answers."""

import json

import pytest

from autograder.build.contents import template_files, write_template
from autograder.errors import ManifestError
from autograder.manifest import find_homework

ANSWERS = {"collaborators": "x", "1b": {"kinds": ["a", "b"], "more": {"yes": True, "n": 0.5}}, "9": {"later": 1}}
DERIVATIONS = '''"""Derivations."""


def slope(x):
    """The slope."""
    # BEGIN SOLUTION
    return 2 * x
    # END SOLUTION
'''


@pytest.fixture
def with_files(tiny_copy):
    """The tiny homework with answers and derivations."""

    def make(*files, answers=None):
        reference = tiny_copy / "reference" / "tiny_hw"
        manifest = reference / "homework.toml"
        manifest.write_text(manifest.read_text().replace("[homework]\n", f"[homework]\nfiles = {json.dumps(files)}\n"))
        (reference / "answers.json").write_text(answers or json.dumps(ANSWERS))
        (reference / "derivations.py").write_text(DERIVATIONS)
        return find_homework(tiny_copy, "tiny-hw")

    return make


def test_every_answer_is_null(with_files):
    """Keys stay, values go: a list too, as its length would tell."""
    made = json.loads(template_files(with_files("answers.json"))["answers.json"])

    assert made["1b"] == {"kinds": None, "more": {"yes": None, "n": None}}
    assert made["collaborators"] is None


def test_answers_of_other_parts_are_not_asked_for(with_files):
    """The reference may hold answers of parts that are not in the manifest yet."""
    assert "9" not in json.loads(template_files(with_files("answers.json"))["answers.json"])


def test_further_functions_are_stubs(with_files):
    """A Python file among the hand-in files goes the way of the problems' files."""
    made = template_files(with_files("src/derivations.py"))["src/derivations.py"].decode()

    assert made == DERIVATIONS.split("    # BEGIN")[0] + "    raise NotImplementedError\n"


def test_skeletons_are_written(with_files):
    """The build writes them at the manifest's paths."""
    homework = with_files("answers.json", "src/derivations.py")
    write_template(homework)

    assert (homework.template / "answers.json").is_file()
    assert (homework.template / "src/derivations.py").is_file()


@pytest.mark.parametrize(
    ("file", "answers", "fault"),
    [
        ("lost.json", "{}", "there is no lost.json"),
        ("answers.json", "{", "answers.json is not JSON"),
        ("answers.json", "[1]", "an object with a key for each part"),
        ("homework.toml", "{}", r"\.py and \.json files only"),
    ],
)
def test_a_file_that_no_skeleton_can_be_made_of_is_a_fault(with_files, file, answers, fault):
    """The author reads which file and what is wrong with it."""
    with pytest.raises(ManifestError, match=fault):
        template_files(with_files(file, answers=answers))
