"""Recording cases: deterministic, independent of what else is loaded, and only for a suite its reference passes."""

import sys
import types

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.engine.bank import unpack_case
from autograder.engine.freeze import freeze_homework, make_banks
from autograder.engine.grader import reachable_python
from autograder.engine.properties import Property, load_properties, register_profiles
from autograder.engine.record import only_these_constants, record_bank, record_cases
from autograder.engine.reference import live_reference, reference_session
from autograder.engine.sandbox import Zygote
from autograder.engine.session import Session
from autograder.errors import BankError
from autograder.manifest import find_homework

LOCAL = 987_654_321_012_345


@pytest.fixture(autouse=True)
def profile():
    """The settings that banks are recorded under."""
    register_profiles()


def numbers_property() -> Property:
    """A property that draws integers and holds for all of them."""

    @given(n=st.integers(-(10**18), 10**18))
    def test_holds(n):
        """Any integer will do."""

    part = types.SimpleNamespace(id="1", problem="p", public=())
    return Property(part, "holds", "Any integer will do.", test_holds, test_holds.hypothesis.inner_test, True)


def drawn(prop: Property, seed: int) -> list[int]:
    """The integers that a seed draws."""
    session = types.SimpleNamespace(start_part=lambda: None, begin=lambda case: None, student=lambda: None)
    reference = types.SimpleNamespace()
    return [unpack_case(packed).arguments["n"] for packed in record_cases(prop, session, reference, seed, None)]


def test_one_seed_draws_the_same_cases_twice():
    """The cases are a function of strategy and seed."""
    assert drawn(numbers_property(), 7) == drawn(numbers_property(), 7)


def test_another_seed_draws_other_cases():
    """A new term's seed gives new cases."""
    assert len(set(drawn(numbers_property(), 7)) & set(drawn(numbers_property(), 8))) <= 3


def test_constants_of_loaded_modules_do_not_reach_the_cases(monkeypatch, tmp_path):
    """An edit anywhere in the project, or a submission's source, must not change what is drawn."""
    numbers = ", ".join(str(LOCAL + i) for i in range(40))
    path = tmp_path / "local_constants.py"
    path.write_text(f"NUMBERS = [{numbers}]\n")
    module = types.ModuleType("local_constants")
    module.__file__ = str(path)
    monkeypatch.setitem(sys.modules, "local_constants", module)
    prop = numbers_property()

    def all_drawn() -> set[int]:
        return {n for seed in range(20) for n in drawn(prop, seed)}

    with_patch = set()
    with only_these_constants():
        with_patch = all_drawn()
    without_patch = all_drawn()

    assert not any(LOCAL <= abs(n) < LOCAL + 40 for n in with_patch)
    assert any(LOCAL <= abs(n) < LOCAL + 40 for n in without_patch), "hypothesis no longer does this: drop the patch"


def test_a_freeze_that_fails_leaves_the_seed_of_the_banks_on_disk(tiny_copy):
    """`--new-seed` replaces the seed with the banks that were drawn by it, and not before."""
    seed, path = tiny_copy / "reference/tiny_hw/seed.txt", tiny_copy / "tests/properties/tiny_hw/moments/test_1a.py"
    before = seed.read_text()
    path.write_text(path.read_text().replace("    assert", "    assert False\n    assert", 1))
    with pytest.raises(BankError):
        freeze_homework(tiny_copy, "tiny-hw", new_seed=True, compare=False, say=lambda line: None)

    assert seed.read_text() == before


def test_a_property_that_its_reference_fails_is_refused_by_name(tiny_copy):
    """A wrong property cannot be frozen: the message names part and property."""
    path = tiny_copy / "tests/properties/tiny_hw/moments/test_1b.py"
    path.write_text(path.read_text().replace("reference.standardize(x), what", "reference.standardize(x) + 1, what"))

    with pytest.raises(BankError, match=r"part 1b, matches_reference: the reference itself does not pass"):
        make_banks(find_homework(tiny_copy, None), "seed")


def test_another_seed_makes_another_hidden_bank_and_the_same_public_one(tiny):
    """`--new-seed` refreshes what is secret and leaves what students hold."""
    public, hidden = make_banks(tiny, "one")
    other_public, other_hidden = make_banks(tiny, "two")

    assert public.digest == other_public.digest
    assert hidden.digest != other_hidden.digest


def test_a_property_whose_cases_are_all_public_is_drawn_anew(tiny):
    """A seed may by chance draw nothing but what students hold: then the next draw counts, and it is no fault."""
    properties = tuple(prop for prop in load_properties(tiny, ("1b",)) if prop.drawn)
    with Zygote(tiny.warm, python=reachable_python()) as zygote:
        sessions = {name: reference_session(tiny, problem, zygote) for name, problem in tiny.problems.items()}
        try:
            first = record_bank(tiny, properties, sessions, kind="hidden", seed="one")
            again = record_bank(tiny, properties, sessions, kind="hidden", seed="one", without=first)
        finally:
            for session in sessions.values():
                session.close()
    known, found = ({case.id for p in properties for case in bank.cases(p)} for bank in (first, again))

    assert found
    assert not known & found


def test_cases_are_kept_smallest_first(tiny):
    """The first failing case is the smallest, so it is the one to show."""
    _, hidden = make_banks(tiny, "one")
    sizes = [[len(packed) for packed in entry.cases] for entry in hidden.entries]

    assert all(found == sorted(found) for found in sizes)


def test_the_reference_answers_with_public_functions_of_its_own_modules(tiny):
    """Imported names and private functions are no answers."""
    reference = live_reference(tiny, tiny.problems["moments"])

    assert "mean" in vars(reference)
    assert "np" not in vars(reference)


def test_properties_carry_their_docstring_as_claim(tiny):
    """The first line of a docstring is the line that students see."""
    claims = {(prop.part.id, prop.name): prop.claim for prop in load_properties(tiny)}

    assert claims[("1a", "matches_reference")] == "The mean agrees with the reference."


def test_a_session_without_a_file_says_so_before_anything_starts(tiny):
    """No worker is forked for a file that was not handed in."""
    from autograder.errors import StudentError

    fault = StudentError("missing", "moments.py was not handed in")
    session = Session(None, tiny.problems["moments"], {}, None, None, fault=fault)

    with pytest.raises(StudentError, match="not handed in"):
        session.student().mean([1.0])
