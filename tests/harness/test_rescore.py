"""Scoring again from stored checks: the same bytes when nothing changed, and clear words where the manifest did."""

import json
import shutil
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from autograder import cli
from autograder.engine.grader import Grader
from autograder.engine.overrides import read_overrides
from autograder.engine.pipeline import grade
from autograder.engine.rescore import rescore
from autograder.errors import UsageError
from autograder.manifest import find_homework
from autograder.scoring.gradescope import encode, fallback
from autograder.scoring.policy import Handed
from autograder.scoring.preview import read_results
from autograder.scoring.stored import trimmed
from autograder.scoring.verdict import Check, Failure, Verdict

ROOT = Path(__file__).parents[2]
LOOPS = ROOT / "tests/corpus/cs229_ps3/submissions/loops"
MANIFEST = "reference/tiny_hw/homework.toml"
POLICY = """
[policy]
due = "2020-11-04T23:59:00-08:00"
late_days = { homework = 2, total = 3, beyond = "report" }
bonus = { points = 1, reason = "written in LaTeX", sign = "latex" }
tag_penalty = 0.5
"""
METADATA = {"id": 5, "created_at": "2020-11-05T12:00:00-08:00", "users": [{"email": "ada@example.edu"}]}
OVERRIDES = '[students."ada@example.edu"]\nbonus = true\nwrongly_tagged = ["2"]\npoints = { "1a" = 3.5 }\n'
WRONG = (
    "import numpy as np\n"
    "def mean(x):\n"
    "    if len(x) == 0: raise RuntimeError('\\x1b[31m a very long text \\u202e' * 99)\n"
    "    return np.mean(x) + 1e-3 * (abs(x[0]) > 1e100)\n"
    "def standardize(x): return [['much'] * 900]\n"
)


@pytest.fixture
def course(tiny_copy):
    """A root with the tiny homework under a policy."""
    path = tiny_copy / MANIFEST
    path.write_text(path.read_text() + POLICY)
    return tiny_copy


@pytest.fixture
def files(tmp_path):
    """Metadata and overrides on disk."""
    (tmp_path / "metadata.json").write_text(json.dumps(METADATA))
    (tmp_path / "overrides.toml").write_text(OVERRIDES)
    return tmp_path


def run(root, *words):
    """A command on this root; what it printed."""
    return CliRunner().invoke(cli.main, [str(word) for word in words], obj=root)


def graded(root, files, path, *more):
    """The results file of a submission that was graded, with whatever options."""
    target = files / "results.json"
    result = run(root, "grade", path, "--results", target, *more)
    assert target.is_file(), result.output
    return target


def extra(text, old, new):
    """A text in which something that must be there is another."""
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize("options", [(), ("--metadata",), ("--overrides",), ("--metadata", "--overrides")])
def test_with_nothing_changed_the_bytes_are_the_same(course, files, submission, options):
    """Policy or none, with what was stored or with the same files given again, the new results are the old ones."""
    given = {"--metadata": files / "metadata.json", "--overrides": files / "overrides.toml"}
    words = [word for option in options for word in (option, given[option])]
    target = graded(course, files, submission(moments=WRONG), *words)

    for again in ([], words):
        out = files / "again.json"
        result = run(course, "rescore", target, "--out", out, *again)

        assert result.exit_code == 0, result.output
        assert out.read_bytes() == target.read_bytes()


def test_a_real_submission_of_the_corpus_is_rescored_to_the_same_bytes(files):
    """So it is for a whole homework, with its policy and the time that grading took."""
    (files / "handed_in").mkdir()
    shutil.copytree(LOOPS, files / "handed_in", dirs_exist_ok=True)
    (files / "handed_in/answers.json").write_text('{"collaborators": "Grace \\u001b[0m Hopper"}')
    given = ("--metadata", files / "metadata.json", "--homework", "cs229-ps3")
    target = graded(ROOT, files, files / "handed_in", "--part", "2b", "--part", "3a", *given)
    out = files / "again.json"
    run(ROOT, "rescore", target, "--out", out)
    results = json.loads(target.read_text())

    assert out.read_bytes() == target.read_bytes()
    assert "collaborators, as answers.json names them: Grace \\x1b[0m Hopper" in results["output"]
    assert "late by 1 day: 1 of 3 late days used" in json.dumps(results["tests"])


def test_new_overrides_change_the_score_without_running_anything(course, files, submission, monkeypatch):
    """A person's decision is applied to stored verdicts; taking it back gives the first results again."""
    target = graded(course, files, submission(moments=WRONG), "--metadata", files / "metadata.json")
    first = target.read_bytes()
    monkeypatch.setattr(Grader, "__init__", lambda *args, **kwargs: pytest.fail("something was run"))
    out = files / "again.json"
    run(course, "rescore", target, "--out", out, "--overrides", files / "overrides.toml")
    (files / "empty.toml").write_text("")
    run(course, "rescore", out, "--out", target, "--overrides", files / "empty.toml")

    assert json.loads(out.read_text())["score"] == json.loads(first)["score"] + 3.5 + 1 - 0.5 - earned(first, "1a")
    assert target.read_bytes() == first


def earned(data, part):
    """The points of a part."""
    return next(row["score"] for row in json.loads(data)["tests"] if row["number"] == part)


def test_another_rubric_pays_otherwise(course, files, submission):
    """Points that moved in the manifest move in the results, and the stamp is today's."""
    target = graded(course, files, submission())
    path = course / MANIFEST
    path.write_text(
        extra(
            path.read_text(), "survives_large_numbers = 1, rejects_empty_input = 0.5", "survives_large_numbers = 1.5"
        ).replace('core = "matches_reference"\n', "", 1)
    )
    homework = find_homework_without_proof(course)
    old = read_results(target.read_bytes())
    new = rescore(old, homework)

    assert new.results.extra_data["rubric"] != old.extra_data["rubric"]
    assert next(row.max_score for row in new.results.tests) == 4
    assert "rejects_empty_input" in "".join(new.notes)


def find_homework_without_proof(root):
    """The homework of a root, whose property that lost its line is taken out of its file too."""
    path = root / "tests/properties/tiny_hw/moments/test_1a.py"
    path.write_text(path.read_text().replace("def test_rejects_empty_input", "def rejects_empty_input"))
    return find_homework(root, None)


def test_a_property_that_was_not_checked_leaves_its_part_undecided(course, files, submission):
    """What the stored verdicts cannot tell is said by name, the part has no score, and nothing is made up."""
    target = graded(course, files, submission())
    results = json.loads(target.read_text())
    results["extra_data"]["stored"]["checks"] = [
        check for check in results["extra_data"]["stored"]["checks"] if check["name"] != "survives_large_numbers"
    ]
    target.write_text(json.dumps(results))
    result = run(course, "rescore", target, "--out", files / "again.json")
    again = json.loads((files / "again.json").read_text())

    assert result.exit_code == 1
    assert "part 1a: survives_large_numbers was not checked" in result.output
    assert again["extra_data"]["undecided"] == ["1a"]
    assert next(row for row in again["tests"] if row["number"] == "1a").get("score") is None
    assert again["score"] == results["score"] - 4


def test_a_part_that_was_not_graded_is_named(course, files, submission):
    """Results of one part stay results of one part, and the others are told."""
    target = graded(course, files, submission(), "--part", "2")
    result = run(course, "rescore", target, "--out", files / "again.json")

    assert (files / "again.json").read_bytes() == target.read_bytes()
    assert result.exit_code == 1
    assert "part 1a was not graded" in result.output


def test_verdicts_of_what_is_not_asked_any_more_are_left_out(course, files, submission):
    """A part that is gone from the manifest is told; its stored checks stay for a manifest that has it again."""
    target = graded(course, files, submission())
    results = json.loads(target.read_text())
    results["extra_data"]["stored"]["checks"].append(
        {"part": "9", "name": "old", "claim": "An old claim.", "verdict": "passed"}
    )
    results["extra_data"]["stored"]["parts"].append("9")
    target.write_text(json.dumps(results))
    result = run(course, "rescore", target, "--out", files / "again.json")

    assert "part 9 is not in the manifest any more" in result.output
    assert json.loads((files / "again.json").read_text())["extra_data"]["stored"]["checks"][-1]["part"] == "9"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda extra: extra.pop("stored"), "keep no checks"),
        (lambda extra: extra["stored"].update(version=99), "in form 99"),
        (lambda extra: extra["stored"].update(checks=[{"part": 3}]), "damaged"),
        (lambda extra: extra["stored"]["checks"][0].update(verdict="splendid"), "damaged"),
        (lambda extra: extra.update(homework="other-hw"), "other-hw"),
        (lambda extra: extra["policy"].update(facts=3), "damaged"),
    ],
    ids=range(6),
)
def test_results_that_cannot_be_scored_again_say_why(course, files, submission, change, sentence):
    """Results of another version, of another homework or with a fault are refused with the file's name."""
    target = graded(course, files, submission(), "--metadata", files / "metadata.json")
    results = json.loads(target.read_text())
    change(results["extra_data"])
    target.write_text(json.dumps(results))
    result = run(course, "rescore", target, "--homework", "tiny-hw")

    assert result.exit_code == 2
    assert sentence in result.output
    assert "results.json" in result.output


def test_a_run_that_did_not_finish_is_not_scored(tiny):
    """The fallback has no verdicts: it is graded again, not scored."""
    with pytest.raises(UsageError, match="did not finish"):
        rescore(fallback("an accident"), tiny)


def test_no_hidden_input_is_stored(tiny, submission):
    """What is kept of a hidden case has neither values nor its name, though the program told them."""
    source = WRONG.replace(
        "+ 1e-3 * (abs(x[0]) > 1e100)", "if abs(x[0]) < 1e100 else (_ for _ in ()).throw(OSError(str(x)))"
    )
    with Grader(tiny) as grader:
        run = grade(grader, submission(moments=source))
    kept = run.results.extra_data["stored"]["checks"]
    hidden = [check for check in kept if check["verdict"] != "passed" and not check.get("public")]

    assert hidden
    assert all(not {"got", "expected", "case"} & set(check) for check in hidden)
    assert "e+300" not in encode(run.results).decode()


def test_trimming_keeps_what_is_shown_and_no_more():
    """Of a hidden case no value stays, of a public one each text is one bounded line; twice is the same as once."""
    long = "a\n\x00b " * 5000
    for public in (True, False):
        check = Check("1a", "p", long, Verdict.WRONG, Failure(long, long, long, long, "abc", public))
        once = trimmed(check)

        assert trimmed(once) == once
        assert all(len(text) <= 400 and text.isprintable() for text in (once.claim, *once.failure[:5]))
        assert bool(once.failure.got) == public


def test_overrides_need_to_know_whose_submission_it_is(course, files, submission):
    """Without metadata, then or now, staff are told that no override can be found."""
    target = graded(course, files, submission())
    homework = find_homework(course, None)
    overrides = read_overrides(files / "overrides.toml", homework)
    new = rescore(read_results(target.read_bytes()), homework, overrides=overrides)

    assert "overrides need --metadata" in "".join(new.results.extra_data["policy"]["staff"])
    known = rescore(
        read_results(target.read_bytes()), homework, handed=Handed(keys=("ada@example.edu",)), overrides=overrides
    )
    assert msgspec.to_builtins(known.results)["extra_data"]["policy"]["facts"]["override"]["bonus"] is True
