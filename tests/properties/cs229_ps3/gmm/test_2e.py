"""Part 2e: EM with a few labelled points; w (n, 4) of the others after given iterations and after a full run."""

from hypothesis import given, settings

from autograder.kit import as_array, assert_distribution, assert_that
from tests.properties.cs229_ps3.draw_em import (
    CHECKPOINTS,
    as_rows,
    assert_follows,
    assert_on_path,
    assert_stops,
    early_instances,
    stop_instances,
)

PRIVATE = (7, 1)  # data seeds


@settings(max_examples=7)
@given(early_semi=early_instances())
def test_early_path(student, reference, early_semi):
    """After 1, 2, 3 and 5 iterations run_semi_supervised_em returns the responsibilities that EM has there."""
    begin = reference.early_start(early_semi, True)
    path = reference.early_path(early_semi, True)
    runs = {m: as_rows(student.run_semi_supervised_em(*begin, max_iter=m), path[0].shape) for m in CHECKPOINTS}
    assert_follows(runs, path)


@settings(max_examples=4)
@given(short_semi=early_instances())
def test_rows_are_probabilities(student, reference, short_semi):
    """Each row of what run_semi_supervised_em returns is a probability distribution over the clusters."""
    begin = reference.early_start(short_semi, True)
    w = as_array(student.run_semi_supervised_em(*begin, max_iter=3), begin[3].shape, "w")
    assert_distribution(w, what="w", atol=1e-8)


def test_finds_the_clusters_of_new_data(student, reference):
    """On two data sets of full size that nobody has seen, 99 % of the points get the cluster that EM gives them."""
    for data in PRIVATE:
        begin = reference.start(data, 0, 980, True)
        labels = as_array(student.run_semi_supervised_em(*begin), begin[3].shape, "w").argmax(axis=1)
        share = float((labels == reference.clusters(data, 0)).mean())
        assert_that(share >= 0.99, "too many points get another cluster", got=f"{share:.1%} agree", expected="99 %")


@settings(max_examples=4)
@given(ending_semi=stop_instances())
def test_ends_on_the_path(student, reference, ending_semi):
    """A full run_semi_supervised_em returns responsibilities that EM passes through."""
    begin = reference.stop_start(ending_semi, True)
    rows, path, _ = reference.stop_path(ending_semi, True)
    assert_on_path(as_rows(student.run_semi_supervised_em(*begin), begin[3].shape)[rows], path)


@settings(max_examples=4)
@given(full_semi=stop_instances())
def test_stops_by_the_weighted_objective(student, reference, full_semi):
    """A full run_semi_supervised_em ends after the first iteration that changes its objective by less than 1e-3."""
    begin = reference.stop_start(full_semi, True)
    rows, path, last = reference.stop_path(full_semi, True)
    assert_stops(as_rows(student.run_semi_supervised_em(*begin), begin[3].shape)[rows], path, last)
