"""What training runs are judged by: the given model with the submitted weights, on texts that are ours.

A run is named by its corpus and its part; `weights` maps the names of the model's parameters to arrays. Numbers are
nats per token. Computed in float64 and rounded, so that they are the same on every machine.
"""

import hashlib
import json
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch

from reference.cse599i_hw1 import mini
from reference.cse599i_hw1.corpus import Corpus, corpus_of, encode, read_corpus, tokenise, vocabulary
from reference.cse599i_hw1.train import CONFIGS, block_nll, build

LIMITS = {"8b": 4.00, "8c": 3.95, "8d": 4.02}  # of the small corpus: the reference's own runs and a margin
ABOVE = 0.15  # of a calibrated corpus: nats above the reference's run that are allowed
DIGITS = 6
FRESH = 12_000  # tokens of a text that nobody has seen
SPLITS = ("valid", "test")


def is_here(corpus: str, folder: str = "") -> bool:
    """Whether texts of this corpus are at hand: `mini` always, another one where an instructor has put its files."""
    return corpus == "mini" or all((_place(corpus, folder) / f"{name}.txt").is_file() for name in ("train", *SPLITS))


def text_nll(corpus: str, part: str, weights: dict, split: str, chosen: "K" = None, folder: str = "") -> "K":
    """Mean -log p of the blocks of a split that are chosen by number, of all of them where None are."""
    tokens = getattr(_corpus(corpus, folder), split)
    return _nll(_Asked(corpus, part, weights, f"{split} {folder}"), tokens, chosen)


def largest_nll(corpus: str, part: str, folder: str = "") -> float:
    """What a run may have at most on the test text.

    The small corpus has limits of its own. For another the instructor's calibration.json counts, {part: nats of the
    reference's run}, and without one what counting pairs of words comes to, smoothed with five words' worth of single
    ones.
    """
    if corpus == "mini":
        return LIMITS[part]
    calibration = _place(corpus, folder) / "calibration.json"
    if calibration.is_file():
        return json.loads(calibration.read_text(encoding="utf-8"))[part] + ABOVE
    return round(bigram_nll(_corpus(corpus, folder)), DIGITS)


def excess(part: str, weights: dict, seed: int) -> "2":
    """How much worse than the best possible prediction a run is on the small test text, and on a fresh one."""
    law = _law()
    train = tokenise(_texts()["train"])
    fresh = tokenise(mini.make_text(law, np.random.RandomState(seed), FRESH))
    found = []
    for name, words in (("test", tokenise(_texts()["test"])), (f"fresh {seed}", fresh)):
        tokens = encode(words, vocabulary(train))
        nll = _nll(_Asked("mini", part, weights, "test " if name == "test" else name), tokens, None)
        found.append(nll.mean() - mini.best_nll(law, words))
    return np.round(found, DIGITS)


def bigram_nll(corpus: Corpus, prior: float = 5.0) -> float:
    """Mean -log p of the test text's pairs, from counts of the training text mixed with its single words.

    p(y | x) = (n(x, y) + prior p(y)) / (n(x) + prior), p(y) with one more for each token.
    """
    single = np.bincount(corpus.train, minlength=corpus.tokens) + 1.0
    single = single / single.sum()
    pairs = corpus.train[:-1] * corpus.tokens + corpus.train[1:]
    known, counts = np.unique(pairs, return_counts=True)
    asked = corpus.test[:-1] * corpus.tokens + corpus.test[1:]
    at = np.minimum(np.searchsorted(known, asked), len(known) - 1)
    seen = np.where(known[at] == asked, counts[at], 0)
    before = np.bincount(corpus.train[:-1], minlength=corpus.tokens)[corpus.test[:-1]]
    share = (seen + prior * single[corpus.test[1:]]) / (before + prior)
    return float(-np.log(share).mean())


class _Asked:
    """A question about a run, equal to another one when run, weights and text are."""

    def __init__(self, corpus: str, part: str, weights: dict, text: str) -> None:
        self.corpus, self.part, self.weights = corpus, part, weights
        mixed = hashlib.blake2b(f"{corpus} {part} {text}".encode())
        for name in sorted(weights):
            mixed.update(f"{name} {weights[name].dtype} {weights[name].shape}".encode() + weights[name].tobytes())
        self._key = mixed.digest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


def _nll(asked: _Asked, tokens: np.ndarray, chosen) -> np.ndarray:
    """The blocks' values, computed once for a question."""
    if chosen is None:
        return _every(asked, tokens.tobytes())
    context = CONFIGS[asked.corpus, asked.part].context
    parts = [tokens[b * context : (b + 1) * context + 1] for b in np.asarray(chosen).tolist()]
    return np.concatenate([_values(asked, part) for part in parts])


@lru_cache(maxsize=6)
def _every(asked: _Asked, tokens: bytes) -> np.ndarray:
    return _values(asked, np.frombuffer(tokens, dtype=np.int64).copy())


def _values(asked: _Asked, tokens: np.ndarray) -> np.ndarray:
    """The model of the part with these weights, in evaluation mode, on a text."""
    config = CONFIGS[asked.corpus, asked.part]
    dtype = torch.float64 if asked.corpus == "mini" else torch.float32
    model = build(config, len(asked.weights["bias"])).to(dtype)
    model.load_state_dict({name: torch.tensor(np.array(value), dtype=dtype) for name, value in asked.weights.items()})
    return np.round(block_nll(model, tokens, config.context), DIGITS)


@lru_cache(maxsize=1)
def _law() -> mini.Law:
    return mini.make_law()


@lru_cache(maxsize=1)
def _texts() -> dict:
    return mini.make_texts(_law())


@lru_cache(maxsize=2)
def _corpus(corpus: str, folder: str) -> Corpus:
    return corpus_of(_texts()) if corpus == "mini" else read_corpus(_place(corpus, folder))


def _place(corpus: str, folder: str) -> Path:
    return Path(folder) if folder else Path(__file__).parent / corpus
