"""Two groups of points in the plane: which centre is nearer, and where the centres lie."""

import numpy as np

COLOURS = ("red", "blue")


def assign(x: "n 2", centres: "k 2") -> "n":
    """The number of the nearest centre of each point; of two as near the first."""
    raise NotImplementedError


def centres(x: "n 2", labels: "n", k: int) -> "k 2":
    """The mean of each group's points."""
    raise NotImplementedError


def plot(x: "n 2", labels: "n", name: str) -> None:
    """Draws the points, each in the colour of its group, into a file of this name."""
    import matplotlib.pyplot as plt

    plt.figure()
    for j, colour in enumerate(COLOURS):
        plt.scatter(x[labels == j, 0], x[labels == j, 1], c=colour)
    plt.title("two groups")
    plt.savefig(name)
    plt.close()


def main() -> None:
    """Reads points.csv, moves two centres three times, draws pred.png."""
    x = np.loadtxt("points.csv", delimiter=",", skiprows=1)
    middle = x[:2]
    for _ in range(3):
        labels = assign(x, middle)
        middle = centres(x, labels, 2)
    print(f"{int((labels == 0).sum())} points in the first group")
    plot(x, labels, "pred.png")


if __name__ == "__main__":
    main()
