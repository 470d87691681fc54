"""The suite's own knowledge, beside its tests: what the student's functions must give."""


def balance_after(amounts):
    """The balance of an account that starts empty and refuses to go below zero."""
    balance = 0
    for amount in amounts:
        if balance + amount >= 0:
            balance += amount
    return balance
