"""Notebooks as pages for people: everything that a cell showed is there, nothing runs, nothing is fetched."""

import base64
import re
import shutil
from html.parser import HTMLParser

import pytest
from click.testing import CliRunner

from autograder.cli import main
from autograder.engine.export import _checked, export, export_zygote
from autograder.engine.submission import Submission
from autograder.worker.harmless import MATHML, harmless
from autograder.worker.page import make_page
from tests.harness.notebooks import notebook, words

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()
FETCHES = (
    "src",
    "href",
    "srcset",
    "data",
    "action",
    "formaction",
    "poster",
    "background",
    "ping",
    "style",
    "xlink:href",
)
ACTIVE = {
    "script", "iframe", "object", "embed", "base", "link", "form", "input", "button", "svg", "video", "audio", "frame",
    "template", "noscript", "textarea", "select", "animate", "foreignobject", "annotation-xml", "applet",
}  # fmt: skip


class Faults(HTMLParser):
    """What a page holds that runs, fetches or leads out of it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: list[str] = []
        self._in_style = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        """Looks at one tag."""
        self.tags.append(tag)
        self._in_style = tag == "style"
        if tag in ACTIVE:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            value = value or ""
            if name.startswith("on") or (tag == "meta" and "refresh" in value):
                self.found.append(f"{tag} {name}")
            if name in FETCHES and not value.startswith("data:image/"):
                self.found.append(f"{tag} {name}={value}")

    def handle_data(self, data):
        """Looks at the page's own style."""
        if self._in_style:
            self.found += re.findall(r"url\(|@import|expression", data)

    def handle_endtag(self, tag):
        """The style ends."""
        self._in_style = False


def page(*cells, shown=(), folder=".") -> str:
    """The page of a notebook, made in this process."""
    return make_page(notebook(*cells), list(shown), "a.ipynb", folder).decode()


HOSTILE = [
    "<script>alert(1)</script>",
    "<script src=https://x.y/z.js></script>",
    "<script>never closed",
    "<img src=x onerror=alert(1)>",
    "<img src='https://x.y/track.png'>",
    "![pixel](https://x.y/track.png)",
    "![pixel](//x.y/track.png)",
    "![pixel](data:image/svg+xml;base64,PHN2Zz4=)",
    "<iframe src='https://x.y'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<math href='javascript:alert(1)'>x</math>",
    "<style>@import url(https://x.y/z.css);</style>",
    "<div style='background: url(https://x.y/z)'>x</div>",
    "<link rel=stylesheet href=https://x.y/z.css>",
    "<base href='https://x.y/'>",
    "<meta http-equiv=refresh content='0;url=https://x.y'>",
    "[a](javascript:alert(1))",
    "[a](data:text/html,<script>alert(1)</script>)",
    "[a](https://x.y)",
    "<a href='vbscript:x'>x</a>",
    "https://x.y/z",
    "<form action=https://x.y><input name=a><button>b</button></form>",
    "<object data=https://x.y></object><embed src=https://x.y>",
    "<video src=https://x.y poster=https://x.y autoplay></video>",
    "<table background=https://x.y><tr><td>a</td></tr></table>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<textarea></textarea><img src=x onerror=alert(1)>",
    "<![CDATA[ <script>alert(1)</script> ]]>",
    "<![if IE]><script>alert(1)</script>",
    "<!-- --!><script>alert(1)</script> -->",
    "</div></div></body></html><script>alert(1)</script>",
    '<img src="data:image/png;base64,AAAA" onload=alert(1)>',
    "<img/src='x'/onerror=alert(1)//>",
    "<p class='\"><script>alert(1)</script>'>x",
    "![$\\href{javascript:alert(1)}{x}$](https://x.y)",
    '$\\href{javascript:alert(1)}{x}$ $\\style{background:url(https://x.y)}{x}$ $\\class{a" onload="b}{x}$',
    "$\\text{<script>alert(1)</script>}$ $<img src=x onerror=alert(1)>$",
    "\\begin{align}<script>alert(1)</script>\\end{align}",
    "```html\n<script>alert(1)</script>\n```",
    "```mermaid\n</pre><script>alert(1)</script>\n```",
    "\ue0000\ue001<script>\ue0001\ue001",
    "# <script>alert(1)</script>\n\n| <b onclick=x>a</b> |\n|---|\n| <script>x</script> |",
]


@pytest.mark.parametrize("source", HOSTILE)
def test_a_hostile_text_cell_comes_out_harmless(source):
    """Whatever stands in a text cell, the page runs nothing and refers to nothing; the next cell is still there."""
    made = page(words(source), words("the end *of it*"))

    assert Faults(made).found == []
    assert "the end <em>of it</em>" in made


def test_all_hostile_cells_together_come_out_harmless():
    """No cell's remains make another's dangerous."""
    assert Faults(page(*map(words, HOSTILE))).found == []


@pytest.mark.parametrize(
    "bad",
    ["<script src=x></script>", "<img src=http://x>", "<p onclick=x>", "<a href=javascript:x>",
     "<style>@import 'x'</style>", "<div style='a: url(x)'>", "<iframe>"],
)  # fmt: skip
def test_the_look_at_a_page_bites(bad):
    """What the tests above search for is found where it stands."""
    assert Faults(bad).found != []


def test_a_page_forbids_what_it_does_not_have():
    """The head's policy lets a browser load nothing but pictures in the page itself."""
    assert "default-src 'none'" in page("x = 1").replace("&#x27;", "'")


@pytest.mark.parametrize(
    "source",
    [
        "$x^2$", "$$\\int_0^1 x\\,dx$$", "\\(x_i\\)", "\\[\\frac{1}{2}\\]", "a \\\\(x\\\\) b",
        "\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}", "\\begin{equation}x\\end{equation}",
        "$\\mathcal{N}(\\mu, \\Sigma)$", "$\\log p(x) \\ge \\mathbb{E}_q[\\log p(x, z) - \\log q(z)]$",
        "$$\\begin{aligned}a &= b\\end{aligned}$$", "| a |\n|---|\n| $x$ |", "- $x$", "**$x$**",
    ],
)  # fmt: skip
def test_a_formula_becomes_mathml(source):
    """Every way in which Jupyter writes a formula gives MathML, with no mark left behind."""
    made = page(words(source))

    assert Faults(made).tags.count("math") == 1
    assert not re.search("[\ue000\ue001]", made)


@pytest.mark.parametrize("latex", ["\\frac{1", "x" * 5000, "\\begin{matrix} a", "{" * 500, "\\left("])
def test_a_formula_that_cannot_be_converted_stays_as_it_was_written(latex):
    """An odd formula is shown as text, or as far as it can be; it is never an end to the page."""
    made = page(words(f"before ${latex}$ after"))

    assert "before" in made
    assert "after" in made
    assert "<math" in made or latex[:10] in made


@pytest.mark.parametrize("source", ["`$x$`", "```\n$x$ \\(y\\)\n```", "costs \\$5 and \\$6"])
def test_code_and_money_are_no_formulas(source):
    """Dollars in code and escaped dollars stay what they are."""
    assert "<math" not in page(words(source))


def test_output_is_text_and_nothing_else():
    """What code printed, returned or raised is escaped, control characters and all."""
    evil = b"<script>alert(1)</script>\x00\x1b]8;;http://x\x07"
    made = page("x", shown=[{"text": evil, "value": evil, "raised": evil, "figures": [b"\x89PNG"]}])

    assert Faults(made).found == []
    assert made.count("&lt;script&gt;") == 3


def test_pictures_beside_the_notebook_and_attached_ones_are_taken_in(tmp_path):
    """A local picture and an attachment become data; one that is elsewhere or missing becomes a note."""
    (tmp_path / "a.png").write_bytes(base64.b64decode(PNG))
    cells = [
        words("![one](a.png)"),
        words("![two](attachment:b.png)", attachments={"b.png": {"image/png": PNG}}),
        words("![three](attachment:gone.png) ![four](../../etc/passwd) ![five](https://x.y/z.png)"),
    ]
    made = page(*cells, folder=str(tmp_path))

    assert made.count(f"data:image/png;base64,{PNG}") == 2
    assert made.count("[picture left out: ") == 3


def test_rewriting_twice_changes_nothing():
    """What is harmless stays as it is."""
    for source in HOSTILE:
        once = harmless(source)
        assert harmless(once) == once


def test_a_links_goal_is_kept_as_text():
    """A reader still sees where a link led."""
    assert harmless("<a href='https://x.y'>here</a>") == "<a>here (https://x.y)</a>"
    assert harmless("<a href='https://x.y'>https://x.y</a>") == "<a>https://x.y</a>"


def test_mathml_keeps_layout_and_nothing_else():
    """Attributes of layout stay; links, styles and handlers go."""
    html = (
        '<math display="block" onclick="x"><mi href="javascript:x" mathvariant="bold">x</mi>'
        '<mspace width="1em"/></math>'
    )

    assert harmless(html, MATHML) == (
        '<math display="block"><mi mathvariant="bold">x</mi><mspace width="1em"></mspace></math>'
    )


# --- through the jail ------------------------------------------------------------------------------------------------

RUNS = notebook(
    words("# Title\nwith $x^2$"),
    "import numpy as np\nprint('printed <b>text</b>')\nnp.arange(3)",
    "1 / 0",
    "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
    "x = 5;",
    "display('shown')\nif __name__ == '__main__':\n    print('main ran')",
    "!ls",
    "'y' * 1_000_000",
    "import sys\nsys.stderr.write('to stderr')\nsys.exit(3)",
)


@pytest.fixture(scope="module")
def zygote():
    """A zygote that draws."""
    with export_zygote() as found:
        yield found


def exported(zygote, data: bytes, name: str = "src/a.ipynb") -> str:
    """The page of one notebook through the whole path."""
    (found,) = export(zygote, Submission("s", {name: data}))
    return (found.html or b"").decode() or found.fault


def test_a_page_shows_what_jupyter_would(zygote):
    """Printed text, the last value, errors and figures stand under their cells; long ones are cut."""
    made = exported(zygote, RUNS)
    seen = Faults(made)

    assert seen.found == []
    assert (seen.tags.count("img"), seen.tags.count("math")) == (1, 1)
    for part in (
        "printed &lt;b&gt;text",
        "array([0, 1, 2])",
        "ZeroDivisionError",
        "shown",
        "main ran",
        "to stderr",
        "[left out: !ls]",
        "SystemExit",
    ):
        assert part in made
    assert "more characters" in made
    assert len(made) < 200_000


def test_a_cell_that_ends_the_process_ends_the_cells_and_not_the_page(zygote):
    """After os._exit the page holds what came before, and says which cell it was."""
    made = exported(zygote, notebook("print('first')", "import os\nos._exit(1)", "print('third')"))

    assert ">first" in made or "first\n" in made
    assert "cell 2 ended everything" in made


def test_a_broken_notebook_has_a_sentence_instead_of_a_page(zygote):
    """What cannot be read is said."""
    assert "it ends in the middle" in exported(zygote, b'{"cells": [')


def test_what_a_worker_shows_is_checked_for_form_and_size():
    """A forged answer of a cell becomes an empty one, an oversized one is cut."""
    assert _checked({"text": 7, "figures": "x"}, 10) == {"text": b"", "value": b"", "raised": b"", "figures": []}
    assert _checked({"text": b"x" * 20, "figures": [b"y" * 11, b"y" * 6, b"z" * 6]}, 10)["figures"] == [b"y" * 6]
    assert _checked({"text": b"x" * 20}, 10)["text"] == b"x" * 10


def test_the_command_writes_a_page_for_each_notebook(tmp_path):
    """`gradelbo export` keeps the submission's folders, and exits with 1 where a notebook has no page."""
    (tmp_path / "in/src").mkdir(parents=True)
    (tmp_path / "in/src/a.ipynb").write_bytes(notebook("print(6 * 7)"))
    done = CliRunner().invoke(main, ["export", str(tmp_path / "in"), "--out", str(tmp_path / "out")])
    (tmp_path / "in/b.ipynb").write_bytes(b"{")
    broken = CliRunner().invoke(main, ["export", str(tmp_path / "in"), "--out", str(tmp_path / "out")])

    assert done.exit_code == 0, done.output
    assert "42" in (tmp_path / "out/src/a.html").read_text()
    assert (broken.exit_code, "b.ipynb: no page" in broken.output) == (1, True)


def test_the_command_opens_archives(tmp_path):
    """A zip is exported as the folder that it was made of."""
    (tmp_path / "in/src").mkdir(parents=True)
    (tmp_path / "in/src/a.ipynb").write_bytes(notebook("print(6 * 7)"))
    path = shutil.make_archive(str(tmp_path / "handed_in"), "zip", tmp_path / "in")
    done = CliRunner().invoke(main, ["export", path, "--out", str(tmp_path / "out")])

    assert done.exit_code == 0, done.output
    assert "42" in (tmp_path / "out/src/a.html").read_text()


def test_the_command_says_when_there_is_no_notebook(tmp_path):
    """A submission of .py files needs no pages."""
    (tmp_path / "a.py").write_text("x = 1\n")

    assert CliRunner().invoke(main, ["export", str(tmp_path), "--out", str(tmp_path / "out")]).exit_code == 3
