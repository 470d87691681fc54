"""The right answers of dl2024-hw4, by the text of each statement, and the file they are handed in as.

`python -m reference.dl2024_hw4.statements` writes handed_in/answers.json, from which `gradelbo build` makes the blank
one: the statements come in an order that the homework's seed decides, so another seed gives another assignment.
"""

import json
import random
from pathlib import Path

HERE = Path(__file__).parent

TRUE_OR_FALSE = {
    "1": (
        False,
        {
            "KL(q || p) is large when q has mass in places where p has next to none": True,
            "KL(q || p) is infinite when q leaves out one mode of p": False,
            "with modes far from each other KL(q || p) can have a local minimum at each of them": True,
            "KL(q || p) is least when q shares its mass evenly among the modes, whatever their weights": False,
            "the divergence that makes q reach every mode of p is KL(p || q)": True,
        },
    ),
    "2": (
        True,
        {
            "the sample mu + sigma eps is differentiable in what the encoder gives": True,
            "the law of eps does not have the encoder's parameters in it": True,
            "with it, one sample gives the expectation under q exactly": False,
            "with it, the divergence from the prior drops out of the bound": False,
            "without it, gradients could still be estimated through the score of q": True,
        },
    ),
    "3": (
        False,
        {
            "with a nonlinear decoder the evidence p(x) is an integral that has no closed form": True,
            "once training has converged, q(z | x) is p(z | x), whatever family the encoder has": False,
            "the encoder approximates p(z | x), and log p(x) less the bound is KL(q(z | x) || p(z | x))": True,
            "the bound equals log p(x) exactly when q(z | x) is p(z | x)": True,
            "drawing z from the prior and decoding it gives draws from p(z | x)": False,
        },
    ),
    "4": (
        False,
        {
            "beta multiplies the divergence of q(z | x) from the prior": True,
            "with the prior N(0, I) a large beta favours coordinates of z without correlation": True,
            "the larger beta is, the better the reconstruction": False,
            "as beta grows without bound, q(z | x) becomes the prior": True,
            "for beta of 1 and more the objective can exceed log p(x)": False,
        },
    ),
}

SIDES = {
    "q is pushed to cover all of p(z | x) and may not leave out a mode": "merit",
    "given draws from the posterior, the gradient in q needs no reparameterisation": "merit",
    "with x and z both simulated from the model, the expectation can be estimated without bias": "merit",
    "for an observed x it needs draws from p(z | x), which are as hard as the problem itself": "cost",
    "importance weights can have a huge variance": "cost",
    "it is no bound on log p(x), so that encoder and decoder do not share one objective": "cost",
    "it is the usual lower bound up to a constant": "wrong",
    "it can only be used when q can be reparameterised": "wrong",
}

STEPS = {
    "draw a minibatch of x": (),
    "encode x into the parameters of q(w | x)": ("draw a minibatch of x",),
    "draw eps and make w of it": ("encode x into the parameters of q(w | x)",),
    "calculate q(z | w, x) for every z": ("draw eps and make w of it",),
    "decode w into the parameters of p(x | w)": ("draw eps and make w of it",),
    "add the three terms of the bound up": (
        "calculate q(z | w, x) for every z",
        "decode w into the parameters of p(x | w)",
    ),
    "step all parameters along the gradient": ("add the three terms of the bound up",),
}


def truth(problem: str) -> "tuple of bool, dict of text to bool":
    """Whether the claim of problem 1, 2, 3 or 4 is true, and which of its statements are."""
    return TRUE_OR_FALSE[problem]


def sides() -> "dict of text to merit, cost or wrong":
    """What each statement about the forward divergence is."""
    return dict(SIDES)


def precedences() -> "list of pairs of texts":
    """Which step of the training needs which other one to come first: pairs (earlier, later)."""
    return [[earlier, later] for later, needed in STEPS.items() for earlier in needed]


def right_answers(seed: str) -> dict:
    """answers.json as it should be filled in, its statements in the order of this seed."""
    rng = random.Random(seed)  # noqa: S311 an order, no secret

    def shuffled(table):
        return dict(rng.sample(list(table.items()), len(table)))

    answers = {
        problem: {"claim": claim, "statements": shuffled(statements)}
        for problem, (claim, statements) in TRUE_OR_FALSE.items()
    }
    places = {step: place for place, step in enumerate(STEPS, 1)}
    return answers | {"6.4": shuffled(SIDES), "7.2": shuffled(places)}


def answers_text(seed: str) -> str:
    """`right_answers` as the text of the file."""
    return json.dumps(right_answers(seed), indent=2) + "\n"


if __name__ == "__main__":
    seed = (HERE / "seed.txt").read_text().strip()
    (HERE / "handed_in" / "answers.json").write_text(answers_text(seed))
