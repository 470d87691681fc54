"""The worker's side of a call: what is drawn depends on the call's seed and on nothing else."""

import pytest

from autograder.worker.serve import seed_generators


def test_torch_draws_what_its_own_seeding_would_give():
    """The short way to torch's generator leads to the same numbers as the long one."""
    torch = pytest.importorskip("torch")
    torch.manual_seed(77)
    wanted = torch.rand(5)
    torch.manual_seed(1)

    seed_generators(77)

    assert torch.equal(torch.rand(5), wanted)
