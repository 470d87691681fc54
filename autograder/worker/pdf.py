"""What programs a PDF says it was made with, read inside the walls: a PDF is a program's worth of hostile bytes."""

import io
import logging
from typing import Any

__all__ = ["made_with"]

LENGTH = 200


def made_with(data: bytes) -> dict[str, Any]:
    """{"made": texts of Producer and Creator, as far as there are any} or {"failed": why the PDF cannot be read}."""
    from pypdf import PdfReader

    logging.disable(logging.CRITICAL)
    try:
        found = PdfReader(io.BytesIO(data), strict=False).metadata
        said = [] if found is None else [found.producer, found.creator]
        return {"made": [str(text)[:LENGTH] for text in said if isinstance(text, str)]}  # pypdf has strings of its own
    except MemoryError:
        return {"failed": "memory"}
    except BaseException as error:  # a parser trips over anything
        return {"failed": type(error).__name__[:LENGTH]}
