"""Part 7b: the curve of gradient ascent over 10 steps, and its means among the points."""

from hypothesis import given, settings

from autograder.kit import fresh_seeds, rng_of, rounded
from tests.properties.cse599i_hw1.draw_figures import assert_curve, assert_labelled, assert_means_stand_out, traces
from tests.properties.cse599i_hw1.draw_gmm import MEANS, dataset


@settings(max_examples=3)
@given(trace=traces(10))
def test_curve_is_the_trace(student, trace):
    """A line goes through the log-likelihoods of a trace of 10 steps over the numbers 0 to 10."""
    assert_curve(student.trace_figure(trace), trace)


@settings(max_examples=3)
@given(trace=traces(10), seed=fresh_seeds())
def test_axes_are_labelled(student, trace, seed):
    """Both axes of the curve, and of the figure of the means, have a label."""
    assert_labelled(student.trace_figure(trace))
    assert_labelled(student.means_figure(dataset(seed, 5), MEANS))


@settings(max_examples=3)
@given(seed=fresh_seeds())
def test_means_stand_out(student, seed):
    """The fitted means are drawn besides all points."""
    X = dataset(seed, 30)
    mu = rounded(MEANS + 0.3 * rng_of(seed).standard_normal((3, 2)))
    assert_means_stand_out(student.means_figure(X, mu), X, mu)
