"""The simulation of a large cluster: known where it is simple, and nothing is lost with a machine."""

import numpy as np
import pytest

from bench.million import simulate


def test_equal_work_without_losses_takes_its_share():
    """800 submissions of 10 s on 8 cores take 1000 s, and every core works all the time."""
    found = simulate([10.0], 800, 8, 1e9, np.random.default_rng(0))

    assert found.hours * 3600 == pytest.approx(1000, rel=1e-3)
    assert found.cores_busy == pytest.approx(1, abs=1e-3)
    assert (found.machines_lost, found.repeated) == (0, 0)


def test_a_lost_machine_costs_repeats_and_time():
    """Machines that are lost often make the class take longer; what they had is done again."""
    calm, rough = (simulate([10.0], 4000, 16, hours, np.random.default_rng(0)) for hours in (1e9, 2.0))

    assert rough.graded == calm.graded == 4000
    assert rough.machines_lost > 0
    assert rough.repeated >= rough.machines_lost
    assert rough.hours > calm.hours


def test_the_supervisor_is_the_limit_of_very_many_cores():
    """At 2 ms a submission no number of cores makes it faster than that."""
    found = simulate([1.0], 20_000, 4000, 1e9, np.random.default_rng(0))

    assert found.hours * 3600 >= 20_000 * 0.002
    assert found.supervisor_busy > 0.9
