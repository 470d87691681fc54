"""Part 2e, the script: three figures of the clusters, each worth half where only its file can be seen, and its end."""

from autograder.kit.figure import assert_finished
from tests.properties.cs229_ps3.figures_em import (
    DATA,
    POINTS,
    SUPERVISED,
    assert_saved,
    assert_shows_clusters,
    files_of,
)


def test_script_runs(student):
    """gmm.py runs to its end in its own folder and writes pred_ss_0.pdf, pred_ss_1.pdf and pred_ss_2.pdf."""
    assert_finished(student.script(), "gmm.py", writes=files_of(SUPERVISED))


def test_first_figure_is_saved(student, reference):
    """The script saves the figure pred_ss_0.pdf, right as far as it can be seen."""
    assert_saved(student.script(), reference.dataset(DATA, POINTS)[0], SUPERVISED, 0)


def test_first_figure_shows_the_clusters(student, reference):
    """pred_ss_0.pdf shows every unlabelled point once, in the colours that PLOT_COLORS gives the clusters of a run."""
    assert_shows_clusters(student.script(), reference.dataset(DATA, POINTS)[0], SUPERVISED, 0)


def test_second_figure_is_saved(student, reference):
    """The script saves the figure pred_ss_1.pdf, right as far as it can be seen."""
    assert_saved(student.script(), reference.dataset(DATA, POINTS)[0], SUPERVISED, 1)


def test_second_figure_shows_the_clusters(student, reference):
    """pred_ss_1.pdf shows every unlabelled point once, in the colours that PLOT_COLORS gives the clusters of a run."""
    assert_shows_clusters(student.script(), reference.dataset(DATA, POINTS)[0], SUPERVISED, 1)


def test_third_figure_is_saved(student, reference):
    """The script saves the figure pred_ss_2.pdf, right as far as it can be seen."""
    assert_saved(student.script(), reference.dataset(DATA, POINTS)[0], SUPERVISED, 2)


def test_third_figure_shows_the_clusters(student, reference):
    """pred_ss_2.pdf shows every unlabelled point once, in the colours that PLOT_COLORS gives the clusters of a run."""
    assert_shows_clusters(student.script(), reference.dataset(DATA, POINTS)[0], SUPERVISED, 2)
