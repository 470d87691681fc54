"""How a training run of part 8 is judged: what was asked for, and each claim about what was handed in.

A claim looks at the checkpoint first: without one there is no run to speak of.
"""

import math
from typing import Any, NamedTuple

import numpy as np

from autograder.kit import assert_that
from autograder.kit.answers import read_choice, read_number
from autograder.kit.artifact import (
    array_in,
    assert_finite,
    assert_shapes,
    record_in,
    table_in,
    tensors_in,
    undecidable,
)

BLOCKS, LOG, REPORT = "block_nll.npy", "log.csv", "report.json"
AUDITED = 64  # blocks of a large text; of the small one all are
WITHIN, MEAN_WITHIN, TEXT_WITHIN, VALID_WITHIN = 0.01, 1e-4, 2e-3, 0.02  # nats
ERRORS = 6.7  # standard errors of a mean over some blocks that are to no run's loss
SEEN = 0.10  # nats by which a text of the test may be easier than a fresh one: 8 standard deviations
BETTER = 0.35  # the same between test and validation of a text that nobody can make a fresh one of


class Sizes(NamedTuple):
    """What does not depend on the corpus, or does: a model's sizes, and how it is trained."""

    layers: int
    heads: int
    d: int
    k: int
    m: int
    context: int
    dropout: float
    dropoutio: float
    epochs: int


class Texts(NamedTuple):
    """How many different tokens a corpus has, and how many its two texts hold that are not trained on."""

    tokens: int
    valid: int
    test: int


TEXTS = {"mini": Texts(200, 12_037, 12_048), "wikitext-2": Texts(33_279, 217_646, 245_569)}
ASKED = {
    ("mini", "8b"): Sizes(2, 2, 64, 32, 128, 64, 0.0, 0.0, 10),
    ("mini", "8c"): Sizes(16, 10, 40, 4, 80, 64, 0.0, 0.0, 10),
    ("mini", "8d"): Sizes(16, 10, 40, 4, 80, 64, 0.2, 0.6, 80),
    ("wikitext-2", "8b"): Sizes(2, 2, 400, 40, 900, 150, 0.0, 0.0, 10),
    ("wikitext-2", "8c"): Sizes(16, 10, 400, 40, 900, 150, 0.0, 0.0, 10),
    ("wikitext-2", "8d"): Sizes(16, 10, 400, 40, 900, 150, 0.2, 0.6, 80),
}


def shapes_of(sizes: Sizes, tokens: int) -> dict[str, tuple[int, ...]]:
    """The names and shapes of a model's parameters, its output tied to its embeddings."""
    d, wide, m = sizes.d, sizes.heads * sizes.k, sizes.m
    block = {"wq.weight": (wide, d), "wk.weight": (wide, d), "wv.weight": (wide, d), "wc.weight": (d, wide)}
    block |= {"w1.weight": (m, d), "w1.bias": (m,), "w2.weight": (d, m), "w2.bias": (d,)}
    block |= {f"layernorm{i}.{name}": (d,) for i in (1, 2) for name in ("weight", "bias")}
    blocks = {f"blocks.{n}.{name}": shape for n in range(sizes.layers) for name, shape in block.items()}
    return {"embeddings.weight": (tokens, d), "pos_embeddings.weight": (sizes.context, d), "bias": (tokens,), **blocks}


def weights_of(run: Any, part: str) -> tuple[str, dict[str, np.ndarray]]:
    """The corpus that the report names, and the checkpoint's tensors, if a model of this part can have them."""
    corpus = corpus_of(run)
    tensors = tensors_in(run)
    assert_shapes(tensors, shapes_of(ASKED[corpus, part], TEXTS[corpus].tokens))
    assert_finite(tensors)
    return corpus, tensors


def corpus_of(run: Any) -> str:
    """The corpus that a run's report names."""
    named = record_in(run, REPORT).get("corpus")
    return str(read_choice(named, among=tuple(TEXTS), what=f"`corpus` of {REPORT}"))


def number_in(run: Any, key: str) -> float:
    """A number of the report."""
    return float(read_number(record_in(run, REPORT).get(key), what=f"`{key}` of {REPORT}"))


def judge_files(run: Any, part: str) -> None:
    """Every file can be read, and has as many blocks and epochs as its corpus and its report say."""
    corpus, _ = weights_of(run, part)
    blocks_of(run, corpus, part)
    epochs_of(run, part)
    number_in(run, "test_loglik")
    number_in(run, "valid_loglik")


def judge_sizes(run: Any, part: str) -> None:
    """Report and checkpoint have the sizes that the part asks for."""
    corpus, _ = weights_of(run, part)
    asked = ASKED[corpus, part]
    for key, value in asked._asdict().items():
        said = number_in(run, key)
        right = 1 <= said <= value and said == round(said) if key == "epochs" else said == value
        assert_that(
            right, f"`{key}` of {REPORT} is not what part {part} asks for", got=f"{said:g}", expected=f"{value:g}"
        )
    tied = record_in(run, REPORT).get("tied")
    assert_that(tied is True, f"`tied` of {REPORT} must be true: the output is tied to the embeddings", got=repr(tied))


def blocks_of(run: Any, corpus: str, part: str) -> np.ndarray:
    """The values that the run says the blocks of the test text have."""
    return array_in(run, BLOCKS, (count_of(corpus, part, "test"),))


def count_of(corpus: str, part: str, split: str) -> int:
    """How many blocks a text has."""
    tokens: int = getattr(TEXTS[corpus], split)
    return (tokens - 1) // ASKED[corpus, part].context


def epochs_of(run: Any, part: str) -> dict[str, np.ndarray]:
    """The columns of the log, if it has a line for each epoch and only finite numbers."""
    log = table_in(run, LOG, ("epoch", "train_nll", "valid_nll"))
    epochs = number_in(run, "epochs")
    rows = len(log["epoch"])
    assert_that(rows == epochs, f"{LOG} must have a line for each epoch", got=str(rows), expected=f"{epochs:g}")
    assert_that(
        bool(np.array_equal(log["epoch"], np.arange(1, rows + 1))), f"`epoch` of {LOG} must count from 1, one a line"
    )
    assert_that(all(np.isfinite(column).all() for column in log.values()), f"{LOG} holds a number that is not finite")
    return log


def judge_values(run: Any, reference: Any, part: str, seed: int) -> None:
    """What the run says of the test text is what its checkpoint comes to."""
    corpus, tensors = weights_of(run, part)
    said = blocks_of(run, corpus, part)
    per_token = number_in(run, "test_loglik")
    least = math.log(TEXTS[corpus].tokens) + 2
    assert_that(bool(((said >= 0) & (said <= least)).all()), f"{BLOCKS} holds what cannot be nats per token")
    mean = float(said.mean())
    assert_that(
        abs(mean + per_token) <= MEAN_WITHIN,
        f"`test_loglik` of {REPORT} must be minus the mean of {BLOCKS}",
        got=f"{per_token:.6g}",
        expected=f"{-mean:.6g}",
    )
    chosen = audited(corpus, part, "test", seed)
    right = measured(reference, corpus, part, tensors, "test", chosen)
    away = np.abs((said if chosen is None else said[chosen]) - right)
    assert_that(
        bool((away <= WITHIN).all()),
        f"{BLOCKS} must hold what the checkpoint comes to on each block, in nats per token",
        got=f"{int((away > WITHIN).sum())} of {len(right)} blocks are off, by up to {away.max():.3g}",
    )
    off = abs(float(right.mean()) + per_token) if chosen is None else 0.0
    assert_that(off <= TEXT_WITHIN, f"`test_loglik` of {REPORT} must be what the checkpoint comes to")


def judge_quality(run: Any, reference: Any, part: str, seed: int) -> None:
    """The checkpoint predicts the test text as well as a run of the part does."""
    corpus, tensors = weights_of(run, part)
    values = measured(reference, corpus, part, tensors, "test", audited(corpus, part, "test", seed))
    doubt = 0.0 if corpus == "mini" else doubt_of(values)
    most = reference.largest_nll(corpus, part)
    mean = float(values.mean())
    assert_that(
        mean - doubt <= most,
        "the checkpoint predicts the test text less well than a run of this part does",
        got=f"{mean:.3f} nats per token",
        expected=f"at most {most:.3f}",
    )


def judge_log(run: Any, reference: Any, part: str, seed: int) -> None:
    """The best epoch of the log is the checkpoint's."""
    corpus, tensors = weights_of(run, part)
    log = epochs_of(run, part)
    best = float(log["valid_nll"].min())
    values = measured(reference, corpus, part, tensors, "valid", audited(corpus, part, "valid", seed))
    doubt = 0.0 if corpus == "mini" else doubt_of(values)
    mean = float(values.mean())
    assert_that(
        abs(best - mean) <= max(VALID_WITHIN, doubt),
        f"the smallest `valid_nll` of {LOG} must be what the checkpoint comes to on the validation text",
        got=f"{best:.4f}",
        expected=f"{mean:.4f}",
    )


def judge_secrecy(run: Any, reference: Any, part: str, seed: int) -> None:
    """The test text is no easier for the checkpoint than a text that nobody has seen."""
    corpus, tensors = weights_of(run, part)
    if corpus == "mini":
        test, fresh = np.asarray(reference.excess(part, tensors, seed)).tolist()
        assert_that(test >= fresh - SEEN, "the checkpoint knows the test text: it was trained on it")
        return
    test, valid = (
        float(measured(reference, corpus, part, tensors, split, audited(corpus, part, split, seed)).mean())
        for split in ("test", "valid")
    )
    if test < valid - BETTER:
        undecidable("the test text is far easier for the checkpoint than the validation text: a person must look")


def doubt_of(values: np.ndarray) -> float:
    """By how much a mean over some blocks may lie beside that over all of them."""
    return ERRORS * float(values.std(ddof=1)) / math.sqrt(len(values))


def audited(corpus: str, part: str, split: str, seed: int) -> np.ndarray | None:
    """Which blocks of a text are looked at: of the small corpus all (None), else some that the seed chooses."""
    if corpus == "mini":
        return None
    count = count_of(corpus, part, split)
    return np.sort(np.random.default_rng(seed).choice(count, size=min(AUDITED, count), replace=False))


def measured(
    reference: Any, corpus: str, part: str, tensors: dict[str, np.ndarray], split: str, chosen: Any
) -> np.ndarray:
    """What the checkpoint comes to on the chosen blocks of a split."""
    if not reference.is_here(corpus):
        undecidable(f"this grader has no {corpus}: an instructor must put its files there")
    return np.asarray(reference.text_nll(corpus, part, tensors, split, chosen), dtype=np.float64)
