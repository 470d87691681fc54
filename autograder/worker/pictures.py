"""Reads what a live figure shows when it is saved: points, their colours, which of them share a marker, its labels.

It looks at matplotlib from outside: a figure that fights being read gives no points, and the program goes on.
"""

import contextlib
import os
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["force_agg", "listen"]

Take = Callable[[dict[str, Any]], None]
POINTS_LIMIT = 20_000
TEXT_LIMIT = 200
ARTISTS_LIMIT = 20_000


def force_agg() -> None:
    """Draws without a window whatever the program asks for; `show` does nothing."""
    import matplotlib
    import matplotlib.pyplot as plt

    plt.switch_backend("Agg")

    def ignored(*args: Any, **kwargs: Any) -> None:
        """Nothing happens: there is no screen here."""

    matplotlib.use = ignored
    for name in ("show", "switch_backend", "pause"):
        setattr(plt, name, ignored)


def listen(take: Take, folder: str) -> None:
    """From here on every savefig is taken down first, with the file's name from `folder` on."""
    from matplotlib.figure import Figure

    original = Figure.savefig

    def savefig(self: Any, fname: Any, *args: Any, **kwargs: Any) -> Any:
        with contextlib.suppress(Exception):  # what cannot be read is not taken down
            take(_read(self, _name(fname, kwargs.get("format"), folder)))
        return original(self, fname, *args, **kwargs)

    savefig.__doc__ = original.__doc__
    Figure.savefig = savefig  # type: ignore[method-assign]  # pyplot.savefig comes through here too


def _name(target: Any, ending: Any, folder: str) -> str:
    """The name of the file to be written; nothing for what is no path."""
    if not isinstance(target, str | os.PathLike):
        return ""
    name = os.path.relpath(os.path.join(os.getcwd(), os.fspath(target)), folder)
    if not os.path.splitext(name)[1]:
        name += f".{ending or sys.modules['matplotlib'].rcParams['savefig.format']}"
    return str(name)[:TEXT_LIMIT]


def _read(figure: Any, name: str) -> dict[str, Any]:
    """A figure as plain arrays: points (n, 2), colours (n, 4) RGBA, markers (n,): equal numbers look the same."""
    shapes: dict[bytes, int] = {}
    points: list[Any] = []
    colours: list[Any] = []
    markers: list[Any] = []
    count = 0
    for axes in figure.axes:
        for artist in [*axes.collections, *axes.lines][:ARTISTS_LIMIT]:
            found = _scatter(artist) if hasattr(artist, "get_offsets") else _line(artist)
            if found is None:
                continue
            where, colour, shape = found
            kept = np.isfinite(where).all(axis=1)
            if not kept.any():
                continue
            count += int(kept.sum())
            if count > POINTS_LIMIT:
                break
            points.append(where[kept])
            colours.append(_spread(colour, len(where))[kept])
            markers.append(np.full(int(kept.sum()), shapes.setdefault(shape, len(shapes)), dtype=np.int64))
    first = figure.axes[0] if figure.axes else None
    return {
        "event": "figure",
        "file": name,
        "points": np.concatenate(points) if points else np.zeros((0, 2)),
        "colours": np.concatenate(colours) if colours else np.zeros((0, 4)),
        "markers": np.concatenate(markers) if markers else np.zeros(0, dtype=np.int64),
        "title": _words(first.get_title()) if first else "",
        "xlabel": _words(first.get_xlabel()) if first else "",
        "ylabel": _words(first.get_ylabel()) if first else "",
    }


def _scatter(artist: Any) -> tuple[Any, Any, bytes] | None:
    """What a scatter shows; None for another kind of collection."""
    from matplotlib.collections import PathCollection

    if not isinstance(artist, PathCollection) or not artist.get_visible():
        return None
    points = _plain(artist.get_offsets())
    artist.update_scalarmappable()  # numbers become colours only when something is drawn
    colours = np.asarray(artist.get_facecolor(), dtype=float).reshape(-1, 4)
    if not len(colours):
        colours = np.asarray(artist.get_edgecolor(), dtype=float).reshape(-1, 4)
    paths = artist.get_paths()
    return points, colours, _shape(paths[0].vertices) if paths else b""


def _line(artist: Any) -> tuple[Any, Any, bytes] | None:
    """The markers of a line; None where it has none."""
    from matplotlib.colors import to_rgba
    from matplotlib.markers import MarkerStyle

    if artist.get_marker() in (None, "None", "none", "", " ") or not artist.get_visible():
        return None
    colour = artist.get_markerfacecolor()
    if isinstance(colour, str) and colour == "none":
        colour = artist.get_markeredgecolor()
    style = MarkerStyle(artist.get_marker())
    path = style.get_path().transformed(style.get_transform())
    return _plain(artist.get_xydata()), np.array([to_rgba(colour, artist.get_alpha())]), _shape(path.vertices)


def _plain(points: Any) -> Any:
    """Points (n, 2) as floats, NaN where they are masked."""
    return np.ma.filled(np.ma.asarray(points).astype(np.float64), np.nan).reshape(-1, 2)


def _spread(colours: Any, n: int) -> Any:
    """A colour for each point, as matplotlib repeats them; grey without any."""
    if not len(colours):
        return np.full((n, 4), 0.5)
    return colours[np.arange(n) % len(colours)]


def _shape(vertices: Any) -> bytes:
    return np.round(np.asarray(vertices, dtype=np.float64), 6).tobytes()


def _words(text: Any) -> str:
    return text[:TEXT_LIMIT] if type(text) is str else ""
