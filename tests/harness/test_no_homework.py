"""The commands that take every homework, in a folder that has none: as after `pip install gradelbo`."""

import pytest
from click.testing import CliRunner

from autograder import cli


@pytest.mark.parametrize("command", ["audit", "build", "freeze", "lint"])
def test_where_no_homework_is_there_a_sentence_says_how_one_begins(command, tmp_path):
    """Nothing done is no success: exit code 2, the folder that was looked in, and what to do next."""
    found = CliRunner().invoke(cli.main, [command], obj=tmp_path)

    assert (found.exit_code, found.stdout) == (2, "")
    assert str(tmp_path) in found.stderr
    assert "gradelbo new" in found.stderr
