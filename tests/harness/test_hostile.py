"""The hostile corpus: whatever a submission tries, it gets the results it must, nothing leaks and nothing stays."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness import hostile
from tests.harness.hostile import FULL, Entry, Lab, entries, examine, invalid, materialise

ENTRIES = entries()
CATALOGUE = set(range(1, 87))
SAMPLE = [entry for entry in ENTRIES if entry.ci]  # the rest is run by `make hostile`


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """A project with secrets planted in it, and a grader for it."""
    found = Lab(Path(tempfile.mkdtemp(prefix="gradelbo-lab-")))
    yield found
    found.close()


@pytest.mark.parametrize("entry", SAMPLE, ids=lambda entry: entry.name)
def test_a_hostile_submission_gets_what_it_must(entry, lab):
    """Points, sentences, valid results, no secret, no trace, and a right submission graded as ever afterwards."""
    if reason := hostile.runnable(entry):
        pytest.skip(reason)

    assert lab.run(entry).faults == ()


def test_every_row_of_the_catalogue_has_a_submission():
    """The catalogue's 86 attacks and faults are all tried."""
    assert {entry.row for entry in ENTRIES} >= CATALOGUE


def test_every_file_of_the_corpus_is_used():
    """No file lies in the corpus that no entry hands in."""
    used = {name for entry in ENTRIES for name in (entry.moments, entry.shapes, entry.folder) if name}
    lying = {path.name for path in hostile.CORPUS.iterdir()} - {"expected.toml", "makers.py", "__pycache__"}

    assert used == lying


def test_every_file_of_the_corpus_says_what_it_tries():
    """The first line of a hostile file names its row."""
    sources = {entry.name: hostile.CORPUS / entry.moments for entry in ENTRIES if entry.moments}
    silent = [name for name, path in sources.items() if not path.read_text().startswith("# Row ")]

    assert silent == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda r: r["tests"].pop(), "rows"),
        (lambda r: r["tests"][0].update(score=9), "9 of 4"),
        (lambda r: r.update(score=100), "not the sum"),
        (lambda r: r["tests"][0].update(output="\x1b[2J"), "control characters"),
        (lambda r: r["tests"][0].update(output_format="html"), "html"),
        (lambda r: r["tests"][0].update(output="x" * 100_001), "100001 characters"),
        (lambda r: r["extra_data"].update(internal=True), "fallback"),
    ],
)
def test_the_check_of_results_bites(change, fault):
    """Results that Gradescope would not take, or that lack a part, are found out."""
    results = sample_results()
    assert invalid(results) == []
    change(results)

    assert any(fault in found for found in invalid(results))


@pytest.mark.parametrize("word", ["BREACH", hostile.CANARIES["bank"], "FORGED"])
def test_a_leak_is_found_wherever_it_stands_in_the_results(word):
    """A canary or a forbidden word anywhere in the text is a fault."""
    results = sample_results()
    results["tests"][1]["extra_data"] = {"verdicts": {"matches_reference": word}}
    entry = Entry("x", 0, "", FULL, never=("FORGED",))

    assert any("stands in the results" in fault for fault in examine(entry, hostile.json.dumps(results))[1])


def test_a_stray_file_and_a_changed_submission_are_found(lab, tmp_path):
    """The eye on traces sees a file in a shared folder and a touched file of the submission."""
    stray = Path("/tmp/gradelbo-hostile-of-the-test-itself")
    folder = materialise(Entry("x", 0, "", FULL), tmp_path / "x", lab.project, lab.right)
    before = hostile.signature(folder)
    (folder / "src" / "moments.py").chmod(0o777)
    stray.touch()
    try:
        assert stray in hostile.strays(set())
    finally:
        stray.unlink()
    assert hostile.signature(folder) != before


def sample_results() -> dict:
    """Valid results of a right submission."""
    tests = [{"number": n, "name": n, "score": FULL[n], "max_score": FULL[n], "output": "ok"} for n in FULL]
    return {"score": 9.0, "tests": [*tests, {"number": "3", "name": "3"}], "extra_data": {}}
