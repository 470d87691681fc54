"""bench/mutmut_check.py: another tool's mutants before our grader."""

import re

from bench.mutmut_check import compared

LINE = re.compile(r"(\w+) (\w+): (\d+) mutants, \d+ equivalent, (\d+) of (\d+) killed")


def test_both_tools_mutants_are_made_and_graded(tiny):
    """What docs/audit.md holds the audit against can be run: it once called what the audit no longer had."""
    lines = [found for line in compared(tiny, ["moments"], 1) if (found := LINE.match(line))]

    assert [line.group(1, 2) for line in lines] == [("moments", "audit"), ("moments", "mutmut")]
    assert all(int(line[3]) > 10 and 0 < int(line[4]) <= int(line[5]) for line in lines)
