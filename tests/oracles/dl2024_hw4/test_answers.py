"""The answers of dl2024-hw4: in step with the seed, right in any order that training allows, and not to be guessed."""

import importlib
import json
import random
from pathlib import Path

import pytest

from autograder.errors import CheckFailed
from autograder.manifest import find_homework
from reference.dl2024_hw4 import statements

ROOT = Path(__file__).parents[3]
HOMEWORK = find_homework(ROOT, "dl2024-hw4")
PAYS = {
    (part.id, name): pays
    for part in HOMEWORK.parts.values()
    for name, pays in part.pays.items()
    if part.problem_of(name) == "answers"
}
WORDS = ("merit", "cost", "wrong")


class Student:
    """Someone with these answers."""

    def __init__(self, answers):
        self.given = answers

    def answers(self):
        """What answers.json holds."""
        return self.given


def earned(answers):
    """The points that the answers earn, by the real properties."""
    total = 0.0
    for (part, name), pays in PAYS.items():
        module = importlib.import_module(f"tests.properties.dl2024_hw4.answers.test_{part.replace('.', '_')}")
        try:
            getattr(module, f"test_{name}")(Student(answers), statements)
        except CheckFailed:
            continue
        total += pays
    return total


def filled(claim, statement, side, place):
    """answers.json with what these functions say, asked in order."""
    answers = statements.right_answers("any")
    for problem in statements.TRUE_OR_FALSE:
        answers[problem] = {
            "claim": claim(),
            "statements": {text: statement() for text in answers[problem]["statements"]},
        }
    places = place(len(answers["7.2"]))
    return answers | {
        "6.4": {text: side() for text in answers["6.4"]},
        "7.2": dict(zip(answers["7.2"], places, strict=True)),
    }


def test_the_file_is_that_of_the_seed():
    """handed_in/answers.json is what `python -m reference.dl2024_hw4.statements` writes for this seed."""
    seed = (HOMEWORK.reference / "seed.txt").read_text().strip()

    assert (HOMEWORK.reference / "handed_in" / "answers.json").read_text() == statements.answers_text(seed)


def test_another_seed_is_another_order():
    """The order of the statements says nothing: it changes with the seed, and the answers stay with their texts."""
    orders = {tuple(statements.right_answers(str(seed))["6.4"]) for seed in range(10)}

    assert len(orders) == 10
    assert all(statements.right_answers(str(seed)) == statements.right_answers("0") for seed in range(10))


def test_right_answers_earn_everything():
    """The right file earns every point that answers pay: 13 for the claims, 2 and 1 for the others."""
    assert earned(statements.right_answers("a")) == pytest.approx(16)
    assert sum(PAYS.values()) == pytest.approx(16)


@pytest.mark.parametrize("claim", [True, False])
@pytest.mark.parametrize("statement", [True, False])
@pytest.mark.parametrize("side", WORDS)
def test_constant_answers_earn_little(claim, statement, side):
    """All true, all false, and one word throughout earn at most a quarter."""
    answers = filled(lambda: claim, lambda: statement, lambda: side, lambda n: range(1, n + 1))
    answers["7.2"] = dict(zip(answers["7.2"], range(7, 0, -1), strict=True))

    assert earned(answers) <= 16 / 4


@pytest.mark.parametrize("claim", ["at random", "always false", "right"])
def test_random_answers_earn_little(claim):
    """Coins and dice earn a tenth or so on average, at most a quarter even when every claim is known to be right."""
    rng = random.Random(5)
    right = [truth for truth, _ in statements.TRUE_OR_FALSE.values()]
    rounds, total = 2000, 0.0
    for _ in range(rounds):
        known = iter(right)
        say = {"at random": lambda: rng.random() < 0.5, "always false": lambda: False, "right": lambda k=known: next(k)}
        answers = filled(
            say[claim],
            lambda: rng.random() < 0.5,
            lambda: rng.choice(WORDS),
            lambda n: rng.sample(range(1, n + 1), n),
        )
        total += earned(answers)

    assert total / rounds <= 16 / 4
    assert claim == "right" or total / rounds <= 16 / 8


@pytest.mark.parametrize(
    ("old", "new"), [("true", '"true"'), ("true", "1"), ("false", "0"), ("false", '"False"'), ('"cost"', "true")]
)
def test_other_types_are_no_answers(old, new):
    """A text or a number in the place of true or false is told as such, and earns nothing there."""
    text = json.dumps(statements.right_answers("a"))
    answers = json.loads(text.replace(old, new, 1))

    assert earned(answers) < earned(statements.right_answers("a"))


def test_any_order_that_the_steps_allow_is_right():
    """Decoding before or after q(z | w, x) is one as good as the other; every other swap of neighbours is wrong."""
    steps, points = list(statements.STEPS), []
    for i in range(len(steps) - 1):
        swapped = [*steps[:i], steps[i + 1], steps[i], *steps[i + 2 :]]
        answers = statements.right_answers("a")
        answers["7.2"] = {step: place for place, step in enumerate(swapped, 1)}
        points.append(earned(answers))

    assert points.count(16) == 1
    assert points.count(15) == len(steps) - 2
