"""What a property asks for: student, reference, and other problems by their names."""

import shutil

from autograder.engine.properties import load_properties
from autograder.manifest import find_homework
from tests.harness.test_kinds_homework import KINDS

SOURCE = '''"""Part 3."""

from hypothesis import given
from hypothesis import strategies as st


def test_names_the_larger_group(student, run, fit):
    """Asks for two more problems."""


@given(output=st.integers())
def test_counts_it(output, student, run):
    """Draws what is called like a problem."""


@given(n=st.integers())
def test_agrees_with_the_script(reference, answers, n):
    """Asks for its own problem by name."""
'''


def test_fixtures_are_named_like_problems(tmp_path):
    """A parameter with a problem's name is that problem, unless it is drawn; its own counts too."""
    root = tmp_path / "root"
    shutil.copytree(KINDS, root, ignore=shutil.ignore_patterns("__pycache__"))
    (root / "tests/properties/kinds_hw/answers/test_3.py").write_text(SOURCE)
    found = {prop.name: prop for prop in load_properties(find_homework(root, "kinds-hw"), ("3",))}

    assert found["names_the_larger_group"].others == ("fit", "run")
    assert found["names_the_larger_group"].problems == ("answers", "fit", "run")
    assert found["counts_it"].fixtures == ("student", "run")
    assert found["agrees_with_the_script"].fixtures == ("reference", "answers")
    assert found["agrees_with_the_script"].problems == ("answers",)
