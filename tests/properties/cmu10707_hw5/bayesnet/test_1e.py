"""Part 1e: the tables of complete networks along two orders; both have the same joint distribution."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import as_array, as_tuple, assert_close, fresh_seeds, rng_of
from tests.properties.cmu10707_hw5.draw_discrete import tables


@settings(max_examples=15)
@given(k=st.integers(2, 4), seed=fresh_seeds())
def test_two_orders_give_one_joint(student, reference, k, seed):
    """Along two different orders the tables agree with the reference, and their product is the joint distribution."""
    rng = rng_of(seed)
    card = rng.integers(2, 4, k)
    P = tables(rng, (int(np.prod(card)),), 2.0).reshape(card)
    order = rng.permutation(k).tolist()
    for way in (order, order[::-1]):
        found = as_tuple(student.factorise(P, way), k, "the tables")
        joint = np.ones([card[v] for v in way])
        for place, v in enumerate(way):
            shape = tuple(int(card[u]) for u in way[: place + 1])
            table = as_array(found[v], shape, f"table {v}")
            assert_close(table, reference.factorise(P, way)[v], what=f"table {v}")
            joint = joint * table.reshape(*shape, *([1] * (k - place - 1)))
        assert_close(joint.transpose(np.argsort(way)), P, what="the product of the tables")


def test_worked_example(student):
    """A joint distribution of two variables is taken apart both ways."""
    P = np.array([[0.125, 0.125], [0.25, 0.5]])
    first, second = as_tuple(student.factorise(P, [0, 1]), 2, "the tables")
    assert_close(first, np.array([0.25, 0.75]), what="p(x0)")
    assert_close(second, np.array([[0.5, 0.5], [1 / 3, 2 / 3]]), what="p(x1 | x0)")
    first, second = as_tuple(student.factorise(P, [1, 0]), 2, "the tables")
    assert_close(first, np.array([[1 / 3, 2 / 3], [0.2, 0.8]]), what="p(x0 | x1)")
    assert_close(second, np.array([0.375, 0.625]), what="p(x1)")
