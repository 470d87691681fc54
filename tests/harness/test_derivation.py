"""Derivations: right chains by any route hold in full, wrong and incomplete ones do not, and the report says where."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.errors import CheckFailed
from autograder.kit.derivation import (
    Item,
    Uses,
    assert_checkpoint,
    assert_ends,
    assert_milestone,
    assert_true_steps,
    read_chain,
    report,
)
from autograder.kit.vocabulary import KL, MATRICES, Function
from tests.harness.chains import ELBO_END, ITEMS, JENSEN, RIGHT, WEIGHTED, WRONG, simplex

SEED = 20_260
ELBO = ITEMS["elbo"][0]


def holds(check, *arguments, **options):
    """Whether a check passes."""
    try:
        check(*arguments, **options)
    except CheckFailed as failure:
        if failure.verdict not in ("wrong", "malformed"):
            raise
        return False
    return True


def chain_of(item, lines):
    """The chain with these lines behind the item's start."""
    return read_chain([("start", item.start), *lines], item)


def share(name, lines, seed=SEED):
    """What a chain earns of an item by the rule: 0.2 D1 + (0.8 if every step is true else 0.4) of the milestones."""
    item, target, last, milestones = ITEMS[name]
    chain = chain_of(item, lines)
    ends, true = holds(assert_ends, chain, target, last, seed), holds(assert_true_steps, chain, seed)
    passed = [holds(assert_milestone, chain, milestones, k, seed) for k in range(len(milestones))]
    twice = [holds(assert_milestone, chain, milestones, k, seed, whole=True) for k in range(len(milestones))]
    assert twice == [p and true for p in passed]
    if not milestones:
        return float(ends and true)
    return 0.2 * ends + (0.4 * sum(passed) + 0.4 * sum(twice)) / len(milestones)


@pytest.mark.parametrize("name", RIGHT)
def test_right_chains_get_everything(name):
    """Every reference chain, and other routes to the same target, pass every check."""
    assert share(*RIGHT[name]) == pytest.approx(1)


@pytest.mark.parametrize("name", WRONG)
def test_wrong_and_incomplete_chains_lose(name):
    """A lost factor, a reversed KL, a wrong direction, a looser bound, padding and a jump all cost points."""
    assert share(*WRONG[name]) < 0.9


def test_there_are_as_many_wrong_chains_as_were_asked_for():
    """The wrong chains are at least the 34 that the problem catalogues list, and touch every item with milestones."""
    assert len(WRONG) >= 34
    assert {item for item, _ in WRONG.values()} >= {name for name, found in ITEMS.items() if found[3]} - {"mean"}


@pytest.mark.parametrize("name", ["elbo", "discrete", "convexity", "free energy"])
def test_a_jump_earns_a_fifth(name):
    """From the start to the target in one line is worth a fifth."""
    assert share(*WRONG[f"{name}: a jump"]) == pytest.approx(0.2)


def test_no_step_may_hang_in_the_air():
    """Milestones count after true steps only, and half where a later step is wrong."""
    name, lines = "elbo", [("=", WEIGHTED), (">=", JENSEN), ("=", ELBO_END)]

    assert share(name, lines) == pytest.approx(1)
    assert share(name, [*lines, ("=", f"{ELBO_END} + 1"), ("=", ELBO_END)]) == pytest.approx(0.6)
    assert share(name, [("=", f"{WEIGHTED} + 1"), *lines[1:]]) == pytest.approx(0.2)


@pytest.mark.parametrize("padded", [f"{ELBO_END} + 0*{JENSEN}", f"{ELBO_END} + {JENSEN} - {JENSEN}"])
def test_a_needed_name_must_matter(padded):
    """Names that are multiplied by 0, or taken away again, do not make a milestone."""
    uses = Uses.of("qY qZ pY pZ px A B KL exp", "qY qZ pY pZ px A")
    item = Item(ELBO.start, lambda rng, i: dict(ELBO.draw(rng, i)) | {"extra": rng.normal()}, ELBO.functions)
    chain = chain_of(
        item, [(">=", padded.replace("qY[a]*qZ[b]*log", "extra*qY[a]*qZ[b]*log") if "0*" in padded else padded)]
    )

    assert not holds(assert_milestone, chain, [Uses.of("qY qZ pY pZ px A B KL extra", "extra")], 0, SEED)
    assert holds(assert_milestone, chain_of(item, [(">=", JENSEN)]), [uses], 0, SEED)


@pytest.mark.parametrize(
    ("line", "matters"),
    [("sum(p[a] for a in range(n))", True), ("sum(p) + 0*n", False), ("sum(p)*n/n", False), ("f(1)*sum(p)", True)],
)
def test_counts_and_functions_are_changed_in_their_own_way(line, matters):
    """A count is made one smaller, a function's values are changed: a sum up to n depends on n, n / n does not."""
    item = Item("1", lambda rng, i: {"p": simplex(rng, 3), "n": 3, "f": Function("f", lambda t: t, (1,))})
    name = "f" if "f(" in line else "n"

    assert holds(assert_milestone, chain_of(item, [("=", line)]), [Uses.of("p n f", name)], 0, SEED) is matters


@pytest.mark.parametrize(("line", "matters"), [("mean(logp[xs])", True), ("logp[0] + 0*sum(xs)", False)])
def test_indices_are_changed_into_other_indices(line, matters):
    """Labels may be a needed name: what takes their place can still stand as an index."""
    item = Item("1", lambda rng, i: {"logp": rng.normal(size=3), "xs": rng.integers(0, 3, 6)}, MATRICES)
    chain = chain_of(item, [("=", line)])

    assert holds(assert_ends, chain, line, Uses.of("logp mean", "xs"), SEED) is matters


def test_milestones_are_passed_in_order_on_different_lines():
    """Two milestones that one line would meet need two lines; met in the other order only one of them counts."""
    item = Item("a", lambda rng, i: {"a": rng.normal(), "b": 0.0, "c": 0.0})
    first, second = Uses.of("a b", "b"), Uses.of("a c", "c")

    def passed(lines, milestones):
        chain = chain_of(item, [("=", line) for line in lines])
        return [holds(assert_milestone, chain, milestones, k, SEED) for k in range(len(milestones))]

    assert passed(["a + b", "a + c", "a"], [first, second]) == [True, True]
    assert sum(passed(["a + c", "a + b", "a"], [first, second])) == 1
    assert passed(["a + b"], [first, first]) == [True, False]
    assert passed(["a + b", "a + 2*b"], [first, first]) == [True, True]
    assert passed(["a + c", "a + b", "a + 2*b"], [second, first, first]) == [True, True, True]
    assert passed(["a + b", "a + 2*b", "a + c"], [second, first, first]) == [False, True, True]


def test_the_start_is_no_milestone():
    """Neither the start nor a line written like it counts as a step."""
    item, _, _, milestones = ITEMS["discrete"]
    jump = ("<=", "sum(p[x]*log(p[x]) for x in range(n))")

    assert not holds(assert_milestone, chain_of(item, [("=", f"({item.start})"), jump]), milestones, 0, SEED)


def test_the_report_says_which_line_fails_where():
    """Every line has its sentence: it holds, or on which instance it fails and with which values."""
    chain = chain_of(ELBO, [("=", WEIGHTED), ("<=", JENSEN), ("=", ELBO_END), ("=", "log(-1)"), ("=", "px[9, 9]")])
    said = report(chain, SEED)

    assert said[0] == "line 1 = line 2 holds"
    assert said[1].startswith("line 2 <= line 3 fails on instance 2: -")
    assert " against " in said[1]
    assert said[2] == "line 3 = line 4 holds"
    assert said[3].endswith("against nan")
    assert "an index is outside an array of shape (1, 1)" in said[4]


def test_a_failing_chain_names_its_first_wrong_line():
    """The reason names the line in our words; values stand where only public checks show them."""
    with pytest.raises(CheckFailed) as caught:
        assert_true_steps(chain_of(ELBO, [("=", WEIGHTED), (">=", f"{JENSEN} + 9")]), SEED)

    assert caught.value.detail.reason == "line 3 does not follow from the line before"
    assert "fails on instance 1" in caught.value.detail.got


def test_the_last_line_must_be_in_the_names_asked_for():
    """The right value in other names, or without a needed one, is not the end."""
    item, target, last, _ = ITEMS["elbo"]

    for end in (JENSEN, f"{ELBO_END} + 0*log_evidence", f"{JENSEN} + 0*KL(qY, pY)"):
        assert not holds(assert_ends, chain_of(item, [(">=", end)]), target, last, SEED)
    assert not holds(assert_true_steps, chain_of(item, [("=", "log_evidence")]), SEED, last)
    assert not holds(assert_true_steps, chain_of(item, [(">=", "-1000000")]), SEED, last)


UNREADABLE = {
    "nothing": (None, "list of pairs"),
    "a text": ("log_evidence", "list of pairs"),
    "numbers": ([1, 2], "list of pairs"),
    "a triple": ([("start", "log_evidence", "x")], "list of pairs"),
    "an array": (np.zeros((2, 2)), "list of pairs"),
    "bytes": ([("start", b"log_evidence"), ("=", "1")], "list of pairs"),
    "the start alone": ([("start", "log_evidence")], "1 to 20 lines"),
    "too many lines": ([("start", "log_evidence"), *[("=", "log_evidence")] * 21], "1 to 20 lines"),
    "no start": ([("=", "log_evidence"), ("=", "log_evidence")], "line 1: its first string"),
    "another start": ([("start", "log_evidence + 0"), ("=", "1")], "must stay as it was given"),
    "two starts": ([("start", "log_evidence"), ("start", "1")], "line 2: its first string"),
    "an unknown relation": ([("start", "log_evidence"), ("~", "1")], "line 2: its first string"),
    "both directions": ([("start", "log_evidence"), ("<=", "1"), (">=", "1")], "both <= and >="),
    "an attribute": ([("start", "log_evidence"), ("=", "qY.sum()")], "line 2 cannot be read"),
}


@pytest.mark.parametrize(("value", "why"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_derivation_is_malformed(value, why):
    """A value of another form is refused with one sentence that says what the form is, or which line is at fault."""
    with pytest.raises(CheckFailed, match=why) as caught:
        read_chain(value, ELBO)

    assert caught.value.verdict == "malformed"


def test_lists_spaces_and_line_breaks_do_no_harm():
    """Lists for tuples, spaces in relations and lines inside brackets are read like their plain forms."""
    lines = [["start", " log_evidence "], [" >=", f"( {JENSEN}\n )"]]

    assert holds(assert_true_steps, read_chain(lines, ELBO), SEED)


def test_a_derivation_that_takes_too_long_is_refused():
    """All lines on all instances share one budget of steps."""
    chain = chain_of(ELBO, [("=", "log_evidence + 0*sum(a for a in range(99999))")])

    with pytest.raises(CheckFailed, match="takes too long") as caught:
        assert_true_steps(chain, SEED)
    assert caught.value.verdict == "malformed"


def test_a_sum_of_a_hundred_million_terms_is_refused_at_once():
    """A sum that is longer than the budget does not even begin."""
    chain = chain_of(ELBO, [("=", "sum(a for a in range(10**8))")])

    with pytest.raises(CheckFailed, match="takes too long"):
        assert_true_steps(chain, SEED)


@pytest.mark.parametrize("relation", ["=", "<=", ">="])
def test_nan_and_shapes_satisfy_no_relation(relation):
    """Neither NaN, nor infinity, nor an array beside a number is equal, less or more."""
    item = Item("v", lambda rng, i: {"v": rng.normal(size=3)}, MATRICES)

    for end in ("v*0/0", "v/0", "sum(v)", "v[:2]"):
        assert not holds(assert_true_steps, chain_of(item, [(relation, end)]), SEED)
    assert holds(assert_true_steps, chain_of(item, [(relation, "2*v - v")]), SEED)


def test_an_array_line_holds_entry_by_entry():
    """One entry that is off breaks the line."""
    item = Item("v", lambda rng, i: {"v": rng.uniform(1, 2, 3), "e": np.array([0.0, 0.0, 1.0])})

    assert holds(assert_true_steps, chain_of(item, [("<=", "v + e")]), SEED)
    assert not holds(assert_true_steps, chain_of(item, [("=", "v + e*0.001")]), SEED)
    assert not holds(assert_true_steps, chain_of(item, [(">=", "v + e")]), SEED)


def kl_tables(scale):
    """P and Q; on the relaxed family Q is no distribution."""
    return lambda rng, i: {
        "P": simplex(rng, k := int(rng.integers(1, 6))),
        "Q": simplex(rng, k) * (rng.uniform(0.3, 3) if scale else 1.0),
    }


NONNEGATIVE = Item("sum(P*log(P/Q))", kl_tables(False), MATRICES)
GAPS = [("-log(sum(Q))", "1 - sum(Q)", "sum(P) - sum(Q)")]
CHAINS = {
    "by Jensen": [("=", "-sum(P*log(Q/P))"), (">=", "-log(sum(P*(Q/P)))"), ("=", "-log(sum(Q))"), ("=", "0")],
    "by log t <= t - 1": [("=", "-sum(P*log(Q/P))"), (">=", "-sum(P*(Q/P - 1))"), ("=", "sum(P) - sum(Q)"), ("=", "0")],
}


@pytest.mark.parametrize("name", CHAINS)
def test_a_checkpoint_is_passed_by_either_route(name):
    """On a family where Q is not normalised, the line before the end still has its own value."""
    chain = chain_of(NONNEGATIVE, CHAINS[name])

    assert holds(assert_ends, chain, "0", Uses.of("", ""), SEED)
    assert holds(assert_checkpoint, chain, kl_tables(True), GAPS, 0, SEED, whole=True)


def test_a_checkpoint_refuses_a_step_that_is_skipped():
    """What equals the checkpoint only because of the theorem does not pass it."""
    for lines in ([(">=", "0")], [("=", "-sum(P*log(Q/P))"), (">=", "0")], [("=", "sum(P*log(P/Q)) + 0"), (">=", "0")]):
        assert not holds(assert_checkpoint, chain_of(NONNEGATIVE, lines), kl_tables(True), GAPS, 0, SEED)


def test_a_missed_checkpoint_shows_what_the_lines_are_worth():
    """Where a hypothesis is dropped the reader sees which lines still agree."""
    chain = chain_of(NONNEGATIVE, [("=", "-sum(P*log(Q/P))"), (">=", "0")])

    with pytest.raises(CheckFailed, match="the milestone is on no line of its own") as failure:
        assert_checkpoint(chain, kl_tables(True), GAPS, 0, SEED)

    first, second, third = (part.split()[-1] for part in failure.value.detail.got.split(", "))
    assert first == second != third == "0"


def test_a_checkpoint_counts_half_in_a_chain_with_a_wrong_step():
    """The relaxed family tests no relation; `whole` asks for them on the item's own instances."""
    chain = chain_of(NONNEGATIVE, [("<=", "-log(sum(P*(Q/P)))"), ("=", "0")])

    assert holds(assert_checkpoint, chain, kl_tables(True), GAPS, 0, SEED)
    assert not holds(assert_checkpoint, chain, kl_tables(True), GAPS, 0, SEED, whole=True)


def joints(relaxed):
    """Weights, a log ratio and its two parts, tied by the chain rule or (relaxed) unrelated."""

    def draw(rng, i):
        a, b = int(rng.integers(1, 4)), int(rng.integers(1, 4))
        p, q = rng.dirichlet(np.ones(a * b)).reshape(a, b) + 1e-3, rng.dirichlet(np.ones(a * b)).reshape(a, b) + 1e-3
        p, q = p / p.sum(), q / q.sum()
        first = np.log(p.sum(axis=1) / q.sum(axis=1))
        if relaxed:
            return {"V": p, "L": rng.normal(size=(a, b)), "A": rng.normal(size=a), "B": rng.normal(size=(a, b))}
        return {"V": p, "L": np.log(p / q), "A": first, "B": np.log(p / q) - first[:, None]}

    return draw


def test_the_start_may_be_a_checkpoint():
    """Two checkpoints, the start and the end: they count in order, and the end alone is one of two."""
    item, end = Item("sum(V*L)", joints(False), MATRICES), "sum(sum(V, 1)*A) + sum(V*B)"
    points = [("sum(V*L)",), (end,)]
    chain = chain_of(item, [("=", "sum(V*(A[:,None] + B))"), ("=", end)])

    assert all(holds(assert_checkpoint, chain, joints(True), points, k, SEED, whole=True) for k in (0, 1))
    assert not holds(assert_checkpoint, chain_of(item, [("=", "sum(V*L) + 0*sum(B)")]), joints(True), points, 1, SEED)
    assert not holds(assert_checkpoint, chain, joints(True), points[::-1], 1, SEED)


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_no_instance_refuses_a_right_chain(seed):
    """Whatever the seed, the instances are interior points on which right chains hold."""
    for name in ("elbo, reference", "elbo, by log t <= t - 1", "elbo, by arrays and the posterior"):
        assert share(*RIGHT[name], seed=seed) == pytest.approx(1)


def test_the_small_cases_are_among_the_instances():
    """One state a code is an instance of every seed."""
    sizes = {(row["A"], row["B"]) for row in ELBO.instances(SEED)}

    assert (1, 1) in sizes
    assert len(ELBO.instances(SEED)) == 32
    assert max(a for a, _ in sizes) > 2


PIECES = st.lists(
    st.sampled_from([WEIGHTED, JENSEN, ELBO_END, "KL(qY, pY)", "qY", "log_evidence", "1", "(", "+", " - "])
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["=", "<=", ">=", "start", "", "≥"]), PIECES.map("".join) | st.text(max_size=30))
    )
    | st.recursive(
        st.none() | st.text() | st.integers() | st.floats(), lambda inner: st.lists(inner) | st.tuples(inner, inner)
    )
)
def test_any_value_passes_or_fails_in_words(value):
    """Whatever a student's function returns, the outcome is a verdict of ours."""
    try:
        chain = read_chain([("start", ELBO.start), *value] if isinstance(value, list) else value, ELBO)
        assert_true_steps(chain, SEED, ITEMS["elbo"][2])
        assert_ends(chain, ELBO_END, ITEMS["elbo"][2], SEED)
        assert_milestone(chain, ITEMS["elbo"][3], 0, SEED, whole=True)
    except CheckFailed as failure:
        if failure.verdict not in ("wrong", "malformed") or not failure.detail.reason:
            raise


def test_kl_is_the_vocabulary_s():
    """The functions of an item are given by value: KL has 0 log 0 = 0 and is infinite where it must be."""
    with np.errstate(divide="ignore", invalid="ignore"):
        assert KL.call(np.array([0.0, 1.0]), np.array([0.5, 0.5])) == pytest.approx(np.log(2))
        assert KL.call(np.array([0.5, 0.5]), np.array([0.0, 1.0])) == np.inf
