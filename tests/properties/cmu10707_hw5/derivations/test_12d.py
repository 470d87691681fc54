"""Part 12d, derivation: the gradient of an expectation as an expectation."""

from hypothesis import given, settings

from autograder.kit import (
    MATRICES,
    Item,
    Uses,
    assert_checkpoint,
    assert_ends,
    assert_that,
    assert_true_steps,
    fresh_seeds,
    read_chain,
)

TOOLS = " ".join(tool.name for tool in MATRICES)
END = "h*sum((df+f*dlp)*p)"


def relaxed(rng, number):
    """Arrays on a grid that have nothing to do with each other."""
    n = 1 if number == 0 else int(rng.integers(2, 7))
    values = {name: rng.normal(0, 1.5, n) for name in ("dp", "f", "df", "dlp")}
    return values | {"p": rng.uniform(0.1, 2, n), "h": float(rng.uniform(0.1, 1))}


def instance(rng, number):
    """dp is p times the derivative of log p."""
    values = relaxed(rng, number)
    return values | {"dp": values["p"] * values["dlp"]}


ITEM = Item("h*sum(df*p) + h*sum(f*dp)", instance, MATRICES)


@settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it
@given(instances=fresh_seeds())
def test_ends_at_an_expectation(student, instances):
    """The last line is an integral under p, in h, p, f, df and dlp."""
    chain = read_chain(student.chain_12d(), ITEM)
    assert_ends(chain, END, Uses.of(TOOLS, "h p f df dlp"), instances)


@settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it
@given(instances=fresh_seeds())
def test_proves_it(student, instances):
    """The chain comes to that integral, and each of its steps is a true equality."""
    chain = read_chain(student.chain_12d(), ITEM)
    assert_checkpoint(chain, relaxed, ((END,),), 0, instances, whole=True)
    assert_that(all(line.relation == "=" for line in chain.lines[1:]), 'every relation must be "="')


@settings(max_examples=2)  # the first is the simplest seed for every bank, and no hidden bank keeps it
@given(instances=fresh_seeds())
def test_every_step_holds(student, instances):
    """Every line of the chain follows from the line before."""
    chain = read_chain(student.chain_12d(), ITEM)
    assert_true_steps(chain, instances)
