"""Claims about a script's run and the figures that it saved: read from the account that `student.script()` gives."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograder.errors import CheckFailed

__all__ = ["Figure", "assert_colours_match", "assert_finished", "assert_points", "calls", "figure_of", "figures"]

Floats = NDArray[np.float64]
CLOSE = 1e-9
SAME_COLOUR = 2 / 255
SHOWN = 6
# names as matplotlib and CSS have them; tab: colours are those of its default cycle
NAMED = {
    "red": "#ff0000", "green": "#008000", "blue": "#0000ff", "orange": "#ffa500", "purple": "#800080",
    "black": "#000000", "white": "#ffffff", "gray": "#808080", "grey": "#808080", "yellow": "#ffff00",
    "cyan": "#00ffff", "magenta": "#ff00ff", "pink": "#ffc0cb", "brown": "#a52a2a", "lime": "#00ff00",
    "tab:blue": "#1f77b4", "tab:orange": "#ff7f0e", "tab:green": "#2ca02c", "tab:red": "#d62728",
}  # fmt: skip


class Figure(NamedTuple):
    """What a saved figure showed: points (n, 2), RGBA colours (n, 4), markers (n,): equal numbers look the same.

    `caller` and `value` are the last watched call before it was saved and its array, None where there is none.
    """

    file: str
    points: Floats
    colours: Floats
    markers: NDArray[np.int64]
    caller: str
    value: Any
    title: str
    xlabel: str
    ylabel: str


def figures(script: Mapping[str, Any]) -> dict[str, Figure]:
    """The figures of a run by the files they were saved in, in order; of several in one file the last counts."""
    found: dict[str, Figure] = {}
    caller, value = "", None
    for event in script["events"]:
        if event["event"] == "call":
            caller, value = event["name"], event["value"]
            continue
        shown = {name: event[name] for name in ("points", "colours", "markers", "title", "xlabel", "ylabel")}
        found.pop(event["file"], None)
        found[event["file"]] = Figure(file=event["file"], caller=caller, value=value, **shown)
    return found


def figure_of(script: Mapping[str, Any], file: str) -> Figure:
    """The figure that was saved in this file; raises CheckFailed, saying why the script did not come to it."""
    found = figures(script)
    if file in found:
        return found[file]
    others = f"; saved were {_listed(found)}" if found else "; it saved no figure"
    if not script["finished"]:
        raise _unfinished(script, f"the script ended before it saved {file}")
    raise CheckFailed("wrong", f"the script saves no figure in {file}{others}")


def calls(script: Mapping[str, Any], name: str) -> list[Any]:
    """What each call of a watched function returned, in order: an array, or None for what is no array of numbers.

    Calls that another watched function made do not count.
    """
    made = [event for event in script["events"] if event["event"] == "call" and not event["within"]]
    return [event["value"] for event in made if event["name"] == name]


def assert_finished(script: Mapping[str, Any], file: str, *, writes: Iterable[str] = ()) -> None:
    """The script `file` came to its end, and these files, by their names in its folder, were written and not empty.

    Raises CheckFailed with the verdict that the exception asks for: "raised", "missing" where a function was no more
    than a stub, "memory".
    """
    if not script["finished"]:
        raise _unfinished(script, f"{file} does not run to its end")
    absent = [name for name in writes if not script["files"].get(name)]
    if absent:
        there = f"; it wrote {_listed(script['files'])}" if script["files"] else "; it wrote no file"
        raise CheckFailed("wrong", f"{file} does not write {', '.join(absent)}{there}")


def assert_points(figure: Figure, x: Floats, *, extra_up_to: int = 0) -> None:
    """The figure shows every point of x, shape (n, 2), once, to 1e-9.

    At most `extra_up_to` further points, in a marker that none of these has, are accepted. Raises CheckFailed("wrong").
    """
    at = _places(figure, x)
    lost = np.flatnonzero(at < 0)
    if lost.size:
        first = int(lost[0])
        raise CheckFailed(
            "wrong",
            f"{figure.file} shows {len(x) - lost.size} of the {len(x)} points",
            got=f"{len(figure.points)} points, none at point {first + 1} of the data, {_point(x[first])}",
            expected=f"every point once; {lost.size} are not there",
        )
    extra = np.setdiff1d(np.arange(len(figure.points)), at)
    alike = extra[np.isin(figure.markers[extra], np.unique(figure.markers[at]))]
    if extra.size > extra_up_to or alike.size:
        allowed = f"at most {extra_up_to} further ones in another marker" if extra_up_to else "no other"
        first = int(alike[0] if alike.size else extra[0])
        raise CheckFailed(
            "wrong",
            f"{figure.file} shows {extra.size} points besides the {len(x)} of the data",
            got=f"a point at {_point(figure.points[first])}",
            expected=f"the {len(x)} points and {allowed}",
        )


def assert_colours_match(
    figure: Figure, x: Floats, labels: NDArray[Any], *, palette: Sequence[str] | None = None
) -> None:
    """Points of one label, and only they, have one colour; with a palette, label j has its j-th colour.

    x is (n, 2), `labels` (n,) integers. A palette names colours (red, tab:blue) or gives them as #rrggbb. Transparency
    does not count, nor do points that lie on top of each other. Raises CheckFailed("wrong").
    """
    assert_points(figure, x, extra_up_to=len(figure.points))
    labels = np.asarray(labels).reshape(-1)
    if labels.shape != (len(x),):
        raise CheckFailed("malformed", f"there are {len(labels)} labels for the {len(x)} points of {figure.file}")
    single = ~_doubled(x)
    colours = figure.colours[_places(figure, x), :3]
    used: dict[int, Floats] = {}
    for label in np.unique(labels).tolist():
        mine = np.flatnonzero((labels == label) & single)
        if not mine.size:
            continue
        wanted = colours[mine[0]] if palette is None else _rgb(palette[int(label)])
        other = mine[np.abs(colours[mine] - wanted).max(axis=1) > SAME_COLOUR]
        if other.size:
            first = int(other[0])
            raise CheckFailed(
                "wrong",
                f"{figure.file}: {other.size} of the {mine.size} points of group {label} are not in its colour",
                got=f"point {first + 1} at {_point(x[first])} is {_hex(colours[first])}",
                expected=f"{_hex(wanted)}{'' if palette is None else f' ({palette[int(label)]})'}",
            )
        for earlier, colour in used.items():
            if np.abs(colour - wanted).max() <= SAME_COLOUR:
                raise CheckFailed(
                    "wrong", f"{figure.file}: the groups {earlier} and {label} have the same colour, {_hex(wanted)}"
                )
        used[int(label)] = wanted


def _places(figure: Figure, x: Floats) -> NDArray[np.int64]:
    """For each point of x the number of its own point in the figure, -1 where there is none left."""
    there: dict[tuple[float, float], list[int]] = {}
    for n, (a, b) in enumerate((figure.points + 0.0).tolist()):
        there.setdefault((a, b), []).append(n)
    found = np.full(len(x), -1, dtype=np.int64)
    for i, (a, b) in enumerate((np.asarray(x, dtype=float) + 0.0).tolist()):
        if here := there.get((a, b)):
            found[i] = here.pop(0)
    free = np.array(sorted(n for numbers in there.values() for n in numbers), dtype=np.int64)
    for row in np.flatnonzero(found < 0):
        if not free.size:
            break
        apart = np.abs(figure.points[free] - x[row]).max(axis=1)
        best = int(apart.argmin())
        if apart[best] <= CLOSE * max(1.0, float(np.abs(x[row]).max())):
            found[row] = free[best]
            free = np.delete(free, best)
    return found


def _doubled(x: Floats) -> NDArray[np.bool_]:
    """The points that another one lies on."""
    _, inverse, counts = np.unique(np.round(x, 9), axis=0, return_inverse=True, return_counts=True)
    doubled: NDArray[np.bool_] = counts[inverse.reshape(-1)] > 1
    return doubled


def _unfinished(script: Mapping[str, Any], reason: str) -> CheckFailed:
    verdict = script["verdict"] if script["verdict"] in ("missing", "memory") else "raised"
    why = ": a function that it calls is not written yet" if verdict == "missing" else ""
    return CheckFailed(verdict, f"{reason}{why}", got=script["error"])


def _rgb(name: str) -> Floats:
    code = NAMED.get(name, name).removeprefix("#")
    return np.array([int(code[i : i + 2], 16) / 255 for i in (0, 2, 4)])


def _hex(colour: Floats) -> str:
    return "#" + "".join(f"{round(255 * min(1.0, max(0.0, float(c)))):02x}" for c in colour)


def _point(point: Floats) -> str:
    return f"({float(point[0]):.6g}, {float(point[1]):.6g})"


def _listed(names: Iterable[str]) -> str:
    known = list(names)
    return ", ".join(known[:SHOWN]) + (" …" if len(known) > SHOWN else "")
