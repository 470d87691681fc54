"""Tests of the class Account: objects, exceptions, operators, shared set-up."""

import random
import unittest

from expected import balance_after
from gradescope_utils.autograder_utils.decorators import (
    hide_errors,
    leaderboard,
    number,
    partial_credit,
    tags,
    visibility,
    weight,
)

from ledger import Account, InsufficientFunds, OPENING


class TestAccount(unittest.TestCase):
    """One account for each test."""

    def setUp(self):
        """A fresh account."""
        self.account = Account("ada", OPENING)

    @weight(2)
    @number("1.1")
    def test_a_deposit_adds(self):
        """Deposits add up"""
        self.account.deposit(30)
        self.account.deposit(12.5)
        self.assertAlmostEqual(self.account.balance, OPENING + 42.5)

    @weight(2)
    @number("1.2")
    @tags("exceptions")
    def test_too_much_is_refused(self):
        """A withdrawal of too much is refused"""
        with self.assertRaises(InsufficientFunds) as caught:
            self.account.withdraw(OPENING + 1)
        self.assertIsInstance(caught.exception, ValueError)
        self.assertEqual(caught.exception.missing, 1)
        self.assertEqual(self.account.balance, OPENING)

    @weight(1)
    @number("1.3")
    @visibility("hidden")
    @hide_errors("Think about negative amounts")
    def test_negative_amounts(self):
        """A negative amount is a ValueError"""
        self.assertRaises(ValueError, self.account.deposit, -1)
        with self.assertRaisesRegex(ValueError, "negative"):
            self.account.withdraw(-1)

    @weight(1)
    @number("1.4")
    def test_accounts_with_the_same_content_are_equal(self):
        self.assertEqual(self.account, Account("ada", OPENING))
        self.assertNotEqual(self.account, Account("bob", OPENING))
        self.assertEqual(repr(self.account), f"Account('ada', {OPENING})")

    @partial_credit(10)
    @number("1.5")
    @visibility("after_published")
    def test_many_histories(self, set_score=None):
        """Histories of deposits and withdrawals"""
        random.seed(7)
        right = 0
        for length in range(10):
            amounts = [random.randint(-50, 60) for _ in range(length + 2)]
            account = Account("eve", 0)
            for amount in amounts:
                try:
                    account.deposit(amount) if amount >= 0 else account.withdraw(-amount)
                except InsufficientFunds:
                    continue
            right += account.balance == balance_after(amounts)
            set_score(right)


class TestBook(unittest.TestCase):
    """Tests of what works on many accounts."""

    @classmethod
    def setUpClass(cls):
        """Accounts for all tests of the class."""
        from ledger import Account as Kind

        cls.kind = Kind
        cls.accounts = [Kind(name, 10 * n) for n, name in enumerate(["ada", "bob", "eve"])]

    @weight(3)
    @number("2.1")
    def test_a_transfer_moves_money(self):
        """Transfers move money from one account to another"""
        import ledger

        ada, bob, eve = self.accounts
        ledger.transfer(eve, ada, 15)
        self.assertEqual([account.balance for account in (ada, bob, eve)], [15, 10, 5])
        self.assertTrue(ada > eve)
        self.assertIn(bob, self.accounts)

    @weight(2)
    @number("2.2")
    def test_sums(self):
        """Accounts can be added"""
        total = sum(self.accounts[1:], self.accounts[0])
        self.assertIs(type(total), self.kind)
        self.assertEqual(total.balance, 30)
        self.assertEqual(len(list(total)), 3)

    @leaderboard("steps", "asc")
    def test_steps(self, set_leaderboard_value=None):
        """How few payments settle the debts"""
        import ledger

        payments = ledger.settle({"ada": -30, "bob": 10, "eve": 20})
        set_leaderboard_value(len(payments))
