"""The results file: always what Gradescope takes, always whole, and never a score that does not add up."""

import json
import math
import os
import stat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.errors import InternalFault
from autograder.manifest import Part
from autograder.scoring import gradescope
from autograder.scoring.gradescope import Results, Row, clean, encode, fallback, results_of, write
from autograder.scoring.rubric import PartScore, score_homework, score_part
from autograder.scoring.verdict import Check, Failure, Verdict

FIXED = settings(max_examples=150, deadline=None, database=None, derandomize=True)
VISIBILITY = {"visible", "hidden", "after_due_date", "after_published"}
FORMATS = {"text", "html", "simple_format", "md", "ansi"}
TOP = {
    *("score", "execution_time", "output", "output_format", "test_output_format", "test_name_format"),
    *("visibility", "stdout_visibility", "extra_data", "tests", "leaderboard"),
}
TEST = {
    *("score", "max_score", "status", "name", "name_format", "number"),
    *("output", "output_format", "tags", "visibility", "extra_data"),
}


def no_constant(name):
    """NaN and Infinity are no JSON, whatever Python's reader says."""
    raise ValueError(f"{name} is not JSON")


def faults(data):
    """What Gradescope would not take in a results file, by its documented format."""
    results = json.loads(data, parse_constant=no_constant)
    tests = results.get("tests", [])
    found = [f"unknown key {key}" for key in set(results) - TOP] + ([] if tests else ["no tests"])
    found += [key for key in ("visibility", "stdout_visibility") if results.get(key, "visible") not in VISIBILITY]
    found += [key for key in ("output_format", "test_output_format") if results.get(key, "text") not in FORMATS]
    found += [f"{n}: {fault}" for n, test in enumerate(tests) for fault in row_faults(test)]
    total = sum(test.get("score") or 0 for test in tests)
    if not math.isclose(results["score"], total, abs_tol=1e-6):
        found.append(f"{results['score']} is not the sum {total}")
    return found


def row_faults(test):
    """What Gradescope would not take in one test of the results."""
    found = [f"unknown key {key}" for key in set(test) - TEST]
    score, top = test.get("score"), test.get("max_score")
    if score is not None and not (math.isfinite(score) and 0 <= score <= (math.inf if top is None else top) + 1e-9):
        found.append(f"score {score} of {top}")
    if "max_score" in test and (top is None or not math.isfinite(top)):
        found.append(f"max_score {top}")
    if test.get("status", "passed") not in ("passed", "failed"):
        found.append("status")
    if test.get("visibility", "visible") not in VISIBILITY:
        found.append("visibility")
    text = test.get("output", "")
    if len(text) > 100_000 or "\0" in text + test["name"] or not test["name"]:
        found.append("output or name")
    return found


def part(**fields):
    """A part with two properties of 2 and 1 points."""
    empty = dict.fromkeys(("core", "independent", "explains", "public", "needs"), ())
    told = {"id": "1", "title": "Part", "problem": "p", "points": 3.0, "manual": 0.0, "by_hand": ""}
    return Part(**told | empty | {"pays": {"a": 2.0, "b": 1.0}} | fields)


def scored(part, failure=None, **verdicts):
    """The part's score with these verdicts, passed where nothing is said."""
    checks = {
        name: Check(part.id, name, f"{name} holds.", verdicts.get(name, Verdict.PASSED), failure) for name in part.pays
    }
    return score_part(part, checks, {})


WRITTEN = part(id="3", pays={}, points=2.0, manual=2.0, by_hand="an essay")


@pytest.mark.parametrize("verdict", Verdict)
def test_results_are_what_gradescope_takes(tiny, verdict):
    """Whatever came of the checks, the file keeps to the documented format."""
    checks = [Check(part.id, name, "A claim.", verdict) for part in tiny.parts.values() for name in part.properties]
    scores = score_homework(tiny, checks)

    assert faults(encode(results_of(scores, notes=["a note"], extra={"gradelbo": "1"}))) == []


@FIXED
@given(
    verdicts=st.fixed_dictionaries({"a": st.sampled_from(Verdict), "b": st.sampled_from(Verdict)}),
    failure=st.none() | st.builds(Failure, *[st.text(st.characters(codec=None))] * 5, public=st.booleans()),
    notes=st.lists(st.text(st.characters(codec=None)), max_size=2),
)
def test_results_are_valid_whatever_a_student_made_the_grader_say(verdicts, failure, notes):
    """Texts with control characters, surrogates and anything else never spoil the file."""
    results = results_of([scored(part(), failure, **verdicts), scored(WRITTEN)], notes=notes)

    assert faults(encode(results)) == []


def test_every_part_has_a_row_in_order(tiny):
    """A submission that was never run still shows everything that could be earned."""
    results = results_of(score_homework(tiny, []))

    assert [row.number for row in results.tests] == ["1a", "1b", "2", "3"]
    assert [row.max_score for row in results.tests] == [4, 2, 3, None]


def test_the_score_is_the_sum_of_the_rows():
    """The total is what the student would add up."""
    results = results_of([scored(part()), scored(part(id="2"), b=Verdict.WRONG)])

    assert ([row.score for row in results.tests], results.score) == ([3, 2], 5)


def test_scores_that_binary_fractions_cannot_hold_still_add_up():
    """Tenths of points are shown as tenths."""
    results = results_of([scored(part(id=str(n), pays={"a": 0.1}, points=0.1)) for n in range(3)])

    assert json.loads(encode(results))["score"] == 0.3


@pytest.mark.parametrize(("verdict", "status"), [(Verdict.PASSED, "passed"), (Verdict.WRONG, "failed")])
def test_a_row_is_green_only_at_full_points(verdict, status):
    """One point short is shown as failed."""
    assert results_of([scored(part(), b=verdict)]).tests[0].status == status


def test_a_written_part_has_a_row_without_a_score():
    """What a person grades is announced and not counted."""
    row = results_of([scored(WRITTEN)]).tests[0]

    assert (row.score, row.max_score, row.output) == (None, None, "2 points, graded by a person: an essay")


@pytest.mark.parametrize("verdict", [Verdict.INTERNAL, Verdict.UNGRADED])
def test_an_undecided_part_has_no_score_and_is_said_to_be_our_fault(verdict):
    """A fault of the grader is never a zero, and the student learns that it is not theirs."""
    results = results_of([scored(part(), a=verdict), scored(part(id="2"))])

    assert (results.tests[0].score, results.tests[0].max_score, results.score) == (None, 3, 3)
    assert "Part 1 could not be graded" in results.output
    assert "not your fault" in results.output
    assert results.extra_data["undecided"] == ["1"]


def test_notes_and_stamps_are_kept():
    """Sentences about the submission are shown, what staff need is stored."""
    results = results_of([scored(part())], notes=["one", "two"], extra={"bank": "7f"})

    assert results.output == "one\ntwo"
    assert results.extra_data == {"bank": "7f", "undecided": []}


def test_what_a_student_prints_stays_hidden():
    """Standard output could hold inputs of hidden cases."""
    assert results_of([scored(part())]).stdout_visibility == "hidden"


def test_staff_see_the_verdict_of_every_property():
    """A row keeps its verdicts by property."""
    row = results_of([scored(part(), a=Verdict.TIMEOUT)]).tests[0]

    assert row.extra_data == {"verdicts": {"a": "timeout", "b": "passed"}}


@pytest.mark.parametrize("place", ["row", "whole"])
def test_a_long_text_is_cut_where_gradescope_would(place):
    """100 000 characters are the platform's limit."""
    long = part(pays={f"p{n}": 1.0 for n in range(500)}, points=500.0)
    verdicts = dict.fromkeys(long.pays, Verdict.WRONG)
    results = results_of([scored(long, Failure("x" * 399), **verdicts)], notes=["y" * 200_000])

    assert len(results.output if place == "whole" else results.tests[0].output) == gradescope.OUTPUT_LIMIT
    assert faults(encode(results)) == []


ROW = Row("1 Part", "1", score=0.0, max_score=1.0)
REFUSED = {
    "a total of NaN": Results(math.nan, [ROW]),
    "an infinite total": Results(math.inf, [ROW]),
    "a negative total": Results(-1.0, [Row("1 Part", "1", score=-1.0)]),
    "a total that is not the sum": Results(1.0, [ROW]),
    "a score of NaN": Results(0.0, [Row("1 Part", "1", score=math.nan)]),
    "a score of NaN with a total of NaN": Results(math.nan, [Row("1 Part", "1", score=math.nan)]),
    "an infinite score": Results(math.inf, [Row("1 Part", "1", score=math.inf)]),
    "a score above the maximum": Results(2.0, [Row("1 Part", "1", score=2.0, max_score=1.0)]),
    "a maximum of NaN": Results(0.0, [Row("1 Part", "1", score=0.0, max_score=math.nan)]),
    "an infinite maximum": Results(0.0, [Row("1 Part", "1", score=0.0, max_score=math.inf)]),
    "a time of NaN": Results(0.0, [ROW], execution_time=math.nan),
    "an infinite time": Results(0.0, [ROW], execution_time=math.inf),
    "extra data of NaN": Results(0.0, [ROW], extra_data={"x": [math.nan]}),
    "extra data that is no Unicode": Results(0.0, [ROW], extra_data={"x": "\udcff"}),
    "an unknown visibility": Results(0.0, [ROW], visibility="secret"),
    "an unknown status": Results(0.0, [Row("1 Part", "1", status="green")]),
    "a score that is true": Results(1.0, [Row("1 Part", "1", score=True)]),
    "a name that is none": Results(0.0, [Row(None, "1")]),
}


@pytest.mark.parametrize("results", REFUSED.values(), ids=REFUSED)
def test_what_breaks_the_format_is_a_fault_of_ours(results):
    """Nothing is written that Gradescope would drop or misread; the run says so instead."""
    with pytest.raises(InternalFault):
        encode(results)


CLEANED = {
    "plain": ("é Φ 𝔘 ✓ ~", "é Φ 𝔘 ✓ ~"),
    "lines": ("a\n\tb", "a\n\tb"),
    "NUL": ("\0", "\\x00"),
    "escape": ("\x1b[31m", "\\x1b[31m"),
    "carriage return": ("ok\rno", "ok\\x0dno"),
    "next line": ("\x85", "\\x85"),
}


@pytest.mark.parametrize(("text", "cleaned"), CLEANED.values(), ids=CLEANED)
def test_control_characters_are_shown_as_escapes(text, cleaned):
    """A text cannot move the cursor, forge a line or end early; letters of any language stay."""
    assert clean(text) == cleaned


@FIXED
@given(text=st.text(st.characters(codec=None)))
def test_a_cleaned_text_can_be_written(text):
    """What is left is printable Unicode in lines."""
    cleaned = clean(text)

    assert cleaned.encode().decode() == cleaned
    assert all(c.isprintable() for c in cleaned if c not in "\n\t")


ROWS = [("1a", "Mean", 4.0), ("1b", "Title\x1b\udcff", 2.0)]


@pytest.mark.parametrize("sentence", ["It stopped.", "\0\x1b", "\udcff", "x" * 200_000], ids=["text", "NUL", "?", "x"])
@pytest.mark.parametrize("rows", [[], ROWS], ids=["no rows", "rows"])
def test_the_fallback_is_what_gradescope_takes(rows, sentence):
    """Results that stand from the first second are valid, whatever is to be said."""
    assert faults(encode(fallback(sentence, rows))) == []


def test_the_fallback_lists_every_part_and_blames_nobody():
    """No part is scored, every part shows what it is worth, and staff can find the run."""
    results = fallback("It stopped.", ROWS)

    assert [(row.number, row.score, row.max_score) for row in results.tests] == [("1a", None, 4), ("1b", None, 2)]
    assert (results.score, results.extra_data) == (0, {"internal": True})
    assert results.output == "It stopped."


def test_results_are_written_where_they_are_wanted(tmp_path):
    """Missing folders are made, and everybody may read the file."""
    path = tmp_path / "a/b/results.json"

    write(path, results_of([scored(part())]))

    assert json.loads(path.read_bytes())["score"] == 3
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def fail(*args, **kwargs):
    """What a full disk does."""
    raise OSError("no space left")


@pytest.mark.parametrize("step", ["fsync", "chmod", "replace", "fdopen"])
def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch, step):
    """The old results stand until the new ones are whole, and no half file is left behind."""
    path = tmp_path / "results.json"
    write(path, fallback("old"))
    old = path.read_bytes()
    monkeypatch.setattr(os, step, fail)

    with pytest.raises(OSError, match="no space"):
        write(path, fallback("new"))

    assert path.read_bytes() == old
    assert os.listdir(tmp_path) == ["results.json"]


@pytest.mark.parametrize("results", [REFUSED["a total of NaN"], REFUSED["a total that is not the sum"]])
def test_results_that_break_the_format_leave_the_old_file(tmp_path, results):
    """What must not be written does not cost what was."""
    path = tmp_path / "results.json"
    write(path, fallback("old"))
    old = path.read_bytes()

    with pytest.raises(InternalFault):
        write(path, results)

    assert path.read_bytes() == old


def test_a_reader_sees_the_old_file_or_the_new_one(tmp_path):
    """Who has the old file open reads it to its end."""
    path = tmp_path / "results.json"
    write(path, fallback("old"))
    with path.open("rb") as reader:
        write(path, fallback("new"))

        assert json.loads(reader.read())["output"] == "old"
    assert json.loads(path.read_bytes())["output"] == "new"


def test_a_score_that_was_not_decided_is_no_zero_in_the_file():
    """A missing score stays missing in JSON."""
    row = json.loads(encode(results_of([PartScore(part(), None, ())])))["tests"][0]

    assert row.get("score") is None
