"""A student's source file as text, whatever editor wrote it; what cannot be read is a SyntaxError with a clear text."""

import codecs
import io
import re
import tokenize

__all__ = ["decoded"]

MARKS = (  # the longer ones first: the mark of UTF-32 begins like that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
ODD = re.compile("[\0\ud800-\udfff]")
ADVICE = "save the file as UTF-8 and hand it in again"


def decoded(data: bytes, name: str) -> str:
    """The text of a source file with plain line ends: UTF-8, UTF-16 or -32 with a mark, or the encoding it declares.

    Raises SyntaxError, with the file's name and where it can be said the line, for bytes that are no such text.
    """
    encoding = next((encoding for mark, encoding in MARKS if data.startswith(mark)), None) or _declared(data, name)
    if encoding.startswith("utf-8") and b"\0" in data:
        raise _fault(*_about_nul(data), name)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _fault(*_about_byte(data, error, encoding), name) from None
    except (LookupError, ValueError):  # a codec that is none of text, or one that fails in its own way
        raise _fault(f"cannot be read in the encoding it declares, {encoding[:40]}; {ADVICE}", None, name) from None
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if odd := ODD.search(text):
        kind = "a NUL character" if odd[0] == "\0" else "half a character"
        raise _fault(f"holds {kind}, which no Python source may; {ADVICE}", text.count("\n", 0, odd.start()) + 1, name)
    return text


def _declared(data: bytes, name: str) -> str:
    """The encoding that one of the first two lines declares; UTF-8 when none does."""
    head = data[:4096].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    try:
        return tokenize.detect_encoding(io.BytesIO(head).readline)[0]
    except SyntaxError as error:
        if "unknown encoding" in str(error):
            said = str(error.msg)[:60]
            raise _fault(f"declares an encoding that Python does not know ({said}); {ADVICE}", 1, name) from None
        if data.startswith(codecs.BOM_UTF8) and "encoding problem" in str(error):
            raise _fault(f"begins with the mark of UTF-8 but declares another encoding; {ADVICE}", 1, name) from None
        return "utf-8"  # the first lines are no UTF-8: decoding says which byte


def _about_nul(data: bytes) -> tuple[str, int]:
    """What to say of NUL bytes: every other byte is one in UTF-16."""
    line = data.count(b"\n", 0, data.index(b"\0")) + 1
    if data.count(b"\0") * 3 > len(data):
        return f"holds NUL bytes, as UTF-16 without its mark does; {ADVICE}", line
    return f"holds NUL bytes: it is damaged, or no text; {ADVICE}", line


def _about_byte(data: bytes, error: UnicodeDecodeError, encoding: str) -> tuple[str, int | None]:
    """What to say of the first byte that is not of the encoding."""
    if not encoding.startswith("utf-8"):
        return f"is not the {encoding.upper()} that it says it is; {ADVICE}", None
    before = data[: error.start]
    line = before.count(b"\n") + before.replace(b"\r\n", b"\n").count(b"\r") + 1
    byte = data[error.start]
    meant = bytes([byte]).decode("cp1252", "ignore")
    sign = f" ({meant} in Latin-1)" if meant.isprintable() and meant else ""
    return (
        f"holds the byte 0x{byte:02x}{sign}, which is not UTF-8; save the file as UTF-8, or declare its encoding in "
        "the first line: # -*- coding: latin-1 -*-",
        line,
    )


def _fault(text: str, line: int | None, name: str) -> SyntaxError:
    return SyntaxError(f"the file {text}", (name, line, None, None))
