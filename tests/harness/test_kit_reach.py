"""Which modules of the kit a suite is made of: a bank is stale when one of these changes, and no other."""

import pytest

from autograder.engine.bank import ingredients
from autograder.engine.kit_reach import kit_files
from autograder.manifest import find_homework

KIT = {
    "__init__.py": "from autograder.kit.close import assert_close\nfrom autograder.kit.draw import seeds\n",
    "close.py": "from autograder.kit import margin\n",
    "draw.py": "import numpy\n",
    "margin.py": "",
    "figure.py": "",
}


@pytest.fixture
def kit(tmp_path):
    """A kit in a folder."""
    folder = tmp_path / "autograder" / "kit"
    folder.mkdir(parents=True)
    for name, text in KIT.items():
        (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize(
    ("source", "reached"),
    [
        ("import numpy", set()),
        ("from autograder.kit import seeds", {"draw"}),
        ("from autograder.kit import assert_close", {"close", "margin"}),
        ("from autograder.kit import figure", {"figure"}),
        ("from autograder.kit.figure import figures", {"figure"}),
        ("def test_it():\n    import autograder.kit.draw", {"draw"}),
        ("from autograder.kit import *", {"__init__", "close", "draw", "figure", "margin"}),
        ("import autograder.kit", {"__init__", "close", "draw", "figure", "margin"}),
    ],
)
def test_a_suite_reaches_what_it_imports(kit, tmp_path, source, reached):
    """A name that the package hands on counts for its module and what that imports; the package itself for all."""
    path = tmp_path / "test_1.py"
    path.write_text(source)

    assert {found.stem for found in kit_files(kit, [path])} == reached


def test_a_bank_stays_fresh_when_another_module_changes(tiny_copy, kit):
    """The tiny homework reaches `close` and `draw`: a change of `figure`, or a new module, is none of its business."""
    kit.rename(tiny_copy / "autograder_kit")
    (tiny_copy / "autograder").mkdir()
    kit = (tiny_copy / "autograder_kit").rename(tiny_copy / "autograder" / "kit")
    names = "as_array, as_integers, as_scalar, assert_rejects, assert_that, rng_of, rounded"
    (kit / "__init__.py").write_text(KIT["__init__.py"] + f"from autograder.kit.close import {names}\n")
    homework = find_homework(tiny_copy, "tiny-hw")
    before = ingredients(homework, reference=True)

    (kit / "figure.py").write_text("NEW = 1\n")
    (kit / "answers.py").write_text("")
    assert ingredients(homework, reference=True) == before

    (kit / "margin.py").write_text("NEW = 1\n")
    assert ingredients(homework, reference=True)["suite"] != before["suite"]
