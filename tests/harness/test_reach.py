"""Which functions of a module a call comes to: what generated mutants are made of."""

import ast
from types import SimpleNamespace

from autograder.audit.reach import reachable

SOURCE = """
class Layer:
    def __init__(self):
        self.size = _size()

    def forward(self, x):
        return _scaled(x)

    def spare(self):
        return 1


class Other:
    def forward(self, x):
        return x


def _size():
    return 2


def _scaled(x):
    return 2 * x


def run(x):
    layer = Layer()
    return layer(x)
"""


def test_calling_a_module_comes_to_its_forward():
    """Nobody writes `forward`: whoever makes a layer may call it, and what it calls is reached too."""
    found = reachable(None, SimpleNamespace(adapter=None), ast.parse(SOURCE), ["run"])

    assert found == {"run", "Layer.__init__", "Layer.forward", "_size", "_scaled"}
