"""Records a bank: runs the strategies once under a fixed seed and keeps the cases with the reference's answers."""

import ast
import hashlib
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import hypothesis
from hypothesis.internal.cache import LRUCache
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

from autograder.engine.bank import Bank, Entry, argument_digest, ingredients, pack_case, unpack_case
from autograder.engine.copying import copied
from autograder.engine.properties import Property
from autograder.engine.reference import live_reference
from autograder.engine.session import Session
from autograder.engine.student import Namespace, functions_of
from autograder.errors import BankError
from autograder.manifest import Homework, Problem

__all__ = ["only_these_constants", "record_bank", "record_cases"]

PUBLIC_CASES = 5
DRAWS = 8  # times that a property is drawn anew when nothing but public cases came of it
NO_OTHERS: Mapping[str, Session] = {}


def record_bank(
    homework: Homework,
    properties: tuple[Property, ...],
    sessions: dict[str, Session],
    *,
    kind: str,
    seed: str,
    without: Bank | None = None,
) -> Bank:
    """The bank of these properties: `kind` "public" takes the public ones and few cases, "hidden" all of both.

    `sessions` hold the reference as a submission, by problem: every property must pass on it. Cases that stand in
    `without` (the public bank, when the hidden one is made) are left out. Raises BankError for a property that fails.
    """
    references = {name: live_reference(homework, problem) for name, problem in homework.problems.items()}
    known = (
        {case_id_of(packed) for entry in without.entries for packed in entry.cases} if without is not None else set()
    )
    entries = []
    with only_these_constants():
        for prop in properties:
            if kind == "public" and prop.name not in prop.part.public:
                continue
            count = PUBLIC_CASES if kind == "public" else None
            others = {name: sessions[name] for name in prop.others}
            own, reference = sessions[prop.problem], references[prop.problem]
            for again in range(DRAWS):
                drawn_from = _seed(f"{seed} again {again}" if again else seed, prop)
                cases = record_cases(prop, own, reference, drawn_from, count, others)
                if fresh := [packed for packed in cases if not prop.drawn or case_id_of(packed) not in known]:
                    break
            else:
                raise BankError(
                    f"part {prop.part.id}, {prop.name}: every hidden case is a public one; its strategy has too few"
                )
            entries.append(Entry(prop.part.id, prop.name, fresh))
    return Bank(
        homework=homework.id,
        kind=kind,
        made_from=ingredients(homework, reference=True),
        functions={name: sorted(functions_of(reference)) for name, reference in references.items()},
        signatures=_signatures(homework, references),
        entries=entries,
    )


def record_cases(
    prop: Property,
    session: Session,
    reference: Namespace,
    seed: int,
    count: int | None,
    others: Mapping[str, Session] = NO_OTHERS,
) -> list[bytes]:
    """The packed cases of one property, smallest first, each once; `count` caps how many are kept, as drawn.

    `others` are the sessions of the further problems that the property asks.
    """
    asked = (session, *others.values())
    cases: dict[str, bytes] = {}

    def spy(**kwargs: Any) -> None:
        arguments = {name: value for name, value in kwargs.items() if name not in prop.fixtures}
        packed = pack_case(arguments, [])
        name = case_id_of(packed)
        if name in cases or (count is not None and len(cases) >= count):
            return
        for each in asked:
            each.begin(name)
        answers: list[tuple[str, bytes, Any]] = []
        fixtures: dict[str, Any] = {"student": session.student(), "reference": _recorder(reference, answers)}
        fixtures |= {problem: other.student() for problem, other in others.items()}
        prop.inner(**{f: fixtures[f] for f in prop.fixtures}, **unpack_case(packed).arguments)
        cases[name] = pack_case(arguments, answers)

    for each in asked:
        each.start_part()
    try:
        if prop.drawn:
            _run_strategies(prop, spy, seed)
        else:
            spy()
    except Exception as error:
        raise BankError(f"part {prop.part.id}, {prop.name}: the reference itself does not pass: {error!r}") from error
    return sorted(cases.values(), key=lambda packed: (len(packed), packed))


def case_id_of(packed: bytes) -> str:
    """The id of a packed case: of its arguments only."""
    return unpack_case(packed).id


@contextmanager
def only_these_constants() -> Iterator[None]:
    """Cases must depend on their strategies alone.

    hypothesis mixes constants it finds in the source of loaded local modules into what it draws, so an edit anywhere
    in the project would change the bank. It has no setting for that; the pin makes this patch safe, and a test sees
    it fail to bite.
    """
    original, cache = providers._get_local_constants, providers.CONSTANTS_CACHE
    providers._get_local_constants, providers.CONSTANTS_CACHE = Constants, LRUCache(1024)
    try:
        yield
    finally:
        providers._get_local_constants, providers.CONSTANTS_CACHE = original, cache


def _run_strategies(prop: Property, spy: Callable[..., None], seed: int) -> None:
    handle = prop.test.hypothesis  # type: ignore[attr-defined]  # set by @given: the documented hook for runners
    given = dict.fromkeys(prop.fixtures)
    try:
        handle.inner_test = spy
        hypothesis.seed(seed)(prop.test)(**given)
    finally:
        handle.inner_test = prop.inner


def _recorder(reference: Namespace, answers: list[tuple[str, bytes, Any]]) -> Namespace:
    def recorded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            digest = argument_digest(args, kwargs)
            value = function(*copied(args), **copied(kwargs))
            if all((name, digest) != (f, d) for f, d, _ in answers):
                answers.append((name, digest, value))
            return value

        return call

    return Namespace(
        "reference", {name: recorded(name, function) for name, function in functions_of(reference).items()}
    )


def _signatures(homework: Homework, references: dict[str, Namespace]) -> dict[str, list[str]]:
    """Argument names of the student's functions, for messages: from the adapter, else from the reference."""
    found: dict[str, list[str]] = {}
    for name, problem in homework.problems.items():
        own = {f: list(inspect.signature(call).parameters) for f, call in functions_of(references[name]).items()}
        adapted = _adapter_signatures(homework, problem)
        found |= {
            f"{name}.{f}": (adapted | {k: v for k, v in own.items() if k not in adapted}).get(f, [])
            for f in problem.functions
        }
    return found


def _adapter_signatures(homework: Homework, problem: Problem) -> dict[str, list[str]]:
    if problem.adapter is None:
        return {}
    tree = ast.parse((homework.reference / problem.adapter).read_bytes())
    return {node.name: [a.arg for a in node.args.args][1:] for node in tree.body if isinstance(node, ast.FunctionDef)}


def _seed(seed: str, prop: Property) -> int:
    return int.from_bytes(hashlib.blake2b(f"{seed} {prop.part.id} {prop.name}".encode(), digest_size=8).digest(), "big")
