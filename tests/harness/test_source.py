"""Decoding sources: every encoding an editor may write is read, and what cannot be read is told with its line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.source.text import decoded

SOURCE = 'NAME = "café"\nx = 1\n'
FIXED = settings(max_examples=300, deadline=None, database=None, derandomize=True)

READ = {
    "UTF-8": SOURCE.encode(),
    "UTF-8 with a mark": b"\xef\xbb\xbf" + SOURCE.encode(),
    "line ends of Windows": SOURCE.replace("\n", "\r\n").encode(),
    "line ends of an old Mac": SOURCE.replace("\n", "\r").encode(),
    "UTF-16, little end first": SOURCE.encode("utf-16"),
    "UTF-16, big end first": b"\xfe\xff" + SOURCE.encode("utf-16-be"),
    "UTF-32": SOURCE.encode("utf-32"),
}


@pytest.mark.parametrize("data", READ.values(), ids=READ)
def test_what_editors_write_is_read(data):
    """Marks and line ends are no part of the text."""
    assert decoded(data, "a.py") == SOURCE


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-8", "iso-8859-15"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_a_declared_encoding_counts(encoding, end):
    """A coding line is followed, whatever the line ends are."""
    text = f"# -*- coding: {encoding} -*-\n{SOURCE}"

    assert decoded(text.replace("\n", end).encode(encoding), "a.py") == text


@pytest.mark.parametrize("data", READ.values(), ids=READ)
def test_the_text_compiles(data):
    """What was decoded is Python, whatever it says of its encoding."""
    compile(decoded(data, "a.py"), "a.py", "exec")
    compile(decoded(b"# coding: latin-1\nx = '\xe9'\n", "a.py"), "a.py", "exec")


REFUSED = {
    "undeclared Latin-1": (b"x = 1\r\ny = 'caf\xe9'\r\n", 2, "holds the byte 0xe9 (é in Latin-1), which is not UTF-8"),
    "undeclared, old Mac": (b"x = 1\ry = 1\rz = 'caf\xe9'\r", 3, "holds the byte 0xe9"),
    "undeclared, in the first line": (b"# caf\xe9\n", 1, "or declare its encoding in the first line"),
    "a byte of no code page": (b"x = '\x81'\n", 1, "holds the byte 0x81, which is not UTF-8"),
    "NUL bytes": (b"x = 1\ny\0 = 2\nlong = 'enough'\n", 2, "holds NUL bytes: it is damaged, or no text; save the file"),
    "UTF-16 without a mark": (SOURCE.encode("utf-16-le"), 1, "holds NUL bytes, as UTF-16 without its mark does"),
    "UTF-16 cut in the middle": (SOURCE.encode("utf-16")[:-1], None, "is not the UTF-16 that it says it is"),
    "an unknown encoding": (b"# coding: klingon\n", 1, "declares an encoding that Python does not know"),
    "a codec that is none of text": (b"# coding: hex\n", None, "cannot be read in the encoding it declares, hex"),
    "a mark and another encoding": (b"\xef\xbb\xbf# coding: latin-1\n", 1, "but declares another encoding"),
    "a NUL in UTF-16": ("x = 1\n\0".encode("utf-16"), 2, "holds a NUL character"),
    "half a character": (b"# coding: utf-7\nx = '+2AA-'\n", None, ""),
}


@pytest.mark.parametrize(("data", "line", "text"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_says_where_and_what_to_do(data, line, text):
    """The SyntaxError has the file, the line where one can be said, and an advice."""
    with pytest.raises(SyntaxError) as caught:
        decoded(data, "src/a.py")

    assert caught.value.filename == "src/a.py"
    assert text in caught.value.msg
    assert line is None or caught.value.lineno == line
    assert "save the file as UTF-8" in caught.value.msg


@FIXED
@given(
    data=st.binary(max_size=80), head=st.sampled_from([b"", b"# coding: utf-7\n", b"\xff\xfe", b"# coding: punycode\n"])
)
def test_any_bytes_are_a_text_or_a_syntax_error(data, head):
    """Nothing else ever comes out, and a text can always be encoded and compiled or refused by Python itself."""
    try:
        text = decoded(head + data, "a.py")
    except SyntaxError:
        return
    assert "\0" not in text
    assert "\r" not in text
    text.encode()
