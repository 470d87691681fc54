"""The public suite: public properties as they were written, and nothing that only hidden ones need."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.build.blocks import blocks, joined
from autograder.build.public_suite import asked_of_reference, public_suite
from autograder.errors import ManifestError
from autograder.manifest import find_homework, homeworks

ROOT = Path(__file__).parents[2]
TEST = "tests/properties/tiny_hw/moments/test_1a.py"
DRAW = "tests/properties/tiny_hw/draw.py"
SHARED = '''"""What the parts share."""

import math
from typing import Any, NamedTuple

from autograder.kit import as_scalar, assert_close

# two limits
LOW = 0.5
HIGH = 2.5


class Pair(NamedTuple):
    """Two numbers."""

    a: float
    b: float = LOW


# why it is here
def needed() -> Pair:
    """Reached by the public property."""
    return Pair(math.pi)


def unused(value: Any) -> None:
    """Reached by a hidden property only."""
    assert_close(as_scalar(value, "x"), HIGH, what="x")
'''


@pytest.fixture
def suite_of(tiny_copy):
    """The public suite of the tiny homework, whose part 1a is edited and whose parts share a file."""

    def make(shared=SHARED, head="from tests.properties.tiny_hw.draw import needed, unused\n", edit=None):
        (tiny_copy / DRAW).write_text(shared)
        text = (tiny_copy / TEST).read_text().replace("import numpy as np\n", f"import numpy as np\n{head}")
        text = text.replace(
            "    assert_close(student.mean(x), ref", "    needed()\n    assert_close(student.mean(x), ref"
        )
        text = text.replace("    value = as_scalar", "    unused(x)\n    value = as_scalar")
        (tiny_copy / TEST).write_text(edit(text) if edit else text)
        return public_suite(find_homework(tiny_copy, "tiny-hw"))

    return make


def defined(text):
    """The names that a file binds at top level."""
    return {
        name
        for node in ast.parse(text).body
        for name in (
            [alias.asname or alias.name for alias in node.names]
            if isinstance(node, ast.Import | ast.ImportFrom)
            else [getattr(node, "name", None) or getattr(getattr(node, "targets", [None])[0], "id", "")]
        )
    } - {""}


def test_only_public_properties_stay(suite_of):
    """Of a part's test functions those named in `public` are left, with the strategies that they draw from."""
    assert {name for name in defined(suite_of()[TEST]) if name.startswith("test_")} == {"test_matches_reference"}
    assert "samples" in defined(suite_of()[TEST])


def test_what_only_hidden_properties_reach_is_gone(suite_of):
    """Shared files lose functions, constants and imports that no public property comes to."""
    assert defined(suite_of()[DRAW]) == {"math", "NamedTuple", "LOW", "Pair", "needed"}
    assert "unused" not in suite_of()[TEST]


def test_unused_imports_are_gone(suite_of):
    """An import keeps the names that are still used."""
    assert {"assert_close", "rng_of", "rounded", "seeds"} <= defined(suite_of()[TEST])
    assert not {"as_scalar", "assert_rejects", "assert_that", "np"} & defined(suite_of()[TEST])


def test_comments_and_layout_of_what_stays_are_kept(suite_of):
    """A student reads what the author wrote."""
    assert "\n\n\n# why it is here\ndef needed() -> Pair:\n" in suite_of()[DRAW]
    assert "\n\n# two limits\nLOW = 0.5\n\n\nclass Pair" in suite_of()[DRAW]


def test_a_file_of_hidden_properties_only_is_not_shipped(suite_of, tiny_copy):
    """Neither is a shared file that nobody reaches."""
    (tiny_copy / "tests/properties/tiny_hw/secret.py").write_text('"""Secret."""\n\nX = 1\n')

    assert set(suite_of()) == {
        TEST,
        DRAW,
        TEST.replace("test_1a", "test_1b"),
        "tests/properties/tiny_hw/shapes/test_2.py",
    }


def test_a_renamed_import_is_followed(suite_of):
    """`import a as b` keeps a, under the name b."""
    made = suite_of(
        head="from tests.properties.tiny_hw.draw import needed as wanted, unused\n",
        edit=lambda text: text.replace("    needed()", "    wanted()"),
    )

    assert "import needed as wanted\n" in made[TEST]
    assert "needed" in defined(made[DRAW])


@pytest.mark.parametrize(
    "line", ["for i in range(3):\n    pass\n", "from math import *\n", "print(1)\n", "if 1:\n    X = 1\n"]
)
def test_a_file_that_cannot_be_cut_is_a_fault(suite_of, line):
    """Code that runs at import belongs to no function, so nobody could say whether it may go; the author is told."""
    with pytest.raises(ManifestError, match=r"draw\.py:\d+: a public suite cannot be cut here"):
        suite_of(shared=SHARED + "\n\n" + line)


def test_the_functions_asked_of_the_reference_are_known(suite_of):
    """The bank of a handout names these and no others."""
    assert asked_of_reference(suite_of()) == {"mean", "standardize", "outer"}


@pytest.mark.parametrize("source", [SHARED, '"""Only a docstring."""\n', "X = 1\n"])
def test_blocks_put_together_are_the_file(source):
    """Nothing is lost between cutting and joining."""
    assert joined(blocks(source)) == source


def test_no_blocks_make_an_empty_file():
    """A file of nothing stays one."""
    assert joined(blocks("\n\n")) == ""


@pytest.mark.parametrize("name", homeworks(ROOT))
def test_the_public_suite_is_in_good_order(name, tmp_path):
    """What is cut out of a real suite is formatted and has no unused or undefined name."""
    for path, text in public_suite(find_homework(ROOT, name)).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    for command in (["check", "-q"], ["format", "-q", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--no-cache", "."],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", homeworks(ROOT))
def test_every_public_property_is_there_and_no_other(name):
    """The manifest's `public` is what students get, part by part."""
    homework = find_homework(ROOT, name)
    suite = public_suite(homework)
    for part in homework.parts.values():
        asked = {part.problem_of(public) for public in part.public}
        paths = [homework.property_file(part, problem).relative_to(homework.root).as_posix() for problem in asked]
        tests = {found for path in paths for found in defined(suite[path]) if found.startswith("test_")}

        assert tests == {f"test_{public}" for public in part.public}
