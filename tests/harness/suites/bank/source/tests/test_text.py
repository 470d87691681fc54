"""Tests of functions: text, output, lists changed in place, files handed in."""

import io
import unittest
from contextlib import redirect_stdout
from unittest.mock import patch

import ledger
from gradescope_utils.autograder_utils.decorators import number, visibility, weight
from gradescope_utils.autograder_utils.files import check_submitted_files


class TestFiles(unittest.TestCase):
    """What was handed in."""

    @number("0")
    def test_files(self):
        """ledger.py is there"""
        missing = check_submitted_files(["ledger.py"])
        self.assertEqual(missing, [], "some files are missing")
        print("all files are there")


class TestText(unittest.TestCase):
    """Reading and printing."""

    @weight(2)
    @number("3.1")
    def test_parse(self):
        """Lines become amounts by name"""
        self.assertEqual(ledger.parse("ada +3\nbob -2\nada -1\n"), {"ada": [3, -1], "bob": [-2]})
        self.assertDictEqual(ledger.parse(""), {})
        with self.assertRaises(ValueError):
            ledger.parse("ada three")

    @weight(2)
    @number("3.2")
    def test_statement(self):
        """The statement is printed"""
        out = io.StringIO()
        with redirect_stdout(out):
            given = ledger.statement([("ada", 3), ("bob", -2)])
        self.assertIsNone(given)
        self.assertEqual(out.getvalue().split(), ["ada", "3", "bob", "-2"])

    @weight(1)
    @number("3.3")
    @visibility("after_due_date")
    def test_order(self):
        """The list is sorted in place by amount"""
        entries = [("ada", 3), ("bob", -2), ("eve", 1)]
        ledger.sort_by_amount(entries)
        self.assertEqual(entries, [("bob", -2), ("eve", 1), ("ada", 3)])

    @weight(1)
    @number("3.4")
    def test_filter(self):
        """Entries are chosen by a function"""
        chosen = ledger.choose([("ada", 3), ("bob", -2)], lambda name, amount: amount > 0)
        self.assertEqual(list(chosen), [("ada", 3)])

    @weight(1)
    @number("3.5")
    @patch("builtins.input", side_effect=["ada", "12"])
    def test_dialogue(self, asked):
        """The dialogue asks for a name and an amount"""
        self.assertEqual(ledger.ask(), ("ada", 12))
        self.assertEqual(asked.call_count, 2)
