"""Claims about figures and runs: points as multisets, colours as a bijection, messages with counts."""

import numpy as np
import pytest

from autograder.errors import CheckFailed
from autograder.kit.figure import assert_colours_match, assert_finished, assert_points, calls, figure_of, figures

X = np.arange(12.0).reshape(6, 2)
Z = np.array([0, 1, 2, 0, 1, 2])
PALETTE = ["red", "blue", "orange"]
RGB = np.array([[1, 0, 0, 1], [0, 0, 1, 0.5], [1, 165 / 255, 0, 1]])


def event(points=X, colours=None, markers=None, file="a.pdf"):
    """A figure as a script's account has it."""
    n = len(points)
    return {
        "event": "figure",
        "file": file,
        "points": np.asarray(points, dtype=float),
        "colours": RGB[Z] if colours is None else colours,
        "markers": np.zeros(n, dtype=np.int64) if markers is None else markers,
        "title": "t",
        "xlabel": "",
        "ylabel": "",
    }


def account(*events, **changes):
    """A script's account."""
    done = {"finished": True, "verdict": "", "error": "", "stdout": "", "files": {"a.pdf": 9}, "events": list(events)}
    return done | changes


def shown(**changes):
    """A figure."""
    return figure_of(account(event(**changes)), "a.pdf")


def fails(call, *args, **kwargs):
    """The failure of a claim."""
    with pytest.raises(CheckFailed) as caught:
        call(*args, **kwargs)
    return caught.value


def test_a_figure_knows_the_call_before_it():
    """Each figure goes with the last watched value before it was saved."""
    one, two = np.zeros(1), np.ones(1)
    events = [
        {"event": "call", "name": "em", "within": "", "value": one},
        event(file="a.pdf"),
        {"event": "call", "name": "semi", "within": "", "value": None},
        {"event": "call", "name": "em", "within": "", "value": two},
        event(file="b.pdf"),
    ]
    found = figures(account(*events))

    assert [(name, figure.caller, figure.value) for name, figure in found.items()] == [
        ("a.pdf", "em", one),
        ("b.pdf", "em", two),
    ]
    assert calls(account(*events), "em") == [one, two]


def test_calls_within_watched_calls_do_not_count():
    """Who writes one function by means of the other has called the other no more often."""
    inner = {"event": "call", "name": "em", "within": "semi", "value": np.zeros(1)}
    assert calls(account(inner, inner | {"within": "", "name": "semi"}), "em") == []


def test_a_figure_that_was_not_saved_says_what_was():
    """The names of the others, or why the script did not come to it."""
    assert "saved were a.pdf" in fails(figure_of, account(event()), "b.pdf").detail.reason
    assert "saved no figure" in fails(figure_of, account(), "b.pdf").detail.reason
    ended = fails(figure_of, account(finished=False, verdict="missing", error="NotImplementedError"), "b.pdf")
    assert (ended.verdict, "not written yet" in ended.detail.reason) == ("missing", True)


def test_a_run_is_finished_or_says_why_not():
    """Exceptions are `raised`, stubs `missing`; a file that was not written, or is empty, is named."""
    assert_finished(account(), "a.py", writes=["a.pdf"])
    raised = fails(assert_finished, account(finished=False, verdict="raised", error="ValueError: x"), "a.py")
    assert (raised.verdict, raised.detail.got) == ("raised", "ValueError: x")
    lost = fails(assert_finished, account(files={"b.pdf": 3, "a.pdf": 0}), "a.py", writes=["a.pdf"])
    assert "does not write a.pdf; it wrote b.pdf, a.pdf" in lost.detail.reason


def test_points_count_in_any_order():
    """A permutation with rounding of 1e-10 is the same picture."""
    order = np.array([3, 0, 5, 1, 2, 4])
    assert_points(shown(points=X[order] + 1e-10, colours=RGB[Z[order]]), X)


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (X[:5], "shows 5 of the 6 points"),
        (X[[0, 0, 1, 2, 3, 4]], "shows 5 of the 6 points"),
        (X + 1e-6, "shows 0 of the 6 points"),
        (X[:, ::-1], "shows 0 of the 6 points"),
        (np.vstack([X, X[:1]]), "shows 1 points besides the 6"),
    ],
)
def test_lost_moved_and_doubled_points_are_told(points, words):
    """Counts stand in the reason, the first offending point in what came back."""
    found = fails(assert_points, shown(points=points, colours=np.zeros((len(points), 4))), X)

    assert words in found.detail.reason
    assert "(" in found.detail.got


def test_further_points_need_another_marker():
    """Labelled points on top are welcome, as many as there are and told apart."""
    points, colours = np.vstack([X, X[:2] + 0.5]), np.vstack([RGB[Z], RGB[:2]])
    other, same = np.array([0] * 6 + [1, 1]), np.zeros(8, dtype=np.int64)

    assert_points(shown(points=points, colours=colours, markers=other), X, extra_up_to=2)
    assert_colours_match(shown(points=points, colours=colours, markers=other), X, Z)
    fails(assert_points, shown(points=points, colours=colours, markers=other), X, extra_up_to=1)
    fails(assert_points, shown(points=points, colours=colours, markers=same), X, extra_up_to=2)


def test_colours_are_a_bijection_or_the_palette():
    """Any colours will do that tell the groups apart; with a palette it must be those, whatever their transparency."""
    swapped = RGB[np.array([1, 0, 2])[Z]]

    assert_colours_match(shown(), X, Z)
    assert_colours_match(shown(), X, Z, palette=PALETTE)
    assert_colours_match(shown(colours=swapped), X, Z)
    found = fails(assert_colours_match, shown(colours=swapped), X, Z, palette=PALETTE)
    assert "2 of the 2 points of group 0" in found.detail.reason
    assert found.detail.expected == "#ff0000 (red)"


def test_groups_that_mix_or_look_alike_are_wrong():
    """One point in the colour of another group, or two groups in one colour."""
    mixed = RGB[np.array([0, 1, 2, 0, 1, 1])]
    same = RGB[np.array([0, 1, 1, 0, 1, 1])]

    assert "1 of the 2 points of group 2" in fails(assert_colours_match, shown(colours=mixed), X, Z).detail.reason
    assert "groups 1 and 2 have the same colour" in fails(assert_colours_match, shown(colours=same), X, Z).detail.reason


def test_groups_that_nobody_belongs_to_need_no_colour():
    """Only the groups that are used count."""
    z = np.array([0, 3, 3, 0, 3, 3])
    assert_colours_match(
        shown(colours=RGB[np.array([0, 2, 2, 0, 2, 2])]), X, z, palette=["red", "blue", "green", "orange"]
    )


def test_labels_of_another_length_are_malformed():
    """A table that does not fit the points says so."""
    assert fails(assert_colours_match, shown(), X, Z[:3]).verdict == "malformed"
