"""The reference of figures.py against the pictures themselves: what matplotlib writes as SVG, read back as numbers."""

import io
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib import rc_context

from reference.cse599i_hw1 import figures
from reference.cse599i_hw1.adapters import figures as adapter
from tests.properties.cse599i_hw1.draw_gmm import MEANS, dataset

SVG = "{http://www.w3.org/2000/svg}"
POINTS_PER_INCH = 72
CLOSE = 1e-4  # an SVG has six decimals of a point, and a point is less than 0.1 in data


@pytest.fixture(autouse=True)
def _plainly_drawn():
    """Lines keep all their corners, texts stay texts, and no figure is left open."""
    with rc_context({"path.simplify": False, "svg.fonttype": "none"}):
        yield
    plt.close("all")


def picture(figure):
    """The figure as SVG, and what takes the picture's coordinates (n, 2) to data."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg")
    to_data = figure.axes[0].transData.inverted()
    height = figure.get_figheight() * POINTS_PER_INCH

    def data(places):
        x, y = np.asarray(places, dtype=float).T
        return to_data.transform(np.stack([x, height - y], axis=1) * figure.dpi / POINTS_PER_INCH)

    return ET.fromstring(buffer.getvalue()), data  # noqa: S314 - a picture of our own


def markers(root, data):
    """For each scatter of a picture: places in data (n, 2), colours and shapes (n,) of its markers."""
    found = []
    for group in root.iter(f"{SVG}g"):
        if group.get("id", "").startswith("PathCollection"):
            shapes = {f"#{path.get('id')}": path.get("d") for path in group.iter(f"{SVG}path")}
            used = list(group.iter(f"{SVG}use"))
            places = data([(use.get("x"), use.get("y")) for use in used])
            links = [use.get("{http://www.w3.org/1999/xlink}href") for use in used]
            found.append((places, np.array([use.get("style") for use in used]), [shapes.get(link) for link in links]))
    return found


@pytest.mark.parametrize("seed", range(3))
def test_the_scatter_shows_each_point_in_its_component_s_colour(seed):
    """Every row of X has a marker where it belongs; two markers have one colour just if their labels agree."""
    order = np.random.default_rng(seed).permutation(60)
    X, labels = dataset(seed, 20)[order], np.repeat(np.arange(3), 20)[order]
    root, data = picture(figures.fig_data(X, labels))
    [(places, colours, _)] = markers(root, data)

    np.testing.assert_allclose(places, X, atol=CLOSE)
    same = colours[:, None] == colours
    assert (same == (labels[:, None] == labels)).all()
    np.testing.assert_allclose(adapter.data_figure(figures, X, labels)["points"], X)


@pytest.mark.parametrize("steps", [1, 10, 500])
def test_the_curve_goes_through_the_trace(steps):
    """The one curve of the picture has its corners at (k, ll[k]), k from 0 on."""
    ll = -4 - np.random.default_rng(steps).random(steps + 1)
    root, data = picture(figures.fig_trace(ll))
    [path] = [path.get("d").split() for path in root.iter(f"{SVG}path") if path.get("clip-path")]
    numbers = [float(word) for word in path if word not in ("M", "L")]

    corners = data(np.reshape(numbers, (-1, 2)))
    right = np.stack([np.arange(steps + 1), ll], axis=1)
    np.testing.assert_allclose(corners, right, atol=CLOSE * max(1, steps / 10))
    [(k, values)] = adapter.trace_figure(figures, ll)["lines"]
    np.testing.assert_allclose(np.stack([k, values], axis=1), right)


@pytest.mark.parametrize("seed", range(3))
def test_the_means_are_drawn_apart_from_the_points(seed):
    """All points have one kind of marker, the means another one in another colour, each where it belongs."""
    X, mu = dataset(seed, 20), MEANS + np.random.default_rng(seed).normal(size=(3, 2))
    root, data = picture(figures.fig_means(X, mu))
    (points, plain, dots), (means, marked, crosses) = markers(root, data)

    np.testing.assert_allclose(points, X, atol=CLOSE)
    np.testing.assert_allclose(means, mu, atol=CLOSE)
    assert len({*dots}) == len({*crosses}) == 1
    assert {*dots}.isdisjoint(crosses)
    assert {*plain}.isdisjoint(marked)
    np.testing.assert_allclose(adapter.means_figure(figures, X, mu)["points"], np.concatenate([X, mu]))


@pytest.mark.parametrize("name", ["fig_data", "fig_trace", "fig_means"])
def test_both_axes_say_what_they_show(name):
    """A picture holds two texts that are no number: the labels that the adapter reads."""
    X = dataset(1, 5)
    arguments = {"fig_data": (X, np.repeat(np.arange(3), 5)), "fig_trace": (np.arange(4.0),), "fig_means": (X, MEANS)}
    root, _ = picture(getattr(figures, name)(*arguments[name]))
    texts = [node.text for node in root.iter(f"{SVG}text") if any(letter.isalpha() for letter in node.text)]
    read = getattr(adapter, f"{name.removeprefix('fig_')}_figure")(figures, *arguments[name])

    assert len(texts) == 2
    assert {*texts} == {*read["xlabels"], *read["ylabels"]}
