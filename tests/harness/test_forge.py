"""Corpus entries that are made by code: the forger gets the right run's files, and what it makes is handed in."""

from pathlib import Path

import pytest

from autograder.audit.corpus import read_corpus
from autograder.errors import UsageError
from autograder.manifest import Homework, Limits, Problem

FORGE = """
def cut(files, name, count):
    return files | {name: files[name][:count]}


def rename(files):
    return {"model.pt": files["model.safetensors"]}


def nothing(files):
    return dict(files)
"""
RIGHT = {"model.safetensors": b"weights", "log.csv": b"epoch\n1\n"}


@pytest.fixture
def entry_of(tmp_path):
    """Reads a corpus of one entry with these lines in its table."""
    limits = Limits(1, 1, 1, 1)
    problem = Problem(
        "run", "w/7/model.safetensors", ("artifact",), (), None, limits, kind="artifact", beside=("log.csv",)
    )
    homework = Homework("tiny-hw", "", "", (), {"run": problem}, {}, False, 60.0, tmp_path)
    for path, source in homework.sources_of(problem).items():
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_bytes(RIGHT[Path(path).name])
    corpus = tmp_path / "tests" / "corpus" / "tiny_hw"
    corpus.mkdir(parents=True)
    (corpus / "forge.py").write_text(FORGE)

    def read(line):
        (corpus / "expected.toml").write_text(f'[mutant_a]\nwhy = "it is wrong"\nproblem = "run"\n{line}\n')
        return read_corpus(homework)["mutant_a"].files

    return read


def test_without_a_forger_the_right_run_is_handed_in(entry_of):
    """The reference's files lie where students' do."""
    assert entry_of("") == {f"w/7/{name}": data for name, data in RIGHT.items()}


def test_what_the_forger_makes_is_handed_in(entry_of):
    """Its further arguments are those of the entry; a file that it leaves out is not there."""
    assert entry_of('forge = ["cut", "log.csv", 3]') == {"w/7/model.safetensors": b"weights", "w/7/log.csv": b"epo"}
    assert entry_of('forge = ["rename"]') == {"w/7/model.pt": b"weights"}


def test_a_forger_that_changes_nothing_is_refused(entry_of):
    """A mutant that is the right run would claim what is not so."""
    with pytest.raises(UsageError, match="nothing changed nothing"):
        entry_of('forge = ["nothing"]')
