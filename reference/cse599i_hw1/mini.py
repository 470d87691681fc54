"""A small language in the layout of Wikitext-2: texts that anyone can train on, and how well they can be predicted.

An article has one of TOPICS topics. The class of a word depends on the word before it and the topic, the word on its
class. All probabilities are whole numbers of parts, so that a text is the same, bit for bit, on every machine.
"""

from bisect import bisect_right
from itertools import accumulate
from typing import NamedTuple

import numpy as np

TOPICS, CLASSES, WORDS = 4, 12, 222
PARTS = 2000  # of a probability: what is less than half of one never happens
END_OF_LINE = 25  # one word in so many is a paragraph's last
TITLES, PARAGRAPHS = (1, 2, 3), (2, 3, 4, 5)  # words of a title, paragraphs of an article, each as probable
JOINT, UNKNOWN, TITLE, END = "@-@", "<unk>", "=", "<eos>"
LAW_SEED, TEXT_SEED = 245, 1
SIZES = {"train": 120_000, "valid": 12_000, "test": 12_000}  # tokens, to the end of an article


class Law(NamedTuple):
    """`classes` (TOPICS, WORDS + 1, CLASSES): parts by topic and word before, the last for a line's beginning.

    `words` (CLASSES, WORDS): parts by class. `names`: the words' spelling.
    """

    classes: np.ndarray
    words: np.ndarray
    names: tuple[str, ...]


def make_law(seed: int = LAW_SEED) -> Law:
    """A law of the language, drawn with numpy's frozen generator."""
    rng = np.random.RandomState(seed)
    classes = _parts(rng.dirichlet([0.1] * CLASSES, size=(TOPICS, WORDS + 1)))
    return Law(classes, _parts(rng.dirichlet([0.03] * WORDS, size=CLASSES)), (JOINT, UNKNOWN, *_names(rng)))


def make_texts(law: Law, seed: int = TEXT_SEED) -> dict[str, str]:
    """The texts for training, validation and test, by name."""
    rng = np.random.RandomState(seed)
    return {name: make_text(law, rng, size) for name, size in SIZES.items()}


def make_text(law: Law, rng: np.random.RandomState, size: int) -> str:
    """Articles of at least `size` tokens together, the ends of lines among them."""
    sums = tuple([[list(accumulate(row)) for row in topic] for topic in law.classes.tolist()])
    spelt = [list(accumulate(row)) for row in law.words.tolist()]
    lines: list[str] = []
    tokens = 0

    def line(topic: int, count: int | None) -> list[str]:
        """Words of one line, `count` of them, or as many as there come to be."""
        words: list[int] = []
        while not words or (len(words) != count if count is not None else _below(rng, END_OF_LINE) != 0):
            row = sums[topic][words[-1] if words else WORDS]
            kind = bisect_right(row, _below(rng, row[-1]))
            words.append(bisect_right(spelt[kind], _below(rng, spelt[kind][-1])))
        return [law.names[word] for word in words]

    while tokens < size:
        topic = _below(rng, TOPICS)
        title = [TITLE, *line(topic, TITLES[_below(rng, len(TITLES))]), TITLE]
        paragraphs = [line(topic, None) for _ in range(PARAGRAPHS[_below(rng, len(PARAGRAPHS))])]
        article = [[], title, [], *paragraphs]
        lines += [f" {' '.join(words)} \n" if words else " \n" for words in article]
        tokens += sum(len(words) + 1 for words in article)
    return "".join(lines)


def best_nll(law: Law, words: list[str]) -> float:
    """Nats per token that nobody can do better than: the law itself, the topic inferred from all that came before.

    `words` are the tokens of a text by `make_text`, <eos> included; its first is not predicted. Raises ValueError for
    another text.
    """
    share = law.classes / law.classes.sum(axis=-1, keepdims=True)
    table = np.log(np.maximum(share @ (law.words / law.words.sum(axis=1, keepdims=True)), 1e-300))
    number = dict(zip(law.names, range(len(law.names)), strict=True))
    belief, nats = np.full(TOPICS, -np.log(TOPICS)), 0.0
    place, before, count = _Place(), WORDS, len(words) - 1
    place.step(words[0])
    for word in words[1:]:
        nats -= np.log(place.probability(word))
        place.step(word)
        if word in (TITLE, END):
            before = WORDS
            if place.kind == "open":  # another article, another topic
                belief = np.full(TOPICS, -np.log(TOPICS))
            continue
        joint = belief + table[:, before, number[word]]
        total = np.logaddexp.reduce(joint)
        nats, belief, before = nats - total, joint - total, number[word]
    return nats / count


class _Place:
    """Where in an article's layout a token stands; what the layout alone says of the next one."""

    def __init__(self) -> None:
        self.kind, self.done = "start", 0

    def probability(self, word: str) -> float:
        """How probable it is that the next token is this mark, or, for a word, that it is a word."""
        mark = {"start": END, "open": TITLE, "shut": END, "gap": END}.get(self.kind)
        if mark is not None:
            return self._sure(word == mark, word)
        if self.kind in ("title", "first"):  # the title's words; a paragraph's first word
            stop = _hazard(TITLES, self.done) if self.kind == "title" else _hazard(PARAGRAPHS, self.done)
            ends = word == (TITLE if self.kind == "title" else END)
        else:
            stop, ends = 1 / END_OF_LINE, word == END
        return self._sure(stop if ends else 1 - stop, word)

    def step(self, word: str) -> None:
        """Goes on past a token."""
        after = {"start": "open", "open": "title", "shut": "gap", "gap": "first"}
        if self.kind in after:
            self.kind, self.done = after[self.kind], 0
        elif self.kind == "title":
            self.kind, self.done = ("shut", 0) if word == TITLE else ("title", self.done + 1)
        elif self.kind == "first":  # an empty line instead of a paragraph begins the next article
            self.kind = "open" if word == END else "line"
        elif word == END:
            self.kind, self.done = "first", self.done + 1

    def _sure(self, probability: float, word: str) -> float:
        if not probability:
            raise ValueError(f"{word!r} cannot stand here: this is no text of the language")
        return float(probability)


def _hazard(choices: tuple[int, ...], done: int) -> float:
    """How probable it is that `done` was the number that was chosen, knowing that it was no smaller one."""
    return (done in choices) / sum(choice >= done for choice in choices)


def _below(rng: np.random.RandomState, most: int) -> int:
    """A number from 0 to most - 1."""
    return int(rng.random_sample() * most)


def _parts(shares: np.ndarray) -> np.ndarray:
    """Probabilities as whole numbers of parts."""
    return np.rint(shares * PARTS).astype(np.int64)


def _names(rng: np.random.RandomState) -> list[str]:
    """Words that can be spoken, each once."""
    found: dict[str, None] = {}
    while len(found) < WORDS - 2:
        syllables = ["bcdfghklmnprstvz"[_below(rng, 16)] + "aeiou"[_below(rng, 5)] for _ in range(1 + _below(rng, 3))]
        found["".join(syllables) + ("", "n", "r", "s")[_below(rng, 4)]] = None
    return list(found)
