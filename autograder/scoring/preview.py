"""What Gradescope shows of a results file, to whom and when; pure, and plain text whatever the format."""

import html
import json
import re
from html.parser import HTMLParser
from typing import Literal, NamedTuple

import msgspec

from autograder.errors import InternalFault, UsageError
from autograder.scoring.gradescope import Results, Row, encode

__all__ = ["Shown", "Viewer", "When", "plain", "read_results", "shown_rows", "total_is_shown", "visible"]

Viewer = Literal["student", "instructor"]
When = Literal["before", "after", "published"]
OPEN = {  # the moments at which students see what has this visibility
    "visible": ("before", "after", "published"),
    "after_due_date": ("after", "published"),
    "after_published": ("published",),
    "hidden": (),
}
BLOCKS = ("p", "div", "br", "li", "ul", "ol", "pre", "table", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "hr")
SILENT = ("script", "style", "title")
ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")


class Shown(NamedTuple):
    """One test as it is shown: name and output in plain text; `to_students` whether they see it at this moment."""

    number: str
    name: str
    score: str
    status: str
    output: str
    visibility: str
    to_students: bool


def read_results(data: bytes) -> Results:
    """The results in these bytes; raises UsageError that names the fault of what Gradescope would not take."""
    try:
        plain_data = json.loads(data)
        results = msgspec.convert(plain_data, Results)
        encode(results)
    except (UnicodeDecodeError, RecursionError, json.JSONDecodeError) as error:
        raise UsageError(f"these are no results: not JSON: {error}") from None
    except (msgspec.ValidationError, InternalFault) as error:
        raise UsageError(f"these results are not valid: {error}") from None
    return results


def visible(visibility: str | None, when: When) -> bool:
    """Whether students see what has this visibility (None: the default, visible) at that moment."""
    return when in OPEN[visibility or "visible"]


def shown_rows(results: Results, viewer: Viewer, when: When) -> tuple[Shown, ...]:
    """The tests that the viewer sees at that moment; staff see all of them at any.

    A test's own visibility goes before the one of the whole file.
    """
    rows = [(row, row.visibility or results.visibility or "visible") for row in results.tests]
    shown = [_shown(results, row, visibility, visible(visibility, when)) for row, visibility in rows]
    return tuple(row for row in shown if viewer == "instructor" or row.to_students)


def total_is_shown(results: Results, when: When) -> bool:
    """Whether students see their total: not while any test is hidden from them."""
    return all(visible(row.visibility or results.visibility, when) for row in results.tests)


def _shown(results: Results, row: Row, visibility: str, to_students: bool) -> Shown:
    of = "" if row.max_score is None else f" / {row.max_score:g}"
    score = "" if row.score is None and not of else f"{'-' if row.score is None else f'{row.score:g}'}{of}"
    return Shown(
        row.number,
        plain(row.name, row.name_format or results.test_name_format),
        score,
        row.status or _derived(row),
        plain(row.output, row.output_format or results.test_output_format),
        visibility,
        to_students,
    )


def _derived(row: Row) -> str:
    """The status that Gradescope gives a test without one: passed with all its points."""
    if row.score is None or row.max_score is None:
        return ""
    return "passed" if row.score >= row.max_score else "failed"


def plain(text: str, form: str | None) -> str:
    """The text without the marks of its format: text (None is the same), html, simple_format, md or ansi."""
    if form == "ansi":
        return ESCAPE.sub("", text)
    if form == "md":
        return _without_marks(text)
    if form in ("html", "simple_format"):
        reader = _Reader(keep_lines=form == "simple_format")
        reader.feed(text)
        reader.close()
        return re.sub(r"\n{3,}", "\n\n", "".join(reader.parts)).strip("\n")
    return text


def _without_marks(text: str) -> str:
    """Markdown without fences, heading signs, emphasis and backticks; a link keeps its text and address."""
    lines = [re.sub(r"^ {0,3}#{1,6} +", "", line) for line in text.splitlines() if not re.match(r"\s*(```|~~~)", line)]
    joined = re.sub(r"!?\[([^\]]*)\]\(([^)\s]*)[^)]*\)", r"\1 (\2)", "\n".join(lines))
    return re.sub(r"(\*\*|__|`)(?=\S)(.+?)(?<=\S)\1", r"\2", joined)


class _Reader(HTMLParser):
    """Collects the text of HTML; blocks and list items begin lines, scripts say nothing."""

    def __init__(self, *, keep_lines: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0
        self._as_is = int(keep_lines)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Begins a line where the tag does."""
        self._silent += tag in SILENT
        self._as_is += tag == "pre"
        if tag in BLOCKS:
            self.parts.append("\n")
        if tag == "li":
            self.parts.append("- ")
        if tag in ("td", "th"):
            self.parts.append("  ")
        if tag == "img":
            self.parts.append(html.unescape(dict(attributes).get("alt") or "[image]"))

    def handle_endtag(self, tag: str) -> None:
        """Ends a line where the tag does."""
        self._silent = max(0, self._silent - (tag in SILENT))
        self._as_is = max(0, self._as_is - (tag == "pre"))
        if tag in BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Takes the text, with its spaces run together unless they count."""
        if not self._silent:
            self.parts.append(data if self._as_is else re.sub(r"\s+", " ", data))
