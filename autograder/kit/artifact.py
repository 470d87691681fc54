"""Claims about what a training run left: its checkpoint, arrays, tables and report, each by the name of its file.

`run` is what `student.artifact()` gives. A file that is not there is `missing`, one that cannot be read has the verdict
that reading it came to; either is told only where it is asked for.
"""

from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np

from autograder.errors import CheckFailed, Ungraded

__all__ = ["array_in", "assert_finite", "assert_shapes", "record_in", "table_in", "tensors_in", "undecidable"]

CHECKPOINTS = (".safetensors", ".pt")
SHOWN = 3


def tensors_in(run: Any) -> dict[str, np.ndarray]:
    """The tensors of the run's checkpoint by name, in the float type in which they were stored."""
    name = next((name for name in run if name.endswith(CHECKPOINTS)), "model.safetensors")
    tensors: dict[str, np.ndarray] = _held(run, name, "tensors")
    return tensors


def array_in(run: Any, name: str, shape: tuple[int, ...]) -> np.ndarray:
    """The array of a .npy file as float64, if it has this shape."""
    array = _held(run, name, "array")
    if array.shape != shape:
        raise CheckFailed("malformed", f"{name} must have the shape {shape}", got=str(array.shape))
    return np.asarray(array, dtype=np.float64)


def table_in(run: Any, name: str, columns: tuple[str, ...]) -> dict[str, np.ndarray]:
    """The columns of a .csv file by name, float64, if these are among them."""
    rows = _held(run, name, "rows")
    there = run[name]["columns"]
    if missing := [column for column in columns if column not in there]:
        raise CheckFailed("malformed", f"{name} has no column {missing[0]}", got=", ".join(there)[:200])
    return {column: np.asarray(rows[:, there.index(column)], dtype=np.float64) for column in columns}


def record_in(run: Any, name: str) -> Mapping[str, Any]:
    """The object of a .json file."""
    record: Mapping[str, Any] = _held(run, name, "record")
    return record


def assert_shapes(tensors: Mapping[str, np.ndarray], shapes: Mapping[str, tuple[int, ...]]) -> None:
    """The checkpoint has tensors of exactly these names and shapes. Raises CheckFailed("wrong") with the first few."""
    missing = [f"{name} is not there" for name in shapes if name not in tensors]
    strange = [f"{name} does not belong to the model" for name in tensors if name not in shapes]
    other = [
        f"{name} is {tensors[name].shape} and not {shape}"
        for name, shape in shapes.items()
        if name in tensors and tensors[name].shape != shape
    ]
    if found := [*missing, *other, *strange]:
        more = f", and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        raise CheckFailed("wrong", f"the weights are not those of the model: {'; '.join(found[:SHOWN])}{more}")


def assert_finite(tensors: Mapping[str, np.ndarray]) -> None:
    """No weight is NaN or infinite, as float32 either. Raises CheckFailed("malformed") with the first that is."""
    for name, tensor in tensors.items():
        with np.errstate(over="ignore"):
            if not np.isfinite(tensor.astype(np.float32)).all():
                raise CheckFailed("malformed", f"{name} holds numbers that are not finite")


def undecidable(reason: str) -> NoReturn:
    """The claim cannot be decided by this grader: the part waits for a person, and costs nobody a point until then."""
    raise Ungraded(reason)


def _held(run: Any, name: str, key: str) -> Any:
    """What a file holds under a key; raises CheckFailed with the verdict where it does not."""
    if name not in run:
        raise CheckFailed("missing", f"{name} is not among your files: it belongs beside the checkpoint")
    if "error" in run[name]:
        raise CheckFailed(run[name]["verdict"], run[name]["error"])
    return run[name][key]
