"""What can go wrong in a line of numerical Python, by family; each family is a function from a node to its rewrites.

A rewrite is (operator, node that takes the place). A statement's rewrite is a list of statements.
"""

import ast
from collections.abc import Callable, Iterator

from autograder.audit.operators.arithmetic import arithmetic
from autograder.audit.operators.arrays import arrays
from autograder.audit.operators.calls import calls
from autograder.audit.operators.control import control

__all__ = ["FAMILIES", "Rewrite"]

Rewrite = tuple[str, ast.AST | list[ast.stmt]]
FAMILIES: tuple[Callable[[ast.AST], Iterator[Rewrite]], ...] = (arithmetic, calls, arrays, control)
