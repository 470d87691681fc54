"""`check --watch`: what changed is checked again, once, when it has come to rest."""

import pytest

from autograder.errors import SubmissionUnusable
from autograder.local.watch import watch


class Over(Exception):
    """The script of a test has come to its end."""


def watched(tmp_path, script):
    """What was checked while these steps were taken, one between any two looks."""
    problems = {name: (tmp_path / f"{name}.py", tmp_path / f"{name}.ipynb") for name in ("gmm", "lgm")}
    checked = []
    steps = iter(script)

    def sleep(seconds):
        assert seconds == 0.25
        try:
            next(steps)()
        except StopIteration:
            raise Over from None

    with pytest.raises(Over):
        watch(lambda: problems, lambda found: checked.append(set(found)), interval=0.25, sleep=sleep)
    return checked


def test_everything_is_checked_first(tmp_path):
    """A watch begins with a full check, and nothing more happens while nothing changes."""
    assert watched(tmp_path, [lambda: None] * 5) == [{"gmm", "lgm"}]


def test_a_change_is_checked_once_and_alone(tmp_path):
    """Only the problem whose file was written is checked again."""
    write = (tmp_path / "gmm.py").write_text

    assert watched(tmp_path, [lambda: write("x"), *[lambda: None] * 4]) == [{"gmm", "lgm"}, {"gmm"}]


def test_a_file_that_appears_or_goes_is_a_change(tmp_path):
    """A twin notebook that is new, and a file that is deleted."""
    book = tmp_path / "lgm.ipynb"
    rest = [lambda: None] * 2

    assert watched(tmp_path, [book.touch, *rest, book.unlink, *rest]) == [{"gmm", "lgm"}, {"lgm"}, {"lgm"}]


def test_a_file_still_being_written_is_waited_for(tmp_path):
    """An editor that writes in steps gets one check, of the last."""
    path = tmp_path / "gmm.py"
    steps = [lambda n=n: path.write_text("x" * n) for n in range(1, 5)]

    assert watched(tmp_path, [*steps, *[lambda: None] * 2]) == [{"gmm", "lgm"}, {"gmm"}]


def test_a_change_made_during_a_check_is_not_lost(tmp_path):
    """What is saved while the check runs is checked next."""
    path = tmp_path / "gmm.py"
    checked = []

    def check(problems):
        checked.append(set(problems))
        if len(checked) == 2:
            path.write_text("while it ran")

    steps = iter([lambda: path.write_text("x"), *[lambda: None] * 5])

    def sleep(_):
        try:
            next(steps)()
        except StopIteration:
            raise Over from None

    with pytest.raises(Over):
        watch(lambda: {"gmm": (path,)}, check, interval=1, sleep=sleep)

    assert len(checked) == 3


def test_files_that_cannot_be_read_for_a_moment_end_nothing(tmp_path):
    """A folder that is being replaced is looked at again later."""
    answers = iter([{"gmm": (tmp_path / "a",)}, SubmissionUnusable("gone"), {"gmm": (tmp_path / "a",)}])

    def files():
        try:
            answer = next(answers)
        except StopIteration:
            raise Over from None
        if isinstance(answer, Exception):
            raise answer
        return answer

    checked = []
    with pytest.raises(Over):
        watch(files, lambda found: checked.append(set(found)), interval=1, sleep=lambda _: None)

    assert checked == [{"gmm"}]
