"""The bank: cases come back as they went in, damage and age are noticed, an answer belongs to exact arguments."""

import shutil
import sys
import types
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder import wire
from autograder.engine.bank import (
    Bank,
    Entry,
    argument_digest,
    case_id,
    ingredients,
    pack_case,
    read_bank,
    require_fresh,
    unpack_case,
    write_bank,
)
from autograder.errors import BankError
from autograder.kit import Mixture
from autograder.manifest import find_homework

FIXED = settings(max_examples=300, deadline=None, database=None, derandomize=True)
MIXTURE = Mixture(np.arange(2.0)[:, None], np.ones(1), np.zeros((1, 1)), np.ones((1, 1, 1)))


class Stranger(NamedTuple):
    """A NamedTuple that lives neither in the kit nor in a property file."""

    x: int


class Sample(NamedTuple):
    """A NamedTuple of a property file."""

    x: int
    y: tuple


def bank(**fields):
    """A bank of one property with two cases."""
    cases = [pack_case({"x": np.arange(n)}, [("mean", b"d", float(n))]) for n in (1, 2)]
    entries = [Entry("1a", "agrees", cases), Entry("1b", "agrees", cases[:1])]
    told = {"homework": "tiny-hw", "kind": "public", "made_from": {"suite": "1"}, "functions": {"p": ["mean"]}}
    return Bank(**told | {"signatures": {"p.mean": ["x"]}, "entries": entries} | fields)


def prop(part, name):
    """What identifies a property for a bank."""
    return types.SimpleNamespace(part=types.SimpleNamespace(id=part), name=name)


def unpacked(arguments):
    """Arguments after a stay in the bank."""
    return unpack_case(pack_case(arguments, [])).arguments


ARGUMENTS = {
    "numbers": {"n": 3, "seed": 2**40, "alpha": -0.0},
    "containers": {"order": [1, (2, [3.0])], "named": {"a": None}},
    "none": {},
}


@pytest.mark.parametrize("arguments", ARGUMENTS.values(), ids=ARGUMENTS)
def test_arguments_come_back_as_they_were_drawn(arguments):
    """A case is plain data, and tuples stay tuples."""
    assert unpacked(arguments) == arguments


def test_arrays_come_back_to_the_last_bit():
    """Dtype and shape included."""
    array = np.array([[0.1, -0.0, np.nan]], np.float32)
    back = unpacked({"x": array})["x"]

    assert (back.dtype, back.shape, back.tobytes()) == (array.dtype, array.shape, array.tobytes())


@pytest.mark.parametrize(
    ("wrap", "unwrap"),
    [
        (lambda m: m, lambda v: v),
        (lambda m: [m, 1], lambda v: v[0]),
        (lambda m: (1, {"a": m}), lambda v: v[1]["a"]),
    ],
    ids=["alone", "in a list", "deep"],
)
def test_a_tuple_of_the_kit_keeps_its_names(wrap, unwrap):
    """A property may ask a replayed case for m.x as it asks a drawn one."""
    back = unwrap(unpacked({"m": wrap(MIXTURE)})["m"])

    assert type(back) is Mixture
    assert [a.tobytes() for a in back] == [a.tobytes() for a in MIXTURE]


def test_a_tuple_of_a_property_file_keeps_its_names(monkeypatch):
    """Property files may have records of their own."""
    module = types.ModuleType("tests.properties.made_up")
    module.Sample = Sample
    monkeypatch.setattr(Sample, "__module__", module.__name__)
    monkeypatch.setitem(sys.modules, module.__name__, module)

    assert unpacked({"s": Sample(1, (2,))})["s"] == Sample(1, (2,))
    assert type(unpacked({"s": Sample(1, (2,))})["s"]) is Sample


def test_a_tuple_of_another_module_is_refused():
    """What could not be found again is not stored."""
    with pytest.raises(BankError, match="Stranger cannot be kept in a bank"):
        pack_case({"s": [Stranger(1)]}, [])


@pytest.mark.parametrize("name", ["os:getcwd", "builtins:print", "autograder.engine.bank:Bank", "autograder.kitten:x"])
def test_only_records_of_the_kit_and_the_suite_are_looked_up(name):
    """A bank names classes, and only those it may name are ever called."""
    packed = wire.pack({"arguments": {"s": {"__record__": name, "fields": []}}, "answers": []})

    with pytest.raises(BankError, match="damaged case"):
        unpack_case(packed)


def test_answers_are_found_by_function_and_arguments():
    """The reference's answers come back under the digest of the call, records and all."""
    one, other = argument_digest((1,), {}), argument_digest((2,), {})
    case = unpack_case(pack_case({"n": 1}, [("mean", one, 1.5), ("mean", other, (2, None)), ("draw", one, MIXTURE)]))

    assert case.answers["mean", one] == 1.5
    assert case.answers["mean", other] == (2, None)
    assert type(case.answers["draw", one]) is Mixture


def test_a_case_is_named_for_its_arguments_alone():
    """Another answer to the same question is the same case."""
    one = unpack_case(pack_case({"n": 1}, [("f", b"d", 1.0)]))
    other = unpack_case(pack_case({"n": 1}, [("f", b"d", 2.0)]))

    assert one.id == other.id
    assert one.id != unpack_case(pack_case({"n": 2}, [])).id


def test_a_cases_name_is_six_hex_digits():
    """Short enough to type after --case."""
    assert len(case_id(b"x")) == 6
    assert int(case_id(b"x"), 16) >= 0


DAMAGED_CASES = {
    "nothing": b"",
    "no message": b"\xff" * 40,
    "no dict": wire.pack([1, 2]),
    "nothing in it": wire.pack(None),
    "no arguments": wire.pack({"answers": []}),
    "no answers": wire.pack({"arguments": {}}),
    "half an answer": wire.pack({"arguments": {}, "answers": [("f", b"d")]}),
    "an answer that is none": wire.pack({"arguments": {}, "answers": [1]}),
    "an answer to a list": wire.pack({"arguments": {}, "answers": [([], b"d", 1)]}),
    "a record without fields": wire.pack({"arguments": {"__record__": "autograder.kit.draw:Mixture"}, "answers": []}),
    "a record without a name": wire.pack(
        {"arguments": {"__record__": "autograder.kit.draw", "fields": []}, "answers": []}
    ),
    "a record of a number": wire.pack({"arguments": {"__record__": 3, "fields": []}, "answers": []}),
    "a record that is gone": wire.pack(
        {"arguments": {"__record__": "autograder.kit.draw:X", "fields": []}, "answers": []}
    ),
    "a module that is gone": wire.pack(
        {"arguments": {"__record__": "autograder.kit.x:X", "fields": []}, "answers": []}
    ),
    "a record of another length": wire.pack(
        {"arguments": {"__record__": "autograder.kit.draw:Mixture", "fields": [1]}, "answers": []}
    ),
}


@pytest.mark.parametrize("packed", DAMAGED_CASES.values(), ids=DAMAGED_CASES)
def test_a_damaged_case_is_a_fault_of_the_bank(packed):
    """The message says what to do, and no student pays for it."""
    with pytest.raises(BankError, match="gradelbo freeze"):
        unpack_case(packed)


WHOLE = pack_case({"m": MIXTURE, "n": [1, 2.5]}, [("f", b"digest", (MIXTURE, 1))])


@FIXED
@given(place=st.integers(0, len(WHOLE) - 1), byte=st.integers(0, 255))
def test_a_case_with_a_wrong_byte_is_a_case_or_a_fault_of_the_bank(place, byte):
    """Damage inside a case never ends in another exception."""
    damaged = WHOLE[:place] + bytes([byte]) + WHOLE[place + 1 :]
    try:
        case = unpack_case(damaged)
    except BankError:
        return

    assert isinstance(case.arguments, dict)


def test_a_bank_gives_the_cases_of_one_property_in_order():
    """Part and name must both fit."""
    assert [len(case.arguments["x"]) for case in bank().cases(prop("1a", "agrees"))] == [1, 2]
    assert [len(case.arguments["x"]) for case in bank().cases(prop("1b", "agrees"))] == [1]


@pytest.mark.parametrize("wanted", [("1a", "differs"), ("2", "agrees")])
def test_a_bank_has_no_cases_of_a_property_it_does_not_know(wanted):
    """An unknown property is not an error here."""
    assert bank().cases(prop(*wanted)) == ()


def test_a_case_that_was_spoilt_is_whole_for_the_next_submission():
    """Cases are decoded anew each time."""
    found = bank()
    found.cases(prop("1a", "agrees"))[1].arguments["x"][:] = 9

    assert found.cases(prop("1a", "agrees"))[1].arguments["x"].tolist() == [0, 1]


def test_a_bank_comes_back_from_its_file(tmp_path):
    """Everything in it, and the folder is made."""
    write_bank(tmp_path / "a/public.bank", bank())

    assert read_bank(tmp_path / "a/public.bank") == bank()


def test_equal_banks_have_equal_files(tmp_path):
    """Freezing again gives the same bytes, so a commit shows real changes only."""
    for name in ("one", "other"):
        write_bank(tmp_path / name, bank())

    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


CHANGES = {
    "homework": {"homework": "other-hw"},
    "kind": {"kind": "hidden"},
    "ingredients": {"made_from": {"suite": "2"}},
    "functions": {"functions": {"p": []}},
    "signatures": {"signatures": {}},
    "a case less": {"entries": [Entry("1a", "agrees", bank().entries[0].cases[:1]), bank().entries[1]]},
    "cases in another order": {"entries": [Entry("1a", "agrees", bank().entries[0].cases[::-1]), bank().entries[1]]},
    "an answer": {"entries": [Entry("1a", "agrees", [pack_case({"x": np.arange(1)}, [("mean", b"d", 2.0)])])]},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_digest_changes_with_the_content(change):
    """Results name the bank they were made with by its digest."""
    assert bank(**change).digest != bank().digest


def test_the_digest_is_that_of_the_content():
    """Equal banks have one digest, whatever the order in which their tables were filled."""
    names = {"a": ["x"], "b": ["y"]}
    turned = dict(reversed(names.items()))

    assert bank(signatures=names).digest == bank(signatures=turned).digest


def test_an_absent_bank_is_said_with_the_command_that_makes_it(tmp_path):
    """The message names the file."""
    with pytest.raises(BankError, match=r"no bank at .*public\.bank; make it with `gradelbo freeze`"):
        read_bank(tmp_path / "public.bank")


@pytest.mark.parametrize("data", [b"", b"gradelbo bank 0\n", b"PK\3\4", b"GRADELBO BANK 1\n"], ids=repr)
def test_a_file_of_another_format_is_no_bank(tmp_path, data):
    """The first line tells the version."""
    (tmp_path / "bank").write_bytes(data)

    with pytest.raises(BankError, match="not a bank of this version"):
        read_bank(tmp_path / "bank")


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A file to damage, and its sound content."""
    path = tmp_path_factory.mktemp("bank") / "bank"
    write_bank(path, bank())
    return path, path.read_bytes()


@FIXED
@given(data=st.data())
def test_a_wrong_byte_is_noticed(stored, data):
    """Whatever byte of the file is off, the bank is refused or the very same."""
    path, sound = stored
    place, byte = data.draw(st.integers(0, len(sound) - 1)), data.draw(st.integers(0, 255))
    path.write_bytes(sound[:place] + bytes([byte]) + sound[place + 1 :])
    try:
        found = read_bank(path)
    except BankError:
        return

    assert found == bank()


@FIXED
@given(data=st.data())
def test_a_file_cut_short_is_noticed(stored, data):
    """Half a bank is none."""
    path, sound = stored
    path.write_bytes(sound[: data.draw(st.integers(0, len(sound) - 1))])

    with pytest.raises(BankError):
        read_bank(path)


def test_a_bank_with_another_digest_is_noticed(tmp_path):
    """Content that was replaced by other sound content does not pass."""
    write_bank(tmp_path / "one", bank())
    write_bank(tmp_path / "other", bank(kind="hidden"))
    one, other = (tmp_path / "one").read_bytes(), (tmp_path / "other").read_bytes()
    (tmp_path / "one").write_bytes(one[:32] + other[32:])

    with pytest.raises(BankError, match="its digest does not fit"):
        read_bank(tmp_path / "one")


@pytest.fixture
def homework(tiny_copy, project_root):
    """A copy of the tiny homework to change, with a lock and the kit beside it."""
    shutil.copytree(project_root / "autograder" / "kit", tiny_copy / "autograder" / "kit")
    (tiny_copy / "requirements.lock").write_text("numpy==2.4.6 \\\n    --hash=sha256:00\nclick==8.5.1 \\\n")
    return find_homework(tiny_copy, "tiny-hw")


@pytest.fixture
def frozen(homework):
    """A bank that says it was just frozen from the copy."""
    return bank(made_from=ingredients(homework, reference=True))


def change(path, addition="\n"):
    """Adds something to a file, or makes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text((path.read_text() if path.exists() else "") + addition)


def test_a_bank_just_frozen_is_fresh(homework, frozen):
    """Nothing is said when nothing changed."""
    require_fresh(frozen, homework)


STALE = {
    "a property file": ("tests/properties/tiny_hw/moments/test_1a.py", "suite"),
    "strategies beside it": ("tests/properties/tiny_hw/draw.py", "suite"),
    "the kit": ("autograder/kit/draw.py", "suite"),
    "an adapter": ("reference/tiny_hw/adapters/shapes.py", "adapters"),
    "the reference": ("reference/tiny_hw/moments.py", "reference"),
}


@pytest.mark.parametrize(("path", "named"), STALE.values(), ids=STALE)
def test_a_bank_older_than_its_ingredients_is_stale(homework, frozen, path, named):
    """Grading with cases of another suite is an error that names what changed and what to run."""
    change(homework.root / path)

    with pytest.raises(BankError, match=f"before its {named} changed; run `gradelbo freeze tiny-hw`"):
        require_fresh(frozen, homework)


def test_a_bank_of_other_versions_is_stale(homework, frozen):
    """The numerics that made the answers are pinned."""
    lock = homework.root / "requirements.lock"
    lock.write_text(lock.read_text().replace("2.4.6", "2.4.7"))

    with pytest.raises(BankError, match="before its lock changed"):
        require_fresh(frozen, homework)


@pytest.mark.parametrize("more", [{"data": "digest"}, {"adapters": None}])
def test_an_ingredient_that_came_or_went_makes_the_bank_stale(homework, frozen, more):
    """Data that a script gets since the freeze, or no longer gets, are a change like any other."""
    made = {name: digest for name, digest in (dict(frozen.made_from) | more).items() if digest is not None}

    with pytest.raises(BankError, match=f"before its {next(iter(more))} changed"):
        require_fresh(bank(made_from=made), homework)


def test_everything_that_changed_is_named(homework, frozen):
    """One message is enough."""
    change(homework.root / STALE["an adapter"][0])
    change(homework.root / STALE["a property file"][0])

    with pytest.raises(BankError, match="before its suite, adapters changed"):
        require_fresh(frozen, homework)


def test_a_renamed_property_file_makes_the_bank_stale(homework, frozen):
    """The address is part of the suite."""
    path = homework.root / STALE["a property file"][0]
    shutil.move(path, path.with_name("test_1aa.py"))

    with pytest.raises(BankError, match="suite"):
        require_fresh(frozen, homework)


def test_a_property_made_public_makes_the_bank_stale(homework, frozen):
    """The manifest decides which properties have public cases, so the bank must have been made under it."""
    path = homework.reference / "homework.toml"
    path.write_text(path.read_text().replace('public = ["matches_reference"]', 'public = ["rejects_empty_input"]', 1))

    with pytest.raises(BankError, match="before its manifest changed"):
        require_fresh(frozen, find_homework(homework.root, "tiny-hw"))


HARMLESS = {
    "a library that makes no numbers": ("requirements.lock", "rich==15.0.0 \\\n"),
    "a submission": ("tests/corpus/tiny_hw/right.py", "x = 1\n"),
    "notes": ("tests/properties/tiny_hw/notes.md", "x"),
}


@pytest.mark.parametrize(("path", "addition"), HARMLESS.values(), ids=HARMLESS)
def test_what_is_no_ingredient_leaves_the_bank_fresh(homework, frozen, path, addition):
    """Nobody freezes again for nothing."""
    change(homework.root / path, addition)

    require_fresh(frozen, homework)


@pytest.mark.parametrize(("old", "new"), [('"Mean"', '"Average"'), ("= 2.5", "= 3.5"), ("call_s = 1", "call_s = 2")])
def test_points_titles_and_limits_leave_the_bank_fresh(homework, frozen, old, new):
    """Another rubric over the same properties needs no new cases."""
    path = homework.reference / "homework.toml"
    path.write_text(path.read_text().replace(old, new, 1).replace("points = 4", f"points = {5 if '3.5' in new else 4}"))

    require_fresh(frozen, find_homework(homework.root, "tiny-hw"))


def test_a_handout_without_the_reference_is_fresh(homework, frozen):
    """A student's machine cannot hold the bank against a reference it has not got."""
    for path in homework.reference.glob("*.py"):
        path.unlink()

    require_fresh(frozen, homework)


DIFFERENT = [
    *(
        0,
        0.0,
        -0.0,
        False,
        None,
        "",
        b"",
        [],
        (),
        {},
        0j,
        np.array(0.0),
        np.float64(0.0),
        np.zeros(1),
        np.zeros((1, 1)),
    ),
    *(np.zeros(1, np.float32), np.zeros(1, np.int64), -np.zeros(1), np.zeros((0, 2)), np.zeros((2, 0)), np.zeros(0)),
    *(np.bool_(False), [0], (0,), [[]], [()], {"a": 0}, {"b": 0}, {"a": {"b": 0}}, [0, 0], "0", b"0", 1, 1.0, True),
    *(
        2**64,
        float(2**64),
        np.nan,
        -np.nan,
        np.inf,
        5e-324,
        [0.0, [0.0]],
        [[0.0], 0.0],
        ["a", "b"],
        ["ab"],
        ["a", "b", ""],
    ),
]


def test_every_difference_is_a_different_call():
    """Kind, shape, dtype and the sign of zero tell calls apart: a wrong answer is never looked up."""
    digests = [argument_digest((value,), {}) for value in DIFFERENT]

    assert len(set(digests)) == len(DIFFERENT)


CALLS = [((), {}), ((1,), {}), ((1, 2), {}), ((2, 1), {}), ((1,), {"b": 2}), ((), {"a": 1, "b": 2}), (([1, 2],), {})]
MORE_CALLS = [((1, [["b", 2]]), {}), ((1, "b", 2), {}), ((), {"a": 2, "b": 1}), ((), {"a": 1, "c": 2}), (([],), {})]


def test_every_way_of_passing_arguments_is_a_different_call():
    """Position, keyword and nesting count."""
    digests = [argument_digest(args, kwargs) for args, kwargs in CALLS + MORE_CALLS]

    assert len(set(digests)) == len(digests)


ALIKE = {
    "copies": (np.arange(6.0).reshape(2, 3), np.arange(6.0).reshape(2, 3)),
    "layouts": (np.arange(6.0).reshape(2, 3), np.asfortranarray(np.arange(6.0).reshape(2, 3))),
    "views": (np.arange(3), np.arange(6)[::2] // 2),
    "byte orders": (np.arange(3.0), np.arange(3.0).astype(">f8")),
    "NaN": ([np.nan, np.array([np.nan])], [np.nan, np.array([np.nan])]),
    "records": (MIXTURE, tuple(MIXTURE)),
}


@pytest.mark.parametrize(("one", "other"), ALIKE.values(), ids=ALIKE)
def test_equal_arguments_are_the_same_call(one, other):
    """The answer is found again, however the arguments lie in memory."""
    assert argument_digest((one,), {"k": other}) == argument_digest((other,), {"k": one})


def test_the_order_of_keywords_is_no_difference():
    """f(a=1, b=2) is f(b=2, a=1)."""
    assert argument_digest((), {"a": 1, "b": 2}) == argument_digest((), {"b": 2, "a": 1})


values = st.recursive(
    st.sampled_from([0, 0.0, -0.0, "", b"", None]),
    lambda inner: st.lists(inner, max_size=2) | st.tuples(inner),
    max_leaves=4,
)


@FIXED
@given(one=values, other=values)
def test_two_calls_share_an_answer_only_when_every_bit_is_equal(one, other):
    """The repr of these values shows every bit, and the digest agrees with it."""
    assert (argument_digest((one,), {}) == argument_digest((other,), {})) == (repr(one) == repr(other))


def test_a_calls_digest_is_the_same_in_every_process():
    """Banks are read on other machines, years later."""
    assert argument_digest((1, np.arange(2)), {"a": "x"}).hex() == "3e58bd252e81e8f04f95fcf6b2c6d6f0"


def test_what_a_property_does_to_a_case_is_gone_for_the_next_submission():
    """Cases are unpacked once and handed out as copies, all the way down; answers too."""
    arguments = {"m": MIXTURE, "rows": [{"x": np.zeros(2)}, (np.zeros(2),)]}
    held = bank(entries=[Entry("1a", "agrees", [pack_case(arguments, [("mean", b"d", [np.zeros(2)])])])])
    first, untouched = held.cases(prop("1a", "agrees"))[0], held.cases(prop("1a", "agrees"))[0]

    first.arguments["m"].x[:] = 9
    first.arguments["rows"][0]["x"][:] = 9
    first.arguments["rows"][1][0][:] = 9
    first.arguments["rows"].append(9)
    first.answers["mean", b"d"][0][:] = 9
    first.answers["more", b"d"] = 9
    again = held.cases(prop("1a", "agrees"))[0]

    assert type(again.arguments["m"]) is Mixture
    assert again.id == untouched.id
    for attribute in ("arguments", "answers"):
        np.testing.assert_equal(getattr(again, attribute), getattr(untouched, attribute))
