"""Trees that no honest worker sends: each gives a plain value or Malformed, and never more than was sent."""

import random

import numpy as np
import pytest

from autograder.suites.codec import READERS, Decoder, Encoder, Malformed, Uncrossable, carry_back
from autograder.suites.proxies import local_class


class NoWorld:
    """A link without a worker."""

    def kept(self, number, key):
        """No object is known."""
        raise Malformed("no object")

    class_of = function = module = kept


def read(tree, frames=()):
    """The value of a tree."""
    return Decoder(NoWorld(), list(frames)).read(tree)


@pytest.mark.parametrize(
    "tree",
    [
        ["?"],
        [],
        [None],
        [["l"]],
        {},
        {"l": 1},
        ["l", {}],
        ["d", [1]],
        ["d", [["l"], 1]],
        ["s", ["l", 1]],
        ["k", 0],
        ["k", -1],
        ["a", 0],
        ["a", -1],
        ["a", True],
        ["c", "1", "2"],
        ["r", "a"],
        ["r", 0, 1, 0],
        ["E", "open"],
        ["D", "x"],
        ["D", ["l"]],
        ["F", 1, 0],
        ["T", "open", "x"],
        ["T", "date", 3],
        ["TD", "x"],
        ["p", 3],
        ["B", 0],
        ["U", [2], 1],
        ["U", [-1], 1],
        ["K", "open", None],
        ["K", "Counter", None, 1],
        ["n", "x.y", ["a"], 1],
        ["n", "P", ["__class__"], 1],
        ["n", "P", ["a", "b"], 1],
        ["b", "open"],
        ["b", "__import__"],
        ["b", 3],
        ["C", 3],
        ["h", "x", "y"],
        ["h", 1],
        ["f"],
        ["M", ["l"]],
        ["g", 0, "f"],
        ["x", "ValueError"],
        ["G", "PCG64", None],
        ["R", None],
    ],
)
def test_a_tree_of_another_form_is_malformed(tree):
    """No tag, index, name or count is taken on trust; what only the grader sends is no value."""
    with pytest.raises(Malformed):
        read(tree)


def test_a_tree_that_nests_too_deeply_is_malformed():
    """Depth is bounded before Python's own recursion limit."""
    tree = 1
    for _ in range(300):
        tree = ["l", tree]
    with pytest.raises(Malformed):
        read(tree)


def test_random_trees_give_plain_values_or_malformed():
    """Nothing else comes out of a decoder, whatever the tree."""
    rng = random.Random(4)
    tags = [*READERS, "?", None, 3]
    plain = (type(None), bool, int, float, str, list, tuple, set, frozenset, dict)

    def tree(depth):
        if depth > 3 or rng.random() < 0.3:
            return rng.choice([None, True, -1, 0, 1, 2.5, "x", "int", "date", "Counter", {}, []])
        return [rng.choice(tags), *(tree(depth + 1) for _ in range(rng.randint(0, 3)))]

    outcomes = {True: 0, False: 0}
    for _ in range(20_000):
        try:
            value = read(tree(0), [np.ones(2), b"x"])
        except Malformed:
            outcomes[False] += 1
        else:
            outcomes[True] += 1
            assert isinstance(value, plain) or type(value).__module__ in (
                *("builtins", "numpy", "collections", "decimal", "fractions", "datetime", "pathlib"),
                *(__name__, "autograder.suites.codec"),
            )
    assert min(outcomes.values()) > 1000


@pytest.mark.parametrize(
    "changed",
    [[[5, ["l", 1]]], [[0, ["d", [1, 2]]]], [[0, 3]], [[1, ["a", 0]]], [[0]], [3], [["0", ["l"]]]],
)
def test_a_change_of_another_form_changes_nothing(changed):
    """A list stays a list and an array keeps shape and type; an index that was not handed out is malformed."""
    mine, array = [1, 2], np.zeros(2)
    with pytest.raises(Malformed):
        carry_back(Decoder(NoWorld(), [np.ones(3)], [mine, array]), changed)

    assert mine == [1, 2]
    assert array.tolist() == [0, 0]


def test_what_a_test_passes_is_data_or_refused_by_its_type():
    """An object of the suite's own is named, not pickled."""

    class Own:
        pass

    with pytest.raises(Uncrossable, match="Own"):
        Encoder(NoWorld()).write([1, {"a": Own()}])


def test_a_class_that_is_described_gets_no_special_method_by_a_methods_name():
    """A worker that lists `__eq__` or `__array__` among the methods does not come to answer comparisons."""
    names = ["fine", "__eq__", "__lt__", "__sub__", "__array__", "__float__", "__class__", "_far", "no name"]
    told = {"name": "C", "qualname": "C", "module": "m", "doc": None, "bases": [], "hashable": True, "exception": False}
    made = local_class(NoWorld(), "m:C", told | {"methods": names, "specials": ["__array__", "__getattribute__"]}, ())

    assert {"fine"} == set(names) & set(vars(made))
    assert made.__getattribute__ is object.__getattribute__
