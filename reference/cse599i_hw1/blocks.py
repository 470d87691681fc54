"""What the transformer properties are judged by: the block once more in numpy, and what dropout can make of it."""

import itertools
import math

import numpy as np


def block_forward(sizes, weights, x: "T B d", mask: "T T", dtype: str = "float64") -> "T B d":
    """The block's output without dropout, in float64 whatever `dtype` says."""
    return _output(sizes, weights, x, mask, {})


def block_forward_many(sizes, weights, inputs, dropout: float = 0.0, dtype: str = "float64") -> list:
    """The outputs for several (x, mask), in evaluation mode."""
    return [_output(sizes, weights, *pair, {}) for pair in inputs]


def block_gradients(sizes, weights, x: "T B d", mask: "T T", direction: "T B d") -> dict:
    """The gradients of the sum of output times direction, by torch."""
    from reference.cse599i_hw1 import transformer
    from reference.cse599i_hw1.adapters import transformer as adapter

    found = adapter.block_gradients(transformer, sizes, weights, x, mask, direction)
    return {name: gradient.numpy() for name, gradient in found.items()}


def dropout_law(sizes, weights, x: "T d", mask: "T T", where: str) -> list:
    """For every place t all outputs that dropout 1/2 in the module `where` can give, (A, d), and how probable each is.

    What is dropped at t is one of 2^b equally probable subsets: of the d or m entries at t, or of the heads' weights
    on the keys that t sees. Equal outputs are put together.
    """
    heads, d, _, m = sizes
    T = len(x)
    law = []
    for t in range(T):
        seen = np.flatnonzero(np.isfinite(mask[t]))
        bits = {"dropoutatt": heads * len(seen), "dropout1": d, "dropoutfc": m, "dropout2": d}[where]
        kept = 2.0 * np.array(list(itertools.product([0, 1], repeat=bits)))  # (2^bits, bits)
        if where == "dropoutatt":
            factor = np.ones((len(kept), heads, T, T))
            factor[:, :, t, seen] = kept.reshape(len(kept), heads, len(seen))
        else:
            factor = np.ones((T, len(kept), bits))
            factor[t] = kept
        copies = np.repeat(np.asarray(x)[:, None, :], len(kept), axis=1)
        outputs = _output(sizes, weights, copies, mask, {where: factor})[t]  # (2^bits, d)
        _, first, counts = np.unique(np.rint(outputs * 1e7), axis=0, return_index=True, return_counts=True)
        law.append((outputs[first], counts / len(kept)))
    return law


def _output(sizes, weights, x, mask, factors):
    """The output where the dropout module of each name multiplies by the factor given, else by 1."""
    heads, _, k, _ = sizes
    T, B, _ = x.shape
    w = {name: np.asarray(weights[name]) for name in weights}
    q, key, v = ((x @ w[f"{name}.weight"].T).reshape(T, B, heads, k) for name in ("wq", "wk", "wv"))
    scores = np.einsum("tbhk,sbhk->bhts", q, key) / math.sqrt(k) + mask
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares = shares / shares.sum(axis=-1, keepdims=True) * factors.get("dropoutatt", 1.0)
    seen = np.einsum("bhts,sbhk->tbhk", shares, v).reshape(T, B, heads * k)
    u = _normed(x + factors.get("dropout1", 1.0) * (seen @ w["wc.weight"].T), w, "layernorm1")
    hidden = factors.get("dropoutfc", 1.0) * np.maximum(u @ w["w1.weight"].T + w["w1.bias"], 0)
    return _normed(u + factors.get("dropout2", 1.0) * (hidden @ w["w2.weight"].T + w["w2.bias"]), w, "layernorm2")


def _normed(x, w, name):
    """LayerNorm over the last axis with the weights of this name."""
    away = x - x.mean(axis=-1, keepdims=True)
    scale = np.sqrt((away**2).mean(axis=-1, keepdims=True) + 1e-5)
    return away / scale * w[f"{name}.weight"] + w[f"{name}.bias"]
