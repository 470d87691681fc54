"""How training runs are judged, against independent truths: the model in numpy, counts in loops, training resumed."""

import json
import math
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from rich.console import Console
from safetensors.numpy import load_file

from autograder.errors import CheckFailed, Ungraded
from reference.cse599i_hw1 import mini, runs, train
from reference.cse599i_hw1.blocks import block_forward
from reference.cse599i_hw1.corpus import Corpus, blocks, corpus_of, read_corpus
from reference.cse599i_hw1.transformer import Transformer
from tests.properties.cse599i_hw1 import judge_runs

HANDED_IN = Path(runs.__file__).parent / "handed_in"
FORGED = Path(__file__).parents[2] / "corpus" / "cse599i_hw1" / "runs"
PARTS = ("8b", "8c", "8d")
CATALOGUE = {"8b": 3.842, "8c": 3.705, "8d": 3.911}  # nats per token of the test text
LARGE = "wikitext-2"


def weights_of(part):
    """The reference's checkpoint."""
    return load_file(HANDED_IN / part / "model.safetensors")


@cache
def small_corpus():
    """The small corpus."""
    return corpus_of(mini.make_texts(mini.make_law()))


@cache
def words_of_wikitext(seed, lines):
    """A few lines in the layout of Wikitext-2."""
    rng = np.random.default_rng(seed)
    names = ["the", "of", "@-@", "@,@", "<unk>", "Valkyria", "1997", "\u30a2", "."]
    return " \n = A title = \n \n" + "".join(f" {' '.join(rng.choice(names, 40))} \n" for _ in range(lines))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with files of an instructor's, in the format of Wikitext-2."""
    found = tmp_path_factory.mktemp("wikitext-2")
    for seed, (name, lines) in enumerate([("train", 60), ("valid", 30), ("test", 40)]):
        (found / f"{name}.txt").write_bytes(words_of_wikitext(seed, lines).encode())
    return found


@pytest.fixture(scope="module")
def large(folder):
    """Weights of a model for that corpus, as wide as the part asks for."""
    torch.manual_seed(0)
    model = train.build(train.CONFIGS[LARGE, "8b"], read_corpus(folder).tokens)
    weights = {name: value.numpy() for name, value in model.state_dict().items()}
    return weights | {"embeddings.weight": weights["embeddings.weight"] / 30}  # or it would only repeat its input


def nll_by_hand(weights, config, tokens):
    """Mean -log p of each block, the whole model in numpy."""
    x, y = blocks(tokens, config.context)
    table, places = (weights[name].astype(float) for name in ("embeddings.weight", "pos_embeddings.weight"))
    mask = np.triu(np.full((config.context, config.context), -np.inf), 1)
    z = np.maximum(math.sqrt(config.d) * table[x] + places, 0).transpose(1, 0, 2)
    for n in range(config.layers):
        own = {name.split(".", 2)[2]: value.astype(float) for name, value in weights.items() if f"blocks.{n}." in name}
        z = block_forward((config.heads, config.d, config.k, config.m), own, z, mask)
    logits = z.transpose(1, 0, 2) @ table.T + weights["bias"].astype(float)
    top = logits.max(axis=-1, keepdims=True)
    logs = logits - top - np.log(np.exp(logits - top).sum(axis=-1, keepdims=True))
    return -np.take_along_axis(logs, y[..., None], axis=-1)[..., 0].mean(axis=1)


@pytest.mark.parametrize("part", PARTS)
def test_values_are_those_of_the_model_in_numpy(part):
    """What a checkpoint comes to does not depend on torch: 3 blocks of the test text in numpy."""
    config = train.CONFIGS["mini", part]
    tokens = small_corpus().test[: 3 * config.context + 1]
    by_hand = nll_by_hand(weights_of(part), config, tokens)
    found = runs.text_nll("mini", part, weights_of(part), "test", np.arange(3))

    np.testing.assert_allclose(found, by_hand, atol=2e-6)
    np.testing.assert_allclose(runs.text_nll("mini", part, weights_of(part), "test")[:3], by_hand, atol=2e-6)


@pytest.mark.parametrize("part", PARTS)
def test_the_references_runs_reach_the_catalogues_numbers(part):
    """Each is within 0.05 nats of what the catalogue measured, reports what it comes to, and is below its limit."""
    values = runs.text_nll("mini", part, weights_of(part), "test")
    report = json.loads((HANDED_IN / part / "report.json").read_text())

    assert values.mean() == pytest.approx(CATALOGUE[part], abs=0.05)
    assert report["test_loglik"] == pytest.approx(-values.mean(), abs=1e-5)
    assert values.mean() <= runs.LIMITS[part]


def test_a_run_that_saw_the_test_text_stands_out():
    """The excess over the best prediction is alike on fresh texts, and another only for a run that saw the text."""
    honest = [runs.excess("8b", weights_of("8b"), seed) for seed in range(1000, 1004)]
    spread = np.std([fresh for _, fresh in honest])
    test, fresh = runs.excess("8b", load_file(FORGED / "leaked" / "model.safetensors"), 1000)

    assert all(abs(test - fresh) < judge_runs.SEEN / 2 for test, fresh in honest)
    assert spread < judge_runs.SEEN / 4
    assert test < fresh - 2 * judge_runs.SEEN


def test_pairs_of_words_are_counted():
    """The bound for a corpus without calibration, in loops over dictionaries."""
    corpus = Corpus(np.array([0, 1, 0, 1, 2, 0]), np.array([0]), np.array([0, 1, 2, 2, 0, 2]), 4)
    single = {n: (list(corpus.train).count(n) + 1) / (len(corpus.train) + 4) for n in range(4)}
    total = 0.0
    for before, after in zip(corpus.test[:-1], corpus.test[1:], strict=True):
        pairs = [b for a, b in zip(corpus.train[:-1], corpus.train[1:], strict=True) if a == before]
        total -= math.log((pairs.count(after) + 5 * single[after]) / (len(pairs) + 5))

    assert runs.bigram_nll(corpus) == pytest.approx(total / 5, rel=1e-12)


def test_the_small_corpus_needs_more_than_pairs_of_words():
    """Its limits lie below what counting pairs comes to: the model has to look further back."""
    assert max(runs.LIMITS.values()) < runs.bigram_nll(small_corpus())


@pytest.mark.parametrize("part", PARTS)
def test_what_is_asked_for_is_what_the_trainer_trains(part):
    """Properties, which students get, repeat sizes that must be the trainer's and the corpora's."""
    for corpus in ("mini", LARGE):
        asked, config = judge_runs.ASKED[corpus, part], train.CONFIGS[corpus, part]
        assert asked._asdict() == {key: getattr(config, key) for key in asked._fields}
    tokens = small_corpus().tokens
    state = train.build(train.CONFIGS["mini", part], tokens).state_dict()
    assert judge_runs.shapes_of(judge_runs.ASKED["mini", part], tokens) == {n: tuple(v.shape) for n, v in state.items()}


def test_the_small_corpus_is_as_large_as_properties_say():
    """The counts of blocks that students' files are held to are those of the texts."""
    corpus = small_corpus()

    assert judge_runs.TEXTS["mini"] == (corpus.tokens, len(corpus.valid), len(corpus.test))


def test_models_of_the_real_corpus_have_the_catalogues_sizes():
    """15,106,679 parameters with 2 layers and 35,211,279 with 16, over 33,279 tokens."""
    for part, count in (("8b", 15_106_679), ("8c", 35_211_279)):
        shapes = judge_runs.shapes_of(judge_runs.ASKED[LARGE, part], judge_runs.TEXTS[LARGE].tokens)
        assert sum(map(math.prod, shapes.values())) == count


def test_a_corpus_of_an_instructors_is_read_and_judged(folder, large):
    """Files in Wikitext's format: blocks by number as all at once, and a limit from the training text or measured."""
    every = runs.text_nll(LARGE, "8b", large, "test", None, str(folder))
    some = runs.text_nll(LARGE, "8b", large, "test", np.array([0, 7]), str(folder))

    assert len(every) == (len(read_corpus(folder).test) - 1) // 150
    np.testing.assert_allclose(some, every[[0, 7]], atol=1e-5)
    assert every.mean() == pytest.approx(math.log(read_corpus(folder).tokens), abs=0.5)  # it has learned nothing
    assert runs.largest_nll(LARGE, "8b", str(folder)) == pytest.approx(runs.bigram_nll(read_corpus(folder)), abs=1e-6)
    (folder / "calibration.json").write_text('{"8b": 4.5}')
    assert runs.largest_nll(LARGE, "8b", str(folder)) == pytest.approx(4.5 + runs.ABOVE)


@pytest.fixture
def judged(folder, large, monkeypatch):
    """Judges a run on the instructor's corpus: `judged(claim, values=…)`; without `values` it is honest."""
    corpus = read_corpus(folder)
    texts = judge_runs.Texts(corpus.tokens, len(corpus.valid), len(corpus.test))
    monkeypatch.setitem(judge_runs.TEXTS, LARGE, texts)
    monkeypatch.setattr(judge_runs, "AUDITED", 5)
    right = runs.text_nll(LARGE, "8b", large, "test", None, str(folder))
    valid = float(runs.text_nll(LARGE, "8b", large, "valid", None, str(folder)).mean())

    def judge(claim, values=right, here=True, most=99.0, nll=None):
        report = {"corpus": LARGE, "epochs": 1, "test_loglik": -float(np.mean(values)), "valid_loglik": -valid}
        run = {
            "model.safetensors": {"tensors": large},
            "block_nll.npy": {"array": values},
            "report.json": {"record": report},
            "log.csv": {"columns": ["epoch", "train_nll", "valid_nll"], "rows": np.array([[1.0, valid, valid]])},
        }
        reference = SimpleNamespace(
            is_here=lambda corpus: here,
            largest_nll=lambda corpus, part: most,
            text_nll=nll or (lambda *asked: runs.text_nll(*asked, str(folder))),
        )
        claim(run, reference, "8b", 5)

    judge.right = right
    return judge


CLAIMS = (judge_runs.judge_values, judge_runs.judge_quality, judge_runs.judge_log, judge_runs.judge_secrecy)


@pytest.mark.parametrize("claim", CLAIMS)
def test_some_blocks_decide_about_a_large_text(judged, claim):
    """An honest run on an instructor's corpus passes each claim, from the blocks that the seed chooses."""
    judged(claim)


@pytest.mark.parametrize("claim", CLAIMS)
def test_without_the_corpus_nothing_is_decided(judged, claim):
    """A grader that lacks the texts costs nobody a point: the claim waits for a person."""
    with pytest.raises(Ungraded, match="an instructor must put its files there"):
        judged(claim, here=False)


def test_a_value_is_found_out_where_the_seed_looks(judged):
    """Of forged blocks those that are looked at are found; which they are follows from the seed alone."""
    chosen = judge_runs.audited(LARGE, "8b", "test", 5)
    edited, beside = judged.right.copy(), judged.right.copy()
    edited[chosen[0]] -= 0.2
    beside[next(n for n in range(len(beside)) if n not in chosen)] -= 0.2

    assert len(set(chosen)) == 5
    assert chosen.tolist() == judge_runs.audited(LARGE, "8b", "test", 5).tolist()
    judged(judge_runs.judge_values, beside)
    with pytest.raises(CheckFailed, match="1 of 5 blocks are off"):
        judged(judge_runs.judge_values, edited)


def test_a_limit_forgives_what_some_blocks_cannot_tell(judged):
    """A run passes unless it is above the limit by more than the blocks' own spread can explain."""
    chosen = judge_runs.audited(LARGE, "8b", "test", 5)
    values = judged.right[chosen]
    judged(judge_runs.judge_quality, most=values.mean() - 0.9 * judge_runs.doubt_of(values))
    with pytest.raises(CheckFailed, match="less well"):
        judged(judge_runs.judge_quality, most=values.mean() - 1.1 * judge_runs.doubt_of(values))


def test_a_large_text_that_is_far_too_easy_is_shown_to_a_person(judged):
    """Nobody can make a fresh Wikitext: a run that knows its test text is flagged, and not judged."""
    with pytest.raises(Ungraded, match="a person must look"):
        judged(
            judge_runs.judge_secrecy,
            nll=lambda corpus, part, weights, split, chosen: np.full(5, {"test": 3.0, "valid": 3.4}[split]),
        )


def tiny(epochs):
    """A configuration that trains in no time."""
    return train.Config(2, 2, 8, 4, 8, context=8, batch=4, epochs=epochs, first=0.0, rate=1e-2, dropout=0.2)


def test_training_goes_on_where_it_was_interrupted(tmp_path):
    """Three epochs in one go, or stopped after each: the same weights and the same log, dropout and order included."""
    corpus = small_corpus()
    corpus = corpus._replace(train=corpus.train[:400], valid=corpus.valid[:100], test=corpus.test[:100])
    quiet = Console(quiet=True)
    (tmp_path / "once").mkdir()
    (tmp_path / "resumed").mkdir()
    whole = train.train(corpus, tiny(3), 7, tmp_path / "once", "cpu", quiet)
    for epochs in (1, 2, 3):
        resumed = train.train(corpus, tiny(epochs), 7, tmp_path / "resumed", "cpu", quiet)

    for name, value in whole.state_dict().items():
        assert torch.equal(value, resumed.state_dict()[name]), name
    logs = [(tmp_path / place / "log.csv").read_text().splitlines() for place in ("once", "resumed")]
    assert logs[0] == logs[1]
    assert len(logs[0]) == 4


def test_a_run_hands_in_what_the_grader_finds(tmp_path):
    """Weights are rounded before anything is measured: values, report and log fit the file to the last digit kept."""
    corpus = small_corpus()
    corpus = corpus._replace(train=corpus.train[:2000])
    config = train.CONFIGS["mini", "8b"]._replace(epochs=1)
    model = train.train(corpus, config, 0, tmp_path, "cpu", Console(quiet=True))
    report = train.report(model, corpus, config, {"corpus": "mini", "seed": 0}, tmp_path)
    weights = load_file(tmp_path / "model.safetensors")

    assert {str(value.dtype) for value in weights.values()} == {"float16"}
    found = runs.text_nll("mini", "8b", weights, "test")
    np.testing.assert_allclose(np.load(tmp_path / "block_nll.npy"), found, atol=5e-6)
    assert report["test_loglik"] == pytest.approx(-found.mean(), abs=5e-6)
    assert json.loads((tmp_path / "report.json").read_text()) == report


def test_the_rate_rises_over_the_first_epoch():
    """From `first` in a straight line to `rate`, and no further."""
    config = train.CONFIGS[LARGE, "8b"]

    assert train.rate_at(config, 49, 100) == pytest.approx((1e-4 + 3.5e-4) / 2)
    assert [train.rate_at(config, step, 100) for step in (99, 100, 999)] == [3.5e-4] * 3


def test_the_rate_falls_over_the_last_epochs():
    """In a straight line, its last step the smallest and not nothing."""
    config = train.CONFIGS["mini", "8d"]
    found = [train.rate_at(config, step, 10) for step in (9, 639, 640, 720, 799)]

    assert found == pytest.approx([1e-3, 1e-3, 1e-3, 0.5e-3, 1e-3 / 160])


def test_an_epoch_takes_every_block_once():
    """Batches are the text's blocks in a random order, the last one shorter."""
    config = tiny(1)
    tokens = np.arange(8 * 10 + 5)
    pairs = train.batches(tokens, config, torch.Generator().manual_seed(1))

    assert [x.shape[1] for x, _ in pairs] == [4, 4, 2]
    assert sorted(int(x[0, b]) for x, _ in pairs for b in range(x.shape[1])) == list(range(0, 80, 8))
    assert all(torch.equal(y, x + 1) for x, y in pairs)


def test_the_command_trains_what_it_is_asked_for(tmp_path, monkeypatch):
    """Words become corpus, part and place; what is written is named."""
    for name, text in mini.make_texts(mini.make_law()).items():
        (tmp_path / f"{name}.txt").write_text(text[:9000])
    monkeypatch.setitem(train.CONFIGS, ("mini", "8c"), tiny(1))
    train.main(["8c", "--data", str(tmp_path), "--out", str(tmp_path / "8c"), "--seed", "3", "--device", "cpu"])

    assert {path.name for path in (tmp_path / "8c").iterdir()} == {
        "model.safetensors",
        "block_nll.npy",
        "report.json",
        "log.csv",
        "state.pt",
    }
    assert json.loads((tmp_path / "8c" / "report.json").read_text())["seed"] == 3


def test_the_model_is_the_one_that_students_are_given():
    """Runs are judged by the Transformer of the template, mask and log-softmax included."""
    torch.manual_seed(1)
    model = Transformer(6, 11, 8, 4, 8, 2, 2)
    tokens = torch.randint(0, 11, (6, 3))
    other = tokens.clone()
    other[4:] = (other[4:] + 1) % 11
    with torch.no_grad():
        found, changed = model.eval()(tokens), model(other)

    torch.testing.assert_close(found.exp().sum(-1), torch.ones(6, 3))
    torch.testing.assert_close(found[:4], changed[:4])
    assert not torch.allclose(found[4:], changed[4:])
