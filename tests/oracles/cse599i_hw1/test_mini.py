"""The small corpus against its definition: the same bytes everywhere, Wikitext's layout, and what can be predicted."""

import hashlib
import itertools
import re
from collections import Counter
from functools import cache

import numpy as np
import pytest

from reference.cse599i_hw1 import data, mini
from reference.cse599i_hw1.corpus import blocks, corpus_of, encode, read_corpus, tokenise, vocabulary

DIGESTS = {
    "train": "eaf9ef5cd015",
    "valid": "206b0b61f202",
    "test": "047a50173eac",
}
ARTICLE = re.compile(r"( \n = \S+(?: \S+){0,2} = \n \n(?: (?:(?! = )[^\n]+) \n){2,5})")


@cache
def texts():
    """The three texts."""
    return mini.make_texts(mini.make_law())


@pytest.mark.parametrize("name", DIGESTS)
def test_a_text_is_the_same_bit_for_bit(name):
    """Thresholds were measured on these very bytes: another numpy, another machine must not change one."""
    assert hashlib.sha256(texts()[name].encode()).hexdigest()[:12] == DIGESTS[name]


def test_sizes_are_those_of_the_catalogue():
    """120k, 12k and 12k tokens to the end of an article, 199 types, and nothing unknown in the shorter texts."""
    words = {name: tokenise(text) for name, text in texts().items()}

    for name, size in mini.SIZES.items():
        assert size <= len(words[name]) < size + 400
    assert len(set(words["train"])) == 199
    assert set(words["valid"]) | set(words["test"]) <= set(words["train"])
    assert {"<eos>", "=", "@-@", "<unk>"} <= set(words["train"])


@pytest.mark.parametrize("name", DIGESTS)
def test_the_layout_is_that_of_wikitext(name):
    """A blank line, a title between equal signs, a blank line, 2 to 5 paragraphs; blanks at both ends of every line."""
    text = texts()[name]

    assert "".join(ARTICLE.findall(text)) == text


def test_what_is_handed_out_is_what_is_graded():
    """The files in the template are the texts that runs are judged on."""
    found = {path.split("/")[-1]: text for path, text in data.files().items() if path.endswith(".txt")}

    assert found == {f"{name}.txt": text for name, text in texts().items()}


def small_law(seed):
    """A law of few words, where all can be enumerated."""
    rng = np.random.RandomState(seed)
    classes = rng.randint(0, 5, size=(mini.TOPICS, mini.WORDS + 1, mini.CLASSES))
    classes[..., 0] += 1
    words = np.zeros((mini.CLASSES, mini.WORDS), dtype=np.int64)
    words[:, :3] = rng.randint(1, 4, size=(mini.CLASSES, 3))
    return mini.make_law()._replace(classes=classes, words=words)


def probability(law, words):
    """p of one article's tokens after its first, by summing over the topics; layout terms one by one."""
    number = {word: n for n, word in enumerate(law.names)}
    total = 0.0
    cut = words.index("=", 2)
    title, paragraphs = words[2:cut], " ".join(words[cut + 3 :]).split(" <eos>")[:-1]
    lines = [title, *(line.split() for line in paragraphs)]
    layout = 1 / len(mini.TITLES) / len(mini.PARAGRAPHS)
    for line in lines[1:]:
        layout *= (1 - 1 / mini.END_OF_LINE) ** (len(line) - 1) / mini.END_OF_LINE
    for topic in range(mini.TOPICS):
        share = 1.0 / mini.TOPICS
        for line in lines:
            for before, word in itertools.pairwise([None, *line]):
                row = law.classes[topic, mini.WORDS if before is None else number[before]]
                spelt = law.words[:, number[word]] / law.words.sum(axis=1)
                share *= float(row / row.sum() @ spelt)
        total += share
    return total * layout


@pytest.mark.parametrize("seed", range(4))
def test_the_best_prediction_is_the_articles_probability(seed):
    """Token by token with a belief about the topic, or all at once over the topics: the same number."""
    law = small_law(seed)
    words = tokenise(mini.make_text(law, np.random.RandomState(seed), 1))
    ends = [*words, "<eos>"]  # the blank line of the article after it, which says that it is over

    assert mini.best_nll(law, ends) * (len(ends) - 1) == pytest.approx(-np.log(probability(law, words)), rel=1e-12)


def test_articles_are_independent():
    """The nats of a text are the sum of its articles', each with the blank line that follows it."""
    law = mini.make_law()
    found = [tokenise(article) for article in ARTICLE.findall(texts()["test"])[:6]]
    joined = [word for article in found for word in article]
    parts = [mini.best_nll(law, [*article, "<eos>"]) * len(article) for article in found]

    assert mini.best_nll(law, [*joined, "<eos>"]) * len(joined) == pytest.approx(sum(parts), rel=1e-12)


def test_a_text_of_another_language_is_refused():
    """What the law cannot have made has no best prediction."""
    with pytest.raises(ValueError, match="cannot stand here"):
        mini.best_nll(mini.make_law(), ["<eos>", "=", "="])


def test_words_have_their_frequencies():
    """A long text's counts of first title words agree with the law: chi-square over the likely ones."""
    law = mini.make_law()
    first = Counter(title.split()[1] for title in re.findall(r"\n( = [^\n]*)", texts()["train"]))
    start = law.classes[:, mini.WORDS] / law.classes[:, mini.WORDS].sum(axis=-1, keepdims=True)
    expected = (start @ (law.words / law.words.sum(axis=1, keepdims=True))).mean(axis=0) * sum(first.values())
    likely = [n for n in range(mini.WORDS) if expected[n] >= 5]
    chi = sum((first[law.names[n]] - expected[n]) ** 2 / expected[n] for n in likely)

    assert chi < len(likely) + 6 * (2 * len(likely)) ** 0.5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("\n", ["<eos>"]),
        (" \n = A B = \n", ["<eos>", "=", "A", "B", "=", "<eos>"]),
        ("no newline", ["no", "newline", "<eos>"]),
        ("a\tb\xa0c\n", ["a", "b", "c", "<eos>"]),
        ("one\x85line\u2028still\n", ["one", "line", "still", "<eos>"]),
        ("12 @.@ 5 @-@ <unk> \n\n", ["12", "@.@", "5", "@-@", "<unk>", "<eos>", "<eos>"]),
    ],
)
def test_tokens_are_what_white_space_separates_and_the_ends_of_lines(text, words):
    """Every line ends in <eos>, an empty one too; only a newline ends a line."""
    assert tokenise(text) == words


def test_numbers_are_given_in_the_order_of_the_training_text():
    """The vocabulary is the training text's alone, <pad> is one more, and what is not in it is <unk>."""
    corpus = corpus_of({"train": "b a <unk>\nb\n", "valid": "a\n", "test": "c b\n"})

    assert corpus.train.tolist() == [0, 1, 2, 3, 0, 3]
    assert corpus.valid.tolist() == [1, 3]
    assert corpus.test.tolist() == [2, 0, 3]
    assert corpus.tokens == 5
    with pytest.raises(ValueError, match="'c' is not in the training text"):
        encode(["c"], vocabulary(["a"]))


@pytest.mark.parametrize(("count", "context", "found"), [(13, 4, 3), (12, 4, 2), (4, 4, 0), (5, 4, 1)])
def test_a_block_needs_a_target_for_its_last_token(count, context, found):
    """floor((N - 1) / context) blocks: a text of whole blocks has no target for its last token."""
    x, y = blocks(np.arange(count), context)

    assert x.shape == y.shape == (found, context)
    assert np.array_equal(y, x + 1)


def test_a_corpus_that_is_not_there_says_what_to_do(tmp_path):
    """An instructor's or a student's missing file is named, and where it belongs."""
    (tmp_path / "train.txt").write_text("a\n")
    with pytest.raises(FileNotFoundError, match=r"valid\.txt, test\.txt must lie in"):
        read_corpus(tmp_path)
