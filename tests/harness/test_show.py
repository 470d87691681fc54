"""`gradelbo show`: what Gradescope shows of a results file, to whom and when."""

import json

import pytest
from click.testing import CliRunner

from autograder import cli
from autograder.errors import UsageError
from autograder.scoring.preview import plain, read_results, shown_rows, total_is_shown, visible

VISIBILITIES = ("visible", "after_due_date", "after_published", "hidden")
MOMENTS = ("before", "after", "published")
SEEN = {"visible": MOMENTS, "after_due_date": MOMENTS[1:], "after_published": MOMENTS[2:], "hidden": ()}


def results(**fields):
    """A results file of four tests, one a visibility, worth a point each."""
    tests = [
        {"name": f"{number} {name}", "number": str(number), "score": 1.0, "max_score": 1.0, "visibility": name}
        for number, name in enumerate(VISIBILITIES, 1)
    ]
    return {"score": 4.0, "tests": tests} | fields


@pytest.fixture
def run(tmp_path):
    """Shows a results file."""

    def command(data: object, *words: str):
        path = tmp_path / "results.json"
        path.write_text(data if isinstance(data, str) else json.dumps(data))
        return CliRunner().invoke(cli.main, ["show", str(path), *words])

    return command


@pytest.mark.parametrize("when", MOMENTS)
def test_a_student_sees_what_is_visible_at_that_moment(run, when):
    """Every visibility opens at its own moment, hidden never."""
    shown = run(results(), "--when", when).output

    assert [name for name in VISIBILITIES if f" {name} (1 / 1)" in shown] == [
        name for name in VISIBILITIES if when in SEEN[name]
    ]


@pytest.mark.parametrize("when", MOMENTS)
def test_an_instructor_sees_all_and_what_students_do_not(run, when):
    """Every test is there; those that students do not see at that moment are marked with why."""
    shown = run(results(), "--as", "instructor", "--when", when).output

    assert all(f" {name} (1 / 1)" in shown for name in VISIBILITIES)
    assert [name for name in VISIBILITIES if f"[students do not see this: {name}]" in shown] == [
        name for name in VISIBILITIES if when not in SEEN[name]
    ]


@pytest.mark.parametrize(("kept", "when"), [("after_due_date", "before"), ("hidden", "published")])
def test_the_total_is_hidden_while_a_test_is(run, kept, when):
    """Who could see the total could work out the hidden score."""
    data = results(tests=[t for t in results()["tests"] if t["visibility"] in ("visible", kept)], score=2.0)
    student, staff = (run(data, "--as", who, "--when", when).output for who in ("student", "instructor"))

    assert "2 / 2" not in student
    assert "total not shown" in student
    assert "total 2 / 2   (students do not see the total" in staff


def test_the_total_is_shown_once_every_test_is(run):
    """After the due date nothing waits any more."""
    data = results(tests=results()["tests"][:2], score=2.0)

    assert "total 2 / 2\n" in run(data, "--when", "after").output


def test_a_tests_own_visibility_goes_before_the_files():
    """The top level is the default and no more."""
    found = read_results(json.dumps(results(visibility="hidden")).encode())
    bare = read_results(
        json.dumps({"score": 0, "tests": [{"name": "a", "number": "1"}], "visibility": "hidden"}).encode()
    )

    assert [row.visibility for row in shown_rows(found, "student", "before")] == ["visible"]
    assert shown_rows(bare, "student", "published") == ()
    assert not total_is_shown(bare, "published")


@pytest.mark.parametrize(
    ("score", "status", "expected"),
    [
        (1.0, None, "passed"),
        (0.5, None, "failed"),
        (None, None, ""),
        (0.5, "passed", "passed"),
        (1.0, "failed", "failed"),
    ],
)
def test_the_status_is_the_given_one_or_follows_from_the_score(score, status, expected):
    """Without a status, full points mean passed; without a score there is none."""
    row = {"name": "a", "number": "1", "max_score": 1.0, "score": score, "status": status}
    data = {"score": score or 0, "tests": [{key: value for key, value in row.items() if value is not None}]}

    assert shown_rows(read_results(json.dumps(data).encode()), "student", "before")[0].status == expected


def test_standard_output_is_for_instructors_unless_the_file_says_otherwise(run):
    """The default is hidden."""
    assert "standard output" not in run(results()).output
    assert "standard output: hidden from students" in run(results(), "--as", "instructor").output
    assert "standard output of the run" in run(results(stdout_visibility="visible")).output


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        (None, "a < b *c*\n  d", "a < b *c*\n  d"),
        ("text", "<b>x</b>", "<b>x</b>"),
        ("html", "<p>a &lt;  b</p><p>c<br>d</p><script>no()</script>", "a < b\n\nc\nd"),
        ("html", "<ul><li>a</li><li>b</li></ul>", "- a\n\n- b"),
        ("html", "<pre>a\n  b</pre>", "a\n  b"),
        ("html", "<table><tr><td>1</td><td>2</td></tr></table>", "  1  2"),
        ("html", "a <img alt='plot'> b", "a plot b"),
        ("html", "<p>open <b>still", "open still"),
        ("simple_format", "a\nb <i>c</i>", "a\nb c"),
        (
            "md",
            "# Title\n\n**bold** and `code` [here](http://x)\n```\nx = 1\n```",
            "Title\n\nbold and code here (http://x)\nx = 1",
        ),
        ("md", "2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"),
        ("ansi", "\x1b[1;31mred\x1b[0m \x1b]0;title\x07end", "red end"),
    ],
)
def test_every_format_becomes_plain_text(form, text, expected):
    """Marks go, words stay."""
    assert plain(text, form) == expected


def test_no_control_sequence_reaches_the_terminal(run):
    """Output that was meant for a browser cannot move the cursor."""
    row = {"name": "1\x1b[2J", "number": "1", "output": "a\x1b[2Jb\r"}

    assert "\x1b" not in run({"score": 0, "tests": [row], "output": "\x1b[2J"}).output


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("{", "not JSON"),
        ("[1]", "Expected `object`"),
        ({"tests": []}, "missing required field `score`"),
        (results(score=3.0), "is not the sum"),
        (results(tests=[{"name": "a", "number": "1", "score": 5.0, "max_score": 1.0}], score=5.0), "of 1.0 points"),
        ('{"score": NaN, "tests": []}', "not valid"),
        (results(visibility="secret"), "Invalid enum value 'secret'"),
        (results(tests=[{"name": "a", "number": "1", "colour": "red"}], score=0), "unknown field `colour`"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_invalid_results_are_refused_with_the_fault(run, data, words):
    """What Gradescope would refuse or misread is named, with exit code 2."""
    result = run(data)

    assert result.exit_code == 2
    assert "results.json" in result.output
    assert words in result.output


def test_a_file_that_is_not_there_is_a_slip(tmp_path):
    """A mistyped path ends with 2."""
    result = CliRunner().invoke(cli.main, ["show", str(tmp_path / "no.json")])

    assert result.exit_code == 2
    assert "cannot be read" in result.output


def test_our_own_results_are_shown(grader, submission, tmp_path):
    """What `grade` writes, `show` reads."""
    from autograder.engine.pipeline import grade

    grade(grader, submission(), tmp_path / "results.json")
    result = CliRunner().invoke(cli.main, ["show", str(tmp_path / "results.json")])

    assert result.exit_code == 0
    assert "total 9 / 9" in result.output
    assert "1a Mean (4 / 4) passed" in result.output


@pytest.mark.parametrize("when", MOMENTS)
def test_the_default_visibility_is_visible(when):
    """A test that says nothing is seen by everybody."""
    assert visible(None, when)


def test_results_that_are_no_text_are_refused():
    """Bytes that are no UTF-8 are no results."""
    with pytest.raises(UsageError, match="not JSON"):
        read_results(b"\xff\xfe\x00")
