"""Part 4, derivation: why the M step's parameters are the best, by either of two routes, on random instances."""

from hypothesis import given, settings

from autograder.kit import Uses, assert_ends, assert_milestone, assert_that, assert_true_steps, fresh_seeds, read_chain
from tests.properties.cse599i_hw1.draw_derivations import MEANS, MIXTURE, MULTIPLIER, WEIGHTS

MILESTONES = [
    Uses.of("q w w_star mu mu_star X n K d sq KL", "q X mu"),
    Uses.of("w w_star mu mu_star K d sq KL", "w mu mu_star"),
]
ROUTES = {  # name -> item, the names of the last line
    "means": (MEANS, Uses.of("n k j", "q X mu")),
    "weights": (WEIGHTS, Uses.of("n k", "q w lam")),
    "multiplier": (MULTIPLIER, Uses.of("w K", "lam")),
}


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_ends_at_the_claim(student, reference, seed):
    """The gap is shown to be at least 0; or, by derivatives, the multiplier's equation ends right."""
    found = student.derivation_4()
    if isinstance(found, dict):
        assert_right(found, "multiplier", reference, seed)
    else:
        assert_ends(read_chain(found, MIXTURE), "0", Uses.of("", ""), seed)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_passes_the_posteriors(student, reference, seed):
    """A line without elbo depends on q, X and mu; or, by derivatives, the one in the means is right."""
    found = student.derivation_4()
    if isinstance(found, dict):
        assert_right(found, "means", reference, seed)
    else:
        assert_milestone(read_chain(found, MIXTURE), MILESTONES, 0, seed)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_is_true_with_the_posteriors(student, reference, seed):
    """All steps are true, and a line without elbo depends on q, X and mu; or the derivative in the means is right."""
    found = student.derivation_4()
    if isinstance(found, dict):
        assert_right(found, "means", reference, seed)
    else:
        assert_milestone(read_chain(found, MIXTURE), MILESTONES, 0, seed, whole=True)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_passes_the_distances(student, reference, seed):
    """A line in both parameters alone depends on w, mu and mu_star; or the derivative in the weights is right."""
    found = student.derivation_4()
    if isinstance(found, dict):
        assert_right(found, "weights", reference, seed)
    else:
        assert_milestone(read_chain(found, MIXTURE), MILESTONES, 1, seed)


@settings(max_examples=3)  # the first tries are small seeds, which no bank keeps
@given(seed=fresh_seeds())
def test_is_true_with_the_distances(student, reference, seed):
    """All steps are true, and a line in both parameters alone depends on them; or the one in the weights is right."""
    found = student.derivation_4()
    if isinstance(found, dict):
        assert_right(found, "weights", reference, seed)
    else:
        assert_milestone(read_chain(found, MIXTURE), MILESTONES, 1, seed, whole=True)


def assert_right(chains, name, reference, seed):
    """The chain of this name is there, its steps are true, and it ends where the reference's does."""
    assert_that(name in chains, f"the chain {name!r} is not there", got=", ".join(map(str, chains))[:80])
    item, uses = ROUTES[name]
    chain = read_chain(chains[name], item)
    assert_true_steps(chain, seed)
    assert_ends(chain, reference.stationarity()[name], uses, seed)
