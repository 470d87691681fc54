"""Copies of plain values: whoever gets one may change it, and nobody else notices."""

from typing import Any

import numpy as np

__all__ = ["copied"]


def copied(value: Any) -> Any:
    """The same value: arrays, and the lists, dicts, tuples and named tuples around them, are new ones."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, tuple):
        items = map(copied, value)
        return type(value)(*items) if hasattr(value, "_fields") else tuple(items)
    if isinstance(value, list):
        return [copied(item) for item in value]
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    return value
