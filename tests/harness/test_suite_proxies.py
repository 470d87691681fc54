"""What a suite sees of the student's code: each line holds under isolation as it does in one process; graded once."""

import sys

import pytest

from tests.harness.suite_runs import row, run, suite_at

STUDENT = '''\
"""A module with something of everything."""
import collections, dataclasses, datetime, decimal, enum, fractions, functools, json, random, sys
import numpy as np

__version__ = "1.2"
TABLE = {"a": [1, 2], (1, 2): {3, 4}, 5: None}
COUNTER = 0
Point = collections.namedtuple("Point", "x y")

class Colour(enum.Enum):
    RED = 1
    BLUE = 2

class Base:
    """A base."""
    kind = "base"
    def __init__(self, n=0): self.n = n; self._name = "own"
    def __repr__(self): return f"{type(self).__name__}({self.n})"
    def __eq__(self, other): return isinstance(other, Base) and self.n == other.n
    def __hash__(self): return hash(self.n)
    def __lt__(self, other): return self.n < other.n
    def twice(self): return 2 * self.n
    @property
    def half(self): return self.n / 2
    @staticmethod
    def static(x): return x + 1
    @classmethod
    def made(cls, n): return cls(n)

class Vector(Base):
    def __add__(self, other): return Vector(self.n + (other.n if isinstance(other, Base) else other))
    __radd__ = __add__
    def __mul__(self, k): return Vector(self.n * k)
    __rmul__ = __mul__
    def __neg__(self): return Vector(-self.n)
    def __abs__(self): return abs(self.n)
    def __matmul__(self, other): return self.n * other.n
    def __iadd__(self, other): self.n += other.n; return self
    def __len__(self): return self.n
    def __iter__(self): return iter(range(self.n))
    def __getitem__(self, i):
        if i >= self.n: raise IndexError(i)
        return i * 10
    def __setitem__(self, i, v): self.n = v
    def __delitem__(self, i): self.n = 0
    def __contains__(self, x): return x == self.n
    def __call__(self, x): return self.n + x
    def __enter__(self): self.n += 1; return self
    def __exit__(self, kind, error, trace): self.n -= 1; return kind is KeyError
    def __bool__(self): return self.n != 0
    def __float__(self): return float(self.n)
    def __int__(self): return self.n

@dataclasses.dataclass
class Record:
    name: str
    size: int = 3

class Plain:
    pass

class Oops(ValueError):
    def __init__(self, code, why="because"):
        super().__init__(code, why); self.code = code
    def __str__(self): return f"oops {self.code}"

class Worse(Oops, KeyError): pass

def node(value, next=None):
    p = Plain(); p.value = value; p.next = next
    return p

def add(a: int, b: int = 2, *rest, key=None) -> int:
    """Adds two numbers."""
    return a + b
def echo(x): return x
def kinds():
    return [1, 2.5, "s", b"b", None, True, 3j, (1, 2), {1, 2}, frozenset({3}), range(3), slice(1, 2), 10**30,
            float("inf"), collections.Counter("aab"), collections.OrderedDict(a=1), collections.deque([1, 2], 5),
            decimal.Decimal("1.10"), fractions.Fraction(1, 3), datetime.date(2020, 1, 2), datetime.timedelta(days=1),
            Ellipsis, bytearray(b"x"), np.float64(2.5), collections.defaultdict(list, {"a": [1]})]
def raises(kind="oops"):
    if kind == "oops": raise Oops(7)
    if kind == "worse": raise Worse(8)
    if kind == "json": json.loads("{")
    if kind == "os": open("/nowhere/at/all")
    if kind == "assert": assert 1 == 2, "no"
    if kind == "stop": raise StopIteration(3)
    if kind == "linalg": np.linalg.inv(np.zeros((2, 2)))
    if kind == "decode": b"\\xff".decode("utf-8")
    if kind == "recursion":
        f = lambda: f()
        f()
def numbers(n):
    for i in range(n): yield i
def calls(f, *args): return f(*args)
def catches(f):
    try: f()
    except ZeroDivisionError as e: return f"caught {e}"
def own_error(f):
    try: f()
    except Oops as e: return e.code
def keeps(f): keeps.f = f
def kept(x): return keeps.f(x)
def consume(it): return [x for x in it]
def shuffle(n):
    x = list(range(n)); random.shuffle(x); return x
def draws(rng): return rng.normal(size=3)
def legacy(): return np.random.rand()
def count():
    global COUNTER
    COUNTER += 1
    return COUNTER
@functools.lru_cache
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
def counted(): counted.calls += 1
counted.calls = 0
def prints(*words): print(*words)
def errs(): print("to stderr", file=sys.stderr)
def asks(): name = input("name? "); return int(input("age? ")), name
def fill(matrix):
    for r in matrix:
        for i in range(len(r)): r[i] = 0
def grow(table, seen, array):
    table["new"] = [1]; seen.add(9); array *= 2
def deep(n): return 0 if n == 0 else 1 + deep(n - 1)
def same(a, b): return a is b
'''
TESTS = """
import collections, copy, datetime, decimal, fractions, inspect, io, json, math, random, sys
from contextlib import redirect_stderr, redirect_stdout
from unittest.mock import Mock, call, patch
import numpy as np
import pytest
import every
from every import *
from every import Base, Oops, Vector, Worse

def test_module_attributes():
    assert every.__doc__ == "A module with something of everything."
    assert every.TABLE == {"a": [1, 2], (1, 2): {3, 4}, 5: None}
    assert hasattr(every, "add") and not hasattr(every, "subtract")
    assert getattr(every, "nothing", 5) == 5
    assert "add" in dir(every)
    assert callable(every.add) and inspect.isclass(every.Base) and inspect.ismodule(every)
def test_values():
    want = [1, 2.5, "s", b"b", None, True, 3j, (1, 2), {1, 2}, frozenset({3}), range(3), slice(1, 2), 10**30,
            float("inf"), collections.Counter("aab"), collections.OrderedDict(a=1), collections.deque([1, 2], 5),
            decimal.Decimal("1.10"), fractions.Fraction(1, 3), datetime.date(2020, 1, 2), datetime.timedelta(days=1),
            Ellipsis, bytearray(b"x"), np.float64(2.5), collections.defaultdict(list, {"a": [1]})]
    got = every.kinds()
    assert got == want
    assert [type(x) for x in got] == [type(x) for x in want]
    for value in want:
        assert every.echo(value) == value, value
    assert math.isnan(every.echo(math.nan))
def test_arrays():
    a = np.arange(6.0).reshape(2, 3)
    assert np.array_equal(every.echo(a), a) and every.echo(a).dtype == a.dtype
    assert every.echo(np.array(["a", "b"], dtype=object).tolist()) == ["a", "b"]
    assert every.echo(np.int32(4)).dtype == np.int32
def test_named_tuples():
    p = every.Point(1, y=2)
    assert p == (1, 2) and p.x == 1 and p._asdict() == {"x": 1, "y": 2}
    assert every.echo(p) == p
def test_enums():
    assert every.Colour.RED is every.Colour.RED and every.Colour.RED != every.Colour.BLUE
    assert every.Colour(1) == every.Colour.RED and every.Colour["BLUE"].value == 2
    assert [c.name for c in every.Colour] == ["RED", "BLUE"]
def test_dataclasses():
    r = every.Record("a")
    assert r == every.Record("a", 3) and r.size == 3 and repr(r) == "Record(name='a', size=3)"
def test_objects():
    b = Base(4)
    assert b.n == 4 and b.twice() == 8 and b.half == 2 and b._name == "own" and repr(b) == str(b) == f"{b}" == "Base(4)"
    b.n = 6
    assert b.twice() == 12
    b.extra = [1]
    assert b.extra == [1] and hasattr(b, "extra")
    del b.extra
    assert not hasattr(b, "extra")
    with pytest.raises(AttributeError):
        b.nothing
    assert Base.kind == "base" and b.kind == "base" and Base.static(1) == 2 and b.static(1) == 2
    assert Base.made(3).n == 3 and Base.twice(Base(5)) == 10
    assert set(vars(b)) == {"n", "_name"}
    assert {Base(1), Base(1), Base(2)} == {Base(1), Base(2)} and Base(1) in [Base(0), Base(1)]
    assert sorted([Base(2), Base(1)])[0].n == 1 and max(Base(2), Base(3)).n == 3
    assert b is every.echo(b) and every.same(b, b)
    assert copy.copy(b) == b and copy.deepcopy(b) is not b
def test_types():
    v = Vector(1)
    assert isinstance(v, Vector) and isinstance(v, Base) and not isinstance(Base(1), Vector)
    assert type(v) is Vector and issubclass(Vector, Base) and Vector.__name__ == type(v).__name__ == "Vector"
    assert Base.__doc__ == "A base." and Vector.__mro__[1] is Base
    assert every.echo(Vector) is Vector and every.echo(int) is int
def test_operators():
    v = Vector(3)
    assert (v + Vector(4)).n == 7 and (v + 1).n == 4 and (1 + v).n == 4 and (v * 2).n == 6 and (2 * v).n == 6
    assert sum([Vector(1), Vector(2)]).n == 3
    assert v + v == Vector(6) and v * 2 == Vector(6)
    assert (-v).n == -3 and abs(-v) == 3 and v @ Vector(2) == 6 and float(v) == 3.0 and int(v) == 3
    w = v
    w += Vector(1)
    assert w is v and v.n == 4
    assert len(v) == 4 and list(v) == [0, 1, 2, 3] and v[2] == 20 and 4 in v and 5 not in v and v(1) == 5
    v[0] = 2
    assert v.n == 2
    del v[0]
    assert not v and Vector(1)
    with pytest.raises(IndexError):
        Vector(1)[5]
    with pytest.raises(TypeError):
        Base(1) + Base(2)
    with Vector(1) as inside:
        assert inside.n == 2
    with Vector(1):
        raise KeyError("swallowed")
def test_exceptions():
    with pytest.raises(Oops, match="oops 7") as caught:
        every.raises()
    assert caught.value.code == 7 and caught.value.args == (7, "because") and isinstance(caught.value, ValueError)
    with pytest.raises(KeyError):
        every.raises("worse")
    with pytest.raises(Oops):
        every.raises("worse")
    with pytest.raises(json.JSONDecodeError):
        every.raises("json")
    with pytest.raises(FileNotFoundError):
        every.raises("os")
    with pytest.raises(AssertionError, match="no"):
        every.raises("assert")
    with pytest.raises(np.linalg.LinAlgError):
        every.raises("linalg")
    with pytest.raises(UnicodeDecodeError):
        every.raises("decode")
    with pytest.raises(RecursionError):
        every.raises("recursion")
    with pytest.raises(TypeError):
        every.add()
    try:
        every.raises("worse")
    except Worse as error:
        assert type(error) is Worse and str(error) == "oops 8"
def test_functions():
    assert every.add(1) == 3 and every.add(1, b=5) == 6 and every.add(*[1, 2], **{"key": 3}) == 3
    assert every.add.__name__ == "add" and every.add.__doc__ == "Adds two numbers." and every.add is every.add
    assert list(inspect.signature(every.add).parameters) == ["a", "b", "rest", "key"]
    assert every.fib(50) == 12586269025 and every.fib.cache_info().misses == 51
    every.counted()
    assert every.counted.calls == 1
    assert every.calls(every.add, 1, 2) == 3 and every.calls(Base, 3).n == 3 and every.calls(Base(4).twice) == 8
    assert every.calls(len, [1, 2]) == 2 and every.calls(sorted, [2, 1]) == [1, 2]
def test_generators():
    g = every.numbers(3)
    assert next(g) == 0 and list(g) == [1, 2] and iter(g) is g
    with pytest.raises(StopIteration):
        next(g)
    assert list(zip(every.numbers(2), "ab")) == [(0, "a"), (1, "b")]
def test_linked_objects():
    chain = every.node(1, every.node(2))
    assert chain.next.value == 2 and chain.next.next is None
    chain.next.next = every.node(3)
    found = []
    while chain is not None:
        found.append(chain.value)
        chain = chain.next
    assert found == [1, 2, 3]
def test_callbacks():
    seen = []
    assert every.calls(lambda *a: seen.append(a) or 5, 1, [2]) == 5 and seen == [(1, [2])]
    assert every.catches(lambda: 1 / 0) == "caught division by zero"
    assert every.own_error(lambda: every.raises()) == 7
    with pytest.raises(KeyError):
        every.calls({}.__getitem__, "x")
    every.keeps(lambda x: x * 2)
    assert every.kept(4) == 8
    assert every.calls(lambda n: every.calls(lambda m: m + 1, n), 1) == 2
    m = Mock(return_value=3)
    assert every.calls(m, 1, 2) == 3
    m.assert_called_once_with(1, 2)
    assert every.consume(iter([1, 2])) == [1, 2] and every.consume(x * x for x in range(3)) == [0, 1, 4]
def test_seeds():
    random.seed(5)
    want = list(range(8)); random.shuffle(want)
    random.seed(5)
    assert every.shuffle(8) == want
    assert every.shuffle(8) != want
    np.random.seed(3)
    want = np.random.rand()
    np.random.seed(3)
    assert every.legacy() == want
    assert np.array_equal(every.draws(np.random.default_rng(1)), np.random.default_rng(1).normal(size=3))
def test_output(capsys):
    every.prints("a", 1)
    every.errs()
    assert capsys.readouterr() == ("a 1\\n", "to stderr\\n")
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        print("before")
        every.prints("b")
        every.errs()
    assert out.getvalue() == "before\\nb\\n" and err.getvalue() == "to stderr\\n"
    with patch("builtins.print") as shown:
        every.prints("c", 2)
    shown.assert_called_once_with("c", 2)
    with patch("sys.stdout", new_callable=io.StringIO) as page:
        every.prints("d")
    assert page.getvalue() == "d\\n"
def test_input(monkeypatch):
    with patch("builtins.input", side_effect=["ada", "30"]) as asked:
        assert every.asks() == (30, "ada")
    assert asked.call_args_list == [call("name? "), call("age? ")]
    monkeypatch.setattr("sys.stdin", io.StringIO("eve\\n7\\n"))
    assert every.asks() == (7, "eve")
    monkeypatch.undo()
    with pytest.raises((EOFError, OSError)):
        every.asks()
def test_in_place():
    m = [[1, 2], [3]]
    first = m[0]
    every.fill(m)
    assert m == [[0, 0], [0]] and m[0] is first and first == [0, 0]
    table, seen, array = {"a": 1}, {1}, np.ones(2)
    every.grow(table, seen, array)
    assert table == {"a": 1, "new": [1]} and seen == {1, 9} and array.tolist() == [2, 2]
def test_state_within_a_test():
    assert [every.count(), every.count(), every.COUNTER] == [1, 2, 2]
def test_state_is_fresh_in_the_next():
    assert every.count() == 1
def test_deep_recursion():
    assert every.deep(900) == 900
def test_import_inside():
    import every as again
    from every import add as plus
    assert again is every and plus(1) == 3
"""
NAMES = [line.split("(")[0].removeprefix("def ") for line in TESTS.splitlines() if line.startswith("def test_")]


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The tests under isolation."""
    folder = tmp_path_factory.mktemp("proxies")
    return run(
        suite_at(folder / "source", test_it=TESTS),
        suite_at(folder / "handed_in", every=STUDENT),
        in_place=("fill", "grow"),
    )


@pytest.mark.parametrize("name", NAMES)
def test_it_is_as_in_one_process(graded, name):
    """Values, objects, classes, exceptions, functions, output and state are what a test's author expects."""
    found = row(graded, f"{name} (")

    assert found.status == "passed", found.output


def test_all_of_it_holds_in_one_process(tmp_path):
    """The tests above are true of Python itself, so that they claim nothing but likeness."""
    import subprocess

    work = suite_at(tmp_path, test_it=TESTS, every=STUDENT)
    words = [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null", "."]
    said = subprocess.run(words, cwd=work, capture_output=True, text=True, check=False).stdout

    # the counter of the module's state goes on from test to test there, which is what --share all is for
    assert {line.split("::")[1].split(" ")[0] for line in said.splitlines() if line.startswith("FAILED")} == {
        "test_state_is_fresh_in_the_next"
    }
