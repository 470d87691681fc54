"""Part 8a: the forward pass of a transformer block, in float64 and float32, with masks, gradients and dropout."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.kit import T32, Tolerance, as_array, as_tuple, assert_cells, assert_close, assert_that, fresh_seeds
from tests.properties.cse599i_hw1.draw_transformer import call_of, calls

SMALL = (7, (2, 6, 2, 5), 4, 3, "causal")  # heads 2, d 6, k 2, m 5, T 4, B 3
GRADIENT = Tolerance(1e-8, 1e-7, "sums over a batch in float64")
STILL = Tolerance(1e-12, 1e-12, "nothing that the output depends on has changed")
ON = 1e-6  # how far from an output that dropout can give a value may lie
DRAWS = 4000
DROPOUTS = ("dropoutatt", "dropout1", "dropoutfc", "dropout2")


def test_small_case_and_shapes(student, reference):
    """A block with two heads comes out right in float64 and float32, alone and for one place."""
    call = call_of(*SMALL)
    right = reference.block_forward(*call)
    assert_close(student.block_forward(*call), right, what="the output")
    assert_close(student.block_forward(*call, "float32"), right, what="the output in float32", tol=T32)
    single = call._replace(x=call.x[:1], mask=call.mask[:1, :1])
    assert_close(student.block_forward(*single), reference.block_forward(*single), what="the output for one place")


@settings(max_examples=40)
@given(case=calls(), wide=calls(min_d=5, min_t=4))
def test_output_matches_reference(student, reference, case, wide):
    """The output agrees with the definition for blocks of many sizes, in float64 and in float32."""
    call = call_of(*case)
    assert_close(student.block_forward(*call), reference.block_forward(*call), what="the output")
    call = call_of(*wide)
    found = student.block_forward(*call, "float32")
    assert_close(found, reference.block_forward(*call), what="the output in float32", tol=T32)


@settings(max_examples=20)
@given(case=calls(min_t=4, min_d=3, kinds=("causal",)), other=calls(min_t=4, min_d=3, kinds=("band", "numbers")))
def test_mask_is_honoured(student, reference, case, other):
    """Behind a causal mask the future changes nothing; bands and numbers in the mask act as they should."""
    call = call_of(*case)
    s = len(call.x) // 2
    later = call.x.copy()
    later[s:] = 1 - later[s:] * 2
    before = as_array(student.block_forward(*call), call.x.shape, "the output")
    after = as_array(student.block_forward(*call._replace(x=later)), call.x.shape, "the output")
    assert_close(after[:s], before[:s], what="the output before the change", tol=STILL)
    assert_that(bool((np.abs(after[s:] - before[s:]) > 1e-9).any()), "the output does not depend on x")
    call = call_of(*other)
    assert_close(student.block_forward(*call), reference.block_forward(*call), what="the output")


@settings(max_examples=15)
@given(case=calls(min_t=3, min_d=3), seed=st.integers(0, 5))
def test_texts_of_a_batch_do_not_mix(student, case, seed):
    """A batch in another order gives the outputs in that order, and a text alone what it gives in the batch."""
    call = call_of(*case)
    call = call._replace(x=np.concatenate([call.x, call.x * 0.5 + 1], axis=1))
    B = call.x.shape[1]
    whole = as_array(student.block_forward(*call), call.x.shape, "the output")
    order = (np.arange(B) * (B - 1) + seed) % B
    turned = student.block_forward(*call._replace(x=call.x[:, order]))
    assert_close(turned, whole[:, order], what="the output of the batch in another order")
    alone = student.block_forward(*call._replace(x=call.x[:, -1:]))
    assert_close(alone, whole[:, -1:], what="the output of the last text alone")
    assert_that(bool((np.abs(whole[:, 0] - whole[:, B // 2]) > 1e-9).any()), "two different texts have one output")


@settings(max_examples=15)
@given(case=calls(min_t=3, min_d=3))
def test_gradients_match_reference(student, reference, case):
    """The output is differentiable in x and in all twelve parameters, with the right gradients."""
    call = call_of(*case)
    direction = np.cos(np.arange(call.x.size)).reshape(call.x.shape).round(3)
    found = student.block_gradients(*call, direction)
    for name, right in reference.block_gradients(*call, direction).items():
        assert_close(found[name], right, what=f"the gradient in {name}", tol=GRADIENT)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_dropout_is_where_it_belongs(student, reference, seed):
    """With dropout 1/2 in one of the four modules the outputs are those that it can give, each as often as it must."""
    call = call_of(seed, (2, 4, 3, 5), 3, 1, "causal")
    rest = (call.x[:, 0], call.mask)
    for where in DROPOUTS:
        found = student.block_draws(call.sizes, call.weights, *rest, where, DRAWS, seed)
        draws = as_array(found, (3, DRAWS, 4), "the outputs")
        law = reference.dropout_law(call.sizes, call.weights, *rest, where)
        for t, (outputs, p) in enumerate(law):
            distance = np.abs(draws[t][:, None, :] - outputs).max(axis=2)  # (DRAWS, A)
            off = float(distance.min(axis=1).max())
            assert_that(off <= ON, f"no dropout by {where} gives this output", got=f"{off:.3g} away at place {t}")
            assert_cells(distance.argmin(axis=1), p, what=f"the output at place {t} with {where}")


@settings(max_examples=4)
@given(case=calls(min_t=3, min_d=3), other=calls(min_t=4, min_d=3))
def test_evaluation_is_deterministic(student, reference, case, other):
    """In evaluation mode nothing is dropped, a block keeps nothing from call to call, and it has no new parameters."""
    call, second = call_of(*case), call_of(*other)
    width = (call.x.shape[2],)
    x = np.resize(second.x, (*second.x.shape[:2], *width))
    places = np.arange(len(call.x))
    nearer = -np.abs(np.subtract.outer(places, places)).astype(float)
    inputs = [(call.x, call.mask), (x, second.mask), (call.x, nearer), (call.x, call.mask)]
    found = as_tuple(student.block_forward_many(call.sizes, call.weights, inputs, 0.5), 4, "the outputs")
    right = reference.block_forward_many(call.sizes, call.weights, inputs, 0.5)
    for i, output in enumerate(found):
        assert_close(output, right[i], what=f"the output of call {i + 1} of one block")
    shapes = {name: list(value.shape) for name, value in call.weights.items()}
    assert_that(student.block_shapes(call.sizes) == shapes, "the block has other parameters than the template's")
