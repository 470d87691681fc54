"""Text in the layout of Wikitext-2 as numbers: tokens, vocabulary, blocks. Given; part 8 of cse599i-hw1."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np

END, UNKNOWN, PADDING = "<eos>", "<unk>", "<pad>"
SPLITS = ("train", "valid", "test")


class Corpus(NamedTuple):
    """The three texts as arrays of token numbers, and `tokens`, how many different numbers there are."""

    train: np.ndarray
    valid: np.ndarray
    test: np.ndarray
    tokens: int


def tokenise(text: str) -> list[str]:
    """The words of a text between white space, and <eos> after every line, an empty one too."""
    lines = text.split("\n")
    if not lines[-1]:  # what stands behind the last newline is no line
        lines.pop()
    return [word for line in lines for word in (*line.split(), END)]


def vocabulary(words: Iterable[str]) -> dict[str, int]:
    """A number for each different word, in the order in which they first appear, and the last one for <pad>."""
    numbers = {word: n for n, word in enumerate(dict.fromkeys(words))}
    return numbers | {PADDING: len(numbers)}


def encode(words: list[str], numbers: dict[str, int]) -> np.ndarray:
    """The words as numbers (N,), int64; a word without a number counts as <unk>.

    Raises ValueError for such a word where the vocabulary has no <unk>.
    """
    unknown = numbers.get(UNKNOWN)
    found = [numbers.get(word, unknown) for word in words]
    if None in found:
        raise ValueError(f"{words[found.index(None)]!r} is not in the training text, and neither is {UNKNOWN}")
    return np.array(found, dtype=np.int64)


def read_corpus(folder: Path) -> Corpus:
    """The corpus in a folder's train.txt, valid.txt and test.txt, UTF-8.

    Raises FileNotFoundError with what to do where one of them is missing.
    """
    missing = [f"{name}.txt" for name in SPLITS if not (folder / f"{name}.txt").is_file()]
    if missing:
        raise FileNotFoundError(f"{', '.join(missing)} must lie in {folder}: put the corpus there, or choose another")
    return corpus_of({name: (folder / f"{name}.txt").read_bytes().decode("utf-8") for name in SPLITS})


def corpus_of(texts: dict[str, str]) -> Corpus:
    """The corpus of three texts, by the names in SPLITS; the vocabulary is that of the training text."""
    words = {name: tokenise(texts[name]) for name in SPLITS}
    numbers = vocabulary(words["train"])
    return Corpus(*(encode(words[name], numbers) for name in SPLITS), tokens=len(numbers))


def blocks(tokens: np.ndarray, context: int) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and targets, (B, context) each, B = floor((N - 1) / context): a target is the token after its input.

    What is left at the end of the text belongs to no block.
    """
    count = (len(tokens) - 1) // context
    cut = count * context
    return tokens[:cut].reshape(count, context), tokens[1 : cut + 1].reshape(count, context)
