"""Two public-style suites give under isolation what their own runners give, on right and wrong submissions."""

import pytest

from tests.harness.suite_runs import SUITES, by_pytest, by_unittest, points, run, suite_at

BANK = (SUITES / "bank/submissions/right.py").read_text()
FILTERS = (SUITES / "filters/submissions/right.py").read_text()


def changed(text: str, *changes: tuple[str, str]) -> str:
    """The text with each of the changes made."""
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return text


BANK_WRONG = {
    "right": BANK,
    "no_check": changed(BANK, ("if amount > self.balance:", "if False:")),
    "another_exception": changed(BANK, ("raise InsufficientFunds(amount - self.balance)", "raise KeyError('funds')")),
    "missing_class": changed(
        BANK, ("class InsufficientFunds", "class Insufficient"), ("InsufficientFunds(", "Insufficient(")
    ),
    "returns_instead_of_prints": changed(BANK, ("print(name, amount)", "return f'{name} {amount}'")),
    "sorts_a_copy": changed(BANK, ("entries.sort(key", "entries = sorted(entries, key")),
    "no_str": changed(BANK, ("self.balance += amount", "self.balance += str(amount)")),
    "unequal": changed(BANK, ("def __eq__", "def equals"), ("def __hash__", "def hashed")),
    "text_only": "OPENING = 100\n" + BANK[BANK.index("def transfer") :],
}
FILTERS_WRONG = {
    "right": FILTERS,
    "same_length": changed(FILTERS, ('"valid"', '"same"')),
    "in_place": changed(FILTERS, ("return (x - x.mean()) / x.std()", "x -= x.mean()\n    x /= x.std()\n    return x")),
    "counts_twice": changed(FILTERS, ("self.used += 1", "self.used += 2")),
    "a_list": changed(FILTERS, ("yield tuple(items[i : i + width])", "yield list(items[i : i + width])")),
    "raises": changed(FILTERS, ("return np.convolve", "raise IndexError('later')\n    return np.convolve")),
    "no_attribute": changed(FILTERS, ("f.width = width", "")),
}


@pytest.mark.parametrize("name", BANK_WRONG)
def test_unittest_with_partial_credit_and_leaderboard(name, tmp_path):
    """Rows, points, visibility, numbers, tags and leaderboard are those of gradescope-utils' JSONTestRunner."""
    source = SUITES / "bank/source"
    share = "class" if name == "no_str" else "test"  # what it spoils in one test its own runner finds in the next, too
    handed_in = suite_at(tmp_path / "handed_in", ledger=BANK_WRONG[name])
    graded = run(source, handed_in, in_place=("sort_by_amount",), share=share)
    if name in ("missing_class", "text_only"):  # its own runner loses the whole file: here only who needs it fails
        assert graded.results.score > 0
        assert sum(row.max_score or 0 for row in graded.results.tests) == 28
        return
    own = by_unittest(source, tmp_path, ledger=BANK_WRONG[name])

    assert points(graded) == {row["name"]: (row.get("score"), row.get("max_score")) for row in own["tests"]}
    assert [row.name for row in graded.results.tests] == [row["name"] for row in own["tests"]]
    for mine, theirs in zip(graded.results.tests, own["tests"], strict=True):
        if mine.name != "ledger.py is there":  # its own runner looks into /autograder/submission
            assert mine.status == theirs["status"], mine.name
        assert (mine.number, mine.visibility, mine.tags) == (
            theirs.get("number", ""),
            theirs.get("visibility"),
            theirs.get("tags", []),
        )
    assert graded.results.score == own["score"]
    assert graded.results.leaderboard == own["leaderboard"]
    assert graded.results.visibility == own["visibility"]


@pytest.mark.parametrize("name", FILTERS_WRONG)
def test_pytest_with_fixtures(name, tmp_path):
    """Points and leaderboard are those of pytest in one process."""
    source = SUITES / "filters/source"
    graded = run(source, suite_at(tmp_path / "handed_in", filters=FILTERS_WRONG[name]))
    own = by_pytest(source, tmp_path, filters=FILTERS_WRONG[name])
    weighed = {test: (score, weight) for test, (score, weight, _) in own.items() if weight is not None}

    assert sum(score for score, _ in weighed.values()) == graded.results.score
    assert sorted(weighed.values()) == sorted(pair for pair in points(graded).values() if pair[1] is not None)
    assert [entry["value"] for entry in graded.results.leaderboard] == [own["test_error"][2]]


def test_the_text_of_a_failure_is_the_runners_own(tmp_path):
    """A failure reads as JSONTestRunner writes it: prefix, then what the assertion says."""
    source = SUITES / "bank/source"
    text = changed(BANK, ("int(amount)", "-int(amount)"))
    mine = {row.name: row.output for row in run(source, suite_at(tmp_path / "in", ledger=text)).results.tests}
    own = {row["name"]: row["output"] for row in by_unittest(source, tmp_path, ledger=text)["tests"] if "output" in row}

    assert mine["Lines become amounts by name"].rstrip() == own["Lines become amounts by name"].rstrip()
    assert mine["ledger.py is there"] == "all files are there"  # and this file is found where it was handed in
