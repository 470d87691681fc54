"""The look at a PDF before a person confirms the bonus: hints only, from hostile bytes, read in a jail."""

import io

import pypdf
import pytest

from autograder.engine import bonus
from autograder.engine.bonus import latex_signs
from autograder.engine.submission import Submission
from autograder.engine.worker import Budget, Worker
from autograder.errors import StudentError
from autograder.wire import pack


def pdf(**info: str) -> bytes:
    """A PDF of one empty page with this document information."""
    writer = pypdf.PdfWriter()
    writer.add_blank_page(72, 72)
    writer.metadata = {f"/{key}": text for key, text in info.items()}
    data = io.BytesIO()
    writer.write(data)
    return data.getvalue()


def looked(zygote, **files: bytes):
    """Signs and troubles of a submission of these PDFs."""
    return latex_signs(lambda: zygote, Submission("s", {f"{name}.pdf": data for name, data in files.items()}))


@pytest.mark.parametrize(
    ("key", "maker"),
    [
        ("Producer", "pdfTeX-1.40.25"),
        ("Producer", "LuaTeX-1.17.0"),
        ("Producer", "XeTeX 0.999995"),
        ("Creator", "LaTeX with hyperref"),
        ("Producer", "xetex"),
    ],
)
def test_a_pdf_that_names_a_tex_looks_like_latex(zygote, key, maker):
    """Producer or Creator of each engine is a sign, which a person has to confirm."""
    [sign], troubles = looked(zygote, report=pdf(**{key: maker}))

    assert "report.pdf looks like LaTeX" in sign
    assert "to be confirmed by a person" in sign
    assert troubles == ()


@pytest.mark.parametrize("info", [{}, {"Producer": "Matplotlib pdf backend v3.11"}, {"Title": "pdfTeX"}])
def test_other_pdfs_are_no_sign(zygote, info):
    """A figure, or a title that says LaTeX, is no sign and no trouble."""
    assert looked(zygote, figure=pdf(**info)) == ((), ())


def test_among_figures_the_write_up_is_found(zygote):
    """Every PDF is looked at until one looks like LaTeX."""
    figure = pdf(Producer="Matplotlib pdf backend")
    signs, _ = looked(zygote, a=figure, b=figure, write_up=pdf(Producer="pdfTeX"))

    assert signs[0].startswith("write_up.pdf")


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n",
        b"%PDF-1.7\n" + b"\0" * 1000,
        pdf(Producer="pdfTeX")[:-200],
        b"%PDF-1.7\ntrailer\n<< /Info 1 0 R /Size 2 /Root 1 0 R >>\nstartxref\n0\n%%EOF",
        b"%PDF-1.7\n1 0 obj\n" + b"[" * 200_000,
        b"%PDF-1.7\n1 0 obj\n"
        + b"<<" * 200_000
        + b"\nendobj\ntrailer\n<</Info 1 0 R/Root 1 0 R>>\nstartxref\n9\n%%EOF",
    ],
    ids=range(6),
)
def test_a_damaged_pdf_is_at_most_a_trouble(zygote, data):
    """Whatever the parser makes of it, the submission is graded on, and staff know where to look."""
    signs, troubles = looked(zygote, report=data)

    assert all("report.pdf" in said for said in (*signs, *troubles))
    assert len(signs) + len(troubles) <= 1


def test_what_only_is_called_a_pdf_is_not_parsed(zygote):
    """A file without the mark of a PDF starts no process."""
    assert latex_signs(lambda: pytest.fail("started"), Submission("s", {"x.pdf": b"MZ"})) == ((), ("x.pdf is no PDF",))


def test_without_pdfs_no_process_starts():
    """A submission of sources costs nothing."""
    assert latex_signs(lambda: pytest.fail("started"), Submission("s", {"a.py": b""})) == ((), ())


def test_pdfs_that_end_their_reader_are_given_up_after_two(zygote, monkeypatch):
    """A dozen PDFs made to be slow cannot use up the time of the whole grading."""
    asked = []

    def die(self, data):
        asked.append(data)
        raise StudentError("timeout", "too slow")

    monkeypatch.setattr(Worker, "pdf", die)
    signs, troubles = looked(zygote, **{name: pdf() for name in "abcdef"})

    assert (len(asked), signs) == (2, ())
    assert "timeout" in troubles[0]
    assert "not looked at" in troubles[-1]


@pytest.mark.parametrize("answer", [{}, {"made": 3}, {"made": [3, None]}, {"failed": [1]}, {"made": {"a": "pdfTeX"}}])
def test_a_forged_answer_is_no_sign(zygote, monkeypatch, answer):
    """What comes back from the jail is believed only in its form."""
    assert pack(answer)
    monkeypatch.setattr(Worker, "pdf", lambda self, data: answer)

    assert looked(zygote, report=pdf()) == ((), ())


def test_the_reader_is_held_to_limits():
    """Time and memory of a worker that reads a PDF are bounded."""
    assert isinstance(bonus.BUDGET, Budget)
    assert bonus.BUDGET.total_s <= 5
    assert bonus.BUDGET.memory_mb <= 512
