"""The suite's own runner, as gradescope-utils' sample has it."""

import sys
import unittest

from gradescope_utils.autograder_utils.json_test_runner import JSONTestRunner

if __name__ == "__main__":
    suite = unittest.defaultTestLoader.discover("tests")
    with open(sys.argv[1], "w") as f:
        JSONTestRunner(visibility="visible", stdout_visibility="hidden", stream=f).run(suite)
