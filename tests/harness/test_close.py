"""Comparisons: right values pass in every form they may come back in, anything else fails for the right reason."""

import math
import re
import tracemalloc
import warnings

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.errors import CheckFailed
from autograder.kit.close import (
    EXACT,
    T32,
    T64,
    T64L,
    Tolerance,
    as_array,
    as_dict,
    as_integers,
    as_scalar,
    as_tuple,
    as_vector,
    assert_close,
    assert_distribution,
    assert_that,
)

FIXED = settings(max_examples=150, deadline=None, database=None, derandomize=True)
GRID = np.arange(6.0).reshape(2, 3)


def failure(function, *args, **kwargs):
    """The CheckFailed that a comparison raises."""
    with pytest.raises(CheckFailed) as caught:
        function(*args, **kwargs)
    return caught.value


ARRAYS = {
    "array": GRID,
    "lists": [[0, 1, 2], [3.0, 4, 5]],
    "tuples": ((0, 1, 2), (3, 4, 5)),
    "list of arrays": [np.arange(3), np.arange(3, 6)],
    "integers": np.arange(6).reshape(2, 3),
    "float32": GRID.astype(np.float32),
    "unsigned bytes": GRID.astype(np.uint8),
}


@pytest.mark.parametrize("value", ARRAYS.values(), ids=ARRAYS)
def test_numbers_in_any_form_are_an_array(value):
    """Lists, tuples and arrays of any real dtype count alike."""
    array = as_array(value, (2, 3), "w")

    assert array.dtype == np.float64
    assert array.tolist() == GRID.tolist()


def test_booleans_are_numbers():
    """A mask may stand for zeros and ones."""
    assert as_array([True, False], (2,), "w").tolist() == [1, 0]


@pytest.mark.parametrize(
    ("value", "m"), [([1.0, 2.0], 2), ([[1.0], [2.0]], 2), ([[7.0]], 1), ([7.0], 1), (np.zeros((0, 1)), 0)], ids=str
)
def test_a_column_counts_as_a_vector(value, m):
    """Shape (m, 1) says the same as (m,)."""
    assert as_vector(value, m, "v").tolist() == np.ravel(value).tolist()


@pytest.mark.parametrize("value", [[[1.0, 2.0]], [1.0], 1.0, [[1.0, 2.0], [3.0, 4.0]]], ids=str)
def test_a_row_is_no_vector(value):
    """Nothing else is reshaped into a vector of two."""
    assert failure(as_vector, value, 2, "v").verdict == "malformed"


SCALARS = {
    "float": 1.5,
    "numpy scalar": np.float32(1.5),
    "0-d": np.array(1.5),
    "one entry": [1.5],
    "deep": [[[1.5]]],
    "column": np.full((1, 1), 1.5),
}


@pytest.mark.parametrize("value", SCALARS.values(), ids=SCALARS)
def test_anything_with_one_entry_counts_as_a_scalar(value):
    """A float, a 0-d array and an array with one entry say the same."""
    assert as_scalar(value, "l") == 1.5


@pytest.mark.parametrize("value", [[], [1.0, 1.0], np.zeros((1, 0))], ids=["none", "two", "empty"])
def test_no_entry_or_two_are_no_scalar(value):
    """One number was asked for."""
    assert failure(as_scalar, value, "l").verdict == "malformed"


MALFORMED = {
    "None": None,
    "text": "abc",
    "bytes": b"abc",
    "text in a list": [[0, 1, 2], [3, 4, "5"]],
    "None in a list": [[0, 1, 2], [3, 4, None]],
    "text array": np.full((2, 3), "x"),
    "object array": GRID.astype(object),
    "complex array": GRID.astype(complex),
    "complex": 1j,
    "dates": np.zeros((2, 3), "M8[s]"),
    "dict": {"w": GRID},
    "huge integers": [[2**70] * 3] * 2,
    "unequal lists": [[0, 1, 2], [3, 4]],
    "unequal arrays": [np.zeros(3), np.zeros(2)],
    "unequal depth": [[0, 1, 2], 3],
    "a scalar": 3.0,
    "a flat array": GRID.ravel(),
    "an axis more": GRID[None],
    "a row less": GRID[:1],
    "no rows": np.zeros((0, 3)),
    "NaN": np.where(GRID == 4, math.nan, GRID),
    "infinity": np.where(GRID == 4, math.inf, GRID),
    "minus infinity": np.where(GRID == 0, -math.inf, GRID),
    "empty": [],
}


@pytest.mark.parametrize("value", MALFORMED.values(), ids=MALFORMED)
@pytest.mark.parametrize("compare", [as_array, as_integers], ids=["as_array", "as_integers"])
def test_what_is_no_array_of_numbers_is_malformed(compare, value):
    """Type, dtype, shape and finiteness are checked, and each failure is the same verdict."""
    assert failure(compare, value, (2, 3), "w").verdict == "malformed"


@pytest.mark.parametrize("value", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_value_is_never_close(value):
    """A comparison does not crash on what is no array of numbers, and does not pass."""
    assert failure(assert_close, value, GRID, what="w").verdict == "malformed"


@pytest.mark.parametrize("value", [None, "abc", 1j, {}, math.nan, math.inf, [1.0, 2.0], [None]], ids=str)
def test_a_malformed_scalar_is_never_close(value):
    """The same for a single number."""
    assert failure(assert_close, value, 1.0, what="l").verdict == "malformed"


def test_a_missing_return_is_guessed():
    """None is what a function without a return gives."""
    assert "return missing" in failure(as_array, None, (2,), "w").detail.got


def test_a_wrong_shape_is_named_with_the_right_one():
    """The student sees both shapes."""
    detail = failure(as_array, [1.0], (2, 3), "w").detail

    assert (detail.reason, detail.got, detail.expected) == ("w has the wrong shape", "shape (1,)", "shape (2, 3)")


def test_a_transposed_array_is_guessed():
    """The commonest wrong shape has a hint."""
    assert failure(as_array, GRID.T, (2, 3), "w").detail.got == "shape (3, 2): is it transposed?"


@pytest.mark.parametrize("value", [GRID[:1], GRID[None], 3.0], ids=["row less", "axis more", "scalar"])
def test_another_wrong_shape_is_not_called_transposed(value):
    """The hint stands only where it helps."""
    assert "transposed" not in failure(as_array, value, (2, 3), "w").detail.got


@pytest.mark.parametrize(("entry", "word"), [(math.nan, "NaN"), (math.inf, "infinite"), (-math.inf, "infinite")])
def test_an_entry_that_is_not_finite_is_named(entry, word):
    """The student learns where to look."""
    value = GRID.copy()
    value[1, 1:] = entry

    assert failure(as_array, value, (2, 3), "w").detail.got == f"w[1, 1] is {word}"


def test_an_infinite_scalar_has_no_index():
    """A number has no entries to point at."""
    assert failure(as_scalar, math.inf, "l").detail.got == "l is infinite"


@pytest.mark.parametrize("value", [[1, -2], [1.0, -2.0], np.array([1, -2], np.int8), [1.0, np.float32(-2)]])
def test_whole_numbers_in_any_form_are_integers(value):
    """Floats count when every one is whole."""
    array = as_integers(value, (2,), "z")

    assert (array.dtype, array.tolist()) == (np.int64, [1, -2])


@pytest.mark.parametrize("value", [1.5, 1 + 1e-12, 2.0**53, -(2.0**60), 1e300])
def test_what_is_not_surely_whole_is_no_integer(value):
    """Beyond 2**53 a float no longer tells its neighbours apart."""
    assert failure(as_integers, [1.0, value], (2,), "z").verdict == "malformed"


def test_a_dict_may_hold_more_than_is_asked_for():
    """Entries with other names are left aside."""
    assert as_dict({"a": 1, "b": None, 3: 0}, ("b", "a"), "the table") == {"b": None, "a": 1}


@pytest.mark.parametrize("value", [{"a": 1}, {}, None, [("a", 1), ("b", 2)], "ab"])
def test_a_dict_must_hold_what_is_asked_for(value):
    """What lacks a name, or is no dict, is malformed; the message names all that is wanted."""
    failed = failure(as_dict, value, ("a", "b"), "the table")

    assert failed.verdict == "malformed"
    assert failed.detail.expected == "a dict with a, b"


@pytest.mark.parametrize("value", [(1, "b"), [1, "b"]], ids=["tuple", "list"])
def test_a_list_counts_as_a_tuple(value):
    """Several results may come back in either."""
    assert as_tuple(value, 2, "m_step") == (1, "b")


@pytest.mark.parametrize(
    ("value", "got"),
    [
        ((1,), "1 items"),
        ([1, 2, 3], "3 items"),
        (None, "None (is a return missing?)"),
        (GRID, "an array of float64 of shape (2, 3)"),
        ({"a": 1, "b": 2}, "a value of type dict"),
        ("ab", "a value of type str"),
    ],
    ids=str,
)
def test_anything_else_is_no_tuple_of_two(value, got):
    """Count and kind of what came back are told."""
    error = failure(as_tuple, value, 2, "m_step")

    assert (error.verdict, error.detail.got) == ("malformed", got)


@pytest.mark.parametrize("tol", [EXACT, T64, T64L, T32], ids=["EXACT", "T64", "T64L", "T32"])
def test_a_value_is_close_to_itself(tol):
    """The right answer passes under every tolerance."""
    assert_close(GRID, GRID, what="w", tol=tol)


TOL = Tolerance(0.5, 0.25, "binary fractions, so that the edges are exact")


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(("wanted", "gap"), [(0.0, 0.5), (4.0, 1.5), (-4.0, 1.5)])
def test_a_value_at_the_edge_of_the_tolerance_passes(wanted, gap, sign):
    """Absolute and relative parts add up, on either side, and the edge belongs to them."""
    assert_close(wanted + sign * gap, wanted, what="l", tol=TOL)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(("wanted", "gap"), [(0.0, 0.5), (4.0, 1.5), (-4.0, 1.5)])
def test_a_value_past_the_edge_is_wrong(wanted, gap, sign):
    """The relative part is that of the right value, not of what came back."""
    assert failure(assert_close, wanted + sign * (gap + 1e-6), wanted, what="l", tol=TOL).verdict == "wrong"


def test_exact_means_exact():
    """Counts have no neighbours."""
    assert failure(assert_close, 1 + 2**-52, 1.0, what="n", tol=EXACT).verdict == "wrong"


def test_a_wrong_entry_is_named_and_counted():
    """The first entry that is off, how many are, and what it should be."""
    value = GRID.copy()
    value[1, :2] = [7, 9]
    error = failure(assert_close, value, GRID, what="w")

    assert error.verdict == "wrong"
    assert error.detail.reason == "w is not the right value"
    assert error.detail.got == "w[1, 0] = 7  (2 of 6 entries differ)"
    assert error.detail.expected == "3  (tolerance 1e-09 + 1e-07 relative)"


def test_a_wrong_scalar_is_named_without_an_index():
    """One number is not counted."""
    assert failure(assert_close, [[2.0]], 1.0, what="l").detail.got == "l = 2"


@pytest.mark.parametrize("got", [0.0, 1.0, -1e308])
@pytest.mark.parametrize("wanted", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("wrap", [float, lambda x: [1.0, x]], ids=["scalar", "array"])
def test_nothing_finite_is_close_to_what_is_not(wrap, got, wanted):
    """A right answer that overflowed lets nothing pass: no tolerance relative to infinity covers everything."""
    with pytest.raises(CheckFailed), np.errstate(all="ignore"):
        assert_close(wrap(got), wrap(wanted), what="l")


@pytest.mark.parametrize("wanted", [math.inf, -math.inf, [0.5, -math.inf], [[math.inf], [-math.inf]]], ids=str)
def test_an_infinity_is_close_to_itself(wanted):
    """A log-probability of minus infinity may be the right answer."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_close(wanted, wanted, what="l")


@pytest.mark.parametrize("got", [[math.inf, math.inf], [0.5, math.inf], [-math.inf, -math.inf], [0.25, -math.inf]])
def test_an_infinity_elsewhere_is_wrong(got):
    """Each entry is compared with its own, sign included."""
    assert failure(assert_close, got, [0.5, -math.inf], what="l").verdict == "wrong"


def test_a_nan_is_malformed_beside_infinities():
    """NaN is never an answer."""
    assert failure(assert_close, [0.5, math.nan], [0.5, -math.inf], what="l").verdict == "malformed"


def test_infinities_pass_only_where_they_are_allowed():
    """`infinite` lets infinities through, and NaN never."""
    assert as_array([1.0, -math.inf], (2,), "l", infinite=True).tolist() == [1.0, -math.inf]
    assert failure(as_array, [math.nan, math.inf], (2,), "l", infinite=True).detail.got == "l[0] is NaN"


def test_huge_values_of_opposite_sign_are_wrong_and_nothing_else():
    """A difference beyond the largest float is no accident of the comparison."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")

        assert failure(assert_close, [1e308], [-1e308], what="w").verdict == "wrong"


def test_empty_arrays_of_one_shape_are_close():
    """Nothing differs where there is nothing."""
    assert_close(np.zeros((0, 3)), np.zeros((0, 3)), what="w")


arrays = hnp.arrays(np.float64, hnp.array_shapes(max_dims=3, max_side=3), elements=st.floats(-1e6, 1e6))


@FIXED
@given(array=arrays, data=st.data())
def test_every_entry_counts(array, data):
    """Whichever entry is off by more than the tolerance, the comparison finds it and points at it."""
    index = data.draw(st.tuples(*(st.integers(0, n - 1) for n in array.shape)))
    value = array.copy()
    value[index] += data.draw(st.sampled_from([-1, 1])) * (1e-3 + 1e-3 * abs(array[index]))

    got = failure(assert_close, value, array, what="w").detail.got

    assert got.startswith(f"w[{', '.join(map(str, index))}] = ")


@FIXED
@given(array=arrays)
def test_nested_lists_are_as_close_as_the_array(array):
    """The form in which numbers come back makes no difference."""
    assert_close(array.tolist(), array, what="w")


numbers = st.floats(1e3, 1e6).map(lambda x: x + 1 / 3)


@FIXED
@given(
    got=hnp.arrays(np.float64, hnp.array_shapes(max_dims=2, max_side=4), elements=numbers | st.just(math.nan)),
    wanted=hnp.arrays(np.float64, hnp.array_shapes(max_dims=2, max_side=4), elements=numbers),
)
def test_a_reason_holds_no_value(got, wanted):
    """The reason is shown for hidden cases too, so it names the claim and never a number of the case."""
    assume(got.shape != wanted.shape or not (got == wanted).any())

    assert not re.search(r"\d", failure(assert_close, got, wanted, what="w").detail.reason)


@pytest.mark.parametrize("value", MALFORMED.values(), ids=MALFORMED)
def test_a_reason_for_a_malformed_value_holds_no_value(value):
    """What came back is told in `got` alone."""
    assert failure(as_array, value, (2, 3), "w").detail.reason in {
        "w must be an array of numbers",
        "w must be an array of real numbers",
        "w has the wrong shape",
        "w is not finite",
    }


@pytest.mark.parametrize(
    "rows", [[[0.25, 0.75], [1.0, 0.0]], [0.5, 0.5], [[[1.0]]], np.zeros((0, 3))], ids=["rows", "one", "cube", "none"]
)
def test_distributions_pass(rows):
    """Every row of any number of rows may be a distribution."""
    assert_distribution(np.asarray(rows), what="w")


def test_a_row_may_sum_to_one_but_for_rounding():
    """The last digits of a sum are no error."""
    assert_distribution(np.array([[0.5, 0.5], [0.25, 0.75 + 1e-10]]), what="w")


@pytest.mark.parametrize("gap", [1e-6, -1e-6])
def test_a_row_that_sums_to_something_else_is_wrong(gap):
    """A row too heavy or too light is no distribution."""
    error = failure(assert_distribution, np.array([[0.5, 0.5], [0.25, 0.75 + gap]]), what="w")

    assert (error.verdict, error.detail.reason) == ("wrong", "w: a row does not sum to 1")


@pytest.mark.parametrize("rows", [[[-0.5, 0.75, 0.75]], [[-1e-6, 1.0]], [[0.0, 1.5]], [[math.nan, 1.0]]], ids=str)
def test_an_entry_outside_zero_and_one_is_no_probability(rows):
    """A row that sums to one is not enough."""
    error = failure(assert_distribution, np.array(rows), what="w")

    assert (error.verdict, error.detail.reason) == ("wrong", "w has an entry outside [0, 1]")


def test_the_worst_row_is_told():
    """The student sees the sum that is off most."""
    detail = failure(assert_distribution, np.array([[0.5, 0.5], [0.5, 0.6], [0.1, 0.2]]), what="w").detail

    assert (detail.got, detail.expected) == ("a row sums to 0.3", "1")


def test_a_claim_that_holds_passes():
    """Nothing is raised."""
    assert_that(True, "n is too small")


def test_a_claim_that_does_not_hold_is_wrong():
    """Reason, got and expected are what the property says."""
    error = failure(assert_that, False, "n is too small", got="1", expected="2")

    assert (error.verdict, error.detail.reason, error.detail.got, error.detail.expected) == (
        "wrong",
        "n is too small",
        "1",
        "2",
    )


@pytest.mark.parametrize(
    "value", [["a" * 30_000, *[""] * 5_000], [b"a" * 30_000, *[b""] * 5_000]], ids=["str", "bytes"]
)
def test_a_long_string_among_many_costs_no_memory(value):
    """numpy would reserve the longest string's length for every item: such lists never reach it."""
    tracemalloc.start()
    with pytest.raises(CheckFailed, match="array of numbers"):
        as_array(value, (5_001,), "w")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 1_000_000
