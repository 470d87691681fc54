"""The derivations of the reference are true on other seeds, and end where they say."""

import pytest

from autograder.kit import Uses, assert_ends, assert_true_steps, read_chain
from reference.cse599i_hw1 import derivations, routes
from tests.properties.cse599i_hw1 import draw_derivations as items

CHAINS = {
    "derivation_1": (items.LOCATION_SCALE, "exp(-(x-mu)**2/(2*sigma**2))/sqrt(2*pi*sigma**2)"),
    "derivation_2": (items.RACE, "p[i]"),
    "derivation_3": (items.SCORE, "sum(p*log(p))"),
    "derivation_4": (items.MIXTURE, "0"),
    "derivation_5_mean": (items.MEAN, "mu"),
    "derivation_5_var": (items.VARIANCE, "sigma**2/(1-rho)/(1+rho)"),
    "derivation_5_cov": (items.COVARIANCE, "sigma**2*rho**k/(1-rho)/(1+rho)"),
}
EVERYTHING = "x mu sigma p n rho k"


@pytest.mark.parametrize("name", CHAINS)
def test_the_chain_is_true_and_ends_at_its_target(name):
    """Every step holds on new instances, and the last line has the value of another formula for the same."""
    item, target = CHAINS[name]
    chain = read_chain(getattr(derivations, name)(), item)

    assert_true_steps(chain, 77)
    assert_ends(chain, target, Uses.of(EVERYTHING + " logp i", ""), 77)


@pytest.mark.parametrize(
    ("name", "item"), [("means", items.MEANS), ("weights", items.WEIGHTS), ("multiplier", items.MULTIPLIER)]
)
def test_the_other_route_is_true(name, item):
    """The ends of the route by derivatives equal its starts, which are exact derivatives."""
    chain = read_chain([("start", item.start), ("=", routes.stationarity()[name])], item)

    assert_true_steps(chain, 78)
