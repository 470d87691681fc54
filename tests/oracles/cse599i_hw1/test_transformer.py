"""The transformer block against the layer and the attention that torch has, and the numpy block against both."""

import itertools
import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from reference.cse599i_hw1 import blocks, transformer
from reference.cse599i_hw1.adapters import transformer as adapter
from tests.properties.cse599i_hw1.draw_transformer import MASKS, call_of

SIZES = ((1, 4, 4, 3), (2, 6, 3, 8), (3, 5, 2, 7), (4, 8, 2, 16))


def block_of(call):
    """The torch block with the call's weights, in evaluation mode."""
    return adapter._block(transformer, call.sizes, call.weights, 0.0, "float64").eval()


@pytest.mark.parametrize(("sizes", "kind"), list(itertools.product(SIZES, MASKS)))
def test_the_block_is_attention_and_explicit_lines(sizes, kind):
    """scaled_dot_product_attention, residuals and LayerNorms written out give the same output, in numpy as in torch."""
    call = call_of(11, sizes, 6, 3, kind)
    block, heads, k = block_of(call), sizes[0], sizes[2]
    x, mask = torch.tensor(call.x), torch.tensor(call.mask)
    q, key, v = (w(x).view(6, 3, heads, k).permute(1, 2, 0, 3) for w in (block.wq, block.wk, block.wv))
    seen = F.scaled_dot_product_attention(q, key, v, attn_mask=mask).permute(2, 0, 1, 3).reshape(6, 3, heads * k)
    u = F.layer_norm(x + block.wc(seen), x.shape[-1:], block.layernorm1.weight, block.layernorm1.bias)
    y = u + F.linear(F.relu(F.linear(u, block.w1.weight, block.w1.bias)), block.w2.weight, block.w2.bias)
    right = F.layer_norm(y, x.shape[-1:], block.layernorm2.weight, block.layernorm2.bias).detach().numpy()

    np.testing.assert_allclose(block(x, mask).detach().numpy(), right, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(blocks.block_forward(*call), right, rtol=1e-9, atol=1e-11)


def test_the_block_is_torch_s_encoder_layer_where_heads_fill_the_width():
    """With heads * k = d it is nn.TransformerEncoderLayer with ReLU and the norm after the sublayer."""
    call = call_of(3, (2, 6, 3, 8), 5, 2, "causal")
    block, layer = block_of(call), nn.TransformerEncoderLayer(6, 2, 8, 0.0, norm_first=False).double().eval()
    with torch.no_grad():
        layer.self_attn.in_proj_weight.copy_(torch.cat([block.wq.weight, block.wk.weight, block.wv.weight]))
        layer.self_attn.in_proj_bias.zero_()
        layer.self_attn.out_proj.weight.copy_(block.wc.weight)
        layer.self_attn.out_proj.bias.zero_()
        for mine, theirs in (("w1", "linear1"), ("w2", "linear2"), ("layernorm1", "norm1"), ("layernorm2", "norm2")):
            getattr(layer, theirs).load_state_dict(getattr(block, mine).state_dict())
        right = layer(torch.tensor(call.x), src_mask=torch.tensor(call.mask)).numpy()

    np.testing.assert_allclose(blocks.block_forward(*call), right, atol=1e-10)


def test_gradients_are_difference_quotients():
    """Autograd's gradients are those of central differences of the numpy block."""
    call = call_of(5, (2, 5, 2, 6), 4, 2, "band")
    direction = np.cos(np.arange(call.x.size)).reshape(call.x.shape)
    found = blocks.block_gradients(*call, direction)
    h = 1e-6
    for name in ("x", *call.weights):
        values = call.x if name == "x" else call.weights[name]
        step = np.zeros_like(values)
        step.flat[-1] = h

        def along(shift, name=name, values=values):
            moved = values + shift
            changed = call._replace(x=moved) if name == "x" else call._replace(weights=call.weights | {name: moved})
            return (blocks.block_forward(*changed) * direction).sum()

        slope = (along(step) - along(-step)) / (2 * h)
        assert found[name].flat[-1] == pytest.approx(slope, rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("where", adapter.DROPOUTS)
def test_the_law_of_dropout_is_what_torch_draws(where):
    """Every output of the torch block in training mode is one of the law's, about as often as it says."""
    call = call_of(2, (2, 4, 3, 5), 3, 1, "causal")
    rest = (call.x[:, 0], call.mask)
    draws = adapter.block_draws(transformer, call.sizes, call.weights, *rest, where, 3000, 1).numpy()
    for t, (outputs, p) in enumerate(blocks.dropout_law(call.sizes, call.weights, *rest, where)):
        distance = np.abs(draws[t][:, None, :] - outputs).max(axis=2)
        counts = np.bincount(distance.argmin(axis=1), minlength=len(p))

        assert p.sum() == pytest.approx(1)
        assert distance.min(axis=1).max() < 1e-9
        np.testing.assert_allclose(counts / 3000, p, atol=6 * math.sqrt(0.25 / 3000))


def test_the_model_gives_distributions_and_does_not_look_ahead():
    """Log-probabilities sum to one, and a later token changes nothing before it."""
    torch.manual_seed(0)
    for tied in (True, False):
        model = transformer.Transformer(8, 11, 6, 3, 9, 2, 2, tied).eval()
        tokens = torch.randint(0, 11, (8, 3))
        other = tokens.clone()
        other[5:] = (other[5:] + 1) % 11
        found, changed = model(tokens).detach(), model(other).detach()

        torch.testing.assert_close(found.exp().sum(-1), torch.ones(8, 3))
        torch.testing.assert_close(found[:5], changed[:5])
        assert not torch.allclose(found[5:], changed[5:])
