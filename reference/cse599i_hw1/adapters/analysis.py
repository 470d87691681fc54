"""Runs beside a student's analysis.py: makes random generators, and reduces long paths to what a claim needs."""

import numpy as np

CHUNK = 2_000_000  # numbers of paths made at a time


def location_scale_sample(module, n, mu, sigma, seed):
    """The student's `location_scale_sample` with a new generator of this seed."""
    return _compact(module.location_scale_sample(n, mu, sigma, np.random.default_rng(seed)))


def sample_gumbel_argmax(module, log_p, n_samples, seed):
    """The student's `sample_gumbel_argmax` with a new generator of this seed."""
    return _compact(module.sample_gumbel_argmax(log_p, n_samples, np.random.default_rng(seed)))


def example_paths(module, n_paths, T, seed):
    """The student's `example_paths` with a new generator of this seed."""
    return module.example_paths(n_paths, T, np.random.default_rng(seed))


def example_ends(module, n_paths, T, seed):
    """Of n_paths paths of T values: first values, last values and means, each (n_paths,), made some paths at a time."""
    rng = np.random.default_rng(seed)
    most = max(1, CHUNK // T)
    ends = []
    for done in range(0, n_paths, most):
        count = min(most, n_paths - done)
        paths = np.asarray(module.example_paths(count, T, rng), dtype=np.float64)
        if paths.shape != (count, T):
            raise TypeError(f"example_paths({count}, {T}, rng) has shape {paths.shape}, expected {(count, T)}")
        ends.append(np.stack([paths[:, 0], paths[:, -1], paths.mean(axis=1)]))
    return tuple(np.concatenate(ends, axis=1))


def example_mean_variances(module, sizes):
    """The student's `example_mean_variance` at each of the sizes, Python integers, as an array."""
    return np.array([float(module.example_mean_variance(int(T))) for T in sizes])


def _compact(draws):
    """A long list of numbers as an array, which takes less room; anything else as it is."""
    return np.array(draws) if isinstance(draws, list) else draws
