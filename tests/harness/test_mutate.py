"""Generated mutants: each slip that the audit promises is made, only where students write, and each once."""

import ast
import textwrap

import pytest

from autograder.audit.mutate import mutants_of, same_code
from autograder.audit.reach import definitions, reachable
from autograder.manifest import find_homework


def changed(mutant):
    """The lines that a mutant adds, without their indentation."""
    return [row[1:].strip() for row in mutant.diff.splitlines() if row.startswith("+")]


@pytest.fixture
def made(tiny_copy):
    """Makes the mutants of a function body written in the tiny homework's mean(x)."""

    def make(body):
        path = tiny_copy / "reference/tiny_hw/moments.py"
        solution = textwrap.indent(textwrap.dedent(body).strip(), "    ")
        path.write_text(
            '"""Mean."""\nimport numpy as np\n\n\ndef mean(x, y, axis):\n    """The mean."""\n    # BEGIN SOLUTION\n'
            f"{solution}\n    # END SOLUTION\n\n\ndef standardize(x):\n    return np.exp(x) + 1\n"
        )
        homework = find_homework(tiny_copy, "tiny-hw")
        return mutants_of(homework, homework.problems["moments"])

    return make


@pytest.mark.parametrize(
    ("body", "operator", "wanted"),
    [
        ("return x + y", "term dropped", "return x"),
        ("return x - y", "term dropped", "return -y"),
        ("return x - y", "operands swapped", "return y - x"),
        ("return x / y", "operands swapped", "return y / x"),
        ("return x / y.sum()", "term dropped", "return x"),
        ("return x + y", "sign", "return x - y"),
        ("return x * y", "operator", "return x / y"),
        ("return x + y", "halve or double", "return 2.0 * x + y"),
        ("return 0.5 * x", "constant", "return 1.0 * x"),
        ("return x[0]", "constant", "return x[1]"),
        ("return x ** 2", "constant", "return x ** 1"),
        ("return np.sum(x, axis=1)", "other function", "return np.mean(x, axis=1)"),
        ("return x.max()", "other function", "return x.min()"),
        ("return np.log(x)", "other function", "return np.log2(x)"),
        ("return np.log(x)", "function forgotten", "return x"),
        ("return np.exp(x)", "function forgotten", "return x"),
        ("return np.maximum(x, 0)", "function forgotten", "return x"),
        ("return x.copy()", "function forgotten", "return x"),
        ("return np.linalg.solve(x, y)", "arguments swapped", "return np.linalg.solve(y, x)"),
        ("return np.linalg.solve(x, y)", "not inverted", "return x @ y"),
        ("return np.sum(x, axis=1)", "keyword dropped", "return np.sum(x)"),
        ("return x.sum(keepdims=True)", "keyword changed", "return x.sum(keepdims=False)"),
        ("return np.asarray(x, dtype=float)", "keyword changed", "return np.asarray(x, dtype=np.float32)"),
        ("return x.astype(float)", "wrong type", "return x.astype(np.float32)"),
        ("return x + y", "wrong type", "return np.asarray(x + y, dtype=np.int64)"),
        ("return x.T", "transpose dropped", "return x"),
        ("return x @ y", "transposed", "return x.T @ y"),
        ("return np.einsum('ij,jk->ik', x, y)", "transposed", "return np.einsum('ij,jk->ki', x, y)"),
        ("return x[:, None] + y", "wrong axis", "return x[None, :] + y"),
        ("return x[:, None] + y", "broadcast dropped", "return x + y"),
        ("return x[1:]", "off by one", "return x[2:]"),
        ("return x[:y]", "off by one", "return x[:y - 1]"),
        ("return x[:y]", "slice dropped", "return x[:]"),
        ("return [x for i in range(y)]", "off by one", "return [x for i in range(y - 1)]"),
        ("return x, y", "results swapped", "return (y, x)"),
        ("return x if axis else y", "branch always taken", "return x"),
        ("return x < y", "comparison", "return x <= y"),
        ("return x and y", "and for or", "return x or y"),
        ("return x and y", "condition dropped", "return x"),
        ("return not x", "negation dropped", "return x"),
        ("return x + 1", "wrong name", "return y + 1"),
        ("if x < 0:\n    raise ValueError\nreturn y", "statement deleted", "pass"),
        ("if x < 0:\n    y = 1\nreturn y", "branches swapped", "if not x < 0:"),
        ("y += x\nreturn y", "overwritten", "y = x"),
        ("for i in x:\n    y = y + i\nreturn y", "one round only", "break"),
        ("x = x + 1\ny = x\nx = x - y\nreturn x", "early return", "return x"),
    ],
)
def test_each_slip_is_made(made, body, operator, wanted):
    """For every operator there is a mutant with that line in place of the right one."""
    found, _ = made(body)

    assert wanted in [line for m in found if m.operator == operator for line in changed(m)]


def test_every_mutant_is_python_and_none_is_the_reference(made):
    """A mutant compiles, to other code than the reference's and than any other mutant's."""
    found, _ = made("m = x.sum(axis=0) / len(x)\nreturn m - 0.5 * y")
    sources = [m.source for m in found]

    assert all(ast.parse(source) for source in sources)
    assert not any(same_code(a, b) for i, a in enumerate(sources) for b in sources[:i])


def test_what_compiles_to_the_same_code_is_counted_and_left_out(made):
    """A mutant whose code is known already is equivalent without a doubt."""
    _, same = made("return np.concatenate([x, y]) + x[:0] - y[0:]")

    assert same > 0


def test_only_what_students_write_is_changed(made):
    """Outside the solution regions nothing is touched, be it reachable or not."""
    found, _ = made("return x + y")

    assert {m.function for m in found} == {"mean"}


def test_messages_and_formatted_strings_stay(made):
    """What an exception says is no part of the mathematics."""
    found, _ = made('if x < 0:\n    raise ValueError(f"{x + 1} and {y}" + str(x - y))\nreturn y')

    assert all("{x + 1} and {y}" in line for m in found for line in changed(m) if "ValueError(" in line)
    assert all("x - y" in line for m in found for line in changed(m) if "str(" in line)


def test_the_same_source_gives_the_same_mutants_with_ids_of_their_own(tiny):
    """Order, ids and digests are fixed, and no two mutants share one."""
    runs = [[m for p in tiny.problems.values() for m in mutants_of(tiny, p)[0]] for _ in range(2)]
    digests = [m.digest for m in runs[0]]

    assert runs[0] == runs[1]
    assert len(set(digests)) == len(digests)
    assert len({m.id for m in runs[0]}) == len(digests)


def test_a_digest_does_not_depend_on_where_the_function_stands(tiny_copy):
    """A declaration outlives an edit elsewhere in the file, and dies with an edit of the function."""
    homework = find_homework(tiny_copy, "tiny-hw")
    problem = homework.problems["moments"]
    path = tiny_copy / "reference/tiny_hw/moments.py"
    before = {m.digest: m.function for m in mutants_of(homework, problem)[0]}
    path.write_text(path.read_text().replace("import numpy as np\n", "import numpy as np\n\nUNUSED = 1\n"))
    moved = {m.digest for m in mutants_of(homework, problem)[0]}
    path.write_text(path.read_text().replace("float(np.mean(x))\n", "float(np.mean(x)) + 0\n", 1))
    edited = {m.digest for m in mutants_of(homework, problem)[0]}

    assert set(before) == moved
    assert {before[digest] for digest in moved - edited} == {"mean"}


def test_reach_follows_adapters_classes_and_names(tiny):
    """From a property's call one comes through the adapter to the method and on to what that calls."""
    problem = tiny.problems["shapes"]
    tree = ast.parse((tiny.reference / "shapes.py").read_bytes())

    assert set(definitions(tree)) == {"outer", "Walk.states", "step"}
    assert reachable(tiny, problem, tree, ["walk"]) == {"Walk.states", "step"}
    assert reachable(tiny, problem, tree, ["outer"]) == {"outer"}
