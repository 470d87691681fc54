"""Calls of part 2 that go through an object of the student's."""


def walk(module, n):
    """The first n states of the student's walk."""
    return module.Walk().states(n)
