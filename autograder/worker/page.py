"""A notebook and what its cells showed as one HTML page that needs nothing else and does nothing: for human grading.

It runs in a worker of its own, in which no code of the student's ran. The page is made twice harmless: each text cell
by itself, so that an unclosed tag ends with its cell, and the whole at the end; a policy in its head forbids the rest.
"""

import base64
import os
import re
from html import escape
from typing import Any

from autograder.source.notebook import Cell, read
from autograder.worker.harmless import MATHML, harmless

__all__ = ["make_page"]

OPENS, CLOSES = "\ue000", "\ue001"  # around a formula's number; no text of a notebook keeps these characters
MARK = re.compile(f"{OPENS}(\\d+){CLOSES}")
CODE = re.compile(r"(?s)(```.*?```|~~~.*?~~~|`[^`\n]*`)")
INLINE = re.compile(r"(?s)(?<!\\)\\\((.+?)(?<!\\)\\\)")
DISPLAY = re.compile(r"(?s)(?<!\\)\\\[(.+?)(?<!\\)\\\]")
LONGEST = 4000
PYTHON = {"language_info": {"name": "python", "pygments_lexer": "ipython3"}}
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; }
pre, code, kbd { font-family: ui-monospace, monospace; font-size: .9em; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.cell { margin: .8rem 0; }
.input { display: flex; gap: .6rem; }
.prompt { color: #555; font: .75rem ui-monospace, monospace; min-width: 4.5rem; }
.inner_cell, .output_area { flex: 1; min-width: 0; }
.input_area { background: #f6f6f4; border: 1px solid #ddd; border-radius: 4px; padding: .4rem .6rem; }
.output_subarea { border-left: 3px solid #ddd; padding: .2rem .6rem; margin: .2rem 0 .2rem 5.1rem; }
.output_stderr { background: #fdecea; }
img { max-width: 100%; } table { border-collapse: collapse; } td, th { border: 1px solid #ccc; padding: .1rem .5rem; }
.formula { background: #fff6d6; }
"""


class Formulas:
    """The formulas of a page: text gives a mark for each, and the marks become MathML when the page is done."""

    def __init__(self) -> None:
        self._found: list[tuple[str, bool]] = []

    def mark(self, latex: str, *, display: bool) -> str:
        """The mark that stands for this formula."""
        self._found.append((latex, display))
        return f"{OPENS}{len(self._found) - 1}{CLOSES}"

    def fill(self, text: str) -> str:
        """The text with MathML for its marks."""
        return MARK.sub(lambda mark: self._html(int(mark[1])), text)

    def _html(self, number: int) -> str:
        if number >= len(self._found):
            return ""
        latex, display = self._found[number]
        try:
            from latex2mathml.converter import convert

            if len(latex) <= LONGEST:
                return harmless(convert(latex, display="block" if display else "inline"), MATHML)
        except Exception:  # a formula that it does not know stays as it was written
            pass
        return f'<code class="formula">{escape(latex)}</code>'


def make_page(data: bytes, shown: list[dict[str, Any]], title: str, folder: str) -> bytes:
    """The page of a notebook, `shown` being what its code cells gave, in order. Raises notebook.Unreadable.

    Pictures that text cells show are taken in where they lie below `folder` or are attached to the cell.
    """
    from nbconvert.exporters import html
    from nbformat import v4
    from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped, unused-ignore]

    untyped: Any = (v4, html)
    write, convert = untyped
    formulas = Formulas()
    cells = read(data)
    made = []
    for cell in cells:
        source = cell.source.replace(OPENS, "").replace(CLOSES, "")
        if not cell.number:
            made.append(write.new_markdown_cell(_words(cell._replace(source=source), formulas, folder)))
            continue
        outputs = _outputs(shown[cell.number - 1]) if cell.number <= len(shown) else []
        made.append(write.new_code_cell(source, execution_count=cell.number, outputs=outputs))
    exporter = convert.HTMLExporter(template_name="basic", exclude_input_prompt=False)
    exporter.register_filter("markdown2html", lambda source: source)  # it is HTML by now
    exporter.mathjax_url = exporter.require_js_url = exporter.mermaid_js_url = ""
    body, _ = exporter.from_notebook_node(write.new_notebook(cells=made, metadata=PYTHON))
    style = STYLE + str(HtmlFormatter().get_style_defs(".highlight"))
    head = (
        f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f"<title>{escape(title)}</title><style>{style}</style>"
    )
    page = (
        f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body><h1>{escape(title)}</h1>\n'
        f"{harmless(body, fill=formulas.fill)}</body></html>\n"
    )
    return page.encode("utf-8", "backslashreplace")


def _words(cell: Cell, formulas: Formulas, folder: str) -> str:
    """A text cell as harmless HTML, its formulas marked; one that cannot be rendered as it was written."""
    pieces = CODE.split(cell.source)
    for i in range(0, len(pieces), 2):
        pieces[i] = DISPLAY.sub(r"$$\1$$", INLINE.sub(r"$\1$", pieces[i]))
    try:
        return harmless(_rendered("".join(pieces), cell.pictures, formulas, folder))
    except Exception:  # whatever the renderer chokes on, the reader shall see
        return f"<pre>{escape(cell.source)}</pre>"


def _rendered(source: str, pictures: dict[str, dict[str, str]], formulas: Formulas, folder: str) -> str:
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    class Renderer(IPythonRenderer):  # type: ignore[misc, unused-ignore]
        def block_math(self, body: str) -> str:
            return formulas.mark(body, display=True)

        def inline_math(self, body: str) -> str:
            return formulas.mark(body, display=False)

        def latex_environment(self, name: str, body: str) -> str:
            return formulas.mark(f"\\begin{{{name}}}{body}\\end{{{name}}}", display=True)

        def _embed_image_or_attachment(self, src: str) -> str:
            known = src.removeprefix("attachment:") in self.attachments
            return str(super()._embed_image_or_attachment(src)) if known or not src.startswith("attachment:") else src

    renderer = Renderer(
        escape=False, embed_images=True, exclude_anchor_links=True, path=os.path.abspath(folder), attachments=pictures
    )
    return str(MarkdownWithMath(renderer=renderer).render(source))


def _outputs(shown: dict[str, Any]) -> list[Any]:
    """What a cell showed as a notebook's outputs: printed text, figures, its last value, its error."""
    from nbformat import v4

    untyped: Any = v4
    made = untyped.new_output
    text, value, error = (_readable(shown.get(key, b"")) for key in ("text", "value", "raised"))
    found = [made("stream", name="stdout", text=text)] if text else []
    for figure in shown.get("figures", []):
        data = {"image/png": base64.b64encode(figure).decode()}
        found.append(made("display_data", data=data, metadata={}))
    if value:
        found.append(made("display_data", data={"text/plain": value}, metadata={}))
    if error:
        found.append(made("stream", name="stderr", text=error))
    return found


def _readable(data: bytes) -> str:
    text = data.decode("utf-8", "replace").replace(OPENS, "").replace(CLOSES, "")
    return "".join(c if c in "\n\t\x1b" or c.isprintable() else "\ufffd" for c in text)
