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
    """From here on every figure is taken down before it is saved, with the file's name from `folder` on."""
    from matplotlib.backend_bases import FigureCanvasBase

    original = FigureCanvasBase.print_figure

    def print_figure(self: Any, filename: Any, *args: Any, **kwargs: Any) -> Any:
        with contextlib.suppress(Exception):  # what cannot be read is not taken down
            take(_read(self.figure, _name(filename, kwargs.get("format"), folder)))
        return original(self, filename, *args, **kwargs)

    print_figure.__doc__ = original.__doc__
    FigureCanvasBase.print_figure = print_figure  # type: ignore[method-assign]  # each savefig comes through here


def _name(target: Any, ending: Any, folder: str) -> str:
    """The name of the file to be written, also of one that is open and of PdfPages; nothing for what has none."""
    named = isinstance(target, str | os.PathLike)
    path = target if named else getattr(target, "name", getattr(target, "_filename", None))
    if not isinstance(path, str | os.PathLike):
        return ""
    name = str(os.path.relpath(os.path.join(os.getcwd(), os.fspath(path)), folder))
    if named and ending is None and os.path.splitext(name)[1] in ("", "."):
        name = f"{name.rstrip('.')}.{sys.modules['matplotlib'].rcParams['savefig.format']}"
    return name[:TEXT_LIMIT]


def _read(figure: Any, name: str) -> dict[str, Any]:
    """A figure as plain arrays: points (n, 2), colours (n, 4) RGBA, markers (n,): equal numbers look the same."""
    shapes: dict[bytes, int] = {}
    points: list[Any] = []
    colours: list[Any] = []
    markers: list[Any] = []
    count = 0
    for axes in filter(_shows, figure.axes):
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
            colours.append(colour[kept])
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


def _shows(artist: Any) -> bool:
    return bool(artist.get_visible())


def _scatter(artist: Any) -> tuple[Any, Any, bytes] | None:
    """What a scatter shows; None for another kind of collection. Points that nobody sees are NaN."""
    from matplotlib.collections import PathCollection

    if not isinstance(artist, PathCollection) or not _shows(artist):
        return None
    points = _plain(artist.get_offsets())
    artist.update_scalarmappable()  # numbers become colours only when something is drawn
    faces, edges = (_spread(found, len(points)) for found in (artist.get_facecolor(), artist.get_edgecolor()))
    colours = np.where(faces[:, 3:] != 0, faces, edges)
    sizes = np.resize(artist.get_sizes(), len(points)) if len(artist.get_sizes()) else np.ones(len(points))
    points[(colours[:, 3] == 0) | (sizes == 0)] = np.nan
    paths = artist.get_paths()
    return points, colours, _shape(paths[0].vertices) if paths else b""


def _line(artist: Any) -> tuple[Any, Any, bytes] | None:
    """The markers of a line; None where it has none, or none that anybody sees."""
    from matplotlib.colors import to_rgba
    from matplotlib.markers import MarkerStyle

    if artist.get_marker() in (None, "None", "none", "", " ") or not _shows(artist) or not artist.get_markersize():
        return None
    colour = artist.get_markerfacecolor()
    if isinstance(colour, str) and colour == "none":
        colour = artist.get_markeredgecolor()
    rgba = to_rgba(colour, artist.get_alpha())
    if not rgba[3]:
        return None
    style = MarkerStyle(artist.get_marker())
    path = style.get_path().transformed(style.get_transform())
    points = _plain(artist.get_xydata())
    return points, _spread([rgba], len(points)), _shape(path.vertices)


def _plain(points: Any) -> Any:
    """Points (n, 2) as floats, NaN where they are masked."""
    return np.array(np.ma.filled(np.ma.asarray(points).astype(np.float64), np.nan)).reshape(-1, 2)


def _spread(colours: Any, n: int) -> Any:
    """A colour for each point, as matplotlib repeats them; without any, one that nobody sees."""
    found = np.asarray(colours, dtype=float).reshape(-1, 4)
    return found[np.arange(n) % len(found)] if len(found) else np.zeros((n, 4))


def _shape(vertices: Any) -> bytes:
    return np.round(np.asarray(vertices, dtype=np.float64), 6).tobytes()


def _words(text: Any) -> str:
    return text[:TEXT_LIMIT] if type(text) is str else ""
