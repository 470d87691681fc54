"""Makes notebooks for tests: bytes of the JSON that Jupyter writes, or that it should not have written."""

import json
from typing import Any


def code(source: Any, **more: Any) -> dict[str, Any]:
    """A code cell."""
    cell = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
    return cell | more


def words(source: Any, **more: Any) -> dict[str, Any]:
    """A text cell."""
    return {"cell_type": "markdown", "metadata": {}, "source": source} | more


def notebook(*cells: Any, **top: Any) -> bytes:
    """A notebook of version 4; cells that are strings become code."""
    made = [code(cell) if isinstance(cell, str) else cell for cell in cells]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5} | top).encode()


def version_3(*cells: dict[str, Any]) -> bytes:
    """A notebook of version 3, whose cells lie in a worksheet."""
    return json.dumps(
        {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": list(cells)}]}
    ).encode()
