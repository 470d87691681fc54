"""A right submission."""

import functools

OPENING = 100


class InsufficientFunds(ValueError):
    """There is not enough on the account."""

    def __init__(self, missing):
        super().__init__(f"{missing} are missing")
        self.missing = missing


@functools.total_ordering
class Account:
    """Somebody's money."""

    def __init__(self, owner, balance=0):
        self.owner = owner
        self.balance = balance

    def deposit(self, amount):
        """Adds."""
        if amount < 0:
            raise ValueError("a negative amount")
        self.balance += amount

    def withdraw(self, amount):
        """Takes away."""
        if amount < 0:
            raise ValueError("a negative amount")
        if amount > self.balance:
            raise InsufficientFunds(amount - self.balance)
        self.balance -= amount

    def __eq__(self, other):
        return isinstance(other, Account) and (self.owner, self.balance) == (other.owner, other.balance)

    def __hash__(self):
        return hash((self.owner, self.balance))

    def __lt__(self, other):
        return self.balance < other.balance

    def __add__(self, other):
        return Joint([*self, *other])

    def __iter__(self):
        return iter([self])

    def __repr__(self):
        return f"Account({self.owner!r}, {self.balance})"


def Joint(accounts):
    """Accounts as one."""
    made = Account("+".join(a.owner for a in accounts), sum(a.balance for a in accounts))
    made.__class__ = Account
    made.parts = accounts
    return made


Account.__iter__ = lambda self: iter(getattr(self, "parts", [self]))


def transfer(source, target, amount):
    """Moves money."""
    source.withdraw(amount)
    target.deposit(amount)


def settle(debts):
    """Who pays whom how much."""
    low = [[n, -d] for n, d in debts.items() if d < 0]
    high = [[n, d] for n, d in debts.items() if d > 0]
    payments = []
    while low and high:
        paid = min(low[0][1], high[0][1])
        payments.append((low[0][0], high[0][0], paid))
        for side in (low, high):
            side[0][1] -= paid
            if not side[0][1]:
                side.pop(0)
    return payments


def parse(text):
    """Amounts by name."""
    found = {}
    for line in text.splitlines():
        name, amount = line.split()
        found.setdefault(name, []).append(int(amount))
    return found


def statement(entries):
    """Prints."""
    for name, amount in entries:
        print(name, amount)


def sort_by_amount(entries):
    """Sorts in place."""
    entries.sort(key=lambda entry: entry[1])


def choose(entries, keep):
    """A generator."""
    return (entry for entry in entries if keep(*entry))


def ask():
    """Asks."""
    return input("name? "), int(input("amount? "))
