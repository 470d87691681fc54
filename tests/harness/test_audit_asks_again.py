"""What stands in the way of a gate is asked again by the next audit of the same homework; what is good is not."""

import pytest

from autograder.audit import generated
from autograder.audit.alike import Declared
from autograder.audit.audit import sound
from autograder.audit.corpus import read_corpus
from autograder.audit.crew import Crew, Means
from autograder.audit.generated import Fate, fates, only_killers
from autograder.audit.judge import Kill, Seen
from autograder.audit.memory import Memory
from autograder.audit.mutate import mutants_of
from autograder.audit.report import Graded
from autograder.kit.margin import Margin
from autograder.scoring.verdict import Verdict

MEAN, STANDARD = ("1a", "matches_reference"), ("1b", "matches_reference")
WRONG = Kill(MEAN, Verdict.WRONG)
SLOW = Kill(STANDARD, Verdict.TIMEOUT)


@pytest.fixture
def audits(tiny, tmp_path, monkeypatch):
    """Asks about two mutants in two audits with one memory.

    `kills` and `differ` say what graders and the sample find in each. Gives how many answers were known in the second.
    """
    mutants = mutants_of(tiny, tiny.problems["moments"])[0][:2]

    def twice(ask, kills, differ=("", "")):
        for kill, difference in zip(kills, differ, strict=True):
            monkeypatch.setattr(generated, "first_kill", lambda *_, kill=kill: kill)
            monkeypatch.setattr(generated, "differences", lambda _, __, lot, ___, d=difference: [d] * len(lot))
            with Memory(tmp_path / "memory.sqlite", "one state") as memory:
                found = ask(Crew(tiny, Means(1, memory)), mutants)
                known = memory.recalled
        return found, known

    return twice


def states(declared=()):
    """What becomes of mutants, with these digests declared as equivalents."""
    said = [Declared("f", tuple(declared), "so it is")] if declared else []
    return lambda crew, mutants: [fate.state for fate in fates(crew, mutants, [], said)[0]]


def needed(crew, mutants):
    """Of mutants that fall to a property, whether it is the only one."""
    return only_killers(crew, [Fate(mutant, "killed", WRONG) for mutant in mutants], [MEAN])


def test_that_no_mutant_needs_a_property_is_asked_again(audits):
    """Another property that ended in a time-out, perhaps on a busy machine, vouches for nothing for ever."""
    found, known = audits(needed, [SLOW, None])

    assert (list(found), known) == ([MEAN], 0)


def test_that_a_mutant_needs_a_property_is_remembered(audits):
    """What was once seen to fall to one claim alone falls to it."""
    found, known = audits(needed, [None, SLOW])

    assert (list(found), known) == ([MEAN], 2)


@pytest.mark.parametrize(("kill", "state"), [(WRONG, "killed"), (None, "equal")])
def test_a_survivor_is_asked_again(audits, kill, state):
    """Neither that nothing kills it nor where it differs is taken from memory."""
    assert audits(states(), [None, kill], ["f call 1 of 9", ""]) == ([state] * 2, 0)


@pytest.mark.parametrize(("kills", "state", "known"), [([None, WRONG], "equal", 4), ([WRONG, None], "killed", 2)])
def test_an_equivalent_mutant_and_a_killed_one_are_remembered(audits, kills, state, known):
    """They stand in no gate's way, and equivalents take longest to grade."""
    assert audits(states(), kills) == ([state] * 2, known)


@pytest.mark.parametrize(("kills", "known"), [([WRONG, None], 0), ([None, WRONG], 2)])
def test_a_declared_mutant_that_is_killed_is_asked_again(tiny, audits, kills, known):
    """Its declaration is a fault then, so whether it is killed is looked at each time."""
    digests = [mutant.digest for mutant in mutants_of(tiny, tiny.problems["moments"])[0][:2]]

    assert audits(states(digests), kills) == (["declared"] * 2, known)


@pytest.mark.parametrize(("ratio", "good"), [(1e-3, True), (0.9, False), (float("inf"), False)])
def test_a_right_variant_near_a_tolerance_is_asked_again(tiny, ratio, good):
    """It has its points and stands in the way of the gate about margins all the same."""
    entry = read_corpus(tiny)["right_moments_base"]
    seen = Seen(margins={MEAN: Margin("mean", ratio)})

    assert sound(tiny, Graded(entry, [], {}, seen)) is good
    assert not sound(tiny, Graded(entry, ["1a: 0 instead of 2"], {}, Seen()))
