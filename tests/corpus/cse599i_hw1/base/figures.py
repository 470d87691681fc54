import matplotlib.pyplot as plt


def fig_data(X, labels):
    fig = plt.figure()
    for k in sorted(set(labels.tolist())):
        plt.plot(X[labels == k, 0], X[labels == k, 1], ".", label=f"component {k}")
    plt.xlabel("first coordinate")
    plt.ylabel("second coordinate")
    plt.legend()
    return fig


def fig_trace(ll):
    fig, ax = plt.subplots()
    ax.plot(ll, "o-")
    ax.set_xlabel("iteration")
    ax.set_ylabel("log-likelihood")
    ax.axhline(-3.9, ls="--")
    return fig


def fig_means(X, mu):
    fig, ax = plt.subplots()
    ax.plot(X[:, 0], X[:, 1], ".")
    ax.scatter(*mu.T, marker="*", s=200)
    ax.set(xlabel="first coordinate", ylabel="second coordinate")
    return fig
