# Row 68: moves its numbers to a GPU that is not there.
import numpy as np
import torch


def mean(x):
    return float(torch.tensor(x).cuda().mean())


def standardize(x):
    return (x - np.mean(x)) / np.std(x)
