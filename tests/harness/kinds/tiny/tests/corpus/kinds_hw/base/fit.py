import numpy as np
import matplotlib.pyplot as plt


def assign(x, centres):
    d = np.array([[np.linalg.norm(p - c) for c in centres] for p in x])
    return d.argmin(axis=1)


def centres(x, labels, k):
    return np.array([np.mean(x[labels == j], axis=0) for j in range(k)])


x = np.genfromtxt("points.csv", delimiter=",", skip_header=1)
if __name__ == "__main__":
    middle = x[:2].copy()
    for _ in range(3):
        labels = assign(x, middle)
        middle = centres(x, labels, 2)
    print((labels == 0).sum(), "points")
    for p, label in zip(x, labels):
        plt.scatter(p[0], p[1], color=["red", "blue"][label], alpha=0.5)
    plt.savefig("pred.png")
    plt.show()
