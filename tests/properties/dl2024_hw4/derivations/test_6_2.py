"""Part 6.2, derivation: the divergence of mixtures is at most the mixture of divergences, on random instances."""

from hypothesis import given, settings

from autograder.kit import KL, Item, Uses, assert_ends, assert_milestone, fresh_seeds, read_chain
from autograder.kit.draw import interior

ALL = "lam p1 p2 q1 q2"


def mixtures(rng, number):
    """lam inside (0.05, 0.95) and four positive distributions over n outcomes; one outcome in the first instance."""
    n = 1 if number == 0 else int(rng.integers(2, 7))
    p1, p2, q1, q2 = (interior(rng, n) for _ in range(4))
    return {"lam": float(rng.uniform(0.05, 0.95)), "p1": p1, "p2": p2, "q1": q1, "q2": q2, "n": n}


ITEM = Item("KL(lam*p1+(1-lam)*p2, lam*q1+(1-lam)*q2)", mixtures, (KL,))
MILESTONES = [Uses.of("n", ALL), Uses.of("n", ALL)]
two_seeds = settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it


@two_seeds
@given(seed=fresh_seeds())
def test_ends_at_the_mixture(student, seed):
    """The last line is the mixture of the two divergences."""
    chain = read_chain(student.derivation_6_2(), ITEM)
    assert_ends(chain, "lam*KL(p1, q1) + (1-lam)*KL(p2, q2)", Uses.of("n KL", ALL), seed)


@two_seeds
@given(seed=fresh_seeds())
def test_passes_a_written_out_line(student, seed):
    """A line after true steps depends on lam and all four distributions, without KL."""
    assert_milestone(read_chain(student.derivation_6_2(), ITEM), MILESTONES[:1], 0, seed)


@two_seeds
@given(seed=fresh_seeds())
def test_passes_both_sides_of_the_inequality(student, seed):
    """Two lines after true steps do so: the inequality is between sums, not between divergences."""
    assert_milestone(read_chain(student.derivation_6_2(), ITEM), MILESTONES, 1, seed)


@two_seeds
@given(seed=fresh_seeds())
def test_is_true_with_a_written_out_line(student, seed):
    """All steps are true, and one line is written out."""
    assert_milestone(read_chain(student.derivation_6_2(), ITEM), MILESTONES[:1], 0, seed, whole=True)


@two_seeds
@given(seed=fresh_seeds())
def test_is_true_with_both_sides(student, seed):
    """All steps are true, and two lines are written out."""
    assert_milestone(read_chain(student.derivation_6_2(), ITEM), MILESTONES, 1, seed, whole=True)
