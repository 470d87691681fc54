"""Formulas: the grammar takes what it says, refuses the rest with one sentence, and nothing else can come out of it."""

import ast
import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.errors import FormulaError
from autograder.kit.evaluate import Budget, evaluate
from autograder.kit.formula import CHARACTERS, Formula, parse
from autograder.kit.vocabulary import CALCULUS, ENTROPY, KL, LIMIT, MATRICES, Function

VECTOR = np.array([0.2, 0.3, 0.5])
MATRIX = np.array([[2.0, 0.5, 0.0], [0.5, 1.0, 0.25], [0.0, 0.25, 3.0]])
INSTANCE = {
    "p": VECTOR,
    "q": np.array([0.5, 0.25, 0.25]),
    "S": MATRIX,
    "n": 3,
    "x": 1.5,
    "f": Function("f", lambda t: t**2, (1,)),
} | {function.name: function for function in (KL, ENTROPY, *CALCULUS, *MATRICES)}


def value(text, steps=100_000):
    """The value of a formula on the instance above."""
    return evaluate(parse(text, INSTANCE), INSTANCE, Budget(steps))


def refusal(text, steps=100_000):
    """The sentence with which a formula is refused."""
    with pytest.raises(FormulaError) as caught:
        value(text, steps)
    return str(caught.value)


VALUES = {
    "1 + 2*3 - 4/8": 6.5,
    "-x**2": -2.25,
    "+x": 1.5,
    "2**-1": 0.5,
    "exp(log(x)) + sqrt(4)": 3.5,
    "pi": math.pi,
    "-inf": -math.inf,
    "1/0": math.inf,
    "exp(1000)": math.inf,
    "log(0)": -math.inf,
    "sum(p)": 1.0,
    "prod(p)": 0.03,
    "sum(S, 0)[1]": 1.75,
    "sum(p[a] for a in range(n))": 1.0,
    "sum(a for a in range(1, n))": 3.0,
    "sum(a*b for a in range(n) for b in range(a))": 2.0,
    "sum(1 for a in range(n) for b in range(n) if a != b)": 6.0,
    "sum(1 for a in range(n) if 0 < a <= 2)": 2.0,
    "sum(1 for a in range(0))": 0.0,
    "prod(p[a] for a in range(0))": 1.0,
    "S[0, 1]": 0.5,
    "S[1][2]": 0.25,
    "sum(S[:, 0])": 2.5,
    "sum(S[1:, 0])": 0.5,
    "sum(p[:, None]*q[None, :])": 1.0,
    "sum(q[p*0 + 2])": 0.75,
    "p@S@q": 0.2 * (2 * 0.5 + 0.5 * 0.25) + 0.3 * (0.25 + 0.25 + 0.0625) + 0.5 * (0.0625 + 0.75),
    "KL(p, p)": 0.0,
    "KL(p*0, q)": 0.0,
    "H(q) - 0.5*log(2) - 0.5*log(4)": 0.0,
    "f(x)": 2.25,
    "integral(lambda t: exp(-t**2/2), -inf, inf)**2/(2*pi)": 1.0,
    "ddx(f, x)": 3.0,
    "ddx(lambda t: exp(t), 0)": 1.0,
    "integral(lambda t: integral(lambda s: s*t, 0, 1), 0, 2)": 1.0,
    "trace(S)": 6.0,
    "trace(inv(S)@S)": 3.0,
    "logdet(diag(p)) - log(0.03)": 0.0,
    "sum(diag(S))": 6.0,
    "sum(outer(p, q))": 1.0,
    "dot(p, q) - 0.3": 0.0,
    "mean(p) + mean(S, 0)[0]": 1 / 3 + 2.5 / 3,
    "sum(transpose(S) - S)": 0.0,
}


@pytest.mark.parametrize(("text", "right"), VALUES.items())
def test_the_grammar_takes_what_it_says(text, right):
    """Every construct of the notation has the value that mathematics gives it."""
    assert value(text) == pytest.approx(right, abs=1e-9)


def test_what_is_not_defined_is_not_a_number():
    """A logarithm of a negative number, 0/0 and a root of one fail by being NaN, not by an exception."""
    assert all(np.isnan(value(text)) for text in ("log(-1)", "0/0", "sqrt(-1)", "(-8)**0.5", "logdet(-S)", "inf - inf"))


REFUSALS = {
    "x.real": "a dot behind a name",
    "(1).__class__.__bases__": "a dot behind a name",
    "x.bit_length()": "a dot behind a name",
    "'a'": "text is not part",
    "b'a'": "text is not part",
    "f'{x}'": "text is not part",
    "[1, 2]": "lists are not part",
    "{1}": "sets are not part",
    "{1: 2}": "dicts are not part",
    "(1, 2)": "a tuple may only stand as an index",
    "[a for a in range(3)]": "square brackets around a generator",
    "{a for a in range(3)}": "braces around a generator",
    "{a: a for a in range(3)}": "dicts are not part",
    "(a for a in range(3))": "one argument of sum or prod",
    "f(a for a in range(3))": "one argument of sum or prod",
    "sum((a for a in range(3)), 1)": "one argument of sum or prod",
    "1 if x else 2": "`… if … else …` is not part",
    "x < 1": "a comparison may only stand behind",
    "x == 1": "a comparison may only stand behind",
    "(x < 1)*p[0]": "a comparison may only stand behind",
    "x and 1": "write a second `if`",
    "not x": "`not` and `~`",
    "~n": "`not` and `~`",
    "n // 2": "only + - * / ** @",
    "n % 2": "only + - * / ** @",
    "n << 2": "only + - * / ** @",
    "lambda: 1": "`lambda` may only be an argument",
    "exp(lambda t: t)": "`lambda` may only be an argument",
    "sum(lambda t: t)": "`lambda` may only be an argument",
    "KL(lambda t: t, p)": "KL takes no function there",
    "integral(lambda: 1, 0, 1)": "a lambda has plain parameters",
    "integral(lambda *t: 1, 0, 1)": "a lambda has plain parameters",
    "integral(lambda t=1: 1, 0, 1)": "a lambda has plain parameters",
    "integral(lambda x: x, 0, 1)": "x has a meaning already",
    "integral(lambda s, t: s, 0, 1)": "a lambda of 2 parameters got 1",
    "integral(x, 0, 1)": "integral takes a function there",
    "integral(lambda t: p, 0, 1)": "integral needs a number",
    "(lambda t: t)(1)": "only a named function can be called",
    "f(1)(2)": "only a named function can be called",
    "(x := 3)": "`:=` is not part",
    "f(*p)": "`*` and `**` before an argument",
    "f(t=1)": "an argument with a name",
    "f(**x)": "an argument with a name",
    "f(1, 2)": "f takes 1 arguments, not 2",
    "exp(1, 2)": "exp takes one argument",
    "exp()": "exp takes one argument",
    "sum()": "sum takes a generator, or an array",
    "sum(S, 5)": "sum over axis 5",
    "f": "f is a function: call it",
    "f + 1": "f is a function: call it",
    "exp": "exp is a function: call it",
    "x(1)": "x is not a function",
    "sum(a(1) for a in range(2))": "a is a variable here, not a function",
    "range(3)": "range may only stand behind",
    "range": "is no name of this derivation",
    "open": "is no name of this derivation",
    "__import__('os')": "is no name of this derivation",
    "eval(x)": "is no name of this derivation",
    "sum(a for a in p)": "runs over range(…) only",
    "sum(a for a in range(0, 9, 3))": "range takes one or two numbers",
    "sum(a for a in range(*p))": "`*` and `**` before an argument",
    "sum(1 for a, b in range(3))": "one plain variable",
    "sum(1 for p[0] in range(3))": "one plain variable",
    "sum(1 for p in range(3))": "p has a meaning already",
    "sum(1 for exp in range(3))": "exp has a meaning already",
    "sum(1 for a in range(2) for a in range(2))": "a has a meaning already",
    "sum(sum(a for a in range(2)) for a in range(2))": "a has a meaning already",
    "sum(1 for a in range(2) if a)": "behind `if` stands a comparison",
    "sum(1 for a in range(2) if a in range(2))": "behind `if` stands a comparison",
    "sum(1 for a in range(2) if a is a)": "behind `if` stands a comparison",
    "sum(1 for a in range(2) if p < a)": "numbers are compared, not arrays",
    "sum(1 for a in range(x))": "a whole number from 0 on is needed, it is 1.5",
    "sum(1 for a in range(p))": "a whole number from 0 on is needed, it is an array",
    "sum(1 for a in range(inf))": "a whole number from 0 on is needed, it is inf",
    "sum(a for a in range(-1))": "a whole number from 0 on is needed, it is -1",
    "p[-1]": "a whole number from 0 on is needed, it is -1",
    "p[3]": "an index is outside an array of shape (3,)",
    "p[x]": "a whole number from 0 on is needed, it is 1.5",
    "p[p]": "an index is not a whole number",
    "p[0, 0]": "an index is outside",
    "p[::2]": "a slice with a step",
    "p[(1, 2):]": "a tuple may only stand as an index",
    "x[0]": "a number has no entries",
    "f[0]": "f is a function: call it",
    "p[(lambda t: t)]": "`lambda` may only be an argument",
    "p + S[0, :2]": "shapes (3,) and (2,) do not fit together",
    "p@S[:2]": "do not fit around `@`",
    "x@p": "`@` stands between vectors and matrices",
    "KL(p, S)": "KL takes vectors",
    "KL(p, q[:2])": "KL of arrays of shapes",
    "dot(p, q[:2])": "dot of vectors of lengths",
    "inv(p)": "inv takes a square matrix",
    "inv(S*0)": "inv has no value there",
    "diag(x)": "diag takes a vector or a matrix",
    "mean(p, 1)": "mean over an axis",
    "9**9**9": "an exponent beyond 64",
    "x**65": "an exponent beyond 64",
    "x**-65": "an exponent beyond 64",
    "x**(60 + 5)": "an exponent beyond 64",
    "2**(n*100000)": "an exponent beyond 10000",
    "p**(p*inf)": "an exponent beyond 10000",
    "sum(1 for a in range(100000000))": "it takes more than the 100000 steps",
    "sum(1 for a in range(999) for b in range(999))": "it takes more than the 100000 steps",
    "integral(lambda t: sum(t for a in range(9999)), 0, 1)": "it takes more than the 100000 steps",
    "True": "True is not part",
    "None": "None is not part",
    "...": "ellipsis numbers are not part",
    "1j": "complex numbers are not part",
    "1" + "0" * 390: "a number that is too large",
    "": "it is not a formula",
    "x =": "it is not a formula",
    "import os": "it is not a formula",
    "yield x": "it is not a formula",
    "x; x": "it is not a formula",
    "x\0": "it is not a formula",
    "(" * 300: "it is not a formula",
    "-" * 300 + "x": "nested deeper than the 80 levels",
    "f(-" * 60 + "x" + ")" * 60: "nested deeper than the 80 levels",
    "+".join(["x"] * 200): "nested deeper than the 80 levels",
    "x" * (CHARACTERS + 1): f"it has {CHARACTERS + 1} characters",
    "await x": "Await is not part",
    "p@p[...]": "ellipsis numbers are not part",
}


@pytest.mark.parametrize(
    ("text", "why"), REFUSALS.items(), ids=[f"{k} {text[:20]!a}" for k, text in enumerate(REFUSALS)]
)
def test_everything_else_is_refused_in_one_sentence(text, why):
    """What is not in the notation, or has no value, is refused by our own error; the sentence says what is wrong."""
    said = refusal(text)

    assert why in said
    assert "\n" not in said
    assert len(said) < 400


def test_a_formula_has_few_parts(monkeypatch):
    """The number of parts is capped, with any number of characters."""
    monkeypatch.setattr("autograder.kit.formula.NODES", 9)

    assert parse("1+1+1+1+1", INSTANCE)
    with pytest.raises(FormulaError, match="more than the 9 parts"):
        parse("1+1+1+1+-1", INSTANCE)


@pytest.mark.parametrize(
    "text",
    ["outer(v, v)", "v[:, None]*v", "diag(v)", "v[:, None]@v[None, :]", "w[:, None] + w", "v[v*0]", "v[:, None]**v"],
)
def test_memory_is_bounded(text):
    """An operation whose result would have more entries than the limit is refused before it is made."""
    big = {"v": np.arange(float(LIMIT)) % 7, "w": np.ones(200)} | INSTANCE
    tracemalloc.start()
    try:
        with pytest.raises(FormulaError, match="entries, 10000 are allowed"):
            evaluate(parse(text, big), big, Budget())
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


def test_axes_are_bounded():
    """No more than six axes can be made."""
    assert "axes, 6 are allowed" in refusal("p" + "[None]" * 7)


def test_loop_variables_do_not_outlive_their_sum():
    """Two sums may use the same letter, and the letter means nothing outside."""
    assert value("sum(a for a in range(3)) + sum(a for a in range(2))") == 4
    assert "a is no name of this derivation" in refusal("sum(a for a in range(3)) + a")


def test_names_are_those_of_the_derivation():
    """Loop variables, parameters and the names that are always there are not counted among a formula's names."""
    found = parse("sum(p[a]*exp(x) for a in range(n)) + integral(lambda t: t*pi, 0, 1)", INSTANCE)

    assert found.names == {"p", "x", "n", "integral"}


def test_form_does_not_depend_on_spaces_and_brackets():
    """Formulas that are written alike but for spaces and brackets have the same form."""
    assert parse("(x)+ 1", INSTANCE).form == parse("x + 1", INSTANCE).form != parse("1 + x", INSTANCE).form


WORDS = [
    *"+-*/@()[],:=<>.\n\t #'\"\\{}!~%&|^0129",
    *("**", "//", "==", "<=", "for", "in", "if", "else", "lambda", "and", "not", "range", "sum", "prod", "exp", "log"),
    *("sqrt", "pi", "inf", "p", "q", "S", "n", "x", "f", "KL", "H", "integral", "ddx", "inv", "diag", "outer", "None"),
    *("True", "a", "b", "1e999", "0x", "1_0", ":=", "...", "é", "ℝ", " ", "\ud800", "\0"),
]


def outcome(text):
    """The value of a text, None where it is refused; anything else is an error of ours."""
    try:
        return value(text, steps=3000)
    except FormulaError as error:
        if not 0 < len(str(error)) < 600:
            raise
        return None


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=CHARACTERS + 5))
def test_any_text_is_a_number_or_a_sentence(text):
    """No text whatever makes the parser raise anything but its own error."""
    outcome(text)


@settings(max_examples=600, deadline=None)
@given(
    st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join)
    | st.lists(st.sampled_from(WORDS), max_size=60).map("".join)
)
def test_any_words_are_a_number_or_a_sentence(text):
    """No sequence of tokens, most of them of the notation, makes it raise anything but its own error."""
    outcome(text)


def expressions():
    """Texts that the parser mostly takes: every construct of the notation, put together at random."""
    leaves = st.sampled_from(["p", "q", "S", "n", "x", "1", "2.5", "0", "pi", "inf", "f", "None", "a", "p[a]", "1e300"])

    def grow(inner):
        return st.one_of(
            st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "**", "@"]), inner).map(
                lambda t: f"({t[0]}{t[1]}{t[2]})"
            ),
            st.tuples(
                st.sampled_from(["exp", "log", "sum", "prod", "f", "H", "inv", "diag", "trace", "logdet"]), inner
            ).map(lambda t: f"{t[0]}({t[1]})"),
            st.tuples(st.sampled_from(["KL", "outer", "dot", "mean"]), inner, inner).map(
                lambda t: f"{t[0]}({t[1]}, {t[2]})"
            ),
            st.tuples(inner, inner).map(lambda t: f"sum({t[0]} for a in range(n) if a != {t[1]})"),
            st.tuples(inner, inner).map(lambda t: f"prod({t[0]} for a in range({t[1]}))"),
            st.tuples(inner, inner).map(lambda t: f"{t[0]}[{t[1]}]"),
            st.tuples(inner, inner).map(lambda t: f"{t[0]}[:, {t[1]}]"),
            inner.map(lambda t: f"integral(lambda t: t*{t}, 0, 1)"),
            inner.map(lambda t: f"ddx(lambda t: t*{t}, x)"),
        )

    return st.recursive(leaves, grow, max_leaves=12)


@settings(max_examples=600, deadline=None)
@given(expressions())
def test_any_formula_is_a_bounded_value_or_a_sentence(text):
    """Whatever the constructs are put together to, the value is a number or a small array, within its steps."""
    found = outcome(text)

    assert found is None or np.size(found) <= LIMIT


def test_nothing_of_a_formula_is_executed(monkeypatch):
    """Neither compile to code nor eval is ever called: the tree is read and walked."""
    asked = []
    original = ast.parse
    monkeypatch.setattr(ast, "parse", lambda *a, **k: asked.append(k) or original(*a, **k))
    monkeypatch.setattr("builtins.eval", lambda *a: pytest.fail("eval was called"))
    monkeypatch.setattr("builtins.exec", lambda *a: pytest.fail("exec was called"))

    assert value("x + 1") == 2.5
    assert asked == [{"mode": "eval"}]
    assert isinstance(parse("x", INSTANCE), Formula)
