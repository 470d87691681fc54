"""Values that cross the wall and have no type of their own in numpy; anyone may import it."""

from typing import Any, NamedTuple

__all__ = ["Tensor"]


class Tensor(NamedTuple):
    """A torch tensor as plain data: `data` holds its values (bfloat16: its bits as int16)."""

    dtype: str
    data: Any
    requires_grad: bool
