"""Likeness of hand-ins: copies rank before independent work in any dress; the template counts for nothing."""

import os
import random
import re

import pytest

from autograder.course.export import open_export
from autograder.course.fingerprinting import take_prints
from autograder.course.ledger import Entry
from autograder.course.similarity import fingerprints, pairs
from tests.harness.course.conftest import PINS

LOOP = b'''
import numpy as np

def e_step(x, weights, means, covs):
    """Responsibilities."""
    n, k = len(x), len(weights)
    w = np.zeros((n, k))
    for i in range(n):
        for j in range(k):
            d = x[i] - means[j]
            w[i, j] = weights[j] * np.exp(-0.5 * d @ np.linalg.solve(covs[j], d)) / np.sqrt(np.linalg.det(covs[j]))
        w[i] /= w[i].sum()
    return w
'''
LOGS = b"""
from scipy.special import logsumexp
from scipy.stats import multivariate_normal as mvn

def e_step(x, weights, means, covs):
    logs = [np.log(p) + mvn(m, c).logpdf(x) for p, m, c in zip(weights, means, covs)]
    table = np.stack(logs, axis=1)
    return np.exp(table - logsumexp(table, axis=1, keepdims=True))
"""
EINSUM = b"""
import numpy

def e_step(x, weights, means, covs):
    centred = x[:, None, :] - means[None]
    inverse = numpy.linalg.inv(covs)
    square = numpy.einsum("nki,kij,nkj->nk", centred, inverse, centred)
    value = numpy.log(weights) - square / 2 - numpy.linalg.slogdet(covs)[1] / 2
    value -= value.max(axis=1, keepdims=True)
    return numpy.exp(value) / numpy.exp(value).sum(axis=1, keepdims=True)
"""
TEMPLATE = b"""
def main(path):
    data = load(path, delimiter=",", skip_header=True)
    for trial in range(3):
        result = run(data[:, :2], seed=trial, verbose=False, tolerance=1e-3)
        plot(result, f"figure {trial}", colours=["red", "green", "blue"], size=(8, 6))
    return result
"""


def renamed(source):
    """Other names for everything that has one."""
    for old, new in ((b"e_step", b"q"), (b"weights", b"pi"), (b"means", b"mu"), (b"covs", b"s"), (b"w", b"r")):
        source = re.sub(rb"\b" + old + rb"\b", new, source)
    return source


def commented(source):
    """Comments, blank lines and a docstring of one's own."""
    return source.replace(b"\n    ", b"\n    # entirely my own work\n\n    ").replace(b"Responsibilities", b"Mine")


def padded(source):
    """Code that is never run, before and behind."""
    return b"def unused(a):\n    return [b * 2 for b in a if b > 3]\n" + source + b"\n\nprint('done')\n"


DRESSES = {"renamed": renamed, "commented": commented, "padded": padded, "all": lambda s: padded(commented(renamed(s)))}


@pytest.mark.parametrize("dress", DRESSES)
@pytest.mark.parametrize("source", [LOOP, LOGS, EINSUM])
def test_a_copy_stays_one_in_any_dress(source, dress):
    """Renaming, comments and dead code hide nothing: the copy leads the list, far before independent work."""
    others = {f"own{i}": fingerprints([other]) for i, other in enumerate({LOOP, LOGS, EINSUM} - {source})}
    prints = {"a": fingerprints([source]), "b": fingerprints([DRESSES[dress](source)]), **others}
    first, *rest = pairs(prints, least=0.0)

    assert {first.first, first.second} == {"a", "b"}
    assert first.score > 0.55
    assert all(pair.score < 0.2 for pair in rest)


def test_the_template_counts_for_nothing():
    """What was handed out is nobody's work: alike in that alone is not alike at all."""
    prints = {
        name: fingerprints([TEMPLATE + own], [TEMPLATE]) for name, own in (("a", LOOP), ("b", LOGS), ("c", EINSUM))
    }

    assert pairs(prints, least=0.1) == []
    assert pairs({name: fingerprints([TEMPLATE + own]) for name, own in (("a", LOOP), ("b", LOGS))}, least=0.1) != []


def test_what_everybody_writes_counts_little():
    """In a class in which most use the same loop, two who share something rare stand out."""
    rare = b"\n\ndef extra(a, b):\n    return (a - b) ** 2 / (a + b + 1e-12) + abs(a * b - 7) ** 0.5 + a // (b + 3)\n"
    prints = {f"s{i}": fingerprints([LOOP + f"\nx{i} = {i}\n".encode()]) for i in range(10)}
    prints |= {"a": fingerprints([LOOP + rare]), "b": fingerprints([LOOP + rare])}

    assert [(pair.first, pair.second) for pair in pairs(prints)] == [("a", "b")]


def test_the_list_is_the_same_in_any_order():
    """Ranks follow from the hand-ins alone."""
    items = [
        (f"s{i}", fingerprints([source])) for i, source in enumerate([LOOP, renamed(LOOP), LOGS, padded(LOGS), EINSUM])
    ]
    shuffled = items[:]
    random.Random(3).shuffle(shuffled)

    assert pairs(dict(items), least=0.0) == pairs(dict(shuffled), least=0.0)


@pytest.mark.parametrize(
    "source", [b"def f(:", b"\0\0", b"(" * 5000, b"x = " + b"-" * 100_000 + b"1", b"\xff\xfe", b""]
)
def test_what_cannot_be_read_has_no_prints(source):
    """Broken and hostile files are like nothing, and end nothing."""
    assert fingerprints([source]) == {}
    assert pairs({"a": fingerprints([source]), "b": fingerprints([source])}) == []


def test_prints_are_kept_with_the_run(ledger, tiny, tmp_path):
    """Every content of a run is taken once, and is there for the classes of later years."""
    for name, source in (("a", LOOP), ("b", renamed(LOOP)), ("c", b"def f(:")):
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "moments.py").write_bytes(source)
    export = open_export(tmp_path / "in")
    run = ledger.begin("k", PINS, "rubric", "export")
    for handin in export.handins:
        ledger.enter(run, Entry(handin, export.digest(handin.id), "internal", "x", None, None))

    assert take_prints(ledger, run, export, tiny, 1) == []
    prints = {handin.id: ledger.prints("tiny-hw", export.digest(handin.id)) for handin in export.handins}
    assert [(pair.first, pair.second) for pair in pairs(prints)] == [("a", "b")]
    assert prints["c"] == {}


@pytest.fixture
def class_of(ledger, tmp_path):
    """A run of a folder with these files, one a hand-in, and the folder as an export."""

    def make(files):
        for name, source in files.items():
            (tmp_path / "in" / name).mkdir(parents=True, exist_ok=True)
            (tmp_path / "in" / name / "moments.py").write_bytes(source)
        export = open_export(tmp_path / "in")
        run = ledger.begin("k", PINS, "rubric", "export")
        for handin in export.handins:
            ledger.enter(run, Entry(handin, export.digest(handin.id), "internal", "x", None, None))
        return run, export

    return make


def test_prints_are_of_the_files_that_were_graded(ledger, tiny, tmp_path, class_of):
    """Under an id a later export may have other files: they are not taken for those of the run, and that is told."""
    run, export = class_of({"a": LOOP, "b": LOGS})
    digest = export.digest("a")
    (tmp_path / "in" / "a" / "moments.py").write_bytes(EINSUM)
    notes = take_prints(ledger, run, open_export(tmp_path / "in"), tiny, 1)

    assert ledger.prints("tiny-hw", digest) is None
    assert ledger.prints("tiny-hw", export.digest("b")) == fingerprints([LOGS])
    assert notes == ["a has no fingerprint: its files in in are not those that run 1 graded"]


def test_a_fault_leaves_no_prints(ledger, tiny, class_of, monkeypatch):
    """Who could not be looked at is not kept as one who wrote nothing: the next time it is tried again."""
    run, export = class_of({"a": LOOP})
    with monkeypatch.context() as broken:
        broken.setattr("autograder.course.fingerprinting.fingerprints", lambda *_: os._exit(1))
        assert "has no fingerprint" in take_prints(ledger, run, export, tiny, 1)[0]

    assert ledger.prints("tiny-hw", export.digest("a")) is None
    assert take_prints(ledger, run, export, tiny, 1) == []
    assert ledger.prints("tiny-hw", export.digest("a")) == fingerprints([LOOP])


def test_who_is_not_in_the_export_is_told(ledger, tiny, tmp_path, class_of):
    """An export of something else takes no prints, and says so."""
    run, _ = class_of({"a": LOOP, "b": LOGS})
    (tmp_path / "other" / "c").mkdir(parents=True)

    assert take_prints(ledger, run, open_export(tmp_path / "other"), tiny, 1) == [
        "2 hand-ins of run 1 are not in other: no fingerprints"
    ]
