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
WORTH = {part: sum(pays for (of, _), pays in PAYS.items() if of == part) for part, _ in PAYS}  # points of answers
RANDOM = "at random"
WORDS = ("merit", "cost", "wrong")


class Student:
    """Someone with these answers."""

    def __init__(self, answers):
        self.given = answers

    def answers(self):
        """What answers.json holds."""
        return self.given


def earned(answers):
    """The points that the answers earn, by part, by the real properties."""
    points = dict.fromkeys(WORTH, 0.0)
    for (part, name), pays in PAYS.items():
        module = importlib.import_module(f"tests.properties.dl2024_hw4.answers.test_{part.replace('.', '_')}")
        try:
            getattr(module, f"test_{name}")(Student(answers), statements)
        except CheckFailed:
            continue
        points[part] += pays
    return points


def total(answers):
    """The points that the answers earn together."""
    return sum(earned(answers).values())


def guessed(rng, claim, statement, side, place):
    """answers.json by somebody who says this throughout, or tosses a coin; who may know the claims ("right")."""
    answers = json.loads((HOMEWORK.reference / "handed_in" / "answers.json").read_text())
    for problem, (truth, _) in statements.TRUE_OR_FALSE.items():
        said = answers[problem]["statements"]
        answers[problem] = {
            "claim": truth if claim == "right" else drawn(rng, claim, (True, False)),
            "statements": {text: drawn(rng, statement, (True, False)) for text in said},
        }
    places = list(range(1, len(answers["7.2"]) + 1))
    order = {"as printed": places, "backwards": places[::-1]}.get(place) or rng.sample(places, len(places))
    return answers | {
        "6.4": {text: drawn(rng, side, WORDS) for text in answers["6.4"]},
        "7.2": dict(zip(answers["7.2"], order, strict=True)),
    }


def drawn(rng, word, words):
    """The word, or one of the words where it is RANDOM."""
    return rng.choice(words) if word == RANDOM else word


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
    assert total(statements.right_answers("a")) == pytest.approx(16)
    assert sum(PAYS.values()) == pytest.approx(16)


GUESSES = [  # of a claim, of a statement, of a side, of the places
    *((claim, statement, RANDOM, RANDOM) for claim in (True, False, RANDOM, "right") for statement in (True, False)),
    *((claim, RANDOM, RANDOM, RANDOM) for claim in (True, False, RANDOM, "right")),
    *((True, True, side, "as printed") for side in WORDS),
    (False, False, WORDS[0], "backwards"),
]


@pytest.mark.parametrize("guess", GUESSES, ids=lambda guess: ", ".join(map(str, guess)))
def test_guesses_earn_little(guess):
    """Whatever is guessed, all true, all false, at random, even with the claims known: a quarter of each part at most.

    A constant statement earns nothing: of each five, two or three are true.
    """
    rng = random.Random(5)
    rounds = 300 if RANDOM in guess else 1
    shares = dict.fromkeys(WORTH, 0.0)
    for _ in range(rounds):
        for part, points in earned(guessed(rng, *guess)).items():
            shares[part] += points / WORTH[part] / rounds

    assert max(shares.values()) <= 0.25
    if guess[1] != RANDOM:
        assert [shares[problem] for problem in statements.TRUE_OR_FALSE] == [0.0] * 4


def test_guesses_of_the_whole_file_earn_a_tenth():
    """Coins and dice for everything earn less than a tenth of what answers pay."""
    rng = random.Random(6)
    shares = [total(guessed(rng, *[RANDOM] * 4)) / sum(WORTH.values()) for _ in range(1000)]

    assert sum(shares) / len(shares) <= 0.1


@pytest.mark.parametrize(
    ("old", "new"), [("true", '"true"'), ("true", "1"), ("false", "0"), ("false", '"False"'), ('"cost"', "true")]
)
def test_other_types_are_no_answers(old, new):
    """A text or a number in the place of true or false is told as such, and earns nothing there."""
    text = json.dumps(statements.right_answers("a"))
    answers = json.loads(text.replace(old, new, 1))

    assert total(answers) < 15.9


def test_any_order_that_the_steps_allow_is_right():
    """Decoding before or after q(z | w, x) is one as good as the other; every other swap of neighbours is wrong."""
    steps, points = list(statements.STEPS), []
    for i in range(len(steps) - 1):
        swapped = [*steps[:i], steps[i + 1], steps[i], *steps[i + 2 :]]
        answers = statements.right_answers("a")
        answers["7.2"] = {step: place for place, step in enumerate(swapped, 1)}
        points.append(round(total(answers), 9))

    assert points.count(16) == 1
    assert points.count(15) == len(steps) - 2
