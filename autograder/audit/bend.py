"""Arguments beside the drawn ones, so that equivalence is not judged by the very strategies that are audited."""

from collections.abc import Iterator
from typing import Any

import numpy as np

__all__ = ["bent"]

Call = tuple[str, list[Any], dict[str, Any]]


def bent(call: Call, rng: np.random.Generator, *, hostile: bool) -> Iterator[Call]:
    """The call with its arguments jittered and scaled; `hostile` also with what a function must refuse or survive.

    Hostile are NaN, infinity, zeros, other signs and sizes, missing and doubled rows, other axes, one argument each.
    """
    function, args, kwargs = call
    yield function, [_jittered(value, rng) for value in args], kwargs
    yield function, [_scaled(value, 3.0) for value in args], kwargs
    yield function, [_scaled(value, 1e-3) for value in args], kwargs
    if hostile:
        for i, value in enumerate(args):
            for other in _hostile(value, rng):
                yield function, [*args[:i], other, *args[i + 1 :]], kwargs


def _real(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.size > 0 and not _distribution(value)


def _distribution(value: Any) -> bool:
    return bool(value.ndim and (value >= 0).all() and np.allclose(value.sum(axis=-1), 1))


def _jittered(value: Any, rng: np.random.Generator) -> Any:
    if not _real(value):
        return value
    noise = 0.01 * rng.standard_normal(value.shape)
    square = value.ndim > 1 and value.shape[-1] == value.shape[-2]
    return value * (1 + (noise + np.swapaxes(noise, -1, -2)) / 2) if square else value * (1 + noise)


def _scaled(value: Any, factor: float) -> Any:
    return value * factor if _real(value) or isinstance(value, float) else value


def _hostile(value: Any, rng: np.random.Generator) -> Iterator[Any]:
    if isinstance(value, bool | int | float):
        yield from (0, -value, float("nan"), float("inf"), value + 0.5, np.array([value, value], dtype=float))
        return
    if not isinstance(value, np.ndarray):
        return
    yield from (value * 0, -value, value + 1, value.astype(float) + 0.5, value[..., None], value[None])
    if value.ndim:
        yield from (value[1:], np.concatenate([value, value[:1]]), value[0] if len(value) else value, value[:0])
        yield np.concatenate([value, value[..., :1]], axis=-1)
    if value.ndim > 1:
        yield np.swapaxes(value, -1, -2)
    if value.size and value.dtype.kind == "f":
        for odd in (np.nan, np.inf, -np.inf, 1e200):
            spoiled = value.copy()
            spoiled.flat[int(rng.integers(value.size))] = odd
            yield spoiled
    if value.ndim and len(value) and _distribution(np.asarray(value, dtype=float)):
        for shift in (3e-9, 3e-8, -3e-8, -0.1):
            off = value.copy()
            off.reshape(-1, value.shape[-1])[0, 0] += shift
            yield off
